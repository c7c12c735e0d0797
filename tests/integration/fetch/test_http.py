"""The guarded client against a real server that misbehaves."""

import asyncio
import gzip
import socket
import tracemalloc
import zlib
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.errors import FetchError, NotAskedError
from monitor.fetch.addresses import Guard
from monitor.fetch.gate import HostGate
from monitor.fetch.http import Http, _following, parse_url, retry_after, show

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


async def failure(http: Http, url: str, **options: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await http.get(url, **options)
    return caught.value


class LyingResolver(AbstractResolver):
    """Says that every name is one address."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self) -> None: ...


async def test_an_answer_has_status_lower_case_headers_body_and_final_url(newsroom, http):
    newsroom.says("/new", "<rss/>", Content_Type="text/xml", ETag='W/"1"')
    url = newsroom.says("/old", status=301, Location="/new")
    got = await http.get(url, headers={"Accept": "text/xml"})
    assert (got.status, got.body, got.url, got.moved) == (200, b"<rss/>", newsroom.root + "/new", True)
    assert (got.headers["content-type"], got.headers["etag"]) == ("text/xml", 'W/"1"')
    assert newsroom.requests[0].headers["User-Agent"] == "newsmonitor/test"
    assert newsroom.requests[1].headers["Accept"] == "text/xml"


async def test_not_modified_is_an_answer(newsroom, http):
    assert (await http.get(newsroom.says("/feed", status=304))).status == 304


async def test_cookies_are_neither_kept_nor_sent(newsroom, http):
    url = newsroom.says("/feed", "x", Set_Cookie="id=1; Path=/")
    await http.get(url)
    await http.get(url)
    assert "Cookie" not in newsroom.requests[1].headers


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (403, True), (404, True), (410, True), (408, False), (500, False), (503, False)],
)
async def test_an_error_status_says_whether_trying_again_helps(newsroom, http, status, permanent):
    error = await failure(http, newsroom.says("/feed", status=status))
    assert (error.status, error.permanent) == (status, permanent)
    assert str(status) in str(error)


async def test_retry_after_is_read_as_seconds_and_as_a_date(newsroom, http):
    assert (await failure(http, newsroom.says("/feed", status=503, Retry_After="120"))).retry_after == 120
    later = format_datetime(datetime(2999, 1, 1, tzinfo=UTC), usegmt=True)
    assert retry_after(format_datetime(datetime(2026, 11, 21, 12, 5, tzinfo=UTC), usegmt=True), NOW) == 300
    assert retry_after(later, NOW) == 24 * 3600
    assert retry_after("99999999", NOW) == 24 * 3600
    assert retry_after(format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True), NOW) == 0
    assert [retry_after(text, NOW) for text in ("soon", "-5", "", None, "1e9", "Fri, 99 Nov")] == [None] * 6


async def test_a_host_that_asked_for_silence_is_not_asked_again(newsroom, http):
    url = newsroom.says("/feed", status=429, Retry_After="120")
    assert (await failure(http, url)).permanent is False
    again = await failure(http, newsroom.says("/other", "x"))
    assert len(newsroom.requests) == 1
    assert isinstance(again, NotAskedError)
    assert again.retry_after is not None
    assert 0 < again.retry_after <= 120


@pytest.mark.parametrize("status", [429, 503])
async def test_a_refusal_without_a_time_silences_the_host_for_a_minute_then_for_longer(newsroom, http, status):
    url = newsroom.says("/feed", status=status)
    refused = await failure(http, url)
    assert (refused.retry_after, refused.status) == (None, status)
    again = await failure(http, newsroom.says("/other", "x"))
    assert len(newsroom.requests) == 1
    assert 59 < (again.retry_after or 0) <= 60


async def test_who_waits_for_his_turn_hears_that_the_host_wants_silence(newsroom):
    """Of ten requests on their way to a host that refuses, not all have to be refused."""
    url = newsroom.says("/feed", status=429, Retry_After="120")
    async with Http(user_agent="t", allow_networks=["127.0.0.0/8"], min_gap=0.0, per_host=1) as client:
        await asyncio.gather(*(failure(client, url) for _ in range(10)))
    assert len(newsroom.requests) == 1


async def test_who_waits_too_long_for_his_turn_gives_up_and_leaves_the_host_to_others(newsroom):
    held = asyncio.Event()

    async def hold(request: web.BaseRequest) -> web.Response:
        await held.wait()
        return web.Response(text="x")

    url = newsroom.does("/feed", hold)
    async with Http(
        user_agent="t", allow_networks=["127.0.0.0/8"], min_gap=0.0, per_host=1, patience=0.05
    ) as client:  # fmt: skip
        first = asyncio.create_task(client.get(url))
        while not newsroom.requests:
            await asyncio.sleep(0)
        error = await failure(client, url)
        assert isinstance(error, NotAskedError)
        assert (error.host, error.retry_after, error.permanent) == ("127.0.0.1", None, False)
        assert str(error) == "our turn at 127.0.0.1 did not come within 0.05 s"
        held.set()
        assert ((await first).body, (await client.get(url)).body) == (b"x", b"x")
    assert len(newsroom.requests) == 2


async def test_a_dead_server_is_told_in_words_and_may_come_back(http):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = await failure(http, f"http://127.0.0.1:{port}/feed")
    assert not error.permanent
    assert "no connection" in str(error)


async def test_a_name_that_does_not_exist_is_told_in_words(http):
    error = await failure(http, "http://nowhere.invalid/feed")
    assert "nowhere.invalid was not found" in str(error)


@pytest.mark.parametrize("where", ["before the headers", "in the body"])
async def test_the_time_limit_holds_for_the_whole_answer(newsroom, http, where):
    async def drip(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        if where == "in the body":
            await response.prepare(request)
        while True:
            await asyncio.sleep(0.05)
            if where == "in the body":
                await response.write(b".")

    error = await failure(http, newsroom.does("/slow", drip), timeout=0.3)
    assert not error.permanent
    assert "no complete answer within" in str(error)


async def test_an_endless_body_is_cut_off_at_the_limit(newsroom, http):
    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 10_000)

    error = await failure(http, newsroom.does("/endless", endless), limit_bytes=100_000)
    assert error.permanent
    assert "longer than 100,000 bytes" in str(error)


async def test_a_length_that_is_announced_too_long_is_not_read(newsroom, http):
    error = await failure(http, newsroom.says("/big", b"x" * 2000), limit_bytes=1000)
    assert "longer than" in str(error)


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_a_compression_bomb_is_cut_off_with_little_memory(newsroom, http, name, pack):
    url = newsroom.says("/bomb", pack(bytes(100_000_000)), Content_Encoding=name)
    tracemalloc.start()
    error = await failure(http, url, limit_bytes=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "longer than" in str(error)
    assert peak < 20_000_000


async def test_a_compressed_body_arrives_unpacked(newsroom, http):
    url = newsroom.says("/feed", gzip.compress(b"<rss/>"), Content_Encoding="gzip")
    assert (await http.get(url)).body == b"<rss/>"


@pytest.mark.parametrize("packed", ["gzip, gzip", "br", "compress", "gzip"])
async def test_compression_we_cannot_read_is_a_failure_not_rubbish(newsroom, http, packed):
    assert await failure(http, newsroom.says("/feed", b"not that at all", Content_Encoding=packed))


async def test_a_body_shorter_than_announced_is_a_failure(http):
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
        writer.close()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as server:
        error = await failure(http, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert not error.permanent
    assert "broke off" in str(error)


@pytest.mark.parametrize("answer", [b"garbage\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"])
async def test_what_is_not_http_is_a_failure(http, answer):
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(say, "127.0.0.1", 0) as server:
        assert await failure(http, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")


async def test_a_redirect_loop_ends_after_five(newsroom, http):
    error = await failure(http, newsroom.says("/loop", status=302, Location="/loop"))
    assert "redirects" in str(error)
    assert len(newsroom.requests) == 6


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "//[::1]/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://user:secret@127.0.0.1/",
        "http://[bad",
        "http://127.0.0.1\\@example.com/",
    ],
)
async def test_a_redirect_is_vetted_like_a_first_address(newsroom, http, location):
    error = await failure(http, newsroom.says("/feed", status=302, Location=location))
    assert error.permanent
    assert "secret" not in str(error)
    assert len(newsroom.requests) == 1


async def test_validators_do_not_follow_to_another_host(newsroom, http):
    there = newsroom.says("/there", "x").replace("127.0.0.1", "localhost")
    url = newsroom.says("/feed", status=302, Location=there)
    async with Http(user_agent="t", allow_networks=["127.0.0.0/8"], resolver=LyingResolver("127.0.0.1")) as client:
        await client.get(url, headers={"If-None-Match": '"1"', "Accept": "a/b"})
    assert newsroom.requests[0].headers["If-None-Match"] == '"1"'
    assert "If-None-Match" not in newsroom.requests[1].headers
    assert newsroom.requests[1].headers["Accept"] == "a/b"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "①②⑦.0.0.1"])
async def test_nothing_on_this_machine_is_dialled_unless_allowed(newsroom, host):
    newsroom.says("/feed", "x")
    async with Http(user_agent="t") as client:
        error = await failure(client, newsroom.root.replace("127.0.0.1", host) + "/feed")
    assert newsroom.requests == []
    assert error.permanent or "not found" in str(error) or "no connection" in str(error)


async def test_a_lying_resolver_does_not_get_around_the_guard(newsroom):
    newsroom.says("/", "x")
    async with Http(user_agent="t", resolver=LyingResolver("127.0.0.1", "10.0.0.1")) as client:
        error = await failure(client, "http://news.example:8080/")
    assert error.permanent
    assert "is not allowed" in str(error)


class Rebinding(AbstractResolver):
    """Gives one address after the other for the same name."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = iter(addresses)

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        address = next(self.addresses)
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None: ...


async def test_a_name_that_becomes_a_private_address_is_refused_then(newsroom):
    """127.0.0.1 stands for an address that may be dialled, 127.0.0.2 for one that may not; both answer."""
    newsroom.says("/", "x", Connection="close")
    port = int(newsroom.root.rpartition(":")[2])
    async with (
        await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.2", port),
        Http(
            user_agent="t",
            allow_networks=["127.0.0.1/32"],
            min_gap=0.0,
            resolver=Rebinding("127.0.0.1", "127.0.0.2"),
        ) as client,
    ):
        await client.get(f"http://news.example:{port}/")
        client._sessions[()].connector.clear_dns_cache()  # as after its five minutes
        error = await failure(client, f"http://news.example:{port}/")
    assert "127.0.0.2 is not allowed" in str(error)


async def test_none_of_the_addresses_of_a_name_is_tried_that_is_not_allowed(newsroom):
    """The first one is allowed and dead; falling back to the next must be vetted as well."""
    newsroom.says("/", "x")
    port = newsroom.root.rpartition(":")[2]
    async with Http(
        user_agent="t", allow_networks=["127.0.0.9/32"], resolver=LyingResolver("127.0.0.9", "127.0.0.1")
    ) as client:
        error = await failure(client, f"http://news.example:{port}/")
    assert newsroom.requests == []
    assert "127.0.0.1 is not allowed" in str(error)


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "0", "127.0.0.1.", "[::]"),
        *("[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]"),
        *("[fe80::1%25lo]", "[::1%25lo]", "[::ffff:0:127.0.0.1]"),
    ],
)
async def test_no_spelling_of_this_machine_is_dialled(newsroom, host):
    """With the system's own resolver: it reads all of these without asking anybody."""
    newsroom.says("/", "x")
    async with Http(user_agent="t", min_gap=0.0) as client:
        await failure(client, f"http://{host}:{newsroom.root.rpartition(':')[2]}/")
    assert newsroom.requests == []


async def test_other_ports_are_open_only_in_allowed_networks():
    public = Guard(["192.168.7.0/24"])
    assert public.refusal("93.184.216.34", 8443) is None
    assert "port 22" in (public.refusal("93.184.216.34", 22) or "")
    assert public.refusal("192.168.7.9", 5000) is None
    assert public.refusal("192.168.8.9", 80)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.31.255.254", "192.168.1.1"),
        *("198.18.0.1", "192.0.2.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "255.255.255.255"),
        *("168.63.129.16", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254"),
        *("::ffff:0:127.0.0.1", "2002:a00:1::1", "2001:10::1", "3fff::1", "5f00::1", "::ffff:169.254.169.254"),
        *("fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1"),
        "100::1",
    ],
)
def test_addresses_that_are_not_public_are_refused(address):
    assert Guard().refusal(address, 80)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "64:ff9b::101:101"]
)
def test_public_addresses_are_allowed(address):
    assert Guard().refusal(address, 443) is None


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "//a.example/", "a.example", "http://", "http:///x", "http://a.example:0/", "", "http://[",
            "http://a.example/\r\nHost: b", "http://a\\@b.example/", "data:text/xml,<rss/>"]
)  # fmt: skip
def test_what_is_no_web_address_is_refused_before_anything_is_asked(url):
    with pytest.raises(FetchError) as caught:
        parse_url(url)
    assert caught.value.permanent


@given(st.text(alphabet="htps:/@.[]%\\#?127.0xfFé①a\t \n-_;&=", max_size=40))
@example("[]@")
def test_every_address_is_either_read_or_refused_in_our_words(text):
    for url in (text, f"http://{text}"):
        try:
            found = parse_url(url)
        except FetchError:
            continue
        assert found.scheme in ("http", "https")
        assert found.host
        assert "@" not in show(found).partition("://")[2].partition("/")[0]


@given(st.text(max_size=40))
@example("http://[]@")
@example("//[]@/")
def test_every_redirect_is_either_followed_or_refused_in_our_words(location):
    url = parse_url("https://reader:hunter2@news.example/a")
    try:
        following, said = _following(url, location, 302), ""
    except FetchError as error:
        following, said = url, str(error)
    assert following.scheme == "https"
    assert "hunter2" not in said


async def test_messages_show_neither_passwords_nor_tokens(newsroom, http):
    url = newsroom.says("/feed", status=403).replace("://", "://reader:hunter2@") + "?token=abc123"
    error = await failure(http, url)
    assert newsroom.requests[0].headers["Authorization"].startswith("Basic ")
    assert "hunter2" not in str(error)
    assert "reader" not in str(error)
    assert "abc123" not in str(error)
    assert show(parse_url("https://u:p@a.example/x?k=v#f")) == "https://a.example/x?…"


async def test_at_most_two_requests_at_once_go_to_one_host(newsroom, http):
    inside = most = 0
    both_in = asyncio.Event()

    async def count(request: web.BaseRequest) -> web.Response:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        if inside == 2:
            both_in.set()
        await both_in.wait()
        inside -= 1
        return web.Response()

    url = newsroom.does("/feed", count)
    await asyncio.gather(*(http.get(url) for _ in range(6)))
    assert most == 2


async def test_starts_at_one_host_are_a_gap_apart_and_other_hosts_do_not_wait():
    gate = HostGate(at_once=2, gap=0.05)
    loop = asyncio.get_running_loop()
    starts: list[tuple[str, float]] = []

    async def visit(host: str) -> None:
        await gate.enter(host)
        starts.append((host, loop.time()))
        gate.leave(host)

    await asyncio.gather(*(visit(host) for host in ("a", "a", "a", "b")))
    times = [time for host, time in starts if host == "a"]
    assert [host for host, _ in starts][:2] == ["a", "b"]
    assert all(later - earlier >= 0.049 for earlier, later in pairwise(times))


async def test_the_gap_grows_with_the_time_that_a_host_takes_and_shrinks_back():
    gate = HostGate(gap=1.0, longest=30.0)
    gate.answered("a", 0.2)
    assert gate.gap("a") == 1.0, "a quick host has the least gap"
    for _ in range(5):
        gate.answered("a", 4.0)
    assert gate.gap("a") == 8.0
    gate.answered("a", 60.0)
    assert gate.gap("a") == 8.0, "one slow answer says nothing"
    for _ in range(5):
        gate.answered("a", 60.0)
    assert gate.gap("a") == 30.0, "but never longer than this"
    for _ in range(3):
        gate.answered("a", 0.1)
    assert gate.gap("a") == 1.0
    assert gate.gap("b") == 1.0


async def test_the_gap_is_what_the_host_asks_for_within_bounds():
    gate = HostGate(gap=1.0, longest=30.0)
    for asked, gap in ((10.0, 10.0), (0.1, 1.0), (86400.0, 30.0), (0.0, 1.0)):
        gate.pace("a", asked)
        assert gate.gap("a") == gap


async def test_a_gap_longer_than_the_longest_stays_as_it_was_set():
    gate = HostGate(gap=60.0, longest=30.0)
    gate.answered("a", 300.0)
    assert gate.gap("a") == 60.0


async def test_no_gap_means_none_even_for_slow_hosts():
    gate = HostGate(gap=0.0)
    gate.answered("a", 20.0)
    assert gate.gap("a") == 0.0


async def test_silence_without_a_time_doubles_up_to_a_quarter_of_an_hour_and_ends_with_an_answer():
    gate = HostGate()
    seen = []
    for _ in range(6):
        gate.answered("a", 0.1, refused=True)
        gate.silence("a")
        seen.append(round(gate.silent_for("a"), -1))
    assert seen == [60, 120, 240, 480, 900, 900]
    gate.answered("b", 0.1, refused=True)
    gate.answered("b", 0.1)
    gate.answered("b", 0.1, refused=True)
    gate.silence("b")
    assert round(gate.silent_for("b"), -1) == 60


async def test_the_time_of_answers_and_of_none_is_measured(newsroom, http):
    async def late(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(0.05)
        return web.Response()

    async def never(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    await http.get(newsroom.does("/late", late))
    await failure(http, newsroom.does("/never", never), timeout=0.3)
    took = http._gate._hosts["127.0.0.1"].took
    assert [took[0] >= 0.05, took[1] >= 0.29, len(took)] == [True, True, 2]


async def test_a_dot_at_the_end_makes_no_other_host(newsroom):
    newsroom.says("/", "x")
    async with Http(
        user_agent="t", allow_networks=["127.0.0.0/8"], min_gap=0.0, resolver=LyingResolver("127.0.0.1")
    ) as client:
        for host in ("News.Example", "news.example."):
            await client.get(newsroom.root.replace("127.0.0.1", host) + "/")
        assert list(client._gate._hosts) == ["news.example"]


async def test_of_a_long_body_the_beginning_may_be_enough(newsroom, http):
    url = newsroom.says("/long", gzip.compress(b"x" * 5000), Content_Encoding="gzip")
    assert (await http.get(url, limit_bytes=1000, cut=True)).body == b"x" * 1000


async def test_the_gate_forgets_hosts_that_nobody_asks_any_more():
    gate = HostGate(gap=0.0)
    for number in range(15_000):
        await gate.enter(f"host-{number}")
        gate.leave(f"host-{number}")
    assert len(gate._hosts) <= 5001
