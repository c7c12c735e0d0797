"""What a language's table of cues is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from monitor.core.model import Assertion


class Scope(Enum):
    """Over which stretch of the sentence a cue rules."""

    AFTER = "after"  # itself and the rest of its clause
    INTO = "into"  # what follows, through one "that"; not itself: who denies has in fact denied
    BEFORE = "before"  # its clause up to and including itself: verb-final languages
    LEFT = "left"  # its clause up to itself, itself left out
    CLAUSE = "clause"  # its whole clause
    SENTENCE = "sentence"  # the whole sentence
    IF = "if"  # its own clause, and whatever else in the sentence is not told as past


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern (lower case, begins at a word) with what it does to the words in its scope.

    `kind` None makes it a shield: it swallows words that would otherwise be a cue ("not only").
    `reach` is the farthest word it rules to its right, `back` to
    its left; 0 for no limit. `future` tells of what is still to
    come. A cue does not count where `guard` is found earlier in the sentence. A `mood` is an ending
    of the verb itself ("kapatabilir"), which weakens also the word that has it.
    """

    pattern: str
    kind: Assertion | None
    scope: Scope = Scope.AFTER
    reach: int = 0
    back: int = 0
    future: bool = False
    guard: str = ""
    mood: bool = False


@dataclass(frozen=True)
class Grammar:
    """A language's cues, in order of precedence where two begin at one word, and its clauses.

    `barrier` ends a clause; `complement` matches those barriers through which an embedding verb
    still rules; `past` matches a verb that is told as past; `presupposing` a question that takes
    what it asks about as given ("why did ...").
    """

    cues: tuple[Cue, ...]
    barrier: str
    complement: str = r"(?!)"
    past: str = r"(?!)"
    presupposing: str = r"(?!)"
    verb_last: bool = False
    dotless: bool = False  # lower case of I is ı
    infinitive: Infinitives | None = field(default=None)

    @cached_property
    def cue_pattern(self) -> re.Pattern[str]:
        groups = (f"(?P<c{number}>(?:{cue.pattern}))" for number, cue in enumerate(self.cues))
        return re.compile(r"(?<![\w'])(?:" + "|".join(groups) + r")(?![\w])")

    @cached_property
    def barrier_pattern(self) -> re.Pattern[str]:
        return re.compile(self.barrier)

    @cached_property
    def complement_pattern(self) -> re.Pattern[str]:
        return re.compile(self.complement)

    @cached_property
    def past_pattern(self) -> re.Pattern[str]:
        return re.compile(self.past)

    def fold(self, text: str) -> str:
        """Lower case of the same length, so that offsets hold."""
        text = text.replace("İ", "i").replace("’", "'").replace("ʼ", "'").replace("`", "'")
        if self.dotless:
            text = text.replace("I", "ı")
        lowered = text.lower()
        return lowered if len(lowered) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


@dataclass(frozen=True, slots=True)
class Infinitives:
    """How to tell an infinitive from what stands before it, and what its governor says of it.

    All patterns are matched against the folded text that ends just before the word.
    """

    marker: str
    happened: str  # governors whose complement came true: managed to, began to
    denied: str  # governors whose complement did not: failed to
    never: str  # words that are none, whatever stands before
    imperative: str  # matched from the start of the sentence: it bids, it does not tell
