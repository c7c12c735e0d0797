"""What an editor shows of each key: the sentences of docs/watchlists.md, which a test holds to be these."""

from __future__ import annotations

from collections.abc import Mapping

# Model → key → sentence.
DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "WatchlistFile": {
        "version": "always 1",
        "terms": "named groups of words; every rule of every file may use them",
        "packs": "named lists of terms that tell what is no news; every rule of every file may use them",
        "rules": "a list of rules",
    },
    "RuleModel": {
        "id": "unique over all files; part of every alert's identity, so do not rename it lightly",
        "kind": "`event`, `state`, `quantity` or `volume`",
        "title": "how alerts call the subject",
        "match": "what must stand together in a passage",
        "description": "for colleagues",
        "severity": "`critical`, `high`, `medium` or `low`. Without it: `medium`",
        "channels": "ids from `channels.yaml`. Without it: the default ones",
        "enabled": "`false` keeps the rule, but nothing is held against it. Without it: `true`",
        "stage": "`shadow` puts the rule on trial: judged and shown, but nobody is told. Without it: `live`",
        "updates": (
            "whether a change in a known event is told: confirmed, denied, another figure; `ring`: with a "
            "sound. Without it: `false`"
        ),
        "context": "a second condition, which title, lead and the paragraph of the cue together must satisfy",
        "steps": "the steps of a process; in rules of kind `state` they are events beside the states",
        "states": "rules of kind `state`: the states that are possible. Required for `state`",
        "initial": "kind `state`: the state before anything is known. Without it: unknown",
        "denied": "kind `state`: the state that a denial asserts",
        "considered": "kind `state`: the state that a plan or a rumour asserts",
        "same_event": "when two reports are one event",
        "quantity": "which figures count. Required for `quantity`",
        "volume": "how much coverage is a burst. Required for `volume`",
        "examples": "texts with what must come of them; `monitor check --examples` tries them",
    },
    "ConditionModel": {
        "all": ('every item must be there. An item is a term, alternatives `"one | other"`, or a list of alternatives'),
        "any": "terms of which at least one must be there; the same as one item of `all` with alternatives",
        "none": "terms and packs that must not be there",
        "near": "items that must stand close together",
        "in": (
            "parts of the article in which the cue must stand: `title`, `lead`, `body`, one or several. Not "
            "for `context`. Without it: anywhere"
        ),
        "score": "terms with weights, of which enough must be there",
        "within": (
            "how many neighbouring sentences count as together, 1 to 10. The title is a neighbour of every "
            "sentence of the lead; further down a cue goes with what stands before it, not after it. Without "
            "effect in `context`. Without it: 2"
        ),
        "actor": (
            "terms for who must be the one that acts. Of everybody named in `actor` and `rivals`, the first in "
            "the title (where the title names nobody: the first in the passage) has to be an actor. Where none "
            "of them is named, the rule stays silent. Who is named by both lists counts as an actor, and a "
            "term stand in `all` or among the cues as well"
        ),
        "none_in_title": "terms and packs that the title must not have",
        "rivals": "terms for those who must not be named before the actor: other countries, other companies",
    },
    "NearModel": {
        "terms": "items as in `all`, at least two",
        "words": "all of them in one sentence, with at most so many words between the outermost two, 0 to 100",
        "sentences": (
            "all of them within so many neighbouring sentences, 1 (the same sentence) to 10, but no more than "
            "`within`. The title is a neighbour of every sentence of the lead"
        ),
    },
    "ScoreModel": {
        "terms": "the terms, each with its weight: `{depot: 2, fire: 1, drill: -3}`",
        "threshold": "what the weights must add up to, more than 0",
    },
    "StepModel": {
        "id": "unique within the rule",
        "cues": (
            "terms; one of them must stand in the passage. May be empty for the initial, denied and considered "
            "states, which other states' cues tell"
        ),
        "title": "the step in words, for alerts",
        "needs": "items as in `all`: all of them must stand in the passage too",
        "beside": (
            "items as in `all`: all of them must stand in the very sentence of the cue. Verbs that are said of "
            "much (begin, end, leave) need it"
        ),
        "unless": "terms and packs; none of them may stand in the sentence of the cue",
        "in": (
            "parts of the article in which the cue must stand, as in conditions; the rule's own `in` holds, "
            "too. Without it: anywhere"
        ),
        "planned": (
            "`true` for a step that tells of what is still to come (talks set, a strike called): its date may "
            "lie ahead, and “will” does not weaken it. In a state, it keeps “will” from making it the state "
            "`considered`; words that only weigh (may, plans to, considers) still do. Of any other step a date "
            "ahead is not the date on which it happened, and what “will” happen has not happened. Without it: "
            "`false`"
        ),
        "negated": (
            "`true` for a step, never a state, that a denial of its cues tells: with the cue `join`, “will not "
            "join” and “rejected the call to join” tell it, “joined” does not. With `needs` a refusal of a "
            "request can be told from an old position that is repeated. Without it: `false`"
        ),
        "spoken": (
            "`true` for a step that is done by saying so (an admission, a calling-off): it counts in direct "
            "speech, too. What only a quotation tells of any other step of an `event` rule is background. "
            "Without it: `false`"
        ),
        "alerts": "`false`: remembered, never worth a message. Without it: `true`",
    },
    "SameEventModel": {
        "days": "how many days the dates of two reports of one step may lie apart, 0 to 366. Without it: 2",
        "memory": (
            "how far back an undated report of the same step may mean the event known. It does where both "
            "share a name, a figure of four digits or more, or their wording (in one language), or where it "
            "speaks of no day but of “this week”; within a day of it, also without any of these. A retelling "
            "in another language that shares none of these is a new event, unless `by` names what both speak "
            "of. Without it: `7d`"
        ),
        "by_name": (
            "`true` where people or ships tell events apart: two reports in one language that share neither a "
            "name nor their words are two events, even of one day. Without it: `false`"
        ),
        "by": (
            "items as in `all` whose words tell events apart, in any language: two reports that both name a "
            "word of an item and share none are two events, even of one day; a word that both name makes them "
            "one as a shared name does"
        ),
    },
    "QuantityModel": {
        "unit": "what is counted: `money` for any currency, one of the units, or a term",
        "beside": (
            "items as in `all`: a figure counts only in a sentence in which one term of each item stands. "
            "Without it every figure of the passage counts, also one of the title while the rule's words stand "
            "in the sentence after it"
        ),
        "total": "terms that make a figure in their sentence a total rather than one package",
        "again": (
            "terms (another, a further, yet more), beside the figure or in the title, that make a sum known "
            "from longer ago than `memory` a new one"
        ),
        "minimum": "the least value worth a look, in base units: dollars, not millions of dollars. Without it: 0",
    },
    "VolumeModel": {
        "window": "the time over which articles are counted. Without it: `24h`",
        "factor": "how many times the average of earlier windows, at least 1. Without it: 3",
        "least": "the least number of articles. Without it: 5",
        "publishers": "the least number of publisher families among them. Without it: 2",
    },
    "ExampleModel": {
        "name": "how the report calls the example",
        "text": "the text; beside `timeline` it has no place",
        "title": "its headline",
        "lang": "language of the text, as in terms. Without it: recognised",
        "published": (
            "ISO 8601, such as `2025-08-27T06:00:00Z`; without a zone it is UTC. A timeline never runs "
            "backwards. Without it: one hour after the text before; the first one 2030-01-01"
        ),
        "expect": (
            "`new`: an alert. `followup`, `known`: this verdict, without an alert. `quiet`: the rule matches, "
            "and there is no alert. `unmatched`: the rule has no verdict on it at all. `silent`: no alert, "
            "whether it matches or not. Without it: `silent`"
        ),
        "step": "the step or state that must be recognised. Without it: not checked",
        "seeds": (
            "`true`: held against the seeds, those on documents published before the text. One of its texts "
            "needs `published`. Without it: `false`"
        ),
        "timeline": "a list of texts, each with the keys above except `name` and `seeds`",
    },
    "SourcesFile": {
        "version": "always 1",
        "sources": "a list of sources",
    },
    "SourceModel": {
        "id": "unique; polls and articles are stored under it",
        "url": "http or https; an address may be listed once only",
        "name": "as shown to people. Without it: the id",
        "kind": "how it is read: `feed`, `sitemap`, `page` or `telegram`. Without it: `feed`",
        "select": "kind `page` only, and required there: the CSS selector of its links to articles",
        "language": "code of the language it writes in. Without it: `en`",
        "country": "two capitals, such as `AZ`",
        "publisher": "the family that owns it. Articles of one family never confirm one another. Without it: the id",
        "tier": "1 official or agency of record, 2 established outlet, 3 other, 4 unverified. Without it: 3",
        "interval": (
            "how often it is asked at first, at least `1m`; then its rhythm is learned. Where it is given, the "
            "source is asked no less often than that while it answers; where it is not, as seldom as once a "
            "day. Without it: `10m`"
        ),
        "min_interval": "it is never asked more often than that. Without it: a fifth of `interval`, at least `2m`",
        "enabled": "`false`: not polled. Without it: `true`",
        "robots": (
            "`ignore`: its article pages are read whatever robots.txt says, and at no other pace than the "
            "settings'. For outlets that gave permission. Without it: `heed`"
        ),
        "allow": "networks of an intranet, such as `[10.1.2.0/24]`, in which this source's own host may be",
    },
    "ChannelsFile": {
        "version": "always 1",
        "default": "the channels of alerts that no route takes",
        "channels": "the channels by id; each has `targets`",
        "routes": "a list of routes (optional); the first that fits an alert takes it",
        "zone": "the time zone of all times of day in the file, such as `Asia/Baku`; UTC without it",
        "heartbeat": "when, and where, the monitor says that all is well (optional)",
        "announce": "a list of channels that are told when edited files come into force (optional)",
    },
    "ChannelModel": {
        "targets": "a list of addresses; an alert goes to every one of them",
        "prefer": (
            "`double` (as it is without the key) or `miss`: what is done with a message of which nobody knows "
            "whether it arrived (no answer in time, a crash while it was sent). `double` sends it again, and "
            "the message says so; `miss` does not, and other channels are told"
        ),
        "zone": "the time zone of this channel",
        "quiet": "quiet hours: alerts are held until they end, and then told together",
        "digest": "a digest: alerts are held until its time, and then told together by watchlist",
        "group": "what becomes of many alerts at once",
        "per_minute": (
            "the most messages in a minute for each target; without it 20 for Telegram (its limit for groups), "
            "else as many as there are"
        ),
        "remind": "reminders of alerts that nobody has acknowledged",
        "escalate": "other channels for alerts that nobody has acknowledged",
        "template": (
            "the name of a template of your own for its messages: `desk` takes "
            "`watchlists/templates/desk.FORM.j2` (messages)"
        ),
    },
    "QuietModel": {
        "from": "the time of day at which they begin",
        "to": "the time at which they end, on the next day if it is not later",
        "days": "the days on which they begin; without it every day",
        "let_through": "severities that are sent all the same",
    },
    "DigestModel": {
        "at": "the time of day",
        "days": "the days; without it every day",
        "let_through": "severities that do not wait for it",
    },
    "GroupModel": {
        "wait": "how long the first message waits for others, such as `30s`; without it not at all",
        "storm": "from how many messages at once they become one summary: 10 without it",
        "interval": "how long after a summary the next message comes at the earliest: `5m` without it",
    },
    "RemindModel": {
        "every": "how long after each message, such as `30m`",
        "most": "how many at most; without it until somebody acknowledges",
    },
    "EscalateModel": {
        "after": "how long after the message, such as `15m`",
        "to": "the channels",
    },
    "HeartbeatModel": {
        "at": "the time of day",
        "to": "the channels",
        "days": "the days; without it every day",
        "zone": "its time zone; without it that of the file",
    },
    "RouteModel": {
        "match": "what an alert has to be like",
        "to": "a list of channels; without it those of the route above, at the top the `default`",
        "routes": (
            "routes of its own, asked in the same way once it fits; where none of them fits it takes the alert itself"
        ),
        "continue": "`true`: what fits here is offered to the routes after it as well, and goes to all that take it",
    },
    "MatchModel": {
        "severity": "`critical`, `high`, `medium`, `low`",
        "rule": "ids; `gas-*` means all that begin so, and `monitor:*` what the monitor has to say of itself",
        "watchlist": "names of watchlist files without `.yaml`; `*` as for rules",
        "assertion": "`asserted`, `reported`, `considered`, `conditional`, `denied`, `retrospective`",
        "language": "codes of the article's language",
        "country": "codes of the outlet's country, as in `sources.yaml`",
    },
    "TargetModel": {
        "name": "unique within the channel",
        "url": "`console://` for standard output, an apprise address of one recipient, or a signed web hook",
    },
    "SeedFile": {
        "version": "always 1",
        "document": "what the document is",
        "fingerprint": "by what it and its reprints are recognised; optional",
        "facts": "a list of facts",
    },
    "SeedDocumentModel": {
        "id": "unique over all seeds",
        "outlet": "who published it",
        "title": "its headline",
        "date": "the day of publication; its facts count as known from 00:00 UTC of that day",
        "language": "code of its language",
        "url": "where it was",
        "note": "for colleagues",
    },
    "FingerprintModel": {
        "signature": "as `monitor seed add` wrote it (base64)",
    },
    "FactModel": {
        "rule": "id of the rule it belongs to",
        "step": "id of one of them. Required where an `event` or `state` rule has steps or states",
        "date": (
            "a day (`2025-08-08`), a month (`2025-08`), a year (`2025`), or `{from: 2025-08-06, to: "
            "2025-08-08}`. Without it: unknown"
        ),
        "places": "where it happened",
        "names": "who and what took part: people, companies, ships",
        "figures": "numbers it gives",
        "assertion": (
            "`asserted`, `reported`, `considered`, `conditional`, `denied` or `retrospective`. Without it: `asserted`"
        ),
        "attribution": "on whose word: `unnamed`, `one-side`, `outlet` or `official`. Without it: `outlet`",
        "words": "the fact in one or two sentences of your own",
        "event": "facts with the same key, in whichever seed, belong to one event. Without it: an event of its own",
    },
    "Dates": {
        "from": "first day",
        "to": "last day, itself included",
    },
    "FigureModel": {
        "value": "the number in base units: `2000000`, not 2 million",
        "unit": (
            "one of the units, of money its currency, such as `USD`, or the term that its rule counts by. "
            "Another one may be named for the reader: no article is held against it"
        ),
        "total": "whether it is a sum of everything so far. Without it: `false`",
        "text": "how the document wrote it",
    },
}
