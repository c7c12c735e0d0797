"""What an on-call person reads, and what foreign text must not do to them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.alerts import Alert
from monitor.core.model import Assertion, Attribution, Evidence, Zone
from monitor.core.render import cut, link, neutral, plain, render, render_notice
from tests.making import ALERT

FORMATS = ["text", "slack", "telegram", "email"]
LIVE = re.compile(r"@\w|<[!@#A-Za-z/]|\]\(")
HIDING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]"
)

hostile = st.lists(
    st.one_of(
        st.sampled_from([*"@<>!#|`[]() \n\r\t\u202e\u2066\u200b\u200d\ud800🔥", "@everyone", "<!channel>"]),
        st.characters(),
    )
).map("".join)
words = st.lists(
    st.sampled_from(
        ["@everyone", "@here", "<!channel>", "<@U0123>", "@ali_news", "[x](http://e.example)", "нафта", "🔥"]
    )
).map(" ".join)
texts = st.one_of(hostile, words)
urls = st.from_regex(r"https://[a-z]{1,20}\.example/[A-Za-z0-9/_.-]{0,80}", fullmatch=True)
keys = st.from_regex(r"[a-z][a-z-]{0,20}:[a-z0-9:-]{1,40}", fullmatch=True)


def size(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_the_whole_message_as_it_is_read() -> None:
    message = render(ALERT, "text", 0)
    assert message.title == "[CRITICAL] Arms embargo: considering → lifted — Fərman imzalandı"
    assert message.body.splitlines() == [
        "Changed: considering → lifted",
        "“Prezident silah ixracına icazə verən fərmanı imzalayıb.” (original in Azerbaijani)",
        "Source: Xəzər Post (established outlet); an official source, stated as fact",
        "Published 2026-11-20 21:04 UTC, first seen 2026-11-20 21:06 UTC",
        "Why new: The embargo was under consideration; now it is lifted.",
        "https://caspian.example/az/news?id=7&s=1",
        "More: monitor alerts show arms-embargo:2026-11-20",
    ]


@pytest.mark.parametrize("code", ["en", "EN-gb", ""])
def test_english_is_not_called_a_foreign_language(code: str) -> None:
    assert "original in" not in render(replace(ALERT, language=code)).body


def test_a_language_without_a_name_is_given_by_its_code() -> None:
    assert "(original in language “xx”)" in render(replace(ALERT, language="xx")).body


def test_the_article_title_is_shown_where_the_headline_had_no_room_for_it() -> None:
    title = "A title that the headline had to cut"
    assert f"Title: {title}\n" in render(replace(ALERT, article_title=title)).body


def test_evidence_that_only_repeats_the_title_gives_way_to_other_evidence() -> None:
    title = Evidence(ALERT.article_title, 0, 16, Zone.TITLE)
    assert render(replace(ALERT, evidence=(title, *ALERT.evidence))) == render(ALERT)
    assert f"“{ALERT.article_title}”" in render(replace(ALERT, evidence=(title,))).body


@pytest.mark.parametrize("attribution", Attribution)
@pytest.mark.parametrize("assertion", Assertion)
def test_every_grade_of_certainty_has_its_own_words(assertion: Assertion, attribution: Attribution) -> None:
    def source(alert: Alert) -> str:
        return render(alert).body.splitlines()[2]

    shown = source(replace(ALERT, assertion=assertion, attribution=attribution))
    others = [(a, b) for a in Assertion for b in Attribution if (a, b) != (assertion, attribution)]
    assert shown not in {source(replace(ALERT, assertion=a, attribution=b)) for a, b in others}


@pytest.mark.parametrize(
    "mention",
    [
        "@everyone",
        "@here",
        "@channel",
        "<!channel>",
        "<!here>",
        "<@U0123ABC>",
        "<#C01>",
        "@ali_news",
        "<users/all>",
        "@@all",
    ],
)
@pytest.mark.parametrize("format", FORMATS)
def test_foreign_text_rings_nobody(format: str, mention: str) -> None:  # noqa: A002
    alert = replace(
        ALERT,
        headline=mention,
        article_title=f"{mention}!",
        outlet=mention,
        reason=mention,
        previous=mention,
        current=mention,
        language=mention,
        evidence=(Evidence(f"said {mention} today", 0, 9, Zone.LEAD),),
    )
    message = render(alert, format)
    assert mention not in message.title + message.body
    assert not LIVE.search(message.title + message.body)
    assert "\u200b" in message.body


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


@pytest.mark.parametrize("limit", [400, 700])
def test_room_is_made_at_the_expense_of_evidence_and_reason(limit: int) -> None:
    long = replace(ALERT, reason="because " * 100, evidence=(Evidence("слово " * 100, 0, 600, Zone.LEAD),))
    body = render(long, "telegram", limit).body
    for kept in ("Changed: considering → lifted", "Source: Xəzər Post", "Published 2026-11-20", ALERT.article_url):
        assert kept in body
    assert "“слово" in body
    assert "…” (original in Azerbaijani)" in body


@given(text=texts, more=texts, url=urls, key=keys, limit=st.integers(260, 4096), format=st.sampled_from(FORMATS))
@example("🔥" * 500, "@" * 500, "https://a.example/", "a:b", 260, "telegram")
def test_any_text_keeps_to_the_limit_and_keeps_link_and_key(
    text: str,
    more: str,
    url: str,
    key: str,
    limit: int,
    format: str,  # noqa: A002
) -> None:
    alert = replace(
        ALERT,
        key=key,
        article_url=url,
        headline=text,
        article_title=more,
        outlet=text,
        reason=more,
        previous=text,
        current=more,
        evidence=(Evidence(text + more, 0, 1, Zone.LEAD), Evidence(more, 0, 1, Zone.BODY)),
    )
    message = render(alert, format, limit)
    whole = f"{message.title}\r\n{message.body}"
    assert size(whole) <= limit
    assert url in message.body.split("\n")
    assert message.body.endswith(f"monitor alerts show {key}")
    assert not LIVE.search(whole)
    assert not HIDING.search(message.title + message.body)
    assert "\n" not in message.title
    assert len(render(alert, format, 0).body) < 10_000


@given(text=texts, limit=st.integers(1, 300))
def test_no_limit_is_too_small_to_be_kept(text: str, limit: int) -> None:
    message = render(replace(ALERT, headline=text, outlet=text), "text", limit)
    assert size(f"{message.title}\r\n{message.body}" if message.title else message.body) <= limit


@given(text=texts, error=texts, count=st.integers(1, 30), limit=st.sampled_from([0, 50, 300, 4096]))
def test_a_notice_is_as_harmless_as_an_alert(text: str, error: str, count: int, limit: int) -> None:
    message = render_notice("urgent", "night", [(replace(ALERT, headline=text), error)] * count, limit)
    whole = f"{message.title}\r\n{message.body}"
    assert not LIVE.search(whole)
    assert "urgent" in message.title
    assert not limit or size(whole) <= limit


@given(text=st.text(), most=st.integers(0, 50))
def test_cut_keeps_to_its_measure_and_whole_text_that_fits(text: str, most: int) -> None:
    shorter = cut(text, most)
    assert size(shorter) <= most
    assert (shorter == text) == (size(text) <= most)
