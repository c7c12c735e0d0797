"""A source is added by an address: what stands there is looked up, and a person picks and names it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePath

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.model import Entry, SourceKind
from monitor.core.polling import status
from monitor.core.render import plain
from monitor.editing import WATCHLISTS, ConflictError, File
from monitor.errors import ConfigurationError
from monitor.fetch.discovery import Found
from monitor.watchlists import SOURCES
from monitor.watchlists.listing import longer, objections, sources_in, suggested
from monitor.watchlists.sources import canonical_address
from monitor.web.identity import Role
from monitor.web.pages.watchlists.shared import make
from monitor.web.paths import Form, Refused, acts, in_loop, looks
from monitor.web.site import Site, address

_SHOWN = 6  # entries of each find
_LONGEST = 2_000  # characters of an address
_FIELDS = ("id", "url", "name", "kind", "select", "language", "country", "publisher", "tier")
_TIERS = ("1", "2", "3", "4")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be polled, with the values that it would have in sources.yaml. `twin` is the id of a source
    that has its address already."""

    form: str
    values: Mapping[str, str]
    entries: tuple[Entry, ...]
    count: int
    warning: str
    twin: str


def routes(site: Site) -> list[BaseRoute]:
    return [
        looks(site, "/sources/add", _ask, Role.ANALYST),
        acts(site, "/sources/find", _find),
        acts(site, "/sources/add", _add),
    ]


def _ask(site: Site, request: Request) -> Response:
    asked = {"url": request.query_params.get("url", "")[:_LONGEST], "language": "", "select": ""}
    return site.page(request, "source_add.html", asked=asked, offers=None, problems=[], tiers=_TIERS)


def _find(site: Site, request: Request, form: Form) -> Response:
    asked = {name: form.get(name, "").strip()[:_LONGEST] for name in ("url", "language", "select")}
    if asked["url"] and "://" not in asked["url"]:
        asked["url"] = f"https://{asked['url']}"
    values = {"id": "x", "url": asked["url"], **({"language": asked["language"]} if asked["language"] else {})}
    values |= {"kind": "page", "select": asked["select"]} if asked["select"] else {}
    if problems := objections(values):
        return site.page(request, "source_add.html", 400, asked=asked, offers=None, problems=problems, tiers=_TIERS)
    if site.find is None:
        raise Refused(501, "Nobody looks up addresses here.", "Use “monitor sources test ADDRESS” on the command line.")
    found = in_loop(request, site.find, asked["url"], asked["language"], asked["select"])
    if found is None:
        raise Refused(503, "Others are looking up addresses at the moment.", "Try again in a minute.")
    first, *others = found
    offers = _offers(site, others if first.is_page else [first])
    problems = [] if offers else [f"{status(first.polled)}: {plain(first.polled.message)}"]
    if first.polled.entries == () and not first.is_page and not first.polled.message:
        problems = ["What stands there lists nothing."]
    return site.page(request, "source_add.html", asked=asked, offers=offers, problems=problems, tiers=_TIERS)


def _offers(site: Site, found: list[Found]) -> list[Offer]:
    known = site.configuration().sources
    with suppress(ConfigurationError):  # what is in the file, and perhaps not in force yet
        known = sources_in(file_of(site).path)
    twins = {canonical_address(source.url): source.id for source in known}
    taken, offers = {source.id for source in known}, []
    for one in found:
        if not one.polled.entries:
            continue
        kind = "" if one.source.kind is SourceKind.FEED else one.source.kind.value
        given = {"kind": kind, "select": one.source.select, "language": one.source.language}
        values = suggested(one.source.url, plain(one.title), taken, known)
        taken.add(values["id"])
        twin = twins.get(canonical_address(one.source.url), "")
        entries, warning = one.polled.entries, plain(one.polled.message)
        values = {**dict.fromkeys(_FIELDS, ""), **values, **given}
        offers.append(Offer(one.form or kind, values, entries[:_SHOWN], len(entries), warning, twin))
    return offers


def _add(site: Site, request: Request, form: Form) -> Response:
    written = {name: form.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    problems = objections(_values(written))
    if not problems:
        try:
            return _saved(site, request, _values(written))
        except ConflictError:
            problems = ["somebody else has just changed sources.yaml: try again"]
        except ConfigurationError as error:
            problems = [str(replace(problem, file=PurePath(problem.file).name)) for problem in error.problems]
    offer = Offer("", written, (), 0, "", "")
    asked = {"url": written["url"], "language": "", "select": ""}
    return site.page(request, "source_add.html", 400, asked=asked, offers=[offer], problems=problems, tiers=_TIERS)


def _saved(site: Site, request: Request, values: Mapping[str, object]) -> Response:
    """An edit of sources.yaml like any other. Raises ConflictError, ConfigurationError, StoreError."""
    file = file_of(site)
    now = site.files.read(file)
    if now.unreadable:
        raise Refused(409, f"{file.name} cannot be continued: {now.unreadable}.")
    change = site.files.prepare(file, longer(now.text, [values], file.path.as_posix()), now.digest)
    return make(site, request, change, f"{values['id']} is added", address("/sources", q=values["id"]))


def _values(written: Mapping[str, str]) -> dict[str, object]:
    """As sources.yaml has them: what is empty is left out."""
    values: dict[str, object] = {name: value for name, value in written.items() if value}
    if written["tier"] in _TIERS:
        values["tier"] = int(written["tier"])
    if written["kind"] == SourceKind.FEED.value:
        del values["kind"]
    return values


def file_of(site: Site) -> File:
    """sources.yaml, whether it is there or not."""
    return File(WATCHLISTS, site.watchlists / f"{SOURCES}.yaml")
