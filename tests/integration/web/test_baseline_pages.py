"""The baseline at the desk: facts are looked at, added, corrected and retracted, and judgement heeds it at once."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from monitor.configuration import seed_fingerprint
from monitor.core.responses import Answer, Fault, Response
from monitor.judging import judge_article
from monitor.web.site import Site
from tests.contracts.ledger import NOW
from tests.desk import story
from tests.integration.web.conftest import InForce, Reader
from tests.making import article

RULE = "about-zorbium"


@pytest.fixture
def tell(site: Site, newsroom, clock):
    """Let an article come in now, and be judged; what it came to for the rule, `!` where it alerted."""

    def tell(title: str, text: str, **changes) -> str:
        clock.now += timedelta(minutes=10)
        item = article(title, text, clock.now, id=f"a{clock.now:%d%H%M}", url=f"https://x.example/{clock.now:%d%H%M}")
        item = item if not changes else item.__class__(**{**_values(item), **changes})
        newsroom.save(item)
        outcome = site.store.judging(lambda unit: judge_article(item, site.configuration().desk, unit, clock.now))
        verdict = next((one.verdict for one in outcome.decisions if one.verdict.rule == RULE), None)
        return (verdict.kind.value if verdict else "-") + ("!" if outcome.alerts else "")

    return tell


def _values(item):
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def learned(site: Site):
    return [fact for fact in site.views.facts(RULE) if fact.source.startswith("article:")]


def page_of(key: str) -> str:
    return f"/facts/{quote(key, safe=':')}"


def undo(answer) -> str:
    return re.search(r'<form method="post" action="([^"]+)">', answer.text)[1]


ADDED = {
    "words": "An explosion of zorbium wrecked the harbour of Varna on 1 November 2026.",
    "language": "en",
    "outlet": "Harbour Post",
    "url": "https://harbour.example/1",
    "told": "2026-11-01",
    "step": "exploded",
    "first": "2026-11-01",
    "places": "Varna",
    "reason": "known from the fire service",
}
AGAIN = (
    "Explosion of zorbium in Varna",
    "An explosion of zorbium wrecked the harbour of Varna on Sunday, 1 November, the port says.",
)


async def test_what_is_known_is_listed_by_rule_and_each_fact_says_where_it_comes_from(reader: Reader, tell):
    assert tell(*story("zorbium")) == "new!"
    rules = await reader.look("/baseline")
    assert "Explosion of zorbium" in rules.words
    page = await reader.look(f"/baseline/{RULE}")
    assert page.status == 200
    assert "shook the harbour" in page.words or "zorbium affair" in page.words
    key = re.search(r'href="(/facts/[^"]+)"', page.text)[1]
    fact = await reader.look(key)
    assert "learned from the article" in fact.words
    assert "Explosion: the zorbium affair" in fact.words


async def test_a_sentence_is_read_as_judgement_reads_it_and_confirmed(reader: Reader, tell):
    asked = await reader.look(f"/baseline/{RULE}/add")
    assert asked.status == 200
    first = {name: ADDED[name] for name in ("words", "outlet", "told")}
    read = await reader.submit(f"/baseline/{RULE}/read", language="", **first)
    assert "This is what the rule reads" in read.words
    assert '<option value="exploded" selected>' in read.text
    assert 'name="first" type="date" value="2026-11-01"' in read.text
    assert "new" in read.words
    done = await reader.submit(f"/baseline/{RULE}/add", **ADDED)
    assert "The fact is added" in done.words
    assert "known from the fire service" in done.words
    assert tell(*AGAIN) in ("followup", "known")


async def test_without_the_fact_the_same_article_would_have_been_news(tell):
    assert tell(*AGAIN) == "new!"


async def test_what_was_added_is_taken_back_and_has_no_say(reader: Reader, tell, site: Site):
    done = await reader.submit(f"/baseline/{RULE}/add", **ADDED)
    assert "taken back" in (await reader.submit(undo(done))).words
    assert site.views.facts(RULE) == []
    assert tell(*AGAIN) == "new!"


async def test_a_sentence_without_a_claim_says_so_and_can_be_filled_in_by_hand(reader: Reader, tell):
    words = {**ADDED, "words": "It was bad in Varna."}
    read = await reader.submit(f"/baseline/{RULE}/read", **words)
    assert "reads no claim" in read.words
    wrong = await reader.submit(f"/baseline/{RULE}/add", **{**words, "step": ""})
    assert wrong.status == 400
    assert "needs a “step”" in wrong.words
    assert "The fact is added" in (await reader.submit(f"/baseline/{RULE}/add", **words)).words


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("told", "yesterday", "Say on which day"),
        ("first", "2026-02-31", "the calendar has no"),
        ("words", " ", "Write the sentence"),
        ("reason", "", "Say why"),
        ("step", "flew", "no step or state"),
        ("assertion", "sworn", "expected"),
    ],
)
async def test_a_fact_that_no_seed_file_could_hold_is_refused_and_nothing_is_lost(
    reader: Reader, site: Site, field: str, value: str, told: str
):
    answer = await reader.submit(f"/baseline/{RULE}/add", **{**ADDED, field: value})
    assert answer.status == 400
    assert told in answer.words
    assert "harbour.example/1" in answer.text
    assert site.views.facts(RULE) == []


async def test_figures_are_added_with_their_units(reader: Reader, site: Site):
    figures = {"figure-0-value": "20 000 000", "figure-0-unit": "USD", "figure-0-total": "yes"}
    await reader.submit(f"/baseline/{RULE}/add", **ADDED, **figures)
    (fact,) = site.views.facts(RULE)
    assert [(one.value, one.unit, one.total) for one in fact.figures] == [(2e7, "USD", True)]
    assert "20,000,000 USD" in (await reader.look(page_of(fact.key))).words


async def test_a_retracted_fact_has_no_say_until_that_is_undone(reader: Reader, tell, site: Site):
    await reader.submit(f"/baseline/{RULE}/add", **ADDED)
    (fact,) = site.views.facts(RULE)
    assert (await reader.submit(f"{page_of(fact.key)}/retract", reason=" ")).status == 400
    done = await reader.submit(f"{page_of(fact.key)}/retract", reason="it never happened")
    assert "retracted" in done.words
    assert "it never happened" in done.words
    assert site.views.facts(RULE) == []
    assert "it never happened" not in (await reader.look(f"/baseline/{RULE}")).words
    assert "Varna" in (await reader.look(f"/baseline/{RULE}?aside=1")).words
    assert (await reader.submit(f"{page_of(fact.key)}/retract", reason="twice")).status == 409
    back = await reader.submit(undo(done))
    assert "counts again" in back.words
    assert tell(*AGAIN) in ("followup", "known")


async def test_a_fact_is_corrected_and_the_next_article_judged_accordingly(reader: Reader, tell, site: Site):
    """An article gave the wrong day; who then tells of the right one tells nothing new."""
    wrong = "An explosion of zorbium wrecked the harbour of Varna on 5 October 2026."
    await reader.submit(f"/baseline/{RULE}/add", **{**ADDED, "words": wrong, "first": "2026-10-05"})
    (fact,) = site.views.facts(RULE)
    asked = await reader.look(f"{page_of(fact.key)}/correct")
    assert 'value="2026-10-05"' in asked.text
    done = await reader.submit(f"{page_of(fact.key)}/correct", **ADDED)
    assert "The fact is corrected" in done.words
    (right,) = site.views.facts(RULE)
    assert right.event == fact.event
    assert "Corrected: another fact stands in its place" in (await reader.look(page_of(fact.key))).words
    assert tell(*AGAIN) in ("followup", "known")
    held = await reader.look(page_of(right.key))
    assert "Explosion of zorbium in Varna" in held.words


async def test_uncorrected_that_article_would_have_been_news(reader: Reader, tell):
    wrong = "An explosion of zorbium wrecked the harbour of Varna on 5 October 2026."
    await reader.submit(f"/baseline/{RULE}/add", **{**ADDED, "words": wrong, "first": "2026-10-05"})
    assert tell(*AGAIN) == "new!"


async def test_a_correction_that_is_taken_back_leaves_what_was_there_before(reader: Reader, site: Site, tell):
    tell(*story("zorbium"))
    before = site.views.facts(RULE)
    done = await reader.submit(f"{page_of(before[0].key)}/correct", **ADDED)
    assert site.views.facts(RULE) != before
    await reader.submit(undo(done))
    assert site.views.facts(RULE) == before


async def test_a_learned_fact_that_was_retracted_stays_so_when_its_article_is_judged_again(
    reader: Reader, tell, site: Site
):
    tell(*story("zorbium"))
    (fact,) = learned(site)
    await reader.submit(f"{page_of(fact.key)}/retract", reason="a drill")
    item = site.views.article(fact.source.removeprefix("article:")).article
    site.store.judging(lambda unit: judge_article(item, site.configuration().desk, unit, NOW))
    assert learned(site) == []


SEED = """version: 1
document: {id: varna, outlet: Harbour Post, title: The harbour, date: 2026-11-01, language: en}
facts:
%s"""
_FACT = "  - {rule: about-zorbium, step: exploded, date: %s, places: [Varna], words: %s}\n"


def load(in_force: InForce, site: Site, *facts: tuple[str, str]) -> None:
    (in_force.folder / "seeds" / "varna.yaml").write_text(SEED % "".join(_FACT % fact for fact in facts))
    in_force.configuration = in_force._read()
    for seed in in_force.configuration.seeds:
        site.store.replace_seed(seed.id, seed.baseline, seed_fingerprint(seed), site.now())


async def test_a_retracted_fact_of_a_seed_stays_so_until_the_file_says_something_else(
    reader: Reader, site: Site, in_force: InForce
):
    first, other = ("2026-11-01", "It exploded."), ("2026-10-20", "It exploded before.")
    load(in_force, site, first)
    await reader.submit("/facts/seed:varna:1/retract", reason="a rumour")
    load(in_force, site, first)
    assert site.views.facts(RULE) == []
    load(in_force, site, other, first)  # now it is the second
    assert [fact.key for fact in site.views.facts(RULE)] == ["seed:varna:1"]
    assert "a rumour" in (await reader.look("/facts/seed:varna:2")).words
    load(in_force, site, other, ("2026-11-02", "It exploded."))
    assert [fact.key for fact in site.views.facts(RULE)] == ["seed:varna:1", "seed:varna:2"]
    load(in_force, site, first)
    await reader.submit("/facts/seed:varna:1/restore")
    load(in_force, site, first)
    assert [fact.key for fact in site.views.facts(RULE)] == ["seed:varna:1"]


async def test_what_people_added_can_be_taken_along_as_seed_files(reader: Reader, site: Site, in_force: InForce):
    await reader.submit(f"/baseline/{RULE}/add", **ADDED)
    (fact,) = site.views.facts(RULE)
    told = await reader.look("/baseline/people.yaml")
    (in_force.folder / "seeds" / "people.yaml").write_text(told.text)
    assert await in_force.reload(), in_force.problems
    (seed,) = in_force.configuration.seeds
    (again,) = seed.baseline
    assert (again.words, again.when, again.names, again.places) == (fact.words, fact.when, fact.names, fact.places)


async def test_who_changed_a_fact_is_in_the_log_of_changes(reader: Reader, site: Site):
    await reader.submit(f"/baseline/{RULE}/add", **ADDED)
    (fact,) = site.views.facts(RULE)
    await reader.submit(f"{page_of(fact.key)}/retract", reason="no")
    assert [change.what for change in site.shown.changes.latest(about=f"fact:{fact.key}")] == [
        "fact.retract",
        "fact.add",
    ]


async def test_lists_go_on_where_they_ended_and_searches_find(reader: Reader, site: Site, in_force: InForce):
    load(in_force, site, *((f"2026-{1 + at // 28:02}-{1 + at % 28:02}", f"Blast number {at}.") for at in range(120)))
    seen: set[str] = set()
    path = f"/baseline/{RULE}"
    for _ in range(3):
        page = await reader.look(path)
        seen |= set(re.findall(r"Blast number \d+", page.words))
        further = re.search(r'class="pager"[^>]*><a href="([^"]+)"', page.text)
        path = further[1].replace("&amp;", "&") if further else ""
    assert len(seen) == 120
    assert not path
    assert re.findall(r"Blast number \d+", (await reader.look(f"/baseline/{RULE}?q=NUMBER 77.")).words) == [
        "Blast number 77"
    ]
    assert "No fact." in (await reader.look(f"/baseline/{RULE}?by=people")).words


@pytest.mark.parametrize(
    "path", ["/baseline/nowhere", "/facts/nothing", "/facts/nothing/correct", "/baseline/nowhere/add"]
)
async def test_what_is_not_there_is_said_to_be_not_there(reader: Reader, path: str):
    assert (await reader.look(path)).status == 404


# --- states ----------------------------------------------------------------------------------

BORDER = """version: 1
terms:
  border: {en: [border]}
  shut: {en: [close, shut]}
  free: {en: [reopen, open]}
rules:
  - id: border
    kind: state
    title: The border
    severity: high
    match: {all: [border]}
    states:
      - {id: closed, title: closed, cues: [shut]}
      - {id: open, title: open again, cues: [free]}
    initial: open
"""


@pytest.fixture
def border(in_force: InForce) -> str:
    (in_force.folder / "watchlists" / "border.yaml").write_text(BORDER)
    in_force.configuration = in_force._read()
    return "border"


def added_state(step: str, day: str) -> dict[str, str]:
    words = "The border was closed." if step == "closed" else "The border was opened again."
    return {"words": words, "language": "en", "told": day, "step": step, "first": day, "reason": "the gazette"}


CLOSED_TODAY = {"words": "The border was closed today.", "told": "2026-11-02", "language": "en"}


async def test_the_history_of_a_state_is_a_picture_and_a_table_and_goes_with_what_people_retract(
    reader: Reader, border: str, site: Site
):
    nothing = await reader.look("/baseline/border")
    assert "State now: open again" in nothing.words
    assert "ever: nothing else is known" in nothing.words
    days = (("closed", "2026-03-01"), ("open", "2026-04-01"), ("open", "2026-04-05"), ("closed", "2026-05-01"))
    for step, day in days:
        await reader.submit("/baseline/border/add", **added_state(step, day))
    page = await reader.look("/baseline/border")
    assert "State now: closed" in page.words
    assert page.text.count('<rect class="state-0" x=') == 2  # the picture: two stretches of the one …
    assert page.text.count('<rect class="state-1" x=') == 1  # … and one of the other, though it was told twice
    last = next(fact for fact in site.views.facts("border") if fact.step == "closed" and fact.when.first.month == 5)
    await reader.submit(f"{page_of(last.key)}/retract", reason="for cattle only")
    assert "State now: open again" in (await reader.look("/baseline/border")).words


async def test_a_state_that_was_retracted_is_news_when_it_comes_true(reader: Reader, border: str, site: Site, tell):
    await reader.submit("/baseline/border/add", **added_state("closed", "2026-10-01"))
    (fact,) = site.views.facts("border")
    read = await reader.submit(
        "/baseline/border/read", words="The border was closed today.", told="2026-11-02", language="en"
    )
    assert "closed is the state already" in read.words
    await reader.submit(f"{page_of(fact.key)}/retract", reason="for cattle only")
    read = await reader.submit(
        "/baseline/border/read", words="The border was closed today.", told="2026-11-02", language="en"
    )
    assert "state changes from open again to closed" in read.words


# --- beside the answers to alerts ------------------------------------------------------------


async def test_an_alert_that_is_reopened_does_not_bring_back_what_was_retracted_by_itself(
    reader: Reader, tell, site: Site, clock
):
    assert tell(*story("zorbium")) == "new!"
    (alert,) = [row.alert for row in site.views.alerts()]
    (fact,) = learned(site)
    await reader.submit(f"{page_of(fact.key)}/retract", reason="a drill")
    for answer, fault in ((Answer.REJECT, Fault.WRONG), (Answer.REOPEN, None)):
        clock.now += timedelta(minutes=2)
        assert site.store.respond(
            Response(alert.thread, answer, "Ann", clock.now, "no", fault=fault, via="cli"), clock.now
        )
    assert learned(site) == []
    await reader.submit(f"{page_of(fact.key)}/restore")
    assert learned(site) == [fact]


async def test_a_fact_that_was_set_aside_with_its_alert_says_so_and_comes_back_with_it(
    reader: Reader, tell, site: Site, clock
):
    tell(*story("zorbium"))
    (alert,) = [row.alert for row in site.views.alerts()]
    (fact,) = learned(site)
    said = Response(alert.thread, Answer.REJECT, "Ann", clock.now, "a drill", fault=Fault.WRONG, via="cli")
    site.store.respond(said, clock.now)
    page = await reader.look(page_of(fact.key))
    assert "people rejected the alert of its event" in page.words
    assert (await reader.submit(f"{page_of(fact.key)}/restore")).status == 409


async def test_what_others_wrote_stays_text(reader: Reader, site: Site):
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    fields = {**ADDED, "words": f"An explosion of zorbium. {hostile}", "outlet": hostile, "title": hostile}
    answer = await reader.submit(f"/baseline/{RULE}/add", **{**fields, "reason": hostile, "url": "javascript:alert(1)"})
    (fact,) = site.views.facts(RULE)
    pages = [answer, await reader.look(f"/baseline/{RULE}"), await reader.look(f"{page_of(fact.key)}/correct")]
    assert [page.status for page in pages] == [200, 200, 200]
    for page in pages:
        assert "<script>alert" not in page.text
        assert page.text.count("<img") == 1  # our own sign
        assert 'href="javascript:' not in page.text
