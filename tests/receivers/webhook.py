"""A receiver of Standard Webhooks: what is not signed, is old or was there before it does not take.

- "verify the `webhook-timestamp` header has a timestamp that is within some allowable tolerance", "use the `webhook-id`
  header as an idempotency key", "410 Gone … no longer interested in receiving webhooks from this source".
  https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
- Signature and age (five minutes, by the real clock) are judged by the specification's own library.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.receivers.base import HttpReceiver, Refusal, Reply, Shown, as_json

SECRET = "whsec_hunter2+A/" + "Q+/R" * 9
FORMER = "whsec_" + "hunter2B" * 5


class SignedHook(HttpReceiver):
    """Knows one path and one secret. `events` are the bodies that it took, `doubles` the ids that came again and were
    dropped, unless it does not remember them."""

    path = "/hook/hunter2path"

    def __init__(self, secret: str = SECRET, *, remembers: bool = True) -> None:
        super().__init__()
        self.secret, self.gone, self._remembers = secret, False, remembers
        self.events: list[dict[str, Any]] = []
        self.requests: list[dict[str, str]] = []
        self.doubles: list[str] = []
        self._known: set[str] = set()

    def too_many(self, seconds: int) -> Reply:
        return as_json(429, {}, Retry_After=str(seconds))

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        self.requests.append(headers)
        if self.gone:
            raise Refusal(as_json(410, {}))
        if urlsplit(path).path != self.path or headers.get("content-type") != "application/json":
            raise Refusal(as_json(404, {}))
        try:
            event = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError as error:
            raise Refusal(as_json(401, {"error": str(error)})) from None
        if self._remembers and headers["webhook-id"] in self._known:
            self.doubles.append(headers["webhook-id"])
            return Reply(204, b"")
        self._known.add(headers["webhook-id"])
        self.events.append(event)
        data = event["data"]
        self.shown.append(Shown(data["title"], f"{data['title']}\n{data['text']}"))
        return Reply(204, b"")
