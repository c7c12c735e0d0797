"""Examples and backtests of a text that is not saved yet."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from monitor.editing import File
from monitor.editing.trials import BACKTEST, EXAMPLES, SECONDS, BusyError
from monitor.web.identity import Role
from monitor.web.pages.watchlists.editor import DAYS
from monitor.web.pages.watchlists.shared import acts_on, base_of, may_see
from monitor.web.paths import Form, Refused, looks
from monitor.web.site import Site


def routes(site: Site) -> list[BaseRoute]:
    return [
        looks(site, "/watchlists/trials/{trial}", _page, Role.ANALYST),
        *acts_on(site, "/examples", lambda site, request, file, form: _begin(site, request, file, form, EXAMPLES)),
        *acts_on(site, "/backtest", lambda site, request, file, form: _begin(site, request, file, form, BACKTEST)),
    ]


def _begin(site: Site, request: Request, file: File, form: Form, kind: str) -> Response:
    text = form.get("text", "").replace("\r\n", "\n")
    if site.files.check(file, text).objections:
        return _told(site, request, "", "The text has mistakes: mend them first.")
    days = form.get("days", "")
    try:
        trial = site.trials.begin(kind, file, text, site.now(), int(days) if days in map(str, DAYS) else DAYS[1])
    except BusyError as error:
        return _told(site, request, "", f"{str(error).capitalize()}. Try again in a minute.")
    return _told(site, request, trial.id)


def _page(site: Site, request: Request) -> Response:
    return _told(site, request, request.path_params["trial"])


def _told(site: Site, request: Request, trial_id: str, refused: str = "") -> Response:
    partial = "hx-request" in request.headers
    if request.method == "POST" and trial_id and not partial:
        return RedirectResponse(f"/watchlists/trials/{trial_id}", 303)
    trial = site.trials.get(trial_id) if trial_id else None
    if trial is None and not refused:
        refused = "This trial is over, and its result not kept any more."
    if trial is not None and not may_see(site, request, trial.file):
        raise Refused(403, "This is for analysts.")
    result = trial.result if trial else None
    answer = site.page(
        request,
        "watchlists/trial_part.html" if partial else "watchlists/trial.html",
        trial=trial,
        refused=refused,
        base=base_of(trial.file) if trial else "/watchlists",
        seconds=SECONDS[trial.kind] if trial else 0,
        since=datetime.fromisoformat(result["since"]) if result and "since" in result else None,
        moments=datetime.fromisoformat,
    )
    if trial is not None and not trial.ended and not partial:
        answer.headers["refresh"] = "2"
    return answer
