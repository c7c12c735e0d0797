"""Before every page: nobody comes in whom it does not know, whatever the page itself asks for."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.errors import StoreError
from monitor.web.access.gate import Gate, Refusal
from monitor.web.access.origins import Came, came, changes
from monitor.web.identity import LOCAL, Identity
from monitor.web.site import Site, address

log = structlog.get_logger(__name__)

# What everybody may see. The links of messages are permits themselves.
PUBLIC = ("/a/", "/static/", "/style.css", "/login", "/healthz", "/readyz")
_ASK_FOR_IT = 'Basic realm="News monitor", charset="UTF-8"'
_FOREIGN = Refusal(
    403, "This was not sent by a page of this monitor.", "Nothing was changed. Open the page anew and try again."
)


class Access:
    """Puts into the scope who asks (`identity`, None for somebody unknown on a public page) and from where
    (`client_address`, behind proxies that are trusted). `refuse` makes a page of a refusal."""

    def __init__(self, app: ASGIApp, site: Site, refuse: Callable[[Request, Refusal], Response]):
        self._app, self._site, self._refuse = app, site, refuse
        self._gate = Gate(site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # none of our pages speaks anything else
            return
        request = Request(scope, receive)
        peer = request.client.host if request.client else ""
        scope["identity"] = None
        scope["client_address"] = self._site.admission.client(peer, request.headers)
        found = await self._who(request, peer)
        if isinstance(found, Identity):
            scope["identity"] = found
        refusal = found if isinstance(found, Refusal) else None
        if refusal is None and changes(request.method) and self._is_foreign(request, found):
            refusal = _FOREIGN
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await self._answer(request, refusal)(scope, receive, send)

    async def _who(self, request: Request, peer: str) -> Identity | Refusal | None:
        """None for somebody unknown on a public page."""
        if (misled := self._gate.misled(request.headers)) is not None:
            return misled
        if _is_public(request.url.path) and request.url.path != "/login":
            return None
        tokens, passwords = _is_for_programs(request.url.path), _is_feed(request.url.path)
        try:
            found = await run_in_threadpool(
                self._gate.identify, request.headers, peer, request.cookies, tokens=tokens, passwords=passwords
            )
        except StoreError as error:
            log.warning("the database refuses", path=request.url.path, problem=str(error))
            return Refusal(503, "The database does not answer at the moment.", "Try again in a minute.")
        unknown = isinstance(found, Refusal) and found.status == 401
        return None if unknown and _is_public(request.url.path) else found

    def _is_foreign(self, request: Request, who: Identity | Refusal | None) -> bool:
        """Did a page of somebody else make the browser send this?

        A token is sent by no browser by itself. Where nothing tells where a request comes from, the pages behind
        links take it, for old mail programs do not tell, and the API on loopback, for programs do not.
        """
        if isinstance(who, Identity) and who.via == "token":
            return False
        host = request.headers.get("host", "")
        found = came(request.headers, self._site.admission.origins(host))
        if found is Came.UNKNOWN:
            path = request.url.path
            return not (path.startswith("/a/") or (who == LOCAL and _is_for_programs(path)))
        return found is Came.FROM_ELSEWHERE

    def _answer(self, request: Request, refusal: Refusal) -> Response:
        if _is_for_programs(request.url.path):
            told = {"type": "about:blank", "title": refusal.problem, "status": refusal.status, "detail": refusal.advice}
            wanted = _ASK_FOR_IT if _is_feed(request.url.path) else "Bearer"
            headers = {"WWW-Authenticate": wanted} if refusal.status == 401 else {}
            return JSONResponse(told, refusal.status, headers, media_type="application/problem+json")
        if refusal.status != 401:
            return self._refuse(request, refusal)
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if "hx-request" in request.headers:  # a part of a page must not become the login
            return Response(status_code=401, headers={"HX-Redirect": "/login"})
        back = asked if request.method in ("GET", "HEAD") and asked != "/" else ""
        return RedirectResponse(address("/login", back=back), 303)


def client_of(request: Request) -> str:
    """The address of whoever asks."""
    return str(request.scope.get("client_address", ""))


def _is_public(path: str) -> bool:
    return any(path.startswith(public) if public.endswith("/") else path == public for public in PUBLIC)


def _is_for_programs(path: str) -> bool:
    return path.startswith("/api/") or path == "/metrics" or _is_feed(path)


def _is_feed(path: str) -> bool:
    return path.startswith("/feeds/")
