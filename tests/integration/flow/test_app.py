"""Everything wired: from settings to the alert on the console, reloading, and the end."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import logs
from monitor.app import App, build
from monitor.configuration import ON_CONSOLE, meanings, read_configuration
from monitor.core.alerts import Action
from monitor.core.model import VerdictKind
from monitor.errors import ConfigurationError, StoreError
from monitor.settings import Settings
from monitor.store.lock import only_daemon
from tests import desk as words
from tests.desk import QUIET, WORDS, story
from tests.servers import Answer, Outlets

CONSOLE = {"console": "console://"}


def settings(folder: Path, url: str = "", **more) -> Settings:
    return Settings(
        web_port=0,
        database_url=url or f"sqlite:///{folder}/monitor.db",
        watchlists_dir=folder / "watchlists",
        seeds_dir=folder / "seeds",
        allow_networks="127.0.0.0/8",
        per_host_gap_seconds=0,
        workers=1,
        **more,
    )


def make(folder: Path, console: io.StringIO, url: str = "", **more) -> App:
    return build(settings(folder, url), **({"console": console, "secrets": {}} | more))


async def test_one_tick_goes_from_the_feed_to_the_message(folder: Path, outlets: Outlets, url: str):
    """On both databases: polled, read from the page, judged, printed; the next tick has nothing to do."""
    outlets.publish("harbour", *story(WORDS[0]))
    outlets.publish("harbour", *QUIET)
    words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
    console = io.StringIO()
    app = make(folder, console, url)
    try:
        done = await app.tick()
        again = await app.tick()
    finally:
        await app.close()
    assert [len(polled.entries) for polled in done.polled] == [2]
    assert {article.title for article in done.articles} == {story(WORDS[0])[0], QUIET[0]}
    assert not any(article.summary_only for article in done.articles)
    assert [(decision.verdict.rule, decision.action) for decision in done.decisions] == [
        (f"about-{WORDS[0]}", Action.NOTIFY)
    ]
    assert len(done.alerts) == len(done.delivered.sent) == 1
    assert console.getvalue().count("Explosion: the zorbium affair") >= 1
    assert (again.polls, again.reads, again.articles) == ([], [], [])


async def test_forced_sources_are_polled_out_of_turn_once(folder: Path, outlets: Outlets):
    outlets.publish("harbour", *QUIET)
    words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
    app = make(folder, io.StringIO())
    try:
        await app.tick()
        app.force_due()
        assert len((await app.tick()).polls) == 1
        assert (await app.tick()).polls == []
    finally:
        await app.close()


async def test_walls_and_lost_pages_leave_the_feeds_own_words(folder: Path, outlets: Outlets):
    """A page behind a login and one that is gone are judged by what the feed says; the note says why."""
    title, text = story(WORDS[0])
    gone = outlets.publish("harbour", title, text)
    outlets.answer(gone, Answer(b"gone", 410))
    outlets.publish("harbour", "Second thoughts", "Short.", linked=False)
    words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
    app = make(folder, io.StringIO())
    try:
        done = await app.tick()
    finally:
        await app.close()
    assert len(done.alerts) == 1
    notes = {article.title: article.note for article in done.articles}
    assert "410" in notes[title]
    assert notes["Second thoughts"] == "the entry has no link"
    assert all(article.summary_only for article in done.articles)


async def test_a_page_that_robots_txt_forbids_leaves_the_feeds_own_words(folder: Path, outlets: Outlets):
    title, text = story(WORDS[0])
    page = outlets.publish("harbour", title, text)
    outlets.answer("/robots.txt", Answer(b"User-agent: newswatch-monitor\nDisallow: /harbour/news/"))
    words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
    app = make(folder, io.StringIO())
    try:
        done = await app.tick()
    finally:
        await app.close()
    assert len(done.alerts) == 1
    [article] = done.articles
    assert article.summary_only
    assert "robots.txt of 127.0.0.1 does not allow newswatch-monitor to read it" in article.note
    assert page not in outlets.asked


async def test_a_source_with_permission_is_read_all_the_same(folder: Path, outlets: Outlets):
    page = outlets.publish("harbour", *story(WORDS[0]))
    outlets.answer("/robots.txt", Answer(b"User-agent: *\nDisallow: /"))
    words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
    file = folder / "watchlists" / "sources.yaml"
    file.write_text(file.read_text().replace("{id: harbour,", "{id: harbour, robots: ignore,"))
    app = make(folder, io.StringIO())
    try:
        [article] = (await app.tick()).articles
    finally:
        await app.close()
    assert not article.summary_only
    assert page in outlets.asked


async def test_a_feed_on_the_intranet_is_opened_by_its_own_networks(folder: Path, outlets: Outlets):
    outlets.publish("harbour", *story(WORDS[0]))
    words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
    file = folder / "watchlists" / "sources.yaml"
    written = file.read_text()
    app = build(settings(folder).model_copy(update={"allow_networks": ()}), console=io.StringIO(), secrets={})
    try:
        refused = await app.tick()
        file.write_text(written.replace("{id: harbour,", "{id: harbour, allow: [127.0.0.1/32],"))
        assert await app.reload_if_changed() is True
        app.force_due()
        done = await app.tick()
    finally:
        await app.close()
    assert "loopback" in refused.polled[0].message
    assert len(done.alerts) == 1
    assert not done.articles[0].summary_only


class TestReload:
    async def test_a_mistake_leaves_the_last_good_rules_in_force(self, folder: Path, outlets: Outlets):
        words.write(folder, WORDS[0], sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
        app = make(folder, io.StringIO())
        try:
            assert await app.reload_if_changed() is None
            file = folder / "watchlists" / "words.yaml"
            good = file.read_text()
            file.write_text(good.replace("severity: high", "severity: huge"))
            assert await app.reload_if_changed() is False
            assert await app.reload_if_changed() is None, "told once, not every few seconds"
            [problem] = app.problems
            assert (problem.file, problem.line > 1) == (file.as_posix(), True)
            outlets.publish("harbour", *story(WORDS[0]))
            assert len((await app.tick()).alerts) == 1
            file.write_text(good)
            assert await app.reload_if_changed() is True
            assert app.problems == ()
        finally:
            await app.close()

    async def test_a_new_rule_learns_from_stored_articles_and_alerts_on_later_ones(
        self, folder: Path, outlets: Outlets
    ):
        """What was in the news before the rule existed is a follow-up, not news; nothing is sent for it."""
        sources = {"harbour": outlets.feed_url("harbour")}
        outlets.publish("harbour", *story("zorbium"))
        words.write(folder, "quaxite", sources=sources, channels=CONSOLE)
        console = io.StringIO()
        app = make(folder, console)
        try:
            assert (await app.tick()).alerts == []
            words.write(folder, "quaxite", "zorbium", sources=sources, channels=CONSOLE)
            assert await app.reload_if_changed() is True
            [row] = app.views.verdicts(app.views.facts("about-zorbium")[0].source.removeprefix("article:"))
            assert (row.decision.verdict.kind, row.decision.action) == (VerdictKind.NEW, Action.DROP)
            outlets.publish("harbour", "Zorbium blaze: what is known", RETOLD)
            outlets.publish("harbour", *story("quaxite"))
            app.force_due()
            done = await app.tick()
        finally:
            await app.close()
        assert [alert.rule for alert in done.alerts] == ["about-quaxite"]
        assert {d.verdict.kind for d in done.decisions if d.verdict.rule == "about-zorbium"} == {VerdictKind.FOLLOWUP}
        assert "zorbium" not in console.getvalue()

    async def test_a_rule_that_came_while_nothing_ran_learns_at_the_next_start(self, folder: Path, outlets: Outlets):
        sources = {"harbour": outlets.feed_url("harbour")}
        outlets.publish("harbour", *story("zorbium"))
        words.write(folder, "quaxite", sources=sources, channels=CONSOLE)
        for rules in (["quaxite"], ["quaxite", "zorbium"]):
            words.write(folder, *rules, sources=sources, channels=CONSOLE)
            app = make(folder, io.StringIO())
            app.force_due()
            try:
                done = await app.tick()
                assert app.store.learned_rules().keys() == {f"about-{rule}" for rule in rules}
            finally:
                await app.close()
            outlets.publish("harbour", "Zorbium blaze: what is known", RETOLD)
        assert [(d.verdict.rule, d.verdict.kind) for d in done.decisions] == [("about-zorbium", VerdictKind.FOLLOWUP)]
        assert done.alerts == []

    async def test_an_edited_rule_keeps_the_verdicts_it_gave(self, folder: Path, outlets: Outlets):
        sources = {"harbour": outlets.feed_url("harbour")}
        outlets.publish("harbour", *story("zorbium"))
        words.write(folder, "zorbium", sources=sources, channels=CONSOLE)
        app = make(folder, io.StringIO())
        try:
            [alert] = (await app.tick()).alerts
            file = folder / "watchlists" / "words.yaml"
            file.write_text(file.read_text().replace("[explosion, ", "[explosion, kaboom, "))
            assert await app.reload_if_changed() is True
            [row] = app.views.verdicts(alert.article_id)
        finally:
            await app.close()
        assert (row.decision.verdict.kind, row.alerted) == (VerdictKind.NEW, True)

    async def test_sources_and_channels_are_replaced_too(self, folder: Path, outlets: Outlets):
        words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
        app = make(folder, io.StringIO())
        try:
            words.write(
                folder, *WORDS, sources={"market": outlets.feed_url("market")}, channels={"other": "console://"}
            )
            await app.reload()
            assert [row.source.id for row in app.views.sources() if row.source.enabled] == ["market"]
            assert [target.name for target in app.delivering.targets["oncall"]] == ["other"]
        finally:
            await app.close()

    async def test_secrets_that_come_into_use_are_masked_from_then_on(self, folder: Path):
        words.write(folder, *WORDS, sources={}, channels=CONSOLE)
        app = make(folder, io.StringIO(), secrets={"MAIL_PASSWORD": "swordfish/9 & more"})
        try:
            assert logs.secrets.mask("swordfish/9 & more") == "swordfish/9 & more"
            channel = {"mail": "mailto://me:${MAIL_PASSWORD}@mail.example.org"}
            words.write(folder, *WORDS, sources={}, channels=channel)
            assert await app.reload_if_changed() is True
        finally:
            await app.close()
        for form in ("swordfish/9 & more", "swordfish%2F9%20%26%20more"):
            assert "swordfish" not in logs.secrets.mask(f"password {form} refused")


RETOLD = """Two days of questions follow the explosion of zorbium at the harbour.

Insurers, the union of dockers and a professor of chemistry gave us their views on storage, wages and valves. None of
them had been near the quay when it happened, and all of them agree that it will be a long winter for the port."""


class TestStart:
    def test_every_mistake_of_every_file_stops_the_start(self, folder: Path):
        words.write(folder, *WORDS, sources={}, channels=CONSOLE)
        (folder / "watchlists" / "one.yaml").write_text("version: 1\nrulez: []\n")
        (folder / "watchlists" / "two.yaml").write_text("version: 2\n")
        with pytest.raises(ConfigurationError) as caught:
            make(folder, io.StringIO())
        assert {Path(problem.file).name for problem in caught.value.problems} == {"one.yaml", "two.yaml"}

    def test_a_seed_of_an_unknown_rule_stops_the_start(self, folder: Path):
        words.write(folder, *WORDS, sources={}, channels=CONSOLE)
        (folder / "seeds" / "old.yaml").write_text(
            "version: 1\ndocument: {id: old, outlet: Gazette, title: Old, date: 2026-01-05, language: en}\n"
            "facts:\n  - {rule: about-nothing, step: exploded, date: 2026-01-04, words: It exploded.}\n"
        )
        with pytest.raises(ConfigurationError, match="about-nothing"):
            make(folder, io.StringIO())

    async def test_seeds_are_known_and_forgotten_with_their_file(self, folder: Path, outlets: Outlets):
        """News of a seed's event is no news."""
        today = datetime.now(UTC).date()
        yesterday = today - timedelta(days=1)
        words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
        seed = folder / "seeds" / "old.yaml"
        seed.write_text(
            f"version: 1\ndocument: {{id: old, outlet: Gazette, title: Old, date: {today}, language: en}}\n"
            f"facts:\n  - {{rule: about-zorbium, step: exploded, date: {yesterday}, words: It exploded.}}\n"
        )
        outlets.publish("harbour", *story("zorbium"))
        app = make(folder, io.StringIO())
        try:
            done = await app.tick()
            assert done.alerts == []
            assert [decision.verdict.fact for decision in done.decisions] == ["seed:old:1"]
            seed.unlink()
            assert await app.reload_if_changed() is True
            assert app.views.seeds() == []
        finally:
            await app.close()

    async def test_without_channels_alerts_go_to_the_console_with_a_warning(self, folder: Path, outlets: Outlets):
        outlets.publish("harbour", *story("zorbium"))
        words.write(folder, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
        (folder / "watchlists" / "channels.yaml").unlink()
        console = io.StringIO()
        app = make(folder, console)
        try:
            await app.tick()
        finally:
            await app.close()
        assert "zorbium" in console.getvalue()
        assert any("console" in warning.message for warning in app.configuration.warnings)

    def test_a_target_without_its_secret_is_a_warning(self, folder: Path):
        directories = words.write(folder, *WORDS, sources={}, channels={"slack": "${SLACK_URL}"})
        warnings = [str(warning) for warning in read_configuration(*directories, {}).warnings]
        assert any("SLACK_URL" in warning for warning in warnings)
        assert any("oncall has no target" in warning for warning in warnings)

    def test_a_target_that_its_service_would_refuse_is_a_warning_without_its_secret(self, folder: Path):
        directories = words.write(folder, *WORDS, sources={}, channels={"slack": "${SLACK_URL}"})
        warnings = read_configuration(*directories, {"SLACK_URL": "slak://hush"}).warnings
        (told,) = [str(warning) for warning in warnings]
        assert "target slack of channel oncall will take nothing" in told
        assert "did you mean slack://?" in told
        assert "hush" not in told

    def test_given_channels_take_every_alert(self, folder: Path):
        directories = words.write(folder, *WORDS, sources={}, channels={"slack": "${SLACK_URL}"})
        file = directories[0] / "words.yaml"
        file.write_text(file.read_text().replace("severity: high", "severity: high\n    channels: [oncall]"))
        desk = read_configuration(*directories, {}, channels=ON_CONSOLE).desk
        assert desk.routes.channels == ("console",)
        assert all(rule.channels == () for rule in desk.judge.ruleset.rules)

    def test_one_daemon_for_each_file(self, tmp_path: Path):
        url = f"sqlite:///{tmp_path}/var/monitor.db"
        with only_daemon(url) as alone:
            assert alone
            with pytest.raises(StoreError, match=f"process {os.getpid()}"), only_daemon(url):
                pass
        with only_daemon(url):
            pass

    def test_postgresql_serves_several(self):
        url = "postgresql://monitor@localhost/monitor"
        with only_daemon(url) as one, only_daemon(url) as two:
            assert not one
            assert not two


class TestTheEnd:
    async def test_everything_is_closed_even_if_one_part_refuses(self, folder: Path):
        words.write(folder, *WORDS, sources={}, channels=CONSOLE)
        app = make(folder, io.StringIO())
        closed: list[str] = []

        def refuse() -> None:
            raise OSError("stuck")

        app._closing = (refuse, lambda: closed.append("last"), *app._closing)
        await app.close()
        assert closed == ["last"]
        with pytest.raises(RuntimeError):
            await app.run(print)


def test_a_rule_means_something_else_when_it_looks_for_something_else(folder: Path):
    directories = words.write(folder, *WORDS[:3], sources={}, channels=CONSOLE)

    def meant() -> dict[str, str]:
        return meanings(read_configuration(*directories, {}).ruleset)

    before = meant()
    file = directories[0] / "words.yaml"
    text = file.read_text()
    file.write_text(text.replace("title: Explosion of", "title: A bang of"))
    assert meant() == before
    file.write_text(text.replace("    severity: high\n", "    severity: high\n    stage: shadow\n"))
    assert meant() == before  # going live, or on trial, makes it learn nothing
    file.write_text(text.replace("zorbium: {any: [zorbium]}", "zorbium: {any: [zorbium, zorb]}"))
    assert {rule for rule, meaning in meant().items() if before[rule] != meaning} == {"about-zorbium"}
    file.write_text(words.watchlist(*WORDS))
    assert meant().keys() - before.keys() == {f"about-{WORDS[3]}"}
