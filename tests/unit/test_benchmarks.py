"""Every benchmark runs, and its figures have the form that readers of them rely on. How fast it is, is no test."""

import json
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from benchmarks.__main__ import NAMES
from benchmarks._pages import reordered
from benchmarks._prose import Prose
from monitor.core.judge import Judge
from monitor.watchlists import load

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments):
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)


# The fuzzer counts what it tried and compares nothing.
@pytest.mark.timeout(300)  # some start daemons, on both databases
@pytest.mark.parametrize("name", [name for name in NAMES if name != "fuzz"])
def test_a_benchmark_prints_one_json_object_for_each_figure_and_nothing_else_on_stdout(name):
    done = run(f"benchmarks.{name}", "--quick")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines
    for line in lines:
        assert list(line) == ["figure", "value", "unit", "against", "ratio"]
        assert all(isinstance(line[key], str) and line[key] for key in ("figure", "unit", "against"))
        assert all(isinstance(line[key], int | float) and line[key] > 0 for key in ("value", "ratio"))


def test_an_unknown_name_lists_the_known_ones():
    done = run("benchmarks", "no-such")
    assert done.returncode != 0
    assert all(name in done.stderr for name in NAMES)


def test_a_sweep_shows_the_effect_of_each_value():
    done = run("benchmarks.judgement", "--quick", "--sweep", "LEAD_SENTENCES")
    assert done.returncode == 0, done.stderr
    _, head, *rows = done.stdout.splitlines()
    assert head.split()[:5] == ["value", "recall", "precision", "F1", "repeats"]
    assert sum("*" in row for row in rows) == 1 < len(rows)


def test_an_unknown_threshold_lists_the_known_ones():
    done = run("benchmarks.judgement", "--sweep", "NO_SUCH")
    assert done.returncode == 2
    assert "FRESH_DAYS" in done.stderr


def test_most_invented_articles_touch_the_rule_whose_words_they_were_given():
    ruleset = load(ROOT / "watchlists").ruleset
    judge, prose = Judge(ruleset), Prose(1, ruleset, touching=1.0)
    documents = [judge.document(prose.article(number, words=80)) for number in range(20)]
    touched = [any(match.passages for match in judge.matcher.match(document)) for document in documents]
    assert sum(touched) > len(touched) / 2


def test_a_page_in_another_order_keeps_markup_and_words_but_not_their_order():
    words = " ".join(f"{word} Harbour." for word in ("one", "two", "three", "four", "five", "six"))
    page = f"<script>var text = '>{words}<';</script><p class='a'>{words}</p>".encode()
    other = reordered(page, Random(1))
    assert other != page
    assert other.partition(b"</script>")[0] == page.partition(b"</script>")[0]
    assert sorted(re.findall(rb"\w+", other)) == sorted(re.findall(rb"\w+", page))
