"""What a browser holds of somebody who has logged in, and a program of its token: 256 random bits. We keep digests."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from starlette.responses import Response

IDLE, LASTS = timedelta(hours=12), timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)  # how exactly we know when a session or token was last used
TOKEN_PREFIX = "mon_"  # noqa: S105  # those who look for secrets in files know it by this


def fresh() -> str:
    return secrets.token_urlsafe(32)


def fresh_token() -> str:
    return TOKEN_PREFIX + fresh()


def digest_of(secret: str) -> str:
    """No salt, no work: there is nothing to guess in 256 bits."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def seen_since(now: datetime) -> datetime:
    """A session that was not used since then is over."""
    return now - IDLE


def cookie_name(secure: bool) -> str:
    """With this prefix browsers take it from this very host only, and by https."""
    return "__Host-session" if secure else "session"


def put_cookie(answer: Response, secret: str, secure: bool) -> None:
    """Lax and not strict: links in messages lead to pages of ours."""
    lasts = int(LASTS.total_seconds())
    answer.set_cookie(
        cookie_name(secure), secret, max_age=lasts, path="/", secure=secure, httponly=True, samesite="lax"
    )


def drop_cookie(answer: Response, secure: bool) -> None:
    answer.delete_cookie(cookie_name(secure), path="/", secure=secure, httponly=True, samesite="lax")
