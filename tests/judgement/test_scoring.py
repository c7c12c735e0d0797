"""The scorer counts what its docstrings say: a ruler has to be straight."""

from tests.judgement.scoring import SILENCE, every_match, score, steps_line, together, wrong_steps


def article(name, **labels):
    return {"id": name, "lang": "en", "labels": labels}


def new(event, **more):
    return {"label": "new", "event": event} | more


def followup(event):
    return {"label": "followup", "event": event}


KNOWN = {"label": "known"}
STREAM = [article("a", fire=new("e1")), article("b", fire=followup("e1"), flood=new("e2")), article("c", fire=KNOWN)]


def test_each_alert_falls_into_one_drawer():
    total = score(STREAM, frozenset({("a", "fire"), ("b", "fire"), ("c", "fire"), ("c", "flood")}))
    assert [len(part) for part in (total.right, total.repeats, total.false)] == [1, 1, 2]
    assert (total.recall, total.precision, total.repeats_per_event) == (0.5, 0.25, 0.5)
    assert [(case.article, case.event) for case in total.missed] == [("b", "e2")]


def test_an_event_alerted_on_a_later_report_is_found_but_not_first():
    total = score(STREAM, frozenset({("b", "fire")}))
    assert (len(total.found), len(total.first), len(total.right)) == (1, 0, 1)


def test_events_of_two_rules_under_one_name_are_two():
    stream = [article("a", fire=new("e"), flood=new("e"))]
    assert score(stream, frozenset({("a", "fire")})).recall == 0.5


def test_ambiguous_labels_count_neither_way():
    stream = [*STREAM, article("d", fire=new("e3", ambiguous=True))]
    alerted = frozenset({("a", "fire"), ("d", "fire")})
    assert score(stream, alerted) == score(STREAM, frozenset({("a", "fire")}))


def test_the_yardsticks_are_the_two_ends():
    silent, loud = score(STREAM, SILENCE), score(STREAM, every_match(STREAM))
    assert (silent.recall, silent.alerts, silent.f1) == (0.0, 0, 0.0)
    assert (loud.recall, len(loud.repeats), len(loud.false)) == (1.0, 1, 1)


def test_a_part_is_scored_by_itself():
    total = score(STREAM, frozenset({("a", "fire"), ("c", "flood")}))
    fire = total.part(rule="fire")
    assert (fire.recall, fire.precision) == (1.0, 1.0)


def test_two_streams_together_have_the_events_and_alerts_of_both():
    one, other = score(STREAM, frozenset({("a", "fire")})), score(STREAM, SILENCE)
    both = together([one, other])
    assert (both.events, both.alerts, both.recall) == (4, 1, 0.25)


def test_a_step_is_compared_where_the_labels_tell_it_at_whichever_report_the_alert_came() -> None:
    stream = [article("a", fire=new("e1", step="burning")), article("b", fire=followup("e1"), flood=new("e2"))]
    told = {("b", "fire"): "out", ("b", "flood"): "rising"}
    wrong, compared = wrong_steps(stream, told)
    assert ([(one.case.article, one.step, one.expected) for one in wrong], compared) == ([("b", "out", "burning")], 1)
    assert steps_line(wrong, compared).splitlines()[0] == "wrong steps: 1 of 1"
    assert wrong_steps(stream, {("a", "fire"): "burning"}) == ([], 1)
    assert steps_line(*wrong_steps(stream, {("b", "flood"): "rising"})) == ""
