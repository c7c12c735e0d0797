"""All files with what is in them, who edited them last, and what is wrong; and a place to begin a new one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from monitor.editing import SEEDS, WATCHLISTS, File, Kind, is_new_name
from monitor.store.edits import Edited
from monitor.web.pages.watchlists.shared import base_of, may_edit, may_see, readable
from monitor.web.paths import Form, Refused, acts, looks
from monitor.web.site import Site


@dataclass(frozen=True, slots=True)
class Row:
    """`holds` counts its rules, sources, channels or facts that are in force, `terms` the terms."""

    file: File
    address: str
    holds: int
    terms: int
    size: int
    edited: Edited | None
    problems: int
    shown: bool


def routes(site: Site) -> list[BaseRoute]:
    return [looks(site, "/watchlists", _page), acts(site, "/watchlists/new", _begin)]


def _page(site: Site, request: Request) -> Response:
    held, edits = _held(site), site.shown.changes.last_edits()
    problems = site.problems()
    terms = Counter(term.watchlist for term in site.configuration().ruleset.terms.values())
    wrong = Counter(problem.file for problem in problems)
    rows = [
        Row(
            file,
            base_of(file),
            held[file.path.as_posix()],
            terms[file.path.as_posix()],
            file.path.stat().st_size if file.path.exists() else 0,
            edits.get(file.key),
            wrong[file.path.as_posix()],
            may_see(site, request, file),
        )
        for file in site.files.listed()
    ]
    here = {row.file.key for row in rows}
    return site.page(
        request,
        "watchlists/list.html",
        rows=rows,
        places={row.file.path.as_posix(): row.address for row in rows if row.shown},
        gone=[edit for key, edit in edits.items() if key not in here and edit.deleted],
        problems=readable(site, request, problems[:50]),
        more=len(problems) - 50,
        editions=site.shown.changes.editions(10),
        may_edit=may_edit(site, request),
    )


def _held(site: Site) -> Counter[str]:
    configuration = site.configuration()
    held = Counter(rule.watchlist for rule in configuration.ruleset.rules)
    held.update({seed.file: len(seed.facts) for seed in configuration.seeds})
    for file in site.files.listed():
        if file.kind is Kind.SOURCES:
            held[file.path.as_posix()] = len(configuration.sources)
        elif file.kind is Kind.CHANNELS:
            held[file.path.as_posix()] = len(configuration.desk.targets)
    return held


def _begin(site: Site, request: Request, form: Form) -> Response:
    folder, name = form.get("folder", WATCHLISTS), form.get("name", "").strip().lower()
    name = name if name.endswith(".yaml") else f"{name}.yaml"
    file = site.files.find(SEEDS if folder == SEEDS else WATCHLISTS, name) if is_new_name(name) else None
    if file is None:
        advice = "Names are made of a–z, 0–9, “-” and “_”, such as gas-exports."
        raise Refused(400, "That is no name for a file.", advice)
    return RedirectResponse(base_of(file), 303)
