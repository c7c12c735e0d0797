"""Web hooks signed after Standard Webhooks 1.0 (https://www.standardwebhooks.com): their addresses and signatures.

webhooks://receiver.example/news?secret=${WEBHOOK_SECRET}        (webhook:// over http)
…?secret=${WEBHOOK_SECRET}&secret=${FORMER_WEBHOOK_SECRET}       while one takes the other's place
"""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence

SCHEMES: Mapping[str, str] = {"webhook": "json", "webhooks": "jsons"}  # with that of the same hook without signature
PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret
MOST = 2  # secrets
HINT = f'a secret is made by: echo "{PREFIX}$(openssl rand -base64 32)"; see docs/messages.md, Signed web hooks'
_PARAMETER = "secret"


def is_signed(url: str) -> bool:
    return _scheme(url) in SCHEMES


def keys_of(url: str) -> tuple[bytes, ...]:
    """The keys in the address of a signed hook, the newest first. Raises ValueError, with no part of the address."""
    secrets = [value for name, value in _parameters(url) if name == _PARAMETER]
    if not secrets:
        raise ValueError(f"a signed web hook needs a secret: end its address with ?{_PARAMETER}=${{NAME}}")
    if len(secrets) > MOST:
        raise ValueError(f"a signed web hook takes {MOST} secrets at most: the new one, and the one before it")
    return tuple(_key(secret, f"{_PARAMETER} {place}") for place, secret in enumerate(secrets, 1))


def objection(url: str) -> str:
    """What is wrong with the secrets of an address; "" for any other that is not to be signed."""
    try:
        keys_of(url) if is_signed(url) else ()
    except ValueError as error:
        return str(error)
    return ""


def unsigned(url: str) -> str:
    """The same hook without its secrets; any other address as it is."""
    if not is_signed(url):
        return url
    rest = url.partition("://")[2].partition("?")[0]
    others = ((name, value) for name, value in _parameters(url, as_written=True) if name.lower() != _PARAMETER)
    kept = "&".join(f"{name}={value}" for name, value in others)
    return f"{SCHEMES[_scheme(url)]}://{rest}{'?' if kept else ''}{kept}"


def headers(keys: Sequence[bytes], name: str, at: int, body: bytes) -> dict[str, str]:
    """What goes out beside the body. `name` has no full stop and is the same for every try, `at` is the time of this
    one in seconds since 1970."""
    said = f"{name}.{at}.".encode() + body
    signatures = (b64encode(hmac.digest(key, said, "sha256")).decode() for key in keys)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _scheme(url: str) -> str:
    return url.strip().partition("://")[0].lower()


def _parameters(url: str, as_written: bool = False) -> Iterator[tuple[str, str]]:
    """Names and values as they stand there: base64 has a plus, which a query would take for a blank."""
    for part in filter(None, url.strip().partition("?")[2].split("&")):
        name, _, value = part.partition("=")
        yield name if as_written else name.lower(), value


def _key(secret: str, which: str) -> bytes:
    if not secret.startswith(PREFIX):
        raise ValueError(f"{which} does not begin with {PREFIX}")
    written = secret.removeprefix(PREFIX)
    try:
        key = b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{which} is not base64 after {PREFIX}") from None
    if not SHORTEST <= len(key) <= LONGEST:
        much = "short" if len(key) < SHORTEST else "long"
        raise ValueError(f"{which} is too {much}: {len(key)} bytes")
    return key
