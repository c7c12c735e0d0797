"""How firmly a sentence says something, and on whose word: rules over cue words, per language."""

from monitor.core.modality.again import goes_on, says_again
from monitor.core.modality.attribution import AttributionCue, attribution
from monitor.core.modality.clauses import AssertionCue, assertion, assertion_at
from monitor.core.modality.recall import counted_from, dates_behind, recalled
from monitor.core.modality.sayings import corrects, denies

__all__ = [
    "AssertionCue",
    "AttributionCue",
    "assertion",
    "assertion_at",
    "attribution",
    "corrects",
    "counted_from",
    "dates_behind",
    "denies",
    "goes_on",
    "recalled",
    "says_again",
]
