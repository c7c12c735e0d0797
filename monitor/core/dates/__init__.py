"""Dates that a text mentions, resolved against its time of publication.

One regular expression per language, made of tables; what it finds goes through the small
functions of `resolve`. Weekdays and month days are dates only in words: bare numbers and
times of day never are.
"""

from monitor.core.dates.finding import find_dates
from monitor.core.dates.owner import belongs_elsewhere, is_attributive, own_clause
from monitor.core.dates.resolve import DateMention

__all__ = ["DateMention", "belongs_elsewhere", "find_dates", "is_attributive", "own_clause"]
