"""Checked models made into the values of the core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.core.apart import keys_of
from monitor.core.model import RuleKind
from monitor.core.rules import (
    Condition,
    Example,
    ExampleArticle,
    Near,
    QuantitySpec,
    Rule,
    SameEvent,
    Score,
    Step,
    Term,
    VolumeSpec,
)
from monitor.watchlists.fields import PACK
from monitor.watchlists.models import (
    RING,
    ConditionModel,
    ExampleModel,
    ExampleTextModel,
    QuantityModel,
    RuleModel,
    ScoreModel,
    StepModel,
    given,
)
from monitor.watchlists.yamlfile import Document, PathKey

Path = tuple[PathKey, ...]
Packs = Mapping[str, tuple[str, ...]]  # name → its terms


def unpacked(groups: Sequence[Sequence[str]], packs: Packs) -> tuple[str, ...]:
    """All terms that some groups name, those of packs among them; an unknown pack has none."""
    terms: list[str] = []
    for name in _flat(groups):
        terms += packs.get(name.removeprefix(PACK).strip(), ()) if name.startswith(PACK) else (name,)
    return tuple(dict.fromkeys(terms))


def _flat(groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Where one of all names is enough, "a | b" and two items mean the same."""
    return tuple(name for group in groups for name in group)


def _nested(groups: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for group in groups)


def _condition(model: ConditionModel, packs: Packs) -> Condition:
    some = (_flat(model.any),) if model.any else ()
    return Condition(
        all=(*_nested(model.all), *some),
        none=unpacked(model.none, packs),
        within=model.within,
        actor=_flat(model.actor),
        rivals=_flat(model.rivals),
        none_in_title=unpacked(model.none_in_title, packs),
        near=tuple(Near(_nested(near.terms), near.words, near.sentences) for near in model.near),
        score=_score(model.score) if model.score else None,
        zones=tuple(model.zones or ()),
    )


def _score(model: ScoreModel) -> Score:
    return Score(tuple(model.terms.items()), model.threshold)


def _step(model: StepModel, packs: Packs, *, event: bool) -> Step:
    return Step(
        id=model.id,
        cues=_flat(model.cues),
        title=model.title or "",
        needs=_nested(model.needs),
        beside=_nested(model.beside),
        unless=unpacked(model.unless, packs),
        alerts=model.alerts,
        planned=model.planned,
        negated=model.negated,
        spoken=model.spoken,
        event=event,
        zones=tuple(model.zones or ()),
    )


def _quantity(model: QuantityModel) -> QuantitySpec:
    return QuantitySpec(
        unit=model.unit,
        total=_flat(model.total),
        again=_flat(model.again),
        minimum=model.minimum,
        beside=_nested(model.beside),
    )


def _example(model: ExampleModel, document: Document, path: Path) -> Example:
    line = document.find(*path).line
    if model.timeline is None:
        return Example((_article(model, line),), model.name, line, model.seeds)
    articles = (
        _article(text, document.find(*path, "timeline", number).line) for number, text in enumerate(model.timeline)
    )
    return Example(tuple(articles), model.name, line, model.seeds)


def _article(model: ExampleModel | ExampleTextModel, line: int) -> ExampleArticle:
    return ExampleArticle(
        text=model.text or "",
        expect=model.expect,
        title=model.title,
        language=model.lang or "",
        published=model.published or "",
        step=model.step or "",
        line=line,
    )


def make_rule(model: RuleModel, document: Document, path: Path, packs: Packs, terms: Mapping[str, Term]) -> Rule:
    """The rule at `path` of a document."""
    volume, same = model.volume, model.same_event
    by = _nested(same.by)
    return Rule(
        id=model.id,
        kind=model.kind,
        title=model.title,
        match=_condition(model.match, packs),
        description=model.description,
        severity=model.severity,
        channels=tuple(model.channels),
        context=_condition(model.context, packs) if model.context else None,
        steps=(
            *(_step(state, packs, event=False) for state in model.states),
            *(_step(step, packs, event=model.kind is RuleKind.STATE) for step in model.steps),
        ),
        initial=model.initial or "",
        denied=model.denied or "",
        considered=model.considered or "",
        same_event=SameEvent(
            **given(days=same.days, memory=same.memory, by_name=same.by_name, by=by, keys=keys_of(by, terms))
        ),
        quantity=_quantity(model.quantity) if model.quantity else None,
        volume=VolumeSpec(
            **given(window=volume.window, factor=volume.factor, least=volume.least, publishers=volume.publishers)
        )
        if volume
        else None,
        updates=bool(model.updates),
        rings=model.updates == RING,
        enabled=model.enabled,
        stage=model.stage,
        examples=tuple(
            _example(example, document, (*path, "examples", index)) for index, example in enumerate(model.examples)
        ),
        watchlist=document.file,
        line=document.find(*path).line,
    )
