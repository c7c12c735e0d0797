"""What right files become."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.alerts import Target
from monitor.core.model import RuleKind, Severity, Source, Zone
from monitor.core.routing import NOWHERE
from monitor.core.rules import (
    Condition,
    Example,
    ExampleArticle,
    Near,
    QuantitySpec,
    Rule,
    SameEvent,
    Score,
    Step,
    Term,
    VolumeSpec,
)
from monitor.errors import ConfigurationError
from monitor.watchlists import load
from monitor.watchlists.channels import looks_secret
from monitor.watchlists.fields import format_duration
from monitor.watchlists.wording import nearest

RULES = """\
version: 1
terms:
  fire:
    en: [fire, "oil   depot", =AZAL, sanction*, lift ~3 ban]
    any: [SOCAR]
  no: {ru: [нет]}
  bad: {en: ["/bad(ly)? +put/"]}
  worse: {en: [worse]}
packs: {nuisance: [worse, "bad | worse"]}
rules:
  - id: depot-fires
    kind: event
    title: Fires
    description: All of them
    severity: high
    channels: [oncall]
    enabled: false
    updates: true
    match: {all: [fire, "no | fire", [no]], any: [no, fire], none: ["bad | pack:nuisance"], within: 3, actor: [fire],
            rivals: [no], none_in_title: [bad], in: [title, lead], score: {terms: {fire: 2, bad: -0.5}, threshold: 1.5},
            near: [{terms: ["no | fire", no], words: 8}, {terms: [no, fire], sentences: 2}]}
    context: {none: [pack:nuisance]}
    steps:
      - {id: broke_out, cues: ["fire | no"], title: It burns, needs: ["no | fire"], beside: [fire, no], alerts: false,
         unless: [bad], in: [lead]}
    same_event: {days: 4, memory: 2w, by: [fire | no]}
    examples:
      - {name: short, title: T, text: a, lang: en, published: 2025-08-27T08:00:00+02:00, expect: new, step: broke_out}
      - timeline:
          - {text: b, expect: new}
          - {text: c, expect: }
  - id: embargo
    kind: state
    title: Embargo
    match: {all: [fire]}
    states: [{id: in_force, cues: [fire]}, {id: lifted, cues: [no]}]
    initial: in_force
    denied: in_force
    considered: lifted
  - id: aid
    kind: quantity
    title: Aid
    match: {all: [fire]}
    quantity: {unit: money, total: ["no | fire"], again: [no], minimum: 10000, beside: ["fire | no", no]}
  - id: burst
    kind: volume
    title: Burst
    match: {all: [fire]}
    volume: {window: 12h, factor: 2, least: 3, publishers: 1}
  - {id: plain, kind: volume, title: Plain, match: {all: [fire]}, volume: {}}
"""
CHANNELS = """\
version: 1
default: [oncall]
channels:
  oncall:
    targets:
      - {name: console, url: "console://"}
      - {name: slack, url: "${SLACK_URL}"}
  quiet:
    targets: [{name: mail, url: "mailtos://me:${PASSWORD}@mail.example.org"}]
"""


def directory(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_rule_with_every_key_arrives_whole(tmp_path: Path) -> None:
    loaded = load(directory(tmp_path, rules=RULES))
    file = (tmp_path / "rules.yaml").as_posix()
    assert loaded.ruleset.rules[0] == Rule(
        id="depot-fires",
        kind=RuleKind.EVENT,
        title="Fires",
        match=Condition(
            all=(("fire",), ("no", "fire"), ("no",), ("no", "fire")),
            none=("bad", "worse"),
            within=3,
            actor=("fire",),
            rivals=("no",),
            none_in_title=("bad",),
            near=(Near((("no", "fire"), ("no",)), words=8), Near((("no",), ("fire",)), sentences=2)),
            score=Score((("fire", 2.0), ("bad", -0.5)), 1.5),
            zones=(Zone.TITLE, Zone.LEAD),
        ),
        description="All of them",
        severity=Severity.HIGH,
        channels=("oncall",),
        context=Condition(none=("worse", "bad")),
        steps=(
            Step(
                "broke_out",
                ("fire", "no"),
                "It burns",
                needs=(("no", "fire"),),
                beside=(("fire",), ("no",)),
                unless=("bad",),
                alerts=False,
                zones=(Zone.LEAD,),
            ),
        ),
        same_event=SameEvent(
            4,
            timedelta(weeks=2),
            by=(("fire", "no"),),
            keys=(
                ("fire", "fire", "vir"),
                ("fire", "oil depot", "ul dapt"),
                ("fire", "=AZAL", "azal"),
                ("fire", "sanction*", "sanktn"),
                ("fire", "lift ~3 ban", "livt ban"),
                ("fire", "SOCAR", "sokar"),
                ("fire", "нет", "nat"),
            ),
        ),
        updates=True,
        enabled=False,
        examples=(
            Example(
                (ExampleArticle("a", "new", "T", "en", "2025-08-27T06:00:00+00:00", "broke_out", line=28),),
                name="short",
                line=28,
            ),
            Example((ExampleArticle("b", "new", line=30), ExampleArticle("c", "silent", line=31)), line=29),
        ),
        watchlist=file,
        line=11,
    )


def test_states_quantities_and_volumes(tmp_path: Path) -> None:
    _, state, quantity, volume, plain = load(directory(tmp_path, rules=RULES)).ruleset.rules
    assert [step.id for step in state.steps] == ["in_force", "lifted"]
    assert (state.initial, state.denied, state.considered) == ("in_force", "in_force", "lifted")
    assert quantity.quantity == QuantitySpec(
        "money", ("no", "fire"), again=("no",), minimum=10000.0, beside=(("fire", "no"), ("no",))
    )
    assert volume.volume == VolumeSpec(timedelta(hours=12), 2.0, 3, 1)
    assert plain.volume == VolumeSpec()
    assert plain.same_event == SameEvent()


def test_terms_keep_their_words_with_single_spaces(tmp_path: Path) -> None:
    terms = load(directory(tmp_path, rules=RULES)).ruleset.terms
    assert terms["fire"] == Term(
        "fire", {"en": ("fire", "oil depot", "=AZAL", "sanction*", "lift ~3 ban"), "any": ("SOCAR",)}
    )
    assert terms["no"].words == {"ru": ("нет",)}
    assert terms["bad"].words == {"en": ("/bad(ly)? +put/",)}, "a pattern is taken as it is written"


def test_a_pack_of_one_file_serves_the_rules_of_another_as_the_terms_it_holds(tmp_path: Path) -> None:
    rule = "version: 1\nrules: [{id: r, kind: event, title: R, match: {all: [fire], none: [pack:noise, fire_drill]}}]\n"
    packs = "version: 1\nterms: {fire: {en: [f]}, fire_drill: {en: [d]}, film: {en: [x]}}\npacks: {noise: [film]}\n"
    loaded = load(directory(tmp_path, a=rule, b=packs))
    assert loaded.ruleset.rules[0].match.none == ("film", "fire_drill")


def test_where_a_term_stands_is_no_part_of_its_meaning(tmp_path: Path) -> None:
    first = load(directory(tmp_path, rules=RULES)).ruleset.terms["no"]
    second = load(directory(tmp_path, rules=RULES.replace("terms:\n", "terms:\n\n"))).ruleset.terms["no"]
    assert (first.line, second.line) == (6, 7)
    assert (repr(first), first) == (repr(second), second)


def test_terms_of_one_file_serve_the_rules_of_another_whatever_the_order(tmp_path: Path) -> None:
    rule = "version: 1\nrules: [{id: r, kind: event, title: R, match: {all: [fire]}}]\n"
    loaded = load(directory(tmp_path, a=rule, b="version: 1\nterms: {fire: {en: [fire]}}\n"))
    assert [item.id for item in loaded.ruleset.rules] == ["r"]


def test_the_version_follows_the_contents_of_rule_files_only(tmp_path: Path) -> None:
    first = load(directory(tmp_path, rules=RULES)).ruleset.version
    assert first == load(directory(tmp_path, channels=CHANNELS)).ruleset.version
    assert first != load(directory(tmp_path, rules=RULES + "# a word\n")).ruleset.version


def test_hidden_and_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".rules.yaml").write_text(":::")
    (tmp_path / "notes.txt").write_text(":::")
    assert load(directory(tmp_path, rules=RULES)).ruleset.rules


def test_rules_alone_make_a_watchlist_directory(tmp_path: Path) -> None:
    loaded = load(directory(tmp_path, rules=RULES))
    assert (loaded.sources, loaded.channels, loaded.routes, loaded.warnings) == ((), {}, NOWHERE, ())


def test_a_source_names_its_networks_and_whether_robots_txt_counts(tmp_path: Path) -> None:
    text = """version: 1
sources:
  - {id: a, url: "https://a.example/rss", robots: ignore, allow: [10.1.2.0/24, "fd00:1::/32"]}
  - {id: b, url: "https://b.example/rss", robots: heed}
"""
    first, second = load(directory(tmp_path, rules=RULES, sources=text)).sources
    assert (first.robots, first.allow) == (False, ("10.1.2.0/24", "fd00:1::/32"))
    assert (second.robots, second.allow) == (True, ())


def test_sources_take_the_defaults_of_the_model_and_are_a_family_of_their_own(tmp_path: Path) -> None:
    text = """\
version: 1
sources:
  - {id: a, url: https://a.example/rss}
  - {id: b, url: "https://b.example:8443/x?y=1", name: B, kind: feed, language: uk, country: "NO", publisher: fam,
     tier: 1, interval: 30m, enabled: false}
"""
    first, second = load(directory(tmp_path, rules=RULES, sources=text)).sources
    assert first == Source("a", "https://a.example/rss", "a", publisher="a")
    assert (second.publisher, second.country, second.tier) == ("fam", "NO", 1)
    assert (second.interval, second.enabled) == (timedelta(minutes=30), False)


@pytest.mark.parametrize(
    ("given", "minutes"),
    [
        ("", (2, 24 * 60)),
        (", interval: 10m", (2, 10)),
        (", interval: 5m", (2, 5)),
        (", interval: 1h", (12, 60)),
        (", interval: 1h, min_interval: 1h", (60, 60)),
        (", min_interval: 30m", (30, 24 * 60)),
    ],
)
def test_who_names_an_interval_bounds_the_rhythm_by_it(tmp_path: Path, given: str, minutes: tuple[int, int]) -> None:
    text = f"version: 1\nsources:\n  - {{id: a, url: https://a.example/rss{given}}}\n"
    (source,) = load(directory(tmp_path, rules=RULES, sources=text)).sources
    bounds = source.min_interval, source.max_interval
    assert tuple(bound / timedelta(minutes=1) for bound in bounds) == minutes


def test_a_step_of_a_quantity_rule_by_whose_words_no_figure_counts_is_warned_of(tmp_path: Path) -> None:
    text = """version: 1
terms: {opec: {en: [OPEC]}, raise: {en: [raise]}, pause: {en: [pause]}}
rules:
  - id: quota
    kind: quantity
    title: Quota
    match: {all: [opec]}
    quantity: {unit: bbl, beside: [raise]}
    steps:
      - {id: paused, cues: [pause]}
      - {id: raised, cues: [raise]}
      - {id: stopped, cues: [pause], alerts: false}
      - {id: refused, cues: [raise], negated: true}
"""
    warnings = load(directory(tmp_path, rules=text)).warnings
    assert [(warning.line, warning.column) for warning in warnings] == [(10, 14), (13, 14)]
    assert "paused" in warnings[0].message
    assert load(directory(tmp_path, rules=text.replace(", beside: [raise]", ""))).warnings[0].line == 13


def test_a_target_without_its_secret_is_off_with_a_warning(tmp_path: Path) -> None:
    loaded = load(directory(tmp_path, rules=RULES, channels=CHANNELS))
    assert loaded.channels == {"oncall": (Target("oncall", "console", "console://"),), "quiet": ()}
    assert loaded.routes.channels == ("oncall",)
    assert [(warning.line, warning.column) for warning in loaded.warnings] == [(7, 28), (9, 33)]
    assert "SLACK_URL" in loaded.warnings[0].message


def test_secrets_are_filled_in_and_passwords_escaped_and_never_shown(tmp_path: Path) -> None:
    secrets = {"SLACK_URL": "slack://a/b/c", "PASSWORD": "p@ss/${SLACK_URL}"}
    loaded = load(directory(tmp_path, rules=RULES, channels=CHANNELS), secrets)
    urls = [target.url for targets in loaded.channels.values() for target in targets]
    assert urls == ["console://", "slack://a/b/c", "mailtos://me:p%40ss%2F%24%7BSLACK_URL%7D@mail.example.org"]
    assert "p%40ss" not in repr(loaded)


HOOKED = """version: 1
default: [oncall]
channels:
  oncall:
    targets:
      - {name: console, url: "console://"}
      - {name: intake, url: "webhooks://receiver.example/news?secret=${SECRET}&secret=${FORMER}"}
"""


@pytest.mark.parametrize(
    ("former", "said"),
    [
        ("hunter2", "secret 2 does not begin with whsec_"),
        ("whsec_hunter-2", "secret 2 is not base64 after whsec_"),
        ("whsec_aHVudGVyMg==", "secret 2 is too short: 7 bytes"),
    ],
)
def test_a_secret_that_cannot_sign_is_a_mistake_of_the_line_that_names_it(
    tmp_path: Path, former: str, said: str
) -> None:
    secrets = {"SECRET": "whsec_" + "Q+/R" * 8, "FORMER": former}
    with pytest.raises(ConfigurationError) as caught:
        load(directory(tmp_path, rules=RULES, channels=HOOKED), secrets)
    [problem] = caught.value.problems
    assert (Path(problem.file).name, problem.line, problem.column) == ("channels.yaml", 7, 29)
    assert problem.message == f"target “intake” of channel “oncall”: {said}"
    assert problem.hint.startswith('a secret is made by: echo "whsec_$(openssl rand -base64 32)"')
    assert not [secret for secret in (former.removeprefix("whsec_"), *secrets.values()) if secret in str(caught.value)]


def test_a_signed_hook_without_a_secret_is_a_mistake_and_one_whose_secret_is_not_set_is_off(tmp_path: Path) -> None:
    loaded = load(directory(tmp_path, rules=RULES, channels=HOOKED), {"FORMER": "whsec_" + "Q+/R" * 8})
    assert [target.name for target in loaded.channels["oncall"]] == ["console"]
    assert "no value for SECRET" in loaded.warnings[0].message
    with pytest.raises(ConfigurationError, match="needs a secret"):
        load(directory(tmp_path, rules=RULES, channels=HOOKED.partition("?")[0] + '"}\n'))


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("console://", False),
        ("${SLACK_URL}", False),
        ("json://127.0.0.1:8080/alerts", False),
        ("mailto://mail.example.org?to=a@example.org", False),
        ("mailtos://me:${P}@mail.example.org?to=a@example.org", False),
        ("tgram://${TOKEN}/-100123", False),
        ("tgram://12:ab/-100123", True),
        ("slack://a/b/c", True),
        ("mailtos://me:pw@mail.example.org", True),
        ("mailtos://me:${P}x@mail.example.org", True),
        ("jsons://example.org/?apikey=x", True),
        ("jsons://example.org/?apikey=${KEY}", False),
        ("webhooks://example.org/news?secret=${SECRET}&secret=${FORMER}", False),
        ("webhooks://example.org/news?secret=whsec_x", True),
        ("webhooks://example.org/news?secret=${SECRET}&secret=whsec_x", True),
    ],
)
def test_what_looks_like_a_secret(url: str, *, secret: bool) -> None:
    assert looks_secret(url) is secret


@pytest.mark.parametrize("text", ["90s", "30m", "12h", "3d", "2w"])
def test_durations_are_written_as_they_are_read(text: str) -> None:
    size = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[text[-1]]
    assert format_duration(timedelta(seconds=int(text[:-1]) * size)) == text


def test_a_rule_may_use_only_channels_that_exist_once_there_are_channels(tmp_path: Path) -> None:
    load(directory(tmp_path, rules=RULES))
    with pytest.raises(ConfigurationError, match="did you mean “oncalls”"):
        load(directory(tmp_path, channels=CHANNELS.replace("oncall", "oncalls")))


def test_the_nearest_name_is_found_among_thousands() -> None:
    names = [f"term_{number}" for number in range(5000)]
    assert nearest("trem_4711", names) == "did you mean “term_4711”?"
    assert nearest("qqqqqq", names) == ""
