"""Invented messages: templates are tried on them, and people see what theirs would look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.core.alerts import OURSELVES, Alert, Delivery, DeliveryState, Occasion, Purpose
from monitor.core.channels import ANY_TIME
from monitor.core.model import Assertion, Attribution, Evidence, Severity, Zone
from monitor.core.summary import Summary, leaner_summary, summary_of
from monitor.core.view import View, leaner, view_of

ALERT, SUMMARY = "alert", "summary"
KINDS = (ALERT, SUMMARY)
NOW = datetime(2030, 3, 12, 6, 31, tzinfo=UTC)
ANSWER = "https://monitor.example/answer?token=sample"

SAMPLE = Alert(
    key="arms-embargo:2030-03-12",
    rule="arms-embargo",
    rule_title="Arms embargo",
    severity=Severity.CRITICAL,
    event="2030-03-12",
    headline="Arms embargo: considering → lifted — Silah embarqosu ləğv edildi",
    reason="The embargo was under consideration; now it is lifted.",
    created_at=NOW,
    article_id="sample",
    article_title="Silah embarqosu ləğv edildi",
    article_url="https://news.example/az/7?s=1&t=2",
    outlet="Nümunə Post",
    language="az",
    published=NOW - timedelta(minutes=9),
    first_seen=NOW - timedelta(minutes=1),
    tier=2,
    assertion=Assertion.ASSERTED,
    attribution=Attribution.OFFICIAL,
    evidence=(
        Evidence(
            "Prezident silah ixracına qoyulmuş embarqonu ləğv edən fərmanı imzalayıb.",
            0,
            72,
            Zone.LEAD,
            (("silah ixracına", "arms_export"), ("embarqonu", "embargo"), ("ləğv edən", "lift")),
        ),
        Evidence("Fərman <b>dərhal</b> qüvvəyə minir & dərc olunur.", 73, 121, Zone.LEAD),
    ),
    previous="considering",
    current="lifted",
    channels=("oncall",),
    watchlist="caucasus",
)
OF_OURSELVES = replace(
    SAMPLE,
    key=f"{OURSELVES}coverage:arms-embargo:blind",
    rule=f"{OURSELVES}coverage",
    severity=Severity.HIGH,
    headline="1 rule is blind: no source that could carry it is alive",
    reason="None of the sources of these rules has answered for six hours.",
    evidence=(Evidence("arms-embargo (Arms embargo): 4 sources, all failing", 0, 0, Zone.BODY),),
    article_url="",
    previous="",
    current="",
)


def samples(kind: str) -> Sequence[View | Summary]:
    """Messages with every field, with few, and with next to none."""
    if kind == SUMMARY:
        full = summary_of(Occasion.DIGEST, (SAMPLE, OF_OURSELVES), ANY_TIME, NOW, answers=(ANSWER, ""), doubtful=True)
        return (full, *list(leaner_summary(full))[-1:])
    held = Delivery(1, SAMPLE.key, "oncall", "sample", DeliveryState.SENDING, doubtful=True, hold="quiet")
    reminder = replace(held, purpose=Purpose.REMINDER, round=2)
    view = view_of(SAMPLE, held, NOW, publishers=3, answer=ANSWER)
    own = view_of(OF_OURSELVES, reminder, NOW)
    bare = list(leaner(view_of(replace(SAMPLE, language="en", article_url=""), None, NOW)))[-1]
    return (view, own, bare)
