"""References in Markdown, made of what programs read: OpenAPI and JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

_LIMITS = (
    ("minimum", "≥ {}"),
    ("maximum", "≤ {}"),
    ("minLength", "{} characters at least"),
    ("maxLength", "{} characters at most"),
    ("minItems", "{} at least"),
    ("maxItems", "{} at most"),
)


# --- OpenAPI ---------------------------------------------------------------------------------


def openapi_page(description: dict[str, Any]) -> str:
    """Each operation with its parameters, its body and its answers; then each form of data."""
    (server,) = description["servers"]
    schemas = description["components"]["schemas"]
    parts = [
        "# Operations of the API\n",
        f"{description['info']['description']}\n",
        f"All paths begin with `{server['url']}`. This page is made of [openapi.json](openapi.json), which a monitor "
        f"serves as `{server['url']}/openapi.json`; [What programs read and write](../api.md) tells how to use it.\n",
        *_operations(description["paths"]),
        "## Forms of data\n",
        *(_form(name, schema) for name, schema in sorted(schemas.items())),
    ]
    return "\n".join(parts)


def _operations(paths: dict[str, Any]) -> Iterator[str]:
    told = set[str]()
    for path, methods in paths.items():
        for method, operation in methods.items():
            tag = operation["tags"][0]
            if tag not in told:
                yield f"## {tag.capitalize()}\n"
            told.add(tag)
            yield f"### {method.upper()} {path}\n"
            yield f"{operation['description']}\n"
            yield from _operation(operation)


def _operation(operation: dict[str, Any]) -> Iterator[str]:
    parameters = operation.get("parameters", [])
    if parameters:
        rows = ((f"`{one['name']}`", one["in"], _kind(one["schema"]), _words(one, one["schema"])) for one in parameters)
        yield _table(("parameter", "in", "form", "meaning"), rows)
    if "requestBody" in operation:
        yield f"Body: {_content(operation['requestBody'])}.\n"
    rows = (
        (status, _content(answer), answer["description"]) for status, answer in sorted(operation["responses"].items())
    )
    yield _table(("answer", "form", "when"), rows)


def _content(described: dict[str, Any]) -> str:
    """What a body or an answer carries."""
    return ", ".join(_kind(one.get("schema", {})) for one in described.get("content", {}).values()) or "nothing"


# --- JSON Schema -----------------------------------------------------------------------------


def schema_page(title: str, schema: dict[str, Any], name: str) -> str:
    parts = [
        f"# {title}\n",
        f"{schema['description']}\n",
        f"This page is made of [{name}]({name}), the JSON Schema that `monitor schema {name.partition('.')[0]}` "
        "prints. How it comes, how it is signed, and what a receiver has to do stands in "
        "[Messages](../messages.md#signed-web-hooks).\n",
        _fields(schema),
        "## Forms of data\n",
        *(_form(each, inner) for each, inner in sorted(schema.get("$defs", {}).items())),
    ]
    return "\n".join(parts)


def _form(name: str, schema: dict[str, Any]) -> str:
    words = f"{schema['description']}\n\n" if "description" in schema else ""
    if "enum" in schema:
        return f"### {name}\n\n{words}One of {', '.join(f'`{value}`' for value in schema['enum'])}.\n"
    return f"### {name}\n\n{words}{_fields(schema)}"


def _fields(schema: dict[str, Any]) -> str:
    always = schema.get("required", [])
    rows = (
        (f"`{name}`", _kind(field), "always" if name in always else "", _words(field, field))
        for name, field in schema.get("properties", {}).items()
    )
    return _table(("field", "form", "there", "meaning"), rows)


def _kind(schema: dict[str, Any]) -> str:
    """In a few words; a form of its own is a link to where it is told."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if several := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return " or ".join(_kind(one) for one in several)
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_kind(schema['additionalProperties'])}"
    kind = schema.get("format", schema.get("type", ""))
    return {"date-time": "time", "date": "day", "string": "text", "": "anything"}.get(kind, kind)


def _words(described: dict[str, Any], schema: dict[str, Any]) -> str:
    """What it means, its limits, and its default where it says something."""
    inner = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), {})
    limits = [form.format(found) for key, form in _LIMITS if (found := schema.get(key, inner.get(key))) is not None]
    default = schema.get("default")
    if default not in (None, "", [], {}):
        limits.append(f"`{default}` if it is not given")
    return " ".join(part for part in (described.get("description", ""), "; ".join(limits)) if part)


# --- figures ---------------------------------------------------------------------------------


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *(tuple(_cell(cell) for cell in row) for row in rows)]
    if len(lines) == 2:
        return ""
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(words: str) -> str:
    return " ".join(words.replace("|", "\\|").split())
