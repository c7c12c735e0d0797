"""Values to rows and back. A row is a mapping from column name to Python value."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from json import loads
from math import isfinite
from operator import attrgetter, itemgetter
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import RowMapping

from monitor.core.alerts import Action, Alert, Decision, Delivery, DeliveryState, Planned, Purpose, event_key
from monitor.core.editing import shown
from monitor.core.model import (
    Article,
    Assertion,
    Attribution,
    DateSpan,
    Entry,
    Evidence,
    Fact,
    Figure,
    PollState,
    RuleKind,
    Severity,
    Source,
    SourceKind,
    Verdict,
    VerdictKind,
    Zone,
)
from monitor.core.relevant import is_ahead
from monitor.core.responses import Answer, Fault, Response
from monitor.core.silences import Silence
from monitor.ports import Fingerprint, PendingEntry

Row = Mapping[str, Any] | RowMapping


def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


_ARTICLE = _names(Article)
STATE = _names(PollState)
_ENTRY = tuple(name for name in _names(Entry) if name != "keys")
_FACT_PLAIN = ("key", "step", "event", "recorded", "source", "words", "dated", "language", "outlet", "url", "rule")
_ALERT_PLAIN = tuple(
    name
    for name in _names(Alert)
    if name not in ("severity", "assertion", "attribution", "evidence", "channels")
)  # fmt: skip


def _pick(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return dict(zip(names, _getter(names)(value), strict=True))


@cache
def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """For two names at least."""
    return attrgetter(*names)


def _take(row: Row, names: Iterable[str], prefix: str = "") -> dict[str, Any]:
    return {name: row[prefix + name] for name in names}


# --- parts -----------------------------------------------------------------------------------


def _evidence_to(evidence: Iterable[Evidence]) -> list[list[Any]]:
    return [[item.text, item.start, item.end, item.zone.value, *_terms_to(item)] for item in evidence]


def _terms_to(evidence: Evidence) -> list[list[list[str]]]:
    return [[[word, term] for word, term in evidence.terms]] if evidence.terms else []


def _evidence_from(items: Iterable[list[Any]]) -> tuple[Evidence, ...]:
    """Those that were stored before terms were kept have none."""
    return tuple(
        Evidence(text, start, end, Zone(zone), tuple((word, term) for word, term in (terms[0] if terms else ())))
        for text, start, end, zone, *terms in items
    )


def _span_to(when: DateSpan | None) -> dict[str, Any]:
    return {"when_first": when.first if when else None, "when_last": when.last if when else None}


def _span_from(row: Row) -> DateSpan | None:
    return DateSpan(row["when_first"], row["when_last"]) if row["when_first"] else None


# --- sources and entries ---------------------------------------------------------------------


def source_to(source: Source) -> dict[str, Any]:
    return {
        **_pick(source, ("id", "url", "name", "language", "country", "publisher", "tier", "enabled")),
        "kind": source.kind.value,
        "interval_seconds": source.interval.total_seconds(),
        "min_interval_seconds": source.min_interval.total_seconds(),
        "max_interval_seconds": source.max_interval.total_seconds(),
        "host": host_of(source.url),
    }


def host_of(url: str) -> str:
    """ "" where the URL names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def source_from(row: Row) -> Source:
    return Source(
        **_take(row, ("id", "url", "name", "language", "country", "publisher", "tier", "enabled")),
        kind=SourceKind(row["kind"]),
        interval=timedelta(seconds=row["interval_seconds"]),
        min_interval=timedelta(seconds=row["min_interval_seconds"]),
        max_interval=timedelta(seconds=row["max_interval_seconds"]),
    )


_of_state = itemgetter(*STATE)


def poll_state_from(row: Row) -> PollState:
    return PollState(*_of_state(row))


def state_to(state: PollState) -> dict[str, Any]:
    return _pick(state, STATE)


def state_changes(before: PollState, after: PollState) -> dict[str, Any]:
    """The columns in which the second differs, with its values."""
    values = _getter(STATE)
    return {name: new for name, old, new in zip(STATE, values(before), values(after), strict=True) if new != old}


def entry_to(source_id: str, entry: Entry, seen: datetime, learn_only: bool) -> dict[str, Any]:
    return {
        **_pick(entry, _ENTRY),
        "shown": shown(entry).words,
        "source_id": source_id,
        "first_seen": seen,
        "learn_only": learn_only,
        "attempts": 0,
        "next_try_at": seen,
        "error": "",
    }


def pending_entry_from(row: Row, keys: tuple[str, ...], former: Article | None = None) -> PendingEntry:
    return PendingEntry(
        **_take(row, ("id", "source_id", "first_seen", "attempts", "learn_only")),
        entry=Entry(keys=keys, **_take(row, _ENTRY)),
        former=former,
        why=row["reread_why"] if former else "",
    )


# --- articles and judgement ------------------------------------------------------------------


def article_to(article: Article) -> dict[str, Any]:
    return {**_pick(article, _ARTICLE), "url_key": article.url, "error": ""}


def article_from(row: Row) -> Article:
    return Article(**_take(row, _ARTICLE))


_VERSION = ("title", "text", "summary_only", "note", "version", "extractor", "extracted_at", "why")


def version_to(article: Article) -> dict[str, Any]:
    """What one version of an article has of its own."""
    return _pick(article, _VERSION)


def version_of(article: Article, row: Row) -> Article:
    return dataclasses.replace(article, **_take(row, _VERSION))


def fingerprint_to(fingerprint: Fingerprint) -> dict[str, Any]:
    return {**_pick(fingerprint, ("document", "signature")), "bands": bands_to(fingerprint.bands)}


def fingerprint_from(row: Row) -> Fingerprint:
    return Fingerprint(row["document"], bytes(row["signature"]), bands_from(bytes(row["bands"])))


def bands_to(bands: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(bands)}q", *bands)


def bands_from(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 8}q", packed)


def fact_to(fact: Fact) -> dict[str, Any]:
    return {
        **_pick(fact, _FACT_PLAIN),
        **_span_to(fact.when),
        "ahead": is_ahead(fact),
        "kind": fact.kind.value,
        "assertion": fact.assertion.value,
        "attribution": fact.attribution.value,
        "details": {
            "names": sorted(fact.names),
            "places": sorted(fact.places),
            "figures": [dataclasses.astuple(figure) for figure in fact.figures],
            "signature": sorted(fact.signature),
        },
    }


FACT_COLUMNS = (*_FACT_PLAIN, "kind", "when_first", "when_last", "assertion", "attribution", "details")


@lru_cache(maxsize=4_096)  # some 20 MB
def fact_of(values: tuple[Any, ...]) -> Fact:
    """A fact from the bare values of FACT_COLUMNS, as the driver gave them; `details` is text.

    Article after article is held against the facts of the last days, and to make one anew takes
    five times as long as to read it. What it is kept by is all that it is made of.
    """
    row = dict(zip(FACT_COLUMNS, values, strict=True))
    row |= {name: _bare_day(row[name]) for name in ("when_first", "when_last")}
    row |= {"recorded": _bare_time(row["recorded"]), "dated": bool(row["dated"]), "details": loads(row["details"])}
    return fact_from(row)


def _bare_day(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _bare_time(value: str | datetime) -> datetime:
    """SQLite has times as text, in UTC; PostgreSQL in the zone of the session."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)


def figures_to(fact: Fact) -> list[dict[str, Any]]:
    """What of a fact's figures is looked up. One that is no number is not."""
    return [
        {**_pick(figure, ("unit", "value", "total")), **_pick(fact, ("rule", "recorded"))}
        | {"fact_key": fact.key, "number": number}
        for number, figure in enumerate(fact.figures)
        if isfinite(figure.value)
    ]


def fact_from(row: Row) -> Fact:
    details = row["details"]
    return Fact(
        **_take(row, _FACT_PLAIN),
        kind=RuleKind(row["kind"]),
        when=_span_from(row),
        names=frozenset(details["names"]),
        places=frozenset(details["places"]),
        figures=tuple(Figure(float(value), *rest) for value, *rest in details["figures"]),
        assertion=Assertion(row["assertion"]),
        attribution=Attribution(row["attribution"]),
        signature=frozenset(details["signature"]),
    )


_VERDICT_PLAIN = ("rule", "event", "reason", "fact", "score", "step", "previous", "current")


def decision_to(decision: Decision, article_id: str, alerted: bool, now: datetime) -> dict[str, Any]:
    verdict = decision.verdict
    return {
        **_pick(verdict, _VERDICT_PLAIN),
        **_span_to(verdict.when),
        "article_id": article_id,
        "kind": verdict.kind.value,
        "assertion": verdict.assertion.value,
        "attribution": verdict.attribution.value,
        "evidence": _evidence_to(verdict.evidence),
        "action": decision.action.value,
        "decision_reason": decision.reason,
        "severity": decision.severity.value,
        "channels": list(decision.channels),
        "alerted": alerted,
        "judged_at": now,
    }


def decision_from(row: Row) -> Decision:
    verdict = Verdict(
        **_take(row, _VERDICT_PLAIN),
        article=row["article_id"],
        kind=VerdictKind(row["kind"]),
        assertion=Assertion(row["assertion"]),
        attribution=Attribution(row["attribution"]),
        evidence=_evidence_from(row["evidence"]),
        when=_span_from(row),
    )
    return Decision(
        verdict, Action(row["action"]), row["decision_reason"], Severity(row["severity"]), tuple(row["channels"])
    )


# --- alerts ----------------------------------------------------------------------------------


def alert_to(alert: Alert) -> dict[str, Any]:
    return {
        **_pick(alert, _ALERT_PLAIN),
        "severity": alert.severity.value,
        "assertion": alert.assertion.value,
        "attribution": alert.attribution.value,
        "evidence": _evidence_to(alert.evidence),
        "channels": list(alert.channels),
    }


def alert_from(row: Row) -> Alert:
    return Alert(
        **_take(row, _ALERT_PLAIN),
        severity=Severity(row["severity"]),
        assertion=Assertion(row["assertion"]),
        attribution=Attribution(row["attribution"]),
        evidence=_evidence_from(row["evidence"]),
        channels=tuple(row["channels"]),
    )


_DELIVERY_PLAIN = (
    *("id", "channel", "target", "attempts", "next_at", "error", "doubtful"),
    *("round", "hold", "reason", "reference", "created_at"),
)


def delivery_from(row: Row, alert_key: str) -> Delivery:
    return Delivery(
        **_take(row, _DELIVERY_PLAIN),
        alert_key=alert_key,
        state=DeliveryState(row["state"]),
        purpose=Purpose(row["purpose"]),
    )


def planned_to(item: Planned, alert_id: int, now: datetime) -> dict[str, Any]:
    """A delivery that follows from another one of its alert."""
    return {
        **_pick(item, ("channel", "target", "round", "reason")),
        "alert_id": alert_id,
        "purpose": item.purpose.value,
        "state": DeliveryState.PENDING.value,
        "attempts": 0,
        "next_at": item.at,
        "error": "",
        "created_at": now,
        "doubtful": False,
    }


# --- what people say -------------------------------------------------------------------------

_RESPONSE_PLAIN = ("author", "at", "reason", "until", "via", "alert")


def response_to(response: Response) -> dict[str, Any]:
    """Without rule and event."""
    return {
        **_pick(response, _RESPONSE_PLAIN),
        "answer": response.answer.value,
        "fault": response.fault.value if response.fault else None,
    }


def response_from(row: Row) -> Response:
    return Response(
        **_take(row, _RESPONSE_PLAIN),
        thread=event_key(row["rule"], row["event"]),
        answer=Answer(row["answer"]),
        fault=Fault(row["fault"]) if row["fault"] else None,
    )


def silence_from(row: Row) -> Silence:
    match = tuple((trait, tuple(values)) for trait, values in row["match"])
    return Silence(match=match, **_take(row, ("id", "author", "reason", "created_at", "starts_at", "ends_at")))
