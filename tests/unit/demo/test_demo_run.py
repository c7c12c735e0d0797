"""The demo drives the monitor through all editions and tells honestly how it did."""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

from monitor.core.alerts import Action, Alert, Decision
from monitor.core.model import Article, Assertion, Attribution, Outcome, Polled, Severity, Verdict, VerdictKind
from monitor.demo.run import run_demo
from monitor.demo.stories import Story, load
from monitor.demo.tally import Tally

NOW = datetime.now(UTC)


@dataclass
class FakeMonitor:
    """Judges as the labels say, but for what a test bids it to get wrong."""

    silent_about: str = ""
    alert_for: str = ""
    edition: int = 0
    closed: bool = False
    console: io.StringIO = field(default_factory=io.StringIO)
    settings: dict = field(default_factory=dict)
    web: None = None

    async def build(self, **settings) -> "FakeMonitor":
        self.settings, self.console = settings, settings["console"]
        return self

    async def tick(self) -> SimpleNamespace:
        done = SimpleNamespace(polled=[], articles=[], decisions=[], alerts=[])
        done.polled.append(Polled(self.settings["sources"][0].id, NOW, Outcome.UNCHANGED, status=304))
        done.polled.append(Polled("sahil", NOW, Outcome.TEMPORARY, status=500, message="HTTP 500"))
        for story in load()[1]:
            if story.edition == self.edition:
                self.judge(story, done)
        return done

    def judge(self, story: Story, done: SimpleNamespace) -> None:
        home = next(source.url for source in self.settings["sources"] if source.id == story.outlet.id)
        url = home.replace("/feed", f"/news/{story.id}")
        article = Article(
            story.id,
            story.title,
            story.text,
            NOW,
            NOW,
            story.language,
            story.outlet.name,
            url=url,
            summary_only=story.wall,
        )
        done.articles.append(article)
        labels = dict(story.labels) | ({"gas-transit": "new"} if story.id == self.alert_for else {})
        for rule, label in labels.items():
            kind = VerdictKind(label)
            action = Action.NOTIFY if kind is VerdictKind.NEW else Action.DROP
            done.decisions.append(
                Decision(Verdict(story.id, rule, kind, story.event, f"because of {story.id}"), action, "")
            )
            if action is Action.NOTIFY and story.id != self.silent_about:
                done.alerts.append(alert(article, rule))
                self.console.write(f"PHONE {rule} {story.title}\n")

    def force_due(self) -> None:
        self.edition += 1

    async def close(self) -> None:
        self.closed = True


def alert(article: Article, rule: str) -> Alert:
    return Alert(
        key=f"{rule}:{article.id}",
        rule=rule,
        rule_title=rule,
        severity=Severity.HIGH,
        event="",
        headline=article.title,
        reason="",
        created_at=NOW,
        article_id=article.id,
        article_title=article.title,
        article_url=article.url,
        outlet=article.outlet,
        language=article.language,
        published=NOW,
        first_seen=NOW,
        tier=3,
        assertion=Assertion.ASSERTED,
        attribution=Attribution.OUTLET,
    )


async def demo(**faults: str) -> tuple[str, Tally, FakeMonitor]:
    out, monitor = io.StringIO(), FakeMonitor(**faults)
    tally = await run_demo(monitor.build, out)
    return out.getvalue(), tally, monitor


async def test_a_monitor_that_judges_as_meant_passes_and_is_told_in_full() -> None:
    told, tally, monitor = await demo()
    assert tally.as_meant
    assert tally.surprises == []
    assert len(tally.alerted) == 6
    assert tally.articles == len(load()[1])
    assert tally.summary_only == 1
    assert monitor.closed
    assert "6 of the 6 events" in told
    assert "PHONE socar-strikes" in told
    assert all(f"because of {story.id}" in told for story in load()[1] if story.labels)
    assert "HTTP 500" in told
    assert "make run" in told


async def test_the_app_gets_loopback_only_and_a_database_that_goes_with_the_demo() -> None:
    _, _, monitor = await demo()
    assert monitor.settings["allow_networks"] == ["127.0.0.0/8"]
    assert monitor.settings["database_url"].startswith("sqlite:///")
    assert len(monitor.settings["sources"]) == 6


async def test_a_missed_alert_is_named() -> None:
    told, tally, _ = await demo(silent_about="perm-detention")
    assert tally.missed == [("az-ru-arrests", "perm-detention")]
    assert "missed: az-ru-arrests in perm-detention" in told


async def test_an_alert_too_many_is_named() -> None:
    told, tally, _ = await demo(alert_for="aliaga-walkout")
    assert tally.unexpected == [("gas-transit", "aliaga-walkout")]
    assert tally.surprises == ["aliaga-walkout: gas-transit is new, meant as silent"]
    assert "should not have been sent: gas-transit for aliaga-walkout" in told


async def test_no_colour_codes_outside_a_terminal() -> None:
    assert "\x1b" not in (await demo())[0]
