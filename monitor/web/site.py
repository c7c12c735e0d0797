"""What the pages have at hand, and how they put it into words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from itsdangerous import BadData, URLSafeTimedSerializer
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from monitor.configuration import Configuration
from monitor.core.keeping import Room
from monitor.core.pulse import Pulse
from monitor.core.render import cut, plain
from monitor.editing import Files
from monitor.editing.trials import Trials
from monitor.errors import Problem
from monitor.fetch.discovery import Found
from monitor.store.desk import DeskStore
from monitor.store.shown import Shown
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from monitor.web.access.admission import Admission
from monitor.web.identity import LOCAL, Identity, Role, identity_of
from monitor.web.links import SignedLinks
from monitor.web.remembered import Remembered
from monitor.web.surveying import Surveyed, survey
from monitor.web.wording import LONGEST_NAME

Find = Callable[[str, str, str], Awaitable[Sequence[Found] | None]]

_ZONE_COOKIE, _WORD_COOKIE, _NAME_COOKIE = "zone", "word", "name"
_NAME_LASTS = 31_536_000  # seconds
_WORD_LASTS = 60  # seconds: what was done is told on the next page, not on one of tomorrow


@dataclass(frozen=True, slots=True)
class Undo:
    """A form that takes back what was done: where it goes, and its fields."""

    path: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Site:
    """`configuration` is what is in force, `problems` what keeps the files as they now stand from being so; `reload`
    takes them up and says whether that went well; `files` are those that people write, `trials` what they try.
    `key` signs what we hand out. `zone` is that of people whose own is not known. `open` says that whoever reaches us
    is let in, `admission` what is needed elsewhere. `find` looks up what stands at an address (with a language and a
    selector, or ""), and what it offers; None while others are looking. `pulse`
    tells of the jobs, None where none run; `room` how much there is for the database, and raises StoreError."""

    views: Views
    shown: Shown
    store: SqlStore
    desk: DeskStore
    links: SignedLinks
    configuration: Callable[[], Configuration]
    problems: Callable[[], Sequence[Problem]]
    reload: Callable[[], Awaitable[bool]]
    watchlists: Path
    seeds: Path
    files: Files
    trials: Trials
    pages: Environment
    now: Callable[[], datetime]
    run: Callable[..., Awaitable[Any]]
    zone: tzinfo
    key: str = field(repr=False)
    open: bool = True
    admission: Admission = field(default_factory=Admission)
    find: Find | None = None
    pulse: Callable[[], Pulse | None] = lambda: None
    room: Callable[[], Room] | None = None
    _surveyed: Remembered[Surveyed] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_surveyed", Remembered(lambda now: survey(self.configuration(), self.shown, now)))

    def surveyed(self) -> Surveyed:
        """How the sources are, at most two minutes old. Raises StoreError."""
        return self._surveyed.get(self.now(), self.configuration().stamp).value

    # --- answers -----------------------------------------------------------------------------

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A page of the desk. Beside `values` its template knows `who`, `here`, `zone`, `now`, `word` and `broken`."""
        asked = request.headers
        partial = "hx-request" in asked and "hx-boosted" not in asked and "hx-history-restore-request" not in asked
        word = None if partial else self._word(request)  # it is for the page, not for a part that asks by itself
        words = self.pages.get_template(f"desk/{template}").render(
            who=self.who(request) if identity_of(request) else None,
            roles=Role,
            here=request.url.path,
            zone=self.zone_of(request),
            now=self.now(),
            word=word,
            broken=self.problems(),
            partial=partial,
            open=self.open,
            **values,
        )
        answer = HTMLResponse(words, status)
        if word is not None:
            answer.delete_cookie(_WORD_COOKIE, path="/")
        return answer

    def done(self, request: Request, to: str, words: str, undo: Undo | None = None) -> Response:
        """Off to the page `to`, which tells what was done and offers to take it back."""
        answer = RedirectResponse(to, 303)
        told = {"words": words, "path": undo.path if undo else "", "fields": dict(undo.fields) if undo else {}}
        signed = self._signer().dumps(told)
        assert isinstance(signed, str)
        if len(signed) < 3_500:  # what browsers keep in one cookie
            secure = self.admission.secure
            answer.set_cookie(
                _WORD_COOKIE, signed, max_age=_WORD_LASTS, httponly=True, samesite="strict", secure=secure
            )
        return answer

    def note(self, request: Request, what: str, about: str, words: str = "") -> None:
        """Put a change into the log of changes: `what` was done (`alert.acknowledge`), to which thing (`alert:12`).

        Raises StoreError.
        """
        who = self.who(request)
        self.desk.note(self.now(), who.name, who.via, what, about, words)

    def who(self, request: Request) -> Identity:
        """Whoever asks for a page that not everybody may see. People at this machine may have said their name."""
        found = identity_of(request)
        assert found is not None, "a page that everybody may see asks who somebody is"
        name = cut(plain(unquote(request.cookies.get(_NAME_COOKIE, ""))), LONGEST_NAME) if found == LOCAL else ""
        return replace(found, name=name) if name else found

    def named(self, answer: Response, request: Request, name: str) -> Response:
        """The answer, after which who asks at this machine goes by that name."""
        kept = quote(cut(plain(name), LONGEST_NAME), safe="")
        answer.set_cookie(
            _NAME_COOKIE, kept, max_age=_NAME_LASTS, httponly=True, samesite="strict", secure=self.admission.secure
        )
        return answer

    def zone_of(self, request: Request) -> tzinfo:
        """The reader's, as the browser told it."""
        name = request.cookies.get(_ZONE_COOKIE, "")
        try:
            return ZoneInfo(name) if name else self.zone
        except (ValueError, OSError, KeyError):  # no name of a zone at all, one of a folder, one of none
            return self.zone

    # --- what was done last ------------------------------------------------------------------

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, "monitor.word.1")

    def _word(self, request: Request) -> Mapping[str, Any] | None:
        written = request.cookies.get(_WORD_COOKIE, "")
        if not written:
            return None
        try:
            told = self._signer().loads(written, max_age=_WORD_LASTS)
        except BadData:
            return None
        return told if isinstance(told, dict) else None


def address(path: str, **parameters: object) -> str:
    """A path with those parameters that say something."""
    said = [f"{name}={quote(str(value), safe='')}" for name, value in parameters.items() if value not in (None, "")]
    return f"{path}?{'&'.join(said)}" if said else path
