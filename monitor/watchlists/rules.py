"""Rules and terms of all watchlist files: held against each other, then made into core values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.core.model import RuleKind
from monitor.core.rules import (
    Condition,
    Example,
    ExampleArticle,
    QuantitySpec,
    Rule,
    RuleSet,
    SameEvent,
    Step,
    Term,
    VolumeSpec,
)
from monitor.errors import Problem
from monitor.watchlists.checking import check
from monitor.watchlists.models import (
    ConditionModel,
    ExampleModel,
    ExampleTextModel,
    RuleModel,
    StepModel,
    WatchlistFile,
    given,
)
from monitor.watchlists.wording import nearest, shown
from monitor.watchlists.yamlfile import Document, Node, PathKey

Path = tuple[PathKey, ...]

# Which keys belong to which kinds of rule only.
_KINDS_OF_KEY = {
    "steps": (RuleKind.EVENT, RuleKind.STATE, RuleKind.QUANTITY),
    "states": (RuleKind.STATE,),
    "initial": (RuleKind.STATE,),
    "denied": (RuleKind.STATE,),
    "considered": (RuleKind.STATE,),
    "quantity": (RuleKind.QUANTITY,),
    "volume": (RuleKind.VOLUME,),
}
_KEY_NEEDED = {RuleKind.STATE: "states", RuleKind.QUANTITY: "quantity", RuleKind.VOLUME: "volume"}


@dataclass(slots=True)
class Watchlists:
    """All watchlist files together. `complete` is False when one of them could not be read at all."""

    files: list[tuple[Document, WatchlistFile]] = field(default_factory=list)
    terms: dict[str, tuple[Document, Node]] = field(default_factory=dict)
    rules: dict[str, tuple[Document, Node]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    complete: bool = True


def read_watchlists(documents: Sequence[Document], channels: frozenset[str] | None) -> Watchlists:
    """Check every file by itself, then all of them together.

    `channels` are the names that rules may use; None when they are not known, then any will do.
    """
    together = Watchlists(complete=all(document.root for document in documents))
    for document in documents:
        together.problems.extend(_collect_names(document, together))
        model = check(WatchlistFile, document)
        together.problems.extend(document.problems)
        if model is not None:
            together.files.append((document, model))
    for document, model in together.files:
        for index, rule in enumerate(model.rules):
            together.problems.extend(_RuleCheck(document, ("rules", index), rule, together, channels).run())
    return together


def make_rule_set(watchlists: Watchlists) -> RuleSet:
    """Core values of files without problems."""
    rules = [
        _rule(model, document, ("rules", index))
        for document, file in watchlists.files
        for index, model in enumerate(file.rules)
    ]
    terms = {
        name: Term(name, {language: tuple(words) for language, words in by_language.items()})
        for _, file in watchlists.files
        for name, by_language in file.terms.items()
    }
    return RuleSet(tuple(rules), terms)


def digest(contents: Mapping[str, bytes]) -> str:
    """A short name for the contents of some files."""
    total = hashlib.sha256()
    for name, content in sorted(contents.items()):
        total.update(f"{name}:{len(content)}:".encode() + content)
    return total.hexdigest()[:12]


def _collect_names(document: Document, together: Watchlists) -> Iterator[Problem]:
    """Note where terms and rules are defined, also those with mistakes in them; find second definitions."""
    terms = document.root.child("terms") if document.root else None
    for name, node in terms.value.items() if terms and isinstance(terms.value, dict) else ():
        if name in together.terms:
            where = _where(*together.terms[name], key=True)
            hint = f"it is also defined at {where}; give one of them another name"
            yield document.problem(("terms", name), f"the term {shown(name)} is defined twice", hint, key=True)
        else:
            together.terms[name] = (document, node)
    rules = document.root.child("rules") if document.root else None
    for rule in rules.value if rules and isinstance(rules.value, list) else ():
        identifier = rule.child("id")
        if identifier is None or not isinstance(identifier.value, str):
            continue
        if identifier.value in together.rules:
            where = _where(*together.rules[identifier.value])
            message = f"the rule id {shown(identifier.value)} is used twice"
            hint = f"it is also used at {where}; give one of them another id"
            yield Problem(document.file, identifier.line, identifier.column, message, hint)
        else:
            together.rules[identifier.value] = (document, identifier)


def _where(document: Document, node: Node, *, key: bool = False) -> str:
    line, column = (node.key_line, node.key_column) if key else (node.line, node.column)
    return f"{document.file}:{line}:{column}"


@dataclass(slots=True)
class _RuleCheck:
    """What a rule's own model cannot know: other parts of the rule, and the other files."""

    document: Document
    path: Path
    rule: RuleModel
    together: Watchlists
    channels: frozenset[str] | None

    def run(self) -> Iterator[Problem]:
        if not self.document.find(*self.path).partial:  # else what seems to be lacking may just be misspelt
            yield from self._kind()
            yield from self._steps()
            yield from self._examples()
            if not self.rule.match.all:
                message = "the rule has no positive condition: “all” is empty"
                yield self._problem(("match",), message, "name at least one term that must be there")
        if self.together.complete:
            yield from self._terms()
        if self.channels is not None:
            for index, channel in enumerate(self.rule.channels):
                if channel not in self.channels:
                    message = f"there is no channel {shown(channel)}"
                    hint = nearest(channel, self.channels) or "define it in channels.yaml"
                    yield self._problem(("channels", index), message, hint)

    def _kind(self) -> Iterator[Problem]:
        kind = self.rule.kind
        for key, kinds in _KINDS_OF_KEY.items():
            if key in self.rule.model_fields_set and kind not in kinds:
                hint = f"{shown(key)} belongs to rules of kind {' or '.join(kinds)}"
                if key == "states" and kind is RuleKind.EVENT:
                    hint += "; event rules have “steps”"
                yield self._problem((key,), f"a rule of kind {kind} has no {shown(key)}", hint, key=True)
        needed = _KEY_NEEDED.get(kind)
        if needed and not getattr(self.rule, needed):
            yield self._problem(("kind",), f"a rule of kind {kind} needs {shown(needed)}")

    def _steps(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for section, index, step in self._all_steps():
            if step.id in seen:
                yield self._problem((section, index, "id"), f"the id {shown(step.id)} is used twice in “{section}”")
            seen.add(step.id)
            if not step.cues and not (section == "states" and step.id in self._told_otherwise()):
                hint = "" if section == "steps" else "only the initial, denied and considered states can do without"
                yield self._problem((section, index, "cues"), "must not be empty", hint)
        if not self.rule.states:
            return
        seen = {state.id for state in self.rule.states}
        for key in ("initial", "denied", "considered"):
            state = getattr(self.rule, key)
            if state is not None and state not in seen:
                hint = nearest(state, seen) or f"states: {', '.join(sorted(seen))}"
                yield self._problem((key,), f"{shown(state)} is not one of the rule's states", hint)

    def _told_otherwise(self) -> tuple[str | None, ...]:
        return self.rule.initial, self.rule.denied, self.rule.considered

    def _examples(self) -> Iterator[Problem]:
        known = {step.id for _, _, step in self._all_steps()}
        for index, example in enumerate(self.rule.examples):
            texts: list[tuple[Path, str | None]] = [(("examples", index, "step"), example.step)]
            for number, text in enumerate(example.timeline or ()):
                texts.append((("examples", index, "timeline", number, "step"), text.step))
            for path, step in texts:
                if step is not None and step not in known:
                    hint = nearest(step, known) or f"known: {', '.join(sorted(known)) or 'none'}"
                    yield self._problem(path, f"the rule has no step or state {shown(step)}", hint)

    def _terms(self) -> Iterator[Problem]:
        for path, names in self._references():
            for name in names:
                if name not in self.together.terms:
                    hint = nearest(name, self.together.terms) or "define it under “terms” in any watchlist file"
                    yield self._problem(path, f"there is no term {shown(name)}", hint)

    def _references(self) -> Iterator[tuple[Path, list[str]]]:
        """Every place of the rule that names terms, with the names."""
        for key in ("match", "context"):
            condition = getattr(self.rule, key)
            if condition is not None:
                yield from _groups((key, "all"), condition.all)
                yield from _groups((key, "none"), condition.none)
                yield from _groups((key, "actor"), condition.actor)
                yield from _groups((key, "rivals"), condition.rivals)
                yield from _groups((key, "none_in_title"), condition.none_in_title)
        for section, index, step in self._all_steps():
            yield from _groups((section, index, "cues"), step.cues)
            yield from _groups((section, index, "needs"), step.needs)
            yield from _groups((section, index, "beside"), step.beside)
            yield from _groups((section, index, "unless"), step.unless)
        if self.rule.quantity is not None:
            yield from _groups(("quantity", "total"), self.rule.quantity.total)
            yield from _groups(("quantity", "again"), self.rule.quantity.again)

    def _all_steps(self) -> Iterator[tuple[str, int, StepModel]]:
        """States and steps, each with its section and its place there."""
        for section in ("states", "steps"):
            yield from ((section, index, step) for index, step in enumerate(getattr(self.rule, section)))

    def _problem(self, path: Path, message: str, hint: str = "", *, key: bool = False) -> Problem:
        return self.document.problem((*self.path, *path), message, hint, key=key)


def _groups(path: Path, groups: list[list[str]]) -> Iterator[tuple[Path, list[str]]]:
    return (((*path, index), names) for index, names in enumerate(groups))


def _flat(groups: list[list[str]]) -> tuple[str, ...]:
    """Where one of all names is enough, "a | b" and two items mean the same."""
    return tuple(name for group in groups for name in group)


def _nested(groups: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for group in groups)


def _condition(model: ConditionModel) -> Condition:
    return Condition(
        all=_nested(model.all),
        none=_flat(model.none),
        within=model.within,
        actor=_flat(model.actor),
        rivals=_flat(model.rivals),
        none_in_title=_flat(model.none_in_title),
    )


def _step(model: StepModel, *, event: bool) -> Step:
    return Step(
        id=model.id,
        cues=_flat(model.cues),
        title=model.title or "",
        needs=_nested(model.needs),
        beside=_nested(model.beside),
        unless=_flat(model.unless),
        alerts=model.alerts,
        planned=model.planned,
        event=event,
    )


def _example(model: ExampleModel, document: Document, path: Path) -> Example:
    line = document.find(*path).line
    if model.timeline is None:
        return Example((_article(model, line),), model.name, line)
    articles = (
        _article(text, document.find(*path, "timeline", number).line) for number, text in enumerate(model.timeline)
    )
    return Example(tuple(articles), model.name, line)


def _article(model: ExampleModel | ExampleTextModel, line: int) -> ExampleArticle:
    return ExampleArticle(
        text=model.text or "",
        expect=model.expect,
        title=model.title,
        language=model.lang or "",
        published=model.published or "",
        step=model.step or "",
        line=line,
    )


def _rule(model: RuleModel, document: Document, path: Path) -> Rule:
    quantity, volume, same = model.quantity, model.volume, model.same_event
    return Rule(
        id=model.id,
        kind=model.kind,
        title=model.title,
        match=_condition(model.match),
        description=model.description,
        severity=model.severity,
        channels=tuple(model.channels),
        context=_condition(model.context) if model.context else None,
        steps=(
            *(_step(state, event=False) for state in model.states),
            *(_step(step, event=model.kind is RuleKind.STATE) for step in model.steps),
        ),
        initial=model.initial or "",
        denied=model.denied or "",
        considered=model.considered or "",
        same_event=SameEvent(**given(days=same.days, memory=same.memory, by_name=same.by_name)),
        quantity=QuantitySpec(quantity.unit, _flat(quantity.total), _flat(quantity.again), quantity.minimum)
        if quantity
        else None,
        volume=VolumeSpec(
            **given(window=volume.window, factor=volume.factor, least=volume.least, publishers=volume.publishers)
        )
        if volume
        else None,
        updates=model.updates,
        enabled=model.enabled,
        examples=tuple(
            _example(example, document, (*path, "examples", index)) for index, example in enumerate(model.examples)
        ),
        watchlist=document.file,
        line=document.find(*path).line,
    )
