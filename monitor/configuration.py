"""What people wrote in YAML, made ready for the flow: rules, targets, sources, seeds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

from monitor.core.alerts import Target
from monitor.core.duplicates import bands_of
from monitor.core.editions import Inventory
from monitor.core.judge import Judge
from monitor.core.model import Severity, Source
from monitor.core.routing import Route, every
from monitor.core.rules import Rule, RuleSet, Stage
from monitor.errors import ConfigurationError, Problem
from monitor.judging import Desk
from monitor.messages.templates import NONE, Templates, template_paths
from monitor.notify import CONSOLE, check_url, format_for, per_minute_for
from monitor.ports import Fingerprint
from monitor.watchlists import CHANNELS, Loaded, Seed, dump_seed, load, load_seeds
from monitor.watchlists.channels import Heartbeat

Channels = Mapping[str, Sequence[Target]]

ON_CONSOLE: Channels = {CONSOLE: (Target(CONSOLE, CONSOLE, f"{CONSOLE}://"),)}


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that may change while the monitor runs. `stamp` is a digest of the files it came from."""

    desk: Desk
    sources: tuple[Source, ...]
    seeds: tuple[Seed, ...]
    warnings: tuple[Problem, ...]
    stamp: str
    heartbeat: Heartbeat | None = None
    templates: Templates = NONE
    announce: tuple[str, ...] = ()
    channels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # digests of what channels.yaml says

    @property
    def ruleset(self) -> RuleSet:
        return self.desk.judge.ruleset


def read_configuration(
    watchlists_dir: Path,
    seeds_dir: Path,
    secrets: Mapping[str, str],
    *,
    sources: Sequence[Source] | None = None,
    channels: Channels | None = None,
) -> Configuration:
    """Read both directories. Raises ConfigurationError with every problem of every file.

    `sources` and `channels`, where given, stand instead of those of the files; every alert then
    goes to all of `channels`, whatever its rule says.
    """
    stamp = stamp_of(watchlists_dir, seeds_dir)  # first: what is saved meanwhile is read again next time
    loaded = load(watchlists_dir, secrets)
    seeds = load_seeds(seeds_dir, loaded.ruleset)
    ruleset, targets, routes, heartbeat = loaded.ruleset, loaded.channels, loaded.routes, loaded.heartbeat
    warnings, announce, digests = list(loaded.warnings), loaded.announce, loaded.digests
    if channels is None and not targets:
        channels = ON_CONSOLE
        hint = "write channels.yaml"
        warnings.append(Problem(watchlists_dir.as_posix(), 0, 0, "no channel: alerts go to the console", hint))
    if channels is not None:
        ruleset = replace(ruleset, rules=tuple(replace(rule, channels=()) for rule in ruleset.rules))
        targets, routes = {name: tuple(found) for name, found in channels.items()}, Route(tuple(channels))
        heartbeat, announce, digests = None, (), {}
    warnings += mute_channels(watchlists_dir, targets, _named(routes, ruleset, heartbeat, announce))
    polled = loaded.sources if sources is None else tuple(sources)
    countries = {source.id: source.country for source in polled}
    desk = Desk(Judge(ruleset), {name: _fitted(found) for name, found in targets.items()}, routes, countries)
    return Configuration(desk, polled, seeds, tuple(warnings), stamp, heartbeat, loaded.templates, announce, digests)


def warnings_of(directory: Path, loaded: Loaded) -> tuple[Problem, ...]:
    """What is odd about a watchlists directory, and no mistake."""
    named = _named(loaded.routes, loaded.ruleset, loaded.heartbeat, loaded.announce)
    return (*loaded.warnings, *(mute_channels(directory, loaded.channels, named) if loaded.channels else ()))


def _named(
    routes: Route, ruleset: RuleSet, heartbeat: Heartbeat | None, announce: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    yield from (branch.channels for branch in every(routes))
    yield from (rule.channels for rule in ruleset.rules)
    yield heartbeat.channels if heartbeat else ()
    yield announce


def mute_channels(directory: Path, targets: Channels, named: Iterable[tuple[str, ...]]) -> Iterator[Problem]:
    """Targets that will take nothing, and channels among the `named` whose alerts reach nobody."""
    yield from _unusable(directory, targets)
    for name in sorted({name for channels in named for name in channels}):
        if not targets.get(name):
            message = f"channel {name} has no target that can be used: its alerts reach nobody"
            yield Problem(directory.as_posix(), 0, 0, message)


def _unusable(directory: Path, targets: Channels) -> Iterator[Problem]:
    """Targets whose address the service's adapter refuses: everything sent there would fail."""
    for target in (target for found in targets.values() for target in found):
        try:
            check_url(target.url)
        except ConfigurationError as error:
            message = f"target {target.name} of channel {target.channel} will take nothing: {error}"
            yield Problem((directory / f"{CHANNELS}.yaml").as_posix(), 0, 0, message)


def stamp_of(*directories: Path) -> str:
    """A digest of all YAML files and templates, so that a change is noticed whatever editor or mount made it."""
    total = hashlib.sha256()
    for directory in directories:
        for path in (*sorted(directory.glob("*.y*ml")), *template_paths(directory)) if directory.is_dir() else ():
            try:
                content = path.read_bytes()
            except OSError as error:
                content = str(error).encode()
            total.update(f"{path}:{len(content)}:".encode() + content)
    return total.hexdigest()


def meanings(ruleset: RuleSet) -> dict[str, str]:
    """What each rule in force looks for, as a digest; its wording for people does not count."""
    return {rule.id: _meaning(rule, ruleset) for rule in ruleset.rules if rule.enabled}


def inventory(configuration: Configuration) -> Inventory:
    """All that the files define, with digests that tell what changed from one edition to the next."""
    ruleset = configuration.ruleset
    looked_for = meanings(ruleset)
    return {
        "rule": {rule.id: (_digest(_conduct(rule, looked_for)), _digest(_wording(rule))) for rule in ruleset.rules},
        "source": {source.id: (_digest(source),) for source in configuration.sources},
        "seed": {seed.id: (_digest(dump_seed(seed)),) for seed in configuration.seeds},
        "template": {name: (_digest(file.source),) for name, file in configuration.templates.files.items()},
        **{
            section: {name: (told,) for name, told in found.items()}
            for section, found in configuration.channels.items()
        },
    }


def _conduct(rule: Rule, meanings: Mapping[str, str]) -> object:
    told = meanings.get(rule.id, "off"), rule.severity, rule.channels, rule.rings
    return (*told, rule.stage) if rule.on_trial else told


def _wording(rule: Rule) -> object:
    examples = [
        (example.name, example.seeds, [replace(article, line=0) for article in example.articles])
        for example in rule.examples
    ]
    return rule.title, rule.description, examples


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def seed_fingerprint(seed: Seed) -> Fingerprint | None:
    """How a seed's document is known again; None for a seed without a signature."""
    return Fingerprint(seed.source, seed.signature, bands_of(seed.signature)) if seed.signature else None


def _fitted(targets: Sequence[Target]) -> tuple[Target, ...]:
    """Each target with the format and the limits of its service."""
    fitted = []
    for target in targets:
        form, limit = format_for(target.url)
        policy = replace(target.policy, per_minute=target.policy.per_minute or per_minute_for(target.url))
        fitted.append(replace(target, format=form, limit=limit, policy=policy))
    return tuple(fitted)


def _meaning(rule: Rule, ruleset: RuleSet) -> str:
    bare = replace(
        rule,
        title="",
        description="",
        severity=Severity.LOW,
        channels=(),
        examples=(),
        watchlist="",
        line=0,
        rings=False,
        stage=Stage.LIVE,
    )
    mentioned = sorted(set(_strings(astuple(bare))) & ruleset.terms.keys())
    return hashlib.sha256(repr((bare, [ruleset.terms[name] for name in mentioned])).encode()).hexdigest()


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str) and not isinstance(value, Stage):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)
