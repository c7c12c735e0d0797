"""Short ways to make values for tests of the judgement, and an alert to render and send."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from monitor.core.alerts import Alert, Delivery, DeliveryState, Message, Target
from monitor.core.judge import Judge
from monitor.core.model import Article, Assertion, Attribution, Evidence, RuleKind, Severity, Zone
from monitor.core.routing import Route
from monitor.core.rules import Condition, Rule, RuleSet, Step, Term
from monitor.judging import Desk, Outcome, judge_article
from monitor.memory import MemoryLedger
from monitor.messages import Messages
from monitor.ports import Waiting

NOON = datetime(2030, 3, 12, 12, 0, tzinfo=UTC)  # a Tuesday


def term(name: str, *words: str, **by_language: list[str]) -> Term:
    """A term of words in every language, or of words per language."""
    listed = {language: tuple(listed) for language, listed in by_language.items()}
    return Term(name, listed | ({"any": words} if words else {}))


def rule(**changes: Any) -> Rule:
    """An event rule: a strike on a mill; change what matters."""
    fields: dict[str, Any] = {
        "id": "mill",
        "kind": RuleKind.EVENT,
        "title": "Strike on a mill",
        "match": Condition(all=(("mill",),), within=2),
        "steps": (Step("hit", ("hit",), "strike"),),
    }
    return Rule(**(fields | changes))


TERMS = (
    term("mill", en=["mill"], ru=["мельница"], uk=["млин"]),
    term("hit", en=["hit", "strike", "attack"], ru=["ударить", "удар", "атаковать"], uk=["вдарити", "удар"]),
    term("labour", en=["union", "walkout"]),
)


def rule_set(*rules: Rule, terms: tuple[Term, ...] = TERMS) -> RuleSet:
    return RuleSet(rules, {term.name: term for term in terms})


def article(title: str, text: str, published: datetime = NOON, **changes: Any) -> Article:
    fields: dict[str, Any] = {
        "id": f"{title[:20]}@{published.isoformat()}",
        "title": title,
        "text": text,
        "published": published,
        "first_seen": published,
        "language": "en",
        "outlet": "Harbour Post",
        "publisher": "harbour",
    }
    return Article(**(fields | changes))


class Stream:
    """A desk with a ledger of its own, to which articles are told one after the other."""

    def __init__(self, rules: RuleSet, ledger: MemoryLedger | None = None):
        self.desk = Desk(Judge(rules), {}, Route(("oncall",)))
        self.ledger = ledger or MemoryLedger()

    def tell(self, article: Article) -> Outcome:
        return judge_article(article, self.desk, self.ledger, article.published)

    def verdicts(self, article: Article) -> dict[str, str]:
        """Rule → verdict, with an exclamation mark where it alerted."""
        outcome = self.tell(article)
        alerted = {alert.rule for alert in outcome.alerts}
        return {
            d.verdict.rule: d.verdict.kind.value + ("!" if d.verdict.rule in alerted else "") for d in outcome.decisions
        }


ALERT = Alert(
    key="arms-embargo:2026-11-20",
    rule="arms-embargo",
    rule_title="Arms embargo",
    severity=Severity.CRITICAL,
    event="2026-11-20",
    headline="Arms embargo: considering → lifted — Fərman imzalandı",
    reason="The embargo was under consideration; now it is lifted.",
    created_at=datetime(2026, 11, 20, 21, 7, tzinfo=UTC),
    article_id="a1",
    article_title="Fərman imzalandı",
    article_url="https://caspian.example/az/news?id=7&s=1",
    outlet="Xəzər Post",
    language="az",
    published=datetime(2026, 11, 20, 21, 4, 59, tzinfo=UTC),
    first_seen=datetime(2026, 11, 20, 21, 6, tzinfo=UTC),
    tier=2,
    assertion=Assertion.ASSERTED,
    attribution=Attribution.OFFICIAL,
    evidence=(Evidence("Prezident silah ixracına icazə verən fərmanı imzalayıb.", 0, 55, Zone.LEAD),),
    previous="considering",
    current="lifted",
    channels=("urgent",),
)

# What would ring, link, hide and break, if it were let through.
HARD = replace(
    ALERT,
    headline="Arms embargo: considering → lifted — <b>Fərman</b> & *imza* @everyone",
    article_title="<b>Fərman</b> & *imza* @everyone",
    outlet="Xəzər <!channel> Post",
    reason="It was `considered` \u202eback to front\u202c; [now](https://evil.example) it is lifted.",
    evidence=(
        Evidence(
            "Prezident <b>silah</b> ixracına qoyulmuş embarqonu ləğv edib & <!channel> @everyone.",
            0,
            84,
            Zone.LEAD,
            (("silah", "arms"), ("embarqonu", "embargo"), ("ləğv edib", "lift_it")),
        ),
        Evidence("<@U0123ABC> “_təsdiq_” etdi: 5 < 7 > 3.", 85, 120, Zone.LEAD),
    ),
    watchlist="caucasus",
)


def delivery(alert: Alert = ALERT, **changes: Any) -> Delivery:
    """One that is under way."""
    fields: dict[str, Any] = {"id": 1, "channel": "urgent", "target": "night", "state": DeliveryState.SENDING}
    return Delivery(**({"alert_key": alert.key} | fields | changes))


def written(alert: Alert = ALERT, format: str = "text", limit: int = 0, **changes: Any) -> Message:  # noqa: A002
    """The message that an alert becomes with the shipped templates."""
    target = Target("urgent", "night", "", format, limit)
    return Messages().write(Waiting(delivery(alert, **changes), alert), target, alert.created_at)
