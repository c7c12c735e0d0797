"""Web hooks in a process of their own that take what they are posted, and note when.

`/dead` takes a connection and never answers. `/times`, to a GET, gives and forgets what was noted.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_KEY = re.compile(rb"alerts show (\S+?)[\"\\]")
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(frozen=True, slots=True)
class Receivers:
    port: int

    def times(self) -> list[tuple[str, str, float]]:
        """(path, alert key, seconds since the epoch) of each message since the last question."""
        with urlopen(f"http://127.0.0.1:{self.port}/times", timeout=30) as got:  # our own server on loopback
            return [(path, key, at) for path, key, at in json.load(got)]


@contextmanager
def receiving() -> Iterator[Receivers]:
    """Until the block ends."""
    command = [sys.executable, "-m", "benchmarks._receivers"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Receivers(int(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait(10)


async def _main() -> None:
    noted: list[tuple[str, str, float]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                if path == "/times":
                    body = json.dumps(noted).encode()
                    noted.clear()
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                    continue
                found = _LENGTH.search(head)
                body = await reader.readexactly(int(found[1]) if found else 0)
                if path == "/dead":
                    await reader.read()  # until it gives up
                    break
                key = _KEY.search(body)
                noted.append((path, key[1].decode() if key else "", time.time()))
                writer.write(_OK)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever started us is gone


if __name__ == "__main__":
    asyncio.run(_main())
