"""Articles, why each rule said of them what it did, and what would be said to a text."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from monitor.core import searching
from monitor.core.language import LANGUAGES
from monitor.core.model import Article
from monitor.core.render import plain
from monitor.store.searching import VERDICTS, Filters
from monitor.store.views import ArticleRow
from monitor.web.api import models, written
from monitor.web.api.access import OurSite, Viewer
from monitor.web.api.paging import Cursor, Limit, cursor, place
from monitor.web.api.problems import Declined
from monitor.web.judged import BusyError, judged
from monitor.web.site import Site

router = APIRouter(tags=["articles"])

_Id = Annotated[str, Path(max_length=200)]
_Rule = Annotated[str | None, Query(max_length=200, description="Only this rule.")]


@router.get("/articles")
def list_articles(
    site: OurSite,
    who: Viewer,
    url: Annotated[str | None, Query(max_length=2_000, description="The one with this address.")] = None,
    q: Annotated[str, Query(description='Words in any form, "phrases", -without, either OR other.')] = "",
    language: Annotated[str, Query(max_length=20, description="That of the text.")] = "",
    country: Annotated[str, Query(max_length=2)] = "",
    outlet: Annotated[str, Query(max_length=200, description="Words of its name.")] = "",
    rule: Annotated[str, Query(max_length=200, description="What touches this rule.")] = "",
    verdict: Annotated[str, Query(pattern=f"^({'|'.join(('', *VERDICTS))})$", description="What became of it.")] = "",
    since: models.Moment | None = None,
    until: models.Moment | None = None,
    limit: Limit = 50,
    cursor_: Annotated[Cursor, Query(alias="cursor")] = None,
) -> models.Page[models.ArticleBrief]:
    """The latest published first, without their texts. Whatever it is searched by, what is judged is found within
    seconds, and an answer may have few items, or none, and a next page all the same."""
    if url is not None:
        row = site.views.article(url)
        item = _brief(row) if row else None
        return models.Page(items=[item] if item else [], next=None)
    filters = Filters(language.lower(), country, outlet, rule, verdict, since, until)
    query = _query(q, filters.language)
    if query is not None or filters:
        [at] = place(cursor_, (int,)) if cursor_ is not None else (None,)
        some, older = site.shown.listed.search(query, filters, limit, at)
        return models.Page(items=[written.brief(row) for row in some], next=cursor(older) if older else None)
    before = place(cursor_, (datetime, str)) if cursor_ is not None else None
    found = site.shown.listed.articles(limit + 1, before)
    last = found[limit - 1] if len(found) > limit else None
    items = [written.brief(row) for row in found[:limit]]
    return models.Page(items=items, next=cursor(last.published, last.id) if last else None)


@router.get("/articles/{id}")
def get_article(site: OurSite, who: Viewer, id: _Id) -> models.Article:  # noqa: A002  # its name in the path
    """One article with its text, and what it was to each rule."""
    row = _found(site, id)
    return written.article(row, site.views.verdicts(row.article.id))


@router.get("/articles/{id}/explanation")
def explain_article(site: OurSite, who: Viewer, id: _Id, rule: _Rule = None) -> models.Explanation:  # noqa: A002
    """Why each rule says what it says, by the rules as they are now and by what was known before the article came."""
    item = _found(site, id).article
    return _explained(site, item, item.published, rule)


@router.post("/replay", tags=["replay"])
def replay_text(site: OurSite, who: Viewer, body: models.Text) -> models.Explanation:
    """What would you say to this? The text is judged by the rules in force and all that is known; nothing is kept."""
    now = site.now()
    at = min(body.published or now, now)
    item = Article("replayed", plain(body.title), body.text, at, at, body.language)
    return _explained(site, item, at, body.rule)


def _query(words: str, language: str) -> searching.Query | None:
    if language and language not in LANGUAGES:
        raise Declined(422, f"`language` is one of {', '.join(LANGUAGES)}.")
    try:
        return searching.parse(words, language)
    except searching.QueryError as error:
        raise Declined(422, f"`q`: {error}") from None


def _found(site: Site, id_: str) -> ArticleRow:
    found = site.views.article(id_)
    if found is None:
        raise Declined(404, "There is no such article.")
    return found


def _brief(row: ArticleRow) -> models.ArticleBrief:
    return written.same(models.ArticleBrief, written.article(row, []))


def _explained(site: Site, item: Article, now: datetime, rule: str | None) -> models.Explanation:
    desk = site.configuration().desk
    if rule is not None and desk.judge.ruleset.rule(rule) is None:
        raise Declined(422, "There is no such rule.")
    try:
        return written.explanation(judged(site, item, now), rule)
    except BusyError as error:
        raise Declined(503, f"{str(error).capitalize()}; try again in a moment.", {"Retry-After": "5"}) from None
