"""Do the inflected forms of a word meet in one key, and do different words stay apart?"""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest

from monitor.core.language import lemma
from tests.optional import corpus


def groups(name: str) -> list[dict]:
    """The groups of forms in `name`."""
    return [json.loads(line) for line in (corpus("morph") / name).read_text("utf-8").splitlines() if line]


def met(found: list[dict], lang: str) -> float:
    """The share of forms whose key is that of the group's head (its lemma, or its commonest key)."""
    good = total = 0
    for group in found:
        got = [lemma(form, lang) for form in group["forms"]]
        head = lemma(group["lemma"], lang) if "lemma" in group else Counter(got).most_common(1)[0][0]
        good += sum(key == head for key in got)
        total += len(got)
    return good / total


def merged(found: list[dict], lang: str) -> float:
    """The share of groups that share the key of their head with another group."""
    heads = defaultdict(set)
    for group in found:
        heads[lemma(group.get("lemma") or group["forms"][0], lang)].add(group.get("lemma") or group["stem"])
    return sum(len(words) for words in heads.values() if len(words) > 1) / len(found)


@pytest.mark.parametrize(("lang", "least", "most"), [("az", 0.95, 0.01), ("uk", 0.93, 0.02), ("ro", 0.90, 0.02)])
def test_inflected_forms_meet_their_lemma_and_lemmas_stay_apart(lang: str, least: float, most: float) -> None:
    """Gold paradigms (UniMorph): forms that meet their lemma, lemmas that run into one another."""
    found = groups(f"unimorph_{lang}.jsonl")
    share, wrong = met(found, lang), merged(found, lang)
    print(f"{lang}: {share:.3f} of forms meet their lemma, {wrong:.3f} of lemmas merged")
    assert share >= least
    assert wrong <= most


@pytest.mark.parametrize(
    ("lang", "least", "most"),
    [("en", 0.67, 0.01), ("ru", 0.77, 0.01), ("tr", 0.90, 0.12), ("hy", 0.75, 0.01), ("ro", 0.64, 0.01)],
)
def test_forms_of_one_stem_mostly_meet(lang: str, least: float, most: float) -> None:
    """Stem groups (Snowball) hold derived words too, which rightly differ, and split some
    words in two (Turkish): the bounds are a little beside what is reached."""
    found = groups(f"snowball_{lang}.jsonl")
    share, wrong = met(found, lang), merged(found, lang)
    print(f"{lang}: {share:.3f} of a stem's forms meet, {wrong:.3f} of stems merged")
    assert share >= least
    assert wrong <= most
