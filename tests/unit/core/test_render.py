"""What foreign text must not do to those who read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.render import cut, language_of, link, neutral, plain, without_title


def size(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(
    ("code", "words"), [("en", ""), ("EN-gb", ""), ("", ""), ("az", "Azerbaijani"), ("xx", "language “xx”")]
)
def test_a_foreign_language_is_named_and_english_is_none(code: str, words: str) -> None:
    assert language_of(code) == words


def test_a_masked_link_is_taken_apart() -> None:
    assert "](" not in neutral("[official site](https://evil.example)")


def test_bidi_overrides_and_controls_are_taken_out_and_letters_stay() -> None:
    assert plain("a\u202eb\u2066c\x00d\ne\u200b \U000e0041f") == "abcd e f"
    family = "👩\u200d👧"
    assert plain(f"{family} ə İ ї ա") == f"{family} ə İ ї ա"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://t.me/@here/12", "https://t.me/%40here/12"),
        ("https://e.example/<!channel>", "https://e.example/%3C!channel%3E"),
        ("https://e.example/пожар", "https://e.example/%D0%BF%D0%BE%D0%B6%D0%B0%D1%80"),
        ("https://e.example/[a](b)", "https://e.example/[a]%28b)"),
        ("javascript:alert(1)", ""),
        ("", ""),
        ("https://e.example/" + "a" * 2000, ""),
    ],
)
def test_only_web_links_are_shown_and_none_holds_markup(url: str, shown: str) -> None:
    assert link(url) == shown


@given(text=st.text(), most=st.integers(0, 50))
def test_cut_keeps_to_its_measure_and_whole_text_that_fits(text: str, most: int) -> None:
    shorter = cut(text, most)
    assert size(shorter) <= most
    assert (shorter == text) == (size(text) <= most)


@pytest.mark.parametrize(
    ("headline", "title", "said"),
    [
        ("Ports: shut — All quays: closed — for now", "All quays: closed — for now", "Ports: shut"),
        ("Ports: shut — All quays…", "All quays: closed — for now", "Ports: shut"),
        ("Ports: shut — Quays", "All quays: closed", "Ports: shut — Quays"),
        ("Ports: All quays closed", "All quays closed", "Ports"),
        ("All quays: closed", "All quays: closed", "All quays: closed"),
        ("Ports: …", "All quays closed", "Ports: …"),
        ("Ports: shut", "", "Ports: shut"),
    ],
)
def test_a_headline_without_the_title_is_what_we_say_ourselves(headline: str, title: str, said: str) -> None:
    assert without_title(headline, title) == said
