"""Dates in English."""

from __future__ import annotations

from monitor.core.dates.resolve import (
    ago,
    ahead,
    day_alone,
    earlier,
    in_month,
    in_season,
    in_year,
    later,
    months_away,
    offset,
    on_day,
    on_weekday,
    same_month,
    since_new_year,
    vague,
    week,
    weekend,
    year_away,
)
from monitor.core.dates.vocabulary import Rule, Vocabulary

_ORD = r"(?:st|nd|rd|th)?"
_WD = r"(?:(?:on )?<w>,? (?:\(|the )?)?"
_YEAR = r"(?:,? <Y>| (?:(?P<lastyear>last year)|(?P<thisyear>this year)))?"
_TO = r"(?: ?- ?| to | into | through )"
_PART = (
    r"(?:(?P<early>early|the (?:start|beginning) of)|(?P<mid>mid"
    r"|the middle of)|(?P<late>late|the end of))(?: |-)(?:in )?"
)
_NOT_VERB = r"(?! (?:have|be|not|face|also|lose|need|well|still)\b)"
_EVE = r"(?P<eve>overnight (?:in)?to|overnight on|(?:on )?the night (?:in)?to|the eve of)"
_NIGHT = r"(?:(?:on )?the night of |overnight (?:on )?|overnight from )?"
_TIME = r"(?:(?:on|by|since|until|early|late|in the early hours of|(?:on )?the (?:morning|evening|afternoon) of) ){0,2}"
_OVER = r"(?:'s)?(?: (?:morning|afternoon|evening)| (?P<over>night))?"
_IN = r"(?:back in|in|since|during|until|by|from|this|of|between|before|after)"
_HOLIDAYS = r"(?<!black )(?<!good )(?<!bloody )(?<!ash )(?<!palm )(?<!super )(?<!every )(?<!each )"

_DAYS: tuple[Rule, ...] = (
    (on_day, rf"{_NIGHT}{_WD}<D>{_ORD} <M>{_TO}{_WD}<D2>{_ORD} <M2>{_YEAR}"),
    (on_day, rf"{_NIGHT}<M> <D>{_ORD}{_TO}<M2> <D2>{_ORD}{_YEAR}"),
    (on_day, rf"{_NIGHT}{_WD}<D>{_ORD}{_TO}<D2>{_ORD} (?:of )?<M>{_YEAR}"),
    (on_day, rf"{_NIGHT}<M> <D>{_ORD}{_TO}<D2>{_ORD}{_YEAR}"),
    (on_day, rf"<D>{_ORD}(?=(?:, \d{{1,2}}{_ORD}){{0,3}},?(?: and | or |, )\d{{1,2}}{_ORD} (?:of )?<M>{_YEAR}(?!\w))"),
    (on_day, rf"{_EVE} {_WD}(?:<D>{_ORD} (?:of )?<M>{_YEAR})"),
    (on_day, rf"{_EVE} {_WD}(?:<M> <D>{_ORD}{_YEAR})(?!\d)"),
    (on_day, rf"(?P<over>the night of) {_WD}<D>{_ORD} (?:of )?<M>{_YEAR}"),
    (on_day, rf"{_WD}(?:the )?<D>{_ORD} (?:of )?<M>{_NOT_VERB}{_YEAR}"),
    (on_day, rf"{_WD}<M> (?:the )?<D>{_ORD}(?!\d|:\d|[.,]\d| (?:percent|per cent|million|billion|people)){_YEAR}"),
    (day_alone, r"on the <D>(?:st|nd|rd|th)(?=[.,;)]|\s?$| (?:and|by|in|at|against|near|were|was|after|when)\b)"),
    (same_month, rf"and (?:the )?<D>{_ORD}(?=[.,;]|\s?$| (?:in|on|at|against|by|near|were|was)\b)"),
)
_WEEKDAYS: tuple[Rule, ...] = (
    (on_weekday, r"overnight from <w> (?:in)?to (?P<eve>)<W>"),
    (on_weekday, r"(?:on )?the night of <w> (?:in)?to (?P<eve>)<W>"),
    (on_weekday, rf"{_EVE} <W>(?:'s)?"),
    (on_weekday, r"(?P<over>(?:on )?the night of) <W>"),
    (on_weekday, rf"(?P<next>by|until) <W>{_OVER}"),
    (on_weekday, rf"{_TIME}(?P<next>next|(?:this |the )?coming) <W>{_OVER}"),
    (on_weekday, rf"{_TIME}(?P<last>last|the (?:previous|past)|previous|past) <W>{_OVER}"),
    (on_weekday, rf"{_TIME}<W>{_OVER} (?P<lastweek>last week|of last week)"),
    (on_weekday, rf"{_TIME}<W>{_OVER} (?P<nextweek>next week|of next week)"),
    (on_weekday, rf"{_TIME}(?P<this>this) <W>{_OVER}"),
    (on_weekday, rf"{_TIME}{_HOLIDAYS}<W>{_OVER}"),
)
_TOLD: tuple[Rule, ...] = (
    (offset, r"(?:the )?day before yesterday", -2, -2),
    (offset, r"(?:the )?day after tomorrow", 2, 2),
    (offset, r"yesterday(?:'s)?(?: (?:morning|afternoon|evening))?", -1, -1),
    (offset, r"(?:last|yesterday) night(?:'s)?|overnight", -1, 0),
    (offset, r"(?:earlier |later )?today(?:'s)?|this (?:morning|afternoon|evening)(?:'s)?|tonight(?:'s)?", 0, 0),
    (offset, r"in the (?:last|past) (?:24 hours|day)", -1, 0),
    (offset, r"tomorrow(?:'s)?(?: (?:morning|afternoon|evening|night))?", 1, 1),
    (vague, r"(?:just )?(?:a few|several|some|a couple of) days (?:ago|earlier|back)|days ago", -7, -2),
    (vague, r"(?:just )?(?:a few|several|some|many) weeks (?:ago|earlier|back)|weeks ago", -56, -8),
    (vague, r"(?:just )?(?:a few|several|some|many) months (?:ago|earlier|back)|months ago", -330, -31),
    (vague, r"(?:a few|several|some|many) years (?:ago|earlier|back)|years ago|a decade ago|decades ago", -7300, -366),
    (vague, r"in recent (?:days|weeks)", -30, 0),
    (vague, r"in recent months", -180, 0),
    (vague, r"in recent years", -1830, 0),
    (ago, r"(?:about |some |nearly |almost |more than |over )?<N> <U> (?:ago|back)"),
    (ago, r"<N> <U> on(?=\s?[,.;:]| from| since|\s?$)"),
    (ago, r"<N> <U> (?:has|have) passed since"),
    (earlier, r"(?:on )?the (?:previous (?P<unit>day)|(?P<unit>day) before)(?! yesterday)"),
    (earlier, r"<N> <U> (?:earlier|before|previously)"),
    (later, r"<N> <U> (?:later|afterwards)"),
    (ahead, r"in <N> <U>(?:'s?)? time|<N> <U> from (?:now|today)"),
    (week, r"(?:earlier |late |later |early )?(?:last|the previous|the past) week(?:'s)?", -1),
    (week, r"(?:earlier |late |later |early )?this week(?:'s)?", 0),
    (week, r"(?:early |late )?next week(?:'s)?|the coming week", 1),
    (weekend, r"(?:over |at |on )?(?:the|this|the past) weekend(?:'s)?", 0),
    (weekend, r"(?:over |at )?last weekend(?:'s)?", 0),
    (weekend, r"next weekend(?:'s)?", 1),
)
_PERIODS: tuple[Rule, ...] = (
    (in_month, rf"{_PART}<M>(?: of)?,? <Y>"),
    (in_month, rf"{_PART}(?P<last>last) <M>"),
    (in_month, rf"{_PART}<M>(?: (?:(?P<lastyear>last year)|(?P<thisyear>this year)))?"),
    (in_month, rf"(?:{_IN} )?<M>(?: of)?,? <Y>(?:'s)?"),
    (in_month, rf"(?:{_IN} )?<M>(?: of)? (?:(?P<lastyear>last year)|(?P<thisyear>this year))"),
    (in_month, r"(?P<last>last|the previous|past) <M>(?:'s)?"),
    (in_month, r"(?P<next>next|the coming) <M>(?:'s)?"),
    (in_month, rf"{_IN} <M>(?:'s)?(?! ?\d)(?! (?:the )?\d)"),
    (months_away, r"(?:earlier |late |early )?(?:last|the previous|the past) month(?:'s)?", -1),
    (months_away, r"(?:earlier |later )?this month(?:'s)?", 0),
    (months_away, r"(?:early |late )?next month(?:'s)?", 1),
    (since_new_year, r"earlier this year|(?:since|from) the (?:start|beginning) of (?:the|this) year"),
    (year_away, r"(?:earlier |late |early |later )?last year(?:'s)?|the previous year", -1),
    (year_away, r"(?:later )?this year(?:'s)?", 0),
    (year_away, r"(?:early |late )?next year(?:'s)?", 1),
    (in_season, r"(?:last|the previous|past) (?P<last>)<S>(?:'s)?"),
    (in_season, r"(?P<thisyear>this|the coming|next) <S>(?:'s)?"),
    (in_season, r"<S>(?: of)? (?:<Y>|(?P<lastyear>last year)|(?P<thisyear>this year))"),
    (in_season, r"(?:in|since|during|by|until) (?:the )?<S>"),
    (
        in_year,
        r"(?:in|since|during|by|until|from|before|after|of|late|early|mid|end of|year)(?: |-)<Y>(?:'s)?(?![.,-]?\d)",
    ),
)
VOCABULARY = Vocabulary(
    months=(
        r"january|jan\.?", r"february|feb\.?", r"march|mar\.?", r"april|apr\.?", r"may", r"june|jun\.?", r"july|jul\.?",
        r"august|aug\.?", r"september|sept?\.?", r"october|oct\.?", r"november|nov\.?", r"december|dec\.?",
    ),
    weekdays=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    numbers={
        "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a couple of": 2, "fifteen": 15, "twenty": 20,
    },
    units={"hour": "hours?", "day": "days?", "week": "weeks?", "month": "months?", "year": "years?"},
    seasons={"winter": "winter", "spring": "spring", "summer": "summer", "autumn": "autumn|fall"},
    capitals=frozenset(("may", "march", "mar", "mar.", "august")),
    rules=_DAYS + _WEEKDAYS + _TOLD + _PERIODS,
)  # fmt: skip
