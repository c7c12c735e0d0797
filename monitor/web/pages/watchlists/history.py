"""Who made what of a file, and going back."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.editing import File
from monitor.editing.differences import difference
from monitor.store.edits import Edit
from monitor.web.identity import Role
from monitor.web.pages.watchlists.editor import change
from monitor.web.pages.watchlists.shared import acts_on, base_of, looks_at, may_edit
from monitor.web.paths import Form, Refused
from monitor.web.site import Site, address

_PAGE = 30


def routes(site: Site) -> list[BaseRoute]:
    return [
        *looks_at(site, "/history", _page, Role.VIEWER),
        *looks_at(site, "/history/{number}", _one, Role.VIEWER),
        *acts_on(site, "/restore", _restore),
    ]


def _page(site: Site, request: Request, file: File) -> Response:
    before = _number(request.query_params.get("before", ""))
    edits = site.shown.changes.edits(file.key, _PAGE + 1, before)
    older = address(f"{base_of(file)}/history", before=edits[_PAGE - 1].id) if len(edits) > _PAGE else ""
    return site.page(
        request, "watchlists/history.html", file=file, base=base_of(file), edits=edits[:_PAGE], older=older
    )


def _one(site: Site, request: Request, file: File) -> Response:
    edit = _edit(site, file, request.path_params["number"])
    now = site.files.read(file)
    return site.page(
        request,
        "watchlists/edit.html",
        file=file,
        base=base_of(file),
        edit=edit,
        difference=difference(edit.before, edit.after),
        is_now=now.text == edit.after,
        was_now=now.text == edit.before,
        started=now.digest,
        may_edit=may_edit(site, request) and not site.files.why_read_only(file),
    )


def _restore(site: Site, request: Request, file: File, form: Form) -> Response:
    """Which is an edit like any other."""
    edit = _edit(site, file, form.get("edit", ""))
    text = edit.before if form.get("which") == "before" else edit.after
    reason = f"back to what it was {'before' if form.get('which') == 'before' else 'after'} edit {edit.id}"
    return change(site, request, file, text, {"started": form.get("started", ""), "reason": reason})


def _edit(site: Site, file: File, number: str) -> Edit:
    edit = site.shown.changes.edit(found) if (found := _number(number)) is not None else None
    if edit is None or edit.file != file.key:
        raise Refused(404, "There is no such edit.")
    return edit


def _number(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None
