"""A dead-man's switch that judges as Healthchecks does, self-hosted and as the service healthchecks.io.

- GET and POST of a check's address say that all is well: 200 and `OK`; `/fail` behind it says the contrary,
  `/log` neither; other methods are not taken. https://healthchecks.io/docs/http_api/
- An address with a ping key and a slug makes a check where it ends in `?create=1` (201); a slug that several checks
  have is refused (409).
- Whom nobody knows is answered 404. The service answers 200 to the address of a check by its UUID in every case, and
  says in the text that it does not count: `OK (not found)`, `OK (rate limited)`; to a slug it says 404 and 429.
  https://github.com/bdd/runitor/issues/66
- It takes five pings a minute for one check; the software that it runs on has no such limit.
- A check may take POST only: others are noted and answered like any, and count for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.servers import Server

UUID = "/5ee8f2ac-7f0b-4c3e-9d51-0a6f3f3b8a10"
SLUG = "/fqOOd6F4MMNuCEnzTU01w/monitor"
MOST = 5  # a minute


@dataclass
class Check:
    """`counted`: pings that say that all is well; `asked`: methods and paths of all requests."""

    counted: int = 0
    failed: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)


class Healthchecks(Server):
    """`hosted`: as the service. All that it is asked comes within a minute."""

    def __init__(self, *, hosted: bool = False, known: bool = True, namesakes: bool = False, post_only: bool = False):
        super().__init__()
        self.hosted, self.known, self.namesakes, self.post_only = hosted, known, namesakes, post_only
        self.check = Check()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        method, path = request.command, request.path
        self.check.asked.append((method, path))
        status, body = self._judge(method, path)
        request.send_response(status)
        request.send_header("Content-Type", "text/plain; charset=utf-8")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body.encode())

    def _judge(self, method: str, path: str) -> tuple[int, str]:
        if method not in ("GET", "POST"):
            return 405, ""
        path, _, query = path.partition("?")
        by_slug = path.startswith(SLUG)
        lenient = self.hosted and not by_slug
        created = by_slug and not self.known and "create=1" in query
        if not path.startswith((UUID, SLUG)) or not (self.known or created):
            return (200, "OK (not found)") if lenient else (404, "not found")
        if by_slug and self.namesakes:
            return 409, "ambiguous slug"
        if self.hosted and len(self.check.asked) > MOST:
            return (200, "OK (rate limited)") if lenient else (429, "rate limit exceeded")
        if path.endswith("/fail"):
            self.check.failed += 1
        elif not path.endswith("/log") and not (self.post_only and method != "POST"):
            self.check.counted += 1
        return (201, "Created") if created else (200, "OK")
