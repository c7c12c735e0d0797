"""Everything people write in YAML: rules and terms, sources, channels, seeds.

Read strictly and completely: whatever is wrong in any file is reported at once, each mistake
with file:line:column, what was expected, and the nearest name that would have been right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from monitor.core.alerts import Target
from monitor.core.model import Source
from monitor.core.routing import NOWHERE, Route
from monitor.core.rules import RuleSet
from monitor.errors import ConfigurationError, Problem
from monitor.messages.templates import NONE, Templates, read_templates
from monitor.watchlists.channels import Channels, Heartbeat, read_channels
from monitor.watchlists.routes import name_problems
from monitor.watchlists.rules import digest, make_rule_set, read_watchlists
from monitor.watchlists.seeds import Seed, dump_seed, read_seed
from monitor.watchlists.sources import read_sources
from monitor.watchlists.yamlfile import Document, parse_document, read_document

__all__ = ["Loaded", "Seed", "Texts", "dump_seed", "load", "load_seeds", "yaml_files"]

# Texts to be read in place of files, or beside them; None: as if the file were not there.
Texts = Mapping[Path, bytes | None]

SOURCES, CHANNELS = "sources", "channels"
_NO_SECRETS: Mapping[str, str] = MappingProxyType({})
_NO_TEXTS: Texts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Loaded:
    """A whole watchlists directory. `channels` maps each channel to its targets that can be used."""

    ruleset: RuleSet
    sources: tuple[Source, ...] = ()
    channels: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    routes: Route = NOWHERE
    warnings: tuple[Problem, ...] = ()
    heartbeat: Heartbeat | None = None
    templates: Templates = NONE
    announce: tuple[str, ...] = ()
    digests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of channels.yaml

    @property
    def countries(self) -> dict[str, str]:
        """Of the outlets, by source."""
        return {source.id: source.country for source in self.sources}


def load(directory: Path, secrets: Mapping[str, str] = _NO_SECRETS, instead: Texts = _NO_TEXTS) -> Loaded:
    """Read `*.yaml` of a directory: rules and terms, `sources.yaml`, `channels.yaml` (both optional), and `templates/`.

    `secrets` fill `${NAME}` in the addresses of channels; `instead` are texts that are read for its files.
    Raises ConfigurationError with every problem of every file; a secret that is not there, or a step that is never
    news, is only a warning.
    """
    documents = _documents(directory, instead)
    special = {Path(document.file).stem: document for document in documents}
    lists = [document for document in documents if Path(document.file).stem not in (SOURCES, CHANNELS)]
    if not lists:
        raise ConfigurationError([_no_files(directory, "watchlist")])
    sources = read_sources(special[SOURCES]) if SOURCES in special else ()
    templates = read_templates(directory)
    channels = read_channels(special[CHANNELS], secrets, templates.names) if CHANNELS in special else Channels({})
    watchlists = read_watchlists(lists, channels.names)
    problems = [*watchlists.problems, *templates.problems]
    for name in (SOURCES, CHANNELS):
        if name in special:
            problems += special[name].problems
    _raise_if_any(problems)
    ruleset = make_rule_set(watchlists)
    if CHANNELS in special:
        files = {rule.id: rule.watchlist for rule in ruleset.rules}
        _raise_if_any(list(name_problems(channels.written, special[CHANNELS], files)))
    contents = {Path(document.file).name: document.content for document in lists}
    return Loaded(
        ruleset=replace(ruleset, version=digest(contents)),
        sources=sources,
        channels=channels.targets,
        routes=channels.routes,
        warnings=(*channels.warnings, *watchlists.warnings),
        heartbeat=channels.heartbeat,
        templates=templates,
        announce=channels.announce,
        digests=channels.digests,
    )


def load_seeds(directory: Path, ruleset: RuleSet, instead: Texts = _NO_TEXTS) -> tuple[Seed, ...]:
    """Read all seeds of a directory, in order of file names; one without files holds none. `instead` as for `load`.

    Raises ConfigurationError with every problem of every file.
    """
    taken: dict[str, str] = {}
    documents = _documents(directory, instead)
    seeds: list[Seed] = []
    for document in documents:
        seed = read_seed(document, ruleset, taken)
        if seed is not None:
            seeds.append(seed)
    _raise_if_any([problem for document in documents for problem in document.problems])
    return tuple(seeds)


def _documents(directory: Path, instead: Texts) -> list[Document]:
    texts = {path: text for path, text in instead.items() if path.parent == directory}
    documents = []
    for path in sorted({*yaml_files(directory), *texts}):
        text = texts.get(path)
        if text is not None:
            documents.append(parse_document(text, path.as_posix()))
        elif path not in texts:
            documents.append(read_document(path))
    return documents


def yaml_files(directory: Path) -> list[Path]:
    """Its files that are read, in order. Raises ConfigurationError where there is no such directory."""
    try:
        found = sorted(directory.iterdir())
    except FileNotFoundError:
        problem = Problem(
            directory.as_posix(), 0, 0, "the directory does not exist", "create it or correct the setting"
        )
        raise ConfigurationError([problem]) from None
    except OSError as error:
        message = f"the directory cannot be read: {error.strerror or error}"
        raise ConfigurationError([Problem(directory.as_posix(), 0, 0, message)]) from None
    return [path for path in found if path.suffix in (".yaml", ".yml") and not path.name.startswith(".")]


def _no_files(directory: Path, what: str) -> Problem:
    return Problem(directory.as_posix(), 0, 0, f"there is no {what} file", f"put at least one {what} *.yaml there")


def _raise_if_any(problems: list[Problem]) -> None:
    if problems:
        unique = dict.fromkeys(problems)
        raise ConfigurationError(sorted(unique, key=lambda problem: (problem.file, problem.line, problem.column)))
