"""Why an article alerts or does not, rule by rule: every gate in words, with the places in the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from monitor.core.alerts import Action
from monitor.core.matching import Match, match_rule, terms_of
from monitor.core.model import Article, Evidence, Fact
from monitor.core.opinion import Opinion
from monitor.core.policy import is_update
from monitor.core.proposal import names_as_written
from monitor.core.render import plain
from monitor.core.rules import Rule
from monitor.core.searching import Piece, pieces
from monitor.core.silence import Miss
from monitor.core.text import Document
from monitor.explanation import Explained, Explanation
from monitor.explanation.words import (
    KINDS,
    by_weight,
    claim_sentences,
    goes_to,
    held_against,
    is_near,
    opinions,
    summary,
    told_by,
    verdict_word,
    words_found,
    zones,
)
from monitor.judging import Desk
from monitor.web.judged import LONGEST, BusyError, judged
from monitor.web.paths import Refused
from monitor.web.site import Site

_MOST_SENTENCES = 200
_MOST_OPINIONS = 12


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that the article says on a rule's subject: what tells of it, the quotes with the rule's words marked,
    who, where and when, what it was held against, and what follows from it alone."""

    told: str
    quotes: tuple[tuple[str, tuple[Piece, ...]], ...]
    sentences: tuple[str, ...]
    held: str
    fact: Fact | None
    source: str  # the article that told the fact
    follows: str
    background: str


@dataclass(frozen=True, slots=True)
class Gates:
    """A touched rule, gate by gate. `chosen` is what its verdict follows."""

    rule: Rule
    word: str
    alerts: bool
    reason: str
    verdict: str
    changed: str
    goes: str
    chosen: Said | None
    others: tuple[Said, ...]
    left_out: int
    found: Sequence[tuple[str, Sequence[str]]]


def page(site: Site, request: Request) -> Response:
    row = site.views.article(request.path_params["id"])
    if row is None:
        raise Refused(404, "No such article is stored.", "It may be called otherwise: search for its words.")
    desk = site.configuration().desk
    wanted = request.query_params.get("rule", "")
    rule = desk.judge.ruleset.rule(wanted) if wanted else None
    if wanted and rule is None:
        raise Refused(404, "There is no such rule in force.", "It may have been renamed; the list of rules has all.")
    told = _explained(site, row.article)
    names = names_as_written(told.document)
    touched = [one for one in sorted(told.rules, key=by_weight) if rule is None or one.judgement.rule.id == rule.id]
    silent = [miss for miss in told.silent if rule is None or miss.rule.id == rule.id]
    return site.page(
        request,
        "explain.html",
        article=row.article,
        row=row,
        rule=rule,
        rules=[known.id for known in desk.judge.matcher.rules],
        summary=summary(told),
        zones=zones(told.document),
        language=told.document.language,
        copy=article_of(told.copy.document) if told.copy else "",
        notes=[note for note in told.notes if rule is None or rule.id in note.rules],
        touched=[_gates(one, told.document, names) for one in touched],
        near=[_missed(miss) for miss in silent if rule is not None or is_near(miss)],
        far=[miss.rule.id for miss in silent if rule is None and not is_near(miss)],
        sentences=_marked(told.document, desk, [rule] if rule else [one.judgement.rule for one in touched]),
        cut=len(told.document.sentences) > _MOST_SENTENCES or len(row.article.text) > LONGEST,
        learned=sorted(_elsewhere(site, row.article.id, told)),
    )


def _explained(site: Site, article: Article) -> Explanation:
    """Raises Refused."""
    try:
        return judged(site, article, article.published)
    except BusyError as error:
        raise Refused(503, f"{str(error).capitalize()}.", "Try again in a moment.") from None


def _elsewhere(site: Site, article_id: str, told: Explanation) -> Iterable[str]:
    """Rules of which it was judged otherwise when it came: the rules, or what is known, were others then."""
    now = {one.judgement.rule.id: one.judgement.verdict.kind for one in told.rules}
    then = {became.rule: became.kind for became in site.shown.articles.became(article_id)}
    return (rule for rule in then.keys() | now.keys() if then.get(rule) != now.get(rule))


def _gates(one: Explained, document: Document, names: Mapping[str, str]) -> Gates:
    judgement, decision = one.judgement, one.decision
    verdict = judgement.verdict
    chosen, rest = opinions(judgement)
    rest.sort(key=lambda opinion: opinion.claim.background)
    say = partial(_said, one=one, document=document, names=names)
    alerts = decision.action is Action.NOTIFY
    return Gates(
        judgement.rule,
        verdict_word(verdict),
        alerts,
        plain(decision.reason),
        plain(verdict.reason),
        f"{plain(verdict.previous)} → {plain(verdict.current)}" if is_update(verdict) else "",
        goes_to(decision) if alerts else "",
        say(chosen) if chosen else None,
        tuple(map(say, rest[:_MOST_OPINIONS])),
        max(0, len(rest) - _MOST_OPINIONS),
        list(words_found(one.match).items()),
    )


def _said(opinion: Opinion, one: Explained, document: Document, names: Mapping[str, str]) -> Said:
    claim = opinion.claim
    return Said(
        told_by(opinion, one.match, document),
        tuple((evidence.zone.value, _quote(evidence, one.match, document)) for evidence in claim.evidence),
        tuple(claim_sentences(claim, names)),
        held_against(opinion, one.known),
        opinion.fact,
        article_of(opinion.fact.source) if opinion.fact else "",
        f"{KINDS[opinion.kind]}: {plain(opinion.reason)}",
        plain(claim.why) if claim.background else "",
    )


def article_of(document: str) -> str:
    """The id of the article that a document is; "" for a seed."""
    return document.removeprefix("article:") if document.startswith("article:") else ""


def _quote(evidence: Evidence, match: Match, document: Document) -> tuple[Piece, ...]:
    """Its sentence with the words marked that touched the rule."""
    own = terms_of(match.rule)
    spans = [
        (hit.start - evidence.start, hit.end - evidence.start)
        for number, found in match.hits.items()
        if document.sentences[number].zone is evidence.zone
        for term, hits in found.items()
        if term in own
        for hit in hits
        if evidence.start <= hit.start and hit.end <= evidence.end
    ]
    return tuple(Piece(_in_line(piece.text), piece.hit) for piece in pieces(evidence.text, spans))


def _missed(miss: Miss) -> tuple[Rule, Sequence[str], str]:
    return miss.rule, miss.found, plain(miss.missed)


def _marked(document: Document, desk: Desk, rules: Sequence[Rule]) -> list[tuple[str, tuple[Piece, ...], str]]:
    """Every sentence with its zone, the words of the rules marked, and the terms they stand for."""
    scan = desk.judge.matcher.scan(document)
    places: dict[int, list[tuple[int, int]]] = {}
    terms: dict[int, set[str]] = {}
    for rule in rules:
        own = terms_of(rule)
        for number, found in match_rule(rule, document, scan).hits.items():
            for term, hits in found.items():
                if term in own:
                    places.setdefault(number, []).extend((hit.start, hit.end) for hit in hits)
                    terms.setdefault(number, set()).add(term)
    made = []
    for sentence in document.sentences[:_MOST_SENTENCES]:
        spans = [(start - sentence.start, end - sentence.start) for start, end in places.get(sentence.index, ())]
        marked = tuple(Piece(_in_line(piece.text), piece.hit) for piece in pieces(sentence.text, spans))
        zone = "aside" if sentence.aside else sentence.zone.value
        made.append((zone, marked, ", ".join(sorted(terms.get(sentence.index, ())))))
    return made


def _in_line(text: str) -> str:
    """As `plain`, with the blanks at its ends."""
    before, after = text[:1].isspace(), text[-1:].isspace() and len(text) > 1
    return f"{' ' if before else ''}{plain(text)}{' ' if after else ''}"
