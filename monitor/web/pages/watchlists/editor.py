"""One file: its text, what is wrong with it while it is written, and saving it."""

from __future__ import annotations

import gzip

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.editing import Checked, ConflictError, File, Kind, Text
from monitor.editing.differences import difference
from monitor.errors import ConfigurationError
from monitor.web.identity import Role
from monitor.web.pages.watchlists.shared import (
    LONGEST_REASON,
    acts_on,
    base_of,
    looks_at,
    make,
    may_edit,
    readable,
)
from monitor.web.paths import Form, Refused
from monitor.web.site import Site

_BEGINNINGS = {
    Kind.RULES: "version: 1\nterms: {}\nrules: []\n",
    Kind.SOURCES: "version: 1\nsources: []\n",
    Kind.CHANNELS: 'version: 1\ndefault: [oncall]\nchannels:\n  oncall:\n    targets:\n      - {name: console, url: "console://"}\n',
    Kind.SEED: "version: 1\ndocument:\n  id: \n  outlet: \n  title: \n  date: \n  language: en\nfacts: []\n",
}  # fmt: skip
DAYS = (7, 30, 90)
_WORTH_PACKING = 20_000  # bytes


def routes(site: Site) -> list[BaseRoute]:
    return [
        *looks_at(site, "/download", _download, Role.VIEWER),
        *acts_on(site, "/check", _check),
        *acts_on(site, "/save", _save),
        *acts_on(site, "/delete", _delete),
        *looks_at(site, "", _page, Role.VIEWER),
    ]


def _page(site: Site, request: Request, file: File) -> Response:
    now = site.files.read(file)
    if not now.digest and not may_edit(site, request):
        raise Refused(404, "There is no such file.")
    return editor(site, request, file, now.text if now.digest else _BEGINNINGS[file.kind], now)


def editor(
    site: Site,
    request: Request,
    file: File,
    text: str | None,
    now: Text,
    *,
    checked: Checked | None = None,
    reason: str = "",
    conflict: bool = False,
    refused: str = "",
    status: int = 200,
) -> Response:
    """The file with a text that may not be saved yet; `now` is what is on disk."""
    problems = [problem for problem in site.problems() if problem.file == file.path.as_posix()]
    answer = site.page(
        request,
        "watchlists/editor.html",
        status,
        file=file,
        base=base_of(file),
        text=text,
        now_text=now,
        is_new=not now.digest,
        problems=readable(site, request, problems),
        read_only=site.files.why_read_only(file),
        may_edit=may_edit(site, request),
        checked=checked,
        place=file.path.as_posix(),
        reason=reason,
        longest_reason=LONGEST_REASON,
        conflict=difference(now.text, text) if conflict else None,
        refused=refused,
        unsaved=status == 400,
        days=DAYS,
        has_examples=file.kind is Kind.RULES,
        is_judged=file.kind in (Kind.RULES, Kind.SEED),
        last=next(iter(site.shown.changes.edits(file.key, 1)), None),
    )
    return _packed(request, answer)


def _packed(request: Request, answer: Response) -> Response:
    """Smaller for those who take it so. There is nothing secret in the page that somebody else could write to."""
    body = bytes(answer.body)
    if len(body) >= _WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
        answer.body = gzip.compress(body, 5)
        answer.headers["content-encoding"] = "gzip"
        answer.headers["content-length"] = str(len(answer.body))
        answer.headers["vary"] = "Accept-Encoding"
    return answer


def _download(site: Site, request: Request, file: File) -> Response:
    text = site.files.read(file).text
    if text is None:
        raise Refused(404, "There is no text to download.")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{base_of(file).rpartition('/')[2]}"}
    return Response(text.encode(), media_type="application/yaml", headers=headers)


def _check(site: Site, request: Request, file: File, form: Form) -> Response:
    text = _text_of(form)
    checked = site.files.check(file, text)
    if "hx-request" in request.headers:
        template = "watchlists/findings.html"
        return site.page(request, template, checked=checked, file=file, place=file.path.as_posix())
    now = site.files.read(file)
    return editor(site, request, file, text, now, checked=checked, reason=form.get("reason", ""))


def _save(site: Site, request: Request, file: File, form: Form) -> Response:
    return change(site, request, file, _text_of(form), form)


def _delete(site: Site, request: Request, file: File, form: Form) -> Response:
    return change(site, request, file, None, form)


def change(site: Site, request: Request, file: File, text: str | None, form: Form) -> Response:
    """Make of the file what was asked for, or show why not, with nothing of the text lost."""
    reason, started = form.get("reason", ""), form.get("started", "")
    refused, conflict, status, checked = "", False, 400, None
    try:
        return make(site, request, site.files.prepare(file, text, started), reason)
    except ConflictError:
        conflict, status = True, 409
    except ConfigurationError as error:
        checked = site.files.check(file, text)
        refused = "" if checked.objections else str(error)
    now = site.files.read(file)
    if text is None and not conflict:
        what = "; ".join(str(problem) for problem in checked.objections[:5]) if checked else ""
        raise Refused(400, f"{file.name} cannot be deleted.", refused or f"Without it: {what}")
    shown = now.text if text is None else text
    return editor(
        site,
        request,
        file,
        shown,
        now,
        checked=checked,
        reason=reason,
        conflict=conflict,
        refused=refused,
        status=status,
    )


def _text_of(form: Form) -> str:
    return form.get("text", "").replace("\r\n", "\n")
