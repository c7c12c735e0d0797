"""`seeds/*.yaml`: what was known before the monitor began to listen, one document a file."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

import yaml
from pydantic import Field

from monitor.core.baseline import comparable
from monitor.core.model import Assertion, Attribution, DateSpan, Fact, Figure, RuleKind
from monitor.core.rules import Rule, RuleSet
from monitor.watchlists.checking import check
from monitor.watchlists.fields import (
    Bytes,
    DateField,
    Day,
    Identifier,
    LanguageCode,
    Strict,
    Text,
    Version,
    member_of,
)
from monitor.watchlists.wording import nearest, shown
from monitor.watchlists.yamlfile import Document, resolve


class SeedDocumentModel(Strict):
    id: Identifier
    outlet: Text
    title: Text
    date: Day
    language: LanguageCode
    url: str = ""
    note: str = ""


class FingerprintModel(Strict):
    signature: Bytes


class FigureModel(Strict):
    value: float = Field(allow_inf_nan=False)
    unit: Text
    total: bool = False
    text: str = ""


class FactModel(Strict):
    rule: Text
    step: Text | None = None
    date: DateField | None = None
    places: list[Text] = Field(default_factory=list)
    names: list[Text] = Field(default_factory=list)
    figures: list[FigureModel] = Field(default_factory=list)
    assertion: Annotated[Assertion, member_of(Assertion)] = Assertion.ASSERTED
    attribution: Annotated[Attribution, member_of(Attribution)] = Attribution.OUTLET
    words: Text
    event: Text | None = None


class SeedFile(Strict):
    """`seeds/*.yaml`."""

    version: Version
    document: SeedDocumentModel
    fingerprint: FingerprintModel | None = None
    facts: list[FactModel] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Seed:
    """A document of the baseline: what it is, how it is recognised, what it says.

    `signature` are the bytes of its fingerprint (empty when there is none). Each fact has the
    key `seed:ID:n` (n from 1) and counts as known from 00:00 UTC of the document's date.
    """

    id: str
    outlet: str
    title: str
    date: date
    language: str
    url: str = ""
    note: str = ""
    signature: bytes = b""
    facts: tuple[Fact, ...] = ()
    file: str = ""

    @property
    def source(self) -> str:
        """The name under which facts and fingerprints of this document are stored."""
        return f"seed:{self.id}"

    @property
    def baseline(self) -> tuple[Fact, ...]:
        """The facts as judgement takes them: `facts` has names as the analyst wrote them."""
        return comparable(self.facts, self.language)


def read_seed(document: Document, rules: RuleSet, taken: dict[str, str]) -> Seed | None:
    """The seed in a file; what is wrong goes to `document.problems`.

    `taken` maps the ids of seeds read before to where they stand; this one's is added.
    """
    file = check(SeedFile, document)
    if file is None:
        for index, node in enumerate(document.find("facts").children()):
            name = node.child("rule")
            if name and isinstance(name.value, str):
                _rule_named(name.value, index, document, rules)
        return None
    place = document.find("document", "id")
    where = taken.setdefault(file.document.id, f"{document.file}:{place.line}:{place.column}")
    if where != f"{document.file}:{place.line}:{place.column}":
        message = f"the seed id {shown(file.document.id)} is used twice"
        document.problems.append(document.problem(("document", "id"), message, f"it is also used at {where}"))
    for index, fact in enumerate(file.facts):
        _check_fact(fact, index, document, rules)
    return None if document.problems else _seed(file, document.file, rules)


def _check_fact(fact: FactModel, index: int, document: Document, rules: RuleSet) -> None:
    path = ("facts", index)
    rule = _rule_named(fact.rule, index, document, rules)
    if rule is None:
        return
    known = [step.id for step in rule.steps]
    listed = f"steps of {rule.id}: {', '.join(known) or 'none'}"
    if fact.step is not None and fact.step not in known:
        message = f"the rule {shown(rule.id)} has no step or state {shown(fact.step)}"
        document.problems.append(document.problem((*path, "step"), message, nearest(fact.step, known) or listed))
    if fact.step is None and known and rule.kind in (RuleKind.EVENT, RuleKind.STATE):
        message = f"a fact of rule {shown(rule.id)} needs a “step”"
        document.problems.append(document.problem(path, message, listed))


def _rule_named(name: str, index: int, document: Document, rules: RuleSet) -> Rule | None:
    rule = rules.rule(name)
    if rule is None:
        hint = nearest(name, (known.id for known in rules.rules)) or "rules stand in the watchlists"
        problem = document.problem(("facts", index, "rule"), f"there is no rule {shown(name)}", hint)
        document.problems.append(problem)
    return rule


def _seed(file: SeedFile, name: str, rules: RuleSet) -> Seed:
    document = file.document
    return Seed(
        id=document.id,
        outlet=document.outlet,
        title=document.title,
        date=document.date,
        language=document.language,
        url=document.url,
        note=document.note,
        signature=file.fingerprint.signature if file.fingerprint else b"",
        facts=tuple(_fact(fact, number, document, rules) for number, fact in enumerate(file.facts, start=1)),
        file=name,
    )


def _fact(model: FactModel, number: int, document: SeedDocumentModel, rules: RuleSet) -> Fact:
    rule = rules.rule(model.rule)
    if rule is None:
        raise AssertionError("facts are made only of files without problems")
    key = f"seed:{document.id}:{number}"
    return Fact(
        key=key,
        rule=rule.id,
        kind=rule.kind,
        step=model.step or "",
        event=model.event or key,
        recorded=datetime.combine(document.date, time(), UTC),
        source=f"seed:{document.id}",
        words=model.words,
        when=DateSpan(model.date.first, model.date.last) if model.date else None,
        dated=model.date is not None,
        names=frozenset(model.names),
        places=frozenset(model.places),
        figures=tuple(Figure(figure.value, figure.unit, figure.total, figure.text) for figure in model.figures),
        assertion=model.assertion,
        attribution=model.attribution,
        language=document.language,
        outlet=document.outlet,
        url=document.url,
    )


# --- writing ---------------------------------------------------------------------------------


class _Inline(dict[str, Any]):
    """A mapping written on one line."""


class _InlineList(list[Any]):
    """A list written on one line."""


class _Writer(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # list items stand below their key, not beside it

    def ignore_aliases(self, data: Any) -> bool:
        return True  # two facts of one day share the date object; our reader wants it written twice


def _write_text(writer: _Writer, value: str) -> yaml.Node:
    # PyYAML knows the scalars of YAML 1.1; what our reader alone takes for a number needs quotes too.
    style = None if isinstance(resolve(value), str) and value.isprintable() else '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(str, _write_text)
_Writer.add_representer(
    _Inline, lambda writer, value: writer.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)
)
_Writer.add_representer(
    _InlineList, lambda writer, value: writer.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)


def dump_seed(seed: Seed) -> str:
    """The seed as a YAML file that reads back to the same value (apart from `file`)."""
    document: dict[str, Any] = {"id": seed.id, "outlet": seed.outlet, "title": seed.title, "date": seed.date}
    document |= _filled(language=seed.language, url=seed.url, note=seed.note)
    data: dict[str, Any] = {"version": 1, "document": document}
    if seed.signature:
        data["fingerprint"] = {"signature": base64.b64encode(seed.signature).decode("ascii")}
    data["facts"] = [_fact_data(fact) for fact in seed.facts]
    return yaml.dump(data, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=100)


def _fact_data(fact: Fact) -> dict[str, Any]:
    figures = [_figure_data(figure) for figure in fact.figures]
    data: dict[str, Any] = {"rule": fact.rule} | _filled(
        step=fact.step,
        date=_date_data(fact.when) if fact.when and fact.dated else None,
        places=_InlineList(sorted(fact.places)),
        names=_InlineList(sorted(fact.names)),
        figures=figures,
    )
    data |= {"assertion": fact.assertion.value, "attribution": fact.attribution.value, "words": fact.words}
    return data | _filled(event="" if fact.event == fact.key else fact.event)


def _figure_data(figure: Figure) -> _Inline:
    whole = figure.value.is_integer() and abs(figure.value) < 1e15
    value = int(figure.value) if whole else figure.value
    return _Inline({"value": value, "unit": figure.unit} | _filled(total=figure.total, text=figure.text))


def _date_data(span: DateSpan) -> object:
    """A day, a whole month, a whole year, or from and to."""
    if span.first == span.last:
        return span.first
    day_after = span.last + timedelta(days=1) if span.last < date.max else None
    if span.first.day == 1 and day_after is not None and day_after.day == 1:
        if (day_after.year, day_after.month) == (span.first.year + span.first.month // 12, span.first.month % 12 + 1):
            return span.first.isoformat()[:7]
        if span.first.month == 1 and span.first.year >= 1000 and day_after == date(span.first.year + 1, 1, 1):
            return span.first.year
    return _Inline({"from": span.first, "to": span.last})


def _filled(**values: object) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
