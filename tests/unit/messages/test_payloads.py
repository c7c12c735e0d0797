"""What a program gets: of which type, with which ids, in a shape that its schema tells."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerts import OURSELVES, Alert, Message, Occasion, Purpose, Target, Waiting
from monitor.core.model import Evidence, Severity, Zone
from monitor.core.payload import MESSAGE, MONITOR, MOST_LISTED, TYPES, bare_payload
from monitor.core.responses import Answer, Response, Standing
from monitor.messages import Messages
from monitor.messages.events import event_schema, written_event_schema
from tests.making import ALERT, HARD, NOON, delivery

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = jsonschema_rs.Draft202012Validator(event_schema(), validate_formats=True)
TARGET = Target("tickets", "intake", "", "json")
WRITER = Messages(
    answer_url=lambda alert, now: "https://monitor.example/answer?token=t", where="https://monitor.example/a"
)


def waiting(alert: Alert = ALERT, standing: Standing | None = None, **changes: Any) -> Waiting:
    return Waiting(delivery(alert, **changes), alert, standing or Standing(), publishers=3)


def read(message: Message) -> dict[str, Any]:
    assert message.payload is not None
    event: dict[str, Any] = json.loads(message.payload.text)
    SCHEMA.validate(event)
    assert event["data"].get("id", message.payload.id) == message.payload.id
    return event


def one(alert: Alert = ALERT, target: Target = TARGET, **changes: Any) -> dict[str, Any]:
    return read(WRITER.write(waiting(alert, **changes), target, NOON))


def several(occasion: Occasion, *alerts: Alert, target: Target = TARGET, **changes: Any) -> dict[str, Any]:
    return read(WRITER.summary(occasion, [waiting(alert, **changes) for alert in alerts], target, NOON))


def numbered(count: int, **changes: Any) -> list[Alert]:
    return [replace(ALERT, key=f"arms-embargo:{n}", event=str(n), **changes) for n in range(count)]


UPDATE = replace(ALERT, key=f"{ALERT.key}:update:denied")
OWN = replace(ALERT, key=f"{OURSELVES}coverage:x", rule=f"{OURSELVES}coverage", article_url="")


def test_what_is_committed_is_the_schema_of_what_is_sent() -> None:
    """Else: `monitor schema --into schema`."""
    assert (ROOT / "schema" / "webhook.json").read_text(encoding="utf-8") == written_event_schema()


def test_only_a_program_gets_a_payload() -> None:
    assert WRITER.write(waiting(), replace(TARGET, format="text"), NOON).payload is None
    assert WRITER.summary(Occasion.STORM, [waiting()], replace(TARGET, format="slack"), NOON).payload is None


def test_each_kind_of_message_has_its_type_and_there_is_no_other() -> None:
    told = {
        one()["type"]: "alert.new",
        one(UPDATE)["type"]: "alert.update",
        one(purpose=Purpose.REMINDER, round=2)["type"]: "alert.reminder",
        one(purpose=Purpose.ESCALATION)["type"]: "alert.escalation",
        one(OWN)["type"]: MONITOR,
        json.loads(bare_payload("msg_1", Message("a", "b"), NOON).text)["type"]: MESSAGE,
    }
    told |= {several(occasion, ALERT, UPDATE)["type"]: f"summary.{occasion.value}" for occasion in Occasion}
    assert all(found == meant for found, meant in told.items())
    assert set(told) == set(TYPES)


def test_an_alert_is_told_in_the_words_of_the_api() -> None:
    by = Response(ALERT.thread, Answer.ACKNOWLEDGE, "Ann", NOON, reason="on it")
    event = one(standing=Standing(acknowledged=by))
    data = event["data"]
    assert (event["version"], event["timestamp"]) == (1, "2026-11-20T21:07:00Z")
    assert (data["key"], data["thread"], data["rule"]) == (ALERT.key, ALERT.thread, "arms-embargo")
    assert (data["previous"], data["current"], data["severity"]) == ("considering", "lifted", "critical")
    assert data["evidence"] == [{"text": ALERT.evidence[0].text, "zone": "lead", "start": 0, "end": 55}]
    assert (data["attribution"], data["assertion"], data["tier"], data["publishers"]) == ("official", "asserted", 2, 3)
    assert data["standing"]["words"].startswith("acknowledged: on it (Ann")
    assert (data["article_url"], data["answer_url"]) == (ALERT.article_url, "https://monitor.example/answer?token=t")
    assert data["title"].startswith("[CRITICAL] Arms embargo")
    assert "monitor alerts show" in data["text"]


def test_what_comes_later_is_of_the_time_at_which_it_was_made() -> None:
    assert one(purpose=Purpose.REMINDER, round=1)["timestamp"] == several(Occasion.DIGEST, ALERT)["timestamp"]
    assert one(purpose=Purpose.REMINDER, round=1)["timestamp"] == "2030-03-12T12:00:00Z"


def test_an_id_is_of_one_delivery_and_the_same_for_each_try() -> None:
    ids = [
        one()["data"]["id"],
        one(purpose=Purpose.REMINDER, round=1)["data"]["id"],
        one(purpose=Purpose.REMINDER, round=2)["data"]["id"],
        one(purpose=Purpose.ESCALATION)["data"]["id"],
        one(UPDATE)["data"]["id"],
        one(target=replace(TARGET, name="other"))["data"]["id"],
        one(target=replace(TARGET, channel="other"))["data"]["id"],
        one(replace(ALERT, created_at=ALERT.created_at + timedelta(seconds=1)))["data"]["id"],
        several(Occasion.DIGEST, ALERT)["data"]["id"],
        several(Occasion.DIGEST, ALERT, UPDATE)["data"]["id"],
        several(Occasion.STORM, ALERT)["data"]["id"],
    ]
    assert len(set(ids)) == len(ids)
    assert all(each.removeprefix("msg_").isalnum() for each in ids)
    assert one(id=2, attempts=5, doubtful=True)["data"]["id"] == ids[0]
    assert several(Occasion.DIGEST, UPDATE, ALERT)["data"]["id"] == ids[9]


def test_an_alert_of_a_summary_has_the_id_that_it_has_alone() -> None:
    listed = several(Occasion.STORM, UPDATE, ALERT)["data"]["alerts"]
    assert {each["id"] for each in listed} == {one()["data"]["id"], one(UPDATE)["data"]["id"]}


def test_a_summary_lists_every_alert_the_severest_first() -> None:
    lower = [replace(each, severity=Severity.LOW) for each in numbered(300)]
    data = several(Occasion.STORM, OWN, *lower, ALERT)["data"]
    assert (data["total"], data["left"], len(data["alerts"])) == (302, 0, 302)
    assert [data["alerts"][place]["severity"] for place in (0, 1, 300)] == ["critical", "low", "low"]
    assert data["alerts"][-1]["of_ourselves"]
    assert (data["severity"], data["list_url"]) == ("critical", "https://monitor.example/a")


def test_a_summary_has_room_for_so_much_and_counts_the_rest() -> None:
    data = several(Occasion.STORM, *numbered(500, article_url="https://caspian.example/" + "n" * 1_400))["data"]
    assert data["left"] == 500 - len(data["alerts"]) > 0
    size = len(json.dumps(data["alerts"], ensure_ascii=False, separators=(",", ":")).encode())
    assert MOST_LISTED * 0.9 < size <= MOST_LISTED + 2


def test_foreign_words_hide_nothing() -> None:
    told = json.dumps(one(HARD), ensure_ascii=False)
    assert not [mark for mark in "\u202e\u202c" if mark in told]
    assert "<!channel>" in told  # data is data: whoever shows it makes it harmless for there


@given(st.text(), st.text(), st.sampled_from(["", "\ud83d", "\0\x1b[31m", "a.b\n"]))
def test_any_words_become_a_body_that_fits_the_schema(words: str, more: str, odd: str) -> None:
    alert = replace(
        ALERT,
        key=words + odd,
        headline=more * 300 + odd,
        reason=odd + words,
        outlet=odd,
        article_url="https://caspian.example/" + words + odd,
        evidence=tuple(Evidence(words + odd + more, 0, 1, Zone.BODY) for _ in range(9)),
        previous=odd,
        current=more,
    )
    message = WRITER.write(waiting(alert), TARGET, NOON)
    read(message)
    assert message.payload is not None
    assert len(message.payload.text.encode()) < 100_000


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://x.example/" + "n" * 2_000])
def test_what_is_no_link_is_none_here_either(url: str) -> None:
    assert one(replace(ALERT, article_url=url))["data"]["article_url"] == ""
