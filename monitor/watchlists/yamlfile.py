"""YAML text to plain data that remembers where every value stood.

Stricter than YAML itself, because people who are no programmers write these files: `no`, `on`,
`12:30` and dates stay text; a key that stands twice, an anchor, an alias and a tag are mistakes.
Works on the parser's events rather than on composed nodes: only those still show anchors and
aliases, and a file nested 100,000 levels deep is refused before it can exhaust the stack.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from monitor.errors import Problem
from monitor.watchlists.wording import shown

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

Scalar = str | int | float | bool | None
PathKey = str | int

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# At most 18 digits: longer ones are identifiers, not quantities, and would lose digits as floats.
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?", re.ASCII)
_WORDS: dict[str, Scalar] = {"": None, "null": None, "true": True, "false": False}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(slots=True)
class Node:
    """A value with its place (counted from 1) and, inside a mapping, the place of its key."""

    line: int
    column: int
    value: Scalar | dict[str, Node] | list[Node] = None
    key_line: int = 0
    key_column: int = 0
    partial: bool = False  # something that was wrong has been taken out of it

    def plain(self) -> object:
        """The value without places: dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def children(self) -> list[Node]:
        if isinstance(self.value, dict):
            return list(self.value.values())
        return self.value if isinstance(self.value, list) else []

    def child(self, key: PathKey) -> Node | None:
        if isinstance(self.value, dict):
            return self.value.get(key) if isinstance(key, str) else None
        if isinstance(self.value, list) and isinstance(key, int) and 0 <= key < len(self.value):
            return self.value[key]
        return None

    def find(self, path: Sequence[PathKey]) -> Node:
        """The node at `path`, or the deepest one on the way to it."""
        node = self
        for key in path:
            child = node.child(key)
            if child is None:
                break
            node = child
        return node


@dataclass(slots=True)
class Document:
    """One YAML file. `root` is None when nothing usable could be read; `problems` says why."""

    file: str
    content: bytes = b""
    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)

    def find(self, *path: PathKey) -> Node:
        return self.root.find(path) if self.root else Node(0, 0)

    def problem(self, path: Sequence[PathKey], message: str, hint: str = "", *, key: bool = False) -> Problem:
        """A problem at the value at `path`, or with `key` at the key that the value belongs to."""
        node = self.find(*path)
        if key and node.key_line:
            return Problem(self.file, node.key_line, node.key_column, message, hint)
        return Problem(self.file, node.line, node.column, message, hint)


def resolve(text: str) -> Scalar:
    """What an unquoted scalar means: true, false, null, a decimal number, otherwise text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def read_document(path: Path) -> Document:
    """Read and parse a file. Never raises for its content: see `Document.problems`."""
    file = path.as_posix()
    if path.suffix != ".yaml":
        return Document(
            file, problems=[Problem(file, 0, 0, f"the name ends in {path.suffix}", "rename it to end in .yaml")]
        )
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Document(file, problems=[Problem(file, 0, 0, f"cannot be read: {error.strerror or error}")])
    return parse_document(data, file)


def parse_document(data: bytes, file: str) -> Document:
    """Parse the bytes of one file. Never raises for its content: see `Document.problems`."""
    document = Document(file, data)
    try:
        text = _decode(data, file)
        document.root = _Builder(document).build(text)
        if document.root is None:
            raise _Stop(Problem(file, 1, 1, "the file is empty", "begin with “version: 1”"))
    except _Stop as stop:
        document.root = None
        document.problems.append(stop.problem)
    return document


class _Stop(Exception):
    """Ends the reading of a file; callers of this module never see it."""

    def __init__(self, problem: Problem):
        super().__init__(problem.message)
        self.problem = problem


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        raise _Stop(Problem(file, 0, 0, "the file is larger than 1 MB", "split it into several files"))
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode("utf-8"), error.start)
        raise _Stop(Problem(file, line, column, "the file is not UTF-8 text", "save it with encoding UTF-8")) from None
    if bad := _FORBIDDEN.search(text):
        line, column = _place(text, bad.start())
        message = f"the invisible character U+{ord(bad.group()):04X} must not stand in the file"
        raise _Stop(Problem(file, line, column, message, "delete it"))
    return text


def _place(text: str, offset: int) -> tuple[int, int]:
    breaks = list(_LINE_BREAK.finditer(text, 0, offset))
    start = breaks[-1].end() if breaks else 0
    return len(breaks) + 1, min(offset, len(text)) - start + 1


class _Builder:
    """Turns parser events into nodes, noting what is refused and going on where that is possible."""

    def __init__(self, document: Document):
        self.document = document
        self.root: Node | None = None
        self.stack: list[Node] = []
        self.keys: list[tuple[str, int, int] | None] = []  # for each open mapping: the key that awaits its value
        self.documents = 0

    def build(self, text: str) -> Node | None:
        try:
            for event in self._events(text):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            raise _Stop(_syntax_problem(error, text, self.document.file)) from None
        except yaml.YAMLError:
            raise _Stop(Problem(self.document.file, 0, 0, "the file is not YAML")) from None
        return self.root

    def _events(self, text: str) -> Iterator[yaml.Event]:
        yield from yaml.parse(text, Loader=_Loader)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop(event, "a second document begins here", "delete the line “---” or make two files")
        elif isinstance(event, yaml.NodeEvent):
            self._note_refused(event)
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.keys.pop()

    def _node(self, event: yaml.NodeEvent) -> None:
        line, column = _position(event)
        awaits_key = bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.keys[-1] is None
        if isinstance(event, yaml.CollectionStartEvent):
            if awaits_key:
                self._stop(event, "a list or mapping stands where a key should", "put text with [ or { in quotes")
            if len(self.stack) >= MAX_DEPTH:
                self._stop(event, f"lists and mappings are nested more than {MAX_DEPTH} deep")
            node = Node(line, column, {} if isinstance(event, yaml.MappingStartEvent) else [])
            self._attach(node)
            self.stack.append(node)
            self.keys.append(None)
            return
        text = event.value if isinstance(event, yaml.ScalarEvent) else f"*{event.anchor}"
        if awaits_key:
            self.keys[-1] = (text, line, column)
            return
        plain = isinstance(event, yaml.ScalarEvent) and event.style in (None, "")
        self._attach(Node(line, column, resolve(text) if plain else text))

    def _attach(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
            return
        pending = self.keys[-1]
        if pending is None or not isinstance(parent.value, dict):
            raise AssertionError("the parser gives a key before each value of a mapping")
        key, node.key_line, node.key_column = pending
        self.keys[-1] = None
        if first := parent.value.get(key):
            self._note(
                node.key_line,
                node.key_column,
                f"the key {shown(key)} stands twice",
                f"it is also at line {first.key_line}; keep one of the two",
            )
            return
        parent.value[key] = node

    def _note_refused(self, event: yaml.NodeEvent) -> None:
        line, column = _position(event)
        if isinstance(event, yaml.AliasEvent):
            self._note(line, column, "aliases (*name) are not used here", "put text that begins with * in quotes")
            return
        if event.anchor is not None:
            self._note(line, column, "anchors (&name) are not used here", "put text that begins with & in quotes")
        if getattr(event, "tag", None) is not None:
            self._note(line, column, "tags (!name) are not used here", "put text that begins with ! in quotes")

    def _note(self, line: int, column: int, message: str, hint: str = "") -> None:
        self.document.problems.append(Problem(self.document.file, line, column, message, hint))

    def _stop(self, event: yaml.Event, message: str, hint: str = "") -> None:
        raise _Stop(Problem(self.document.file, *_position(event), message, hint))


def _position(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


_COLON = (
    "a “:” stands where no key can be",
    "put text that contains “: ” in quotes, and align keys of one mapping",
)

# What the parser says → what to tell people. The first entry whose words occur in its message counts.
_SYNTAX: tuple[tuple[str, str, str], ...] = (
    ("mapping values are not allowed", *_COLON),
    ("unexpected ':'", *_COLON),
    (
        "block sequence entries are not allowed",
        "a “-” stands where no list item can be",
        "begin the list on a new line",
    ),
    ("expected alphabetic or numeric", "a “*” or “&” begins this value", "put text that begins with * or & in quotes"),
    ("expected ',' or ']'", "a list is not closed, or a comma is missing", "write [one, two]"),
    ("expected ',' or '}'", "a mapping is not closed, or a comma is missing", "write {key: value, other: value}"),
    ("unexpected end of stream", "a quotation mark is never closed", "close it with the same mark"),
    ("unknown escape character", "“\\” means something special in double quotes", "use single quotes"),
    ("expected <block end>", "this line does not fit the ones above it", "check its indentation"),
    ("expected '-' indicator", "a list item must begin with “- ”", "check the indentation"),
    ("could not find expected ':'", "a key without “:”", "write key: value"),
    ("did not find expected node content", "a value is missing, or a list is not closed", "write [one, two]"),
    ("did not find expected key", "this does not fit what stands before it", "check indentation, quotes and brackets"),
    ("cannot start any token", "this character cannot begin a value", "put the value in quotes"),
)


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(file, 0, 0, "the file is not YAML")
    lines = _LINE_BREAK.split(text)
    line = lines[mark.line] if mark.line < len(lines) else ""
    indentation = line[: len(line) - len(line.lstrip())]
    if "\t" in indentation:
        message, hint = "a tab stands in the indentation", "indent with spaces"
        return Problem(file, mark.line + 1, indentation.index("\t") + 1, message, hint)
    said = error.problem or error.context or ""
    message, hint = next(
        ((message, hint) for words, message, hint in _SYNTAX if words in said), (f"not valid YAML: {said}", "")
    )
    if error.context_mark and error.context_mark.line != mark.line:
        hint = f"{hint}; it began at line {error.context_mark.line + 1}".removeprefix("; ")
    return Problem(file, mark.line + 1, mark.column + 1, message, hint)
