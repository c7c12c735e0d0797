"""The form of a fact: as a sentence that judgement reads, and field by field, checked as a seed file is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from monitor.core.judge import Judge, Judgement, judge
from monitor.core.model import Article, Assertion, Attribution, Fact, Figure
from monitor.core.names import canonical, is_day
from monitor.core.proposal import propose
from monitor.core.render import cut, plain
from monitor.core.rules import Rule, RuleSet
from monitor.core.text import tokenise
from monitor.store.shown.facts import FactsShown
from monitor.watchlists.seeds import read_seed
from monitor.watchlists.yamlfile import parse_document

Fields = Mapping[str, str]

FIELDS = (
    *("words", "language", "outlet", "title", "url", "told", "event", "reason"),
    *("step", "first", "last", "places", "names", "assertion", "attribution"),
)
FIGURES = 8
ASSERTIONS, ATTRIBUTIONS = tuple(Assertion), tuple(Attribution)
_LONGEST = 2_000  # characters of a sentence
_PART = ("value", "unit", "total", "text")


@dataclass(frozen=True, slots=True)
class Reading:
    """What judgement reads out of a sentence: the fields of the first claim, and how many others there are. `verdict`
    and `why` say what an article with nothing else in it would be now; both are empty where the rule is not touched.
    """

    fields: dict[str, str] = field(default_factory=dict)
    others: int = 0
    verdict: str = ""
    why: str = ""


def missing(form: Fields) -> list[str]:
    """Why a sentence cannot be read."""
    problems = [] if plain(form.get("words", "")) else ["Write the sentence that says what is known."]
    if _day(form.get("told", "")) is None:
        problems.append("Say on which day it was told, such as 2026-03-01.")
    return problems


def reading_of(form: Fields, rule: Rule, judges: Judge, known: FactsShown, now: datetime) -> Reading:
    """Judges an article that says nothing but the sentence. Raises StoreError."""
    words, told = cut(plain(form.get("words", "")), _LONGEST), _day(form.get("told", ""))
    published = now if told is None or told >= now.date() else datetime.combine(told, time(12), UTC)
    # “-” is the id of no article
    article = Article("-", words, words, published, published, form.get("language", ""), form.get("outlet", ""))
    prepared = judges.prepare(article)
    article = prepared.article
    judged = known.asked(lambda unit: judge(prepared, unit, now))
    mine = next((judgement for judgement in judged.judgements if judgement.rule.id == rule.id), None)
    fields = {"language": article.language}
    if mine is None:
        return Reading(fields)
    facts = [fact for fact in propose(judged, article, "desk") if fact.rule == rule.id]
    if facts:
        fields |= {name: value for name, value in fields_of(facts[0]).items() if name in _READ or "figure" in name}
    return Reading(fields, max(len(facts) - 1, 0), *_said(mine))


_READ = ("step", "first", "last", "places", "names", "assertion", "attribution")


def _said(judgement: Judgement) -> tuple[str, str]:
    return judgement.verdict.kind.value, judgement.verdict.reason


def fact_of(form: Fields, rule: Rule, ruleset: RuleSet, now: datetime) -> tuple[Fact | None, list[str]]:
    """The fact as judgement takes it, without a key, or what is wrong: the same that is wrong in a seed file."""
    if problems := missing(form):
        return None, problems
    document = parse_document(_as_seed(form, rule).encode("utf-8", "replace"), "")
    seed = read_seed(document, ruleset, {}) if not document.problems else None
    if seed is None or document.problems:
        return None, [_in_words(problem.message, problem.hint) for problem in document.problems]
    item = seed.baseline[0]
    told = now if seed.date >= now.date() else item.recorded
    event = "" if item.event == item.key else item.event
    return replace(item, key="", source="", event=event, recorded=told, outlet=plain(form.get("outlet", ""))), []


def _in_words(message: str, hint: str) -> str:
    return f"{message} ({hint})" if hint else message


def _as_seed(form: Fields, rule: Rule) -> str:
    """A seed file, as JSON, which is YAML. Dates are written bare, and what is none is told as in a file."""
    words = cut(plain(form.get("words", "")), _LONGEST)
    day, first, last = (_bare(form.get(name, "")) for name in ("told", "first", "last"))
    head = {
        "id": "desk",
        "outlet": plain(form.get("outlet", "")) or "-",
        "title": plain(form.get("title", "")) or words,
        "language": form.get("language", "") or "en",
        "url": form.get("url", "").strip(),
    }
    fact: dict[str, object] = {
        "rule": rule.id,
        "step": form.get("step", "").strip(),
        "places": _list(form.get("places", "")),
        "names": _list(form.get("names", "")),
        "assertion": form.get("assertion", "") or Assertion.ASSERTED.value,
        "attribution": form.get("attribution", "") or Attribution.OUTLET.value,
        "words": words,
        "event": form.get("event", "").strip(),
    }
    parts = [*(f"{name}: {_json(value)}" for name, value in fact.items() if value)]
    if first:
        parts.append(f"date: {{from: {first}, to: {last or first}}}")
    if figures := list(_figures(form)):
        parts.append(f"figures: [{', '.join(figures)}]")
    document = ", ".join([*(f"{name}: {_json(value)}" for name, value in head.items() if value), f"date: {day}"])
    return f"version: 1\ndocument: {{{document}}}\nfacts:\n  - {{{', '.join(parts)}}}\n"


def _figures(form: Fields) -> Iterator[str]:
    for number in range(FIGURES):
        value, unit, total, text = (form.get(f"figure-{number}-{part}", "").strip() for part in _PART)
        if value or unit or text:
            number_ = value.replace(" ", "").replace("\u00a0", "")
            bare = number_ if re.fullmatch(r"-?\d{1,18}(\.\d{1,9})?", number_, re.ASCII) else _json(value)
            said = [f"value: {bare}", f"unit: {_json(unit)}", *(["total: true"] if total else [])]
            yield "{" + ", ".join([*said, *([f"text: {_json(text)}"] if text else [])]) + "}"


def _json(value: object) -> str:
    return json.dumps(value)


def _bare(written: str) -> str:
    written = written.strip()
    return written if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII) or not written else _json(written)


def _list(written: str) -> list[str]:
    return [name for part in written.split(",") if (name := plain(part).strip())]


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        return None


# --- from a fact -----------------------------------------------------------------------------


def fields_of(item: Fact) -> dict[str, str]:
    """The form that says what the fact says."""
    when = item.when if item.dated else None
    fields = {
        "words": plain(item.words),
        "language": item.language,
        "outlet": plain(item.outlet),
        "url": item.url,
        "told": item.recorded.date().isoformat(),
        "event": item.event if item.event != item.key else "",
        "step": item.step,
        "first": when.first.isoformat() if when else "",
        "last": when.last.isoformat() if when and when.last != when.first else "",
        "places": ", ".join(sorted(map(plain, item.places))),
        "names": ", ".join(sorted(map(plain, names_of(item)))),
        "assertion": item.assertion.value,
        "attribution": item.attribution.value,
    }
    for number, figure in enumerate(item.figures[:FIGURES]):
        fields |= {f"figure-{number}-{part}": value for part, value in _parts(figure).items()}
    return fields


def names_of(item: Fact) -> frozenset[str]:
    """Its names apart from those of its places and from the day for which something is planned."""
    of_places = {canonical(word.text, item.language) for place in item.places for word in tokenise(place)}
    return frozenset(name for name in item.names if name not in of_places | item.places and not is_day(name))


def _parts(figure: Figure) -> dict[str, str]:
    value = f"{figure.value:.0f}" if figure.value.is_integer() else repr(figure.value)
    return {"value": value, "unit": figure.unit, "total": "yes" if figure.total else "", "text": plain(figure.text)}


def rows_of(form: Fields) -> list[dict[str, str]]:
    """The figures of a form, and an empty one to fill in."""
    every = [{part: form.get(f"figure-{number}-{part}", "") for part in _PART} for number in range(FIGURES)]
    filled = [row for row in every if any(row.values())]
    return [*filled, *[dict.fromkeys(_PART, "")] * (len(filled) < FIGURES)]
