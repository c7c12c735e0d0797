"""A document's claims as facts that an analyst may take into the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time

from monitor.core.apart import is_mark
from monitor.core.judge import Judged, Judgement
from monitor.core.model import Article, Claim, Fact, RuleKind
from monitor.core.names import find_names, is_day
from monitor.core.opinion import Opinion
from monitor.core.rules import Rule
from monitor.core.text import Document

# A fact that still begins so repeats the document's sentence; the baseline is written in our own words.
PLACEHOLDER = "TODO, in your own words: "


def propose(judged: Judged, article: Article, seed: str) -> tuple[Fact, ...]:
    """A fact for each claim of each rule that the document touches, what it puts forward first.

    `seed` is the id of the seed that is to hold them. Bursts are left out: they are no facts.
    """
    found: dict[object, tuple[Rule, Opinion]] = {}
    for judgement in judged.judgements:
        if judgement.rule.kind is not RuleKind.VOLUME:
            for opinion in _worthy(judgement):
                found.setdefault(_identity(opinion.claim), (judgement.rule, opinion))
    recorded = datetime.combine(article.published.date(), time(), UTC)
    written = names_as_written(judged.document)
    return tuple(
        _fact(rule, opinion, f"seed:{seed}:{number}", recorded, article, written)
        for number, (rule, opinion) in enumerate(found.values(), start=1)
    )


def _worthy(judgement: Judgement) -> list[Opinion]:
    """A quantity rule's claim without a figure says nothing that could be known."""
    if judgement.rule.kind is not RuleKind.QUANTITY:
        return list(judgement.opinions)
    return [opinion for opinion in judgement.opinions if opinion.claim.figures]


def _identity(claim: Claim) -> object:
    figures = tuple((figure.value, figure.unit, figure.total) for figure in claim.figures)
    return claim.rule, claim.step, claim.when if claim.dated else None, claim.assertion, figures


def names_as_written(document: Document) -> Mapping[str, str]:
    """Canonical name → the name as people would write it, at its first place."""
    written: dict[str, str] = {}
    for sentence in document.sentences:
        for name in find_names(sentence.text, document.language):
            written.setdefault(name.key, name.text)
    return written


def _fact(
    rule: Rule, opinion: Opinion, key: str, recorded: datetime, article: Article, written: Mapping[str, str]
) -> Fact:
    claim = opinion.claim
    marked = {name: word for name, word in claim.spelt if is_mark(name)}
    told = claim.evidence[0].text if claim.evidence else article.title
    return Fact(
        key=key,
        rule=rule.id,
        kind=rule.kind,
        step=claim.step,
        event=key,
        recorded=recorded,
        source=key.rpartition(":")[0],
        words=PLACEHOLDER + " ".join(told.split()),
        when=claim.when if claim.dated else None,
        dated=claim.dated,
        names=frozenset(
            marked.get(name) or written.get(name, name) for name in claim.names - claim.places if not is_day(name)
        ),
        places=frozenset(written.get(name, name) for name in claim.places),
        figures=claim.figures,
        assertion=claim.assertion,
        attribution=claim.attribution,
        language=article.language,
        outlet=article.outlet,
        url=article.url,
    )
