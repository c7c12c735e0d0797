r"""Rules as values: what a watchlist says once it has been read and found right.

`monitor.watchlists` makes these from YAML; the rest of the core only ever sees these.
A word in a term is written as analysts write it in YAML:

    strike          any inflected form of the word, in the language it is listed under
    =AZAL           exactly this form, apart from case and from what an apostrophe sets apart (AZAL's)
    ==US            exactly this form, case included
    sanction*       any word that begins so
    fuel depot      these words one after the other, each in any form
    lift ~3 ban     the second with at most 3 words between them
    /No\. \d{3}/    whatever this regular expression finds within one sentence (see `core.patterns`)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from monitor.core.model import RuleKind, Severity, Zone


def is_pattern(word: str) -> bool:
    """Is a word of a term written as a pattern?"""
    return len(word) > 2 and word[0] == word[-1] == "/"


class Stage(StrEnum):
    """How far a rule is trusted."""

    LIVE = "live"
    SHADOW = "shadow"  # on trial: judged, learned from and shown, but nobody is told


@dataclass(frozen=True, slots=True)
class Term:
    """A named group of words per language; the key `any` holds for every language.

    `watchlist` and `line`: where it is defined. They are no part of what it means.
    """

    name: str
    words: Mapping[str, tuple[str, ...]]
    watchlist: str = field(default="", repr=False, compare=False)
    line: int = field(default=0, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Groups of terms of which one word each must stand close to the others.

    `words`: all in one sentence, at most so many words between the outermost two. `sentences`: within so many
    neighbouring sentences (1 = one sentence; the title is a neighbour of every sentence of the lead).
    One of the two is None.
    """

    groups: tuple[tuple[str, ...], ...]
    words: int | None = None
    sentences: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The weights of the terms that occur, each counted once, must add up to `threshold` (above 0) or more."""

    weights: tuple[tuple[str, float], ...]
    threshold: float


@dataclass(frozen=True, slots=True)
class Condition:
    """What must stand together.

    `all`: every group must be there, and one of a group's terms is enough. `none`: terms that
    must not be there. `within`: how many neighbouring sentences count as together (1 = one
    sentence). The title counts as a neighbour of every sentence of the lead.
    `actor`: who must be the one that acts: of all `actor` and `rivals` terms, the first in the
    title (or, where the title names none, in the passage) has to be an actor.
    `none_in_title`: terms that the title must not have. `near` and `score`: see there. `zones`: where
    the cue must stand; empty = anywhere. Without meaning in a rule's context.
    """

    all: tuple[tuple[str, ...], ...] = ()
    none: tuple[str, ...] = ()
    within: int = 2
    actor: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    none_in_title: tuple[str, ...] = ()
    near: tuple[Near, ...] = ()
    score: Score | None = None
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a process (event rules) or a state (state rules), with what tells it.

    One of `cues` must stand in the passage; all groups of `needs` too; all groups of `beside` in the
    sentence of the cue itself, and none of `unless`. `zones`: where the cue must stand; empty = anywhere.
    Steps are listed by precedence: where a sentence tells two, the first listed counts.
    `alerts` is False for steps that are recorded but never worth a message. `event` marks, in a
    state rule, a step that is judged as an event beside the states. `planned` steps tell of what is
    still to come: their date may lie ahead, and “will” does not weaken them. A `negated` step, judged
    as an event, is told by a denial of its cues (“will not join”). A `spoken` step is done by saying so:
    it is news in direct speech, too.
    """

    id: str
    cues: tuple[str, ...]
    title: str = ""
    needs: tuple[tuple[str, ...], ...] = ()
    beside: tuple[tuple[str, ...], ...] = ()
    unless: tuple[str, ...] = ()
    alerts: bool = True
    event: bool = False
    planned: bool = False
    negated: bool = False
    spoken: bool = False
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True, slots=True)
class SameEvent:
    """When two reports of one step are one event.

    `days`: how far their dates may lie apart. `memory`: for how long after an event an undated
    report of the same step still counts as that event unless names, places or figures differ.
    `by_name`: two reports in one language that share no name are two events, however near. `by`: groups of terms
    whose words tell events apart in any language; `keys` has their words as `core.apart.keys_of` gives them.
    """

    days: int = 2
    memory: timedelta = timedelta(days=7)
    by_name: bool = False
    by: tuple[tuple[str, ...], ...] = ()
    keys: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class QuantitySpec:
    """Which figures a quantity rule watches. `unit` as in `core.figures` (`money`, `m3`, `people` …), or the
    term of what is counted.

    A figure counts as a total when one of the terms `total` stands in its sentence, and as another
    one although the sum is known from long ago when one of `again` stands in the passage.
    `minimum` is the least value, in base units, that is worth a look. Of every group in `beside` one
    term must stand in the sentence of a figure that is to count.
    """

    unit: str
    total: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    minimum: float = 0.0
    beside: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class VolumeSpec:
    """A burst of coverage: in `window` at least `least` articles from `publishers` families, and
    at least `factor` times the average of the windows before."""

    window: timedelta = timedelta(hours=24)
    factor: float = 3.0
    least: int = 5
    publishers: int = 2


@dataclass(frozen=True, slots=True)
class ExampleArticle:
    """One text of an example with what must come of it: new, followup, known, quiet (a verdict without an alert),
    unmatched (no verdict) or silent (no alert, whatever the verdict)."""

    text: str
    expect: str = "silent"
    title: str = ""
    language: str = ""
    published: str = ""  # ISO 8601; empty = one hour after the text before it
    step: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A time-line of one or more texts, judged in order against an empty baseline, or one of the `seeds`."""

    articles: tuple[ExampleArticle, ...]
    name: str = ""
    line: int = 0
    seeds: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What to watch. See docs/watchlists.md for the meaning of every field."""

    id: str
    kind: RuleKind
    title: str
    match: Condition
    description: str = ""
    severity: Severity = Severity.MEDIUM
    channels: tuple[str, ...] = ()
    context: Condition | None = None  # must hold in title, lead and the paragraph of the cue taken together
    steps: tuple[Step, ...] = ()
    initial: str = ""  # state rules: the state before anything is known
    denied: str = ""  # state rules: the state that a denial asserts
    considered: str = ""  # state rules: the state that a plan or a rumour asserts
    same_event: SameEvent = field(default_factory=SameEvent)
    quantity: QuantitySpec | None = None
    volume: VolumeSpec | None = None
    updates: bool = False
    rings: bool = False  # do updates ring like a first message?
    enabled: bool = True
    stage: Stage = field(default=Stage.LIVE, repr=False)  # no part of what it looks for
    examples: tuple[Example, ...] = ()
    watchlist: str = ""  # file it came from
    line: int = 0

    @property
    def on_trial(self) -> bool:
        return self.stage is Stage.SHADOW


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules in force, with their terms. `version` is a digest of the files they came from."""

    rules: tuple[Rule, ...]
    terms: Mapping[str, Term]
    version: str = ""

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)
