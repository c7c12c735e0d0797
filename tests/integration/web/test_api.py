"""The API over real HTTP, on both databases: lists, answers, roles, and what it does not tell."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.app.indexing import indexed
from monitor.core.responses import Answer
from monitor.core.rules import Stage
from monitor.store.tables import alert as alert_table
from monitor.store.tables import metadata
from monitor.web.api import known
from monitor.web.identity import Role
from monitor.web.site import address
from tests.integration.web.visitors import Visitor, token_of

HERE = "/api/v1"


class Program(Visitor):
    async def get(self, path: str, **headers: str) -> tuple[int, dict]:
        answer = await self.look(HERE + path, **headers)
        return answer.status, json.loads(answer.text)

    async def put(self, path: str, method: str = "POST", token: str = "", **body) -> tuple[int, dict]:
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self.ask(method, HERE + path, shown, json=body)
        assert (answer.headers["content-type"] == "application/problem+json") == (answer.status >= 400)
        return answer.status, json.loads(answer.text)

    async def all(self, path: str, **asked: object) -> list[dict]:
        """Every page of a list."""
        found, cursor = [], None
        while True:
            status, page = await self.get(address(path, **asked, cursor=cursor))
            assert status == 200
            found += page["items"]
            if (cursor := page["next"]) is None:
                return found


@pytest.fixture
def program(filled_server) -> Program:
    return Program(filled_server.address)


async def test_a_list_comes_in_pages_that_leave_nothing_out(program, filled_site):
    whole = await program.all("/alerts")
    assert [item["id"] for item in whole] == [row.id for row in filled_site.views.alerts(limit=1_000)]
    for path, more in (("/alerts", {}), ("/articles", {}), ("/sources", {}), ("/facts", {"rule": whole[-1]["rule"]})):
        once, by_two = await program.all(path, limit=200, **more), await program.all(path, limit=2, **more)
        assert once == by_two
        assert len(once) > 2


async def test_alerts_are_found_by_what_the_inbox_filters_them_by(program):
    whole = await program.all("/alerts")
    for name in ("rule", "severity", "watchlist", "country", "language"):
        value = next(item[name] for item in whole if item[name])
        assert await program.all("/alerts", **{name: value}) == [item for item in whole if item[name] == value]
    for answered in ("true", "false"):
        fitting = [item for item in whole if item["standing"]["answered"] == (answered == "true")]
        assert await program.all("/alerts", answered=answered) == fitting != []
    since = whole[3]["created_at"]
    assert await program.all("/alerts", since=since) == [item for item in whole if item["created_at"] >= since]


async def test_an_alert_is_answered_and_that_is_noted(program, filled_site, clock):
    row = next(
        row for row in filled_site.views.alerts() if row.standing.answered is None and not row.alert.of_ourselves
    )
    clock.now += timedelta(minutes=1)
    until = (clock.now + timedelta(hours=1)).isoformat()
    steps = [
        ("snooze", {"until": until}, None),
        ("acknowledge", {"reason": "I look"}, Answer.ACKNOWLEDGE),
        ("resolve", {}, Answer.RESOLVE),
        ("reject", {"fault": "not-new"}, Answer.REJECT),
        ("reopen", {}, None),
    ]
    for verb, body, stands in steps:
        status, said = await program.put(f"/alerts/{row.id}/{verb}", **body)
        assert (status, said["changed"]) == (200, True)
        assert said["alert"]["standing"]["answered"] == (stands is not None)
        answered = filled_site.views.alert(row.id).standing.answered
        assert (answered.answer if answered else None) == stands
    _, again = await program.put(f"/alerts/{row.id}/reopen")
    assert not again["changed"]
    noted = [change["what"] for change in await program.all("/changes", about=f"alert:{row.id}")]
    assert noted == ["alert.reopen", "alert.reject", "alert.resolve", "alert.acknowledge", "alert.snooze"]
    _, detail = await program.get(f"/alerts/{row.id}")
    assert [one["via"] for one in detail["responses"]] == ["api"] * 5


async def test_what_makes_no_sense_is_declined_with_the_reason(program, clock):
    far = (clock.now + timedelta(days=40)).isoformat()
    declined = [
        ("/alerts/1/snooze", {"until": far}),
        ("/alerts/1/snooze", {"until": clock.now.isoformat()}),
        ("/alerts/1/snooze", {"until": "2026-11-02T13:00:00"}),
        ("/alerts/1/acknowledge", {"reasn": "misspelt"}),
        ("/alerts/1/reject", {"fault": "silly"}),
        ("/silences", {"match": {"severity": ["low"]}, "reason": "x", "ends_at": far}),
        ("/silences", {"match": {"severity": ["low"]}, "reason": " ", "ends_at": far, "long": True}),
        ("/silences", {"match": {"severity": ["low"]}, "reason": "x", "ends_at": clock.now.isoformat()}),
        ("/silences", {"match": {"rule": ["no-such-rule"]}, "reason": "x", "ends_at": clock.now.isoformat()}),
        ("/replay", {"title": "x", "rule": "no-such-rule"}),
    ]
    for path, body in declined:
        status, told = await program.put(path, **body)
        assert (status, bool(told["detail"])) == (422, True), path
    assert (await program.put("/alerts/99999/acknowledge"))[0] == 404
    assert (await program.get("/facts"))[1]["errors"] == [{"where": "query.rule", "problem": "Field required"}]
    for cursor in ("x", "W10", "WyJ4Il0", "bnVsbA", "[" * 500):
        assert (await program.get(f"/alerts?cursor={cursor}"))[0] == 422


async def test_a_silence_is_made_and_ended(program, filled_site, clock):
    ends = (clock.now + timedelta(hours=2)).isoformat()
    rule = filled_site.configuration().ruleset.rules[0].id
    match = {"rule": [rule], "severity": ["low", "medium"]}
    status, made = await program.put("/silences", match=match, reason="works at the port", ends_at=ends)
    assert (status, made["match"], made["author"]) == (201, match, "local")
    assert made in await program.all("/silences")
    clock.now += timedelta(minutes=5)
    _, ended = await program.put(f"/silences/{made['id']}", "DELETE")
    assert ended["ends_at"] < made["ends_at"]
    assert made["id"] not in {one["id"] for one in await program.all("/silences")}
    noted = [change["what"] for change in await program.all("/changes", about=f"silence:{made['id']}")]
    assert noted == ["silence.end", "silence.add"]


async def test_a_silence_of_more_than_thirty_days_has_to_be_meant(program, clock):
    ends = (clock.now + timedelta(days=40)).isoformat()
    asked = {"match": {"severity": ["low"]}, "reason": "the port is shut", "ends_at": ends}
    _, told = await program.put("/silences", **asked)
    assert told["detail"] == "`long`: it would last for more than 30 days: mend the rule instead."
    assert (await program.put("/silences", **asked, long=True))[0] == 201


@pytest.fixture
def searchable(filled_site, clock):
    while waiting := filled_site.store.unindexed(50):
        filled_site.store.index(indexed(waiting), clock.now)


async def test_articles_are_found_by_their_words_and_by_what_became_of_them(program, filled_site, searchable):
    row = next(row for row in filled_site.views.alerts() if not row.alert.of_ourselves)
    alert = row.alert
    word = max(alert.article_title.split(), key=len)
    found = await program.all("/articles", q=word, rule=alert.rule, verdict="alert", limit=1)
    assert alert.article_id in [item["id"] for item in found]
    assert len(found) == len({item["id"] for item in found})
    assert found == await program.all("/articles", q=word, rule=alert.rule, verdict="alert")
    moment = found[0]["published"]
    assert await program.all("/articles", q=word, since=moment, until=moment) == []
    assert await program.all("/articles", q="unheard-of-word") == []
    whole = [item["id"] for item in await program.all("/articles", limit=200)]
    assert [item["id"] for item in await program.all("/articles", since="1970-01-01T00:00:00Z", limit=200)] == whole


@pytest.mark.parametrize("asked", ["q=-port", "q=" + "port " * 13, "verdict=loud", "language=xx", "q=a&cursor=WyJ4Il0"])
async def test_a_search_that_makes_no_sense_is_declined(program, asked):
    status, told = await program.get(f"/articles?{asked}")
    assert (status, bool(told["detail"])) == (422, True)


async def test_a_rule_has_the_precision_of_the_stage_in_which_it_is(program, filled_site):
    told = {(row.rule, row.stage): row for row in filled_site.views.precision(filled_site.now() - timedelta(days=90))}
    for rule in await program.all("/rules"):
        row = told.get((rule["id"], Stage(rule["stage"])))
        assert (rule["precision"] or {}).get("events") == (row.events if row else None)


async def test_answers_on_trial_do_not_count_for_a_rule_that_is_live(program, filled_site):
    row = next(row for row in filled_site.views.alerts() if not row.alert.of_ourselves and not row.alert.shadow)
    rule = row.alert.rule
    _, before = await program.get(f"/rules/{rule}")
    assert before["stage"] == "live"
    with filled_site.store.writing() as connection:
        connection.execute(sa.update(alert_table).where(alert_table.c.rule == rule).values(shadow=True))
    fresh = known.precisions(filled_site).get(filled_site.now()).value
    assert ((rule, Stage.LIVE) in fresh, fresh[rule, Stage.SHADOW].events) == (False, before["precision"]["events"])


async def test_a_text_is_judged_as_an_article_would_be_and_nothing_of_it_is_kept(program, filled_site, filled_engine):
    def rows() -> list[int]:
        with filled_engine.begin() as connection:
            return [
                connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in sorted(metadata.tables)
            ]

    before = rows()
    alert = next(
        row.alert for row in filled_site.views.alerts() if not row.alert.of_ourselves and not row.alert.is_update
    )
    item = filled_site.views.article(alert.article_id).article
    published = item.published.isoformat()
    body = {"title": item.title, "text": item.text, "language": item.language}
    status, told = await program.put("/replay", **body, published=published, rule=alert.rule)
    assert status == 200
    assert [one["rule"] for one in told["touched"]] == [alert.rule]
    assert told["copy_of"] == f"article:{item.id}"
    _, why = await program.get(f"/articles/{item.id}/explanation?rule={alert.rule}")
    assert (why["copy_of"], why["touched"][0]["kind"], why["touched"][0]["alerts"]) == (None, "new", True)
    assert rows() == before


async def test_each_role_may_what_it_may(serving, site):
    server = await serving(open=False)
    tokens, program = {role: token_of(site, role) for role in Role}, Program(server.address)
    for role, token in tokens.items():
        show = {"Authorization": f"Bearer {token}"}
        assert (await program.get("/rules", **show))[0] == 200
        assert (await program.get("/changes", **show))[0] == (200 if role is Role.ADMIN else 403)
        acted, _ = await program.put("/alerts/1/acknowledge", token=token)
        assert acted == (403 if role is Role.VIEWER else 404)
    for path in ("/rules", "/openapi.json", "/nothing"):
        status, told = await program.get(path)
        assert (status, told["status"]) == (401, 401)


async def test_no_address_of_a_channel_is_told(program, filled_site):
    targets = [target for found in filled_site.configuration().desk.targets.values() for target in found]
    pages = ["/alerts?limit=200", "/rules", "/sources", "/silences", "/changes"]
    pages += [f"/alerts/{row.id}" for row in filled_site.views.alerts(limit=10)]
    for path in pages:
        told = (await program.look(HERE + path)).text
        assert not [target.name for target in targets if target.url in told], path


async def test_a_body_is_bounded_and_an_error_quotes_nothing(program):
    answer = await program.ask("POST", f"{HERE}/replay", json={"title": "x", "text": "y" * 300_000})
    assert answer.status == 413
    answer = await program.ask("POST", f"{HERE}/replay", json={"title": {"secret-word": 1}})
    assert (answer.status, "secret-word" in answer.text) == (422, False)


async def test_the_page_lists_every_operation(program):
    _, schema = await program.get("/openapi.json")
    page = (await program.look("/api")).words
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in page
            assert operation["description"]
            assert operation["security"] == [{"token": []}]
