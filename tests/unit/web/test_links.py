"""Links are permits: for one event, until a time, made here; anything else is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.responses import Answer
from monitor.web.links import EVERY, ExpiredError, ForgedError, Permit, SignedLinks
from tests.making import ALERT

NOW = datetime(2030, 3, 12, 12, 0, tzinfo=UTC)
WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)
LINKS = SignedLinks("https://monitor.example/news/", "k" * 32, WEEK)
PERMIT = Permit(ALERT.thread, EVERY, NOW + WEEK)
TOKEN = LINKS.token(PERMIT)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def test_the_link_of_an_alert_permits_every_answer_to_its_event_for_a_week() -> None:
    url = LINKS.answer_url(ALERT, NOW)
    assert url == f"https://monitor.example/news/a/{TOKEN}"
    assert LINKS.read(TOKEN, NOW) == PERMIT
    assert LINKS.read(TOKEN, NOW + WEEK - SECOND) == PERMIT
    with pytest.raises(ExpiredError):
        LINKS.read(TOKEN, NOW + WEEK)


def test_alerts_of_one_event_share_what_their_links_permit_and_those_of_another_do_not() -> None:
    update = replace(ALERT, key=f"{ALERT.key}:update:denied")
    assert LINKS.answer_url(update, NOW) == LINKS.answer_url(ALERT, NOW)
    other = LINKS.answer_url(replace(ALERT, event="2026-11-21"), NOW).rpartition("/")[2]
    assert LINKS.read(other, NOW).thread != ALERT.thread


def test_without_a_public_address_there_is_no_link() -> None:
    assert SignedLinks("", "k" * 32, WEEK).answer_url(ALERT, NOW) == ""


def test_a_link_says_what_may_be_done() -> None:
    one = Permit(ALERT.thread, frozenset({Answer.ACKNOWLEDGE}), NOW + WEEK)
    assert LINKS.read(LINKS.token(one), NOW) == one


def test_a_token_of_another_key_is_forged() -> None:
    with pytest.raises(ForgedError):
        SignedLinks("https://monitor.example", "j" * 32, WEEK).read(TOKEN, NOW)


@given(st.text(max_size=200))
def test_whatever_people_make_up_is_forged(text: str) -> None:
    with pytest.raises(ForgedError):
        LINKS.read(text, NOW)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from(ALPHABET))
def test_a_token_with_one_letter_changed_is_forged(at: int, letter: str) -> None:
    changed = TOKEN[:at] + letter + TOKEN[at + 1 :]
    if changed != TOKEN:
        with pytest.raises(ForgedError):
            LINKS.read(changed, NOW)


@given(st.integers(0, len(TOKEN)), st.text(ALPHABET + "=%\n ", min_size=1, max_size=4))
def test_a_token_with_something_put_in_is_forged(at: int, more: str) -> None:
    changed = TOKEN[:at] + more + TOKEN[at:]
    if changed != TOKEN:
        with pytest.raises(ForgedError):
            LINKS.read(changed, NOW)


@given(st.integers(0, len(TOKEN) - 1))
def test_a_token_that_was_cut_off_is_forged(length: int) -> None:
    with pytest.raises(ForgedError):
        LINKS.read(TOKEN[:length], NOW)


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200), st.sets(st.sampled_from(Answer)))
def test_a_token_permits_what_it_was_made_for_and_is_short_enough_to_be_read(rule: str, event: str, may) -> None:
    permit = Permit(f"{rule}:{event}", frozenset(may), NOW + WEEK)
    assert LINKS.read(LINKS.token(permit), NOW) == permit
