"""JSON Schema of the files, for editors: what keys there are, what they mean, and what may stand there.

Made from the models that check the files. It never refuses what they take; what only a program can say (that a name is
known, that a rule can match at all) stays with `monitor check`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from monitor.watchlists.channels import ChannelsFile
from monitor.watchlists.descriptions import DESCRIPTIONS
from monitor.watchlists.models import WatchlistFile
from monitor.watchlists.seeds import SeedFile
from monitor.watchlists.sources import SourcesFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
KINDS: Mapping[str, type[BaseModel]] = {
    "watchlist": WatchlistFile,
    "sources": SourcesFile,
    "channels": ChannelsFile,
    "seed": SeedFile,
}
_NOT_OURS = ("default", "title", "description", "format")  # defaults are not as one writes them: see descriptions


def schema(kind: str) -> dict[str, Any]:
    """Of the files of a kind. Raises KeyError for one that there is not."""
    model = KINDS[kind]
    made = model.model_json_schema()
    definitions = made.pop("$defs", {})
    found = {name: _described(name, definition) for name, definition in sorted(definitions.items())}
    top = _described(model.__name__, made)
    # An editor puts a key of its own there where the file names its schema in it.
    return {"$schema": DIALECT, "title": f"News monitor: {kind}", **top, "$defs": found}


def written(kind: str) -> str:
    """The schema as a file."""
    return json.dumps(schema(kind), ensure_ascii=False, indent=1) + "\n"


def _described(model: str, definition: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = _without(definition)
    for key, sentence in DESCRIPTIONS.get(_TOLD_BY.get(model, model), {}).items():
        if key in made.get("properties", {}):
            made["properties"][key] = {"description": sentence, **made["properties"][key]}
    return made


_TOLD_BY = {"ExampleTextModel": "ExampleModel"}  # the same keys


def _without(value: Any, names: bool = False) -> Any:
    """Without what pydantic adds and nobody needs; `names`: the keys are those of a file."""
    if isinstance(value, list):
        return [_without(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _without(item, names=key in ("properties", "patternProperties") and not names)
        for key, item in value.items()
        if names or key not in _NOT_OURS
    }
    if not names and "patternProperties" in kept:
        kept.setdefault("additionalProperties", False)
    return kept
