"""A desk in the middle of its work: a month of news, judged for real, with what people said and what went wrong.

`write_files` makes watchlists and seeds in a folder, `fill` lets a month pass in a store; both are the same each time.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from monitor.configuration import Configuration, read_configuration, seed_fingerprint
from monitor.core import coverage
from monitor.core.alerts import Alert, Hold, Waiting, update_key
from monitor.core.dispatch import Held
from monitor.core.model import Article, Entry, Outcome, Polled, PollState, Source
from monitor.core.polling import plan
from monitor.core.responses import Answer, Fault, Response
from monitor.core.silences import Silence, silence_for
from monitor.demo import dates
from monitor.demo.stories import load
from monitor.judging import Desk, judge_article
from monitor.store.sql import SqlStore
from tests.integration.web import filling_texts as texts
from tests.optional import ROOT

DAYS = 30
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_EVER = datetime(9999, 1, 1, tzinfo=UTC)
_EDITIONS = (40, 30, 21, 11, 5, 1)  # hours ago


def write_files(folder: Path) -> Configuration:
    """The shipped rules and seeds, and those of `filling_texts`, in `watchlists` and `seeds` below `folder`."""
    watchlists, seeds = folder / "watchlists", folder / "seeds"
    watchlists.mkdir(parents=True, exist_ok=True)
    for name in ("caucasus", "war", "terms", "packs"):
        shutil.copy(ROOT / "watchlists" / f"{name}.yaml", watchlists)
    shutil.copytree(ROOT / "seeds", seeds, dirs_exist_ok=True)
    (watchlists / "ports.yaml").write_text(texts.PORTS, encoding="utf-8")
    (watchlists / "channels.yaml").write_text(texts.CHANNELS, encoding="utf-8")
    listed = "".join(
        f"  - {{id: {item.id}, url: 'https://{item.id}.example/feed', name: {item.name}, language: {item.language},"
        f" country: {item.country}, publisher: {item.id}, tier: {item.tier}, interval: 10m}}\n"
        for item in texts.OUTLETS
    )
    (watchlists / "sources.yaml").write_text(f"version: 1\nsources:\n{listed}", encoding="utf-8")
    return read_configuration(watchlists, seeds, {})


def fill(store: SqlStore, configuration: Configuration, now: datetime) -> None:
    """Let the month before `now` pass."""
    desk = configuration.desk
    new = {item.id for item in texts.OUTLETS if item.state == "new"}
    store.sync_sources([source for source in configuration.sources if source.id not in new], now - (DAYS + 1) * DAY)
    for seed in configuration.seeds:
        store.replace_seed(seed.id, seed.baseline, seed_fingerprint(seed), now - DAYS * DAY)
    _Month(store, desk, {source.id: source for source in configuration.sources}, now).pass_by()
    store.sync_sources(configuration.sources, now - MINUTE)


@dataclass(frozen=True)
class _News:
    """What one outlet printed at a time."""

    at: datetime
    source: str
    title: str
    text: str


def _news(now: datetime) -> list[_News]:
    """All of the month, in order."""
    return sorted([*_stories(now), *_closures(now), *_everyday(now)], key=lambda item: (item.at, item.source))


def _stories(now: datetime) -> Iterator[_News]:
    for place, story in enumerate(load()[1]):
        at = now - _EDITIONS[story.edition] * HOUR + place * MINUTE
        told = story.on(at.date())
        yield _News(at, story.outlet.id, told.title, "\n\n".join(told.paragraphs))


def _closures(now: datetime) -> Iterator[_News]:
    """Events of ours, a port and a train in turn, one every three days, the first of each kind also the last."""
    for number, ago in enumerate(range(1, DAYS - 1, 3)):
        at = now - ago * DAY + 5 * HOUR - number * 13 * MINUTE
        for kind, hours in ((texts.CLOSURES, 0), (texts.TRAINS, 9)):
            source, title, text = kind[number % len(kind)]
            when = at + hours * HOUR
            language = next(item.language for item in texts.OUTLETS if item.id == source)
            filled = {"day": "", "on": ""}
            if language in dates.MONTHS:
                filled = {"day": dates.day(when.date(), language), "on": dates.on_day(when.date(), language)}
            yield _News(when, source, title, text.format(**filled))
    source, title, text = texts.CLOSURES[0]
    day = dates.day(now.date(), "en")
    yield _News(now - 25 * MINUTE, source, title, text.format(day=day).replace("Forty", "Fifty"))


def _everyday(now: datetime) -> Iterator[_News]:
    """Two to five things a day that are no news, and now and then something that is known."""
    numbers = count(3)
    heard = [item for item in texts.OUTLETS if item.state not in ("new", "gone")]
    for ago in range(DAYS, 0, -1):
        for place in range(2 + ago % 4):
            outlet = heard[next(numbers) % len(heard)]
            title, text = texts.QUIET[outlet.language]
            number = next(numbers)
            filled = {"n": number * 7, "m": number % 11 + 2}
            at = now - ago * DAY + (3 * place + 1) * HOUR + number % 50 * MINUTE
            yield _News(at, outlet.id, title.format(**filled), text.format(**filled))
        if ago % 2:
            source, title, text = texts.RETOLD[ago % len(texts.RETOLD)]
            yield _News(now - ago * DAY + 6 * HOUR, source, title.format(n=ago, m=3), text.format(n=ago, m=3))


@dataclass
class _Month:
    store: SqlStore
    desk: Desk
    sources: dict[str, Source]
    now: datetime

    def pass_by(self) -> None:
        self._first_polls()
        for number, item in enumerate(_news(self.now)):
            alerts = self._happens(item, number)
            if alerts and self.now - item.at < 5 * DAY:
                self._people(alerts[0], item.at)
        self._silence()
        self._deliver(self.now - MINUTE)
        self._last_polls()

    def _happens(self, item: _News, number: int) -> list[Alert]:
        """It is printed, read, judged and told."""
        seen = item.at + (number % 9 + 1) * MINUTE
        identity = f"{item.source}-{number}"
        url = f"https://{item.source}.example/{number}"
        entry = Entry(identity, (f"guid:{item.source}:{identity}",), url, item.title, published=item.at)
        self._poll(Polled(item.source, seen, Outcome.FRESH, (entry,), status=200))
        source = self.sources[item.source]
        article = Article(
            *(
                f"a{number:04}",
                item.title,
                item.text,
                item.at,
                seen,
                source.language,
                source.name,
                source.publisher,
                url,
            ),
            *(source.id, source.tier),
            extractor="filling 1",
            extracted_at=seen + 4 * SECOND,
        )
        for pending in self.store.pending_entries(seen, 10):
            self.store.save_article(pending.id, article)
        judged = seen + (6 + number % 5) * SECOND
        alerts = self.store.judging(lambda unit: judge_article(article, self.desk, unit, judged)).alerts
        if alerts:
            self._deliver(judged + SECOND)
        return list(alerts)

    # --- deliveries --------------------------------------------------------------------------

    def _deliver(self, at: datetime) -> None:
        """The screen takes everything, the hook every third message at its second try, the phone none of late."""
        waiting, silences = self.store.claim(at, at + MINUTE, 50)
        for each in waiting:
            self._send(each, silences, at)
        again, _ = self.store.claim(at + 40 * SECOND, at + 2 * MINUTE, 50)
        for each in again:
            self.store.sent(each.delivery.id, at + 41 * SECOND)

    def _send(self, each: Waiting, silences: Sequence[Silence], at: datetime) -> None:
        number = each.delivery.id
        if silence := silence_for(each.alert, silences, at):
            hold = f"{Hold.SILENCE.value}:{silence.id}"
            reason = f"silence {silence.id} of {silence.author} holds it: {silence.reason}"
            return self.store.hold([Held(each, silence.ends_at, hold, reason)], at)
        self.store.begin([number], at)
        if each.delivery.target == "phone" and self.now - at < DAY:
            return self.store.failed(number, at + SECOND, "HTTP 401: the token is not valid any more")
        if each.delivery.target == "hook" and number % 3 == 0:
            return self.store.retry(number, at + SECOND, at + 30 * SECOND, "HTTP 503: try again later", False)
        return self.store.sent(number, at + (1 + number % 4) * SECOND)

    # --- people ------------------------------------------------------------------------------

    def _people(self, alert: Alert, at: datetime) -> None:
        """Of five events in turn: acknowledged, rejected, changed and resolved, snoozed, left alone."""
        turn = sum(map(ord, alert.event)) % 5
        if turn == 0:
            self._say(alert, Answer.ACKNOWLEDGE, at + 12 * MINUTE, "Leyla", "I look after it")
        elif turn == 1:
            self._say(alert, Answer.REJECT, at + 40 * MINUTE, "Taras", "an old report, told again", fault=Fault.NOT_NEW)
        elif turn == 2:
            self._update(alert, at + HOUR)
            self._say(alert, Answer.RESOLVE, at + 2 * HOUR, "Nino")
        elif turn == 3:
            self._say(alert, Answer.SNOOZE, at + 5 * MINUTE, "Leyla", "after the meeting", until=self.now + 3 * HOUR)

    def _say(self, alert: Alert, answer: Answer, at: datetime, author: str, reason: str = "", **more) -> None:
        self.store.respond(Response(alert.thread, answer, author, at, reason, via="web", **more), at)

    def _update(self, alert: Alert, at: datetime) -> None:
        headline = f"Update: confirmed by a ministry: {alert.headline}"
        key = update_key(alert.rule, alert.event, "official")
        update = replace(alert, key=key, headline=headline, created_at=at, rings=False)
        self.store.tell(update, self.desk.addresses(update), (), ())
        self._deliver(at + SECOND)

    def _silence(self) -> None:
        """One that is over, one that lasts and holds an alert, and the word that a rule is blind."""
        since = self.now - 9 * DAY
        old = self.store.add_silence(
            (("rule", ("border-trains",)),), "Nino", "timetable change", since, since + 2 * DAY
        )
        self.store.end_silence(old.id, since + DAY)
        began = self.now - 2 * HOUR
        until = self.now + 20 * HOUR
        self.store.add_silence((("severity", ("low",)),), "Leyla", "strike of the railway until tomorrow", began, until)
        item = _News(self.now - HOUR, *texts.TRAINS[1])
        day = dates.day(self.now.date(), "uk")
        self._happens(replace(item, text=item.text.format(day=day).replace("шість", "дев'ять")), 9000)
        blind = coverage.RuleCoverage("border-trains", "Trains across the border", ())
        for telling in coverage.news([blind], frozenset(), self.now - 3 * HOUR, self.desk.routes):
            self.store.tell(telling.alert, self.desk.addresses(telling.alert), telling.standing, telling.settled)

    # --- sources -----------------------------------------------------------------------------

    def _poll(self, polled: Polled) -> None:
        state = dict(self.store.due_sources(_EVER, 100)).get(polled.source_id, PollState())
        planned = plan(self.sources[polled.source_id], state, polled, polled.at)
        self.store.record_polls([(polled, planned, frozenset())])

    def _first_polls(self) -> None:
        for item in texts.OUTLETS:
            if item.state != "new":
                self._poll(Polled(item.id, self.now - (DAYS + 1) * DAY, Outcome.FRESH, (), status=200))

    def _last_polls(self) -> None:
        failing = {
            "failing": (Outcome.TEMPORARY, None, "the server does not answer within 20 s"),
            "blocked": (Outcome.HARD, 403, "HTTP 403: the server refuses us"),
            "gone": (Outcome.HARD, 404, "HTTP 404: there is no such feed"),
        }
        for place, item in enumerate(texts.OUTLETS):
            if item.state in failing:
                outcome, status, words = failing[item.state]
                for minutes in (540, 300, 90, 4):
                    self._poll(Polled(item.id, self.now - minutes * MINUTE, outcome, status=status, message=words))
            elif item.state != "new":
                words = (
                    "the feed is malformed at line 12; what could be read was taken" if item.state == "warned" else ""
                )
                at = self.now - (place % 7 + 1) * MINUTE
                self._poll(
                    Polled(item.id, at, Outcome.FRESH if words else Outcome.UNCHANGED, status=200, message=words)
                )
