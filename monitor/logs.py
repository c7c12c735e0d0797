"""Logging set up once for the process: structlog for us, the same form for libraries, secrets masked last."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import Any, Literal, TextIO
from urllib.parse import quote, urlsplit

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "***"
_SHORTEST_SECRET = 6  # characters; masking shorter ones would only spoil the words around them
_LIBRARIES = (
    *("aiohttp", "alembic", "apprise", "apscheduler", "asyncio", "opentelemetry", "trafilatura", "urllib3"),
    "watchfiles",
)


class Secrets:
    """Texts that no log line may show. Known ones only grow: an old token is still a secret."""

    def __init__(self) -> None:
        self._words: tuple[str, ...] = ()

    def add(self, secrets: Iterable[str]) -> None:
        """Each as it is, as it stands in a URL and, where it is a URL itself, its parts."""
        words = set(self._words)
        for secret in secrets:
            for part in (secret, *_parts(secret)):
                words.update(form for form in (part, quote(part, safe="")) if len(form) >= _SHORTEST_SECRET)
        self._words = tuple(sorted(words, key=len, reverse=True))

    def mask(self, text: str) -> str:
        for word in self._words:
            if word in text:
                text = text.replace(word, MASK)
        return text


secrets = Secrets()


def configure(form: Literal["console", "json"] = "console", level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (default: stderr). May be called again."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,  # as text, without local variables: they may hold secrets
    ]
    renderer: Processor
    if form == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    else:
        plain = structlog.dev.plain_traceback
        renderer = structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=plain, pad_event_to=24, sort_keys=False
        )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer, _mask],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, structlog.stdlib.ProcessorFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # runs left out: the daemon counts them
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _mask(_logger: WrappedLogger, _name: str, line: str | EventDict) -> Any:
    return secrets.mask(line) if isinstance(line, str) else line


def _parts(secret: str) -> list[str]:
    """Of a secret that is a whole URL, what would be recognised by itself: password, token, long path parts."""
    if "://" not in secret:
        return []
    try:
        url = urlsplit(secret)
    except ValueError:
        return []
    user, _, host = url.netloc.rpartition("@")
    name, _, password = user.partition(":")
    token = "" if "." in host or password else host  # slack://TokenA/TokenB: the token stands where hosts do
    return [part for part in (token, name, password, *url.path.split("/")) if len(part) >= 8]
