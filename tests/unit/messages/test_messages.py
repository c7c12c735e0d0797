"""Every form of a message: whole as its service shows it, within its limit, and ringing nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.core.alerts import OURSELVES, Alert, Message, Occasion, Purpose, Target
from monitor.core.model import Evidence, Zone
from monitor.core.render import Code
from monitor.messages import Messages
from monitor.messages.formats import FORMATS, slack, telegram_objection
from monitor.ports import Waiting
from tests.making import ALERT, HARD, delivery, written

ANSWER = "https://monitor.example/answer?token=abc&x=1"
LIMITS = {"text": 2000, "slack": 3000, "telegram": 4096, "email": 0}
WRITER = Messages(answer_url=lambda alert, now: ANSWER, where="https://monitor.example/alerts")


def target(form: str, limit: int = 0) -> Target:
    return Target("urgent", "night", "", form, limit)


def several(alerts: list[Alert], form: str, limit: int = 0) -> Message:
    waiting = [Waiting(delivery(alert), alert) for alert in alerts]
    return WRITER.summary(Occasion.STORM, waiting, target(form, limit), ALERT.created_at)


# --- how they read ---------------------------------------------------------------------------------


def test_plain_text_as_it_is_read() -> None:
    waiting = Waiting(delivery(doubtful=True), HARD, publishers=3)
    message = WRITER.write(waiting, target("text"), HARD.created_at)
    assert message.title.replace("\u200b", "") == (
        "[CRITICAL] Arms embargo: considering → lifted — <b>Fərman</b> & *imza* @everyone"
    )
    assert message.body.replace("\u200b", "").splitlines() == [
        "This may be a repeat: whether an earlier try arrived is not known.",
        "Changed: considering → lifted",
        "“Prezident <b>silah</b> ixracına qoyulmuş embarqonu ləğv edib & <!channel> @everyone.” "
        "(original in Azerbaijani)",
        "“<@U0123ABC> “_təsdiq_” etdi: 5 < 7 > 3.” (original in Azerbaijani)",
        "In it: silah (arms) · embarqonu (embargo) · ləğv edib (lift it)",
        "Source: Xəzər <!channel> Post (established outlet); an official source, stated as fact",
        "Told by 3 independent publishers",
        "Why new: It was `considered` back to front; [now](https://evil.example) it is lifted.",
        "Published 2026-11-20 21:04 UTC · first seen 21:06 UTC · sent 21:07 UTC",
        "https://caspian.example/az/news?id=7&s=1",
        f"Acknowledge, snooze or reject: {ANSWER}",
        "More: monitor alerts show arms-embargo:2026-11-20",
    ]


def test_slack_as_it_is_sent() -> None:
    body = WRITER.write(Waiting(delivery(), HARD), target("slack", 3000), HARD.created_at).body
    assert (
        body.replace("\u200b", "")
        == """\
*[CRITICAL] Arms embargo: considering → lifted — &lt;b&gt;Fərman&lt;/b&gt; &amp; ∗imza∗ @everyone*

Changed: *considering* → *lifted*
> Prezident &lt;b&gt;silah&lt;/b&gt; ixracına qoyulmuş embarqonu ləğv edib &amp; &lt;!channel&gt; @everyone.
> &lt;@U0123ABC&gt; “ˍtəsdiqˍ” etdi: 5 &lt; 7 &gt; 3.
Original in Azerbaijani: silah (arms) · embarqonu (embargo) · ləğv edib (lift it)
*Xəzər &lt;!channel&gt; Post* (established outlet); an official source, stated as fact; told by one publisher so far
Why new: It was ˋconsideredˋ back to front; [now](https://evil.example) it is lifted.

Published 2026-11-20 21:04 UTC · first seen 21:06 UTC · sent 21:07 UTC

<https://caspian.example/az/news?id=7&amp;s=1|Article> · \
<https://monitor.example/answer?token=abc&amp;x=1|Acknowledge, snooze or reject> · \
`monitor alerts show arms-embargo:2026-11-20`"""
    )
    assert "&lt;\u200b!channel" in body
    assert "@\u200beveryone" in body


def test_telegram_as_it_is_sent() -> None:
    body = WRITER.write(Waiting(delivery(), HARD), target("telegram", 4096), HARD.created_at).body
    assert (
        body.replace("\u200b", "")
        == """\
<b>[CRITICAL] Arms embargo: considering → lifted — &lt;b&gt;Fərman&lt;/b&gt; &amp; *imza* @everyone</b>

Changed: <b>considering</b> → <b>lifted</b>
<blockquote>Prezident &lt;b&gt;silah&lt;/b&gt; ixracına qoyulmuş embarqonu ləğv edib &amp; &lt;!channel&gt; \
@everyone.</blockquote>
<blockquote>&lt;@U0123ABC&gt; “_təsdiq_” etdi: 5 &lt; 7 &gt; 3.</blockquote>
Original in Azerbaijani: silah (arms) · embarqonu (embargo) · ləğv edib (lift it)
<b>Xəzər &lt;!channel&gt; Post</b> (established outlet); an official source, stated as fact; \
told by one publisher so far
Why new: It was `considered` back to front; [now](https://evil.example) it is lifted.

Published 2026-11-20 21:04 UTC · first seen 21:06 UTC · sent 21:07 UTC

<a href="https://caspian.example/az/news?id=7&amp;s=1">Article</a> · \
<a href="https://monitor.example/answer?token=abc&amp;x=1">Acknowledge, snooze or reject</a>
<code>monitor alerts show arms-embargo:2026-11-20</code>"""
    )
    assert "@\u200beveryone" in body


def test_a_summary_lists_by_watchlist_and_says_what_is_left() -> None:
    alerts = [replace(ALERT, key=f"k:{number}", watchlist="caucasus") for number in range(3)]
    assert several(alerts, "text").body.splitlines() == [
        "caucasus:",
        *(f"• [CRITICAL] {ALERT.headline} · 21:07 UTC (k:{number}) {ANSWER}" for number in range(3)),
        "",
        "All of them: https://monitor.example/alerts",
    ]
    short = several(alerts * 40, "text", 700).body
    listed = short.count("• [")
    assert f"and {120 - listed} more: https://monitor.example/alerts" in short
    assert listed > 2


@pytest.mark.parametrize("form", FORMATS)
def test_what_the_monitor_says_of_itself_needs_no_article(form: str) -> None:
    points = tuple(Evidence(f"rule {number} is blind", 0, 0, Zone.BODY) for number in range(8))
    own = replace(ALERT, rule=f"{OURSELVES}coverage", reason="No source answers.", evidence=points)
    message = written(own, form, LIMITS[form])
    assert message.title.startswith("[MONITOR]")
    assert "No source answers." in message.body
    assert "rule 4 is blind" in message.body
    assert "and 3 more" in message.body
    assert "Source:" not in message.body


@pytest.mark.parametrize("form", FORMATS)
def test_a_notice_takes_every_form(form: str) -> None:
    message = WRITER.notice("urgent", "night", [(HARD, "HTTP 500")], target(form, LIMITS[form]))
    assert message.title == "[MONITOR] Channel urgent does not take alerts"
    assert "HTTP 500" in message.body
    assert "monitor channels test urgent" in message.body
    assert message.thread == ""


def test_mail_has_two_forms_of_which_neither_is_made_from_the_other() -> None:
    message = written(HARD, "email")
    assert not message.marked
    assert message.body == written(HARD, "text").body
    page = Page()
    page.feed(message.html)
    assert page.open == []
    assert "Prezident <b>silah</b> ixracına" in page.text.replace("\u200b", "")
    assert page.links == ["https://caspian.example/az/news?id=7&s=1"]


# --- threads ---------------------------------------------------------------------------------------


def test_a_message_belongs_to_the_thread_of_its_event() -> None:
    first = written()
    assert (first.thread, first.reply_to, first.silent) == ("arms-embargo:2026-11-20", "", False)
    update = replace(ALERT, key=f"{ALERT.key}:update:denied", rings=False)
    follow_up = WRITER.write(Waiting(delivery(update), update, reply_to="17"), target("telegram"), ALERT.created_at)
    assert (follow_up.thread, follow_up.reply_to, follow_up.silent) == (first.thread, "17", True)
    asked = Waiting(delivery(update), replace(update, rings=True), reply_to="17")
    assert not WRITER.write(asked, target("telegram"), ALERT.created_at).silent


@pytest.mark.parametrize("purpose", [Purpose.REMINDER, Purpose.ESCALATION])
def test_what_asks_for_an_answer_rings_also_in_its_thread(purpose: Purpose) -> None:
    update = replace(ALERT, key=f"{ALERT.key}:update:denied", rings=False)
    waiting = Waiting(delivery(update, purpose=purpose, round=1), update, reply_to="17")
    assert not WRITER.write(waiting, target("telegram"), ALERT.created_at).silent


def test_the_name_of_a_message_is_the_same_at_each_try_and_no_others() -> None:
    names = {written(ALERT, purpose=purpose, round=number).name for purpose in Purpose for number in range(3)}
    assert len(names) == 9
    assert written(ALERT, doubtful=True, attempts=4).name in names


# --- any text --------------------------------------------------------------------------------------

hostile = st.lists(
    st.one_of(
        st.sampled_from([*"@<>!#|`[]()&*_~ \n\r\t\u202e\u2066\u200b\u200d\ud800🔥{}%", "@everyone", "<!channel>"]),
        st.characters(),
    )
).map("".join)
words = st.lists(
    st.sampled_from(
        [
            "@everyone",
            "<!channel>",
            "<@U0123>",
            "<!subteam^S1>",
            "&lt;!here>",
            "</b>",
            "{{ key }}",
            "нафта",
            "🔥",
            "&amp;",
        ]
    )
).map(" ".join)
texts = st.one_of(hostile, words, st.builds(lambda text, times: text * times, words, st.integers(1, 300)))
urls = st.from_regex(r"https://[a-z]{1,20}\.example/[A-Za-z0-9/_.~*-]{0,80}", fullmatch=True)

_CONTROL = re.compile(r"<([^<>]*)>")
_NAMES = re.compile(r"@\w")


class Page(HTMLParser):
    """What a browser makes of HTML: its text, its links, and the tags that were never closed."""

    VOID = ("meta", "br", "hr", "img")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "tags close in the order in which they opened"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def held(alert: Alert, form: str, limit: int) -> list[Message]:
    """An alert in every message that it may stand in."""
    waiting = Waiting(delivery(alert, doubtful=True), alert, publishers=2)
    return [
        WRITER.write(waiting, target(form, limit), alert.created_at),
        several([alert, ALERT, alert], form, limit),
        WRITER.notice(alert.outlet, alert.outlet, [(alert, alert.reason)], target(form, limit)),
    ]


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    text, more = draw(texts), draw(texts)
    return replace(
        ALERT,
        article_url=draw(st.one_of(urls, texts)),
        headline=text,
        article_title=more,
        outlet=text,
        reason=more,
        previous=text,
        current=more,
        watchlist=text,
        language=draw(st.sampled_from(["az", "en", "<!channel>"])),
        evidence=(
            Evidence(text + more, 0, 1, Zone.LEAD, ((text, more), (more, text))),
            Evidence(more, 0, 1, Zone.BODY),
        ),
    )


@given(alert=alerts(), limit=st.integers(100, 3000))
@example(HARD, 3000)
@settings(max_examples=40)
def test_slack_gets_no_control_sequence_but_our_links_and_keeps_its_limit(alert: Alert, limit: int) -> None:
    for message in held(alert, "slack", limit):
        assert len(message.body) <= limit
        assert message.body
        for sequence in _CONTROL.findall(message.body):
            assert re.fullmatch(r"https?://[^|]+\|[^|]*", sequence.partition("|")[0] + "|"), sequence
        assert not re.search("&(?!amp;|lt;|gt;)", message.body)
        rest = _CONTROL.sub("", message.body)
        assert "<" not in rest
        assert not re.search("(?<!\n)(?<!^)>", rest.replace("\n> ", "\n"))
        assert not _NAMES.search(message.body)


@given(alert=alerts(), limit=st.integers(100, 4096))
@example(HARD, 4096)
@settings(max_examples=40)
def test_telegram_gets_html_that_it_takes_within_its_limit(alert: Alert, limit: int) -> None:
    for message in held(alert, "telegram", limit):
        assert telegram_objection(message.body) == ""
        page = Page()
        page.feed(message.body)
        page.close()
        assert page.open == []
        assert page.tags <= {"b", "i", "a", "code", "blockquote"}
        assert 0 < len(page.text.encode("utf-16-le", "surrogatepass")) // 2 <= limit
        assert all(link.startswith(("http://", "https://")) for link in page.links)
        assert not _NAMES.search(page.text)


@given(alert=alerts())
@example(HARD)
@settings(max_examples=40)
def test_the_page_in_a_mail_is_well_formed_and_loads_nothing(alert: Alert) -> None:
    for message in held(alert, "email", 0):
        page = Page()
        page.feed(message.html)
        page.close()
        assert page.open == []
        assert not page.tags & {"script", "img", "iframe", "object", "link", "form"}
        assert all(link.startswith(("http://", "https://")) for link in page.links)
        assert "\n" not in message.title


@given(alert=alerts(), limit=st.integers(1, 2000))
@settings(max_examples=40)
def test_plain_text_keeps_any_limit_and_holds_no_mention(alert: Alert, limit: int) -> None:
    for message in held(alert, "text", limit):
        whole = f"{message.title}\r\n{message.body}" if message.title else message.body
        assert len(whole.encode("utf-16-le", "surrogatepass")) // 2 <= limit
        assert not re.search(r"@\w|<[!@#A-Za-z/]|\]\(", whole)


@given(url=urls, key=st.from_regex(r"[a-z][a-z-]{0,20}:[a-z0-9:_-]{1,40}", fullmatch=True), text=texts)
@pytest.mark.parametrize("form", ["text", "slack", "telegram"])
@settings(max_examples=40)
def test_link_and_key_outlive_the_rest(form: str, url: str, key: str, text: str) -> None:
    evidence = (Evidence(text, 0, 1, Zone.LEAD),)
    alert = replace(ALERT, key=key, article_url=url, headline=text, reason=text, evidence=evidence)
    body = written(alert, form, 400).body
    assert url in body
    assert f"monitor alerts show {key}" in body


@pytest.mark.parametrize("limit", range(1, 60, 7))
@pytest.mark.parametrize("form", ["text", "slack", "telegram"])
def test_no_limit_is_too_small_to_be_kept(form: str, limit: int) -> None:
    """Then it is a piece of the headline."""
    message = written(HARD, form, limit)
    measure = FORMATS[form].measure(message.title if form == "text" else "", message.body)
    assert 0 <= measure <= limit


@pytest.mark.parametrize("mark", ["*bold*", "_it_", "__under__", "~no~", "`code`", "```pre```"])
def test_foreign_marks_are_none_of_slacks(mark: str) -> None:
    assert mark[0] not in str(slack(f"a {mark} b"))


def test_a_key_can_be_copied_from_slack() -> None:
    assert str(slack("arms_embargo")) == "arms_embargo"
    assert str(slack(Code("monitor alerts show a_b:_`"))) == "monitor alerts show a_b:_ˋ"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<b>x", "<b> is not closed"),
        ("<b><i>x</b></i>", "</b> closes nothing"),
        ("</b>", "</b> closes nothing"),
        ("<p>x</p>", "Telegram knows no <p>"),
        ('<a href="javascript:x">x</a>', "is not how Telegram wants it"),
        ("<a>x</a>", "is not how Telegram wants it"),
        ("5 < 7", "belongs to no tag"),
        ("a & b", "begins no entity"),
        ("&nbsp;", "begins no entity"),
        ("<b onclick='x'>x</b>", ""),
    ],
)
def test_what_telegram_would_refuse_is_refused_before(body: str, said: str) -> None:
    assert said in telegram_objection(body)
    assert telegram_objection(body)


def test_what_telegram_takes_is_left_alone() -> None:
    body = '<b>a &lt; b &#39;</b> <a href="https://x.example/?a=1&amp;b">x</a> <code class="language-py">y</code>'
    assert telegram_objection(f'{body} <span class="tg-spoiler">z</span> <blockquote expandable>q</blockquote>') == ""


@pytest.mark.parametrize(("rule", "asks"), [(ALERT.rule, True), (f"{OURSELVES}heartbeat", False)])
def test_a_heartbeat_asks_for_no_answer(rule: str, asks: bool) -> None:
    alert = replace(ALERT, rule=rule)
    alone = WRITER.write(Waiting(delivery(alert), alert), target("text"), alert.created_at)
    assert (ANSWER in alone.body) is asks
    assert (ANSWER in several([alert], "text").body) is asks
