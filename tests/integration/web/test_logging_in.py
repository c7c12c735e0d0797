"""Login, sessions and passwords: over real HTTP, on both databases, by a clock of our own."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from ipaddress import ip_network

import pytest
from argon2 import PasswordHasher

from monitor.web.access.admission import Admission
from monitor.web.access.passwords import Passwords
from monitor.web.access.sessions import digest_of
from monitor.web.identity import Role
from tests.integration.store.conftest import NOW
from tests.integration.web.visitors import PASSWORD, US, Visitor, enrol, is_let_in, session_of

OTHER = "another long password"
HOUR = timedelta(hours=1)
SECURE = Admission("https://monitor.example", frozenset({"monitor.example"}))


@pytest.fixture
async def address(serving, site) -> str:
    enrol(site, "ann", Role.ANALYST)
    return (await serving(open=False)).address


def log(site) -> list[tuple[str, ...]]:
    return [(one.author, one.via, one.what, one.about, one.words) for one in site.shown.changes.latest()]


async def test_who_logs_in_is_known_until_logging_out_which_really_ends_it(address, site, engine):
    ann = Visitor(address)
    answer = await ann.log_in(" Ann ", back="/alerts?state=open")
    assert (answer.status, answer.headers["location"]) == (303, "/alerts?state=open")
    cookie, held = answer.headers["set-cookie"], ann.cookies["session"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "You are ann, as analyst." in (await ann.look("/account")).words
    assert (await ann.look("/login?back=/rules")).headers["location"] == "/rules"
    with engine.connect() as connection:
        stored = str(connection.exec_driver_sql("SELECT * FROM session").all())
    assert held not in stored
    assert digest_of(held) in stored
    assert (await ann.look("/logout")).status == 405
    assert (await ann.send("/logout")).headers["location"] == "/login"
    assert ann.cookies == {}
    assert not is_let_in(await Visitor(address, {"session": held}).look("/account"))
    assert log(site)[:2] == [
        ("ann", "password", "logout", "person:ann", ""),
        ("ann", "password", "login", "person:ann", "from 127.0.0.1"),
    ]


async def test_where_there_is_https_the_cookie_goes_no_other_way(serving, site):
    enrol(site)
    ann = Visitor((await serving(open=False, admission=SECURE)).address)
    cookie = (await ann.log_in()).headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Secure"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()
    assert is_let_in(await ann.look("/account"))
    planted = Visitor(ann.address, {"session": ann.cookies["__Host-session"]})
    assert not is_let_in(await planted.look("/account"))


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer_and_nothing_typed_is_kept(address, site):
    stranger = Visitor(address)
    wrong = await stranger.log_in("ann", "my secret typed by mistake")
    unknown = await stranger.log_in("my-secret-typed-as-name", PASSWORD)
    assert (wrong.status, "is not right" in wrong.words) == (403, True)
    assert wrong.text.replace('value="ann"', "") == unknown.text.replace('value="my-secret-typed-as-name"', "")
    assert stranger.cookies == {}
    assert log(site)[:2] == [
        ("somebody", "password", "login.failed", "person:?", "from 127.0.0.1"),
        ("somebody", "password", "login.failed", "person:ann", "from 127.0.0.1"),
    ]
    assert "secret" not in str(log(site))


ELSEWHERE = [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "evil",
    "/login",
]


async def test_the_login_leads_to_no_page_of_others(address, site):
    ann = Visitor(address, {"session": session_of(site, "ann")})
    for back in ELSEWHERE:
        assert (await ann.ask("GET", "/login", params={"back": back})).headers["location"] == "/", back
        assert "evil" not in (await Visitor(address).ask("GET", "/login", params={"back": back})).text


async def test_a_session_that_somebody_else_put_into_the_browser_stays_nobodys(address, site):
    victim = Visitor(address, {"session": "known-to-somebody-else"})
    await victim.log_in()
    assert victim.cookies["session"] != "known-to-somebody-else"
    assert not is_let_in(await Visitor(address, {"session": "known-to-somebody-else"}).look("/account"))
    first = victim.cookies["session"]
    await victim.log_in()  # again in the same browser: the first one ends
    assert is_let_in(await victim.look("/account"))
    assert not is_let_in(await Visitor(address, {"session": first}).look("/account"))


async def test_a_session_ends_after_twelve_idle_hours_and_after_fourteen_days(address, site, clock, engine):
    idle, busy = (Visitor(address, {"session": session_of(site, "ann")}) for _ in range(2))
    clock.now += 11 * HOUR
    assert is_let_in(await busy.look("/account"))
    clock.now += HOUR
    assert not is_let_in(await idle.look("/account"))
    while clock.now < NOW + timedelta(days=14) - 11 * HOUR:
        assert is_let_in(await busy.look("/account"))
        clock.now += 11 * HOUR
    assert is_let_in(await busy.look("/account"))
    clock.now = NOW + timedelta(days=14)
    assert not is_let_in(await busy.look("/account"))
    session_of(site, "ann")  # the next login clears away what is over
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM session").scalar() == 1


async def test_another_password_ends_all_other_sessions_and_takes_the_present_one(address, site):
    here, there = Visitor(address, {"session": session_of(site, "ann")}), Visitor(address)
    there.cookies["session"] = session_of(site, "ann")
    before = here.cookies["session"]
    for given, words in (
        ({"password": "wrong", "fresh": OTHER, "again": OTHER}, "present password is not right"),
        ({"password": PASSWORD, "fresh": "short", "again": "short"}, "at least 12 characters"),
        ({"password": PASSWORD, "fresh": OTHER, "again": OTHER + "x"}, "not typed twice in the same way"),
    ):
        assert words in (await here.send("/account", **given)).words
    assert is_let_in(await there.look("/account"))
    assert (await here.send("/account", password=PASSWORD, fresh=OTHER, again=OTHER)).status == 303
    assert is_let_in(await here.look("/account"))
    for held in (before, there.cookies["session"]):
        assert not is_let_in(await Visitor(address, {"session": held}).look("/account"))
    assert (await Visitor(address).log_in()).status == 403
    assert (await Visitor(address).log_in("ann", OTHER)).status == 303


async def test_who_is_removed_is_out_at_once_and_a_new_role_counts_from_the_next_click(address, site):
    ann = Visitor(address, {"session": session_of(site, "ann")})
    assert (await ann.look("/accounts")).status == 403
    site.desk.people.set_role("ann", "admin", site.now(), US)
    assert (await ann.look("/accounts")).status == 200
    site.desk.people.remove("ann", site.now(), US)
    assert not is_let_in(await ann.look("/account"))
    assert (await ann.log_in()).status == 403
    site.desk.people.restore("ann", site.now(), US)
    assert not is_let_in(await ann.look("/account"))


async def test_who_guesses_waits_longer_each_time_and_the_right_password_waits_too(address, site, clock):
    site.desk.people.add("bob", "viewer", PasswordHasher(1, 8, 1).hash(OTHER), site.now(), US)  # quick to try
    stranger = Visitor(address)
    answers = await asyncio.gather(*(stranger.log_in("bob", "guess") for _ in range(15)))
    assert sorted(answer.status for answer in answers) == [403] * 10 + [429] * 5
    told = await stranger.log_in()
    assert (told.status, told.headers["retry-after"], "Try again in a second" in told.words) == (429, "1", True)
    clock.now += timedelta(seconds=1)
    assert (await stranger.log_in("bob", "guess")).status == 403
    assert (await stranger.log_in()).headers["retry-after"] == "2"
    clock.now += timedelta(seconds=2)
    assert (await stranger.log_in()).status == 303
    assert [one.what for one in site.shown.changes.latest()].count("login.failed") == 11


async def test_tries_are_counted_by_the_address_that_a_trusted_proxy_tells_and_no_other(serving, site):
    site.desk.people.add("bob", "viewer", PasswordHasher(1, 8, 1).hash(OTHER), site.now(), US)
    for proxies, status in (((ip_network("127.0.0.0/8"),), 403), ((), 429)):
        visitor = Visitor((await serving(open=False, admission=Admission(proxies=proxies))).address)
        for number in range(11):
            passed_on = {"Origin": visitor.address, "X-Forwarded-For": f"6.6.6.6, 198.51.100.{number}"}
            answer = await visitor.ask("POST", "/login", passed_on, data={"name": "bob", "password": "guess"})
        assert answer.status == status


async def test_a_hash_of_other_parameters_is_renewed_at_the_next_login(address, site):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    site.desk.people.add("bob", "viewer", weak, site.now(), US)
    bob = Visitor(address)
    assert (await bob.log_in("bob")).status == 303
    assert is_let_in(await bob.look("/account"))
    renewed = site.shown.people.named("bob").password
    assert renewed != weak
    assert not Passwords().is_outdated(renewed)
    assert (await Visitor(address).log_in("bob")).status == 303


async def test_while_nobody_has_an_account_the_login_says_how_to_make_one(serving, site):
    stranger = Visitor((await serving(open=False)).address)
    assert "monitor accounts add NAME --role admin" in (await stranger.look("/login")).words
    enrol(site)
    assert "monitor accounts add" not in (await stranger.look("/login")).words


async def test_where_the_database_refuses_nobody_comes_in(address, site, engine):
    ann = Visitor(address, {"session": session_of(site, "ann")})
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE session RENAME TO elsewhere")
    answer = await ann.look("/account")
    assert (answer.status, "does not answer" in answer.words, "elsewhere" in answer.text) == (503, True, False)
    assert (await ann.log_in()).status == 503
