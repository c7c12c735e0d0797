"""What the pages on files share: which file is meant, who may see it, and how a change is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

import structlog
from anyio import from_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.render import cut, plain
from monitor.editing import SEEDS, WATCHLISTS, File, Kind, Prepared
from monitor.errors import Problem, StoreError
from monitor.store.edits import Edit
from monitor.web.identity import Role
from monitor.web.paths import Form, Refused, acts, looks
from monitor.web.site import Site, Undo

log = structlog.get_logger(__name__)

LONGEST_REASON = 500  # characters
_PATIENCE = 5.0  # seconds: a rule that is new learns from stored articles first
_under_way: set[asyncio.Task[Any]] = set()


Look = Callable[[Site, Request, File], Response]
Act = Callable[[Site, Request, File, Form], Response]


def looks_at(site: Site, end: str, look: Look, role: Role) -> list[BaseRoute]:
    """A page on each file: `/watchlists/NAME` and `/watchlists/seeds/NAME`, with `end` behind."""
    return [looks(site, f"{base}/{{name}}{end}", partial(_look, look, folder), role) for folder, base in _BASES.items()]


def acts_on(site: Site, end: str, act: Act) -> list[BaseRoute]:
    return [acts(site, f"{base}/{{name}}{end}", partial(_act, act, folder)) for folder, base in _BASES.items()]


def _look(look: Look, folder: str, site: Site, request: Request) -> Response:
    return look(site, request, _file(site, request, folder))


def _act(act: Act, folder: str, site: Site, request: Request, form: Form) -> Response:
    return act(site, request, _file(site, request, folder), form)


_BASES = {SEEDS: "/watchlists/seeds", WATCHLISTS: "/watchlists"}


def base_of(file: File) -> str:
    return f"{_BASES[file.folder]}/{quote(file.name)}"


def _file(site: Site, request: Request, folder: str) -> File:
    """Raises Refused."""
    file = site.files.find(folder, request.path_params["name"])
    if file is None:
        advice = "Names are made of a–z, 0–9, “-” and “_”, and end in .yaml." if request.method == "POST" else ""
        raise Refused(404, "There is no such file.", advice)
    if not may_see(site, request, file):
        advice = "Addresses of channels are for those who may change them."
        raise Refused(403, f"{file.name} is for analysts.", advice)
    return file


def may_see(site: Site, request: Request, file: File) -> bool:
    return file.kind is not Kind.CHANNELS or site.who(request).role.may(Role.ANALYST)


def may_edit(site: Site, request: Request) -> bool:
    return site.who(request).role.may(Role.ANALYST)


def make(site: Site, request: Request, change: Prepared, reason: str, to: str = "") -> Response:
    """Write the file, keep the edit, let it come into force, and tell, on the page `to` if not its own.

    Raises ConflictError, ConfigurationError, StoreError.
    """
    file, who = change.file, site.who(request)
    number_before = _number(site)
    edit = Edit(0, file.key, site.now(), who.name, cut(plain(reason), LONGEST_REASON), change.before, change.after)
    number = site.desk.keep_edit(edit, who.via, lambda: site.files.write(change))
    log.info("file edited", file=file.key, author=who.name, deleted=change.after is None)
    done = "Deleted" if change.after is None else "Saved"
    to = to or ("/watchlists" if change.after is None else base_of(file))
    undo = Undo(f"{base_of(file)}/restore", {"edit": str(number), "which": "before", "started": change.digest})
    return site.done(request, to, f"{done} {file.name}. {_take_up(site, number_before)}", undo)


def _take_up(site: Site, number_before: int) -> str:
    try:
        in_force = from_thread.run(_reloaded, site)
    except StoreError as error:
        log.warning("the database refuses", problem=str(error))
        in_force = None
    if in_force is None:
        return "It will be in force soon: what is new learns from stored articles first."
    if not in_force:
        return "It is not in force yet, for other files have mistakes."
    latest = next(iter(site.shown.changes.editions(1)), None)
    if latest is None or latest.number == number_before:
        return "In force."
    return f"In force: rules v{latest.number}, {latest.words}."


async def _reloaded(site: Site) -> bool | None:
    """None where it takes longer than a person waits; it goes on then."""
    task = asyncio.ensure_future(site.reload())
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)
    done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
    return task.result() if done else None


def _number(site: Site) -> int:
    return next((edition.number for edition in site.shown.changes.editions(1)), 0)


def readable(site: Site, request: Request, problems: Sequence[Problem]) -> list[Problem]:
    """Problems as this reader may see them: their words may quote what stands in channels.yaml."""
    if may_edit(site, request):
        return list(problems)
    hidden = "it has a mistake"
    return [
        Problem(found.file, found.line, found.column, hidden) if found.file.endswith("/channels.yaml") else found
        for found in problems
    ]
