"""Fills a database with what years of work leave behind, by bulk statements: facts, texts, verdicts, deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from benchmarks._measure import progress
from benchmarks._prose import START, Prose
from monitor.core import duplicates
from monitor.core.model import DateSpan, Fact, Figure, RuleKind
from monitor.core.rules import Rule, RuleSet
from monitor.store import facts as stored_facts
from monitor.store.engine import transaction

YEARS = 2
COMMON = 10  # every so-manieth text is a bulletin of one template
HOT = 24  # bands that all bulletins share
BULLETIN = (
    "The central bank has set the official exchange rates for tomorrow. One dollar is worth {0} manat, one euro {1} "
    "manat, one hundred roubles {2} manat and one lira {3} manat. The rates are set each day by the average of the "
    "bids at the auction, in which the oil fund and all large banks of the country take part, and they hold until the "
    "next working day. Exchange offices may deviate from them by up to three per cent in either direction."
)


def bulletin(random: Random) -> str:
    return BULLETIN.format(*(f"{random.uniform(0.01, 3):.4f}" for _ in range(4)))


# --- facts -----------------------------------------------------------------------------------


def add_facts(engine: Engine, ruleset: RuleSet, number: int) -> None:
    """Facts of two years on all rules: on some many, on others few; most of them follow-ups of one another."""
    random, prose = Random(5), Prose(5)
    batch: list[Fact] = []
    with transaction(engine) as connection:
        for fact in _facts(random, prose, ruleset, number):
            batch.append(fact)
            if len(batch) == 1_000:
                stored_facts.insert(connection, batch)
                batch.clear()
        stored_facts.insert(connection, batch)


def _facts(random: Random, prose: Prose, ruleset: RuleSet, number: int) -> Iterator[Fact]:
    rules = list(ruleset.rules)
    weights = [1 / (place + 1) for place in range(len(rules))]
    words = [prose.name("en").casefold() for _ in range(4_000)]
    famous = words[:12]
    events: dict[tuple[str, str], str] = {}
    for at in range(number):
        rule = random.choices(rules, weights)[0]
        step = random.choice(rule.steps).id if rule.steps else ""
        recorded = START - timedelta(days=365 * YEARS * (1 - at / number))
        if (rule.id, step) not in events or random.random() < 0.4:
            events[rule.id, step] = f"{step}-{at}"
        yield Fact(
            key=f"article:{at:040x}:{rule.id}:0",
            rule=rule.id,
            kind=rule.kind,
            step=step,
            event=events[rule.id, step],
            recorded=recorded,
            source=f"article:{at:040x}",
            words=prose.sentence("en"),
            when=_when(random, recorded),
            dated=random.random() < 0.6,
            names=frozenset((*random.sample(words, 4), random.choice(famous))),
            figures=_figures(random, rule),
            signature=frozenset(random.sample(words, 25)),
            language="en",
            outlet=f"publisher-{at % 12}",
        )


def _when(random: Random, recorded: datetime) -> DateSpan:
    first = recorded.date() - timedelta(days=random.choice((0, 0, 0, 1, 1, 2, 5, 400)))
    return DateSpan(first, first + timedelta(days=random.choice((0, 0, 0, 0, 1, 30))))


def _figures(random: Random, rule: Rule) -> tuple[Figure, ...]:
    if rule.kind is not RuleKind.QUANTITY and random.random() < 0.8:
        return ()
    value = round(random.lognormvariate(14, 2), -3)
    return (Figure(value, random.choice(("USD", "EUR", "people")), random.random() < 0.2, f"{value:g}"),)


# --- texts -----------------------------------------------------------------------------------

# Signatures are noise, as those of different texts are to one another; their bands as well, but for the bulletins.
_NOISE = {
    "sqlite": ("randomblob(804)", "random()", "'%Y-%m-%d %H:%M:%S.000000'"),
    "postgresql": (
        "decode(repeat(md5(random()::text), 51), 'hex')",
        "('x' || substr(md5(random()::text), 1, 16))::bit(64)::bigint",
        "",
    ),
}


def add_articles(engine: Engine, number: int) -> None:
    """Articles with a short text each, judged, with their verdicts and deliveries; so far apart that all are past."""
    sqlite = engine.dialect.name == "sqlite"
    then = (
        f"strftime('%Y-%m-%d %H:%M:%S.000000', '{START:%Y-%m-%d %H:%M:%S}', '-' || (:most - i) || ' minutes')"
        if sqlite
        else f"timestamptz '{START.isoformat()}' - (:most - i) * interval '1 minute'"
    )
    truth = ("1", "0") if sqlite else ("true", "false")
    with transaction(engine) as connection:
        _each(
            connection,
            number,
            "INSERT INTO article (id, title, text, published, first_seen, language, outlet, publisher, url, url_key, "
            "source_id, tier, summary_only, learn_only, note, judged_at, error) SELECT 'a' || i, 'Title ' || i, "
            f"'{'Some words. ' * 30}', {then}, {then}, 'en', 'Bench', 'bench', 'https://news.example/' || i, "
            f"'https://news.example/' || i, 'bench', 3, {truth[1]}, {truth[1]}, '', {then}, '' FROM n",
        )
        _each(
            connection,
            number // 3,
            "INSERT INTO verdict (article_id, rule, kind, event, reason, fact, score, step, assertion, attribution, "
            "evidence, previous, current, action, decision_reason, severity, channels, alerted, judged_at) "
            "SELECT 'a' || i, 'bench', 'known', '', 'It is known.', NULL, 0.5, '', 'asserted', 'outlet', '[]', '', '', "
            f"'drop', 'It is known.', 'low', '[]', {truth[1]}, {then} FROM n",
        )
        _each(
            connection,
            number // 5,
            "INSERT INTO alert (key, rule, rule_title, severity, event, headline, reason, created_at, article_id, "
            "article_title, article_url, outlet, language, published, first_seen, tier, assertion, attribution, "
            "evidence, previous, current, channels) SELECT 'bench|' || i, 'bench', 'Bench', 'low', '', 'Headline', "
            f"'', {then}, 'a' || i, '', '', 'Bench', 'en', {then}, {then}, 3, 'asserted', 'outlet', '[]', '', '', "
            "'[]' FROM n",
        )
        connection.execute(
            sa.text(
                "INSERT INTO delivery "
                "(alert_id, channel, target, state, attempts, next_at, error, created_at, sent_at) SELECT "
                "alert.id, channel.name, 'one', 'sent', 1, NULL, '', created_at, created_at FROM alert, "
                "(SELECT 'a' AS name UNION SELECT 'b' UNION SELECT 'c' UNION SELECT 'd' UNION SELECT 'e') channel"
            )
        )


def add_fingerprints(engine: Engine, number: int) -> None:
    """What is remembered of the texts of `add_articles`."""
    signature, band, _ = _NOISE[engine.dialect.name]
    template = duplicates.likeness("", bulletin(Random(1)))
    bands = len(template.bands)
    cast = "" if engine.dialect.name == "sqlite" else "::bigint"
    with transaction(engine) as connection:
        _each(
            connection,
            number,
            "INSERT INTO fingerprint (document, signature, bands) SELECT 'article:a' || i, CASE WHEN i % :common = 0 "
            f"THEN :template ELSE {signature} END, :packed FROM n",
            common=COMMON,
            template=template.signature,
            packed=bytes(8 * bands),
        )
        hot = " UNION ALL ".join(
            f"SELECT {at} AS at, {key}{cast} AS key" for at, key in enumerate(template.bands[:HOT])
        )
        progress(f"    {number * bands:,} bands")
        # Sorted, for in any other order a tree of this size takes hours to fill.
        _each(
            connection,
            bands,
            "INSERT INTO fingerprint_band (band, fingerprint_id) SELECT band, id FROM (SELECT CASE WHEN id % :common = "
            f"0 AND key IS NOT NULL THEN key ELSE {band} END AS band, id FROM n CROSS JOIN fingerprint "
            f"LEFT JOIN ({hot}) hot ON hot.at = n.i - 1) made ORDER BY band, id",
            common=COMMON,
        )


def _each(connection: Connection, number: int, statement: str, **values: object) -> None:
    """Run a statement that selects from `n`, which has a row `i` for each number from 1 on."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) "
    head, _, rest = statement.partition(" SELECT ")
    connection.execute(sa.text(f"{head} {numbers} SELECT {rest}"), {"most": number, **values})
