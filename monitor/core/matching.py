"""Which rules an article touches, and by which words.

A rule is touched where a cue of one of its steps stands together with everything the rule asks
for: in the same sentence or in one near it, the title counting as a neighbour of the whole lead.
Such a place is a `Passage`. Late paragraphs retell, so a passage never spans more than the
rule's `within` sentences there (the finding behind it: on pages of real length, words matched
anywhere in the page are right in fewer than one case of ten).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.core.figures import is_unit
from monitor.core.model import Zone
from monitor.core.nearness import Hits, together, weigh
from monitor.core.patterns import Overdue, Patterns
from monitor.core.render import count
from monitor.core.rules import Condition, Near, Rule, RuleSet, Step
from monitor.core.terms import Hit, Lexicon
from monitor.core.text import Document

# Cues of a step that are looked at: articles have a few dozen; what repeats one without end says no more.
CUE_LIMIT = 300
_RULES = 5_000  # whose groups are remembered
_GROUPS: dict[int, tuple[Rule, tuple[tuple[str, ...], ...]]] = {}


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


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a document found: `present` are the terms with a hit, `overdue` the patterns left out."""

    hits: Hits
    present: frozenset[str]
    overdue: tuple[Overdue, ...] = ()


class Matcher:
    """All enabled rules of a rule set, ready for articles."""

    def __init__(self, ruleset: RuleSet):
        self.lexicon = Lexicon(ruleset.terms)
        self.patterns = Patterns(ruleset.terms)
        self.rules = tuple(rule for rule in ruleset.rules if rule.enabled)
        self._by_term = _pivots(self.rules)

    def scan(self, document: Document) -> Scan:
        """One pass for the words of all rules. A pattern that takes too long is left out."""
        found, overdue = self.patterns.scan(document)
        by_sentence: dict[int, dict[str, list[Hit]]] = {}
        for hit in (*self.lexicon.scan(document), *found):
            by_sentence.setdefault(hit.sentence, {}).setdefault(hit.term, []).append(hit)
        return Scan(by_sentence, frozenset(term for terms in by_sentence.values() for term in terms), overdue)

    def match(self, document: Document, scan: Scan | None = None) -> list[Match]:
        """Every rule of which at least the rarest group of words occurs, touched or nearly so.

        `scan` is that of this document, where it is at hand.
        """
        scan = scan or self.scan(document)
        candidates = {number for term in scan.present for number in self._by_term.get(term, ())}
        return [match_rule(self.rules[number], document, scan) for number in sorted(candidates)]

    def concerned(self, overdue: Overdue) -> list[str]:
        """The ids of the rules that name the term of a pattern."""
        return [rule.id for rule in self.rules if overdue.term in terms_of(rule)]


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
    """All groups of words that a rule needs, its cues as the last one. Remembered by identity: hashing takes longer."""
    known = _GROUPS.get(id(rule))
    if known is None or known[0] is not rule:
        if len(_GROUPS) >= _RULES:
            _GROUPS.clear()
        known = _GROUPS[id(rule)] = rule, _groups(rule)
    return known[1]


def _groups(rule: Rule) -> tuple[tuple[str, ...], ...]:
    cues = tuple(dict.fromkeys(cue for step in rule.steps for cue in step.cues))
    wanted = groups_of(rule.match)
    return (*wanted, cues) if cues else wanted


def groups_of(condition: Condition) -> tuple[tuple[str, ...], ...]:
    """All groups of which a condition asks one word at least; `all` comes last, for the sake of `steps_of`."""
    close = [group for near in condition.near for group in near.groups if group not in condition.all]
    weights = condition.score.weights if condition.score else ()
    score = tuple(term for term, weight in weights if weight > 0)
    return (*((score,) if score else ()), *close, *condition.all)


def steps_of(rule: Rule) -> tuple[Step, ...]:
    """The rule's steps; a rule without any has a single one, told by its last group of words."""
    return rule.steps or (Step(id="", cues=groups_of(rule.match)[-1]),)


def terms_of(rule: Rule) -> frozenset[str]:
    """Every term that a rule names."""
    conditions = [rule.match, rule.context] if rule.context else [rule.match]
    terms = {term for condition in conditions for term in _terms_in(condition)}
    for step in rule.steps:
        terms.update(step.cues, step.unless, *step.needs, *step.beside)
    terms.update(*rule.same_event.by)
    if rule.quantity:
        terms.update(rule.quantity.total, rule.quantity.again, *rule.quantity.beside)
        terms.update(() if is_unit(rule.quantity.unit) else (rule.quantity.unit,))
    return frozenset(terms)


def _terms_in(condition: Condition) -> set[str]:
    weighed = [term for term, _ in condition.score.weights] if condition.score else []
    barred = {*condition.none, *condition.none_in_title}
    return barred.union(condition.actor, condition.rivals, weighed, *groups_of(condition))


def match_rule(rule: Rule, document: Document, scan: Scan) -> Match:
    """The passages of one rule, or what kept it silent."""
    hits, present = scan.hits, scan.present
    lacking = [group for group in groups(rule) if present.isdisjoint(group)]
    if lacking:
        lacking = [group for number, group in enumerate(lacking) if {*group} not in map(set, lacking[:number])]
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
        named = _first(barred, front, hits)
        return f"title, lead or its paragraph has {_named(named) if named else barred[0]}"
    for near in condition.near:
        if not together(near, front, document, hits, None):
            return f"title, lead and its paragraph do not have {_distance(near, near.groups)}"
    if missed := _too_light(condition, front, hits):
        return f"{missed} in title, lead and its paragraph"
    return _actor(condition, front, hits)


def _passage(
    rule: Rule, step: Step, cue: Hit, document: Document, hits: Hits, contexts: dict[int, str]
) -> Passage | str:
    """The passage around one cue, or what it lacks. `contexts` remembers what each paragraph lacks of the context."""
    if misplaced := _misplaced(rule, step, cue, document):
        return misplaced
    window = _window(rule.match.within, cue.sentence, document)
    if obstacle := _obstacle(rule, step, cue, window, hits):
        return obstacle
    paragraph = document.sentences[cue.sentence].paragraph
    if rule.context and paragraph not in contexts:
        contexts[paragraph] = _context(rule.context, paragraph, document, hits)
    if missed := contexts.get(paragraph):
        return missed
    support = _support(rule, step, cue, window, document, hits)
    if isinstance(support, str):
        return support
    if missed := _too_light(rule.match, window, hits):
        return f"{missed} near “{cue.word}”"
    if wrong := _actor(rule.match, window, hits):
        return wrong
    return Passage(step, cue, window, tuple(dict.fromkeys(support)))


def _support(
    rule: Rule, step: Step, cue: Hit, window: Sequence[int], document: Document, hits: Hits
) -> list[Hit] | str:
    """The cue and what stands near it of all that the rule asks for, or what it stands without."""
    support = [cue]
    for group in (*rule.match.all, *step.needs):
        nearest = _nearest(group, cue, window, hits)
        if nearest is None:
            return f"“{cue.word}” stands without {_or(group)} near it"
        support.append(nearest)
    for near in rule.match.near:
        close = together(near, window, document, hits, cue)
        if not close:
            return _apart(near, cue)
        support += close
    return support


def _misplaced(rule: Rule, step: Step, cue: Hit, document: Document) -> str:
    """Does the cue stand in another part of the article than it should?"""
    zone = document.sentences[cue.sentence].zone
    wrong = next((zones for zones in (rule.match.zones, step.zones) if zones and zone not in zones), None)
    return f"“{cue.word}” stands in the {zone.value}, not in {_or(wrong)}" if wrong else ""


def _apart(near: Near, cue: Hit) -> str:
    """What does not stand close enough, in words."""
    others = [group for group in near.groups if cue.term not in group]
    if len(others) == len(near.groups):
        return f"near “{cue.word}” there are not {_distance(near, others)}"
    if near.words is not None:
        return f"“{cue.word}” stands without {_and(others)} within {count(near.words, 'word')}"
    where = "in its sentence" if near.sentences == 1 else f"within {near.sentences} sentences"
    return f"“{cue.word}” stands without {_and(others)} {where}"


def _distance(near: Near, groups: Sequence[Sequence[str]]) -> str:
    if near.words is not None:
        return f"{_and(groups)} within {count(near.words, 'word')} of one another"
    return f"{_and(groups)} " + ("in one sentence" if near.sentences == 1 else f"within {near.sentences} sentences")


def _too_light(condition: Condition, area: Sequence[int], hits: Hits) -> str:
    """What the terms weigh, where that is too little; empty otherwise."""
    if condition.score is None:
        return ""
    total, found = weigh(condition.score, area, hits)
    if total >= condition.score.threshold:
        return ""
    weights = dict(condition.score.weights)
    weighed = ", ".join(f"{hit.term} {weights[hit.term]:+g}" for hit in found) or "nothing"
    return f"the score is {total:g} ({weighed}) and not {condition.score.threshold:g}"


def _obstacle(rule: Rule, step: Step, cue: Hit, window: Sequence[int], hits: Hits) -> str:
    """What stands against the cue in its own sentence or near it; empty when nothing."""
    here = hits[cue.sentence]
    for group in step.beside:
        if not any(term in here for term in group):
            return f"“{cue.word}” stands without {_or(group)} in its sentence"
    if barred := _first(step.unless, (cue.sentence,), hits):
        return f"“{cue.word}” stands in {_place(cue.sentence)} together with {_named(barred)}"
    if barred := _first(rule.match.none, window, hits):
        where = "" if barred.sentence == cue.sentence else f" in {_place(barred.sentence)}"
        return f"“{cue.word}” stands in {_place(cue.sentence)} near {_named(barred)}{where}"
    if barred := _first(rule.match.none_in_title, (0,), hits):
        return f"the title has {_named(barred)}"
    return ""


def _first(terms: Sequence[str], sentences: Sequence[int], hits: Hits) -> Hit | None:
    """A hit of the first of the terms that occurs in the sentences."""
    found = (hit for term in terms for index in sentences for hit in hits.get(index, {}).get(term, ()))
    return next(found, None)


def _named(hit: Hit) -> str:
    """A word that was found, with its term unless that is called the same."""
    return f"“{hit.word}”" + ("" if hit.word.casefold() == hit.term.casefold() else f" ({hit.term})")


def _place(sentence: int) -> str:
    return f"sentence {sentence}" if sentence else "the title"


def _window(within: int, sentence: int, document: Document) -> tuple[int, ...]:
    """Sentences that count as standing together with this one, itself included."""
    here = document.sentences[sentence]
    last = len(document.sentences) - 1
    if here.zone is Zone.TITLE:
        lead = [s.index for s in document.sentences[1 : within + 1] if s.zone is Zone.LEAD]
        return (0, *lead)
    near = {
        index
        for index in range(
            max(1, sentence - within + 1), min(last, sentence + (within - 1 if here.zone is Zone.LEAD else 0)) + 1
        )
        if not document.sentences[index].aside
        and (here.zone is Zone.LEAD or document.sentences[index].paragraph == here.paragraph)
    }
    return tuple(sorted(near | ({0} if here.zone is Zone.LEAD else set())))


def _nearest(group: Sequence[str], cue: Hit, window: Sequence[int], hits: Hits) -> Hit | None:
    """The hit of the group closest to the cue: by sentence, then by words."""
    found = [hit for index in window for term in group for hit in hits.get(index, {}).get(term, ())]
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    apart = [(abs(hit.sentence - cue.sentence), abs(hit.first - cue.first)) for hit in found]
    least = min(apart)
    return min((hit for hit, far in zip(found, apart, strict=True) if far == least), key=lambda hit: hit.start)


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


def _and(groups: Sequence[Sequence[str]]) -> str:
    return " and ".join(_or(group) for group in groups)
