"""The judgement as a whole: streams of labelled articles through the shipped watchlists and seeds.

Whoever changes a threshold or a word list sees here what it costs. `python -m
benchmarks.judgement` prints the tables, and every mistake, of the same streams.
"""

import pytest

from tests.judgement.replaying import OWN, ROOT, evaluation, generality, shipped
from tests.judgement.scoring import mistakes, read, score, table

# Least recall, least precision, most repeats for each event.
EVALUATION = {"dev": (0.92, 0.88, 0.05), "dev_long": (0.92, 0.88, 0.05)}
# These were looked at while the rules were mended: the floors keep what was reached, README.md has the figures of
# first contact, which tell the quality.
OURS = {
    "short": (0.92, 0.92, 0.05),
    "long": (0.92, 0.92, 0.05),
    "mixed": (0.92, 0.92, 0.05),
    "portal": (0.88, 0.88, 0.05),
    "real": (0.89, 0.92, 0.05),
    "agency": (0.89, 0.92, 0.07),
    "wire": (0.90, 0.90, 0.05),
    "dispatch": (0.85, 0.92, 0.05),
    "bulletin": (0.88, 0.92, 0.05),
    "courier": (0.92, 0.90, 0.09),
    "gazette": (0.96, 0.96, 0.05),
    "tribune": (0.87, 0.92, 0.05),
    "herald": (0.96, 0.96, 0.05),
}
ANY_OTHER = (0.60, 0.60, 0.30)
GENERALITY = {
    "ports": (0.90, 0.90, 0.05),
    "courts": (0.90, 0.88, 0.11),
    "redsea": (0.87, 0.92, 0.05),
    "moldova": (0.87, 0.92, 0.07),
    "steppe": (0.92, 0.92, 0.05),
    "levant": (0.92, 0.88, 0.06),
    "sahel": (0.89, 0.89, 0.05),
    "balkans": (0.75, 0.85, 0.07),
    "gulf": (0.95, 0.95, 0.05),
}


def hold(stream, least, home=ROOT):
    articles = read(stream)
    alerted = shipped(home).alerted(stream)
    total = score(articles, alerted)
    print(table(articles, alerted))
    recall, precision, repeats = least
    assert total.recall >= recall, mistakes(total)
    assert total.precision >= precision, mistakes(total)
    assert total.repeats_per_event <= repeats, mistakes(total)


@pytest.mark.parametrize("name", EVALUATION)
def test_evaluation_streams_are_judged_well(name):
    stream = evaluation() / f"{name}.jsonl"
    if not stream.is_file():
        pytest.skip(f"no stream {stream}; set MONITOR_EVAL")
    hold(stream, EVALUATION[name])


@pytest.mark.parametrize("home", generality(), ids=lambda home: home.name)
def test_watchlists_on_other_subjects_do_as_well(home):
    """Their words were written from the reference only. The engine was mended with the mistakes of most of them in
    view: what it did before stands in README.md."""
    hold(home / "stream.jsonl", GENERALITY.get(home.name, ANY_OTHER), home)


@pytest.mark.parametrize("home", generality(), ids=lambda home: home.name)
def test_the_shipped_rules_have_nothing_to_say_on_other_subjects(home):
    assert shipped().alerted(home / "stream.jsonl") == frozenset()


@pytest.mark.parametrize("name", sorted(path.stem for path in OWN.glob("*.jsonl")))
def test_own_streams_are_judged_well(name):
    hold(OWN / f"{name}.jsonl", OURS.get(name, ANY_OTHER))
