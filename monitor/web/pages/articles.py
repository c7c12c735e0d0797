"""Articles: search, and one article with what each rule made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice, pairwise

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.editing import difference
from monitor.core.language import LANGUAGES
from monitor.core.model import Article, Zone
from monitor.core.render import LANGUAGES as NAMES
from monitor.core.render import plain, seen
from monitor.core.searching import Piece, Query, QueryError, Snippet, marked, parse, pieces, snippet
from monitor.store.searching import VERDICTS, Filters
from monitor.store.shown.articles import ArticleShown
from monitor.store.views import VerdictRow
from monitor.web.pages import explaining
from monitor.web.paths import Refused, looks
from monitor.web.site import Site, address

ON_A_PAGE = 25
_LONGEST = 60_000  # characters of a text on a page
_MOST_LINES = 200  # of one difference
_FIELDS = ("q", "language", "country", "outlet", "rule", "verdict", "since", "until", "order")


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in the list, with what was searched for marked."""

    article: ArticleShown
    title: tuple[Piece, ...]
    snippet: Snippet


def routes(site: Site) -> list[BaseRoute]:
    return [
        looks(site, "/articles", _list),
        looks(site, "/articles/{id}/explain", explaining.page),
        looks(site, "/articles/{id}", _one),
    ]


# --- the list --------------------------------------------------------------------------------


def _list(site: Site, request: Request) -> Response:
    asked = {name: plain(request.query_params.get(name, "")) for name in _FIELDS}
    before = request.query_params.get("before", "")
    problem, listed, more, reached = "", list[Listed](), "", None
    try:
        listed, more, reached = _found(site, asked, before, site.zone_of(request))
    except QueryError as error:
        problem = str(error)
    going_on = address("/articles", **asked, before=more) if more else ""
    configuration = site.configuration()
    return site.page(
        request,
        "articles.html",
        400 if problem else 200,
        listed=listed,
        asked=asked,
        problem=problem,
        more=going_on,
        reached=reached,
        first=not before,
        filtered=any(asked[name] for name in _FIELDS if name not in ("q", "order")),
        unindexed=site.shown.articles.unindexed(),
        languages={code: NAMES.get(code, "English") for code in LANGUAGES},
        countries=sorted({source.country for source in configuration.sources if source.country}),
        rules=[rule.id for rule in configuration.ruleset.rules],
        verdicts=VERDICTS,
    )


def _found(
    site: Site, asked: Mapping[str, str], before: str, zone: tzinfo
) -> tuple[list[Listed], str, datetime | None]:
    """The articles, where the next page begins ("" after the last), and to when was searched where time was up.

    Raises QueryError, StoreError.
    """
    language = asked["language"] if asked["language"] in LANGUAGES else ""
    query = parse(asked["q"], language)
    since, until = _day(asked["since"], zone), _day(asked["until"], zone, timedelta(days=1))
    filters = Filters(
        language,
        asked["country"],
        asked["outlet"],
        asked["rule"],
        asked["verdict"] if asked["verdict"] in VERDICTS else "",
        since,
        until,
    )
    if query is None and not filters:
        latest = site.shown.articles.latest(ON_A_PAGE + 1, _place(before))
        more = _written(latest[ON_A_PAGE - 1]) if len(latest) > ON_A_PAGE else ""
        return _shown(None, latest[:ON_A_PAGE]), more, None
    at = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    page = site.shown.articles.search(query, filters, ON_A_PAGE, at, best=asked["order"] == "best")
    return _shown(query, page.articles), str(page.before or ""), page.searched_to


def _shown(query: Query | None, articles: Iterable[ArticleShown]) -> list[Listed]:
    return [
        Listed(item, marked(query, item.title, item.language), snippet(query, _below(item), item.language))
        for item in articles
    ]


def _below(item: ArticleShown) -> str:
    """The text without the title, with which many begin."""
    text = item.text.lstrip()
    return text.removeprefix(item.title.strip()) or text


def _day(written: str, zone: tzinfo, later: timedelta = timedelta()) -> datetime | None:
    if not written:
        return None
    try:
        return datetime.combine(date.fromisoformat(written) + later, time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise QueryError(f"“{written}” is no day: write it like 2026-03-01.") from None


def _written(item: ArticleShown) -> str:
    return f"{item.published.isoformat()}~{item.id}"


def _place(written: str) -> tuple[datetime, str] | None:
    moment, _, id_ = written.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC), id_)


# --- one article -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """`changes`: lines of what it changed, each with its kind: "add", "cut" or "" for what stayed."""

    article: Article
    changes: Sequence[tuple[str, str]]
    left_out: int


def _one(site: Site, request: Request) -> Response:
    row = site.views.article(request.path_params["id"])
    if row is None:
        raise Refused(404, "No such article is stored.", "It may be called otherwise: search for its words.")
    item = row.article
    verdicts = site.views.verdicts(item.id)
    return site.page(
        request,
        "article.html",
        article=item,
        row=row,
        became=site.shown.articles.became(item.id),
        verdicts={verdict.decision.verdict.rule: verdict for verdict in verdicts},
        title=_marked_title(item, verdicts),
        paragraphs=_paragraphs(item.text, _evidence(verdicts)),
        cut=len(item.text) > _LONGEST,
        versions=_versions(site.views.versions(item.id)),
        copies=[copy for copy in site.shown.articles.copies(item.id) if copy.id != item.id],
        source=site.shown.articles.source_name(item.source_id),
        titles={rule.id: rule.title for rule in site.configuration().ruleset.rules},
    )


def _evidence(verdicts: Iterable[VerdictRow]) -> list[tuple[int, int]]:
    """Where in the text stands what verdicts rest on."""
    return sorted(
        (evidence.start, evidence.end)
        for verdict in verdicts
        for evidence in verdict.decision.verdict.evidence
        if evidence.zone is not Zone.TITLE
    )


def _marked_title(item: Article, verdicts: Iterable[VerdictRow]) -> tuple[Piece, ...]:
    named = any(evidence.zone is Zone.TITLE for verdict in verdicts for evidence in verdict.decision.verdict.evidence)
    return (Piece(plain(item.title), named),)


def _paragraphs(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[Piece, ...]]:
    """The text line by line, with the spans marked."""
    made: list[tuple[Piece, ...]] = []
    start = 0
    for line in text[:_LONGEST].split("\n"):
        end = start + len(line)
        inside = [
            (max(first, start) - start, min(last, end) - start) for first, last in spans if first < end and last > start
        ]
        if line.strip():
            made.append(tuple(Piece(seen(piece.text), piece.hit) for piece in pieces(line, inside)))
        start = end + 1
    return made


def _versions(found: Sequence[Article]) -> list[Version]:
    """The latest first; the first one has no changes."""
    changes = [list[str](), *(difference(before, after) for before, after in pairwise(found))]
    made = [
        Version(
            version,
            [(_KINDS.get(line[:1], ""), plain(line[1:])) for line in islice(lines, _MOST_LINES) if line[:2] != "@@"],
            max(0, len(lines) - _MOST_LINES),
        )
        for version, lines in zip(found, changes, strict=True)
    ]
    return made[::-1]


_KINDS = {"+": "add", "-": "cut"}
