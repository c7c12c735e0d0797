"""Web hooks posted without Apprise: the same request, its own way, and what becomes of it."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import apprise
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request

from monitor.core.alerts import Message, Target
from monitor.errors import SendError
from monitor.notify import AppriseSender
from monitor.notify.urls import asset, instantiate
from tests.optional import missing

HELLO = Message(" Şəhər: embargo ", "Bədən :smile: “mətn” *<b>*\n\n")


@pytest.fixture
def sender() -> Iterator[AppriseSender]:
    sender = AppriseSender(connect=1, read=2, overall=5, pace=0)
    yield sender
    sender.close()


def to(url: str) -> Target:
    return Target("urgent", "night", url)


def told(request: Request) -> dict[str, object]:
    """All of a request but what belongs to its connection."""
    connection = {"Connection", "Accept-Encoding", "Content-Length", "Remote-Addr"}
    headers = {name: value for name, value in request.headers.items() if name not in connection}
    return {"method": request.method, "url": request.url, "headers": headers, "body": json.loads(request.data)}


@pytest.mark.parametrize(
    "url",
    [
        "json://{}",
        "json://{}/",
        "json://{}/a%20b/ç?x=1",
        "json://desk:p%40ss%2Fword@{}/hook",
        "json://desk@{}/hook",
        "json://{}/hook?+X-Token=a%20b&+Content-Type=application/vnd.desk%2Bjson&+User-Agent=desk",
        "json://{}/hook?-key=a%26b&-other=ç",
        "json://{}/hook?:room=night&:message=text&:attachments=&:title=title&:version=type",
        "json://{}/hook?method=put",
        "json://{}/hook?format=html",
        "json://{}/hook?format=markdown",
        "json://{}/hook?emojis=yes",
        "json://{}/hook?verify=no&rto=9&cto=8",
    ],
)
async def test_a_hook_gets_what_apprise_would_send(sender: AppriseSender, httpserver: HTTPServer, url: str) -> None:
    httpserver.expect_request(re.compile(".*")).respond_with_data("ok")
    url = url.format(f"127.0.0.1:{httpserver.port}")
    await sender.send(to(url), HELLO)
    apprises = apprise.Apprise(asset=asset())
    apprises.add(instantiate(url, asset()))
    assert await asyncio.to_thread(apprises.notify, title=HELLO.title, body=HELLO.body, body_format="text")
    ours, theirs = (told(request) for request, _ in httpserver.log)
    assert ours == theirs


async def test_a_hook_behind_a_proxy_of_the_environment_is_reached_through_it(
    sender: AppriseSender, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", httpserver.url_for(""))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    httpserver.expect_request("/hook").respond_with_data("ok")
    await sender.send(to("json://desk.invalid/hook"), HELLO)
    [(request, _)] = httpserver.log
    assert request.headers["Host"] == "desk.invalid"


async def test_each_message_has_a_connection_of_its_own(sender: AppriseSender, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    for _ in range(3):
        await sender.send(to(f"json://127.0.0.1:{httpserver.port}/hook"), HELLO)
    ports = {request.environ["REMOTE_PORT"] for request, _ in httpserver.log}
    assert len(ports) == 3
    assert {request.headers["Connection"] for request, _ in httpserver.log} == {"close"}


async def test_a_hook_that_took_too_long_is_left_and_the_next_message_may_go(deaf_port: int) -> None:
    sender = AppriseSender(connect=1, read=3, overall=0.1)
    try:
        for _ in range(2):
            with pytest.raises(SendError, match=r"within 0\.1 s; it may have arrived") as caught:
                await sender.send(to(f"json://127.0.0.1:{deaf_port}/"), HELLO)
            assert caught.value.unknown
    finally:
        sender.close()


def certificate(folder: Path) -> Path:
    """Key and certificate of 127.0.0.1 in one file, signed by nobody but itself."""
    openssl = shutil.which("openssl") or missing("no openssl to make a certificate with")
    key, own, both = folder / "key.pem", folder / "own.pem", folder / "both.pem"
    command = f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout {key} -out {own}"
    subprocess.run([*command.split(), "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    both.write_text(key.read_text() + own.read_text())
    return both


async def test_a_certificate_that_nobody_vouches_for_is_refused_unless_the_url_or_the_environment_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        server.expect_request("/hook").respond_with_data("ok")
        url = f"jsons://127.0.0.1:{server.port}/hook"

        async def send(url: str) -> None:
            sender = AppriseSender(connect=5, read=5)
            try:
                await sender.send(to(url), HELLO)
            finally:
                sender.close()

        with pytest.raises(SendError, match="could not connect") as caught:
            await send(url)
        assert (caught.value.permanent, caught.value.unknown) == (False, False)
        assert not server.log
        await send(url + "?verify=no")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
        await send(url)
        assert len(server.log) == 2
