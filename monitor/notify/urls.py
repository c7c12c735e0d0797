"""Channel URLs: which are allowed, what each service can take, and apprise's object for one.

They hold tokens: nothing that is raised or logged here has a part of one in it but its scheme.
"""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Collection
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

import apprise

from monitor.core import payload, signing
from monitor.errors import ConfigurationError
from monitor.notify import services

CONSOLE = "console"
SCHEMES = frozenset(
    {
        *("console", "discord", "gchat", "json", "jsons", "mailto", "mailtos", "matrix", "matrixs", "mmost", "mmosts"),
        *("ntfy", "ntfys", "pover", "rocket", "rockets", "slack", "tgram", "webex", "webhook", "webhooks", "workflow"),
        *("workflows", "wxteams"),
    }
)

# URL parameters that read files, hide a failure, send twice or lead elsewhere.
_REFUSED_PARAMETERS = frozenset(
    {
        *("attach", "attach-as", "ca_bundle", "optional", "overflow", "pem", "pgpkey", "redirect", "retry"),
        *("template", "vapid-key", "wait"),
    }
)

# Room for title and body per scheme. Where Apprise adds markup on the way it is below what the service takes.
_FORMATS = {
    "slack": ("slack", 3_000),  # the most in one block
    "tgram": ("telegram", 4_096),
    "mailto": ("email", 0),
    "mailtos": ("email", 0),
    "discord": ("text", 2_000),
    "ntfy": ("text", 1_250),  # a file instead from 4,096 bytes on, in apprise from 8,000 of JSON in ASCII
    "ntfys": ("text", 1_250),
    "mmost": ("text", 3_500),
    "mmosts": ("text", 3_500),
    "gchat": ("text", 3_500),
    "webex": ("text", 3_500),
    "wxteams": ("text", 3_500),
    "pover": ("text", 1_000),
    "rocket": ("text", 1_000),
    "rockets": ("text", 1_000),
    "webhook": (payload.FORMAT, 0),
    "webhooks": (payload.FORMAT, 0),
}
LIMITS = {form: limit for form, limit in _FORMATS.values() if form not in ("text", payload.FORMAT)}
# Messages in a minute that a service takes from us, where it says so: Telegram's limit for groups.
_PER_MINUTE = {"tgram": 20}
# Of a signed hook, beside headers (+NAME=…, but ours) and parameters for its receiver (-NAME=…).
_SIGNED_PARAMETERS = frozenset({"secret", "verify", "cto", "rto"})
_LARGEST_PAYLOAD = 60_000  # characters


def scheme_of(url: str) -> str:
    """The scheme in lower case; "" if there is none, so that a bare token is never taken for one."""
    scheme, found, _ = url.strip().partition("://")
    return scheme.lower() if found and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]{0,19}", scheme) else ""


def format_for(url: str) -> tuple[str, int]:
    """Format and limit (in UTF-16 units, 0 = none) that suit a channel URL."""
    form, limit = _FORMATS.get(scheme_of(url), ("text", 0))
    if form == "slack" and not getattr(instantiate(url, asset()), "takes_markup", True):
        form = "text"  # of a workflow
    return form, limit


def per_minute_for(url: str) -> int:
    """The most messages in a minute for one target of this kind; 0 where there is no such limit."""
    return _PER_MINUTE.get(scheme_of(url), 0)


def check_url(url: str, schemes: Collection[str] = SCHEMES, channel: str = "") -> None:
    """Raises ConfigurationError, in words without any part of the URL but its scheme, if it cannot be used."""
    name = f"channel {channel}: " if channel else ""
    scheme = scheme_of(url)
    if not scheme:
        raise ConfigurationError(f"{name}not a URL; write it as SCHEME://…, for example slack://TokenA/TokenB/TokenC")
    if scheme not in schemes:
        raise ConfigurationError(f"{name}scheme {scheme}:// is not allowed; {_suggestion(scheme, schemes)}")
    if scheme == CONSOLE:
        return
    parameters = {key.lower() for key, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True)}
    if refused := sorted(parameters & _REFUSED_PARAMETERS):
        raise ConfigurationError(f"{name}URL parameter {refused[0]!r} is not allowed; take it out")
    if signing.is_signed(url):
        _check_signed(url, parameters, name)
    service = instantiate(url, asset())
    if service is None:
        raise ConfigurationError(
            f"{name}this is no complete {scheme}:// URL; see https://appriseit.com/services/ for its parts"
        )
    if len(service) > 1:
        raise ConfigurationError(f"{name}the URL names {len(service)} recipients; write one URL for each")


def _check_signed(url: str, parameters: Collection[str], name: str) -> None:
    if said := signing.objection(url):
        raise ConfigurationError(f"{name}{said}; {signing.HINT}")
    own = {key for key in parameters if key[:1] in ("+", "-", " ") and not key[1:].startswith("webhook-")}
    if set(parameters) - own - _SIGNED_PARAMETERS:
        taken = ", ".join(sorted(_SIGNED_PARAMETERS))
        raise ConfigurationError(f"{name}a signed web hook takes no URL parameters but {taken}, +HEADER and -PARAMETER")


def _suggestion(scheme: str, schemes: Collection[str]) -> str:
    near = difflib.get_close_matches(scheme, sorted(schemes), n=1)
    if near:
        return f"did you mean {near[0]}://?"
    return "allowed are " + ", ".join(sorted(schemes))


def _nothing(record: logging.LogRecord) -> bool:
    """A filter that lets nothing out: apprise quotes tokens when it meets a bad URL, topics always."""
    return False


def quiet() -> None:
    """Let nothing of what apprise says into the log, nor URLs from its HTTP library."""
    own = logging.getLogger("apprise")
    _turn(own, logging.CRITICAL)  # it says much, and costs time with it
    own.propagate = False
    own.addFilter(_nothing)
    http = logging.getLogger("urllib3")
    _turn(http, max(http.level, logging.INFO))
    # It quotes whole URLs in warnings, for instance about headers that it cannot parse.
    _turn(logging.getLogger("urllib3.connectionpool"), logging.ERROR)


def _turn(logger: logging.Logger, level: int) -> None:
    """Only where it is another one: to set a level makes every logger forget what it is enabled for."""
    if logger.level != level:
        logger.setLevel(level)


def asset() -> Any:
    """Apprise without plug-ins from disk, templates and files of its own."""
    return apprise.AppriseAsset(
        app_id="News monitor",
        app_desc="News monitor",
        app_url="",
        plugin_paths=[],
        allow_templates=False,
        interpret_emojis=False,
        payload_max_size=_LARGEST_PAYLOAD,
        storage_mode="memory",
        pgp_autogen=False,
        pem_autogen=False,
        async_mode=False,
        service_timeout=0,  # time is kept here; its own pool has too few threads for several dead services
    )


def instantiate(url: str, asset: Any) -> Any:
    quiet()
    with suppress(Exception):  # plug-ins raise what they like on a bad URL; all of it means the same
        bare = signing.unsigned(url)
        return services.instantiate(bare, scheme_of(bare), asset)
    return None
