"""The JSON Schema of the files: what is committed is what the models say, it takes what they take, and it refuses what
a schema can refuse."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema_rs
import pytest

from monitor.watchlists.descriptions import DESCRIPTIONS
from monitor.watchlists.schema import KINDS, schema, written
from monitor.watchlists.yamlfile import parse_document
from tests import desk
from tests.docs.test_watchlist_docs import BLOCKS, TABLES, keys_of, rows_after
from tests.unit.watchlists import test_watchlist_loading as whole
from tests.unit.watchlists import test_watchlist_mistakes as broken

ROOT = Path(__file__).resolve().parents[3]
VALIDATORS = {kind: jsonschema_rs.Draft202012Validator(schema(kind)) for kind in KINDS}
FILES = [*(ROOT / "watchlists").glob("*.yaml"), *(ROOT / "seeds").glob("*.yaml")]
# What our checks say, and no schema can: each needs a program, or a list that changes.
NOT_SAID = re.compile(
    "expected (a time zone|a network|an address|a time such as|base64)|expected a duration .* found “0"
    "|expected a date such as .* found (the number|true|false)"
)
SAID = re.compile(r"^unknown key|^the key “.*” is missing|^expected ")


def kind_of(file: str) -> str:
    name = Path(file)
    return (
        "seed" if "seeds" in name.parts else {"sources": "sources", "channels": "channels"}.get(name.stem, "watchlist")
    )


def errors(kind: str, text: str) -> list[str]:
    document = parse_document(text.encode(), "a.yaml")
    assert document.root is not None
    assert document.problems == []
    return [f"{error.instance_path}: {error.message}" for error in VALIDATORS[kind].iter_errors(document.root.plain())]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_committed_is_what_the_models_say(kind: str) -> None:
    """Else: `monitor schema --into schema`."""
    assert (ROOT / "schema" / f"{kind}.json").read_text(encoding="utf-8") == written(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_schema(kind: str) -> None:
    assert jsonschema_rs.meta.is_valid(schema(kind))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_shipped_file_fits_and_names_its_schema(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    kind = kind_of(file.relative_to(ROOT).as_posix())
    assert errors(kind, text) == []
    [named] = re.findall(r"\A# yaml-language-server: \$schema=(\S+)\n", text)
    assert (file.parent / named).resolve() == ROOT / "schema" / f"{kind}.json"


@pytest.mark.parametrize(("name", "text"), BLOCKS)
def test_what_the_documentation_shows_fits(name: str, text: str) -> None:
    assert errors(kind_of(name), text) == []


def test_what_tests_load_with_every_key_fits() -> None:
    assert errors("watchlist", whole.RULES) == []
    assert errors("channels", whole.CHANNELS) == []
    assert errors("watchlist", desk.watchlist(*desk.WORDS)) == []


def can_be_said(expected: list[str]) -> bool:
    words = [re.sub(r"^\S+?:\d+:\d+: ", "", said) for said in expected]
    return any(SAID.match(said) and not NOT_SAID.search(said) for said in words)


def sound(text: str | bytes) -> bool:
    """Is it YAML as we read it? Else no schema is asked."""
    document = parse_document(text if isinstance(text, bytes) else text.encode(), "a.yaml")
    return document.root is not None and not document.problems


CORPUS = [
    pytest.param(kind, text, id=f"{kind}: {name}")
    for kind, tables in (
        ("watchlist", (broken.WATCHLISTS, broken.CONDITIONS)),
        ("sources", (broken.SOURCES,)),
        ("channels", (broken.CHANNELS,)),
        ("seed", (broken.SEEDS,)),
    )
    for table in tables
    for name, (text, expected) in table.items()
    if can_be_said(expected) and sound(text)
]


@pytest.mark.parametrize(("kind", "text"), CORPUS)
def test_it_refuses_what_our_checks_refuse_as_far_as_a_schema_can(kind: str, text: str) -> None:
    assert errors(kind, text)


def test_the_corpus_is_worth_its_name() -> None:
    assert len(CORPUS) > 50


def test_every_key_has_the_sentence_of_the_documentation() -> None:
    """Its links and the pointers to other parts of the page left out, the default put in words."""
    assert {model.__name__ for _, model in TABLES} == DESCRIPTIONS.keys()
    for line, model in TABLES:
        rows = rows_after(line)
        told = {key: sentence(row) for key, row in rows.items()}
        assert told == DESCRIPTIONS[model.__name__], line
        assert keys_of(model) == told.keys()


def sentence(row: str) -> str:
    cells = [shortened(cell) for cell in re.split(r"(?<!\\)\|", row)[2:-1]]
    words, default = cells[-1], cells[0] if len(cells) == 2 else ""
    if default in ("", "required", "empty", "none", "see below"):
        return words
    more = f"{default[:1].upper()}{default[1:]}" if default.startswith("required") else f"Without it: {default}"
    return f"{words}. {more}"


def shortened(cell: str) -> str:
    cell = re.sub(r",? see (\[[^\]]+\]\([^)]*\)|below)", "", cell.strip())
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", cell).replace("\\|", "|").strip()
