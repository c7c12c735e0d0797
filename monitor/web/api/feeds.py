"""Alerts as Atom and as JSON Feed, for whoever reads feeds."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from lxml import etree
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.render import link, plain
from monitor.core.responses import Standing
from monitor.store.shown.alerts import ToldRow
from monitor.store.shown.wanted import Wanted
from monitor.web.moments import iso, utc
from monitor.web.paths import looks
from monitor.web.site import Site

ENTRIES = 50
TITLE = "News monitor: alerts"
_MOST_VALUES, _LONGEST_VALUE = 20, 200
_ATOM = "http://www.w3.org/2005/Atom"
_IDS = uuid.UUID("6c6f2f37-6f0c-4d4b-9c0e-3f6f0f0f8a51")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without entries was updated


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert as an entry: `id` stays, `url` is the article ("" for none), `page` ours ("" where nobody outside
    reaches us). All text is fit for XML."""

    id: str
    title: str
    text: str
    url: str
    page: str
    published: datetime
    updated: datetime
    language: str
    tags: tuple[str, ...]


Write = Callable[[Sequence[Entry], str, str], bytes]


def routes(site: Site) -> list[BaseRoute]:
    return [
        looks(site, "/feeds/alerts.atom", _feed(as_atom, "application/atom+xml; charset=utf-8")),
        looks(site, "/feeds/alerts.json", _feed(as_json, "application/feed+json; charset=utf-8")),
    ]


def _feed(write: Write, kind: str) -> Callable[[Site, Request], Response]:
    def feed(site: Site, request: Request) -> Response:
        home = site.admission.public_url or str(request.base_url).rstrip("/")
        asked = f"?{request.url.query}" if request.url.query else ""
        page = site.shown.alerts.told(_wanted(request), limit=ENTRIES)
        entries = [entry_of(row, site.admission.public_url) for row in page.rows]
        body = write(entries, home, f"{home}{request.url.path}{asked}")
        changed = max((entry.updated for entry in entries), default=_NEVER).replace(microsecond=0)
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        told = {"ETag": tag, "Last-Modified": format_datetime(changed, usegmt=True), "Content-Type": kind}
        return Response(b"", 304, told) if _has_it(request.headers, tag, changed) else Response(body, 200, told)

    return feed


def _wanted(request: Request) -> Wanted:
    """What the monitor tells of itself is left out unless its rule is named."""
    rules, severities, watchlists = (
        tuple(value[:_LONGEST_VALUE] for value in request.query_params.getlist(name)[:_MOST_VALUES])
        for name in ("rule", "severity", "watchlist")
    )
    ours = None if rules else False
    return Wanted(rules=rules, severities=severities, watchlists=watchlists, ours=ours)


def _has_it(headers: Headers, tag: str, changed: datetime) -> bool:
    """Has whoever asks this very feed? What an ETag says counts more than a date (RFC 9110)."""
    if (known := headers.get("if-none-match")) is not None:
        return known.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in known.split(",")}
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except (ValueError, OverflowError):
        return False
    return since.tzinfo is not None and changed <= since


# --- entries ---------------------------------------------------------------------------------


def entry_of(row: ToldRow, public_url: str) -> Entry:
    alert = row.alert
    seed = f"{alert.key}\n{alert.created_at.isoformat()}".encode(errors="replace").decode()
    return Entry(
        f"urn:uuid:{uuid.uuid5(_IDS, seed)}",
        fit(plain(alert.headline)) or "Alert",
        "\n".join(fit(plain(line)) for line in _lines(row)),
        link(fit(alert.article_url)),
        f"{public_url}/alerts/{row.id}" if public_url else "",
        alert.created_at,
        row.updated_at,
        alert.language if _LANGUAGE.fullmatch(alert.language) else "",
        tuple(tag for part in (alert.rule, alert.severity.value, alert.watchlist) if (tag := fit(plain(part)))),
    )


def _lines(row: ToldRow) -> Iterator[str]:
    alert = row.alert
    yield alert.headline
    yield alert.reason
    if alert.previous or alert.current:
        yield f"{alert.previous or '?'} → {alert.current or '?'}"
    for evidence in alert.evidence:
        yield f"“{evidence.text}”"
    if not alert.of_ourselves:
        yield f"{alert.outlet}: {alert.article_title} ({utc(alert.published)})"
    yield f"{alert.rule_title} · {alert.severity.value}"
    if (said := row.standing.words(row.updated_at)) and row.standing != Standing():
        yield said


def fit(text: str) -> str:
    """Without what XML cannot hold."""
    return _NOT_XML.sub("", text)


# --- as they are written ---------------------------------------------------------------------


def as_atom(entries: Sequence[Entry], home: str, address: str) -> bytes:
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(feed, "title", TITLE)
    _add(feed, "id", f"urn:uuid:{uuid.uuid5(_IDS, fit(address))}")
    _add(feed, "updated", iso(max((entry.updated for entry in entries), default=_NEVER)))
    _add(_add(feed, "author"), "name", "News monitor")
    _add(feed, "link", rel="self", type="application/atom+xml", href=fit(address))
    _add(feed, "link", rel="alternate", type="text/html", href=fit(f"{home}/alerts"))
    for entry in entries:
        node = _add(feed, "entry")
        _add(node, "id", entry.id)
        _add(node, "title", entry.title)
        _add(node, "published", iso(entry.published))
        _add(node, "updated", iso(entry.updated))
        if entry.url:
            _add(
                node,
                "link",
                rel="alternate",
                href=entry.url,
                **({"hreflang": entry.language} if entry.language else {}),
            )
        if entry.page:
            _add(node, "link", rel="related", type="text/html", href=entry.page)
        for tag in entry.tags:
            _add(node, "category", term=tag)
        _add(node, "content", entry.text, type="text")
    written = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    assert isinstance(written, bytes)
    return written


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    if text:
        node.text = text
    return node


def as_json(entries: Sequence[Entry], home: str, address: str) -> bytes:
    """JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLE,
        "home_page_url": f"{home}/alerts",
        "feed_url": address,
        "authors": [{"name": "News monitor"}],
        "items": [_item(entry) for entry in entries],
    }
    return json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace")


def _item(entry: Entry) -> dict[str, object]:
    optional = {"url": entry.page or entry.url, "external_url": entry.url, "language": entry.language}
    return {
        "id": entry.id,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": iso(entry.published),
        "date_modified": iso(entry.updated),
        "tags": list(entry.tags),
        **{name: value for name, value in optional.items() if value},
    }
