"""Templates of a channel's own: what they may do, what is wrong with them, and what happens when they break."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.core.alerts import Occasion, Target
from monitor.core.channels import ChannelPolicy
from monitor.errors import ConfigurationError
from monitor.messages import Messages
from monitor.messages.templates import LARGEST, Templates, read_templates
from monitor.ports import Waiting
from monitor.watchlists import load
from tests.making import ALERT, HARD, delivery, written

CHANNELS = """\
version: 1
default: [oncall]
channels:
  oncall:
    template: desk
    targets:
      - {name: console, url: "console://"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A watchlists directory with a channel that has a template of its own."""
    rule = "{id: mill, kind: event, title: Mill, match: {all: [mill]}}"
    text = f"version: 1\nterms: {{mill: {{en: [mill]}}}}\nrules: [{rule}]\n"
    (tmp_path / "mills.yaml").write_text(text)
    (tmp_path / "channels.yaml").write_text(CHANNELS)
    (tmp_path / "templates").mkdir()
    return tmp_path


def put(folder: Path, **templates: str) -> Templates:
    """`desk_slack="…"` is templates/desk.slack.j2."""
    for name, source in templates.items():
        (folder / "templates" / f"{name.replace('_', '.')}.j2").write_text(source, encoding="utf-8")
    return read_templates(folder)


def target(form: str, limit: int = 0, template: str = "desk") -> Target:
    return Target("oncall", "x", "", form, limit, policy=ChannelPolicy(template=template))


def body(templates: Templates, form: str, limit: int = 0) -> str:
    waiting = Waiting(delivery(HARD), HARD)
    message = Messages(templates).write(waiting, target(form, limit), HARD.created_at)
    return message.html or message.body


# --- what they may do ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "title"),
    [
        ("text", "<b>Fərman</b> & *imza* @everyone"),
        ("slack", "&lt;b&gt;Fərman&lt;/b&gt; &amp; ∗imza∗ @everyone"),
        ("telegram", "&lt;b&gt;Fərman&lt;/b&gt; &amp; *imza* @everyone"),
        ("email", "&lt;b&gt;Fərman&lt;/b&gt; &amp; *imza* @everyone"),
    ],
)
def test_a_channels_own_template_is_taken_and_escaped_as_its_format_asks(folder: Path, form: str, title: str) -> None:
    templates = put(folder, **{f"desk_{form}": "{{ mark }} | {{ headline }}\n"})
    assert templates.problems == ()
    shown = body(templates, form).replace("\u200b", "")
    assert shown == f"CRITICAL | Arms embargo: considering → lifted — {title}"


def test_other_channels_and_other_formats_keep_the_shipped_one(folder: Path) -> None:
    templates = put(folder, desk_slack="{{ key }}")
    waiting = Waiting(delivery(), ALERT)
    writer = Messages(templates)
    assert writer.write(waiting, target("slack"), ALERT.created_at).body == ALERT.key
    assert writer.write(waiting, target("slack", template=""), ALERT.created_at).body == written(ALERT, "slack").body
    assert writer.write(waiting, target("telegram"), ALERT.created_at).body == written(ALERT, "telegram").body


def test_a_template_may_change_one_block_of_the_shipped_one(folder: Path) -> None:
    source = '{% extends "alert.slack.j2" %}\n{% block evidence %}\nno evidence\n{% endblock %}\n'
    own = body(put(folder, desk_slack=source), "slack")
    assert "no evidence" in own
    assert "Prezident" not in own
    assert "Source" in own or "Xəzər" in own


def test_a_summary_has_a_template_of_its_own(folder: Path) -> None:
    templates = put(folder, desk_summary_text="{{ total }} in all, {{ groups | length }} groups")
    waiting = [Waiting(delivery(), ALERT), Waiting(delivery(HARD), HARD)]
    summary = Messages(templates).summary(Occasion.QUIET, waiting, target("text"), ALERT.created_at)
    assert summary.body == "2 in all, 2 groups"


def test_the_plain_half_of_a_mail_is_the_text_template(folder: Path) -> None:
    templates = put(folder, desk_text="plain {{ key }}", desk_email="<p>page {{ key }}</p>")
    message = Messages(templates).write(Waiting(delivery(), ALERT), target("email"), ALERT.created_at)
    assert (message.body, message.html) == (f"plain {ALERT.key}", f"<p>page {ALERT.key}</p>")


@pytest.mark.parametrize(
    "source",
    [
        '{{ headline ~ "<i>" }}',
        "{% autoescape false %}{{ headline }}{% endautoescape %}",
        "{% set h = headline %}{{ h | upper }}",
        "{% for item in [headline] %}{{ item }}{% endfor %}",
        "{{ [headline, title] | join(' ') }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(headline) }}",
        "{{ '%s' | format(headline) }}",
        "{{ headline.replace('x', 'y') }}",
    ],
)
@pytest.mark.parametrize("form", ["slack", "telegram", "email"])
def test_no_way_of_printing_lets_foreign_markup_through(folder: Path, form: str, source: str) -> None:
    templates = put(folder, **{f"desk_{form}": source})
    assert templates.problems == ()
    shown = body(templates, form)
    assert "<" not in shown
    assert "&amp;lt" not in shown, "nothing is escaped twice"
    assert "&lt;" in shown


# --- what is wrong with them -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source", "place", "said"),
    [
        ("desk_slack", "one\n{% if was %}\n", ":2:1", "the template is broken: Unexpected end"),
        ("desk_slack", "one\n{{ was }\n", ":2:1", "the template is broken: unexpected '}'"),
        ("desk_slack", "one\ntwo {{ headlin }}\n", ":2:8", "no field “headlin” (did you mean “headline”?)"),
        ("desk_slack", "{{ zzzz }}", ":1:4", "no field “zzzz” (there are answer, article,"),
        ("desk_summary_text", "{{ quote }}", ":1:4", "no field “quote”"),
        ("desk_text", "a\n\n{{ terms.x.y }}", ":3:1", "the template does not work"),
        ("desk_text", "{{ key | nothing }}", ":1:1", "No filter named 'nothing'"),
        ("desk_slack", "{{ headline | safe }}", ":1:1", "No filter named 'safe'"),
        ("desk_slack", "{{ headline | e }}", ":1:1", "No filter named 'e'"),
        ("desk_text", "{{ key.__class__.__mro__ }}", ":1:1", "unsafe"),
        ("desk_text", '{% include "other.j2" %}', ":1:1", "other.j2"),
        ("desk_telegram", "<b>{{ key }}", "", "<b> is not closed"),
        ("desk_telegram", "<p>{{ key }}</p>", "", "Telegram knows no <p>"),
        ("desk_text", "{{ was if false }}", "", "the message is empty"),
        ("desk_text", "x" * (LARGEST + 1), "", f"a template of more than {LARGEST} bytes"),
        ("desk_html", "x", "", "no name of a template (call it NAME.FORMAT.j2 or NAME.summary.FORMAT.j2"),
        ("alert_slack", "x", "", "no name of a template"),
        ("Desk_slack", "x", "", "no name of a template"),
    ],
)
def test_what_is_wrong_with_a_template_is_told_with_its_place(
    folder: Path, name: str, source: str, place: str, said: str
) -> None:
    put(folder, desk_text="{{ key }}")
    problems = [str(problem) for problem in put(folder, **{name: source}).problems]
    assert len(problems) == 1
    assert f"templates/{name.replace('_', '.')}.j2{place}: " in problems[0]
    assert said in problems[0]


def test_a_broken_template_is_a_mistake_like_any_other(folder: Path) -> None:
    put(folder, desk_slack="{% if %}")
    with pytest.raises(ConfigurationError, match=r"templates/desk\.slack\.j2:1:1: the template is broken"):
        load(folder)


@pytest.mark.parametrize(
    ("there", "hint"), [("dusk_slack", "did you mean “dusk”"), ("morning_text", r"write templates/desk\.FORMAT\.j2")]
)
def test_a_template_that_is_not_there_is_a_mistake_in_the_channel(folder: Path, there: str, hint: str) -> None:
    put(folder, **{there: "{{ key }}"})
    with pytest.raises(ConfigurationError, match=rf"channels\.yaml:5:15: there is no template “desk” \({hint}"):
        load(folder)


def test_a_file_that_is_no_text_is_told(folder: Path) -> None:
    (folder / "templates" / "desk.text.j2").write_bytes(b"\xff\xfe")
    (problem,) = read_templates(folder).problems
    assert "cannot be read: it is not UTF-8" in str(problem)


def test_a_sound_template_comes_with_the_watchlists(folder: Path) -> None:
    put(folder, desk_text="{{ key }}")
    loaded = load(folder)
    assert loaded.templates.names == {"desk"}
    assert loaded.channels["oncall"][0].policy.template == "desk"


# --- when they break all the same ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "source"),
    [
        ("text", '{% if "imza" in headline %}{{ terms[99].x }}{% else %}{{ key }}{% endif %}'),
        ("telegram", '{% if "imza" in headline %}<b>{% endif %}{{ key }}'),
        ("text", '{% if "imza" not in headline %}{{ key }}{% endif %}'),
        ("slack", "{{ key }} {{ 'x' * 5000 }}"),
    ],
)
def test_what_breaks_at_work_gives_way_to_the_shipped_one_and_is_logged(folder: Path, form: str, source: str) -> None:
    templates = put(folder, **{f"desk_{form}": source})
    assert templates.problems == ()
    with capture_logs() as logs:
        shown = body(templates, form, 3000)
    assert shown == written(HARD, form, 3000).body
    assert [entry["log_level"] for entry in logs] == ["error"]
    assert logs[0]["template"] == f"desk.{form}.j2"
    assert logs[0]["instead"] == "the shipped one"


def test_a_template_gives_way_by_rank_like_the_shipped_ones(folder: Path) -> None:
    templates = put(folder, desk_text="{{ key }} {{ quote }} {{ why }}")
    long = replace(HARD, reason="because " * 200)
    message = Messages(templates).write(Waiting(delivery(long), long), target("text", 300), long.created_at)
    assert len(message.title) + 2 + len(message.body) <= 300
    assert "Prezident" in message.body
    assert message.body.startswith(ALERT.key)


def test_templates_are_exchanged_while_it_runs(folder: Path) -> None:
    writer = Messages(put(folder, desk_text="one"))
    waiting = Waiting(delivery(), ALERT)
    assert writer.write(waiting, target("text"), ALERT.created_at).body == "one"
    writer.use(put(folder, desk_text="two"))
    assert writer.write(waiting, target("text"), ALERT.created_at).body == "two"
