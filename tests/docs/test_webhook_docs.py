"""docs/messages.md, “Signed web hooks”: every type and field, and none that there is not; and a receiver that works."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from monitor.core import payload, signing

DOC = (
    (Path(__file__).parents[2] / "docs" / "messages.md").read_text(encoding="utf-8").partition("## Signed web hooks")[2]
)
SECRET, FORMER = "whsec_" + "Q+/R" * 8, "whsec_" + "A9z+" * 10


def rows(head: str) -> list[str]:
    table = re.search(rf"^\| {head} \|.*?(?=\n\n|\n?\Z)", DOC, re.DOTALL | re.MULTILINE)
    assert table
    return re.findall(r"^\| `([\w.-]+)` \|", table[0], re.MULTILINE)


@pytest.mark.parametrize(
    ("head", "named"),
    [
        ("type", list(payload.TYPES)),
        ("data of an alert", [field.name for field in fields(payload.OfAlert)]),
        ("data of a summary", [field.name for field in fields(payload.OfSummary)]),
        ("header", list(signing.headers([b""], "", 0, b""))),
    ],
)
def test_the_page_has_exactly_what_there_is(head: str, named: list[str]) -> None:
    assert rows(head) == named


def test_the_page_has_the_fields_inside_of_others() -> None:
    for name, kind in (("evidence", payload.Proof), ("standing", payload.Stands)):
        (row,) = re.findall(rf"^\| `{name}` \| .*: (.*) \|$", DOC, re.MULTILINE)
        assert re.findall(r"`(\w+)`", row) == [field.name for field in fields(kind)]
    listed = [field.name for field in fields(payload.Listed)]
    assert (listed[0], listed[-1]) == ("id", "answer_url")
    assert rows("data of an alert")[: len(listed)] == listed
    assert {field.name for field in fields(payload.OfMessage)} == {"title", "text"}


@pytest.fixture
def event_of() -> Callable[..., Any]:
    (code,) = re.findall(r"```python\n(.*?)```", DOC, re.DOTALL)
    found: dict[str, Any] = {}
    exec(code, found)
    return found["event_of"]


def signed(body: bytes, *secrets: str, age: float = 0.0) -> dict[str, str]:
    keys = signing.keys_of("webhook://x?" + "&".join(f"secret={secret}" for secret in secrets))
    return signing.headers(keys, "msg_1", int(time.time() - age), body)


BODY = json.dumps({"type": "alert.new", "data": {"headline": "Şəhər “mətn”"}}, ensure_ascii=False).encode()


@pytest.mark.parametrize("secrets", [(SECRET,), (SECRET, FORMER), (FORMER, SECRET)])
def test_the_receiver_of_the_page_takes_what_the_monitor_signs_once(
    event_of: Callable[..., Any], secrets: tuple[str, ...]
) -> None:
    told = signed(BODY, *secrets)
    assert event_of(told, BODY, SECRET, set()) == json.loads(BODY) == Webhook(SECRET).verify(BODY, told)
    assert event_of(told, BODY, SECRET, {"msg_1"}) is None


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (signed(BODY, FORMER), BODY),
        (signed(BODY, SECRET), BODY.replace(b"new", b"old")),
        (signed(BODY, SECRET) | {"webhook-id": "msg_2"}, BODY),
        (signed(BODY, SECRET, age=3_600), BODY),
        (signed(BODY, SECRET, age=3_600) | {"webhook-timestamp": f"{time.time():.0f}"}, BODY),
        (signed(BODY, SECRET) | {"webhook-signature": "v1a,AAAA"}, BODY),
    ],
)
def test_the_receiver_of_the_page_refuses_what_the_monitor_did_not_say_or_long_ago(
    event_of: Callable[..., Any], headers: dict[str, str], body: bytes
) -> None:
    with pytest.raises(ValueError, match=r"old|signed"):
        event_of(headers, body, SECRET, set())
