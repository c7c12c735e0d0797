"""One fact: where it comes from, what was held against it, and what people make of it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.model import RuleKind
from monitor.core.opinion import step_title
from monitor.core.render import cut, plain
from monitor.core.rules import Rule
from monitor.store.corrections import Added, Retracted
from monitor.store.shown.facts import FactDetail
from monitor.watchlists import Seed, dump_seed
from monitor.watchlists.fields import LANGUAGES
from monitor.web.identity import Role
from monitor.web.pages import fact_form
from monitor.web.paths import Form, Refused, acts, looks
from monitor.web.site import Site, Undo

LONGEST_REASON = 1_000  # characters


def routes(site: Site) -> list[BaseRoute]:
    return [
        looks(site, "/baseline/people.yaml", _export),
        looks(site, "/baseline/{rule}/add", _ask, Role.ANALYST),
        acts(site, "/baseline/{rule}/read", _read),
        acts(site, "/baseline/{rule}/add", _add),
        looks(site, "/facts/{key:path}/correct", _ask_correction, Role.ANALYST),
        acts(site, "/facts/{key:path}/correct", _correct),
        acts(site, "/facts/{key:path}/retract", _retract),
        acts(site, "/facts/{key:path}/restore", _restore),
        acts(site, "/facts/{key:path}/withdraw", _withdraw),
        looks(site, "/facts/{key:path}", _fact),
    ]


def page_of(key: str) -> str:
    return f"/facts/{quote(key, safe=':')}"


# --- looking ---------------------------------------------------------------------------------


def _fact(site: Site, request: Request) -> Response:
    found = _found(site, request)
    rule = site.configuration().ruleset.rule(found.rule)
    kind, _, source = found.fact.source.partition(":")
    return site.page(
        request,
        "fact.html",
        found=found,
        fact=found.fact,
        base=page_of(found.fact.key),
        rule=rule,
        kind=kind,
        source=source,
        seed=next((seed for seed in site.configuration().seeds if seed.source == found.fact.source), None),
        title_of=lambda step: step_title(rule, step) if rule is not None else step,
        page_of=page_of,
        may_change=found.fact.kind is not RuleKind.VOLUME and site.who(request).role.may(Role.ANALYST),
        longest_reason=LONGEST_REASON,
    )


def _found(site: Site, request: Request) -> FactDetail:
    found = site.shown.facts.one(request.path_params["key"])
    if found is None:
        raise Refused(404, "There is no such fact.", "It may have been taken back, or its seed no longer holds it.")
    return found


def _export(site: Site, request: Request) -> Response:
    """What people added, as the seed files that would say the same: one document for each fact."""
    ruleset = site.configuration().ruleset
    documents = []
    for item, by in site.shown.facts.additions():
        if ruleset.rule(item.rule) is None:
            continue
        name = item.key.replace(":", "-")
        facts = (replace(item, names=fact_form.names_of(item), event="" if item.event == item.key else item.event),)
        note = " ".join(f"added by {by.author} on {by.at:%Y-%m-%d}: {by.reason}".split())
        title = by.title or cut(item.words, 100)
        outlet = item.outlet or by.author
        seed = Seed(name, outlet, title, item.recorded.date(), item.language or "en", item.url, note, b"", facts)
        documents.append(dump_seed(seed))
    words = "# Facts that people added at the desk. A seed file holds one document: cut at the lines “---”.\n"
    headers = {"Content-Disposition": "attachment; filename=facts-by-people.yaml"}
    return Response((words + "---\n".join(documents)).encode(), media_type="application/yaml", headers=headers)


# --- adding ----------------------------------------------------------------------------------


def _rule_of(site: Site, name: str) -> Rule:
    rule = site.configuration().ruleset.rule(name)
    if rule is None:
        raise Refused(404, "There is no such rule.", "Facts are added to rules that are in force.")
    if rule.kind is RuleKind.VOLUME:
        raise Refused(400, "This rule counts coverage; there is nothing to know of it.")
    return rule


def _ask(site: Site, request: Request) -> Response:
    rule = _rule_of(site, request.path_params["rule"])
    form = {"told": site.now().date().isoformat(), "event": request.query_params.get("event", "")}
    return _form(site, request, rule, form, asked=False)


def _read(site: Site, request: Request, form: Form) -> Response:
    """The sentence as judgement reads it, for the person to confirm."""
    rule = _rule_of(site, request.path_params["rule"])
    problems = fact_form.missing(form)
    if problems:
        return _form(site, request, rule, form, problems=problems, asked=False, status=400)
    reading = fact_form.reading_of(form, rule, site.configuration().desk.judge, site.shown.facts, site.now())
    return _form(site, request, rule, {**form, **reading.fields}, reading=reading)


def _add(site: Site, request: Request, form: Form) -> Response:
    rule = _rule_of(site, request.path_params["rule"])
    item, problems = fact_form.fact_of(form, rule, site.configuration().ruleset, site.now())
    reason = _reason(form)
    if item is None or not reason:
        return _form(site, request, rule, form, problems=[*problems, *_no_reason(reason)], status=400)
    by = Added(site.who(request).name, site.now(), reason, plain(form.get("title", "")))
    key = site.desk.add_fact(item, by)
    assert key is not None
    site.note(request, "fact.add", f"fact:{key}", reason)
    return site.done(
        request, page_of(key), "The fact is added, and counts from now on.", Undo(f"{page_of(key)}/withdraw", {})
    )


def _ask_correction(site: Site, request: Request) -> Response:
    found = _found(site, request)
    return _form(site, request, _rule_of(site, found.rule), fact_form.fields_of(found.fact), corrects=found)


def _correct(site: Site, request: Request, form: Form) -> Response:
    found = _found(site, request)
    rule = _rule_of(site, found.rule)
    item, problems = fact_form.fact_of(form, rule, site.configuration().ruleset, site.now())
    reason = _reason(form)
    if item is None or not reason:
        every = [*problems, *_no_reason(reason)]
        return _form(site, request, rule, form, problems=every, corrects=found, status=400)
    old = found.fact
    if item.recorded.date() == old.recorded.date():
        item = replace(item, recorded=old.recorded)  # in the place of the one that it corrects
    item = replace(item, event=item.event or old.event)
    by = Added(site.who(request).name, site.now(), reason, plain(form.get("title", "")), old.key)
    key = site.desk.add_fact(item, by)
    if key is None:
        raise Refused(409, "This fact has no say any more.", "Somebody has retracted or corrected it meanwhile.")
    site.note(request, "fact.correct", f"fact:{old.key}", f"{key}: {reason}")
    undo = Undo(f"{page_of(key)}/withdraw", {})
    return site.done(request, page_of(key), "The fact is corrected; this one counts from now on.", undo)


def _form(
    site: Site,
    request: Request,
    rule: Rule,
    form: Form,
    *,
    asked: bool = True,
    problems: list[str] | None = None,
    reading: fact_form.Reading | None = None,
    corrects: FactDetail | None = None,
    status: int = 200,
) -> Response:
    """`asked`: the person has given a sentence, or there is a fact to begin with."""
    return site.page(
        request,
        "fact_form.html",
        status,
        rule=rule,
        form={name: form.get(name, "") for name in fact_form.FIELDS},
        figures=fact_form.rows_of(form),
        asked=asked,
        problems=problems or [],
        reading=reading,
        corrects=corrects,
        base=page_of(corrects.fact.key) if corrects else f"/baseline/{rule.id}",
        choices=fact_form,
        languages=LANGUAGES,
        longest_reason=LONGEST_REASON,
    )


# --- taking out, and back --------------------------------------------------------------------


def _retract(site: Site, request: Request, form: Form) -> Response:
    key, reason = request.path_params["key"], _reason(form)
    if not reason:
        raise Refused(400, "Say why the fact is retracted.", "Whoever looks at it later wants to know.")
    if not site.desk.retract_fact(key, Retracted(site.who(request).name, site.now(), reason)):
        raise Refused(409, "There is no such fact that has a say.", "Somebody may have retracted it meanwhile.")
    site.note(request, "fact.retract", f"fact:{key}", reason)
    words = "The fact is retracted: it has no say any more."
    return site.done(request, page_of(key), words, Undo(f"{page_of(key)}/restore", {}))


def _restore(site: Site, request: Request, form: Form) -> Response:
    key = request.path_params["key"]
    if _found(site, request).corrected:
        raise Refused(409, "Another fact stands in the place of this one.", "Take that one back; then this one stands.")
    if not site.desk.restore_fact(key):
        raise Refused(409, "This fact was not retracted by itself.")
    site.note(request, "fact.restore", f"fact:{key}")
    return site.done(request, page_of(key), "The fact counts again.")


def _withdraw(site: Site, request: Request, form: Form) -> Response:
    key, found = request.path_params["key"], _found(site, request)
    if not site.desk.withdraw_fact(key, site.now()):
        raise Refused(409, "Nobody added this fact.", "What seeds and articles say can be retracted.")
    site.note(request, "fact.withdraw", f"fact:{key}")
    before = found.added.corrects if found.added else ""
    to = page_of(before) if before else f"/baseline/{found.rule}"
    return site.done(request, to, "What was added is taken back.")


def _reason(form: Form) -> str:
    return cut(plain(form.get("reason", "")), LONGEST_REASON)


def _no_reason(reason: str) -> list[str]:
    return [] if reason else ["Say why: whoever looks at it later wants to know."]
