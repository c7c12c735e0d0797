"""Rules and terms of all watchlist files: held against each other, then made into core values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.core.figures import COUNTED, CURRENCIES, MONEY, is_unit, unit_called
from monitor.core.model import RuleKind
from monitor.core.rules import RuleSet, Term
from monitor.errors import Problem
from monitor.watchlists.checking import check
from monitor.watchlists.fields import PACK
from monitor.watchlists.models import ConditionModel, ExampleModel, RuleModel, StepModel, WatchlistFile
from monitor.watchlists.values import Packs, make_rule, unpacked
from monitor.watchlists.wording import nearest, one_of, shown
from monitor.watchlists.yamlfile import Document, Node, PathKey

Path = tuple[PathKey, ...]
# A place that names terms, the names, and whether packs may stand there.
Reference = tuple[Path, list[str], bool]

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
HOUR = timedelta(hours=1)  # between a text of a time-line and the next, where no time is given
_KEY_NEEDED = {RuleKind.STATE: "states", RuleKind.QUANTITY: "quantity", RuleKind.VOLUME: "volume"}


@dataclass(slots=True)
class Watchlists:
    """All watchlist files together. `complete` is False when one of them could not be read at all."""

    files: list[tuple[Document, WatchlistFile]] = field(default_factory=list)
    terms: dict[str, tuple[Document, Node]] = field(default_factory=dict)
    packs: dict[str, tuple[Document, Node]] = field(default_factory=dict)
    rules: dict[str, tuple[Document, Node]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    complete: bool = True

    def contents_of_packs(self) -> Packs:
        return {
            name: tuple(term for group in groups for term in group)
            for _, model in self.files
            for name, groups in model.packs.items()
        }


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
        if together.complete:
            for name, terms in model.packs.items():
                together.problems.extend(_unknown(_references(("packs", name), terms), document, together))
        for index, rule in enumerate(model.rules):
            checked = _RuleCheck(document, ("rules", index), rule, together, channels)
            together.problems.extend(checked.run())
            together.warnings.extend(checked.mute_steps())
    return together


def make_rule_set(watchlists: Watchlists) -> RuleSet:
    """Core values of files without problems."""
    packs = watchlists.contents_of_packs()
    terms = {
        name: Term(
            name,
            {language: tuple(words) for language, words in by_language.items()},
            document.file,
            document.find("terms", name).key_line,
        )
        for document, file in watchlists.files
        for name, by_language in file.terms.items()
    }
    rules = [
        make_rule(model, document, ("rules", index), packs, terms)
        for document, file in watchlists.files
        for index, model in enumerate(file.rules)
    ]
    return RuleSet(tuple(rules), terms)


def digest(contents: Mapping[str, bytes]) -> str:
    """A short name for the contents of some files."""
    total = hashlib.sha256()
    for name, content in sorted(contents.items()):
        total.update(f"{name}:{len(content)}:".encode() + content)
    return total.hexdigest()[:12]


def _collect_names(document: Document, together: Watchlists) -> Iterator[Problem]:
    """Note where terms and rules are defined, also those with mistakes in them; find second definitions."""
    yield from _collect_section("terms", document, together.terms)
    yield from _collect_section("packs", document, together.packs)
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


def _collect_section(section: str, document: Document, known: dict[str, tuple[Document, Node]]) -> Iterator[Problem]:
    found = document.root.child(section) if document.root else None
    for name, node in found.value.items() if found and isinstance(found.value, dict) else ():
        if name in known:
            hint = f"it is also defined at {_where(*known[name], key=True)}; give one of them another name"
            message = f"the {section[:-1]} {shown(name)} is defined twice"
            yield document.problem((section, name), message, hint, key=True)
        else:
            known[name] = (document, node)


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
            yield from self._reach()
            if not any(True for _ in self.rule.match.wanted()):
                message = "the rule has no positive condition: “all” is empty"
                yield self._problem(("match",), message, "name at least one term that must be there")
        if self.together.complete:
            yield from list(_unknown(self._references(), self.document, self.together)) or self._contradictions()
            yield from self._unit()
        if self.channels is not None:
            for index, channel in enumerate(self.rule.channels):
                if channel not in self.channels:
                    message = f"there is no channel {shown(channel)}"
                    hint = nearest(channel, self.channels) or "define it in channels.yaml"
                    yield self._problem(("channels", index), message, hint)

    def mute_steps(self) -> Iterator[Problem]:
        """Steps of a quantity rule, where figures alone are news, by whose words no figure counts."""
        spec = self.rule.quantity
        if self.rule.kind is not RuleKind.QUANTITY or spec is None:
            return
        counting = {term for item in spec.beside for term in item}
        for index, step in enumerate(self.rule.steps):
            if step.alerts and (
                step.negated or (counting and counting.isdisjoint(term for item in step.cues for term in item))
            ):
                message = f"the step {shown(step.id)} of a rule of kind quantity is never news by itself"
                hint = "only figures are: tell what has none by a rule of its own, of kind state or event"
                yield self._problem(("steps", index, "id"), message, hint)

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

    def _unit(self) -> Iterator[Problem]:
        """What no figure has and no term names."""
        unit = self.rule.quantity.unit if self.rule.quantity else MONEY
        if is_unit(unit) or unit in self.together.terms:
            return
        listed = f"known: {', '.join((MONEY, *COUNTED))}, the currencies {', '.join(CURRENCIES)}, and every term"
        meant, known = unit_called(unit), (MONEY, *COUNTED, *CURRENCIES, *self.together.terms)
        hint = f"did you mean {shown(meant)}?" if meant else nearest(unit, known, cutoff=0.81)
        yield self._problem(("quantity", "unit"), f"no figure has the unit {shown(unit)}", f"{hint} {listed}".strip())

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
            yield from self._backwards(index, example)
            for path, step in texts:
                if step is not None and step not in known:
                    hint = nearest(step, known) or f"known: {', '.join(sorted(known)) or 'none'}"
                    yield self._problem(path, f"the rule has no step or state {shown(step)}", hint)

    def _backwards(self, index: int, example: ExampleModel) -> Iterator[Problem]:
        """Texts of a time-line that appear before the text above them."""
        before: datetime | None = None
        for number, text in enumerate(example.timeline or ()):
            at = datetime.fromisoformat(text.published) if text.published else before and before + HOUR
            if at and before and at < before:
                message = f"the timeline runs backwards: the text above is of {before:%Y-%m-%dT%H:%MZ}"
                hint = "order the texts by time; one without “published” comes an hour after the one above"
                yield self._problem(("examples", index, "timeline", number, "published"), message, hint)
            before = at

    def _reach(self) -> Iterator[Problem]:
        """`in` and `near` where they mean nothing, or leave no place for a cue."""
        within = self.rule.match.within
        for number, near in enumerate(self.rule.match.near):
            if (near.sentences or 0) > within:
                message = f"{near.sentences} sentences, but a passage of this rule reaches no further than {within}"
                hint = f"write within: {near.sentences}, or fewer sentences"
                yield self._problem(("match", "near", number, "sentences"), message, hint)
        if self.rule.context and self.rule.context.zones:
            hint = "“in” says where the cue must stand: write it in “match”, or in a step"
            yield self._problem(("context", "in"), "“context” has no “in”", hint, key=True)
        for section, index, step in self._all_steps():
            if step.zones and self.rule.match.zones and not {*step.zones} & {*self.rule.match.zones}:
                message = f"the rule wants its cues in {one_of(self.rule.match.zones)} only"
                yield self._problem((section, index, "in"), message, "take one of the two “in” away")

    def _contradictions(self) -> Iterator[Problem]:
        """What is asked for in one place and barred in another: the rule would never speak."""
        packs = self.together.contents_of_packs()
        for key in ("match", "context"):
            condition = getattr(self.rule, key)
            if condition is not None:
                barred = set(unpacked(condition.none, packs))
                wanted = ((path, names) for path, names in condition.wanted())
                yield from self._barred((key,), wanted, barred, "“none”")
        for section, index, step in self._all_steps():
            asked: list[tuple[Path, list[str]]] = [(("cues",), [name for names in step.cues for name in names])]
            asked += [(("beside", number), names) for number, names in enumerate(step.beside)]
            yield from self._barred((section, index), asked, set(unpacked(step.unless, packs)), "“unless”")

    def _barred(
        self, base: Path, wanted: Iterable[tuple[Path, list[str]]], barred: set[str], by: str
    ) -> Iterator[Problem]:
        for path, names in wanted:
            if names and barred.issuperset(names):
                message = f"{one_of(map(shown, names))} must be there, and by {by} must not: nothing would ever match"
                yield self._problem((*base, *path), message, "take it out of one of the two")

    def _references(self) -> Iterator[Reference]:
        """Every place of the rule that names terms."""
        for key in ("match", "context"):
            condition = getattr(self.rule, key)
            if condition is not None:
                yield from self._in_condition(key, condition)
        for section, index, step in self._all_steps():
            for name in ("cues", "needs", "beside"):
                yield from self._groups((section, index, name), getattr(step, name))
            yield from self._groups((section, index, "unless"), step.unless, packs=True)
        yield from self._groups(("same_event", "by"), self.rule.same_event.by)
        for name in ("beside", "total", "again") if self.rule.quantity else ():
            yield from self._groups(("quantity", name), getattr(self.rule.quantity, name))

    def _in_condition(self, key: str, condition: ConditionModel) -> Iterator[Reference]:
        for name in ("all", "any", "actor", "rivals"):
            yield from self._groups((key, name), getattr(condition, name))
        for name in ("none", "none_in_title"):
            yield from self._groups((key, name), getattr(condition, name), packs=True)
        for number, near in enumerate(condition.near):
            yield from self._groups((key, "near", number, "terms"), near.terms)
        for name in condition.score.terms if condition.score else ():
            yield (*self.path, key, "score", "terms", name), [name], False

    def _groups(self, path: Path, groups: list[list[str]], *, packs: bool = False) -> Iterator[Reference]:
        return _references((*self.path, *path), groups, packs=packs)

    def _all_steps(self) -> Iterator[tuple[str, int, StepModel]]:
        """States and steps, each with its section and its place there."""
        for section in ("states", "steps"):
            yield from ((section, index, step) for index, step in enumerate(getattr(self.rule, section)))

    def _problem(self, path: Path, message: str, hint: str = "", *, key: bool = False) -> Problem:
        return self.document.problem((*self.path, *path), message, hint, key=key)


def _references(path: Path, groups: list[list[str]], *, packs: bool = False) -> Iterator[Reference]:
    return (((*path, index), names, packs) for index, names in enumerate(groups))


def _unknown(references: Iterable[Reference], document: Document, together: Watchlists) -> Iterator[Problem]:
    """Names of terms and packs that nothing has, and packs where none may stand."""
    for path, names, packs in references:
        for name in names:
            if name.startswith(PACK):
                yield from _pack_problem(document, path, name.removeprefix(PACK).strip(), together, allowed=packs)
            elif name not in together.terms:
                hint = nearest(name, together.terms) or "define it under “terms” in any watchlist file"
                if packs and name in together.packs:
                    hint = f"there is a pack of this name: write {PACK}{name}"
                yield _at(document, path, f"there is no term {shown(name)}", hint)


def _pack_problem(
    document: Document, path: Path, name: str, together: Watchlists, *, allowed: bool
) -> Iterator[Problem]:
    if not allowed:
        hint = "packs belong in the “none”, “none_in_title” and “unless” of rules"
        yield _at(document, path, f"the pack {shown(name)} cannot stand here", hint)
    elif name not in together.packs:
        hint = nearest(name, together.packs) or "define it under “packs” in any watchlist file"
        yield _at(document, path, f"there is no pack {shown(name)}", hint)


def _at(document: Document, path: Path, message: str, hint: str) -> Problem:
    """At the value, or where a key is the name (the terms of a score) at the key."""
    return document.problem(path, message, hint, key=path[-2:-1] == ("terms",) and isinstance(path[-1], str))
