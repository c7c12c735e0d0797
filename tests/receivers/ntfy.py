"""A server of ntfy with its defaults, and a web hook of one's own that takes any JSON.

- Publishing is a POST of JSON to `/` with at least `topic`, or of the bare message to `/TOPIC`.
  https://docs.ntfy.sh/publish/#publish-as-json
- "Each message can be up to 4,096 bytes long. Longer messages are treated as attachments."
  https://docs.ntfy.sh/publish/#limitations
- Errors are JSON with `code`, `http` and `error`: 42901 "limit reached: too many requests", 41303 "JSON body too large"
  (twice the length of a message). https://github.com/binwiederhier/ntfy/blob/main/server/errors.go
  Services in front of it say Retry-After in the header.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from tests.receivers.base import HttpReceiver, Refusal, Reply, Shown, as_json

LONGEST_MESSAGE = 4_096  # bytes; what reaches it is an attachment
TOPIC = "desk_hunter2topic"


class Ntfy(HttpReceiver):
    def __init__(self, topic: str = TOPIC) -> None:
        super().__init__()
        self.topic = topic

    def too_many(self, seconds: int) -> Reply:
        said = {"code": 42901, "http": 429, "error": "limit reached: too many requests"}
        return as_json(429, said, Retry_After=str(seconds))

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        url = urlsplit(path)
        if url.path == "/":
            topic, title, message = self._json(body)
            filed = False
        else:
            topic, title, message = url.path.strip("/"), headers.get("title", ""), body
            filed = "filename" in parse_qs(url.query) or "filename" in headers
        if topic != self.topic:
            raise Refusal(as_json(403, {"code": 40301, "http": 403, "error": "forbidden"}))
        filed = filed or len(message) >= LONGEST_MESSAGE
        text = "You received a file: attachment.txt" if filed else message.decode()
        self.shown.append(Shown(title or text.partition("\n")[0], f"{title}\n{text}", whole=not filed))
        return as_json(200, {"id": f"m{len(self.shown)}", "event": "message", "topic": topic, "message": text})

    def _json(self, body: bytes) -> tuple[str, str, bytes]:
        if len(body) > 2 * LONGEST_MESSAGE:
            raise Refusal(as_json(413, {"code": 41303, "http": 413, "error": "JSON body too large"}))
        try:
            said = json.loads(body)
            return said["topic"], said.get("title", ""), said.get("message", "").encode()
        except (ValueError, KeyError, AttributeError):
            wrong = {"code": 40017, "http": 400, "error": "invalid request: request body must be message JSON"}
            raise Refusal(as_json(400, wrong)) from None


class Hook(HttpReceiver):
    """Takes the JSON of `json://`, whole and as it is; knows one path."""

    path = "/hook/hunter2path"

    def too_many(self, seconds: int) -> Reply:
        return as_json(429, {}, Retry_After=str(seconds))

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        if urlsplit(path).path.rstrip("/") != self.path:
            raise Refusal(as_json(404, {}))
        said = json.loads(body)
        self.shown.append(Shown(said["title"], f"{said['title']}\n{said['message']}"))
        return as_json(200, {})
