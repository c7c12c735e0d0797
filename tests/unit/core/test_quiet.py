"""A rule says that all is quiet only where somebody listened and nothing was new."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.core.coverage import Carrier, Life, RuleCoverage, Tongue
from monitor.core.model import Source
from monitor.core.quiet import Quiet, certify, percentile
from tests.making import NOON


def tongue(language: str, **lives: Life) -> Tongue:
    carriers = (Carrier(Source(name, f"https://{name}.example", name), life, "") for name, life in lives.items())
    return Tongue(language, tuple(carriers))


def covered(*tongues: Tongue) -> RuleCoverage:
    return RuleCoverage("mill", "Strike on a mill", tongues)


@pytest.mark.parametrize(
    ("tongues", "alerts", "word"),
    [
        ([tongue("en", a=Life.ALIVE)], 0, Quiet.QUIET),
        ([tongue("en", a=Life.ALIVE)], 2, Quiet.NEWS),
        ([tongue("en", a=Life.ALIVE), tongue("ru", b=Life.DEAD)], 0, Quiet.PARTLY),
        ([tongue("en", a=Life.ALIVE), tongue("ru", b=Life.DEAD)], 1, Quiet.NEWS),
        ([tongue("en", a=Life.WAITING)], 0, Quiet.WAITING),
        ([tongue("en", a=Life.DEAD)], 0, Quiet.BLIND),
        ([tongue("en", a=Life.DEAD)], 3, Quiet.BLIND),  # what was told before says nothing of now
        ([tongue("en")], 0, Quiet.BLIND),
        ([], 0, Quiet.BLIND),
    ],
)
def test_a_word_for_each_case(tongues, alerts, word):
    rule = covered(*tongues)
    [found] = certify([rule], {}, {}, {"mill": alerts}, {})
    assert found.word is word
    assert (found.word is Quiet.BLIND) is rule.blind


def test_it_says_who_was_heard_and_how_much():
    rule = covered(tongue("en", a=Life.ALIVE, b=Life.DEAD), tongue("ru", c=Life.DEAD), tongue("uk", d=Life.ALIVE))
    [found] = certify([rule], {"a": 5, "b": 2, "d": 1, "other": 40}, {"mill": 3}, {"other": 9}, {"mill": NOON})
    assert (found.sources, found.alive, found.unheard) == (len(rule.carriers), rule.alive, rule.blind_in)
    assert (found.alive, found.sources, found.languages, found.unheard) == (2, 4, ("en", "uk"), ("ru",))
    assert (found.read, found.touched, found.alerts, found.last) == (8, 3, 0, NOON)


@pytest.mark.parametrize(
    ("seconds", "percent", "wanted"),
    [([4, 1, 3, 2], 50, 2), ([4, 1, 3, 2], 95, 4), ([7], 50, 7), ([7], 95, 7), (range(1, 101), 95, 95), ([1, 2], 0, 1)],
)
def test_a_percentile_is_one_of_the_values(seconds, percent, wanted):
    assert percentile([timedelta(seconds=each) for each in seconds], percent) == timedelta(seconds=wanted)


def test_of_nothing_there_is_no_percentile():
    assert percentile([], 50) is None
