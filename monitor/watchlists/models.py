"""What may stand in `watchlists/*.yaml`, key by key. docs/watchlists.md describes every one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from monitor.core.model import RuleKind, Severity, Zone
from monitor.core.rules import Stage
from monitor.watchlists.fields import (
    Duration,
    Expectation,
    Identifier,
    Moment,
    Names,
    Strict,
    TermLanguage,
    TermName,
    Text,
    Version,
    Word,
    member_of,
    objection,
)
from monitor.watchlists.wording import found

RING = "ring"  # updates with a sound

W = TypeVar("W", list[str], dict[str, list[str]])


def _some_words(value: W) -> W:
    if not value:
        raise objection("a term without words", "write en: [word, other word]")
    return value


TermWords = Annotated[
    dict[TermLanguage, Annotated[list[Word], AfterValidator(_some_words)]], AfterValidator(_some_words)
]


# Where a cue must stand.
Zones = Annotated[list[Annotated[Zone, member_of(Zone)]], Field(min_length=1)]


class NearModel(Strict):
    """Terms that must stand close to one another."""

    terms: list[Names]
    words: int | None = Field(default=None, ge=0, le=100)
    sentences: int | None = Field(default=None, ge=1, le=10)

    @model_validator(mode="after")
    def one_measure(self) -> NearModel:
        if len(self.terms) < 2:
            raise objection("“near” needs two items at least", "name what must stand close together: [depot, fire]")
        if (self.words is None) == (self.sentences is None):
            raise objection("“near” has either “words” or “sentences”", "write words: 8, or sentences: 2")
        return self


class ScoreModel(Strict):
    """Terms with weights, of which enough must occur."""

    terms: dict[TermName, Annotated[float, Field(allow_inf_nan=False)]] = Field(min_length=1)
    threshold: float = Field(gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def can_be_reached(self) -> ScoreModel:
        if 0 in self.terms.values():
            raise objection("a weight of 0 has no effect", "remove the term, or give it another weight")
        most = sum(weight for weight in self.terms.values() if weight > 0)
        if most < self.threshold:
            hint = "raise the weights, or lower the threshold"
            raise objection(f"the weights reach {most:g} at most, the threshold is {self.threshold:g}", hint)
        return self


class ConditionModel(Strict):
    """`match` and `context`: what must stand together, and what must not."""

    all: list[Names] = Field(default_factory=list)
    any: list[Names] = Field(default_factory=list, min_length=1)
    none: list[Names] = Field(default_factory=list)
    near: list[NearModel] = Field(default_factory=list, min_length=1)
    score: ScoreModel | None = None
    zones: Zones | None = Field(default=None, alias="in")
    within: int = Field(default=2, ge=1, le=10)
    actor: list[Names] = Field(default_factory=list)
    rivals: list[Names] = Field(default_factory=list)
    none_in_title: list[Names] = Field(default_factory=list)

    def wanted(self) -> Iterator[tuple[tuple[str | int, ...], list[str]]]:
        """Each place that names terms of which one must be there, with the terms."""
        yield from ((("all", index), names) for index, names in enumerate(self.all))
        if self.any:
            yield ("any",), [name for names in self.any for name in names]
        for number, near in enumerate(self.near):
            yield from ((("near", number, "terms", index), names) for index, names in enumerate(near.terms))
        if self.score:
            yield ("score", "terms"), [name for name, weight in self.score.terms.items() if weight > 0]


class StepModel(Strict):
    """A step of a process, or a state."""

    id: TermName
    cues: list[Names]
    title: Text | None = None
    needs: list[Names] = Field(default_factory=list)
    beside: list[Names] = Field(default_factory=list)
    unless: list[Names] = Field(default_factory=list)
    zones: Zones | None = Field(default=None, alias="in")
    alerts: bool = True
    planned: bool = False
    negated: bool = False
    spoken: bool = False


class SameEventModel(Strict):
    days: int = Field(default=2, ge=0, le=366)
    memory: Duration | None = None
    by_name: bool = False
    by: list[Names] = Field(default_factory=list)


class QuantityModel(Strict):
    unit: Text
    beside: list[Names] = Field(default_factory=list)
    total: list[Names] = Field(default_factory=list)
    again: list[Names] = Field(default_factory=list)
    minimum: float = Field(default=0.0, ge=0, allow_inf_nan=False)


class VolumeModel(Strict):
    window: Duration | None = None
    factor: float = Field(default=3.0, ge=1, allow_inf_nan=False)
    least: int = Field(default=5, ge=1)
    publishers: int = Field(default=2, ge=1)


class ExampleTextModel(Strict):
    """One text of a time-line."""

    title: str = ""
    text: Text
    lang: TermLanguage | None = None
    published: Moment | None = None
    expect: Expectation = "silent"
    step: Text | None = None


class ExampleModel(Strict):
    """One text with what must come of it, or a time-line of several."""

    name: str = ""
    title: str = ""
    text: Text | None = None
    lang: TermLanguage | None = None
    published: Moment | None = None
    expect: Expectation = "silent"
    step: Text | None = None
    seeds: bool = False
    timeline: list[ExampleTextModel] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def one_form(self) -> ExampleModel:
        if (self.text is None) == (self.timeline is None):
            raise objection("an example has either “text” or “timeline”", "a headline alone goes under “text”, too")
        if self.timeline is not None and self.model_fields_set - {"name", "seeds", "timeline"}:
            raise objection(
                "beside “timeline” only “name” and “seeds” may stand",
                "move the other keys to the texts of the timeline",
            )
        if self.seeds and not any(text.published for text in self.timeline or (self,)):
            raise objection(
                "an example that is held against the seeds needs a time",
                "say when its text is published: 2025-08-27T06:00:00Z, after the seeds that it retells",
            )
        return self


def _updates(value: object) -> object:
    if value not in (True, False, RING) or not isinstance(value, bool | str):
        raise objection(f"expected true, false or {RING}, found {found(value)}")
    return value


Updates = Annotated[bool | str, BeforeValidator(_updates), WithJsonSchema({"enum": [True, False, RING]})]


class RuleModel(Strict):
    id: Identifier
    kind: Annotated[RuleKind, member_of(RuleKind)]
    title: Text
    match: ConditionModel
    description: str = ""
    severity: Annotated[Severity, member_of(Severity)] = Severity.MEDIUM
    channels: list[Identifier] = Field(default_factory=list)
    enabled: bool = True
    stage: Annotated[Stage, member_of(Stage)] = Stage.LIVE
    updates: Updates = False
    context: ConditionModel | None = None
    steps: list[StepModel] = Field(default_factory=list)
    states: list[StepModel] = Field(default_factory=list)
    initial: Text | None = None
    denied: Text | None = None
    considered: Text | None = None
    same_event: SameEventModel = SameEventModel()
    quantity: QuantityModel | None = None
    volume: VolumeModel | None = None
    examples: list[ExampleModel] = Field(default_factory=list)


class WatchlistFile(Strict):
    """`watchlists/*.yaml`."""

    version: Version
    terms: dict[TermName, TermWords] = Field(default_factory=dict)
    packs: dict[TermName, Annotated[list[Names], Field(min_length=1)]] = Field(default_factory=dict)
    rules: list[RuleModel] = Field(default_factory=list)


def given(**values: Any) -> dict[str, Any]:
    """The values that were written: keys left out keep the defaults of the core."""
    return {name: value for name, value in values.items() if value is not None}
