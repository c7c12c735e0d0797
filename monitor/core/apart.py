"""What tells two events of one step apart: where they happened, and words of the rule's own (`same_event: {by: …}`),
such as companies, ships, sorts of weapons.

Such a word stands among the names of a claim or a fact as a mark, `term:key`. The key is that of `core.names`, so
that Maersk and «Маэрск» are one; a mark is no ordinary name, and never too common to tell anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from monitor.core.matching import Match
from monitor.core.model import Claim, Fact
from monitor.core.names import canonical
from monitor.core.reading import Reading
from monitor.core.rules import Rule, SameEvent, Term, is_pattern

_BETWEEN = ":"  # no other name has one
MANY = 3  # names; fewer may be left out by chance
FEWEST = 4  # letters of a name's key; among shorter ones two are soon alike


def keys_of(by: Sequence[Sequence[str]], terms: Mapping[str, Term]) -> tuple[tuple[str, str, str], ...]:
    """(mark's term, word as it is listed, key) of every word that tells events apart. A word listed in several
    languages has the key of the first, so that it is itself everywhere; and so have a name that another language
    spells with one letter more, less or another, and the adjective of one (Kermanshah, Kirmanşah; Qatar, «катарский»).
    Two words of one language stay two."""
    found: dict[tuple[str, str], str] = {}
    for group in by:
        known: set[str] = set()
        for lang, words in (
            (lang, words) for name in group if name in terms for lang, words in terms[name].words.items()
        ):
            keys = {word: key for word in words if not is_pattern(word) and (key := _key(word, lang))}
            free = known.difference(keys.values())
            other = {key: _respelt(key, free) for key in dict.fromkeys(keys.values()) if key not in known}
            for word, key in keys.items():
                if other.get(key) == "":
                    key = _adjective_of(word, lang, known)
                found.setdefault((group[0], word), other.get(key) or key)
            known |= {key for (term, _), key in found.items() if term == group[0]}
    return tuple((term, word, key) for (term, word), key in found.items())


def _key(word: str, lang: str) -> str:
    parts = (part.strip("=*") for part in word.split() if not part.startswith("~"))
    return canonical(" ".join(parts), "" if lang == "any" else lang)


# «Саудовский», «кувейтський», Katarlı: of which name.
_ADJECTIVE = {
    **dict.fromkeys(("ru", "uk"), re.compile(r"(?:ов|ев|[ії]в)?сь?к(?:ий|ая|а|ое|е|ие|і|\*)?$", re.I)),
    **dict.fromkeys(("az", "tr"), re.compile(r"l[ıiuü]$", re.I)),
}


def _adjective_of(word: str, lang: str, known: Collection[str]) -> str:
    """The key of the name of which the word is the adjective, where that is known; else the word's own."""
    plain_word, pattern = word.strip("=*"), _ADJECTIVE.get(lang)
    name = pattern.sub("", plain_word) if pattern else plain_word
    key = _key(name, lang)
    return _key(word, lang) if name == plain_word else key if key in known else _respelt(key, known) or _key(word, lang)


def _respelt(key: str, known: Collection[str]) -> str:
    """The one key known that is spelt almost like this one; empty where there is none, or several."""
    alike = [other for other in known if _alike(key, other)]
    return alike[0] if len(alike) == 1 else ""


def marks(match: Match, sentences: Iterable[int], reading: Reading) -> Iterator[tuple[str, str]]:
    """(mark, word as written) of each item of `by`: those in the first of the sentences that has any."""
    same = match.rule.same_event
    listed = {(term, word): key for term, word, key in same.keys}
    order = tuple(dict.fromkeys(sentences))
    for group in same.by:
        here = next((index for index in order if any(term in match.hits.get(index, {}) for term in group)), None)
        if here is None:
            continue
        sentence = reading.sentence(here)
        for hit in (hit for term in group for hit in match.hits[here].get(term, ())):
            written = sentence.text[hit.start - sentence.start : hit.end - sentence.start]
            key = listed.get((group[0], hit.word)) or canonical(written, reading.document.language)
            yield f"{group[0]}{_BETWEEN}{key}", written


def is_mark(name: str) -> bool:
    return _BETWEEN in name


def term_of(mark: str) -> str:
    """The term by whose words the mark tells events apart."""
    return mark.partition(_BETWEEN)[0]


def plain(names: Iterable[str]) -> frozenset[str]:
    """The names without marks."""
    return frozenset(name for name in names if not is_mark(name))


def differ(claim: Claim, fact: Fact, rule: Rule) -> bool:
    """Do both name a word of one item of `by`, and none alike?"""
    same = rule.same_event
    if not same.by:
        return False
    one, other = _by_term(_marks_in(claim.names, same)), _by_term(_marks_in(fact.names, same))
    return any(one[term].isdisjoint(other[term]) for term in one.keys() & other.keys())


def elsewhere(claim: Claim, fact: Fact, gap: int, rule: Rule, common: frozenset[str]) -> bool:
    """Do two reports, by their own words, tell of two places and two events?

    They do if both say where and neither names the other's place, and each gives a day of its own or this one says
    that it happened again; who says “again” and gives another day may well name the first place, too. Where names tell
    events apart, those who share one tell the same.
    """
    if rule.same_event.by_name and shared_names(claim, fact, rule, common):
        return False
    here, there = claim.places - common, fact.places - common
    if not here or not fact.source.startswith("article:"):  # an analyst's places may be wider ones
        return False
    two_days = claim.dated and fact.dated and gap > 0
    if not there:  # who names nobody and nothing of what another report is full of tells of something else
        told = plain(fact.names)
        return two_days and len(told) >= MANY and not _meet(plain(claim.names) | here, told)
    if claim.again and two_days:
        return not all(_meet({place}, fact.names | there) for place in here)
    return (claim.again or two_days) and not _meet(here, fact.names | there) and not _meet(there, claim.names)


def share_nobody(claim: Claim, fact: Fact) -> bool:
    """Do both name several, and none alike?"""
    some, others = plain(claim.names), plain(fact.names)
    return min(len(some), len(others)) >= MANY and not _meet(some, others)


def _meet(some: Iterable[str], others: Iterable[str]) -> bool:
    """Is one of these names one of those? Languages spell places in their own ways (Budapest and «Будапешт», Mykolaiv
    and «Николаев»), so that a letter more, less or another is no other name."""
    others = tuple(others)
    return any(_alike(one, other) for one in some for other in others)


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < FEWEST or len(long) - len(short) > 1:
        return False
    at = next((number for number, letter in enumerate(short) if letter != long[number]), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]


def shared_names(claim: Claim, fact: Fact, rule: Rule, common: frozenset[str]) -> frozenset[str]:
    """What both name and not every event of the step does."""
    names = plain(claim.names & fact.names) - common
    same = rule.same_event
    return names | (_marks_in(claim.names, same) & _marks_in(fact.names, same)) if same.by else names


def _marks_in(names: frozenset[str], same: SameEvent) -> frozenset[str]:
    """The marks among the names; of those of a seed, which has none, what the listed words would have been."""
    if own := frozenset(filter(is_mark, names)):
        return own

    def named(word: str, key: str) -> bool:
        return any(names.issuperset(form.split()) for form in (key, _key(word, "")))

    return frozenset(f"{term}{_BETWEEN}{key}" for term, word, key in same.keys if named(word, key))


def _by_term(found: Iterable[str]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = {}
    for mark in found:
        grouped.setdefault(term_of(mark), set()).add(mark)
    return grouped
