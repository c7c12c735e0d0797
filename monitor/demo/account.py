"""What the demo tells on the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import indent, shorten, wrap
from typing import TextIO

import monitor
from monitor.app.shipped import shipped
from monitor.core.alerts import Decision
from monitor.core.model import Article, Outcome, Polled, VerdictKind
from monitor.demo.stories import Outlet
from monitor.demo.tally import Pass, Tally

WIDTH = 100
_COLOURS = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
_OF_VERDICT = {VerdictKind.NEW: "red", VerdictKind.FOLLOWUP: "yellow", VerdictKind.KNOWN: "cyan"}
_LOOK = (
    ("monitor demo --desk", "the same, and then the desk: look around in a browser"),
    ("monitor check --examples", "the shipped watchlists, and whether their examples hold"),
    ("monitor sources list", "the real outlets that it would poll"),
    ("monitor explain URL", "every gate that one article passes, and why it stops"),
)


class Account:
    """Writes the account. Colours only on a terminal, and not where NO_COLOR is set."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._colours = out.isatty() and not os.environ.get("NO_COLOR")

    def opening(self, outlets: Sequence[Outlet]) -> None:
        names = ", ".join(f"{outlet.name} ({outlet.language})" for outlet in outlets)
        self._say(self._paint("News monitor: demonstration", "bold"))
        for line in wrap(
            f"{len(outlets)} invented outlets publish on this machine: {names}. The monitor that follows them is the "
            "real one, with the watchlists and the seeded baseline it ships with. Nothing leaves the machine.",
            WIDTH,
        ):
            self._say(line)

    def edition(self, number: int, last: int, outlets: Sequence[Outlet], done: Pass) -> None:
        """One pass: the polls, then every article with its verdicts and their reasons."""
        title = "what was there before we began to listen: learned, not alerted" if number == 0 else "news comes in"
        head = f"── pass {number + 1} of {last + 1}: {title} "
        self._say("\n" + self._paint(head + "─" * max(0, WIDTH - len(head)), "bold"))
        names = {outlet.id: outlet.name for outlet in outlets}
        polls = " · ".join(
            f"{names.get(polled.source_id, polled.source_id)}: {_poll(polled)}" for polled in done.polled
        )
        for line in wrap(f"polled  {polls}", WIDTH, subsequent_indent=" " * 8):
            self._say(self._paint(line, "dim"))
        for article in done.articles:
            decisions = [decision for decision in done.decisions if decision.verdict.article == article.id]
            self._article(article, decisions)

    def _article(self, article: Article, decisions: Sequence[Decision]) -> None:
        self._say(
            shorten(f"[{article.language}] {article.title}", WIDTH - 2 - len(article.outlet)) + f"  {article.outlet}"
        )
        if article.summary_only:
            note = article.note or "the page could not be read"
            self._say(self._paint("     " + shorten(f"summary only: {note}", WIDTH - 5), "dim"))
        if not decisions:
            self._say(self._paint("     silent    touches no rule", "dim"))
        for decision in decisions:
            verdict = decision.verdict
            self._say(f"     {self._paint(f'{verdict.kind:<9}', _OF_VERDICT[verdict.kind])} {verdict.rule}")
            self._reason(verdict.reason)
            if verdict.reason not in decision.reason:
                self._reason(f"→ {decision.action}: {decision.reason}")

    def _reason(self, words: str) -> None:
        for line in wrap(words, WIDTH - 15):
            self._say(" " * 15 + self._paint(line, "dim"))

    def phone(self, text: str) -> None:
        """What the person on call received, as it was sent."""
        if text.strip():
            self._say("\n" + self._paint("  ┌─ to the person on call", "green"))
            bar = self._paint("  │ ", "green")
            self._say(indent(text.strip("\n"), bar, lambda _: True))
            self._say(self._paint("  └─", "green"))

    def closing(self, tally: Tally, statuses: Sequence[int]) -> None:
        """Figures, then how they compare with what the newsroom meant, then what to do next."""
        kinds = tally.verdicts
        rows = [
            ("requests answered", f"{len(statuses)}, of them {statuses.count(304)} with 304 Not Modified"),
            ("articles read", f"{tally.articles}, of them {tally.summary_only} from the feed's own text"),
            ("touch no rule", f"{tally.silent}: silent"),
            ("known", f"{kinds[VerdictKind.KNOWN]} verdicts: silent, the baseline has it"),
            ("follow-ups", f"{kinds[VerdictKind.FOLLOWUP]} verdicts: silent, already reported"),
            ("new", f"{kinds[VerdictKind.NEW]} verdicts"),
            ("alerts", str(len(tally.alerted) + len(tally.unexpected))),
            ("time", f"{tally.seconds:.1f} s"),
        ]
        self._say("\n" + self._paint("── summary " + "─" * (WIDTH - 11), "bold"))
        for name, value in rows:
            self._say(f"  {name:<18} {value}")
        meant = len(tally.alerted) + len(tally.missed)
        verdict = f"{len(tally.alerted)} of the {meant} events that the newsroom meant to be news were alerted"
        self._say(self._paint(f"\n  {verdict}, {len(tally.unexpected)} alerts too many.", "bold"))
        for rule, story in tally.missed:
            self._say(self._paint(f"  missed: {rule} in {story}", "red"))
        for rule, story in tally.unexpected:
            self._say(self._paint(f"  should not have been sent: {rule} for {story}", "red"))
        self._say("\n" + self._paint("What to run next", "bold"))
        for command, words in _next():
            self._say(f"  {command:<40}  {words}")

    def desk(self, address: str) -> None:
        self._say("\n" + self._paint(f"The desk: {address}/", "bold"))
        self._say(
            "Everything above is there to look at, with the reason for each alert and each silence. Ctrl-C ends it."
        )

    def _paint(self, text: str, colour: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self._colours else text

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def _next() -> Iterator[tuple[str, str]]:
    """Commands and what they are good for: with make in a checkout, by themselves where the program is installed."""
    makefile = Path(monitor.__file__).resolve().parents[1] / "Makefile"
    if makefile.is_file():
        yield "make test", "run the tests"
        yield from ((f".venv/bin/{command}", words) for command, words in _LOOK)
        yield "make run", "the monitor itself, on the real outlets"
        return
    if shipped_watchlists := shipped("watchlists"):
        yield f"cp -r {shipped_watchlists.parent}/* .", "watchlists and seeds to edit, here"
    yield from _LOOK
    yield "monitor run", "the monitor itself, on the real outlets"


def _poll(polled: Polled) -> str:
    if polled.outcome is Outcome.FRESH:
        return "1 entry" if len(polled.entries) == 1 else f"{len(polled.entries)} entries"
    if polled.outcome is Outcome.UNCHANGED:
        return "unchanged"
    if polled.outcome is Outcome.POSTPONED:
        return f"put off ({polled.message})"
    return f"failed ({polled.message or polled.status}), asked again next time"
