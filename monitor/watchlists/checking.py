"""Holds plain data against a strict model and puts every objection into words with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.errors import Problem
from monitor.watchlists.wording import found, kind_of, nearest, shown
from monitor.watchlists.yamlfile import Document, Node, PathKey

M = TypeVar("M", bound=BaseModel)

_EXPECTED = {
    "string_type": ("text", "put it in quotes"),
    "int_type": ("a whole number", ""),
    "float_type": ("a number", ""),
    "finite_number": ("a finite number", ""),
    "bool_type": ("true or false", ""),
    "list_type": ("a list", "write [one, two], or one item a line, each after “- ”"),
    "dict_type": ("a mapping", "write key: value lines below it"),
    "model_type": ("a mapping", "write key: value lines below it"),
}
_SCALARS = ("int_type", "float_type", "bool_type")
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}


def check(model: type[M], document: Document) -> M | None:
    """The document as a model; every objection is added to `document.problems`.

    What was objected to is taken out of `document.root` and the item it stood in (one rule, one
    source …) marked as `partial`, so that the rest can be looked at further. None when nothing
    is left to look at.
    """
    root = document.root
    if root is None:
        return None
    sound, errors = _try(model, root)
    if not errors:
        return sound
    # A value that the YAML reader refused is bound to be of the wrong kind as well: say it once.
    said = {(problem.line, problem.column) for problem in document.problems}
    objections = [_problem(details, model, document) for details in _without_misspelt(errors, model)]
    document.problems.extend(problem for problem in objections if (problem.line, problem.column) not in said)
    _take_out(root, [details["loc"] for details in errors if details["type"] != "missing"])
    sound, errors = _try(model, root)
    _take_out(root, [details["loc"][:2] for details in errors])
    return sound or _try(model, root)[0]


def _try(model: type[M], root: Node) -> tuple[M | None, list[ErrorDetails]]:
    try:
        return model.model_validate(root.plain()), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _take_out(root: Node, paths: Sequence[Sequence[PathKey]]) -> None:
    doomed = {id(root.find(path)) for path in paths}
    for path in paths:
        root.find(path[:2]).partial = True
    _prune(root, doomed)
    if isinstance(root.value, dict):
        root.value["version"] = Node(root.line, root.column, 1)


def _prune(node: Node, doomed: set[int]) -> None:
    if isinstance(node.value, dict):
        node.value = {key: child for key, child in node.value.items() if id(child) not in doomed}
    elif isinstance(node.value, list):
        node.value = [child for child in node.value if id(child) not in doomed]
    for child in node.children():
        _prune(child, doomed)


def _without_misspelt(errors: Sequence[ErrorDetails], model: type[BaseModel]) -> Iterator[ErrorDetails]:
    """A misspelt key is one mistake, though it shows as an unknown key and as a missing one."""
    meant: set[tuple[PathKey, ...]] = set()
    for details in errors:
        if details["type"] == "extra_forbidden":
            *path, key = details["loc"]
            hint = nearest(str(key), keys_at(model, path))
            meant.update((*path, known) for known in keys_at(model, path) if shown(known) in hint)
    return (details for details in errors if details["type"] != "missing" or details["loc"] not in meant)


def _problem(details: ErrorDetails, model: type[BaseModel], document: Document) -> Problem:
    path = [key for key in details["loc"] if key != "[key]"]
    context = details.get("ctx", {})
    kind = details["type"]
    if kind == "extra_forbidden":
        known = keys_at(model, path[:-1])
        name = str(path[-1])
        hint = nearest(name, known) or f"known keys: {', '.join(known)}"
        return document.problem(path, f"unknown key {shown(name)}", hint, key=True)
    if kind == "missing":
        hint = "write “version: 1” at the top" if path == ["version"] else ""
        return document.problem(path, f"the key {shown(str(path[-1]))} is missing", hint)
    if kind == "said":
        return document.problem(path, context["text"], context["hint"], key="[key]" in details["loc"])
    value = document.find(*path).plain()
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return document.problem(path, f"expected a number of {words} {context[bound]:g}, found {value}")
    if kind in ("too_short", "string_too_short"):
        return document.problem(path, "must not be empty")
    if kind in _EXPECTED:
        expected, hint = _EXPECTED[kind]
        hint = "write a value, or remove the key" if value is None else hint
        words = found(value) if kind in _SCALARS else kind_of(value)
        return document.problem(path, f"expected {expected}, found {words}", hint)
    return document.problem(path, details["msg"])


def keys_at(model: type[BaseModel], path: Sequence[PathKey]) -> list[str]:
    """The keys that the model allows at a place of the data."""
    kind: Any = model
    for key in path:
        kind = _step(kind, key)
    owner = _first_model(kind)
    return [] if owner is None else [field.alias or name for name, field in owner.model_fields.items()]


def _step(kind: Any, key: PathKey) -> Any:
    owner = _first_model(kind) if isinstance(key, str) else None
    if owner is not None:
        by_key = {field.alias or name: field for name, field in owner.model_fields.items()}
        if key in by_key:
            return by_key[str(key)].annotation
    return kind


def _first_model(kind: Any) -> type[BaseModel] | None:
    """The model inside list[M], dict[str, M], M | None or Annotated[M, …]."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((model for argument in get_args(kind) if (model := _first_model(argument))), None)
