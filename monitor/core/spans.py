"""When claims and facts are from, in words and for ordering."""

from __future__ import annotations

from datetime import date, datetime

from monitor.core.model import Claim, DateSpan, Fact


def date_words(when: DateSpan | None) -> str:
    """A day, or the first and the last of several."""
    if when is None:
        return "no date"
    first, last = when.first.isoformat(), when.last.isoformat()
    return first if first == last else f"{first} – {last}"


def claim_date(claim: Claim) -> str:
    days = date_words(claim.when)
    return days if claim.dated or claim.when is None else f"{days} (taken from the time of publication)"


def fact_date(fact: Fact) -> str:
    return date_words(fact.when) if fact.when else fact.recorded.date().isoformat()


def fact_time(fact: Fact) -> tuple[date, datetime, str]:
    """Orders facts by their day, then by when they were learned."""
    return day_of(fact), fact.recorded, fact.key


def day_of(fact: Fact) -> date:
    return fact.when.first if fact.when else fact.recorded.date()
