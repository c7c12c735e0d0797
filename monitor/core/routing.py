"""Which channels an alert goes to: a tree of routes, and of each branch the first that fits.

The tree is that of Prometheus Alertmanager: an alert enters at the root, goes into the first branch that fits
(and into those after it while a branch says to go on), and stays where no branch below fits. A branch without
channels of its own hands on those above it. The root fits everything, so that every alert has its channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

REST = "*"  # at the end of a value stands for whatever follows

Match = tuple[tuple[str, tuple[str, ...]], ...]  # traits, each with its values


@dataclass(frozen=True, slots=True)
class Traits:
    """What an alert is routed by. `country` is that of the outlet. "" where it is not known, which fits no value."""

    rule: str = ""
    watchlist: str = ""
    severity: str = ""
    assertion: str = ""
    language: str = ""
    country: str = ""


TRAITS = tuple(field.name for field in fields(Traits))


def fits(match: Match, traits: Traits) -> bool:
    """Does each condition hold? Without any, all do."""
    return all(_is_one_of(getattr(traits, name), values) for name, values in match)


def match_words(match: Match) -> str:
    """Conditions as people say them."""
    return " and ".join(f"{name} {' or '.join(values)}" for name, values in match)


@dataclass(frozen=True, slots=True)
class Route:
    """A branch. Of `match`, pairs of a trait and its values, each has to hold; without any it fits everything.

    `go_on`: what fits is also offered to the branches after it. `place` says where it is written.
    """

    channels: tuple[str, ...] = ()
    match: Match = ()
    routes: tuple[Route, ...] = ()
    go_on: bool = False
    place: str = ""

    def fits(self, traits: Traits) -> bool:
        return fits(self.match, traits)

    @property
    def words(self) -> str:
        """Its conditions, as people say them."""
        told = match_words(self.match)
        return f"{told} ({self.place})" if told and self.place else told


NOWHERE = Route()


@dataclass(frozen=True, slots=True)
class Routing:
    """Where an alert goes, and why."""

    channels: tuple[str, ...]
    why: str


def route(root: Route, traits: Traits, own: Sequence[str] = ()) -> Routing:
    """The channels of an alert, each once, in the order of the routes. `own` are those that its rule names:
    they stand instead of the tree."""
    if own:
        return Routing(tuple(dict.fromkeys(own)), "the rule names its channels")
    taken = list(_taken(root, traits, (), ()))
    channels = dict.fromkeys(name for names, _ in taken for name in names)
    why = "; ".join(dict.fromkeys(_why(path) for _, path in taken))
    return Routing(tuple(channels), why)


def _taken(
    branch: Route, traits: Traits, above: tuple[str, ...], path: tuple[Route, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[Route, ...]]]:
    """Channels and the way to them, of every branch in which the alert stays."""
    channels, path = branch.channels or above, (*path, branch)
    deeper = False
    for below in branch.routes:
        if below.fits(traits):
            deeper = True
            yield from _taken(below, traits, channels, path)
            if not below.go_on:
                break
    if not deeper:
        yield channels, path


def _why(path: Sequence[Route]) -> str:
    conditions = [branch.words for branch in path if branch.words]
    return ", then ".join(conditions) if conditions else "no route fits: the default channels"


def _is_one_of(value: str, patterns: Sequence[str]) -> bool:
    if not value:
        return False
    return any(
        value.startswith(pattern.removesuffix(REST)) if pattern.endswith(REST) else value == pattern
        for pattern in patterns
    )


def every(root: Route) -> Iterator[Route]:
    """The root and all that is below it."""
    yield root
    for branch in root.routes:
        yield from every(branch)


def open_traits(root: Route, asked: Traits) -> list[str]:
    """Traits without a value that some route asks for."""
    wanted = {trait for branch in every(root) for trait, _ in branch.match}
    return [trait for trait in TRAITS if trait in wanted and not getattr(asked, trait)]
