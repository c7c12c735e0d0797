"""Who may come in. On loopback everybody may: who can reach it is on this machine."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.web.identity import LOCAL
from monitor.web.site import Site


class Access:
    """Puts the identity of whoever asks into the scope."""

    def __init__(self, app: ASGIApp, site: Site):
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["identity"] = LOCAL if self._site.open else None
        await self._app(scope, receive, send)
