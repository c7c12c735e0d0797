"""The whole judgement of one article: match → claims → novelty → one verdict for each rule it touches.

Pure: what is known comes in as values, what was learned goes out as values. `Judge.prepare` is what the text alone
tells, match and claims; `judge` holds that against what is known. Articles must come in order of publication, for each
is held against what the earlier ones taught.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core import language
from monitor.core.claims import read_claims
from monitor.core.matching import Match, Matcher
from monitor.core.model import (
    Article,
    Assertion,
    Claim,
    DateSpan,
    Fact,
    RuleKind,
    Verdict,
    VerdictKind,
    Zone,
)
from monitor.core.novelty import opine
from monitor.core.opinion import NOT_ASSERTED, Opinion
from monitor.core.reading import Reading
from monitor.core.rejected import asked_aside, is_aside, with_rejection
from monitor.core.relevant import BURST, MENTION, Baseline, Coverage, Question, question, window
from monitor.core.rules import Rule, RuleSet, VolumeSpec
from monitor.core.text import Document, read
from monitor.core.updates import with_update

DETECT_ON = 1500  # characters of the text that tell its language
AFTERMATH = timedelta(days=3)  # for how long reports go on with an event
A_COPY = "a copy of"  # begins the reason of a verdict on a text that another one has told before
RANK = {VerdictKind.NEW: 2, VerdictKind.FOLLOWUP: 1, VerdictKind.KNOWN: 0}


@dataclass(frozen=True, slots=True)
class Copy:
    """The earlier text that an article repeats: `document` is `article:ID` or `seed:ID`.

    `verdicts` maps rules to (verdict, event) as given then.
    """

    document: str
    verdicts: Mapping[str, tuple[str, str]]

    def judged(self, rule: str) -> bool:
        """Was the original held against this rule? A reprint may have a paragraph that its original had not."""
        return rule in self.verdicts or self.document.startswith("seed:")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule's verdict on one article, what it teaches, and the opinions it was chosen from."""

    rule: Rule
    verdict: Verdict
    facts: tuple[Fact, ...] = ()
    opinions: tuple[Opinion, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something that people should know of a judgement: a pattern took too long and was left out."""

    words: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article, and what it says by itself, whatever is known: for each rule that it touches the words that do and
    the claims. The article has the language of its text. `silent` and `notes` are those of `Judged`."""

    article: Article
    document: Document
    touched: tuple[tuple[Match, tuple[Claim, ...]], ...]
    silent: tuple[Match, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def rules(self) -> frozenset[str]:
        """The rules whose facts its judgement asks for, and adds to."""
        return frozenset(match.rule.id for match, _ in self.touched)


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything said of one article. `silent` holds the rules that were nearly touched, with what they missed; `copy`
    is looked for only where there are judgements; `notes` say in words what was left out, and for which rules it
    counts."""

    document: Document
    judgements: tuple[Judgement, ...]
    silent: tuple[Match, ...] = ()
    copy: Copy | None = None
    notes: tuple[Note, ...] = ()


class Judge:
    """A rule set, ready to judge."""

    def __init__(self, ruleset: RuleSet):
        self.ruleset = ruleset
        self.matcher = Matcher(ruleset)

    def document(self, article: Article) -> Document:
        lang = language.detect(f"{article.title}\n{article.text[:DETECT_ON]}", article.language or "en")
        return read(article.title, article.text, lang)

    def prepare(self, article: Article) -> Prepared:
        """The dear part of a judgement, for which nothing has to be known."""
        document = self.document(article)
        article = replace(article, language=document.language)  # sources are wrong about single articles
        reading = Reading(document, article.published)
        scan = self.matcher.scan(document)
        matches = self.matcher.match(document, scan)
        return Prepared(
            article,
            document,
            tuple((match, read_claims(match, reading)) for match in matches if match.passages),
            tuple(match for match in matches if not match.passages),
            tuple(Note(late.words, tuple(self.matcher.concerned(late))) for late in scan.overdue),
        )


def judge(
    prepared: Prepared, baseline: Baseline, now: datetime, find_copy: Callable[[], Copy | None] = lambda: None
) -> Judged:
    """Verdicts in the order of the rules; what `baseline` recorded after `now` is not known yet. It is asked for facts
    of the touched rules and of their shelves only, and of what this is a copy only where a rule is touched.

    Raises what `baseline` and `find_copy` do.
    """
    copy = find_copy() if prepared.touched else None
    judgements = (
        _judge_rule(match, claims, prepared.article, baseline, now, copy) for match, claims in prepared.touched
    )
    return Judged(prepared.document, tuple(judgements), prepared.silent, copy, prepared.notes)


def _judge_rule(
    match: Match,
    claims: Sequence[Claim],
    article: Article,
    baseline: Baseline,
    now: datetime,
    copy: Copy | None,
) -> Judgement:
    rule = match.rule
    facts = baseline.facts(question(rule, claims), now)
    coverage = _coverage(rule, rule.volume, article, baseline, now) if rule.volume else None
    opinions = tuple(opine(claim, rule, facts, article, coverage) for claim in claims)
    if copy is None:  # a copy says nothing that its original did not
        retold = tuple(dict.fromkeys(opinion.fact.event for opinion in opinions if opinion.fact))
        told = baseline.facts(Question(rule.id, events=retold), now) if retold else ()
        opinions = tuple(with_update(opinion, rule, told, article) for opinion in opinions)
    opinions = _without_side_steps(opinions, article)
    if asked := asked_aside(rule, opinions):
        aside = baseline.facts(asked, now)
        opinions = tuple(with_rejection(opinion, rule, facts, aside, article) for opinion in opinions)
    best = max(opinions, key=_weight)
    if copy is not None and best.kind is VerdictKind.NEW and copy.judged(match.rule.id):
        return Judgement(match.rule, _copied(match.rule, article, best, copy), (), opinions)
    verdict = _verdict(match.rule, article, best)
    return Judgement(match.rule, verdict, tuple(_learned(match.rule, article, opinions, best)), opinions)


def _coverage(rule: Rule, spec: VolumeSpec, article: Article, baseline: Baseline, now: datetime) -> Coverage:
    asked = window(rule, spec, article.published)
    if article.version > 1:  # one article, however often it is edited
        asked = replace(asked, without=f"article:{article.id}")
    return baseline.coverage(asked, now)


def _weight(opinion: Opinion) -> tuple[int, bool, float]:
    return RANK[opinion.kind], bool(opinion.previous and opinion.current), opinion.claim.score


def _without_side_steps(opinions: tuple[Opinion, ...], article: Article) -> tuple[Opinion, ...]:
    """A report that retells what came out within the last days goes on with it: another step beside it,
    which its title does not tell, is a side of the same affair and no news of its own."""
    known = next((opinion for opinion in opinions if _retells_recent(opinion, article)), None)
    if known is None:
        return opinions
    return tuple(
        replace(
            opinion,
            kind=VerdictKind.FOLLOWUP,
            reason=f"{opinion.reason}; but title and lead go on with a known event ({known.reason})",
            fact=known.fact,
            event=known.event,
        )
        if opinion.kind is VerdictKind.NEW
        and opinion.claim.kind is RuleKind.EVENT
        and not opinion.claim.headline
        and (opinion.claim.evidence[0].zone is Zone.LEAD or opinion.claim.step != known.claim.step)
        else opinion
        for opinion in opinions
    )


def _retells_recent(opinion: Opinion, article: Article) -> bool:
    fact = opinion.fact
    if opinion.kind is not VerdictKind.FOLLOWUP or fact is None or opinion.claim.evidence[0].zone is Zone.BODY:
        return False
    return article.published - fact.recorded < AFTERMATH


def _verdict(rule: Rule, article: Article, opinion: Opinion) -> Verdict:
    claim = opinion.claim
    return Verdict(
        article=article.id,
        rule=rule.id,
        kind=opinion.kind,
        event=opinion.event,
        reason=opinion.reason,
        fact=opinion.fact.key if opinion.fact else None,
        score=claim.score,
        step=opinion.step or claim.step,
        assertion=claim.assertion,
        attribution=claim.attribution,
        evidence=claim.evidence,
        when=claim.when,
        previous=opinion.previous,
        current=opinion.current,
    )


def _copied(rule: Rule, article: Article, opinion: Opinion, copy: Copy) -> Verdict:
    """A copy is never news: it belongs to whatever its original belonged to."""
    kind, event = copy.verdicts.get(rule.id, ("", ""))
    claim = opinion.claim
    return Verdict(
        article=article.id,
        rule=rule.id,
        kind=VerdictKind.FOLLOWUP if kind in (VerdictKind.NEW, VerdictKind.FOLLOWUP) else VerdictKind.KNOWN,
        event=event,
        reason=f"{A_COPY} {copy.document}, which was judged before",
        fact=opinion.fact.key if opinion.fact else None,
        score=claim.score,
        step=claim.step,
        assertion=claim.assertion,
        attribution=claim.attribution,
        evidence=claim.evidence,
        when=claim.when,
    )


def _learned(rule: Rule, article: Article, opinions: Sequence[Opinion], best: Opinion) -> list[Fact]:
    """What the article adds to the baseline: its news, its details on known events, its dated background.

    Only the opinion that gave the verdict may change a state: background about states is hindsight.
    """
    learned: list[Fact] = []
    for opinion in opinions:
        if opinion is best:
            keep = _is_lesson(rule, opinion)
        elif keep := _is_side_step(opinion, best, article):
            opinion = replace(opinion, event=best.event)
        else:
            keep = _worth_keeping(rule, opinion)
        if keep:
            learned.append(_fact(rule, article, opinion, len(learned)))
    return learned


def _is_side_step(opinion: Opinion, best: Opinion, article: Article) -> bool:
    """Another step that title or lead tell beside the news: whoever tells it tomorrow tells nothing new."""
    claim = opinion.claim
    if claim.kind is not RuleKind.EVENT or not claim.background or claim.assertion in NOT_ASSERTED:
        return False
    if is_aside(best.fact):
        return False
    in_front = claim.evidence[0].zone is not Zone.BODY
    happened = claim.when is not None and not claim.past and claim.when.last <= article.published.date()
    return in_front and happened and opinion.fact is None and best.kind is not VerdictKind.KNOWN


def _is_lesson(rule: Rule, opinion: Opinion) -> bool:
    if rule.kind is RuleKind.VOLUME or opinion.kind is not VerdictKind.KNOWN:
        return True
    return _worth_keeping(rule, opinion)


def _worth_keeping(rule: Rule, opinion: Opinion) -> bool:
    """Dated background on an event that is not known yet: a later retelling should find it."""
    claim = opinion.claim
    unknown = claim.background and claim.dated and opinion.fact is None
    return rule.kind is RuleKind.EVENT and unknown and claim.past and claim.assertion not in NOT_ASSERTED


def _date(opinion: Opinion) -> tuple[DateSpan | None, bool]:
    """An undated retelling is dated by the event that it was found to retell."""
    claim, fact = opinion.claim, opinion.fact
    if opinion.kind is VerdictKind.FOLLOWUP and not claim.dated and fact is not None and fact.dated:
        return fact.when, True
    return claim.when, claim.dated


def _fact(rule: Rule, article: Article, opinion: Opinion, number: int) -> Fact:
    claim: Claim = opinion.claim
    when, dated = _date(opinion)
    step = opinion.step or claim.step
    aside = opinion.fact.rule if opinion.fact and is_aside(opinion.fact) else ""
    if rule.kind is RuleKind.VOLUME:
        step = BURST if opinion.kind is VerdictKind.NEW else MENTION
    # An edit adds to what the versions before it taught, but to coverage it adds nothing.
    counted = rule.kind is RuleKind.VOLUME and step == MENTION
    edit = f"~{article.version}" if article.version > 1 and not counted else ""
    return Fact(
        key=f"article:{article.id}{edit}:{rule.id}:{number}",
        rule=aside or rule.id,
        kind=rule.kind,
        step=step,
        event=opinion.event,
        recorded=article.told,
        source=f"article:{article.id}",
        words=claim.evidence[0].text if claim.evidence else article.title,
        when=when,
        dated=dated,
        names=claim.names,
        places=claim.places,
        figures=claim.figures,
        assertion=Assertion(claim.assertion),
        attribution=claim.attribution,
        signature=claim.signature,
        language=article.language,
        outlet=article.publisher or article.outlet,
        url=article.url,
    )
