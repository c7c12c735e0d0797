"""JSON Schema of what signed web hooks carry, for those who receive it."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from monitor.core.payload import TYPES, VERSION, Event

KIND = "webhook"


def event_schema() -> dict[str, object]:
    made = TypeAdapter(Event).json_schema(mode="serialization")
    made["properties"] |= {"type": {"enum": list(TYPES)}, "version": {"const": VERSION}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": f"News monitor: {KIND}"}


def written_event_schema() -> str:
    """The schema as a file."""
    return json.dumps(event_schema(), ensure_ascii=False, indent=1) + "\n"
