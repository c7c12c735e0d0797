"""Whatever runs for each article or each minute looks things up by an index, however much is stored."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa

from monitor.core.model import DateSpan
from monitor.core.relevant import Near, Question, Sum, Window
from monitor.core.responses import Answer, Response
from monitor.store import copies, outbox
from monitor.store.accounts import Accounts
from monitor.store.engine import transaction
from monitor.store.shown.overview import OverviewShown
from monitor.store.shown.rules import RulesShown
from monitor.store.shown.vitals import VitalsShown
from tests.chance import EVENT, Making
from tests.contracts.ledger import (
    HOUR,
    NOW,
    TARGETS,
    make_alert,
    make_article,
    make_decision,
    make_fact,
    make_fingerprint,
)

BIG = "alert|article|attempt|delivery|entry|entry_key|fact|fact_figure|fingerprint|fingerprint_band|verdict"
DAY = DateSpan(NOW.date(), NOW.date())
# Read as a whole by intent: they hold what waits, or are read no further than a limit.
WHOLE = "ix_entry_pending|ix_article_unjudged|ix_delivery_unsent|ix_delivery_due|ix_article_published_id"


@contextmanager
def listening(engine):
    """The statements that are run meanwhile, with their values; only those that read."""
    heard = []

    def hear(connection, cursor, statement, values, context, many):
        if not many and re.match(r"\s*(SELECT|WITH|UPDATE|DELETE)\b", statement):
            heard.append((statement, values))

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


def bad_steps(engine, statement, values, tables=BIG):
    """What of its plan reads a whole table that grows."""
    scan = re.compile(rf"^SCAN ({tables})\b(?! USING (COVERING )?INDEX ({WHOLE})$)")
    sequential = re.compile(rf"Seq Scan on ({tables})\b")
    with transaction(engine) as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            return [row[3] for row in rows if scan.search(row[3])]
        # a table that is nearly empty is always read whole, unless that is made dear
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        if "pg_advisory" in statement:
            return []
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        return [row[0] for row in rows if sequential.search(row[0])]


ASKED = Question(
    EVENT.id,
    (
        Near("hit", DAY, 7, DAY.first),
        Near("planned", DateSpan(DAY.first + timedelta(5), DAY.last + timedelta(5)), 2, DAY.first),
    ),
    last=("hit",),
    sums=(Sum("USD", True, 99.0, 101.0),),
    events=("e1",),
)
WORK = {
    "facts": lambda store, views: store.judging(lambda unit: unit.facts(ASKED, NOW)),
    "coverage": lambda store, views: store.judging(lambda unit: unit.coverage(Window("noise", NOW, 24 * HOUR), NOW)),
    "what stands": lambda store, views: store.standing("monitor:coverage"),
    "near copies": lambda store, views: store.judging(
        lambda unit: unit.near_copies(make_fingerprint("article:x", *range(46)))
    ),
    "near copies in common bands": lambda store, views: store.judging(
        lambda unit: unit._connection.execute(copies.latest(3), {"band_0": 1, "band_1": 2, "band_2": 3}).all()
    ),
    "article verdicts": lambda store, views: store.judging(lambda unit: unit.article_verdicts("article:a1")),
    "record": lambda store, views: store.judging(
        lambda unit: unit.record(
            make_article(),
            [make_decision()],
            [make_fact("new")],
            [(make_alert("k9"), TARGETS)],
            make_fingerprint("article:a1", *range(46)),
            NOW,
        )
    ),
    "waiting": lambda store, views: store.judging(lambda unit: unit.waiting([make_article()]), ()),
    "unjudged": lambda store, views: store.unjudged(50),
    "pending entries": lambda store, views: store.pending_entries(NOW, 50),
    "outbox": lambda store, views: [store.sent(w.delivery.id, NOW) for w in store.claim(NOW, NOW + HOUR, 50)[0]],
    "past": lambda store, views: store.past(NOW - HOUR, NOW),
    "publishers of several events": lambda store, views: store.judging(
        lambda unit: outbox.publishers(unit._connection, [("port", "a"), ("port", "b"), ("strike", "c")])
    ),
    "release": lambda store, views: store.release(NOW),
    "backlog": lambda store, views: views.backlog(),
    "troubles": lambda store, views: Accounts(store._engine).troubles(NOW, NOW),
    "reach": lambda store, views: Accounts(store._engine).reach(NOW),
    "vitals": lambda store, views: VitalsShown(store._engine).oldest(),
    "untold dead letters": lambda store, views: Accounts(store._engine).untold(NOW),
    "what was told last": lambda store, views: views.alerts(NOW, "monitor:heartbeat", 1),
    "seeds": lambda store, views: store.replace_seed("s", [make_fact("s1", source="seed:s")], None, NOW),
    "overview": lambda store, views: [
        look(OverviewShown(store._engine))
        for look in (
            lambda shown: shown.work(NOW, HOUR),
            lambda shown: shown.totals(NOW - 24 * HOUR, NOW),
            lambda shown: shown.steps(NOW - 24 * HOUR),
            lambda shown: shown.newest(),
        )
    ],
    "rules": lambda store, views: (
        store.respond(Response(make_alert("k1").thread, Answer.ACKNOWLEDGE, "Ann", NOW, via="cli"), NOW),
        [
            look(RulesShown(store._engine))
            for look in (
                lambda shown: shown.told(NOW - 24 * HOUR),
                lambda shown: shown.last([make_alert("k1").rule]),
                lambda shown: shown.touched([make_alert("k1").rule], NOW - 24 * HOUR),
                lambda shown: shown.answered(NOW - 24 * HOUR),
                lambda shown: shown.misses(make_decision().verdict.rule, NOW - 24 * HOUR, 10),
            )
        ],
    ),
    "lesson": lambda store, views: (
        views.published_since(NOW, 5_000),
        views.judged_articles((NOW - 24 * HOUR, ""), 100),
    ),
}


@pytest.fixture(autouse=True)
def _stored(store, newsroom):
    newsroom.save(make_article())
    facts = Making(Random(2), EVENT, 40).facts()
    store.judging(
        lambda unit: unit.record(
            make_article(),
            [make_decision()],
            facts,
            [(make_alert("k1"), TARGETS)],
            make_fingerprint("article:a1", *range(10)),
            NOW,
        )
    )


@pytest.mark.parametrize("name", WORK)
def test_what_runs_again_and_again_reads_no_table_that_grows_as_a_whole(engine, store, views, name):
    with listening(engine) as heard:
        WORK[name](store, views)
    assert heard, "nothing was asked"
    assert {statement: bad for statement, values in heard if (bad := bad_steps(engine, statement, values))} == {}


def test_the_few_sources_that_are_due_are_not_looked_for_among_all(engine, store):
    with listening(engine) as heard:
        store.due_sources(NOW, 500, 20)
    [(statement, values)] = heard
    assert bad_steps(engine, statement, values, "source") == []


def test_a_whole_table_would_be_noticed(engine, views):
    with listening(engine) as heard:
        views.counts()
    assert any(bad_steps(engine, statement, values) for statement, values in heard)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # PostgreSQL plans by how much is stored
def test_the_facts_around_a_date_are_read_in_order_from_the_index_made_for_it(engine, store):
    """And so no more of them than are handed over: a plan that sorts a rule's facts would be slow, too."""
    with listening(engine) as heard:
        WORK["facts"](store, None)
    used = set()
    with transaction(engine) as connection:
        for statement, values in heard:
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
                used.update(re.findall(r"^SEARCH fact USING INDEX (\w+) \((.*?)(?: AND recorded|\))", row[3]))
    assert used == {
        ("ix_fact_rule_step_when_last_recorded", "rule=? AND step=? AND when_last>? AND when_last<?"),
        ("ix_fact_rule_step_when_last_recorded", "rule=? AND step=? AND when_last<?"),
        ("ix_fact_rule_step_when_first_recorded", "rule=? AND step=? AND when_first>? AND when_first<?"),
        ("ix_fact_rule_step_when_first_recorded", "rule=? AND step=? AND when_first>?"),
        ("ix_fact_rule_step_when_first_recorded", "rule=? AND step=? AND when_first=?"),
        ("ix_fact_of_days", "rule=? AND step=? AND when_last>?"),
        ("ix_fact_rule_step_ahead_recorded", "rule=? AND step=? AND ahead=?"),
        ("ix_fact_rule_event_recorded", "rule=? AND event=?"),
        ("sqlite_autoindex_fact_1", "key=?"),
    }
