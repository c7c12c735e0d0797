"""What is known, and what was judged of it."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import Json, Key, UTCDateTime, Words
from monitor.store.tables.base import Id, metadata, partial

VOLUME_KIND: sa.ColumnElement[str] = sa.literal_column("'volume'")  # no parameters, see `base`

# Every article leaves one for good, so it is kept small: 1.5 kB with its bands, instead of 6 if bands named documents.
fingerprint = sa.Table(
    "fingerprint",
    metadata,
    sa.Column("id", Id, primary_key=True),  # the higher, the later
    sa.Column("document", Key, nullable=False, unique=True),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Column("bands", sa.LargeBinary, nullable=False),  # 8 bytes each
)

# No foreign key: to delete one fingerprint it would need an index of millions of rows. `copies.forget` takes
# the bands along, which it knows from the fingerprint.
fingerprint_band = sa.Table(
    "fingerprint_band",
    metadata,
    sa.Column("band", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("fingerprint_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

seed = sa.Table(
    "seed",
    metadata,
    sa.Column("document", Key, primary_key=True),
    sa.Column("loaded_at", UTCDateTime, nullable=False),
)

fact = sa.Table(
    "fact",
    metadata,
    sa.Column("key", Key, primary_key=True),
    sa.Column("rule", Key, nullable=False),
    sa.Column("kind", Key, nullable=False),
    sa.Column("step", Key, nullable=False),
    sa.Column("event", Key, nullable=False),
    sa.Column("recorded", UTCDateTime, nullable=False),
    sa.Column("source", Key, nullable=False, index=True),
    sa.Column("words", Words, nullable=False),
    sa.Column("when_first", sa.Date),
    sa.Column("when_last", sa.Date),
    sa.Column("dated", sa.Boolean, nullable=False),
    sa.Column("assertion", Key, nullable=False),
    sa.Column("attribution", Key, nullable=False),
    sa.Column("language", Key, nullable=False),
    sa.Column("outlet", Words, nullable=False),
    sa.Column("url", Words, nullable=False),
    # whether it tells of a day after the one on which it was recorded
    sa.Column("ahead", sa.Boolean, nullable=False),
    # names, places, figures, signature: only ever read together, so they share one decoding
    sa.Column("details", Json, nullable=False),
    # One index for each way in which `store.facts` looks for facts. None is on rule and time alone: for many of
    # its queries SQLite would take it, to be spared the sorting, and read all facts of the rule.
    sa.Index("ix_fact_rule_step_when_last_recorded", "rule", "step", "when_last", "recorded"),
    sa.Index("ix_fact_rule_step_when_first_recorded", "rule", "step", "when_first", "recorded"),
    sa.Index("ix_fact_rule_step_ahead_recorded", "rule", "step", "ahead", "recorded"),
    sa.Index("ix_fact_rule_event_recorded", "rule", "event", "recorded"),
)
OF_DAYS = fact.c.when_first < fact.c.when_last
partial("ix_fact_of_days", fact.c.rule, fact.c.step, fact.c.when_last, where=OF_DAYS)
# Only what names the condition takes these: the list of a rule's facts, and never judgement.
NO_COVERAGE = fact.c.kind != VOLUME_KIND
partial("ix_fact_listed", fact.c.rule, fact.c.recorded, fact.c.key, where=NO_COVERAGE)
partial("ix_fact_sources", fact.c.rule, fact.c.source, fact.c.kind, where=NO_COVERAGE)
COVERAGE = fact.c.kind == VOLUME_KIND
partial("ix_fact_coverage", fact.c.rule, fact.c.recorded, fact.c.step, where=COVERAGE)

# The figures of facts, to be found by what they say. What is in `details` is what counts.
fact_figure = sa.Table(
    "fact_figure",
    metadata,
    sa.Column("fact_key", Key, sa.ForeignKey("fact.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("rule", Key, nullable=False),
    sa.Column("unit", Key, nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("total", sa.Boolean, nullable=False),
    sa.Column("recorded", UTCDateTime, nullable=False),
    sa.Index("ix_fact_figure_value", "rule", "unit", "value", "recorded"),
    sa.Index("ix_fact_figure_sort", "rule", "unit", "total", "recorded"),
    sqlite_with_rowid=False,
)

# What people added at the desk: the fact is `desk:ID`, in `fact` until it is taken back. `corrects` is the key of the
# fact in whose place it stands.
addition = sa.Table(
    "addition",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("author", Words, nullable=False),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("title", Words, nullable=False),  # of the document that tells it
    sa.Column("corrects", Key, index=True),
    sa.Column("ended_at", UTCDateTime),
)

# The rules in force that know what the stored articles tell. `meaning` is a digest of what a rule looks for:
# one that is new, or means something else than here, learns first and judges then.
rule = sa.Table(
    "rule",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("meaning", Key, nullable=False),
    sa.Column("learned_at", UTCDateTime, nullable=False),
)

verdict = sa.Table(
    "verdict",
    metadata,
    sa.Column("article_id", Key, sa.ForeignKey("article.id"), primary_key=True),
    sa.Column("rule", Key, primary_key=True),
    sa.Column("kind", Key, nullable=False),
    sa.Column("event", Key, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("fact", Key),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("step", Key, nullable=False),
    sa.Column("assertion", Key, nullable=False),
    sa.Column("attribution", Key, nullable=False),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("when_first", sa.Date),
    sa.Column("when_last", sa.Date),
    sa.Column("previous", Words, nullable=False),
    sa.Column("current", Words, nullable=False),
    # the decision on it
    sa.Column("action", Key, nullable=False),
    sa.Column("decision_reason", Words, nullable=False),
    sa.Column("severity", Key, nullable=False),
    sa.Column("channels", Json, nullable=False),
    sa.Column("alerted", sa.Boolean, nullable=False),
    sa.Column("judged_at", UTCDateTime, nullable=False),
    sa.Index("ix_verdict_rule_judged_at", "rule", "judged_at"),
    sa.Index("ix_verdict_rule_event_judged_at", "rule", "event", "judged_at"),
)
partial("ix_verdict_fact", verdict.c.fact, verdict.c.judged_at, where=verdict.c.fact.is_not(None))
