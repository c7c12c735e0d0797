"""A rule put on trial or made live: an edit of its file like any other, with one line changed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from monitor.core.rules import Rule, Stage
from monitor.editing import ConflictError, File
from monitor.editing.rules import with_stage
from monitor.editing.trials import EXAMPLES, BusyError
from monitor.errors import ConfigurationError
from monitor.web.pages.rules.one import rule_of, written
from monitor.web.pages.watchlists.shared import make
from monitor.web.paths import Form, Refused, acts
from monitor.web.site import Site

_REASONS = {Stage.LIVE: "{} goes live", Stage.SHADOW: "{} is put on trial"}


def routes(site: Site) -> list[BaseRoute]:
    return [acts(site, "/rules/{rule}/stage", _stage), acts(site, "/rules/{rule}/examples", _examples)]


def _stage(site: Site, request: Request, form: Form) -> Response:
    rule = rule_of(site, request)
    try:
        stage = Stage(form.get("stage", ""))
    except ValueError:
        raise Refused(400, "A rule is live or on trial.", "Use the buttons of the page.") from None
    file, text = _file(site, rule)
    started = site.files.read(file).digest
    line = written(site, rule).line
    changed = with_stage(text, rule.id, stage, line)
    if changed is None or not _is_so(site, file, changed, rule, stage):
        advice = f"Write “stage: {stage.value}” into the rule yourself, at line {line}."
        raise Refused(409, f"{file.name} is written in a way that is better left to people.", advice)
    try:
        change, to = site.files.prepare(file, changed, started), f"/rules/{rule.id}"
        return make(site, request, change, _REASONS[stage].format(rule.id), to)
    except ConflictError:
        raise Refused(409, f"Somebody else has just changed {file.name}.", "Look at it, and try again.") from None
    except ConfigurationError as error:
        raise Refused(409, f"{file.name} cannot be saved.", "; ".join(map(str, error.problems[:3]))) from None


def _examples(site: Site, request: Request, form: Form) -> Response:
    """Those of all rules of its file, in a process of their own."""
    file, text = _file(site, rule_of(site, request))
    try:
        trial = site.trials.begin(EXAMPLES, file, text, site.now())
    except BusyError as error:
        raise Refused(429, f"{str(error).capitalize()}.", "Try again in a minute.") from None
    return RedirectResponse(f"/watchlists/trials/{trial.id}", 303)


def _file(site: Site, rule: Rule) -> tuple[File, str]:
    """Raises Refused."""
    file = written(site, rule).file
    text = site.files.read(file).text if file else None
    if file is None or text is None:
        raise Refused(409, "The file of this rule cannot be read.", "See the watchlists.")
    return file, text


def _is_so(site: Site, file: File, text: str, rule: Rule, stage: Stage) -> bool:
    """Has the rule this stage in the text, as far as that can be read? What is wrong is told when it is saved."""
    loaded = site.files.check(file, text).loaded
    found = loaded.ruleset.rule(rule.id) if loaded else None
    return loaded is None or (found is not None and found.stage is stage)
