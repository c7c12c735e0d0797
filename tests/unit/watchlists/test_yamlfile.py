"""YAML as it is read here: fewer surprises than YAML, and a place for everything."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigurationError
from monitor.watchlists import load, load_seeds
from monitor.watchlists.channels import ChannelsFile
from monitor.watchlists.models import ExampleModel, RuleModel, WatchlistFile
from monitor.watchlists.seeds import SeedFile
from monitor.watchlists.sources import SourceModel
from monitor.watchlists.yamlfile import MAX_BYTES, parse_document, read_document, resolve

YAML_LIKE = st.text(alphabet=st.sampled_from("versionterms: 1\n-[]{},'\"|>*&!#%@?~=\t.0123\\éƏ\u2028\x85\ufeff"))
KEYS = sorted(
    {*WatchlistFile.model_fields, *RuleModel.model_fields, *SourceModel.model_fields, *ChannelsFile.model_fields}
    | {*ExampleModel.model_fields, *SeedFile.model_fields, "all", "none", "cues", "targets", "en", "any", "zzz"}
)
RULE_LIKE = st.recursive(
    st.sampled_from(["x", "1", "1.5", "true", "null", "[]", "{}", "event", "state", "a | b", "2025-08"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        ).map(lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"),
    ),
    max_leaves=12,
)
FILE_NAMES = st.sampled_from(["a.yaml", "sources.yaml", "channels.yaml"])


def plain(text: str) -> object:
    document = parse_document(text.encode(), "f.yaml")
    assert document.problems == []
    assert document.root is not None
    return document.root.plain()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("~", "~"),
        ("12:30", "12:30"),
        ("2025-08-12", "2025-08-12"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("007", 7),
        ("-3", -3),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("<<", "<<"),
        ("=AZAL", "=AZAL"),
        ("1234567890123456789012", 1234567890123456789012.0),
        ("1" * 5000, "1" * 5000),
    ],
)
def test_only_plain_numbers_and_true_false_null_are_not_text(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_quoted_scalars_are_text_and_keys_always_are() -> None:
    assert plain("no: '1'\n1: \"true\"\ntrue: |\n  12\n") == {"no": "1", "1": "true", "true": "12\n"}


def test_every_value_and_key_has_its_place_in_characters_not_bytes() -> None:
    document = parse_document("терміни: {ə: [ქ, 𝒳, x]}\n".encode(), "f.yaml")
    node = document.find("терміни", "ə", 2)
    assert (node.value, node.line, node.column) == ("x", 1, 21)
    assert (document.find("терміни", "ə").key_line, document.find("терміни", "ə").key_column) == (1, 11)
    assert document.find("терміни", "nowhere", 7) is document.find("терміни")


def test_a_byte_order_mark_moves_nothing() -> None:
    document = parse_document("\ufeffa: b\n".encode(), "f.yaml")
    assert (document.find("a").line, document.find("a").column) == (1, 4)


def test_an_alias_bomb_and_a_deep_nest_are_refused() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert {str(problem).split(" (")[0] for problem in parse_document(bomb.encode(), "f.yaml").problems} == {
        "f.yaml:1:4: anchors",
        "f.yaml:2:4: anchors",
        "f.yaml:2:8: aliases",
        "f.yaml:2:12: aliases",
        "f.yaml:3:5: aliases",
        "f.yaml:3:9: aliases",
    }
    for deep in ("[" * 100_000, "{" * 100_000, "- " * 100_000):
        document = parse_document(deep.encode(), "f.yaml")
        assert document.root is None
        assert len(document.problems) == 1


def test_a_file_over_one_megabyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    (problem,) = read_document(path).problems
    assert "larger than 1 MB" in str(problem)


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "dir.yaml").mkdir()
    (problem,) = read_document(tmp_path / "dir.yaml").problems
    assert "cannot be read" in str(problem)


@given(st.one_of(st.binary(max_size=300), YAML_LIKE.map(str.encode), st.text().map(lambda text: text.encode("utf-8"))))
@settings(max_examples=400, deadline=timedelta(seconds=5))
def test_any_bytes_give_a_value_or_problems_inside_the_file(data: bytes) -> None:
    document = parse_document(data, "f.yaml")
    assert (document.root is not None) or document.problems
    for problem in document.problems:
        assert problem.line >= 0
        assert problem.message


@given(FILE_NAMES, st.one_of(RULE_LIKE, YAML_LIKE, st.text()))
@settings(max_examples=400, deadline=timedelta(seconds=5))
def test_any_text_in_any_file_raises_nothing_but_configuration_errors(
    tmp_path_factory: pytest.TempPathFactory, name: str, text: str
) -> None:
    directory = tmp_path_factory.mktemp("w", numbered=True)
    (directory / "rules.yaml").write_text("version: 1\n")
    rules = load(directory).ruleset
    (directory / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    for read in (lambda: load(directory), lambda: load_seeds(directory, rules)):
        try:
            read()
        except ConfigurationError as error:
            assert error.problems  # noqa: PT017 - either outcome is right
