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

from monitor.errors import FetchError
from monitor.fetch.addresses import Guard
from monitor.fetch.gate import HostGate
from monitor.fetch.http import Http, parse_url, retry_after, show

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
    assert again.retry_after is not None
    assert 0 < again.retry_after <= 120


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
        async with gate.turn(host):
            starts.append((host, loop.time()))

    await asyncio.gather(*(visit(host) for host in ("a", "a", "a", "b")))
    times = [time for host, time in starts if host == "a"]
    assert [host for host, _ in starts][:2] == ["a", "b"]
    assert all(later - earlier >= 0.049 for earlier, later in pairwise(times))


async def test_the_gate_forgets_hosts_that_nobody_asks_any_more():
    gate = HostGate(gap=0.0)
    for number in range(3000):
        async with gate.turn(f"host-{number}"):
            pass
    assert len(gate._hosts) <= 1001
