"""How all sources are, and which rules they could tell of: what several pages count, looked at once a minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.configuration import Configuration
from monitor.core import coverage
from monitor.core.coverage import RuleCoverage
from monitor.core.health import health
from monitor.core.model import PollState, Source
from monitor.store.shown import Shown


@dataclass(frozen=True, slots=True)
class Surveyed:
    """As it was `at` that time. `polled` are the sources as the files have them, `words` their health by id, `covered`
    the rules in force."""

    at: datetime
    polled: Sequence[tuple[Source, PollState]]
    words: Mapping[str, str]
    covered: Mapping[str, RuleCoverage]


def survey(configuration: Configuration, shown: Shown, now: datetime) -> Surveyed:
    states = shown.overview.polled()
    polled = [(one, states.get(one.id, PollState())) for one in configuration.sources]
    words = {source.id: health(state, source, now).word for source, state in polled}
    covered = {item.rule: item for item in coverage.survey(configuration.ruleset, polled, now)}
    return Surveyed(now, polled, words, covered)
