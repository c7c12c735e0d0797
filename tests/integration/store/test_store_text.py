"""Whatever feeds contain can be stored, and reads the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from monitor.core.model import Entry, Evidence, Zone
from monitor.errors import StoreError
from monitor.store.columns import KEY_LIMIT, Key, UTCDateTime, Words, bounded, clean, clean_json
from monitor.store.engine import transaction
from tests.contracts.ledger import NOW, make_alert, make_article, make_decision, make_fact

BAKU = timezone(timedelta(hours=4))
HOSTILE = "a\x00b\ud800c\udfff\\u0000 Ə 🙂"
STORED = "a\ufffdb\ufffdc\ufffd\\u0000 Ə 🙂"


@given(st.text(st.characters()))
def test_cleaning_keeps_length_and_leaves_only_what_can_be_encoded(text):
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert "\x00" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned


def test_cleaning_json_reaches_keys_and_nested_values():
    assert clean_json({"a\x00": ["\x00", {"b": ("\ud800", 1, None, True)}]}) == {
        "a\ufffd": ["\ufffd", {"b": ["\ufffd", 1, None, True]}]
    }


@given(st.text(st.characters(), max_size=600))
def test_stored_keys_are_bounded_and_binding_them_again_changes_nothing(key):
    stored = bounded(key)
    assert len(stored) <= KEY_LIMIT
    assert bounded(stored) == stored


@given(st.lists(st.none() | st.text(st.characters(codec=None), max_size=300)))
def test_texts_are_stored_together_as_each_would_be_alone(texts):
    assert list(Words.all_stored(texts)) == [text and clean(text) for text in texts]
    assert list(Key.all_stored(texts)) == [text and bounded(text) for text in texts]


@given(st.lists(st.none() | st.datetimes(timezones=st.sampled_from((UTC, BAKU)))))
def test_times_are_stored_together_as_each_would_be_alone(times):
    times = [time and max(time, datetime(1, 1, 2, tzinfo=UTC)) for time in times]
    alone = UTCDateTime().dialect_impl(sqlite.dialect()).bind_processor(sqlite.dialect())
    assert list(UTCDateTime.all_stored(times)) == [alone(time) for time in times]


def test_long_keys_that_differ_only_at_the_end_stay_different():
    assert bounded("k" * 5000) != bounded("k" * 4999 + "l")


def test_nul_and_lone_surrogates_are_replaced_everywhere(store, newsroom, views):
    newsroom.sources("a")
    assert newsroom.poll("a", Entry(HOSTILE, (HOSTILE,), HOSTILE, HOSTILE, HOSTILE, HOSTILE)) == 1
    assert newsroom.poll("a", Entry(HOSTILE, (HOSTILE,), HOSTILE, HOSTILE)) == 0
    (pending,) = store.pending_entries(NOW, 10)
    assert (pending.entry.title, pending.entry.content, pending.entry.keys) == (STORED, STORED, (STORED,))

    article = make_article(title=HOSTILE, text=HOSTILE, url=HOSTILE)
    store.save_article(pending.id, article)
    evidence = (Evidence(HOSTILE, 0, len(HOSTILE), Zone.LEAD),)
    store.judging(
        lambda unit: unit.record(
            article,
            [make_decision(reason=HOSTILE, evidence=evidence)],
            [make_fact(words=HOSTILE, names=frozenset({HOSTILE}))],
            [(make_alert(headline=HOSTILE, evidence=evidence), [("ops", HOSTILE)])],
            None,
            NOW,
        )
    )
    (waiting,), _ = store.claim(NOW, NOW, 10)
    delivery, alert = waiting.delivery, waiting.alert
    store.failed(delivery.id, NOW, HOSTILE)
    assert (alert.headline, alert.evidence[0].text, delivery.target) == (STORED, STORED, STORED)
    assert views.article(HOSTILE).article.text == STORED
    assert views.facts()[0].names == {STORED}
    assert views.alert(alert.key).deliveries[0].attempts[0].error == STORED


def test_long_texts_come_back_whole(store, newsroom):
    text = "Нефтебаза горит.\n\n" * 200_000
    newsroom.save(make_article(text=text))
    assert store.unjudged(1)[0].text == text


def test_long_keys_and_urls_are_known_again(store, newsroom, views):
    url = "https://x.example/?q=" + "ю" * 20_000
    newsroom.sources("a", "b")
    assert newsroom.poll("a", Entry("x" * 9000, (f"url:{url}",), url, "X")) == 1
    assert newsroom.poll("b", Entry("y", (f"url:{url}",), url, "X")) == 0
    (pending,) = store.pending_entries(NOW, 10)
    assert pending.entry.url == url
    store.save_article(pending.id, make_article(url=url))
    assert views.article(url).article.url == url


def test_an_alert_of_a_long_key_is_stored_once(store, newsroom):
    newsroom.save(make_article())
    alert = make_alert("k" * 5000)
    for expected in ([alert], []):
        record = store.judging(lambda unit: unit.record(make_article(), [], [], [(alert, [])], None, NOW))
        assert record == expected


MOMENTS = (datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=BAKU), datetime(1970, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("moment", MOMENTS)
def test_datetimes_come_back_in_utc_and_compare_as_instants(engine, moment):
    table = sa.Table("moment", sa.MetaData(), sa.Column("at", UTCDateTime))
    with transaction(engine) as connection:
        table.create(connection)
        connection.execute(sa.insert(table), [{"at": moment}, {"at": None}])
        rows = connection.execute(sa.select(table.c.at).where(table.c.at <= moment.astimezone(UTC))).scalars().all()
        later = connection.execute(sa.select(table.c.at).where(table.c.at > moment)).scalars().all()
    assert rows == [moment]
    assert rows[0].tzinfo is UTC
    assert later == []


def test_naive_datetimes_are_refused_in_values_and_in_comparisons(store):
    with pytest.raises(StoreError, match="naive datetime 2026-11-02") as caught:
        store.due_sources(NOW.replace(tzinfo=None), 1)
    assert caught.value.permanent
