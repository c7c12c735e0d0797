"""Queries and what texts have of them: every form finds every other, and a snippet is a part of its text."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from monitor.core.render import plain
from monitor.core.searching import (
    LONGEST_QUERY,
    MOST_WORDS,
    QueryError,
    hits,
    kept,
    languages_of,
    marked,
    parse,
    snippet,
)

FORMS = [
    ("ru", "суда", "суд"), ("ru", "Киевом", "киев"), ("ru", "договор", "договоров"), ("ru", "Путина", "путин"),
    ("ru", "судно", "судов"),
    ("uk", "Києва", "київ"), ("uk", "порту", "порт"), ("uk", "угоди", "угода"),
    ("az", "Ukraynanın", "ukrayna"), ("az", "limanında", "liman"), ("az", "İrana", "iran"),
    ("az", "danışıqlar", "danışıq"),
    ("az", "Bakıdan", "BAKI"),
    ("tr", "İstanbul'da", "istanbul"), ("tr", "limanları", "liman"), ("tr", "anlaşmanın", "anlaşma"),
    ("en", "ports", "port"), ("en", "signed", "sign"), ("en", "Turkey's", "turkey"), ("en", "went", "go"),
    ("ka", "საქართველოს", "საქართველო"), ("ka", "პორტში", "პორტი"),
    ("hy", "Հայաստանի", "Հայաստան"), ("hy", "նավահանգստում", "նավահանգիստ"),
    ("ro", "porturile", "port"), ("ro", "României", "românia"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "written", "asked"), FORMS)
def test_a_word_finds_its_other_forms(lang: str, written: str, asked: str) -> None:
    query = parse(asked)
    assert query is not None
    text = f"— {written}."
    assert hits(query, text, lang)
    found = kept("", text, lang)
    assert query.groups[0][0].keys & ({*found.lemmas} | found.others)


@pytest.mark.parametrize(("lang", "written", "_"), FORMS)
def test_a_word_finds_itself_as_it_is_written(lang: str, written: str, _: str) -> None:
    for asked in (written, written.lower()):
        query = parse(asked)
        assert query is not None
        assert hits(query, written, lang)


def test_the_script_of_a_word_says_which_languages_it_may_be_of() -> None:
    assert languages_of("порт") == ("ru", "uk")
    assert languages_of("port") == ("en", "az", "tr", "ro")
    assert languages_of("2026") == ("",)


def test_words_phrases_exclusions_and_alternatives() -> None:
    query = parse('port OR harbour «grain deal» -storm -"sea level"')
    assert query is not None
    assert [[one.written for one in group] for group in query.groups] == [["port", "harbour"], ["grain deal"]]
    assert [one.written for one in query.without] == ["storm", "sea level"]
    assert ("grain", "deal") in query.groups[1][0].sequences


@pytest.mark.parametrize("written", ["", "   ", '""', "?!", "OR", "- -", "|", "\x00"])
def test_what_holds_no_word_is_no_query(written: str) -> None:
    assert parse(written) is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("-port", "add a word"),
        ("word " * (MOST_WORDS + 1), "more than 12 words"),
        ("w" * (LONGEST_QUERY + 1), "longer than"),
    ],
)
def test_a_query_that_cannot_be_answered_gets_a_sentence(written: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        parse(written)


@given(st.text(max_size=80))
def test_any_text_is_a_query_or_told_why_it_is_none(written: str) -> None:
    with suppress(QueryError):
        query = parse(written)
        assert query is None or query.groups


def test_a_phrase_is_marked_where_its_words_stand_together() -> None:
    query = parse('"grain deal"')
    assert query is not None
    text = "The deal on grain fell. The grain deals hold."
    assert [text[start:end] for start, end, _ in hits(query, text, "en")] == ["grain deals"]


def test_a_phrase_does_not_reach_from_the_title_into_the_text() -> None:
    lemmas = kept("New grain", "Deals hold.", "en").lemmas
    assert lemmas.index("grain") + 1 != lemmas.index("deal")


WORDS = st.sampled_from(
    ["port", "ports", "<b>", "Порт", "порта", "&amp;", "“", "\u202e", "İran", "a" * 70, "\n\n", "."]
)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=120).map(" ".join)


@given(TEXTS, st.sampled_from(["port", "порт iran", '"port порт"']), st.sampled_from(["en", "ru", "az", ""]))
def test_a_snippet_is_a_part_of_its_text_and_its_marks_are_hits(text: str, asked: str, lang: str) -> None:
    query = parse(asked)
    line = plain(text)
    found = snippet(query, text, lang)
    whole = "".join(piece.text for piece in found.pieces)
    assert whole in line
    assert found.before or line.startswith(whole)
    assert found.after or line.endswith(whole)
    assert "".join(piece.text for piece in marked(query, text, lang)) == line
    assert "<" not in str(escape(whole))


def test_a_snippet_shows_where_most_of_the_words_stand_together() -> None:
    text = "The port is open. " + "Nothing is said here. " * 40 + "In the port the grain deal was signed."
    found = snippet(parse("port grain"), text, "en")
    assert [piece.text for piece in found.pieces if piece.hit] == ["port", "grain"]
    assert found.before
    assert not found.after


def test_a_hostile_text_is_kept_within_bounds() -> None:
    found = kept("t", " ".join(f"слово{number}ущий" for number in range(30_000)), "ru")
    assert len(found.lemmas) <= 15_000
    assert sum(len(key.encode()) for key in {*found.lemmas, *found.others}) < 500_000
