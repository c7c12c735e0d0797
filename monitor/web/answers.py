"""The page behind the link in a message. To look at it changes nothing, for mail scanners look at links; what a
person says takes a click of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import parse_qsl

import structlog
from jinja2 import Environment
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from monitor.core import responses
from monitor.core.render import cut, neutral, plain, without_title
from monitor.core.responses import UNANSWERED, Answer, Fault
from monitor.core.view import time_words, view_of
from monitor.errors import StoreError
from monitor.ports import Events, Responses, Told
from monitor.web.links import ExpiredError, ForgedError, Permit, SignedLinks
from monitor.web.wording import FAULTS, LONGEST_NAME, LONGEST_REASON, morning_after, snoozed_until

log = structlog.get_logger(__name__)

LARGEST_FORM = 16_384  # bytes
_FORM_COMES_WITHIN = 10.0  # seconds
_ASK_ANEW = "Messages that come later have links of their own; or answer with “monitor alerts” on the command line."


class Refused(Exception):
    """A request that is answered with a page that says why, and what to do."""

    def __init__(self, status: int, problem: str, advice: str = ""):
        super().__init__(problem)
        self.status, self.problem, self.advice = status, problem, advice


class Incomplete(Exception):
    """A form in which something is missing: it is shown again."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a form says."""

    answer: Answer
    author: str
    reason: str = ""
    until: datetime | None = None
    fault: Fault | None = None
    update: str = ""  # the key of one, if the form means that alone


class Answers:
    """Two pages for each token: the event with a form, and what became of it."""

    def __init__(
        self,
        store: Responses,
        views: Events,
        links: SignedLinks,
        pages: Environment,
        *,
        now: Callable[[], datetime],
        run: Callable[..., Awaitable[Any]],
        zone: tzinfo,
    ):
        self._store, self._views, self._links, self._pages = store, views, links, pages
        self._now, self._run, self._zone = now, run, zone

    async def show(self, request: Request) -> Response:
        try:
            permit, told = await self._event(request)
        except Refused as error:
            return self._refusal(error)
        return self._page(permit, told)

    async def take(self, request: Request) -> Response:
        try:
            permit, told = await self._event(request)
            form = await _form(request)
            try:
                asked = self._asked(form, permit, told)
            except Incomplete as error:
                return self._page(permit, told, missing=str(error), form=form, status=400)
            return await self._answer(permit, asked, told)
        except Refused as error:
            return self._refusal(error)

    async def _event(self, request: Request) -> tuple[Permit, Told]:
        try:
            permit = self._links.read(request.path_params["token"], self._now())
        except ExpiredError:
            raise Refused(410, "This link has expired.", _ASK_ANEW) from None
        except ForgedError:
            advice = "Was it cut off on its way? Copy all of it from the message."
            raise Refused(403, "This link is not complete, or it was not made here.", advice) from None
        told = await self._asking(self._views.told, permit.thread)
        if told is None:
            raise Refused(404, "What this link is about is not stored here any more.", _ASK_ANEW)
        return permit, told

    async def _asking(self, function: Callable[..., Any], *given: Any) -> Any:
        try:
            return await self._run(function, *given)
        except StoreError as error:
            log.warning("the database refuses", problem=str(error))
            advice = "Nothing was changed. Try again in a minute."
            raise Refused(503, "The database does not answer at the moment.", advice) from None

    async def _answer(self, permit: Permit, asked: _Asked, before: Told) -> Response:
        now, update = self._now(), responses.speaks_of(asked.answer, asked.update, before.responses)
        said = responses.Response(
            permit.thread, asked.answer, asked.author, now, asked.reason, asked.until, asked.fault, "link", update
        )
        changed = await self._asking(self._store.respond, said, now)
        if changed:
            log.info("answered", thread=permit.thread, answer=asked.answer.value, author=asked.author)
        told = await self._asking(self._views.told, permit.thread)
        done = said.words if changed else f"nothing to do: {said.words} already"
        return self._page(permit, told, done=done, form={"author": asked.author, "update": update})

    # --- what a form says --------------------------------------------------------------------

    def _asked(self, form: Mapping[str, str], permit: Permit, told: Told) -> _Asked:
        """Raises Incomplete, Refused."""
        name, _, span = form.get("answer", "").partition(":")
        if name not in {answer.value for answer in permit.may}:
            raise Refused(403, "This link does not allow that.", _ASK_ANEW)
        answer = Answer(name)
        author = cut(plain(form.get("author", "")), LONGEST_NAME)
        if not author:
            raise Incomplete("Say who you are, so that others know whom to ask.")
        reason = cut(plain(form.get("reason", "")), LONGEST_REASON)
        until = self._until(span) if answer is Answer.SNOOZE else None
        update = form.get("update", "")
        if update and update not in {alert.update for alert in told.alerts}:
            raise Refused(400, "That is no update of this event.", "Use the buttons of the page.")
        return _Asked(answer, author, reason, until, _fault(form) if answer is Answer.REJECT else None, update)

    def _until(self, span: str) -> datetime:
        until = snoozed_until(span, self._now(), self._zone)
        if until is None:
            raise Refused(400, "How long to snooze is not known.", "Use the buttons of the page.")
        return until

    # --- pages -------------------------------------------------------------------------------

    def _page(
        self,
        permit: Permit,
        told: Told,
        *,
        done: str = "",
        missing: str = "",
        form: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        now, first = self._now(), told.alerts[0]
        morning = morning_after(now, self._zone).astimezone(self._zone)
        title = plain(first.article_title)
        view, said = view_of(first, None, now, zone=self._zone), without_title(first.headline, title)
        words = self._pages.get_template("answer.html").render(
            view=view,
            said=said,
            title="" if view.ours or title in said else title,
            language=first.language,
            sentences=[text for text in (view.quote, *view.further) if text and text != neutral(title)],
            updates=told.alerts[1:],
            at=lambda when: time_words(when, self._zone),
            stands=told.standing.words(now),
            answered=any(responses.standing(told.responses, one.key) != UNANSWERED for one in told.alerts),
            responses=told.responses,
            may={answer.value for answer in permit.may},
            until=permit.until,
            morning=f"{morning:%H:%M on %a %-d %b} ({self._zone})",
            faults={fault.value: words for fault, words in FAULTS.items()},
            done=done,
            missing=missing,
            update=(form or {}).get("update", ""),
            author=plain((form or {}).get("author", "")),
            reason=plain((form or {}).get("reason", "")),
            longest_name=LONGEST_NAME,
            longest_reason=LONGEST_REASON,
        )
        return HTMLResponse(words, status)

    def _refusal(self, error: Refused) -> Response:
        words = self._pages.get_template("problem.html").render(problem=error.problem, advice=error.advice)
        return HTMLResponse(words, error.status)


def _fault(form: Mapping[str, str]) -> Fault:
    try:
        return Fault(form.get("fault", ""))
    except ValueError:
        raise Incomplete("Say what is wrong with the alert: choose one of the three.") from None


async def _form(request: Request) -> dict[str, str]:
    """The fields, each once. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Refused(415, "That is not the form of this page.", "Use the buttons of the page.")
    body = b""
    try:
        async with asyncio.timeout(_FORM_COMES_WITHIN):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST_FORM:
                    raise Refused(413, "That is more than this page takes.", "Write a shorter reason.")
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))
    except TimeoutError:
        raise Refused(408, "The form did not come in time.", "Try again.") from None
    except (ValueError, ClientDisconnect):
        raise Refused(400, "That is not the form of this page.", "Use the buttons of the page.") from None
