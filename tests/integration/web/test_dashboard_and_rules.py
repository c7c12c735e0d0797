"""The dashboard and the alert rules ask for nothing that the monitor does not tell, in Prometheus' own language."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from monitor.core.pulse import Job, Pulse
from monitor.web.api.measures import FULL, HISTOGRAM, JOBS, MEASURES
from monitor.web.app import build_app
from monitor.web.serving import WebServer
from tests.integration.web.visitors import Visitor
from tests.optional import ROOT, missing

DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "monitor.json").read_text(encoding="utf-8"))
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
FOREIGN = {"up", "process_start_time_seconds", "process_resident_memory_bytes"}  # Prometheus', and every client's
# What only some places have: a container, SQLite.
_SOMETIMES = {name for name, one in MEASURES.items() if one.question == FULL and "(" in one.words}


def asked() -> list[tuple[str, str]]:
    """(where it stands, expression)"""
    shown = [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]
    marks = [(mark["name"], mark["expr"]) for mark in DASHBOARD["annotations"]["list"]]
    return [*shown, *marks, *((rule["alert"], rule["expr"]) for rule in RULES)]


def selectors(node: Any) -> Iterator[Any]:
    """All vector selectors of a parsed expression."""
    if type(node).__name__ == "VectorSelector":
        yield node
    for part in ("lhs", "rhs", "expr", "param", "vector_selector"):
        if (child := getattr(node, part, None)) is not None and not isinstance(child, str):
            yield from selectors(child)
    for child in getattr(node, "args", None) or ():
        yield from selectors(child)


def parsed(expression: str) -> Any:
    try:
        import promql_parser
    except ImportError:
        missing("no promql-parser")
    for variable, value in (("$__rate_interval", "5m"), ("$instance", "a"), ("$__range", "1h")):
        expression = expression.replace(variable, value)
    return promql_parser.parse(expression)


@pytest.mark.parametrize(("where", "expression"), asked())
def test_each_expression_parses_and_asks_for_values_that_labels_can_have(where: str, expression: str):
    found = list(selectors(parsed(expression)))
    assert found, "it asks for nothing"
    for selector in found:
        if selector.name in FOREIGN:
            continue
        measure = _measure(selector.name)
        for matcher in selector.matchers.matchers:
            if matcher.name in ("instance", "le"):
                continue
            assert matcher.name in measure.labels, (where, matcher.name)
            for value in matcher.value.split("|"):
                assert value in measure.labels[matcher.name], (where, value)


async def test_a_running_monitor_tells_all_that_is_asked_for(filled_site, clock):
    jobs = tuple(Job(name, clock.now, clock.now - clock.now) for name in JOBS)
    site = replace(filled_site, pulse=lambda: Pulse(jobs, frozenset(), {}))
    server = WebServer(build_app(site), "127.0.0.1", 0)
    await server.start()
    answer = await Visitor(server.address).look("/metrics")
    await server.stop()
    told = {sample.name for family in text_string_to_metric_families(answer.text) for sample in family.samples}
    wanted = {selector.name for _, expression in asked() for selector in selectors(parsed(expression))}
    assert wanted - told - {"up"} <= _SOMETIMES


def _measure(sample: str) -> Any:
    """Of a sample: that of a histogram has a suffix, that of a counter has its own."""
    for name, measure in MEASURES.items():
        if sample == measure.shown or (
            measure.kind is HISTOGRAM and re.fullmatch(f"{name}_(bucket|sum|count)", sample)
        ):
            return measure
    raise AssertionError(f"the monitor tells no {sample}")


def test_the_dashboard_has_a_row_for_each_question():
    rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
    assert rows == ["Is it listening?", "Is it late?", "Is it full?", "What broke, and since when?"]


def test_panels_have_places_of_their_own():
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_every_rule_leads_to_what_to_do():
    document = (ROOT / "docs" / "observing.md").read_text(encoding="utf-8")
    anchors = {title.lower().replace(" ", "-") for title in re.findall(r"^#+ (\w.*)$", document, re.MULTILINE)}
    for rule in RULES:
        path, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert (path, anchor) == ("docs/observing.md", rule["alert"].lower())
        assert anchor in anchors
        assert rule["labels"]["severity"] in ("critical", "warning")
    told = re.findall(r"^### (Monitor\w+)$", document, re.MULTILINE)
    assert told == [rule["alert"] for rule in RULES]


def test_the_documents_figures_of_the_dashboard_are_on_it():
    document = (ROOT / "docs" / "observing.md").read_text(encoding="utf-8")
    section = document.partition("## The dashboard")[2].partition("\n## ")[0]
    titles = " ".join(panel["title"] for panel in DASHBOARD["panels"])
    table = [line for line in section.splitlines() if line.startswith("|")]
    for named in re.findall(r"\*([^*]+)\*", "\n".join(table)):
        assert named.removeprefix("… ") in titles, named


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        missing("no promtool on PATH (Debian: it is in the package prometheus)")
    return found


def test_the_rules_wake_somebody_when_they_should_and_nobody_else(promtool: str):
    """As Prometheus itself reads them; a name in the tests for each rule."""
    tests = (PROMETHEUS / "alerts_test.yml").read_text(encoding="utf-8")
    assert [rule["alert"] for rule in RULES if rule["alert"] not in tests] == []
    done = subprocess.run(
        [promtool, "test", "rules", "alerts_test.yml"], cwd=PROMETHEUS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_of_a_scrape_is_one(promtool: str, tmp_path: Path):
    """With its token where the example says, which is not on every machine."""
    token = tmp_path / "monitor.token"
    token.write_text("t")
    text = (PROMETHEUS / "scrape.yml").read_text(encoding="utf-8")
    (tmp_path / "prometheus.yml").write_text(text.replace("/etc/prometheus/monitor.token", str(token)))
    shutil.copy(PROMETHEUS / "alerts.yml", tmp_path)
    done = subprocess.run(
        [promtool, "check", "config", "prometheus.yml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
