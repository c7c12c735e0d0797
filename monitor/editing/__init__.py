"""The files that people write, for whoever edits them elsewhere than in an editor of their own: listed, read, checked
as they would be, and saved in one step."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from monitor.configuration import warnings_of
from monitor.errors import ConfigurationError, MonitorError, Problem
from monitor.watchlists import CHANNELS, SOURCES, Loaded, Seed, load, load_seeds, yaml_files
from monitor.watchlists.channels import without_secrets
from monitor.watchlists.writing import remove_file, replace_file
from monitor.watchlists.yamlfile import MAX_BYTES

WATCHLISTS, SEEDS = "watchlists", "seeds"
_NEW_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\.yaml", re.ASCII)
_NAME = re.compile(r"[^\x00-\x20/\\.][^\x00-\x1f/\\]{0,99}\.yaml")


def is_new_name(name: str) -> bool:
    """May a new file be called so? Files that are there may have other names."""
    return _NEW_NAME.fullmatch(name) is not None


class Kind(StrEnum):
    RULES = "rules"
    SOURCES = "sources"
    CHANNELS = "channels"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class File:
    """`folder` is `watchlists` or `seeds`, whatever the directory is called."""

    folder: str
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def key(self) -> str:
        """Under which its history is kept: `watchlists/gas.yaml`."""
        return f"{self.folder}/{self.name}"

    @property
    def kind(self) -> Kind:
        if self.folder == SEEDS:
            return Kind.SEED
        return {SOURCES: Kind.SOURCES, CHANNELS: Kind.CHANNELS}.get(self.path.stem, Kind.RULES)


@dataclass(frozen=True, slots=True)
class Text:
    """A file as it stands. `text` is None where there is none, or where it cannot be shown, which `unreadable` says.
    `digest` tells it from every other text; empty where there is no file."""

    text: str | None
    digest: str = ""
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with the files as they would be. `new`: problems that the files on disk do not have."""

    here: tuple[Problem, ...] = ()
    elsewhere: tuple[Problem, ...] = ()
    new: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    loaded: Loaded | None = None
    seeds: tuple[Seed, ...] = ()

    @property
    def objections(self) -> tuple[Problem, ...]:
        """Those for which the text cannot be saved."""
        return self.here or self.new


class ConflictError(MonitorError):
    """Somebody else has changed the file meanwhile; `now` is what it has become."""

    def __init__(self, now: Text):
        super().__init__("the file has changed since you began")
        self.now = now


@dataclass(frozen=True, slots=True)
class Prepared:
    """A change that is right and only has to be made. The texts are those for the history: without secrets."""

    file: File
    before: str | None
    after: str | None
    data: bytes | None
    started_from: str

    @property
    def digest(self) -> str:
        return _digest(self.data) if self.data is not None else ""


class Files:
    """`secrets` fill the addresses of channels, so that a check says the same as the daemon."""

    def __init__(self, watchlists: Path, seeds: Path, secrets: Mapping[str, str]):
        self.watchlists, self.seeds = watchlists, seeds
        self._secrets = secrets
        self._writing = threading.Lock()

    def listed(self) -> list[File]:
        """All that are there, those of rules first."""
        found = [
            File(folder, path)
            for folder, directory in ((WATCHLISTS, self.watchlists), (SEEDS, self.seeds))
            for path in _files_in(directory)
        ]
        return sorted(found, key=lambda file: (list(Kind).index(file.kind), file.name))

    def find(self, folder: str, name: str) -> File | None:
        """The file, or one that could be made under this name; None where it cannot be one."""
        listed = next((file for file in self.listed() if (file.folder, file.name) == (folder, name)), None)
        if listed is not None:
            return listed
        directory = self.seeds if folder == SEEDS else self.watchlists
        return File(folder, directory / name) if _NAME.fullmatch(name) else None

    def read(self, file: File) -> Text:
        try:
            data = file.path.read_bytes()
        except FileNotFoundError:
            return Text(None)
        except OSError as error:
            return Text(None, "?", f"it cannot be read: {error.strerror or error}")
        if len(data) > MAX_BYTES:
            return Text(None, _digest(data), "it is larger than 1 MB")
        try:
            return Text(data.decode("utf-8-sig"), _digest(data))
        except UnicodeDecodeError:
            return Text(None, _digest(data), "it is not UTF-8 text")

    def why_read_only(self, file: File) -> str:
        """Empty where it can be written."""
        try:
            folder = file.path.resolve().parent
        except OSError as error:
            return error.strerror or str(error)
        if not folder.is_dir():
            return f"there is no directory {folder.name}"
        return "" if os.access(folder, os.W_OK | os.X_OK) else f"the directory {folder.name} is read-only here"

    def check(self, file: File, text: str | None) -> Checked:
        """Everything that `monitor check` would say if the file held this text, or were gone. Nothing is written."""
        instead = {file.path: None if text is None else text.encode("utf-8", "replace")}
        try:
            loaded = load(self.watchlists, self._secrets, instead)
            seeds = load_seeds(self.seeds, loaded.ruleset, instead) if self.seeds.is_dir() else ()
        except ConfigurationError as error:
            place = file.path.as_posix()
            here = tuple(problem for problem in error.problems if problem.file == place)
            elsewhere = tuple(problem for problem in error.problems if problem.file != place)
            before = {(problem.file, problem.message) for problem in self.problems()} if elsewhere else set()
            new = tuple(problem for problem in elsewhere if (problem.file, problem.message) not in before)
            return Checked(here, elsewhere, new)
        return Checked(warnings=warnings_of(self.watchlists, loaded), loaded=loaded, seeds=seeds)

    def problems(self) -> tuple[Problem, ...]:
        """Those of the files as they are."""
        try:
            loaded = load(self.watchlists, self._secrets)
            if self.seeds.is_dir():
                load_seeds(self.seeds, loaded.ruleset)
        except ConfigurationError as error:
            return error.problems
        return ()

    def prepare(self, file: File, text: str | None, started_from: str) -> Prepared:
        """A change of the file whose digest was `started_from`; None deletes it.

        Raises ConflictError, and ConfigurationError for a text with mistakes.
        """
        now = self.read(file)
        if now.digest != started_from:
            raise ConflictError(now)
        text = _as_in(now.text, text)
        if objections := self.check(file, text).objections:
            raise ConfigurationError(objections)
        before, after = now.text, text
        if file.kind is Kind.CHANNELS:
            before, after = (None if each is None else without_secrets(each) for each in (before, after))
        return Prepared(file, before, after, None if text is None else text.encode(), started_from)

    def write(self, prepared: Prepared) -> None:
        """Raises ConflictError, and ConfigurationError where the disk refuses."""
        with self._writing:
            now = self.read(prepared.file)
            if now.digest != prepared.started_from:
                raise ConflictError(now)
            if prepared.data is None:
                remove_file(prepared.file.path)
            else:
                replace_file(prepared.file.path, prepared.data)


def _files_in(directory: Path) -> list[Path]:
    try:
        return yaml_files(directory)
    except ConfigurationError:
        return []


def _as_in(before: str | None, text: str | None) -> str | None:
    """With the line ends of the text before: browsers send others."""
    if text is None:
        return None
    text = text.replace("\r\n", "\n")
    return text.replace("\n", "\r\n") if before and "\r\n" in before else text


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
