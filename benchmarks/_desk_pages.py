"""Every kind of page of the desk, with addresses of each kind in a full store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from benchmarks.search import LANGUAGES, VOCABULARY, Supply
from monitor.store.engine import reading, transaction
from monitor.store.tables import alert, article, fact, verdict

Page = Callable[[Random], str]
SEARCHES = "search_"  # their names begin so
FLOOR = "healthz"  # asks for nothing but the event loop
_SAMPLE = 200


def pages(engine: Engine, rules: Sequence[str], sources: int) -> Mapping[str, Page]:
    """By kind, what makes an address of it."""
    with transaction(reading(engine)) as connection:
        return {
            **_of_alerts(connection, rules),
            **_of_articles(connection, rules),
            **_others(connection, rules, sources),
        }


def _of_alerts(connection: Connection, rules: Sequence[str]) -> dict[str, Page]:
    numbers = _spread(connection, alert.c.id, alert.c.created_at)
    late = connection.execute(sa.select(alert.c.id).order_by(alert.c.created_at.desc()).limit(_SAMPLE)).scalars().all()
    return {
        "overview": lambda random: "/",
        "inbox": lambda random: "/alerts",
        "inbox_all": lambda random: "/alerts?standing=all",
        "inbox_deep": lambda random: f"/alerts?standing=all&before={random.choice(numbers)}",
        "inbox_unanswered_deep": lambda random: f"/alerts?before={random.choice(numbers)}",
        "inbox_of_rule": lambda random: f"/alerts?standing=all&rule={random.choice(rules)}",
        "inbox_filtered": lambda random: (
            "/alerts?"
            + urlencode(
                {
                    "standing": random.choice(("all", "unanswered", "answered")),
                    "severity": random.choice(("critical", "high", "medium", "low")),
                    "country": random.choice(("AZ", "GE", "UA", "")),
                    "language": random.choice(("en", "ru", "az", "")),
                    "since": random.choice(("24h", "7d", "30d", "")),
                }
            )
        ),
        "inbox_words": lambda random: f"/alerts?standing=all&text={random.choice(('man', 'bal', 'never written'))}",
        "inbox_news": lambda random: f"/alerts/news?standing=unanswered&after={random.choice(late)}",
        "alert": lambda random: f"/alerts/{random.choice(random.choice((numbers, late)))}",
        "api_alerts": lambda random: f"/api/v1/alerts{random.choice(('', '?severity=high', '?answered=false'))}",
        "api_alert": lambda random: f"/api/v1/alerts/{random.choice(late)}",
        "feed_atom": lambda random: "/feeds/alerts.atom",
        "feed_json": lambda random: f"/feeds/alerts.json?rule={random.choice(rules)}",
    }


def _of_articles(connection: Connection, rules: Sequence[str]) -> dict[str, Page]:
    places = _spread(connection, article.c.published, article.c.published, article.c.id)
    late = connection.execute(
        sa.select(article.c.published, article.c.id).order_by(article.c.published.desc()).limit(_SAMPLE)
    ).all()
    told = connection.execute(
        sa.select(verdict.c.article_id).where(verdict.c.rule == rules[0]).order_by(verdict.c.judged_at.desc()).limit(50)
    ).scalars().all() or [late[0].id]
    words = Supply(1).words

    def one(random: Random) -> str:
        return quote(random.choice((random.choice(late).id, random.choice(places).id, random.choice(told))))

    def deep(random: Random) -> str:
        place = random.choice(places)
        return quote(f"{place.published.isoformat()}~{place.id}")

    def search(random: Random, low: int, high: int, count: int = 1, **more: str) -> str:
        lang = random.choice(LANGUAGES)
        asked = " ".join(words[lang][random.randrange(low, high)] for _ in range(count))
        return "/articles?" + urlencode({"q": asked, **more})

    def of_two(random: Random) -> str:
        return "/articles?" + urlencode(
            {"q": f"{words['en'][random.randrange(20)]} {words['ru'][random.randrange(20)]}"}
        )

    return {
        "articles": lambda random: "/articles",
        "articles_deep": lambda random: f"/articles?before={deep(random)}",
        "articles_of_rule": lambda random: f"/articles?rule={random.choice(rules)}&verdict=alert",
        "articles_of_language": lambda random: f"/articles?language={random.choice(('az', 'tr'))}",
        "article": lambda random: f"/articles/{one(random)}",
        "explain": lambda random: f"/articles/{one(random)}/explain",
        "search_common": lambda random: search(random, 0, 20),
        "search_two_common": lambda random: search(random, 0, 20, 2),
        "search_middling": lambda random: search(random, 300, 1_000),
        "search_rare": lambda random: search(random, VOCABULARY - 3_000, VOCABULARY),
        "search_two_languages": of_two,
        "search_best": lambda random: search(random, 0, 300, order="best"),
        "search_filtered": lambda random: search(random, 0, 100, verdict="alert", language="ru"),
        "search_none": lambda random: f"/articles?q=zzq{random.randrange(10**6)}",
        "api_articles": lambda random: "/api/v1/articles",
        "api_article": lambda random: f"/api/v1/articles/{one(random)}",
    }


def _others(connection: Connection, rules: Sequence[str], sources: int) -> dict[str, Page]:
    facts = _spread(connection, fact.c.key, fact.c.key)

    def source(random: Random) -> str:
        return f"s{int(sources * random.random() ** 2)}"

    return {
        "rules": lambda random: f"/rules{random.choice(('', '?sort=precision', '?sort=last'))}",
        "rule": lambda random: f"/rules/{random.choice(rules)}{random.choice(('', '?days=90'))}",
        "watchlists": lambda random: "/watchlists",
        "watchlist": lambda random: f"/watchlists/{random.choice(('war', 'topics', 'caucasus'))}.yaml",
        "baseline": lambda random: "/baseline",
        "baseline_of_rule": lambda random: f"/baseline/{random.choice(rules)}",
        "baseline_words": lambda random: f"/baseline/{random.choice(rules)}?q=never",
        "fact": lambda random: f"/facts/{quote(random.choice(facts), safe=':')}",
        "sources": lambda random: "/sources",
        "sources_deep": lambda random: f"/sources?after={source(random)}",
        "sources_ill": lambda random: f"/sources?health={random.choice(('unhealthy', 'blocked', 'quiet', 'new'))}",
        "sources_words": lambda random: f"/sources?q={source(random)}",
        "source": lambda random: f"/sources/{source(random)}",
        "silences": lambda random: "/silences",
        "changes": lambda random: "/changes",
        "api_rules": lambda random: "/api/v1/rules",
        "api_facts": lambda random: f"/api/v1/facts?rule={random.choice(rules)}",
        "api_sources": lambda random: f"/api/v1/sources{random.choice(('', '?health=quiet'))}",
        "api_silences": lambda random: "/api/v1/silences",
        "metrics": lambda random: "/metrics",
        "readyz": lambda random: "/readyz",
        FLOOR: lambda random: "/healthz",
    }


def _spread(connection: Connection, first: sa.Column[Any], *columns: sa.Column[Any]) -> list[Any]:
    """Values from all over an index, by equal steps between its ends."""
    low, high = connection.execute(sa.select(sa.func.min(first), sa.func.max(first))).one()
    if isinstance(low, str):  # keys are as good as random
        query = sa.select(first).order_by(first).limit(_SAMPLE * 50)
        return list(connection.execute(query).scalars())[::50] or [low]
    found = []
    for step in range(_SAMPLE):
        at = low + (high - low) * step / _SAMPLE if isinstance(low, datetime) else low + (high - low) * step // _SAMPLE
        query = sa.select(*columns) if isinstance(low, datetime) else sa.select(first)
        row = connection.execute(query.where(first >= at).order_by(first).limit(1)).first()
        if row is not None:
            found.append(row if isinstance(low, datetime) else row[0])
    return found
