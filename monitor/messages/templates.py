"""The templates: those that are shipped, and those of a channel's own, read once and checked before they are used."""

from __future__ import annotations

import difflib
import re
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, DictLoader, PackageLoader, StrictUndefined, TemplateError, meta, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.core.summary import Summary
from monitor.core.view import View
from monitor.errors import Problem
from monitor.messages.formats import FORMATS
from monitor.messages.samples import ALERT, SUMMARY, samples

KINDS = (ALERT, SUMMARY)
FOLDER = "templates"
LARGEST = 100_000  # bytes
FIELDS: Mapping[str, frozenset[str]] = {
    ALERT: frozenset(entry.name for entry in fields(View)),
    SUMMARY: frozenset(entry.name for entry in fields(Summary)) | {"groups"},
}

# Those that call foreign text markup, or write it as markup of another format.
_REFUSED_FILTERS = ("safe", "e", "escape", "forceescape", "urlize", "tojson", "xmlattr", "pprint")
_FILE = re.compile(r"([a-z0-9][a-z0-9_-]*)(\.summary)?\.(" + "|".join(FORMATS) + r")\.j2")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """One template that somebody wrote, with the file that it stands in."""

    name: str
    kind: str
    format: str
    source: str
    file: str

    @property
    def address(self) -> str:
        return address_of(self.name, self.kind, self.format)


@dataclass(frozen=True, slots=True)
class Templates:
    """What there is beside the shipped ones, by its address; `problems` are what cannot be used."""

    files: Mapping[str, TemplateFile] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(file.name for file in self.files.values())


NONE = Templates()


def address_of(name: str, kind: str, format: str) -> str:  # noqa: A002
    """What a template's file is called; "" is the name of those that are shipped."""
    parts = (name, kind) if name and kind != ALERT else (name or kind,)
    return ".".join((*parts, format, "j2"))


def environment(form: str, files: Mapping[str, TemplateFile]) -> ImmutableSandboxedEnvironment:
    """Where the templates of one format are rendered: everything that they print is escaped, whatever they do."""
    own = DictLoader({address: file.source for address, file in files.items()})
    loaders: list[BaseLoader] = [PackageLoader("monitor.messages", FOLDER), own]
    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        autoescape=FORMATS[form].escape is not None,
        finalize=FORMATS[form].escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name in _REFUSED_FILTERS:
        made.filters.pop(name, None)
    return made


def render(env: ImmutableSandboxedEnvironment, address: str, values: Mapping[str, Any]) -> str:
    """Raises TemplateError, and what a template's own mistakes raise."""
    lines = (line.rstrip() for line in env.get_template(address).render(values).splitlines())
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def values_of(view: View | Summary) -> dict[str, Any]:
    """The fields of a view by name; lists of pairs stay what they are."""
    values = {entry.name: getattr(view, entry.name) for entry in fields(view)}
    return values | {"groups": view.groups} if isinstance(view, Summary) else values


def read_templates(directory: Path) -> Templates:
    """Those in the folder `templates` of a watchlists directory. Never raises for what stands in them."""
    files: dict[str, TemplateFile] = {}
    problems: list[Problem] = []
    for path in template_paths(directory):
        found = _FILE.fullmatch(path.name)
        if found is None or found[1] in (*KINDS, "base"):
            hint = f"call it NAME.FORMAT.j2 or NAME.summary.FORMAT.j2, with FORMAT one of {', '.join(FORMATS)}"
            problems.append(Problem(path.as_posix(), 0, 0, "this is no name of a template", hint))
            continue
        try:
            source = path.read_bytes()[: LARGEST + 1].decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            problems.append(Problem(path.as_posix(), 0, 0, f"the template cannot be read: {reason}"))
            continue
        kind = SUMMARY if found[2] else ALERT
        file = TemplateFile(found[1], kind, found[3], source, path.as_posix())
        files[file.address] = file
    for file in files.values():
        env = environment(file.format, files)
        problems += list(_mistakes(file, env)) or list(_trials(file, env))
    return Templates(MappingProxyType(files), tuple(problems))


def template_paths(directory: Path) -> list[Path]:
    """The templates of a watchlists directory, in order."""
    return sorted((directory / FOLDER).glob("*.j2"))


def _mistakes(file: TemplateFile, env: ImmutableSandboxedEnvironment) -> Iterator[Problem]:
    """What can be seen without an alert: how it is written, and names that there are not."""
    if len(file.source) > LARGEST:
        yield Problem(file.file, 0, 0, f"a template of more than {LARGEST} bytes", "a message has less room by far")
        return
    try:
        tree = env.parse(file.source)
        env.compile(file.source)
    except TemplateSyntaxError as error:
        yield Problem(file.file, error.lineno, 1, f"the template is broken: {error.message or 'syntax'}")
        return
    except TemplateError as error:
        yield Problem(file.file, 0, 0, f"the template is broken: {error.message}")
        return
    unknown = meta.find_undeclared_variables(tree) - FIELDS[file.kind] - set(env.globals)
    for name in sorted(unknown):
        line = next((node.lineno for node in tree.find_all(nodes.Name) if node.name == name), 1)
        column = (file.source.splitlines() or [""])[line - 1].find(name) + 1
        near = difflib.get_close_matches(name, FIELDS[file.kind], n=1)
        hint = f"did you mean “{near[0]}”?" if near else f"there are {', '.join(sorted(FIELDS[file.kind]))}"
        yield Problem(file.file, line, max(column, 1), f"a message has no field “{name}”", hint)


def _trials(file: TemplateFile, env: ImmutableSandboxedEnvironment) -> Iterator[Problem]:
    """What an invented message meets: the first thing that breaks, or that its service would not take."""
    for view in samples(file.kind):
        try:
            body = render(env, file.address, values_of(view))
            objection = FORMATS[file.format].objection(body) or ("" if body else "the message is empty")
            line = 0
        except Exception as error:  # whatever a template raises is its mistake
            objection, line = f"{error}", _line_of(error)
        if objection:
            hint = "see docs/messages.md, and try it: monitor channels preview"
            yield Problem(file.file, line, 1 if line else 0, f"the template does not work: {objection}", hint)
            return


def _line_of(error: Exception) -> int:
    """The line of the template in which it broke; 0 if that is not known."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return (lines[-1] or 0) if lines else 0
