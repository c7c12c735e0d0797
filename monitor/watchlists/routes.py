"""The routes of `channels.yaml`: which alerts go to which channels."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from monitor.core.alerts import OURSELVES
from monitor.core.model import Assertion
from monitor.core.routing import REST, TRAITS, Route
from monitor.errors import Problem
from monitor.watchlists.fields import (
    CountryCode,
    LanguageCode,
    Names,
    Strict,
    alternatives,
    any_of,
    member_of,
    objection,
    several,
)
from monitor.watchlists.timing import Severities
from monitor.watchlists.wording import nearest, shown
from monitor.watchlists.yamlfile import Document, PathKey

Path = tuple[PathKey, ...]


def _pattern(value: str) -> str:
    if REST in value[:-1] or value == REST:
        raise objection(f"“{REST}” may only end a name: gas-{REST}", "leave the key out to match every name")
    return value


NamePatterns = Annotated[
    list[Annotated[str, AfterValidator(_pattern)]], BeforeValidator(alternatives), Field(min_length=1), several()
]


class MatchModel(Strict):
    """What an alert has to be like; of each key one of its values."""

    severity: Severities | None = None
    rule: NamePatterns | None = None
    watchlist: NamePatterns | None = None
    assertion: (
        Annotated[
            list[Annotated[Assertion, member_of(Assertion)]],
            BeforeValidator(alternatives),
            any_of(enum=[*map(str, Assertion)]),
        ]
        | None
    ) = None
    language: Annotated[list[LanguageCode], BeforeValidator(alternatives), any_of()] | None = None
    country: Annotated[list[CountryCode], BeforeValidator(alternatives), any_of()] | None = None

    @model_validator(mode="after")
    def says_something(self) -> MatchModel:
        if not self.pairs():
            raise objection("a route without conditions takes every alert", f"write one of {', '.join(TRAITS)}")
        return self

    def pairs(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        given = ((name, getattr(self, name)) for name in TRAITS)
        return tuple((name, tuple(str(value) for value in values)) for name, values in given if values)


class RouteModel(Strict):
    match: MatchModel
    to: Names | None = None
    routes: list[RouteModel] = Field(default=[])
    go_on: bool = Field(default=False, alias="continue")


def make_routes(models: Sequence[RouteModel], document: Document, path: Path = ("routes",)) -> tuple[Route, ...]:
    """The branches, each with its place in the file."""
    return tuple(
        Route(
            tuple(model.to or ()),
            model.match.pairs(),
            make_routes(model.routes, document, (*path, index, "routes")),
            model.go_on,
            f"{PurePath(document.file).name}:{document.find(*path, index).line}",
        )
        for index, model in enumerate(models)
    )


def route_problems(
    models: Sequence[RouteModel], document: Document, channels: Collection[str], path: Path = ("routes",)
) -> Iterator[Problem]:
    """Channels that do not exist, and branches that nothing can reach."""
    for index, model in enumerate(models):
        here = (*path, index)
        for place, name in enumerate(model.to or ()):
            if name not in channels:
                yield document.problem(
                    (*here, "to", place), f"there is no channel {shown(name)}", nearest(name, channels)
                )
        if model.to is None and not model.routes:
            yield document.problem(here, "the route leads nowhere", "write to: [channel]")
        for earlier in range(index):
            if not models[earlier].go_on and _takes_all_of(models[earlier].match, model.match):
                line = document.find(*path, earlier).line
                hint = "put it before that one, or write continue: true there"
                yield document.problem(here, f"nothing comes here: the route of line {line} takes all of it", hint)
                break
        yield from route_problems(model.routes, document, channels, (*here, "routes"))


def _takes_all_of(wide: MatchModel, narrow: MatchModel) -> bool:
    narrower: Mapping[str, tuple[str, ...]] = dict(narrow.pairs())
    return all(set(narrower.get(name, (REST,))) <= set(values) for name, values in wide.pairs())


def name_problems(
    models: Sequence[RouteModel], document: Document, rules: Mapping[str, str], path: Path = ("routes",)
) -> Iterator[Problem]:
    """Rules and watchlists that do not exist. `rules`: id → file of its watchlist."""
    for index, model in enumerate(models):
        here = (*path, index)
        for trait, place, message, hint in unknown_names(model.match, rules):
            yield document.problem((*here, "match", trait, place), message, hint)
        yield from name_problems(model.routes, document, rules, (*here, "routes"))


def unknown_names(match: MatchModel, rules: Mapping[str, str]) -> Iterator[tuple[str, int, str, str]]:
    """Rules and watchlists that do not exist: trait, number of the value, what is wrong, hint."""
    watchlists = {PurePath(file).stem for file in rules.values()}
    for trait, known in (("rule", set(rules)), ("watchlist", watchlists)):
        for place, value in enumerate(getattr(match, trait) or ()):
            if not value.startswith(OURSELVES) and not _known(value, known):
                yield trait, place, f"there is no {trait} {shown(value)}", nearest(value, known)


def _known(value: str, known: Collection[str]) -> bool:
    return any(name.startswith(value.removesuffix(REST)) for name in known) if value.endswith(REST) else value in known
