"""Keeps the dictionaries of the judgement as files, so that a language is there in a millisecond.

They are made from simplemma's data when first needed, in a process of its own (it takes up to 300 MB
and some seconds), and mapped into memory: processes share the pages, and only what is read is loaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from marisa_trie import BytesTrie
from platformdirs import user_cache_path

from monitor.core.language import dictionary

_PATIENCE = 300  # seconds for one language; the largest takes six on one core of a common server


def home(folder: Path | None = None) -> Path:
    """Where the files are kept: under `folder`, or under the user's cache directory."""
    return (folder or user_cache_path("newswatch-monitor")) / f"dictionaries-{dictionary.FORM}"


def keep(folder: Path | None = None) -> None:
    """From now on, languages come from files under `folder` (see `home`), made where they are missing."""
    dictionary.use(partial(_load, home(folder)))


def prepare(folder: Path | None = None, languages: Iterable[str] = dictionary.LISTED) -> list[str]:
    """Make the files that are missing; the languages whose file could not be kept, with the reason."""
    kept = home(folder)
    missing = [lang for lang in languages if not _file(kept, lang).exists()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the work is done by processes
        return [
            f"{lang}: {why}" for lang, why in zip(missing, pool.map(partial(_keep, kept), missing), strict=True) if why
        ]


def file_of(lang: str, folder: Path | None = None) -> Path:
    """The file of a language, whether it is there or not."""
    return _file(home(folder), lang)


def _file(kept: Path, lang: str) -> Path:
    return kept / f"{lang}.trie"


def _load(kept: Path, lang: str) -> BytesTrie:
    """A language from its file; from simplemma's data where no file can be kept."""
    file = _file(kept, lang)
    for _ in range(2):
        if not file.exists() and _keep(kept, lang):
            break
        try:
            trie = BytesTrie()
            trie.mmap(str(file))
        except (OSError, RuntimeError):  # cut off, or of another version of the library
            file.unlink(missing_ok=True)
        else:
            return trie
    return dictionary.made(lang)


def _keep(kept: Path, lang: str) -> str:
    """Make the file of one language in a process of its own; why that failed, or nothing."""
    try:
        kept.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "monitor.dictionaries", lang, str(_file(kept, lang))],
            check=False,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return made.stderr.strip().rpartition("\n")[2] if made.returncode else ""


def _write(lang: str, file: Path) -> None:
    """Make one file; whoever looks meanwhile sees none, and of two makers the last one wins."""
    trie = dictionary.made(lang)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f"{lang}-", suffix=".draft")
    os.close(handle)
    try:
        trie.save(draft)
        Path(draft).chmod(0o644)
        Path(draft).replace(file)
    finally:
        Path(draft).unlink(missing_ok=True)


def main(arguments: Sequence[str]) -> None:
    """`LANGUAGE FILE` makes one file; without arguments all that are missing are made where `keep` looks for them."""
    if arguments:
        _write(arguments[0], Path(arguments[1]))
    else:
        for failure in prepare():
            print(f"dictionaries: {failure}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
