"""Who may come to the desk: over real HTTP, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from ipaddress import ip_network

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from monitor.web.access.admission import Admission
from monitor.web.access.gate import Gate
from monitor.web.access.middleware import PUBLIC
from monitor.web.app import build_app
from monitor.web.identity import LOCAL, Identity, Role, identity_of
from tests.integration.web.visitors import US, Visitor, enrol, is_let_in, session_of, token_of

HERE, NOWHERE = (ip_network("127.0.0.0/8"),), (ip_network("192.0.2.0/24"),)
PROXIED = Admission(proxies=HERE, user_header="X-Remote-User", role_header="X-Groups")

FOR_CHANGES = ("/watchlists/trials/",)


async def _tell(request: Request) -> Response:
    who = identity_of(request)
    return JSONResponse([who.name, who.role, who.via] if who else None)


MORE = [Route(path, _tell, methods=["GET", "POST"]) for path in ("/api/v1/who", "/metrics", "/who", "/healthz")]
FINE = ("localhost", "LOCALHOST:8765", "127.0.0.1", "127.9.9.9:1", "[::1]:8765", "localhost.")
MISLEADING = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8765", "localhost@evil.example")
MISLEADING += ("192.168.1.5", "2130706433", "0x7f.1", "0.0.0.0", "[::1", "")


# --- an open desk ----------------------------------------------------------------------------


async def test_a_page_whose_name_was_made_to_lead_here_gets_nothing(server):
    for host in (*FINE, *MISLEADING):
        for path in ("/", "/login", "/a/x", "/static/desk.css"):
            answer = await Visitor(server.address).ask("GET", path, {"Host": host})
            assert (answer.status == 400) == (host in MISLEADING), (host, path)


async def test_two_hosts_are_none(server):
    host, _, port = server.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert (await reader.read(64)).startswith(b"HTTP/1.1 400")
    writer.close()


async def test_an_open_desk_refuses_what_was_passed_on(server):
    for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via"):
        answer = await Visitor(server.address).ask("GET", "/", {name: "for=127.0.0.1"})
        assert (answer.status, "MONITOR_PUBLIC_URL" in answer.words) == (403, True), name


def test_an_open_desk_knows_only_who_is_on_this_machine(site):
    gate = Gate(site)
    assert gate.identify(Headers(), "127.0.0.1", {}) == gate.identify(Headers(), "::ffff:127.0.0.1", {}) == LOCAL
    for peer in ("192.0.2.7", "::2", "", "localhost.evil.example"):
        assert gate.identify(Headers(), peer, {}).status == 403


# --- a desk that asks ------------------------------------------------------------------------


def _routes(routes: list[BaseRoute], before: str = "") -> list[tuple[str, set[str]]]:
    found: list[tuple[str, set[str]]] = []
    for route in routes:
        if isinstance(route, Mount):
            found += _routes(route.routes, before + route.path) or [(f"{before}{route.path}/x", {"GET"})]
        else:
            found.append((before + route.path, set(route.methods or {"GET"})))
    return found


def _filled(path: str) -> str:
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))


async def test_nobody_unknown_sees_anything_but_what_is_public(serving, site):
    server = await serving(MORE, open=False)
    routes = _routes(build_app(replace(site, open=False), MORE)._app._app.routes)
    assert {"/", "/accounts", "/alerts", "/metrics"} <= {path for path, _ in routes}
    stranger, seen = Visitor(server.address), set()
    for path, methods in routes:
        for method in methods | {"GET", "POST", "PUT", "DELETE", "OPTIONS"}:
            answer = await stranger.ask(method, _filled(path), {"Origin": server.address})
            login = answer.status == 303 and answer.headers["location"].partition("?")[0] == "/login"
            if not login and answer.status != 401:
                seen.add(_filled(path))
    assert seen == {"/a/1", "/static/x", "/style.css", "/login", "/healthz", "/readyz"}
    assert all(any(path.startswith(public) for public in PUBLIC) for path in seen)
    for path in (
        "/nowhere",
        "/feeds/nowhere",
        "/static",
        "/a",
        "/login/",
        "/login/x",
        "//login",
        "/STYLE.CSS",
        "/%2e%2e/static/../accounts",
    ):
        assert (await stranger.look(path)).status in (303, 401), path


async def test_the_login_leads_back_to_where_somebody_wanted_to_go(serving):
    stranger = Visitor((await serving(open=False)).address)
    assert (await stranger.look("/")).headers["location"] == "/login"
    wanted = await stranger.look("/alerts?path=x&state=open")
    assert wanted.headers["location"] == "/login?back=%2Falerts%3Fpath%3Dx%26state%3Dopen"
    part = await stranger.ask("GET", "/alerts", {"HX-Request": "true"})
    assert (part.status, part.headers["hx-redirect"], part.text) == (401, "/login", "")


async def test_each_role_does_what_it_may_and_no_more(serving, site):
    """Viewers look at all but accounts and what is tried before a change, and change nothing; analysts see to no
    accounts."""
    server = await serving(open=False)
    people = {}
    for role in Role:
        enrol(site, role.value, role)
        people[role] = Visitor(server.address, {"session": session_of(site, role.value)})
    pages = [
        (_filled(path), methods)
        for path, methods in _routes(build_app(site)._app._app.routes)
        if not path.startswith(PUBLIC)
        and not path.startswith(("/api", "/metrics", "/feeds", "/readyz"))
        and path != "/logout"
    ]
    for path, methods in pages:
        admins = path.startswith(("/accounts", "/changes"))
        if "GET" in methods:
            for role, person in people.items():
                answer = await person.look(path)
                barred = Role.VIEWER if path.startswith(FOR_CHANGES) or path.endswith(("/add", "/correct")) else None
                assert (answer.status == 403) == ((admins and role is not Role.ADMIN) or role is barred), (role, path)
        elif path != "/account":
            for role in (Role.VIEWER, Role.ANALYST) if admins else (Role.VIEWER,):
                assert (await people[role].send(path)).status == 403, (role, path)


async def test_what_every_answer_carries_goes_by_the_public_address(serving):
    plain = await Visitor((await serving(open=False)).address).look("/login")
    assert "camera=()" in plain.headers["permissions-policy"]
    assert plain.headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in plain.headers
    secure = Admission("https://monitor.example", frozenset({"monitor.example"}))
    for path in ("/login", "/a/x", "/static/desk.css", "/"):
        answer = await Visitor((await serving(open=False, admission=secure)).address).look(path)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_where_other_machines_reach_us_a_number_is_a_name_of_ours(serving):
    elsewhere = Admission(names=frozenset({"monitor.lan", "0.0.0.0"}), elsewhere=True)
    stranger = Visitor((await serving(open=False, admission=elsewhere)).address)
    for host, status in (("192.0.2.1:8765", 200), ("[2001:db8::1]", 200), ("Monitor.LAN", 200), ("evil.example", 400)):
        assert (await stranger.ask("GET", "/login", {"Host": host})).status == status


# --- programs --------------------------------------------------------------------------------


async def test_a_token_opens_the_api_and_nothing_else(serving, site):
    program, token = Visitor((await serving(MORE, open=False)).address), token_of(site, Role.ANALYST)
    show = {"Authorization": f"Bearer {token}"}
    for path in ("/api/v1/who", "/metrics"):
        assert (await program.ask("GET", path, show)).text == '["scraper","analyst","token"]'
        assert (await program.ask("GET", path)).status == 401
    assert not is_let_in(await program.ask("GET", "/who", show))
    assert not is_let_in(await program.ask("GET", "/alerts", show))
    assert not is_let_in(await program.ask("GET", "/metricsx", show))


async def test_what_is_no_token_of_ours_is_told_so_and_how_to_show_one(serving, site):
    token_of(site)
    program = Visitor((await serving(MORE, open=False)).address)
    for shown in ("Bearer guess", "Bearer ", "bearer \u00e9", "Basic YTpi", "Bearer"):
        answer = await program.ask("GET", "/api/v1/who", {"Authorization": shown})
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer"), shown


async def test_a_token_is_kept_as_a_digest_and_ends_when_it_is_revoked(serving, site, engine, clock):
    program, token = Visitor((await serving(MORE, open=False)).address), token_of(site)
    [row] = site.shown.people.tokens()
    with engine.begin() as connection:
        assert token not in str(connection.exec_driver_sql("SELECT * FROM token").all())
    show = {"Authorization": f"Bearer {token}"}
    assert (await program.ask("GET", "/api/v1/who", show)).status == 200
    assert site.shown.people.tokens()[0].used_at == clock.now
    site.desk.people.revoke_token(row.id, clock.now, US)
    assert (await program.ask("GET", "/api/v1/who", show)).status == 401


async def test_also_an_open_desk_tells_a_program_that_its_token_is_wrong(serving, site):
    program, token = Visitor((await serving(MORE)).address), token_of(site)
    told = await program.ask("GET", "/api/v1/who", {"Authorization": f"Bearer {token}"})
    assert told.text == '["scraper","viewer","token"]'
    assert (await program.ask("GET", "/api/v1/who", {"Authorization": "Bearer x"})).status == 401
    assert (await program.ask("GET", "/api/v1/who")).text == '["local","admin","loopback"]'


# --- what a proxy says -----------------------------------------------------------------------


SAID = [
    ([("X-Remote-User", "ann")], '["ann","viewer","proxy"]'),
    ([("X-Remote-User", "Zoë")], '["Zoë","viewer","proxy"]'),
    ([("X-Remote-User", "ann"), ("X-Groups", "staff, Analyst")], '["ann","analyst","proxy"]'),
    ([("X-Remote-User", "ann"), ("X-Groups", "admin,viewer")], '["ann","admin","proxy"]'),
    ([("X-Remote-User", "ann"), ("X-Groups", "administrators")], '["ann","viewer","proxy"]'),
    ([("X-Remote-User", " ")], None),
    ([("X-Remote-User", "ann"), ("X-Remote-User", "root")], None),
    ([("X-Groups", "admin")], None),
    ([("X_Remote_User", "ann")], None),
]


async def test_a_trusted_proxy_says_who_somebody_is(serving):
    visitor = Visitor((await serving(MORE, open=False, admission=PROXIED)).address)
    for headers, who in SAID:
        answer = await visitor.ask("GET", "/who", headers)
        assert (answer.text if who else answer.status) == (who or 303), headers


async def test_from_anybody_else_the_same_header_says_nothing(serving):
    for admission in (
        replace(PROXIED, proxies=NOWHERE),
        replace(PROXIED, proxies=()),
        replace(PROXIED, user_header=""),
    ):
        visitor = Visitor((await serving(MORE, open=False, admission=admission)).address)
        said = {"X-Remote-User": "root", "X-Groups": "admin", "X-Forwarded-For": "192.0.2.1"}
        assert not is_let_in(await visitor.ask("GET", "/who", said))


def test_the_address_of_whoever_asks_is_the_last_that_no_trusted_proxy_has():
    trusting = Admission(proxies=(*HERE, ip_network("10.0.0.0/8")))

    def client(peer: str, *lines: str) -> str:
        return trusting.client(peer, Headers(raw=[(b"x-forwarded-for", line.encode()) for line in lines]))

    assert client("127.0.0.1") == "127.0.0.1"
    assert client("127.0.0.1", "198.51.100.9") == "198.51.100.9"
    assert client("127.0.0.1", "6.6.6.6, 198.51.100.9, 10.0.0.3") == "198.51.100.9"
    assert client("127.0.0.1", "6.6.6.6", "2001:db8::1") == "2001:db8::1"
    assert client("198.51.100.9", "6.6.6.6") == "198.51.100.9"
    assert client("127.0.0.1", "6.6.6.6, unknown") == "127.0.0.1"


def test_what_a_proxy_says_does_not_open_an_open_desk(site):
    found = Gate(replace(site, admission=PROXIED)).identify(Headers({"X-Remote-User": "ann"}), "127.0.0.1", {})
    assert found == LOCAL
    passed = Headers({"X-Remote-User": "ann", "X-Forwarded-For": "192.0.2.1"})
    assert not isinstance(Gate(replace(site, admission=PROXIED)).identify(passed, "127.0.0.1", {}), Identity)
