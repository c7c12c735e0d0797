"""A stream in which many report the same events, in their own words or in those of others; and one who judges it.

`python -m tests.crowd` is a process that judges beside others like it. It says `ready`; for each line `URL SEED DIES`
on stdin it takes what waits at that database, in an order of its own, few or many at a time, and prints the ids of
those that it judged. In its transaction number DIES, before the commit, it kills itself.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from monitor import dictionaries
from monitor.core.judge import Judge
from monitor.core.model import Article
from monitor.core.routing import Route
from monitor.core.rules import Condition
from monitor.judging import Desk, Outcome, judge_waiting, prepare, touched
from monitor.ports import JudgingUnit
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from tests.making import NOON, article, rule, rule_set, term

LATER = NOON + timedelta(days=400)  # when it is judged
SUBJECTS = ("mill", "harbour", "bridge", "depot", "refinery", "station")
TOWNS = (
    *("Norvik", "Salemburg", "Tarnowo", "Bexley", "Ostrava", "Zelenor", "Kirkjub", "Marovka"),
    *("Dunmora", "Varskog", "Pelhrim", "Yarovets", "Corvina", "Hallstad", "Ulmenau", "Brezovo"),
)
REPORTS = (
    ("Drones hit {what} in {town}", "Drones hit the {what} in {town} on {day}, the governor said. Nobody was hurt."),
    ("{town}: strike on {what}", "A strike on the {what} in {town} on {day} broke windows, residents wrote in chats."),
    ("Attack on {town} {what}", "The {what} of {town} came under attack on {day}. Firemen worked until the evening."),
    ("{town} {what} attacked", "An attack on {day} left the {what} in {town} without power, the grid operator wrote."),
)
REPRINTED = (
    "Officials in {town} said that the {what}, which was hit by drones on {day}, will be closed while {crew} look for "
    "what is left of them. The mayor thanked those who came at night, and asked everybody to stay away from the river "
    "bank until the engineers of {crew} have finished. Schools in the eastern quarter open an hour later, buses take "
    "the northern road, and the market moves to the square before the old town hall. Insurers of the {what} expect to "
    "see the books within a month, and a fund for the families has been opened at the savings bank of {town}."
)
NOTHING = "A bakery in {town} won {number} prizes for its rye bread, and {crew} came to taste it before noon."
DESK_TERMS = (*(term(subject, en=[subject]) for subject in SUBJECTS), term("hit", en=["hit", "strike", "attack"]))


def desk() -> Desk:
    """One rule for each subject."""
    rules = (rule(id=subject, title=subject, match=Condition(all=((subject,),), within=2)) for subject in SUBJECTS)
    return Desk(Judge(rule_set(*rules, terms=DESK_TERMS)), {}, Route(("oncall",)))


def stream(seed: int, events: int = 32, idle: int = 50) -> tuple[list[Article], set[tuple[str, str]]]:
    """Articles in any order, and what they tell as (rule, number of the event).

    Each event is told by four in their own words, and three times in the same; every third is of two rules. The others
    touch no rule. The id of an article begins with the number of its event.
    """
    random, told = Random(seed), list[Article]()
    expected: set[tuple[str, str]] = set()
    for number in range(events):
        town, at = TOWNS[number % len(TOWNS)], NOON + timedelta(days=9 * number)
        subjects = random.sample(SUBJECTS, 2 if number % 3 == 0 else 1)
        expected.update((subject, str(number)) for subject in subjects)
        words = {"what": " and the ".join(subjects), "town": town, "day": f"{at:%-d %B %Y}", "crew": f"crew {number}"}
        texts = [*REPORTS, *[("Quarter of {town} closed", REPRINTED)] * 3]
        for place, (title, text) in enumerate(texts):
            name = f"{number}-{place}"
            hour = at + timedelta(minutes=random.randrange(400))
            outlet = f"outlet{place}"
            told.append(
                article(
                    title.format(**words),
                    text.format(**words),
                    hour,
                    id=name,
                    url=f"https://{outlet}.example/{name}",
                    outlet=outlet,
                    publisher=outlet,
                )
            )
    for number in range(idle):
        words = {"town": random.choice(TOWNS), "number": str(number), "crew": f"{number} guests"}
        text = NOTHING.format(**words)
        told.append(article(text[:40], text, id=f"idle-{number}", url=f"https://idle.example/{number}"))
    random.shuffle(told)
    return told, expected


def doubled(alerts: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
    """What was alerted more than once, of (rule, id of the article)."""
    counted = Counter((rule, name.partition("-")[0]) for rule, name in alerts)
    return {told: times for told, times in counted.items() if times > 1}


def judge_all(store: SqlStore, seed: int, dies: int) -> list[str]:
    """The ids of the articles that were judged here. Who runs beside it may be at the same ones."""
    random, rules, done = Random(seed), desk(), list[str]()
    turn = 0
    while waiting := store.unjudged(60):
        turn += 1
        ready = [prepare(item, rules) for item in random.sample(waiting, min(len(waiting), random.choice((1, 3, 10))))]

        def work(unit: JudgingUnit, ready: list[Any] = ready, last: bool = turn == dies) -> list[Outcome]:
            outcomes = judge_waiting(ready, rules, unit, LATER)
            if last:
                os.kill(os.getpid(), signal.SIGKILL)
            return outcomes

        done += [outcome.article.id for outcome in store.judging(work, touched(ready))]
    return done


def main() -> None:
    dictionaries.keep()
    prepare(article("Drones hit the mill", "On Monday."), desk())  # and caches
    print("ready", flush=True)
    for line in sys.stdin:
        url, seed, dies = line.split()
        engine = create_engine(url)
        print(" ".join(judge_all(SqlStore(engine), int(seed), int(dies))), flush=True)
        engine.dispose()


if __name__ == "__main__":
    main()
