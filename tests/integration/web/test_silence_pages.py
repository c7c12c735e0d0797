"""Silences at the desk: made, looked at beforehand, ended and taken back; over HTTP, on both databases."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from monitor.core.alerts import event_key
from monitor.core.model import Severity
from monitor.core.silences import fault_of
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_alert, make_article, make_decision
from tests.integration.web.test_alert_pages import undo

DAY = timedelta(days=1)
MATCH = (("severity", ("low",)),)


def section(page, title: str) -> str:
    """The words of the part of the page under a heading."""
    return re.sub(r"<[^>]+>", " ", page.text.partition(f">{title}</h2>")[2].partition("<h2")[0])


@pytest.fixture
def alerts(store, newsroom):
    newsroom.save(make_article())
    made = [
        (make_alert(event_key(rule, f"e{number}"), rule=rule, event=f"e{number}", **changes), TARGETS)
        for number, (rule, changes) in enumerate(
            [
                ("about-zorbium", {"severity": Severity.LOW, "country": "GE"}),
                ("about-zorbium", {"country": "UA", "language": "uk-UA"}),
                ("about-quaxite", {"country": "UA"}),
                ("about-quaxite", {"created_at": NOW - 8 * DAY}),
            ]
        )
    ]
    store.judging(lambda unit: unit.record(make_article(), [make_decision()], [], made, None, NOW))


async def test_silences_stand_under_what_they_are_in_force_to_come_over(reader, store):
    store.add_silence(MATCH, "Ann", "lasts", NOW - HOUR, NOW + HOUR)
    store.add_silence(MATCH, "Ann", "comes", NOW, NOW + 2 * HOUR, NOW + HOUR)
    store.add_silence(MATCH, "Ann", "went", NOW - 2 * HOUR, NOW - HOUR)
    page = await reader.look("/silences")
    for title, reason in (("In force", "lasts"), ("To come", "comes"), ("Over", "went")):
        told = section(page, title)
        assert reason in told
        assert all(other not in told for other in {"lasts", "comes", "went"} - {reason})
    assert "severity low" in page.words


async def test_a_silence_is_made_from_the_traits_that_a_route_knows(reader, views, clock):
    page = await reader.submit(
        "/silences", rule="about-*, monitor:coverage", country="ge ua", language="ka",
        reason="divers at work", **{"severity-low": "1", "severity-medium": "1", "assertion-denied": "1", "for": "4h"},
    )  # fmt: skip
    [silence] = views.silences(NOW)
    assert silence.match == (
        ("rule", ("about-*", "monitor:coverage")),
        ("severity", ("medium", "low")),
        ("assertion", ("denied",)),
        ("language", ("ka",)),
        ("country", ("GE", "UA")),
    )
    assert (silence.author, silence.reason) == ("local", "divers at work")
    assert (silence.starts_at, silence.ends_at) == (NOW, NOW + 4 * HOUR)
    assert "divers at work" in section(page, "In force")


async def test_times_are_read_in_the_readers_zone(reader, views):
    given = {"starts": "2026-11-03T08:00", "until": "2026-11-03T10:00", "for": "4h"}
    await reader.submit("/silences", reason="drill", **{"severity-low": "1"}, **given)
    [silence] = views.silences(NOW)
    assert (silence.starts_at, silence.ends_at) == (NOW + 16 * HOUR, NOW + 18 * HOUR)  # Baku is at UTC+4


MISTAKES = {
    "no conditions": ({"for": "4h", "reason": "x"}, "Without conditions it would fit every alert"),
    "no reason": ({"rule": "about-zorbium", "for": "4h"}, "Say why, for those who wonder at the quiet."),
    "no end": ({"rule": "about-zorbium", "reason": "x"}, "Say how long, or until when."),
    "no time": ({"rule": "about-zorbium", "reason": "x", "until": "<soon>"}, "“&lt;soon&gt;” is no time"),
    "past": ({"rule": "about-zorbium", "reason": "x", "until": "2026-11-02T15:00"}, "Its end has passed."),
    "never": (
        {"rule": "about-zorbium", "reason": "x", "starts": "2026-12-02T15:00", "until": "2026-12-01T15:00"},
        "It would be over before it begins.",
    ),
    "long": ({"rule": "about-zorbium", "reason": "x", "until": "2027-11-02T15:00"}, "It would last for more than 30"),
    "unknown": ({"rule": "about-zorbiun", "reason": "x", "for": "4h"}, "did you mean “about-zorbium”?"),
    "no country": ({"country": "Georgia", "reason": "x", "for": "4h"}, "Country: "),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
async def test_what_is_wrong_is_said_and_what_was_written_is_kept(reader, views, name):
    fields, words = MISTAKES[name]
    page = await reader.submit("/silences", **{"language": "uk", **fields} if name != "no conditions" else fields)
    assert page.status == 400
    assert words in page.text
    assert all(f'value="{value}"' in page.text for key, value in fields.items() if key in ("rule", "country", "reason"))
    assert views.silences(NOW) == []


async def test_a_long_one_is_made_when_it_is_said_to_be_long(reader, views):
    await reader.submit("/silences", country="GE", reason="x", until="2027-11-02T16:00", long="1")
    assert len(views.silences(NOW)) == 1


@pytest.mark.usefixtures("alerts")
@pytest.mark.parametrize(
    ("asked", "held"),
    [("rule=about-zorbium", 2), ("severity-low=1", 1), ("country=UA&language=uk", 1), ("rule=about-quaxite", 1),
     ("rule=about-*", 3), ("watchlist=words", 0)],
)  # fmt: skip
async def test_beforehand_it_is_seen_what_it_would_have_held(reader, views, asked, held):
    words = f"Of the last 7 days it would have held {held} of 3 alerts."
    page = await reader.look(f"/silences?{asked}&preview=1")
    assert words in page.words
    assert "A new silence" in page.words
    part = await reader.look(f"/silences/preview?{asked}", **{"HX-Request": "true"})
    assert part.words == words
    assert views.silences(NOW) == []


async def test_a_preview_says_what_is_wrong(reader):
    assert "There is no rule “x”" in (await reader.look("/silences/preview?rule=x")).words


async def test_the_last_click_is_taken_back_by_ending_and_by_lasting_on(reader, views, site):
    page = await reader.submit("/silences", country="GE", reason="x", **{"for": "4h"})
    page = await undo(reader, page)
    assert "ended" in page.words
    assert "Undo" not in page.words
    assert views.silences(NOW) == []
    await reader.submit("/silences", country="UA", reason="y", **{"for": "4h"})
    page = await undo(reader, await reader.submit("/silences/2/end"))
    assert "lasts as before" in page.words
    [silence] = views.silences(NOW)
    assert (silence.id, silence.ends_at) == (2, NOW + 4 * HOUR)
    told = [change.what for change in site.shown.changes.latest()]
    assert told == ["silence.resume", "silence.end", "silence.add", "silence.end", "silence.add"]


async def test_one_that_is_over_or_was_never_there_cannot_be_ended(reader, store):
    store.add_silence(MATCH, "Ann", "went", NOW - 2 * HOUR, NOW - HOUR)
    assert "is over already" in (await reader.submit("/silences/1/end")).words
    assert (await reader.submit("/silences/7/end")).status == 404
    assert (await reader.submit("/silences/99999999999999999999/end")).status == 404
    assert (await reader.submit("/silences/1/resume", ends="soon")).status == 400
    assert "would be over by now" in (await reader.submit("/silences/1/resume", ends=NOW.isoformat())).words


async def test_a_silence_of_an_alert_is_one_click_on_its_page(reader, views, alerts):
    page = await reader.look("/alerts/2")
    forms = re.findall(r'<form method="post" action="/silences">(.*?)</form>', page.text, re.S)
    assert len(forms) == 2
    for form, match in zip(
        forms,
        [
            (("rule", ("about-zorbium",)),),
            (("rule", ("about-zorbium",)), ("severity", ("high",)), ("language", ("uk",)), ("country", ("UA",))),
        ],
        strict=True,
    ):
        fields = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form)) | {"for": "24h"}
        page = await reader.submit("/silences", **fields)
        assert "<h1 dir" in page.text  # back at the alert
        newest = max(views.silences(NOW), key=lambda silence: silence.id)
        assert (newest.match, newest.ends_at, newest.reason) == (match, NOW + 24 * HOUR, "see alert 2")


async def test_those_that_are_over_come_a_page_at_a_time(reader, store):
    for number in range(30):
        store.add_silence(MATCH, "Ann", f"r{number:02}", NOW - 2 * DAY, NOW - DAY)
    page = await reader.look("/silences")
    older = re.search(r'class="pager"[^>]*><a href="([^"]*)"', page.text)[1]
    seen = [re.findall(r"r\d\d", section(await reader.look(path), "Over")) for path in ("/silences", older)]
    assert [len(one) for one in seen] == [25, 5]
    assert sorted(seen[0] + seen[1]) == [f"r{number:02}" for number in range(30)]


def test_what_keeps_a_silence_from_being_made_is_one_rule_for_command_and_page():
    assert fault_of("x", NOW, NOW + 30 * DAY, NOW) is None
    assert fault_of("x", NOW, NOW + 31 * DAY, NOW).field == "long"
    assert fault_of("x", NOW, NOW + 31 * DAY, NOW, long=True) is None
    assert fault_of(" ", NOW, NOW + DAY, NOW).field == "reason"
    assert fault_of("x", NOW - DAY, NOW, NOW).field == "ends"
    assert fault_of("x", NOW + DAY, NOW + DAY, NOW).field == "ends"
