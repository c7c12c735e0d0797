"""Which rules an article touches, and by which words.

A rule is touched where a cue of one of its steps stands together with everything the rule asks
for: in the same sentence or in one near it, the title counting as a neighbour of the whole lead.
Such a place is a `Passage`. Late paragraphs retell, so a passage never spans more than the
rule's `within` sentences there (the finding behind it: on pages of real length, words matched
anywhere in the page are right in fewer than one case of ten).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.core.model import Zone
from monitor.core.rules import Condition, Rule, RuleSet, Step
from monitor.core.terms import Hit, Lexicon
from monitor.core.text import Document

CUE_LIMIT = (
    300  # cues of a step that are looked at: articles have a few dozen; what repeats one without end says no more
)

Hits = Mapping[int, Mapping[str, Sequence[Hit]]]  # sentence → term → hits


@dataclass(frozen=True, slots=True)
class Passage:
    """One place that satisfies a rule: the cue, the step it tells, the sentences around that hold the rest."""

    step: Step
    cue: Hit
    window: tuple[int, ...]
    hits: tuple[Hit, ...]  # the words that satisfied the rule, cue first

    @property
    def sentence(self) -> int:
        return self.cue.sentence

    @property
    def spread(self) -> int:
        """How many sentences the words are spread over."""
        return len({hit.sentence for hit in self.hits})


@dataclass(frozen=True, slots=True)
class Match:
    """A rule with all its passages in one article; `missed` says, where there are none, what was lacking."""

    rule: Rule
    passages: tuple[Passage, ...]
    hits: Hits
    missed: str = ""


class Matcher:
    """All enabled rules of a rule set, ready for articles."""

    def __init__(self, ruleset: RuleSet):
        self.lexicon = Lexicon(ruleset.terms)
        self.rules = tuple(rule for rule in ruleset.rules if rule.enabled)
        self._by_term = _pivots(self.rules)

    def hits(self, document: Document) -> Hits:
        by_sentence: dict[int, dict[str, list[Hit]]] = {}
        for hit in self.lexicon.scan(document):
            by_sentence.setdefault(hit.sentence, {}).setdefault(hit.term, []).append(hit)
        return by_sentence

    def match(self, document: Document) -> list[Match]:
        """Every rule of which at least the rarest group of words occurs, touched or nearly so."""
        hits = self.hits(document)
        present = {term for terms in hits.values() for term in terms}
        candidates = {number for term in present for number in self._by_term.get(term, ())}
        return [match_rule(self.rules[number], document, hits, present) for number in sorted(candidates)]


def _pivots(rules: Sequence[Rule]) -> dict[str, list[int]]:
    """Term → numbers of the rules to look at when it occurs: each hangs on the group that fewest rules share."""
    users: dict[str, int] = {}
    for rule in rules:
        for term in {term for group in groups(rule) for term in group}:
            users[term] = users.get(term, 0) + 1
    by_term: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        pivot = min(groups(rule), key=lambda group: sum(users[term] for term in group))
        for term in pivot:
            by_term.setdefault(term, []).append(number)
    return by_term


def groups(rule: Rule) -> tuple[tuple[str, ...], ...]:
    """All groups of words that a rule needs, its cues as the last one."""
    cues = tuple(dict.fromkeys(cue for step in rule.steps for cue in step.cues))
    return (*rule.match.all, cues) if cues else rule.match.all


def steps_of(rule: Rule) -> tuple[Step, ...]:
    """The rule's steps; a rule without any has a single one, told by its last group of words."""
    return rule.steps or (Step(id="", cues=rule.match.all[-1]),)


def match_rule(rule: Rule, document: Document, hits: Hits, present: set[str]) -> Match:
    """The passages of one rule, or what kept it silent."""
    lacking = [group for group in groups(rule) if present.isdisjoint(group)]
    if lacking:
        return Match(rule, (), hits, "no word of " + ", nor of ".join(_or(group) for group in lacking))
    passages, reasons = [], []
    contexts: dict[int, str] = {}
    for step in steps_of(rule):
        for cue in _cues(step, hits)[:CUE_LIMIT]:
            found = _passage(rule, step, cue, document, hits, contexts)
            if isinstance(found, Passage):
                passages.append(found)
            else:
                reasons.append(found)
    if passages:
        return Match(rule, tuple(passages), hits)
    return Match(rule, (), hits, reasons[0] if reasons else "no cue of any step")


def _cues(step: Step, hits: Hits) -> list[Hit]:
    """Every cue of a step, in the order of the text."""
    wanted = frozenset(step.cues)
    found: list[Hit] = []
    for sentence in sorted(hits):
        terms = hits[sentence]
        if not wanted.isdisjoint(terms):
            here = [hit for cue in step.cues for hit in terms.get(cue, ())]
            found += sorted(here, key=lambda hit: hit.start) if len(here) > 1 else here
    return found


def _context(condition: Condition, paragraph: int, document: Document, hits: Hits) -> str:
    """What title, lead and the cue's own paragraph (in a round-up, its item) lack of the rule's context."""
    front = [s.index for s in document.sentences if s.zone is not Zone.BODY or s.paragraph == paragraph]
    present = {term for index in front for term in hits.get(index, ())}
    for group in condition.all:
        if present.isdisjoint(group):
            return f"neither title nor lead nor its paragraph names {_or(group)}"
    if barred := sorted(present.intersection(condition.none)):
        return f"title or lead name {barred[0]}"
    return _actor(condition, front, hits)


def _passage(
    rule: Rule, step: Step, cue: Hit, document: Document, hits: Hits, contexts: dict[int, str]
) -> Passage | str:
    """The passage around one cue, or what it lacks. `contexts` remembers what each paragraph lacks of the context."""
    window = _window(rule.match.within, cue.sentence, document)
    if obstacle := _obstacle(rule, step, cue, window, hits):
        return obstacle
    if rule.context:
        paragraph = document.sentences[cue.sentence].paragraph
        if paragraph not in contexts:
            contexts[paragraph] = _context(rule.context, paragraph, document, hits)
        if missed := contexts[paragraph]:
            return missed
    support = [cue]
    for group in (*rule.match.all, *step.needs):
        nearest = _nearest(group, cue, window, hits)
        if nearest is None:
            return f"“{cue.word}” stands without {_or(group)} near it"
        support.append(nearest)
    if wrong := _actor(rule.match, window, hits):
        return wrong
    return Passage(step, cue, window, tuple(dict.fromkeys(support)))


def _obstacle(rule: Rule, step: Step, cue: Hit, window: Sequence[int], hits: Hits) -> str:
    """What stands against the cue in its own sentence or near it; empty when nothing."""
    here = hits[cue.sentence]
    for group in step.beside:
        if not any(term in here for term in group):
            return f"“{cue.word}” stands without {_or(group)} in its sentence"
    if barred := next((term for term in step.unless if term in here), None):
        return f"“{cue.word}” stands beside {barred}"
    if barred := next((term for term in rule.match.none for index in window if term in hits.get(index, {})), None):
        return f"“{cue.word}” stands near {barred}"
    if barred := next((term for term in rule.match.none_in_title if term in hits.get(0, {})), None):
        return f"the title names {barred}"
    return ""


def _window(within: int, sentence: int, document: Document) -> tuple[int, ...]:
    """Sentences that count as standing together with this one, itself included."""
    here = document.sentences[sentence]
    last = len(document.sentences) - 1
    if here.zone is Zone.TITLE:
        lead = [s.index for s in document.sentences[1 : within + 1] if s.zone is Zone.LEAD]
        return (0, *lead)
    near = {
        index
        for index in range(max(1, sentence - within + 1), min(last, sentence + within - 1) + 1)
        if not document.sentences[index].aside
        and (here.zone is Zone.LEAD or document.sentences[index].paragraph == here.paragraph)
    }
    return tuple(sorted(near | ({0} if here.zone is Zone.LEAD else set())))


def _nearest(group: Sequence[str], cue: Hit, window: Sequence[int], hits: Hits) -> Hit | None:
    """The hit of the group closest to the cue: by sentence, then by words."""
    found = [hit for index in window for term in group for hit in hits.get(index, {}).get(term, ())]
    if not found:
        return None
    return min(found, key=lambda hit: (abs(hit.sentence - cue.sentence), abs(hit.first - cue.first), hit.start))


def _actor(condition: Condition, window: Sequence[int], hits: Hits) -> str:
    """Is the first actor that is named the right one? What is wrong, or nothing."""
    if not condition.actor:
        return ""
    for index in sorted(window, key=lambda number: (number != 0, number)):
        named = [
            (hit.start, -hit.end, term in condition.actor, hit)
            for term in (*condition.actor, *condition.rivals)
            for hit in hits.get(index, {}).get(term, ())
        ]
        if named:
            _, _, right, hit = min(named, key=lambda item: item[:3])
            return "" if right else f"the one who acts is “{hit.word}”, not {_or(condition.actor)}"
    return f"nobody of {_or(condition.actor)} is named"


def _or(group: Sequence[str]) -> str:
    return " or ".join(group)
