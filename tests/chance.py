"""Facts and claims by chance, so dense that any two may have to do with one another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from monitor.core.model import Assertion, Attribution, Claim, DateSpan, Evidence, Fact, Figure, RuleKind, Zone
from monitor.core.relevant import BURST
from monitor.core.rules import QuantitySpec, Rule, Step, VolumeSpec
from tests.making import NOON, rule

DAY = timedelta(days=1)
TODAY = NOON.date()

EVENT = rule(steps=(Step("hit", ("hit",)), Step("repaired", ("hit",)), Step("planned", ("hit",), planned=True)))
STATE = rule(
    id="embargo",
    kind=RuleKind.STATE,
    steps=(Step("lifted", ("hit",)), Step("in_force", ("hit",)), Step("talks", ("hit",), event=True)),
    initial="in_force",
)
QUANTITY = rule(id="aid", kind=RuleKind.QUANTITY, quantity=QuantitySpec("money", minimum=10.0))
VOLUME = rule(id="noise", kind=RuleKind.VOLUME, steps=(), volume=VolumeSpec(timedelta(hours=24), 2.0, 3, 2))
RULES = (EVENT, STATE, QUANTITY, VOLUME)

NAMES = tuple("abcdefghijklmnopqrstuvwxyz")
WORDS = tuple(f"word{number}" for number in range(40))
DAYS = (*range(-9, 6), *range(-9, 6), -40, -12, 9, 30)


class Making:
    """Facts (at most `most` at once) and claims of one rule."""

    def __init__(self, random: Random, of: Rule, most: int = 60):
        self.random, self.rule, self.most = random, of, most

    def span(self) -> DateSpan | None:
        if self.random.random() < 0.1:
            return None
        first = TODAY + self.random.choice(DAYS) * DAY
        return DateSpan(first, first + self.random.choice((0, 0, 0, 1, 3, 30)) * DAY)

    def some(self, of: Sequence[str], most: int) -> frozenset[str]:
        return frozenset(self.random.sample(of, self.random.randint(0, most)))

    def figures(self) -> tuple[Figure, ...]:
        return tuple(
            Figure(self.random.choice((9.0, 100.0, 101.5, 102.1, 5000.0)), self.random.choice(("USD", "m3")), total)
            for total in self.random.sample((True, False), self.random.randint(0, 2))
        )

    def facts(self) -> list[Fact]:
        """In no order."""
        random = self.random
        steps = [self.rule.steps[0].id] * 4 + [step.id for step in self.rule.steps] if self.rule.steps else MENTIONS
        return [
            Fact(
                key=f"{self.rule.id}:{number:03}",
                rule=self.rule.id,
                kind=self.rule.kind,
                step=random.choice(steps),
                event=f"e{random.randint(0, 9)}",
                recorded=NOON - timedelta(hours=random.choice((*range(0, 120, 6), 300, 700))),
                source=random.choice(("article:a", "article:b", "seed:s")),
                words="It was hit.",
                when=self.span(),
                dated=random.random() < 0.4,
                names=self.some(NAMES, 3),
                figures=self.figures(),
                signature=self.some(WORDS, 4),
                language=random.choice(("en", "ru")),
                outlet=random.choice(("one", "two", "three")),
            )
            for number in random.sample(range(2 * self.most), random.randint(self.most // 2, self.most))
        ]

    def claim(self) -> Claim:
        random = self.random
        return Claim(
            rule=self.rule.id,
            kind=self.rule.kind,
            step=random.choice([step.id for step in (*self.rule.steps[:1] * 3, *self.rule.steps)] or [""]),
            evidence=(Evidence("It was hit.", 0, 11, random.choice(list(Zone))),),
            when=self.span(),
            dated=random.random() < 0.3,
            names=self.some(NAMES, 3),
            figures=self.figures(),
            assertion=random.choice((*[Assertion.ASSERTED] * 4, *Assertion)),
            attribution=random.choice(list(Attribution)),
            signature=self.some(WORDS, 4),
            told=random.choice((TODAY, TODAY, None)),
            background=random.random() < 0.2,
            again=random.random() < 0.3,
            why="told late",
        )

    def claims(self) -> list[Claim]:
        return [self.claim() for _ in range(self.random.randint(1, 3))]


MENTIONS = ["mention", "mention", "mention", BURST]
