"""How long server and feed say that an answer stays fresh."""

from datetime import UTC, datetime

import pytest

from monitor.fetch.freshness import max_age, ttl

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "public, Max-Age=300"}, 300),
        ({"cache-control": 'max-age="300"'}, 300),
        ({"cache-control": "s-maxage=600"}, None),  # for shared caches
        ({"cache-control": "max-age=300", "age": "120"}, 180),
        ({"cache-control": "max-age=300", "age": "400"}, None),
        ({"cache-control": "max-age=300", "age": "soon"}, 300),
        ({"cache-control": "max-age=0, must-revalidate"}, None),
        ({"cache-control": "no-cache, max-age=300"}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age=99999999999999999999"}, 999_999_999),
        ({"expires": "Sat, 21 Nov 2026 12:10:00 GMT"}, 600),
        ({"expires": "Sat, 21 Nov 2026 12:10:00 GMT", "date": "Sat, 21 Nov 2026 12:08:00 GMT"}, 120),
        ({"expires": "Sat, 21 Nov 2026 12:10:00 GMT", "cache-control": "max-age=5"}, 5),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({"expires": "0"}, None),
        ({"expires": "-1", "date": "rubbish"}, None),
    ],
)
def test_cache_control_goes_before_expires_and_age_is_taken_off(headers, seconds):
    assert max_age(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b"<rss><channel><ttl>60</ttl>", 3600),
        (b"<rss><channel><TTL> 5 </TTL>", 300),
        (b"<rss><channel><ttl>0</ttl>", None),
        (b"<rss><channel><ttl>soon</ttl>", None),
        (b"<rss>" + b" " * 30_000 + b"<ttl>60</ttl>", None),
        (b"", None),
    ],
)
def test_ttl_is_told_in_minutes_in_the_head_of_a_channel(body, seconds):
    assert ttl(body) == seconds
