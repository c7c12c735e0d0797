"""Poll, read, judge on SQLite and on PostgreSQL: what each stage does with good and with bad input."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.core.alerts import Action, DeliveryState
from monitor.core.judge import Judge
from monitor.core.model import Article, VerdictKind
from monitor.core.text import Document
from monitor.errors import FetchError, StoreError, UnreadableError
from monitor.judging import Desk
from monitor.pipeline import STRIKES, TRIES, Pipeline
from monitor.pipeline.texts import article_id
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from tests.desk import WORDS
from tests.integration.flow.conftest import DAY, HOUR, MINUTE, NOW, Clock, Publisher, entry, news

LONG = "The committee met in the town hall and spoke of drains. " * 10


async def whole_pass(pipeline: Pipeline) -> list[str]:
    """Poll, read, judge to the end; the rules that alerted."""
    await pipeline.poll_due()
    await pipeline.read_pending()
    alerted = []
    while done := await pipeline.judge_pending():
        alerted += [alert.rule for outcome in done.outcomes for alert in outcome.alerts]
    return alerted


def articles(views: Views, *names: str, source: str = "harbour") -> list[Article]:
    found = [views.article(article_id(source, f"guid:{name}")) for name in names]
    return [row.article for row in found if row is not None]


class TestTheWayOfAnArticle:
    async def test_news_becomes_one_alert_in_the_outbox(self, flow, publisher: Publisher, store: SqlStore):
        publisher.lists("harbour", news(WORDS[0]), entry("dull", content=LONG))
        assert await whole_pass(flow("harbour")) == [f"about-{WORDS[0]}"]
        [waiting], _ = store.claim(NOW, NOW + HOUR, 10)
        delivery, alert = waiting.delivery, waiting.alert
        assert (delivery.channel, delivery.target, delivery.state) == ("oncall", "console", DeliveryState.SENDING)
        assert alert.rule == f"about-{WORDS[0]}"

    async def test_what_was_seen_is_not_read_or_judged_again(self, flow, publisher: Publisher, clock: Clock):
        publisher.lists("harbour", news(WORDS[0]))
        pipeline = flow("harbour")
        await whole_pass(pipeline)
        clock.advance(HOUR)
        assert await whole_pass(pipeline) == []
        assert publisher.asked["harbour"] == 2
        assert publisher.asked[f"https://host.example/{WORDS[0]}"] == 1

    async def test_a_source_is_asked_when_it_is_due_and_all_are_when_forced(self, flow, publisher, clock):
        pipeline = flow("harbour")
        assert len(await pipeline.poll_due()) == 1
        assert await pipeline.poll_due() == []
        assert len(await pipeline.poll_due(everything=True)) == 1

    async def test_every_stage_takes_up_what_a_crash_left(self, flow, publisher: Publisher, store: SqlStore):
        """Each stage by a pipeline of its own, as after a restart."""
        publisher.lists("harbour", news(WORDS[0]))
        await flow("harbour").poll_due()
        await flow("harbour").read_pending()
        [outcome] = (await flow("harbour").judge_pending()).outcomes
        assert [alert.rule for alert in outcome.alerts] == [f"about-{WORDS[0]}"]
        assert publisher.asked["harbour"] == 1

    async def test_a_text_stored_before_the_crash_is_not_stored_twice(self, flow, publisher, store, views):
        """The same link in two feeds is one article."""
        one, two = news(WORDS[0]), replace(news(WORDS[0]), identity="guid:other", keys=("guid:other",))
        two = replace(two, keys=("guid:other", f"url:{one.url}"))
        publisher.lists("harbour", one)
        publisher.lists("market", two)
        await whole_pass(flow("harbour", "market"))
        assert views.counts().articles == 1

    async def test_articles_are_judged_in_order_of_publication(self, flow, publisher):
        """The older of two reports is the first report, whichever the feed lists first."""
        late, early = news(WORDS[0], "late", NOW - HOUR), news(WORDS[0], "early", NOW - 2 * HOUR)
        publisher.lists("harbour", late, replace(early, content=early.content + " More to come."))
        pipeline = flow("harbour")
        await pipeline.poll_due()
        await pipeline.read_pending()
        outcomes = (await pipeline.judge_pending()).outcomes
        assert [outcome.article.id for outcome in outcomes] == [
            article_id("harbour", "guid:early"),
            article_id("harbour", "guid:late"),
        ]
        assert [len(outcome.alerts) for outcome in outcomes] == [1, 0]


class TestTheFirstPoll:
    async def test_old_and_undated_entries_are_learned_and_fresh_ones_alert(self, flow, publisher, store, views):
        old, undated = news(WORDS[0], published=NOW - 3 * DAY), news(WORDS[1], published=None)
        publisher.lists("harbour", old, undated, news(WORDS[2]))
        assert await whole_pass(flow("harbour")) == [f"about-{WORDS[2]}"]
        for word in WORDS[:2]:
            [verdict] = views.verdicts(article_id("harbour", f"guid:{word}"))
            assert verdict.decision.verdict.kind is VerdictKind.NEW
            assert verdict.decision.action is Action.DROP
        assert views.facts(rule=f"about-{WORDS[0]}"), "it is known from now on"

    async def test_after_it_undated_entries_are_news(self, flow, publisher, clock: Clock):
        pipeline = flow("harbour")
        await whole_pass(pipeline)
        clock.advance(HOUR)
        publisher.lists("harbour", news(WORDS[0], published=None))
        assert await whole_pass(pipeline) == [f"about-{WORDS[0]}"]

    async def test_a_poll_that_failed_was_not_the_first(self, flow, publisher, clock: Clock):
        pipeline = flow("harbour")
        publisher.breaks("harbour", RuntimeError("boom"))
        await whole_pass(pipeline)
        publisher.polls.clear()
        publisher.lists("harbour", news(WORDS[0], published=NOW - 3 * DAY))
        clock.advance(DAY)
        assert await whole_pass(pipeline) == []


class TestReading:
    async def test_the_page_is_what_counts(self, flow, publisher, views):
        publisher.lists("harbour", entry("one", summary="In short."))
        publisher.shows("https://host.example/one", LONG)
        await whole_pass(flow("harbour"))
        [article] = articles(views, "one")
        assert (article.text, article.summary_only, article.note) == (LONG, False, "")

    @pytest.mark.parametrize(
        "error", [FetchError("the server answered 404", permanent=True, status=404), UnreadableError("a consent wall")]
    )
    async def test_a_page_that_will_never_do_is_replaced_by_the_feeds_text_at_once(
        self, flow, publisher, views, error: Exception
    ):
        publisher.lists("harbour", entry("one", summary="In short."))
        publisher.fails("https://host.example/one", error)
        await whole_pass(flow("harbour"))
        [article] = articles(views, "one")
        assert (article.text, article.summary_only, article.note) == ("In short.", True, str(error))

    @pytest.mark.parametrize("error", [FetchError("time-out"), TimeoutError(), RuntimeError("no worker")])
    async def test_a_page_that_fails_for_now_is_tried_again_later_then_replaced(
        self, flow, publisher, views, clock: Clock, error: Exception
    ):
        publisher.lists("harbour", entry("one", summary="In short."))
        publisher.fails("https://host.example/one", error)
        pipeline = flow("harbour")
        await pipeline.poll_due()
        pauses = []
        while not articles(views, "one"):
            assert len(await pipeline.read_pending()) == 1
            assert await pipeline.read_pending() == [], "not before its time"
            pauses.append(0)
            while not articles(views, "one") and not views_pending(pipeline, clock):
                clock.advance(MINUTE)
                pauses[-1] += 1
        assert publisher.asked["https://host.example/one"] == TRIES
        assert pauses == [1, 2, 0]
        [article] = articles(views, "one")
        assert article.summary_only
        assert article.note

    async def test_a_page_that_comes_back_is_read(self, flow, publisher, views, clock: Clock):
        publisher.lists("harbour", entry("one"))
        publisher.fails("https://host.example/one", FetchError("time-out"))
        pipeline = flow("harbour")
        await whole_pass(pipeline)
        publisher.shows("https://host.example/one", LONG)
        clock.advance(MINUTE)
        await whole_pass(pipeline)
        assert articles(views, "one")[0].text == LONG

    async def test_retry_after_is_heeded(self, flow, publisher, clock: Clock):
        publisher.lists("harbour", entry("one"))
        publisher.fails("https://host.example/one", FetchError("429", status=429, retry_after=3600))
        pipeline = flow("harbour")
        await whole_pass(pipeline)
        clock.advance(59 * MINUTE)
        assert await pipeline.read_pending() == []
        clock.advance(MINUTE)
        assert len(await pipeline.read_pending()) == 1

    async def test_without_a_link_the_feeds_text_is_taken_at_once(self, flow, publisher, views):
        publisher.lists("harbour", entry("one", url=None, title="Only a title"))
        await whole_pass(flow("harbour"))
        [article] = articles(views, "one")
        assert (article.text, article.url, article.summary_only) == ("Only a title", "", True)
        assert article.note == "the entry has no link"

    async def test_a_post_of_a_channel_is_the_article_and_no_page_is_asked_for(self, flow, publisher, views):
        post = "https://t.me/harbour/7"
        publisher.lists("harbour", entry("post", post, content="The ferry is back."))
        await whole_pass(flow("harbour"))
        (article,) = articles(views, "post")
        assert (article.text, article.url) == ("The ferry is back.", post)
        assert (article.summary_only, article.note) == (False, "")
        assert publisher.asked[post] == 0

    async def test_of_an_entry_without_a_title_the_page_tells_title_and_earlier_date(self, flow, publisher, views):
        """A plain sitemap gives the address and the time of the last change only."""
        publisher.lists("harbour", entry("old", title=""), entry("gone", title=""))
        publisher.shows("https://host.example/old", LONG, NOW - 9 * DAY)
        await whole_pass(flow("harbour"))
        old, gone = articles(views, "old", "gone")
        assert (old.title, old.published) == ("a title", NOW - 9 * DAY)
        assert (gone.title, gone.published) == ("https://host.example/gone", NOW - HOUR)

    async def test_the_feeds_text_wins_where_it_is_much_longer_than_the_page(self, flow, publisher, views):
        publisher.lists("harbour", entry("one", content=LONG))
        publisher.shows("https://host.example/one", "The committee met. Read more with a subscription.")
        await whole_pass(flow("harbour"))
        [article] = articles(views, "one")
        assert article.text == LONG
        assert not article.summary_only
        assert "longer" in article.note

    async def test_an_article_is_never_published_after_it_was_seen(self, flow, publisher, views):
        publisher.lists("harbour", entry("one", published=NOW + DAY), entry("two", published=None))
        publisher.shows("https://host.example/one", LONG)
        publisher.shows("https://host.example/two", LONG, published=NOW - 5 * HOUR)
        await whole_pass(flow("harbour"))
        one, two = articles(views, "one", "two")
        assert one.published == one.first_seen == NOW
        assert two.published == NOW - 5 * HOUR

    async def test_what_a_source_listed_before_it_was_removed_is_read(self, flow, publisher, views):
        publisher.lists("harbour", entry("one", summary="In short."))
        await flow("harbour").poll_due()
        await flow("market").read_pending()
        assert articles(views, "one")[0].text == "In short."

    async def test_a_slow_page_holds_up_no_other(self, flow, publisher, views):
        publisher.lists("harbour", entry("slow", published=NOW - 2 * HOUR), entry("quick"))
        for name in ("slow", "quick"):
            publisher.shows(f"https://host.example/{name}", f"{name}. {LONG}")
        publisher.hold("https://host.example/slow")
        pipeline = flow("harbour")
        await pipeline.poll_due()
        while not articles(views, "quick"):
            await pipeline.read_pending(0.05)
        assert not articles(views, "slow")
        publisher.release("https://host.example/slow")
        await pipeline.read_pending()
        assert articles(views, "slow")
        assert publisher.asked["https://host.example/slow"] == 1, "it went on, it was not begun anew"

    async def test_one_host_never_takes_all_places(self, flow, publisher, views):
        crowd = [entry(f"crowd-{number}", published=NOW - 2 * HOUR) for number in range(6)]
        publisher.lists("harbour", *crowd, entry("other", url="https://other.example/1"))
        publisher.shows("https://other.example/1", LONG)
        for item in crowd:
            publisher.shows(item.url, LONG)
            publisher.hold(item.url)
        pipeline = flow("harbour", per_host=2, places=4)
        await pipeline.poll_due()
        while not articles(views, "other"):
            await pipeline.read_pending(0.05)
        assert len(publisher.reading) == 2
        for item in crowd:
            publisher.release(item.url)
        await pipeline.read_pending()
        assert views.counts().entries_pending == 0

    async def test_what_is_left_at_the_end_is_begun_anew(self, flow, publisher, views):
        publisher.lists("harbour", entry("slow"))
        publisher.shows("https://host.example/slow", LONG)
        publisher.hold("https://host.example/slow")
        pipeline = flow("harbour")
        await pipeline.poll_due()
        await pipeline.read_pending(0.05)
        await pipeline.stop()
        assert publisher.reading == set()
        assert views.counts().entries_pending == 1
        publisher.release("https://host.example/slow")
        await flow("harbour").read_pending()
        assert views.counts().entries_pending == 0


class TestPoison:
    async def test_a_source_that_breaks_the_fetcher_waits_its_turn_and_others_are_polled(self, flow, publisher, views):
        publisher.breaks("bad", RuntimeError("boom"))
        publisher.lists("good", entry("one"))
        polls = await flow("bad", "good").poll_due()
        assert {poll.polled.source_id: poll.new for poll in polls} == {"bad": 0, "good": 1}
        states = {row.source.id: row.state for row in views.sources()}
        assert "boom" in states["bad"].error
        assert states["bad"].failures == 1
        assert states["bad"].next_poll_at > NOW

    async def test_entries_that_cannot_be_stored_make_the_source_wait(self, flow, publisher, store, views, desk):
        class Picky(SqlStore):
            def record_polls(self, polls):
                if any(polled.source_id == "bad" and polled.entries for polled, _, _ in polls):
                    raise ValueError("cannot be stored")
                return super().record_polls(polls)

        publisher.lists("bad", entry("one"))
        publisher.lists("good", entry("two"))
        await flow("bad", "good", store=Picky(store._engine)).poll_due()
        states = {row.source.id: row.state for row in views.sources()}
        assert "cannot be stored" in states["bad"].error
        assert states["good"].failures == 0

    async def test_an_article_that_breaks_the_judge_is_put_aside_and_others_are_judged(
        self, flow, publisher, views, desk: Desk
    ):
        class Frail(Judge):
            def document(self, article: Article) -> Document:
                if "zorbium" in article.title:
                    raise RecursionError("too deep")
                return super().document(article)

        publisher.lists("harbour", news("zorbium"), news("quaxite"))
        frail = replace(desk, judge=Frail(desk.judge.ruleset))
        pipeline = flow("harbour", desk=frail)
        assert await whole_pass(pipeline) == ["about-quaxite"]
        row = views.article(article_id("harbour", "guid:zorbium"))
        assert row is not None
        assert "too deep" in row.error
        assert views.counts().unjudgeable == 1

    async def test_a_store_that_refuses_for_now_is_asked_again_and_one_article_not_for_ever(
        self, flow, publisher, store, views
    ):
        class Busy(SqlStore):
            def judging(self, work, rules=None):
                raise StoreError("locked")

        publisher.lists("harbour", news("zorbium"))
        pipeline = flow("harbour", store=Busy(store._engine))
        await pipeline.poll_due()
        await pipeline.read_pending()
        for _ in range(STRIKES - 1):
            with pytest.raises(StoreError):
                await pipeline.judge_pending()
        assert views.counts().unjudged == 1
        [(_, why)] = (await pipeline.judge_pending()).failed
        assert "locked" in why
        assert views.counts().unjudged == 0

    async def test_a_store_that_comes_back_judges_what_waited(self, flow, publisher, store):
        class Moody(SqlStore):
            refuses = True

            def judging(self, work, rules=None):
                if self.refuses:
                    raise StoreError("locked")
                return super().judging(work, rules)

        moody = Moody(store._engine)
        publisher.lists("harbour", news("zorbium"))
        pipeline = flow("harbour", store=moody)
        with pytest.raises(StoreError):
            await whole_pass(pipeline)
        moody.refuses = False
        assert await whole_pass(pipeline) == ["about-zorbium"]


def test_an_articles_id_is_stable_and_its_sources_own():
    assert article_id("a", "guid:1") == article_id("a", "guid:1") == "90dd2a8ebe60a4ae"
    assert len({article_id("a", "guid:1"), article_id("b", "guid:1"), article_id("a", "guid:2")}) == 3


def views_pending(pipeline: Pipeline, clock: Clock) -> bool:
    """Whether an entry is due to be read."""
    return bool(pipeline._store.pending_entries(clock(), 10))
