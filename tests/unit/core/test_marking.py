"""Evidence is marked where it stands, and marking changes no letter of the text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from markupsafe import escape

from monitor.core.marking import Piece, excerpt, judged_version, marked, paragraphs, pieces
from monitor.core.model import Evidence, Zone
from monitor.core.render import part, plain
from tests.making import NOON, article

LETTERS = st.text(st.sampled_from("aБğ<&>\"'ქ😀\u0301\u200d\u202e\n \t.ل"), max_size=60)
SPANS = st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6)


def stripped(found) -> str:
    return "".join(piece.text for piece in found)


@given(LETTERS, SPANS)
def test_the_text_without_its_marks_is_the_text(text, spans):
    found = pieces(text, spans)
    assert stripped(found) == text
    assert all(piece.text for piece in found)


@given(LETTERS, SPANS)
def test_each_letter_is_marked_if_and_only_if_a_stretch_has_it(text, spans):
    told = [piece.marked for piece in pieces(text, spans) for _ in piece.text]
    assert told == [any(start <= at < end for start, end in spans) for at in range(len(text))]


@given(LETTERS, SPANS)
def test_neighbours_are_never_alike(text, spans):
    found = pieces(text, spans)
    assert all(one.marked != other.marked for one, other in pairwise(found))


@given(LETTERS, SPANS)
def test_paragraphs_have_every_word_of_the_text_and_the_same_marks(text, spans):
    found = paragraphs(text, spans)
    assert plain("\n\n".join(map(stripped, found))) == plain(text)
    whole = "".join(piece.text for piece in pieces(text, spans) if piece.marked)
    told = "".join(piece.text for one in found for piece in one if piece.marked)
    assert "".join(told.split()) == "".join(whole.split())


@given(LETTERS, SPANS)
def test_a_page_shows_the_words_of_the_text_escaped_and_nothing_unseen(text, spans):
    mark = "{% if one.marked %}<mark>{{ one.text | part }}</mark>{% else %}{{ one.text | part }}{% endif %}"
    pages = Environment(autoescape=True)
    pages.filters["part"] = part
    page = pages.from_string("{% for one in found %}" + mark + "{% endfor %}").render(found=pieces(text, spans))
    bare = page.replace("<mark>", "").replace("</mark>", "")
    assert bare == str(escape(part(text)))
    assert part(text).split() == plain(text).split()


@given(LETTERS.filter(bool), SPANS, st.integers(1, 10))
def test_an_excerpt_keeps_all_that_is_marked_and_little_else(text, spans, around):
    found = pieces(text, spans)
    kept = excerpt(found, around)
    assert [piece.text for piece in kept if piece.marked] == [piece.text for piece in found if piece.marked]
    assert all(len(piece.text) <= 2 * around + 1 for piece in kept if not piece.marked)


# --- evidence --------------------------------------------------------------------------------

TEXTS = (
    "Əvvəl sakitlik idi. Prezident fərmanı imzalayıb. Sonra axşam düşdü.",
    "Сначала было тихо. Порт закрыт «до утра» & дольше. Потом открыли.",
    "ჯერ წყნარად იყო. პორტი დაიკეტა. მერე გაიხსნა.",
    "كان هادئا. أغلق الميناء. ثم فتح.",
    "😀 was quiet. The <b>port</b> is shut. Then it opened.",
)


def evidence_of(text: str, zone: Zone = Zone.LEAD) -> Evidence:
    """Its second sentence."""
    second = text.split(". ")[1]
    start = text.index(second)
    return Evidence(second, start, start + len(second), zone)


def test_evidence_is_marked_by_its_offsets_in_any_alphabet():
    for text in TEXTS:
        whole = f"Nothing here.\n\n{text}"
        start = whole.index(text)
        item = evidence_of(text)
        moved = replace(item, start=item.start + start, end=item.end + start)
        told = marked(article("A title", whole), [moved])
        assert told.paragraphs[0] == (Piece("Nothing here."),)
        assert [piece.text for piece in told.paragraphs[1] if piece.marked] == [item.text]
        assert stripped(told.paragraphs[1]) == text
        assert told.elsewhere == ()


def test_evidence_of_the_title_is_marked_there_and_not_in_the_text():
    title = "Port shut"
    told = marked(article(title, f"{title} it is."), [Evidence(title, 0, len(title), Zone.TITLE)])
    assert told.title == (Piece(title, True),)
    assert not any(piece.marked for one in told.paragraphs for piece in one)


def test_of_words_that_stand_twice_those_are_marked_that_were_judged():
    text = "Port shut. Port shut."
    told = marked(article("A title", text), [Evidence("Port shut.", 11, 21, Zone.LEAD)])
    assert told.paragraphs == ((Piece("Port shut. "), Piece("Port shut.", True)),)


def test_evidence_that_has_moved_is_found_by_its_words_and_what_is_gone_is_told():
    moved, gone = Evidence("Port shut.", 0, 10, Zone.LEAD), Evidence("Nobody hurt.", 11, 23, Zone.LEAD)
    told = marked(article("A title", "It rains. Port shut."), [moved, gone])
    assert told.paragraphs == ((Piece("It rains. "), Piece("Port shut.", True)),)
    assert told.elsewhere == (gone,)


# --- versions --------------------------------------------------------------------------------

HOUR = timedelta(hours=1)
SHUT = Evidence("Port shut.", 0, 10, Zone.LEAD)


def version(number: int, text: str, at=None):
    return article("A title", text, id="a", version=number, extracted_at=at)


def test_the_judged_version_is_the_one_with_the_evidence_where_it_says():
    first, second = version(1, "Port shut."), version(2, "Correction. Port open.", NOON)
    assert judged_version([first, second], [SHUT], NOON + HOUR) == first
    assert judged_version([], [SHUT], NOON) is None


def test_of_several_with_the_evidence_it_is_the_last_that_was_read_by_then():
    versions = [version(n, f"Port shut. {n}", NOON + n * HOUR) for n in (1, 2, 3)]
    assert judged_version(versions, [SHUT], NOON + 2 * HOUR + HOUR / 2) == versions[1]
    assert judged_version(versions, [SHUT], NOON + 9 * HOUR) == versions[2]
