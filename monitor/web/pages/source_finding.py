"""A source is added by an address: what stands there is looked up, and a person picks and names it."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.model import Entry, SourceKind
from monitor.core.polling import status
from monitor.core.render import plain
from monitor.errors import ConfigurationError
from monitor.fetch.discovery import Found
from monitor.watchlists import SOURCES, load
from monitor.watchlists.listing import append, objections, sources_in, suggested
from monitor.watchlists.sources import canonical_address
from monitor.web.identity import Role
from monitor.web.paths import Form, Refused, acts, in_loop, looks
from monitor.web.site import Site, address

_SHOWN = 6  # entries of each find
_LONGEST = 2_000  # characters of an address
_FIELDS = ("id", "url", "name", "kind", "select", "language", "country", "publisher", "tier")
_TIERS = ("1", "2", "3", "4")
_writing = threading.Lock()


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
        known = sources_in(_file(site))
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
    problems = objections(_values(written)) or _save(site, _values(written))
    if problems:
        offer = Offer("", written, (), 0, "", "")
        asked = {"url": written["url"], "language": "", "select": ""}
        return site.page(request, "source_add.html", 400, asked=asked, offers=[offer], problems=problems, tiers=_TIERS)
    site.note(request, "source.add", f"source:{written['id']}", written["url"])
    live = in_loop(request, site.reload)
    words = f"{written['id']} is added to sources.yaml" + (" and polled from now on." if live else ".")
    return site.done(request, address("/sources", q=written["id"]), words)


def _values(written: Mapping[str, str]) -> dict[str, object]:
    """As sources.yaml has them: what is empty is left out."""
    values: dict[str, object] = {name: value for name, value in written.items() if value}
    if written["tier"] in _TIERS:
        values["tier"] = int(written["tier"])
    if written["kind"] == SourceKind.FEED.value:
        del values["kind"]
    return values


def _file(site: Site) -> Path:
    return site.watchlists / f"{SOURCES}.yaml"


def _save(site: Site, values: Mapping[str, object]) -> list[str]:
    """Append to sources.yaml, all else of which stays as it is, unless that would break the watchlists; why not."""
    with _writing, tempfile.TemporaryDirectory(prefix="monitor-source-") as folder:
        trial = Path(folder) / "watchlists"
        try:
            shutil.copytree(site.watchlists, trial)
            append(trial / _file(site).name, [values])
            load(trial)
            append(_file(site), [values])
        except ConfigurationError as error:
            problems = (replace(one, file=Path(one.file).name) for one in error.problems)
            return [str(problem) for problem in problems]
        except OSError as error:
            return [f"the watchlists cannot be read: {error.strerror or error}"]
    return []
