"""What strangers wrote stays text: on every page, in the feeds, behind the links of messages and in the messages.

The browser heeds no Content-Security-Policy here, so that escaping alone keeps scripts from running.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import feedparser
import pytest
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from monitor.core.model import Entry, Outcome, Polled, Source
from monitor.fetch.discovery import Found
from monitor.store.engine import create_engine
from monitor.store.migrate import upgrade
from monitor.store.sql import SqlStore
from monitor.web.app import build_app
from monitor.web.links import SignedLinks
from monitor.web.paths import looks
from monitor.web.serving import WebServer
from monitor.web.site import Site
from tests.integration.store.conftest import NOW
from tests.integration.web import hostile_texts as hostile
from tests.integration.web.browser import kind, links_of
from tests.integration.web.conftest import Clock, InForce, make_site
from tests.integration.web.hostile_texts import LINKS, OURS, TEXTS, Bundle, Told
from tests.integration.web.scripting import MARK, Watch, watching
from tests.integration.web.test_desk_in_a_browser import FOR_PROGRAMS
from tests.integration.web.test_desk_pages import PAGES
from tests.making import written
from tests.optional import corpus

pytestmark = pytest.mark.timeout(300)

_FEW, _MANY = 2, 6  # bundles
_LONGEST_TERM = 3_000  # characters of a search


@dataclass
class Evil:
    """A desk full of hostile strings, and where it is served."""

    site: Site
    told: Sequence[Told]
    strings: Sequence[str]
    address: str


async def _find(url: str, language: str, select: str) -> list[Found]:
    """What an address answers that means us ill."""
    line = " ".join(OURS)
    source = Source("test", "https://x.example/feed", line)
    return [Found(source, Polled("test", NOW, Outcome.FRESH, (Entry("x", ("x",), url, line),), message=line), line)]


@asynccontextmanager
async def _served(
    folder: Path, bundles: Sequence[Bundle], links: SignedLinks, clock: Clock, more: Sequence[Any] = ()
) -> AsyncIterator[tuple[Site, WebServer]]:
    """`more` are pages beside those of the desk."""
    hostile.write_files(folder, bundles)
    engine = create_engine(f"sqlite:///{folder}/hostile.db")
    upgrade(engine)
    site = replace(make_site(engine, SqlStore(engine), links, clock, InForce(folder)), find=_find)
    server = WebServer(build_app(site, [looks(site, path, look) for path, look in more]), "127.0.0.1", 0)
    await server.start()
    yield site, server
    await server.stop()
    engine.dispose()


@pytest.fixture(params=["ours", "corpus"])
async def evil(request: pytest.FixtureRequest, tmp_path: Path, links: SignedLinks, clock: Clock) -> AsyncIterator[Evil]:
    strings, count = list(OURS), _FEW
    if request.param == "corpus":
        strings, count = hostile.of_corpus(corpus("security")), _MANY
    bundles = hostile.bundled(strings, count)
    async with _served(tmp_path, bundles, links, clock) as (site, server):
        yield Evil(site, hostile.fill(site, bundles, clock.now), strings, server.address)


class Visit:
    """Goes from page to page and keeps what was wrong with each."""

    def __init__(self, watch: Watch, address: str):
        self.watch, self.address = watch, address
        self.wrong: dict[str, list[str]] = {}
        self.silent: list[str] = []  # pages on which none of ours stands

    async def look(self, path: str) -> int:
        answer = await self.watch.page.goto(self.address + path)
        await self.judge(path)
        return int(answer.status)

    async def judge(self, path: str) -> None:
        if found := await self.watch.found():
            self.wrong[path[:200]] = found
        if MARK not in await self.watch.words():
            self.silent.append(path)

    async def follow(self) -> set[tuple[str, ...]]:
        """One page of each kind that links lead to; the kinds."""
        waiting, seen = list(PAGES), {kind(path) for path in PAGES}
        while waiting:
            path = waiting.pop()
            await self.look(path)
            for link in await links_of(self.watch.page):
                if kind(link) not in seen and not link.startswith(FOR_PROGRAMS) and not link.endswith("/download"):
                    seen.add(kind(link))
                    waiting.append(link)
        return seen


def _pages_of(one: Told) -> list[str]:
    rule, article = one.bundle.rule, quote(one.article)
    fact = f"/facts/{quote(one.fact, safe=':')}"
    return [
        f"/articles/{article}",
        f"/articles/{article}/explain",
        f"/articles/{article}/explain?rule={rule}",
        *(f"/rules/{rule}", f"/baseline/{rule}", fact, f"{fact}/correct", f"/sources/{one.bundle.source}"),
    ]


async def test_on_every_page_it_stays_text(evil: Evil, browser: Any) -> None:
    async with watching(browser) as watch:
        visit = Visit(watch, evil.address)
        for one in evil.told:
            number = evil.site.views.alert(one.alert.key).id
            for path in (f"/alerts/{number}", *_pages_of(one)):
                assert await visit.look(path) == 200, path
        for path in (
            "/alerts?standing=all",
            "/articles",
            "/rules",
            "/baseline",
            "/sources",
            "/silences",
            "/system",
            "/changes",
        ):
            assert await visit.look(path) == 200
        for path in ("/", "/accounts", "/watchlists/words.yaml", "/watchlists/words.yaml/history"):
            assert await visit.look(path) == 200
        for number in (1, len(evil.told)):
            assert await visit.look(f"/watchlists/words.yaml/history/{number}") == 200
    assert visit.wrong == {}
    assert visit.silent == ["/system"], "where nothing of strangers stands; elsewhere what should be seen is seen"


@pytest.mark.parametrize("evil", ["ours"], indirect=True)
async def test_on_a_page_of_each_kind_it_stays_text(evil: Evil, browser: Any) -> None:
    """Wherever links lead; with our policy there is nothing to complain of either."""
    async with watching(browser, policy=True) as watch:
        visit = Visit(watch, evil.address)
        assert len(await visit.follow()) > 25
    assert visit.wrong == {}


ASKED = (
    "/articles?q=%s",
    "/articles?outlet=%s&rule=%s",
    "/alerts?standing=all&text=%s&rule=%s&since=%s&watchlist=%s",
    "/baseline/about-w1?q=%s&event=%s",
    "/sources?q=%s&country=%s",
    "/silences?rule=%s&watchlist=%s&country=%s&reason=%s",
    "/sources/add?url=%s",
    "/articles/a1/explain?rule=%s",
    "/rules/%s",
    "/baseline/%s",
    "/nowhere/%s",
)
SILENT = ("/articles/a1/explain?", "/rules/%", "/baseline/%", "/nowhere/%")
SENT = (
    ("/sources/find", ("url", "language", "select")),
    ("/sources/add", ("id", "url", "name", "kind", "select", "language", "country", "publisher", "tier")),
    ("/baseline/about-w1/read", ("words", "outlet", "url", "title", "event", "reason")),
    ("/baseline/about-w1/add", ("words", "outlet", "url", "title", "places", "names", "event", "step", "first")),
    ("/silences", ("rule", "reason", "watchlist", "country", "for", "until")),
    ("/watchlists/words.yaml/save", ("text", "reason", "started")),
    ("/watchlists/words.yaml/check", ("text",)),
    ("/alerts/name", ("name", "back")),
)


async def test_what_is_asked_and_sent_stays_text(evil: Evil, browser: Any) -> None:
    found = enumerate(hostile.chunks([*OURS, *evil.strings], _LONGEST_TERM))
    terms = [f"{OURS[n % 3]} {term}" for n, term in found]  # what is shown of a long one is its beginning
    async with watching(browser) as watch:
        visit = Visit(watch, evil.address)
        for n in range(max(len(terms), len(ASKED))):
            path = ASKED[n % len(ASKED)]
            await visit.look(path.replace("%s", quote(terms[n % len(terms)], safe="")))
        assert [path[:60] for path in visit.silent if not path.startswith(SILENT)] == [], (
            "the others say what was asked"
        )
        for n in range(max(len(terms), len(SENT))):
            path, fields = SENT[n % len(SENT)]
            await visit.look("/sources/add?url=canary(")
            await watch.submit(path, **dict.fromkeys(fields, terms[n % len(terms)]))
            await visit.judge(path)
        await visit.look("/sources/add?url=canary(")
        await watch.submit("/sources/find", url="https://x.example")
        assert MARK in await watch.words(), "what was found is shown"
        await visit.judge("found")
    assert visit.wrong == {}


async def test_behind_the_links_of_messages_it_stays_text(evil: Evil, browser: Any) -> None:
    async with watching(browser) as watch:
        visit = Visit(watch, evil.address)
        for one in evil.told:
            path = urlsplit(evil.site.links.answer_url(one.alert, evil.site.now())).path
            assert await visit.look(path) == 200
            for fields in ({"answer": "reject"}, {"answer": "resolve"}, {"answer": one.bundle.line}):
                line = one.bundle.line[:4_000]
                await watch.submit(path, **{"author": line, "reason": line, **fields})
                await visit.judge(path)
    assert visit.wrong == {}
    assert len(visit.silent) <= len(evil.told), "only the last refusal says nothing of it"


async def test_in_feeds_it_stays_text(evil: Evil, browser: Any) -> None:
    async with watching(browser) as watch:
        visit = Visit(watch, evil.address)
        await visit.look("/alerts?standing=all")
        atom, listed = "/feeds/alerts.atom", "/feeds/alerts.json"
        feed = feedparser.parse(await (await watch.page.request.get(evil.address + atom)).body())
        assert not feed.bozo
        assert len(feed.entries) >= len(evil.told)
        assert all(MARK in entry.title and entry.title_detail.type == "text/plain" for entry in feed.entries)
        assert {detail.type for entry in feed.entries for detail in entry.get("content", [])} <= {"text/plain"}
        addresses = [link.href for entry in feed.entries for link in entry.get("links", [])]
        items = (await (await watch.page.request.get(evil.address + listed)).json())["items"]
        assert not any("content_html" in item for item in items)
        addresses += [item[name] for item in items for name in ("url", "external_url", "id") if name in item]
        assert {urlsplit(address).scheme for address in addresses} <= {"http", "https", "urn"}
        for path in (atom, listed):  # the browser shows both as text, in an element of its own
            await visit.look(path)
    found = [words for one in visit.wrong.values() for words in one if not words.startswith('style: <pre style="word')]
    assert found == []


async def test_in_messages_it_stays_text(evil: Evil, browser: Any) -> None:
    """Mail and Telegram take HTML; their readers have no policy of ours."""
    strings = [*OURS, *LINKS, *evil.strings]
    links = [*LINKS, *hostile.addresses(evil.strings)]
    wrong: dict[str, list[str]] = {}
    async with watching(browser) as watch:
        for form in ("email", "telegram"):
            bodies = []
            for n in range(0, len(strings), TEXTS):
                alert = hostile.hostile_alert(n, strings[n : n + TEXTS], links[n % len(links)])
                bodies.append(str(written(alert, form).body))
            bodies += [str(written(hostile.hostile_alert(n, ["x"], link), form).body) for n, link in enumerate(LINKS)]
            for n in range(0, len(bodies), 100):
                shown = await watch.show("\n<hr>\n".join(bodies[n : n + 100]))
                shown = [words for words in shown if "style:" not in words]  # mails have no style sheet
                if shown:
                    wrong[f"{form} {n}"] = shown
    assert wrong == {}


# --- that it would be found ------------------------------------------------------------------


NEEDS_MORE = OURS[9], OURS[16], OURS[18]  # a template's own evaluation, another unescaping, markdown
AROUND = ("<p>%s</p>", '<p title="%s">x</p>', "<p title='%s'>x</p>", "<textarea>%s</textarea>", "<!-- %s -->")


async def test_what_is_not_escaped_is_found(browser: Any) -> None:
    """Each string of ours, in one place or another of a page; and no page is blamed for strings that are."""
    async with watching(browser) as watch:
        for text in OURS:
            found = [await watch.show(place % text) for place in AROUND]
            assert any(found) == (text not in NEEDS_MORE), text
        for link in LINKS:
            found = await watch.show(f'<a href="{escape(link)}">x</a><img alt src="{escape(link)}">')
            assert found, link
        every = "".join(place % escape(text) for text in (*OURS, *LINKS) for place in AROUND[:-1])
        assert await watch.show(every) == []
        assert MARK in await watch.words()


@pytest.mark.parametrize("policy", [False, True])
async def test_a_page_of_the_desk_that_escapes_nothing_is_found(
    tmp_path: Path, links: SignedLinks, clock: Clock, browser: Any, policy: bool
) -> None:
    """Where the browser heeds our policy the script does not run, and the page is found out all the same."""

    def careless(site: Site, request: Request) -> Response:
        return HTMLResponse(f"<title>x</title><p>{request.query_params['q']}</p>")

    bundles, pages = [Bundle(1, OURS, LINKS[0])], [("/careless", careless)]
    async with (
        _served(tmp_path, bundles, links, clock, pages) as (_, server),
        watching(browser, policy=policy) as watch,
    ):
        visit = Visit(watch, server.address)
        for text in OURS[:2]:
            await visit.look(f"/careless?q={quote(text)}")
    heard = [words.partition(":")[0] for found in visit.wrong.values() for words in found]
    assert len(visit.wrong) == 2
    assert heard.count("canary") == (0 if policy else 2)
    assert heard.count("console") >= (2 if policy else 0)
