"""Signatures of web hooks, held against the library of the specification; and secrets, of which nothing is told."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from monitor.core.signing import headers, keys_of, objection, unsigned

AT = datetime(2026, 11, 20, 21, 7, tzinfo=UTC)
HOOK = "webhooks://receiver.example/news"


def secret(key: bytes) -> str:
    return f"whsec_{b64encode(key).decode()}"


def written(*keys: bytes) -> str:
    return f"{HOOK}?{'&'.join(f'secret={secret(key)}' for key in keys)}"


KEY, FORMER = b"a key of twenty-four by!", bytes(range(64))


@given(st.binary(min_size=24, max_size=64), st.text(), st.integers(0, 2**40))
def test_any_text_is_signed_as_the_specification_says(key: bytes, text: str, name: int) -> None:
    [taken] = keys_of(written(key))
    body = text.encode()
    told = headers([taken], f"msg_{name:x}", int(AT.timestamp()), body)
    assert told["webhook-signature"] == Webhook(secret(key)).sign(told["webhook-id"], AT, text)
    assert told["webhook-timestamp"] == f"{AT.timestamp():.0f}"


def test_while_a_secret_is_replaced_receivers_of_either_verify() -> None:
    now = int(datetime.now(UTC).timestamp())  # the library holds it against its own clock
    told = headers(keys_of(written(KEY, FORMER)), "msg_1", now, b'{"a":1}')
    assert [Webhook(secret(key)).verify(b'{"a":1}', told) for key in (KEY, FORMER)] == [{"a": 1}] * 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "needs a secret: end its address with ?secret=${NAME}"),
        ("?secrets=whsec_x", "needs a secret"),
        ("?secret=", "secret 1 does not begin with whsec_"),
        (f"?secret={'hunter2' * 8}", "secret 1 does not begin with whsec_"),
        ("?secret=whsec_hunter2!", "secret 1 is not base64 after whsec_"),
        ("?secret=whsec_hunter2ə", "secret 1 is not base64 after whsec_"),
        (f"?secret={secret(b'hunter2' * 3)}", "secret 1 is too short: 21 bytes"),
        (f"?secret={secret(b'hunter2' * 10)}", "secret 1 is too long: 70 bytes"),
        (f"?secret={secret(KEY)}&Secret={secret(b'hunter2')}", "secret 2 is too short: 7 bytes"),
        (f"?secret={secret(KEY)}" + f"&secret={secret(FORMER)}" * 2, "takes 2 secrets at most"),
    ],
)
def test_what_is_wrong_with_a_secret_is_told_without_it(query: str, said: str) -> None:
    told = objection(HOOK + query)
    assert said in told
    assert "hunter2" not in told
    assert b64encode(b"hunter2").decode()[:8] not in told


@pytest.mark.parametrize("url", [written(KEY), written(KEY, FORMER), written(KEY).rstrip("="), "json://x?secret=1", ""])
def test_a_good_secret_and_an_address_that_needs_none_are_not_objected_to(url: str) -> None:
    assert objection(url) == ""


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        (written(KEY, FORMER), "jsons://receiver.example/news"),
        ("WebHook://u:p@host:81/a?verify=no&SECRET=x&+X-A=b%20c", "json://u:p@host:81/a?verify=no&+X-A=b%20c"),
        ("slack://a/b/c?secret=1", "slack://a/b/c?secret=1"),
    ],
)
def test_without_its_secrets_a_hook_is_the_unsigned_one(url: str, bare: str) -> None:
    assert unsigned(url) == bare
