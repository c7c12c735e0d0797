"""The tables."""

from monitor.store.tables.alerting import UNSENT, alert, attempt, delivery, journal, response, retraction, silence
from monitor.store.tables.base import metadata
from monitor.store.tables.baseline import (
    COVERAGE,
    NO_COVERAGE,
    OF_DAYS,
    addition,
    fact,
    fact_figure,
    fingerprint,
    fingerprint_band,
    rule,
    seed,
    verdict,
)
from monitor.store.tables.desk import audit, edit, edition, person, session, token
from monitor.store.tables.news import (
    UNJUDGEABLE,
    article,
    article_version,
    entry,
    entry_key,
    number_gone,
    quarantine,
    source,
)
from monitor.store.tables.work import lease, upkeep

__all__ = [
    "COVERAGE",
    "NO_COVERAGE",
    "OF_DAYS",
    "UNJUDGEABLE",
    "UNSENT",
    "addition",
    "alert",
    "article",
    "article_version",
    "attempt",
    "audit",
    "delivery",
    "edit",
    "edition",
    "entry",
    "entry_key",
    "fact",
    "fact_figure",
    "fingerprint",
    "fingerprint_band",
    "journal",
    "lease",
    "metadata",
    "number_gone",
    "person",
    "quarantine",
    "response",
    "retraction",
    "rule",
    "seed",
    "session",
    "silence",
    "source",
    "token",
    "upkeep",
    "verdict",
]
