"""Alerts as feeds: read by programs that read feeds, over real HTTP and on both databases."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import feedparser
import pytest

from monitor.core.alerts import OURSELVES
from monitor.core.responses import Answer, Response
from monitor.web.identity import Role
from tests.integration.web.visitors import Visitor, enrol, session_of, token_of

ATOM, JSON = "/feeds/alerts.atom", "/feeds/alerts.json"


def _read(answer) -> list[dict[str, str]]:
    if "atom" in answer.headers["content-type"]:
        feed = feedparser.parse(answer.text)
        assert not feed.bozo
        return [{"id": entry.id, "title": entry.title, "updated": entry.updated} for entry in feed.entries]
    items = json.loads(answer.text)["items"]
    return [{"id": item["id"], "title": item["title"], "updated": item["date_modified"]} for item in items]


@pytest.mark.parametrize("path", [ATOM, JSON])
async def test_a_feed_has_the_latest_alerts_without_those_of_the_monitor_itself(filled_server, filled_site, path):
    answer = await Visitor(filled_server.address).look(path)
    news = [row for row in filled_site.views.alerts(limit=1_000) if not row.alert.rule.startswith(OURSELVES)]
    found = _read(answer)
    assert [entry["title"] for entry in found] == [row.alert.headline for row in news[:50]]
    assert len({entry["id"] for entry in found}) == len(found) > 10
    assert answer.headers["cache-control"] == "private, no-cache"


async def test_both_feeds_have_the_same_entries(filled_server):
    reader = Visitor(filled_server.address)
    assert _read(await reader.look(ATOM)) == _read(await reader.look(JSON))


async def test_a_feed_is_narrowed_by_rule_severity_and_watchlist(filled_server, filled_site):
    reader, rows = Visitor(filled_server.address), filled_site.views.alerts(limit=1_000)
    own = next(row.alert for row in rows if row.alert.of_ourselves)
    assert [entry["title"] for entry in _read(await reader.look(f"{JSON}?rule={own.rule}"))] == [own.headline]
    for name, of in (("severity", lambda alert: alert.severity.value), ("watchlist", lambda alert: alert.watchlist)):
        value = of(rows[-1].alert)
        fitting = [row.alert.headline for row in rows if of(row.alert) == value and not row.alert.of_ourselves]
        assert [entry["title"] for entry in _read(await reader.look(f"{JSON}?{name}={value}"))] == fitting[:50]
    assert _read(await reader.look(f"{ATOM}?severity=%00&severity=nothing")) == []


@pytest.mark.parametrize("path", [ATOM, JSON])
async def test_a_feed_that_is_as_it_was_is_not_sent_again(filled_server, filled_site, clock, path):
    reader = Visitor(filled_server.address)
    first = await reader.look(path)
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    for known in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}, {"If-Modified-Since": changed}):
        again = await reader.look(path, **known)
        assert (again.status, again.text, again.headers["etag"]) == (304, "", tag)
    assert (await reader.look(path, **{"If-None-Match": '"x"', "If-Modified-Since": changed})).status == 200
    assert (await reader.look(path, **{"If-Modified-Since": "Tue, 99 Foo 12345 00:00:00 +99999999999"})).status == 200
    row = next(
        row for row in filled_site.views.alerts() if row.standing.answered is None and not row.alert.of_ourselves
    )
    said = clock.now + timedelta(minutes=1)
    filled_site.store.respond(Response(row.alert.thread, Answer.ACKNOWLEDGE, "Ann", said), said)
    fresh = await reader.look(path, **{"If-None-Match": tag, "If-Modified-Since": changed})
    assert (fresh.status, "acknowledged (Ann" in fresh.text) == (200, True)
    before, after = ({entry["id"]: entry["updated"] for entry in _read(answer)} for answer in (first, fresh))
    assert before.keys() == after.keys()
    assert {id_ for id_ in after if after[id_] != before[id_]}


async def test_a_feed_takes_a_token_in_place_of_a_password_and_in_no_address(serving, site):
    reader, token = Visitor((await serving(open=False)).address), token_of(site)
    basic = base64.b64encode(f"any:{token}".encode()).decode()
    assert (await reader.look(ATOM, Authorization=f"Basic {basic}")).status == 200
    assert (await reader.look(ATOM, Authorization=f"Bearer {token}")).status == 200
    enrol(site, "ann", Role.VIEWER)
    assert (await Visitor(reader.address, {"session": session_of(site, "ann")}).look(ATOM)).status == 200
    for given in ("", "Basic", "Basic !", "Basic YTpi", f"Basic {basic[:-8]}", "Basic /w=="):
        refused = await reader.look(ATOM, Authorization=given)
        assert (refused.status, refused.headers["www-authenticate"][:5]) == (401, "Basic"), given
    assert (await reader.look(f"{ATOM}?token={token}")).status == 401
    for path in ("/metrics", "/api/v1/alerts"):  # what changes something must never be sent by a browser by itself
        assert (await reader.look(path, Authorization=f"Basic {basic}")).status == 401
