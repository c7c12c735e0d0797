"""docs/watchlists.md: no key is missing from it, none is invented, and what it shows can be loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from monitor.core.figures import COUNTED, CURRENCIES
from monitor.core.model import Assertion, Attribution, RuleKind, Severity, VerdictKind, Zone
from monitor.examples import run_examples
from monitor.memory import MemoryLedger
from monitor.notify import SCHEMES
from monitor.watchlists import load, load_seeds
from monitor.watchlists.channels import ChannelModel, ChannelsFile, TargetModel
from monitor.watchlists.fields import ANY_LANGUAGE, EXPECTED, LANGUAGES, Dates, Strict
from monitor.watchlists.models import (
    ConditionModel,
    ExampleModel,
    ExampleTextModel,
    NearModel,
    QuantityModel,
    RuleModel,
    SameEventModel,
    ScoreModel,
    StepModel,
    VolumeModel,
    WatchlistFile,
)
from monitor.watchlists.routes import MatchModel, RouteModel
from monitor.watchlists.seeds import FactModel, FigureModel, FingerprintModel, SeedDocumentModel, SeedFile
from monitor.watchlists.sources import SourceModel, SourcesFile
from monitor.watchlists.timing import (
    DigestModel,
    EscalateModel,
    GroupModel,
    HeartbeatModel,
    QuietModel,
    RemindModel,
)

DOC = (Path(__file__).parents[2] / "docs" / "watchlists.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", DOC, re.DOTALL | re.MULTILINE)

# Each model with the line of the page that stands before the table of its keys.
TABLES: list[tuple[str, type[BaseModel]]] = [
    ("### Keys of a watchlist file", WatchlistFile),
    ("## Rules", RuleModel),
    ("### Conditions", ConditionModel),
    ("#### Near", NearModel),
    ("#### Score", ScoreModel),
    ("### Steps and states", StepModel),
    ("### Same event", SameEventModel),
    ("### Quantity", QuantityModel),
    ("### Volume", VolumeModel),
    ("### Examples", ExampleModel),
    ("## Sources", SourcesFile),
    ("Each source:", SourceModel),
    ("## Channels", ChannelsFile),
    ("Each channel:", ChannelModel),
    ("Its quiet hours:", QuietModel),
    ("Its digest:", DigestModel),
    ("Its groups:", GroupModel),
    ("Its reminders:", RemindModel),
    ("Its escalation:", EscalateModel),
    ("The heartbeat:", HeartbeatModel),
    ("Each route:", RouteModel),
    ("Its match:", MatchModel),
    ("Each target:", TargetModel),
    ("## Seeds", SeedFile),
    ("The document:", SeedDocumentModel),
    ("The fingerprint:", FingerprintModel),
    ("Each fact:", FactModel),
    ("A range of dates:", Dates),
    ("Each figure:", FigureModel),
]


def keys_of(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def rows_after(line: str) -> dict[str, str]:
    """The first table after a line: key → its row."""
    _, found, rest = DOC.partition(f"\n{line}\n")
    assert found, f"the page has no line {line!r}"
    table = re.search(r"^\| key \|.*?(?=\n\n|\n?\Z)", rest, re.DOTALL | re.MULTILINE)
    assert table, f"no table after {line!r}"
    return {row[1]: row[0] for row in re.finditer(r"^\| `(\w+)` \|.*$", table[0], re.MULTILINE)}


@pytest.mark.parametrize(("line", "model"), TABLES)
def test_the_table_of_a_model_has_exactly_its_keys(line: str, model: type[BaseModel]) -> None:
    assert set(rows_after(line)) == keys_of(model)


@pytest.mark.parametrize(("line", "model"), TABLES)
def test_required_keys_are_called_required_and_no_others(line: str, model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        row = rows_after(line)[field.alias or name]
        if row.count("|") == 4:  # tables with a column for defaults
            always = re.match(r"\| `\w+` \| required \|", row) is not None
            assert always == field.is_required() or model is ExampleModel, row


def kinds(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for kind in model.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_model_of_the_files_has_a_table() -> None:
    def below(model: type[BaseModel]) -> set[type[BaseModel]]:
        named = re.findall(r"\w+", " ".join(str(field.annotation) for field in model.model_fields.values()))
        models = {kind.__name__: kind for kind in kinds(Strict)}
        inner = {models[name] for name in named if name in models} - {model}
        return {model}.union(*(below(kind) for kind in inner))

    reachable = set().union(*(below(kind) for kind in (WatchlistFile, SourcesFile, ChannelsFile, SeedFile)))
    assert reachable - {ExampleTextModel} == {model for _, model in TABLES}


def test_the_texts_of_a_timeline_have_the_keys_of_an_example_except_three() -> None:
    assert keys_of(ExampleModel) - keys_of(ExampleTextModel) == {"name", "seeds", "timeline"}


@pytest.mark.parametrize(
    "value",
    [*RuleKind, *Severity, *Assertion, *Attribution, *VerdictKind, *Zone, *LANGUAGES, ANY_LANGUAGE, *EXPECTED],
)
def test_every_value_to_choose_from_is_on_the_page(value: str) -> None:
    assert f"`{value}`" in DOC


def test_every_kind_of_address_is_on_the_page() -> None:
    section = DOC.partition("\n## Channels\n")[2].partition("\n## ")[0]
    listed = re.search(r"begins with one of these: (.*)\. Others", section)
    assert listed
    assert set(re.findall(r"`(\w+)`", listed[1])) == SCHEMES - {"console"}


def test_the_units_on_the_page_are_those_that_figures_have() -> None:
    section = DOC.partition("\n#### Units\n")[2].partition("\nFigures are")[0]
    counted, _, currencies = section.partition("Currencies: ")
    assert re.findall(r"`(\w+)`", counted) == list(COUNTED)
    assert re.findall(r"`(\w+)`", currencies) == list(CURRENCIES)


def test_every_yaml_block_names_its_file() -> None:
    assert len(BLOCKS) == DOC.count("```yaml") == 6


def test_the_blocks_load_together_without_problems(tmp_path: Path) -> None:
    for name, text in BLOCKS:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    secrets = dict.fromkeys(("SLACK_URL", "SMTP_USER", "SMTP_PASSWORD"), "x")
    loaded = load(tmp_path / "watchlists", secrets)
    assert {rule.kind for rule in loaded.ruleset.rules} == set(RuleKind)
    assert loaded.warnings == ()
    (seed,) = load_seeds(tmp_path / "seeds", loaded.ruleset)
    assert len(seed.facts) == 2
    results = run_examples(loaded.ruleset, lambda: MemoryLedger(seed.baseline))
    failed = [f"{result.place}: {result.failure}" for result in results if result.failure]
    assert failed == [], "the examples on the page hold"
