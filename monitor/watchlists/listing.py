"""Sources written as YAML: as lines to paste, and appended to a sources.yaml whose comments stay."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from monitor.core.model import Source, SourceKind
from monitor.errors import ConfigurationError, Problem
from monitor.watchlists.fields import format_duration
from monitor.watchlists.sources import least_interval, read_sources
from monitor.watchlists.writing import replace_file
from monitor.watchlists.yamlfile import Node, parse_document, read_document, resolve

HEAD = "version: 1\nsources:\n"
_LONGEST_ID = 64
# Domains of countries in which the sources' countries can be seen; .tv and .io are nobody's.
_COUNTRIES = frozenset({
    "AM", "AZ", "BG", "BY", "CY", "EE", "FI", "GE", "GR", "HU", "IL", "IR", "KZ", "LT", "LV", "MD", "NO", "PL", "RO",
    "RS", "RU", "SE", "SK", "TR", "UA", "UZ",
})  # fmt: skip
_PLAIN = re.compile(r"(?![-?:=~])[^\s,\[\]{}\"'#|>*!%@`&](?:[^,\[\]{}#\"'\n\r\t]*[^\s,\[\]{}#:\"'])?")


def values_of(source: Source) -> dict[str, object]:
    """What sources.yaml says of a source, by key; what would stand there anyway is left out."""
    told: dict[str, object] = {
        "id": source.id,
        "url": source.url,
        "name": source.name if source.name != source.id else None,
        "kind": source.kind.value if source.kind is not SourceKind.FEED else None,
        "select": source.select,
        "language": source.language,
        "country": source.country,
        "publisher": source.publisher if source.publisher != source.id else None,
        "tier": source.tier,
        **intervals(source),
        "robots": "" if source.robots else "ignore",
        "allow": list(source.allow),
    }
    return {key: value for key, value in told.items() if value} | ({} if source.enabled else {"enabled": False})


def intervals(source: Source) -> dict[str, str]:
    """The intervals as somebody named them; nothing where the rhythm is learned without bounds."""
    if source.max_interval != source.interval:
        return {}
    named = {"interval": format_duration(source.interval)}
    if source.min_interval != least_interval(source.interval):
        named["min_interval"] = format_duration(source.min_interval)
    return named


def as_line(values: Mapping[str, object], indent: str = "  ") -> str:
    """One source as one line of sources.yaml, without its end."""
    return f"{indent}- {{{', '.join(f'{key}: {_scalar(value)}' for key, value in values.items())}}}"


def _scalar(value: object) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) and ": " not in value and value.isprintable() and isinstance(resolve(value), str)
    return value if plain else json.dumps(value, ensure_ascii=not value.isprintable())


def objections(values: Mapping[str, object]) -> list[str]:
    """What a reader of sources.yaml would have against one source."""
    document = parse_document(f"{HEAD}{as_line(values)}\n".encode(), "")
    read_sources(document)
    return [f"{problem.message} ({problem.hint})" if problem.hint else problem.message for problem in document.problems]


def slug(name: str) -> str:
    """An id made of a name; empty where the name has too few letters of ours for one."""
    words = re.findall(r"[a-z0-9]+", name.lower(), re.ASCII)
    if 2 * sum(map(len, words)) < sum(character.isalnum() for character in name):
        return ""
    return "-".join(words)[:_LONGEST_ID].strip("-")


def free(wanted: str, taken: Collection[str]) -> str:
    """The id, or the first `ID-2`, `ID-3` … that nobody has."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        end = f"-{number}"
        name = wanted[: _LONGEST_ID - len(end)].rstrip("-") + end
    return name


def suggested(url: str, title: str, taken: Collection[str], known: Sequence[Source] = ()) -> dict[str, str]:
    """Id, address, name, country and publisher for a source that is to be listed; what cannot be guessed is left out.

    `title` is what it calls itself; its publisher is that of a known source of the same outlet.
    """
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if host in ("t.me", "telegram.me"):
        host = url.rstrip("/").rpartition("/")[2]
    name = " ".join(title.split())[:100] or host
    country = host.rpartition(".")[2].upper()
    values = {
        "id": free(slug(name) or slug(host) or "source", taken),
        "url": url,
        "name": name,
        "country": country if country in _COUNTRIES else "",
        "publisher": next((other.publisher for other in known if _outlet(other.url) == _outlet(url) != ""), ""),
    }
    return {key: value for key, value in values.items() if value}


def _outlet(url: str) -> str:
    """The host without its sections: en.apa.az and ru.apa.az are one."""
    labels = (urlsplit(url).hostname or "").split(".")
    return "" if labels[-1].isdigit() or labels[-2:] == ["t", "me"] else ".".join(labels[-2:])


def sources_in(path: Path) -> tuple[Source, ...]:
    """Those of a sources.yaml; none where there is no such file. Raises ConfigurationError."""
    if not path.exists():
        return ()
    document = read_document(path)
    sources = read_sources(document)
    if document.problems:
        raise ConfigurationError(document.problems)
    return sources


def append(path: Path, sources: Sequence[Mapping[str, object]]) -> None:
    """Write the sources below those of the file, which stays as it is to the letter; a new file is made.

    The file is replaced in one step or not at all. Raises ConfigurationError where it cannot be continued.
    """
    text = path.read_bytes().decode("utf-8") if path.exists() else None
    replace_file(path, longer(text, sources, path.as_posix()).encode())


def longer(text: str | None, sources: Sequence[Mapping[str, object]], place: str) -> str:
    """The text of a sources.yaml with the sources below its own; None is no file yet.

    Raises ConfigurationError, whose problems lie in the file `place`, where it cannot be continued.
    """
    text = HEAD if text is None else text
    indent = _indent(place, text)
    end = "\r\n" if "\r\n" in text else "\n"
    lines = "".join(as_line(values, indent) + end for values in sources)
    made = text + ("" if text.endswith("\n") else end) + lines
    document = parse_document(made.encode(), place)
    read_sources(document)
    if document.problems:
        raise ConfigurationError(document.problems)
    return made


def line_of(text: str, source_id: str) -> int:
    """Where the text of a sources.yaml names a source, counted from 1; 0 where that is not seen."""
    named = rf"""id:[ \t]*["']?{re.escape(source_id)}["']?[ \t\r]*(?:[,}}#]|$)"""
    for found in re.finditer(named, text, re.MULTILINE):
        before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if "#" not in before and before[-1:] in ("", " ", "{", ","):
            return text.count("\n", 0, found.start()) + 1
    return 0


def _indent(place: str, text: str) -> str:
    """What stands before the “-” of the sources. Raises ConfigurationError where nothing can be appended."""
    document = parse_document(text.encode(), place)
    if text == HEAD:
        return "  "
    listed = document.find("sources")
    items = listed.value if isinstance(listed.value, list) else []
    keys = document.root.value if document.root and isinstance(document.root.value, dict) else {}
    after = [node for node in keys.values() if (node.key_line, node.key_column) > (listed.key_line, listed.key_column)]
    prefixes = {_prefix(text, item) for item in items}
    if after or None in prefixes or len(prefixes) != 1:
        hint = "let “sources” stand last, each source after a “- ” of its own line; or paste it where it belongs"
        wrong = after[0] if after else listed
        where = (wrong.key_line, wrong.key_column)
        raise ConfigurationError([Problem(place, *where, "nothing can be appended here", hint)])
    return str(prefixes.pop())


def _prefix(text: str, item: Node) -> str | None:
    line = text.splitlines()[item.line - 1]
    found = re.match(r"( *)- ", line)
    return found[1] if found else None
