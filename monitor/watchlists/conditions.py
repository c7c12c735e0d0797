"""Conditions on one line, as a silence has them: `rule=gas-* severity=low|medium`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from monitor.core.routing import TRAITS, Match
from monitor.errors import ConfigurationError, Problem
from monitor.watchlists.routes import MatchModel, unknown_names
from monitor.watchlists.wording import nearest, shown


def read_match(text: str, rules: Mapping[str, str], place: str) -> Match:
    """What the text asks for, with the same checks as a route's `match`. `rules`: id → file of its watchlist.

    Raises ConfigurationError with every problem, at `place`.
    """
    pairs: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for word in text.split():
        trait, equals, values = word.partition("=")
        found = list(_problems(trait, values if equals else None, rules))
        if trait in pairs:
            found.append((f"{shown(trait)} stands there twice", f"write {trait}=one|other"))
        problems += [Problem(place, 0, 0, message, hint) for message, hint in found]
        if not found:
            pairs |= dict(MatchModel.model_validate({trait: values}).pairs())
    if not text.strip():
        hint = f"write one of {', '.join(f'{trait}=…' for trait in TRAITS)}"
        problems.append(Problem(place, 0, 0, "without conditions it would fit every alert", hint))
    if problems:
        raise ConfigurationError(problems)
    return tuple((trait, pairs[trait]) for trait in TRAITS if trait in pairs)


def _problems(trait: str, values: str | None, rules: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with one condition, each with a hint."""
    if trait not in TRAITS:
        yield f"unknown key {shown(trait)}", nearest(trait, TRAITS) or f"known keys: {', '.join(TRAITS)}"
        return
    if values is None:
        yield f"{shown(trait)} has no value", f"write {trait}=…, without spaces"
        return
    try:
        model = MatchModel.model_validate({trait: values})
    except ValidationError as error:
        for details in error.errors(include_url=False):
            context = details.get("ctx", {})
            yield f"{trait}: {context.get('text', details['msg'])}", context.get("hint", "")
        return
    for _, _, message, hint in unknown_names(model, rules):
        yield message, hint
