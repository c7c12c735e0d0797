"""Zones, paragraphs, sentences, tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Zone
from monitor.core.text import LEAD_WORDS, SENTENCE_LIMIT, read, split_sentences, tokenise


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One came. Two went! Did three?", ["One came.", "Two went!", "Did three?"]),
        ("Mr. Smith met Dr. Jones. They spoke.", ["Mr. Smith met Dr. Jones.", "They spoke."]),
        ("It cost 3.5 million. Nobody paid.", ["It cost 3.5 million.", "Nobody paid."]),
        ("Объём — 5 млн. куб. м. Поставки начнутся.", ["Объём — 5 млн. куб. м. Поставки начнутся."]),
        ("Президент подписал указ. Он вступил в силу.", ["Президент подписал указ.", "Он вступил в силу."]),
        ("U.S. envoys came. They left.", ["U.S. envoys came.", "They left."]),
        ("“It burns.” Firemen came.", ["“It burns.”", "Firemen came."]),
        ("Sənəd imzalandı. Qüvvəyə mindi.", ["Sənəd imzalandı.", "Qüvvəyə mindi."]),
    ],
)
def test_a_sentence_ends_at_a_full_stop_but_not_at_an_abbreviation(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_offsets_of_tokens_and_sentences_point_into_title_and_text() -> None:
    document = read("A title", "First here. Second there.\n\nThird.", "en")
    for sentence in document.sentences:
        source = document.title if sentence.zone is Zone.TITLE else document.text
        assert source[sentence.start : sentence.end] == sentence.text
        assert all(source[token.start : token.end] == token.text for token in sentence.tokens)


def test_compounds_are_split_at_hyphens_and_apostrophes_stay() -> None:
    assert [token.text for token in tokenise("SOCAR-ın SOCAR'ın об'єкт Baku–Tbilisi 122-мм")] == [
        "SOCAR", "ın", "SOCAR'ın", "об'єкт", "Baku", "Tbilisi", "122", "мм",
    ]  # fmt: skip


def test_the_lead_ends_after_about_sixty_words() -> None:
    text = " ".join(f"Sentence number {n} has seven words here." for n in range(30))
    zones = [sentence.zone for sentence in read("T", text, "en").sentences]
    assert zones[0] is Zone.TITLE
    assert zones[1:10] == [Zone.LEAD] * 9
    assert set(zones[10:]) == {Zone.BODY}


@pytest.mark.parametrize(
    "line",
    [
        "Photo: A depot in flames. Archive.",
        "На фото: нефтебаза после удара. Архив.",
        "Foto: yanan anbar. Arxiv.",
        "What happens next",
        "A title",
    ],
)
def test_captions_headings_and_the_repeated_title_are_no_statements(line: str) -> None:
    document = read("A title", f"Something was said today by the minister.\n\n{line}\n\nMore was said.", "en")
    assert {s.text: s.aside for s in document.sentences}["More was said."] is False
    assert all(s.aside for s in document.sentences if s.zone is not Zone.TITLE and s.text in line)


@pytest.mark.parametrize("marker", ["Read also:", "Читайте также:", "Читайте також:", "Həmçinin oxuyun:"])
def test_everything_after_read_also_is_left_aside(marker: str) -> None:
    document = read("T", f"News came today.\n\n{marker} one\n\nDrones hit the mill again yesterday, he said.", "en")
    assert [s.aside for s in document.sentences[1:]] == [False, True, True]


@given(st.text(max_size=400), st.text(max_size=60))
def test_any_text_can_be_read_and_offsets_hold(text: str, title: str) -> None:
    document = read(title, text, "uk")
    for sentence in document.sentences[1:]:
        assert document.text[sentence.start : sentence.end] == sentence.text


@given(st.lists(st.sampled_from(["word", "wordy", "it's", "сло̆во", "a", "A"]), min_size=1, max_size=12))
def test_every_word_of_a_sentence_is_found_where_it_stands(words: list[str]) -> None:
    sentence = read("T", " ".join(words), "en").sentences[1]
    assert [(token.start, token.end) for token in sentence.tokens] == [
        sentence.place(number, number) for number in range(len(sentence.words))
    ]


def test_an_endless_title_is_cut_and_sentences_without_words_do_not_keep_the_lead_open() -> None:
    document = read("title " * 1_000, "\n".join(["— "] * 500), "en")
    assert len(document.sentences[0].text) == SENTENCE_LIMIT
    assert sum(sentence.zone is Zone.LEAD for sentence in document.sentences) <= LEAD_WORDS
