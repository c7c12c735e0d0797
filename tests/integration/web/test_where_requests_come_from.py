"""What changes something has to come from a page of ours: pages of others in the same browser can send it, too."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from monitor.core.responses import Answer
from monitor.web.access.admission import Admission
from monitor.web.identity import Role
from monitor.web.links import Permit
from tests.contracts.ledger import HOUR, NOW
from tests.integration.web.visitors import US, Visitor, enrol, session_of, token_of

PUBLIC_URL = "https://monitor.example"
PROXIED = Admission(PUBLIC_URL, frozenset({"monitor.example"}))
FOREIGN = ("http://evil.example", "http://127.0.0.1:1", "https://monitor.example.evil.example", "http://localhost", "?")


async def _done(request):
    return PlainTextResponse("done")


API = [Route("/api/v1/do", _done, methods=["POST", "PUT", "PATCH", "DELETE"])]

OURS, ELSEWHERE, UNKNOWN = "ours", "elsewhere", "unknown"
CASES = [
    (OURS, {"Sec-Fetch-Site": "same-origin"}),
    (OURS, {"Sec-Fetch-Site": "none"}),
    (OURS, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}),
    (OURS, {"Origin": "HERE"}),
    (OURS, {"Referer": "HERE/accounts?x"}),
    (OURS, {"Origin": "null", "Referer": "HERE/"}),
    (ELSEWHERE, {"Sec-Fetch-Site": "cross-site"}),
    (ELSEWHERE, {"Sec-Fetch-Site": "same-site", "Origin": "HERE"}),
    (ELSEWHERE, {"Sec-Fetch-Site": ""}),
    *((ELSEWHERE, {"Origin": origin}) for origin in FOREIGN),
    (ELSEWHERE, {"Origin": "http://evil.example", "Referer": "HERE/"}),
    (ELSEWHERE, {"Referer": "http://evil.example/HERE"}),
    (ELSEWHERE, {"Referer": "http://["}),
    (UNKNOWN, {}),
    (UNKNOWN, {"Origin": "null"}),
]


def said(headers: dict[str, str], address: str) -> dict[str, str]:
    return {name: value.replace("HERE", address) for name, value in headers.items()}


async def test_whoever_is_logged_in_changes_things_from_our_pages_only(serving, site, links):
    enrol(site, "ann", Role.ADMIN)
    address = (await serving(API, open=False)).address
    token = links.token(Permit("port:gone", frozenset(Answer), NOW + HOUR))
    for came, written in CASES:
        person = Visitor(address, {"session": session_of(site, "ann")})
        headers, ours = said(written, address), came == OURS
        assert ((await person.ask("POST", "/api/v1/do", headers)).status == 200) == ours, headers
        login = await Visitor(address).ask("POST", "/login", headers, data={"name": "", "password": ""})
        assert ("not sent by a page of this monitor" in login.words) != ours, headers
        behind_a_link = await person.ask("POST", f"/a/{token}", headers, data={"answer": "resolve", "author": "Ann"})
        assert behind_a_link.status == (403 if came == ELSEWHERE else 404), headers
        assert (await person.ask("POST", "/logout", headers, data={})).status == (303 if ours else 403), headers
        assert (await Visitor(address, person.cookies).look("/account")).status == (303 if ours else 200), headers


async def test_an_open_desk_is_not_changed_by_pages_of_others(serving, site):
    """Programs on this machine say nothing of where they come from; they use the API."""
    enrol(site, "ann", Role.VIEWER)
    visitor = Visitor((await serving(API)).address)
    for came, written in CASES:
        site.desk.people.set_role("ann", "viewer", site.now(), US)
        headers, form = said(written, visitor.address), {"name": "ann", "role": "analyst"}
        done = await visitor.ask("POST", "/accounts/role", headers, data=form)
        assert done.status == (303 if came == OURS else 403), headers
        assert site.shown.people.named("ann").role == ("analyst" if came == OURS else "viewer"), headers
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = await visitor.ask(method, "/api/v1/do", headers)
            assert answer.status == (403 if came == ELSEWHERE else 200), headers


async def test_no_browser_sends_a_token_by_itself_so_it_may_come_from_anywhere(serving, site):
    show = {"Authorization": f"Bearer {token_of(site)}"}
    program = Visitor((await serving(API, open=False)).address)
    for _, headers in CASES:
        assert (await program.ask("POST", "/api/v1/do", {**said(headers, program.address), **show})).status == 200


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1:8765", PUBLIC_URL, 303),  # a web server that asks by number
        ("monitor.example", PUBLIC_URL, 303),
        ("monitor.example", "http://monitor.example", 403),  # by https only
        ("127.0.0.1:8765", "http://127.0.0.1:8765", 303),
        ("127.0.0.1:8765", "http://evil.example", 403),
    ],
)
async def test_behind_a_web_server_the_pages_are_known_by_the_public_address(serving, site, host, origin, status):
    enrol(site, "ann", Role.ADMIN)
    address = (await serving(open=False, admission=PROXIED)).address
    person = Visitor(address, {"__Host-session": session_of(site, "ann")})
    assert (await person.ask("POST", "/logout", {"Host": host, "Origin": origin}, data={})).status == status


async def test_to_look_is_allowed_from_anywhere(serving, site):
    enrol(site, "ann")
    person = Visitor((await serving(open=False)).address, {"session": session_of(site, "ann")})
    for _, headers in CASES:
        assert (await person.ask("GET", "/account", said(headers, person.address))).status == 200
