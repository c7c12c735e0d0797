"""An HTTP server inside the daemon's event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp

from monitor.errors import ConfigurationError, Problem

log = structlog.get_logger(__name__)

_AT_ONCE = 64  # connections; more are told to come back
_LONGEST_HEAD = 16_384  # bytes of request line and headers
_ENDS_WITHIN = 3  # seconds, for requests under way at the end


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the daemon's."""
        yield


class WebServer:
    """Serves `app` on `host` and `port` (0: any that is free) from `start` to `stop`. `before` may keep it from
    starting, `ending` is called at the end."""

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        port: int,
        before: Callable[[], Awaitable[None]] | None = None,
        ending: Callable[[], None] = lambda: None,
    ):
        self._app, self._host, self._port = app, host, port
        self._before, self._ending = before, ending
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    async def start(self) -> None:
        """Returns when it takes connections. Raises ConfigurationError where it cannot listen, and what `before`
        raises."""
        if self._before is not None:
            await self._before()
        listening = self._listen()
        self._port = listening.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            log_config=None,
            log_level="warning",
            access_log=False,  # addresses are permits
            server_header=False,
            lifespan="off",
            ws="none",
            http="h11",
            proxy_headers=False,
            limit_concurrency=_AT_ONCE,
            h11_max_incomplete_event_size=_LONGEST_HEAD,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=_ENDS_WITHIN,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        self._serving.add_done_callback(self._ended)
        while not self._server.started and not self._serving.done():
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Take no more, let requests under way end."""
        if self._server is None or self._serving is None:
            return
        self._server.should_exit = True
        await asyncio.wait({self._serving}, timeout=_ENDS_WITHIN + 2.0)
        self._serving.cancel()
        self._ending()

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            return socket.create_server((self._host, self._port), family=family)
        except OSError as error:
            message = f"cannot listen on {self._host}, port {self._port}: {error.strerror or error}"
            hint = "choose another port, or another address of this machine in MONITOR_WEB_HOST"
            raise ConfigurationError([Problem("MONITOR_WEB_PORT", 0, 0, message, hint)]) from None

    def _ended(self, task: asyncio.Task[None]) -> None:
        asked_to = self._server is not None and self._server.should_exit
        if not asked_to and not task.cancelled():
            log.error("the web server ended by itself", exc_info=task.exception())
