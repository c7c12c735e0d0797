"""A real chat server for tests: Matrix Synapse on loopback, and what a client of it reads.

`scripts/synapse` puts it into an environment of its own; MONITOR_TEST_SYNAPSE names the Python of another one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import subprocess
import tempfile
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.optional import ROOT, missing
from tests.receivers.base import HttpReceiver, Reply, Shown, as_json
from tests.receivers.channels import Reached, closed_port
from tests.servers import eventually

START = 240.0  # seconds; it takes two, but on a busy machine and when nothing is compiled yet
PYTHON = ROOT / "var" / "synapse" / "bin" / "python"
_MANY = {"per_second": 1_000, "burst_count": 1_000}


class Answer(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, said: Any):
        super().__init__(f"HTTP {status}: {said}")
        self.status = status


@dataclass
class Account:
    """Somebody with an account, and their client."""

    url: str
    name: str = ""
    token: str = ""

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What the server says. Raises Answer."""
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise Answer(error.code, error.read().decode()) from None

    def events(self, room: str) -> list[dict[str, Any]]:
        """The messages in a room, oldest first."""
        found = self.ask("GET", f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=f&limit=100")
        return [event for event in found["chunk"] if event["type"] == "m.room.message"]

    def rung(self) -> set[str]:
        """Ids of the messages that rang: the server has judged them by this person's push rules."""
        found = self.ask("GET", "/_matrix/client/v3/notifications?only=highlight&limit=100")
        return {each["event"]["event_id"] for each in found["notifications"]}


@dataclass
class Synapse:
    port: int
    secret: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def account(self, name: str, password: str) -> Account:
        path = "/_synapse/admin/v1/register"
        nonce = Account(self.url).ask("GET", path)["nonce"]
        signed = "\0".join([nonce, name, password, "admin"]).encode()
        mac = hmac.new(self.secret.encode(), signed, hashlib.sha1).hexdigest()
        wanted = {"nonce": nonce, "username": name, "password": password, "admin": True, "mac": mac}
        made = Account(self.url).ask("POST", path, wanted)
        return Account(self.url, made["user_id"], made["access_token"])


@contextmanager
def server() -> Iterator[Synapse]:
    """A homeserver on a free port, stopped at the end; without Synapse the tests are skipped, on CI they fail."""
    python = Path(os.environ.get("MONITOR_TEST_SYNAPSE") or PYTHON)
    if not python.exists():
        missing(f"no Synapse: there is no {python}; scripts/synapse makes it")
    with tempfile.TemporaryDirectory(prefix="monitor-synapse-") as folder:
        synapse = Synapse(closed_port(), secrets.token_hex())
        config = Path(folder, "homeserver.json")  # YAML is a superset
        config.write_text(json.dumps(_configuration(synapse, folder)))
        command = [str(python), "-m", "synapse.app.homeserver", "--config-path", str(config)]
        Path(folder, "key").write_text(f"ed25519 a_1 {b64encode(secrets.token_bytes(32)).decode().rstrip('=')}\n")
        with Path(folder, "output").open("wb") as output:
            process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        try:
            eventually(lambda: process.poll() is not None or _healthy(synapse.url), START, "Synapse answers")
            if process.poll() is not None:
                missing(f"Synapse does not start: {Path(folder, 'output').read_text()[-2_000:]}")
            yield synapse
        finally:
            process.terminate()
            process.wait(30)


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _configuration(synapse: Synapse, folder: str) -> dict[str, Any]:
    client = {"names": ["client"], "compress": False}
    listener = {"port": synapse.port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [client]}
    limits = {"local": _MANY, "per_room": _MANY, "per_user": _MANY, "per_issuer": _MANY}
    return {
        "server_name": "desk.example",
        "pid_file": f"{folder}/pid",
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": f"{folder}/homeserver.db"}},
        "log_config": None,
        "media_store_path": f"{folder}/media",
        "signing_key_path": f"{folder}/key",
        "macaroon_secret_key": secrets.token_hex(),
        "registration_shared_secret": synapse.secret,
        "bcrypt_rounds": 4,
        "report_stats": False,
        "trusted_key_servers": [],
        "rc_message": _MANY,
        "rc_joins": limits,
        "rc_invites": limits,
        "rc_login": {"address": _MANY, "account": _MANY, "failed_attempts": _MANY},
    }


class Breaker(HttpReceiver):
    """Stands before the homeserver and passes all on, but breaks on demand what sends a message."""

    def __init__(self, homeserver: str):
        super().__init__()
        self.homeserver = homeserver

    def handle(self, request: Any) -> None:
        self.method = request.command
        if "/send/" in request.path:
            super().handle(request)
            return
        mood, busy = self.mood, self.busy
        self.mood, self.busy = type(mood).WELL, None
        try:
            super().handle(request)
        finally:
            self.mood, self.busy = mood, busy

    def too_many(self, seconds: int) -> Reply:
        """https://spec.matrix.org/v1.15/client-server-api/#rate-limiting"""
        said = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": seconds * 1_000}
        return as_json(429, said)

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        request = urllib.request.Request(self.homeserver + path, body or None, method=self.method)
        for name in ("authorization", "content-type"):
            if name in headers:
                request.add_header(name, headers[name])
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Reply(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.read())


class MatrixChannel(Reached):
    """A room of the person on duty, to which the monitor writes through the breaker.

    `login`: user and password, where it is not the token that the URL holds.
    """

    def __init__(self, receiver: Breaker, bot: Account, night: Account, login: str = ""):
        self.receiver, self._bot, self._night = receiver, bot, night
        self.secrets = (bot.token,)
        self._login = login or bot.token
        powers = {"users": {bot.name: 100}}  # the monitor may ring the whole room
        wanted = {"invite": [bot.name], "power_level_content_override": powers}
        self.room = night.ask("POST", "/_matrix/client/v3/createRoom", wanted)["room_id"]
        bot.ask("POST", f"/_matrix/client/v3/join/{quote(self.room)}", {})

    def url_at(self, port: int) -> str:
        # The ids of newer rooms do not name a server, hence hsreq.
        return f"matrix://{self._login}@127.0.0.1:{port}/{self.room}?hsreq=no"

    @contextmanager
    def refusing(self) -> Iterator[None]:
        self._do("ban")
        yield

    def _do(self, what: str) -> None:
        self._night.ask("POST", f"/_matrix/client/v3/rooms/{quote(self.room)}/{what}", {"user_id": self._bot.name})

    def shown(self) -> list[Shown]:
        rung = self._night.rung()
        return [_read(event, rung) for event in self._night.events(self.room)]


def _read(event: dict[str, Any], rung: set[str]) -> Shown:
    text = event["content"]["body"]
    rings = ("night",) if event["event_id"] in rung else ()
    return Shown(text.partition("\n")[0], text, rings, html=event["content"].get("formatted_body", ""))
