"""Dates in Azerbaijani."""

from __future__ import annotations

from monitor.core.dates.resolve import (
    ago,
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

_SUF = r"(?:-?[a-zəıöüğşç]{1,6})?"  # the case ending of a figure: 8-də, 17-dən
_CASE = r"(?:[ıiuü]n|[ıiuü]nd?[əa]n?|[ıiuü]|d[əa]n?|[əa]|[ıiuü]n[ıiuü]n|d[əa]k[ıi])?"  # of a month
_IL = r"(?:-?(?:c[ıiuü]|[cç]i))? ?il(?:in|də|dən|i|ə|dəki)?"
_YEAR_BEFORE = (
    r"(?:<Y>(?:-?c[ıiuü])? (?:il(?:in|də)? )?|(?P<lastyear>ötən|keçən) il(?:in)? |(?P<thisyear>bu|cari) il(?:in)? )?"
)
_YEAR_AFTER = r"(?:,? <Y>(?:-?c[ıiuü])?(?: il(?:də|in|dən)?)?)?"
_THAT_YEAR = r"(?:(?P<lastyear>ötən|keçən|keçmiş|bundan əvvəlki) il(?:in)?|(?P<thisyear>bu|cari) il(?:in)?) "
_NIGHT = r"(?: (?:gecəsi|gecə|axşamı?|səhəri?|günü))?"
_PART = (
    r"(?:(?P<early>əvvəl(?:ində|i|lərində|indən))|(?P<mid>ortalarında"
    r"|ortasında)|(?P<late>sonunda|sonlarında|axır(?:ında|larında)))"
)
_DAY_PART = r"(?: (?:səhər|axşam|gündüz)(?: saatlarında)?)?"

_DAYS: tuple[Rule, ...] = (
    (on_day, rf"{_YEAR_BEFORE}<M>(?:[ıiuü]n)? <D>{_SUF} <M2>(?:[ıiuü]n)? <D2>{_SUF}(?: (?:keçən|bağlayan) gecə)?"),
    (
        on_day,
        rf"{_YEAR_BEFORE}<M>(?:[ıiuü]n)? <D>{_SUF}(?: ?- ?| )<D2>{_SUF}"
        rf"(?: (?:keçən|bağlayan) gecə)?(?! (?:nəfər|milyon))",
    ),
    (on_day, rf"<D>{_SUF}(?: ?- ?)<D2> <M>{_CASE}{_YEAR_AFTER}"),
    (on_day, rf"<D>{_SUF}(?=(?:, \d{{1,2}}){{0,3}}(?: və |, )\d{{1,2}}{_SUF} <M>{_CASE}{_YEAR_AFTER}(?!\w))"),
    (on_day, rf"{_YEAR_BEFORE}<M>(?:[ıiuü]n)? <D>(?P<eve>{_SUF} (?:keçən|bağlayan) gecə)"),
    (on_day, rf"{_YEAR_BEFORE}<M>[ıiuü]n <D>(?P<over>{_SUF} gecə(?:si)?)"),
    (on_day, rf"{_YEAR_BEFORE}<M>(?:[ıiuü]n)? <D>{_SUF}(?! (?:nəfər|milyon|faiz))(?!:\d)"),
    (on_day, rf"(?P<eve><D> <M>{_CASE} (?:keçən|bağlayan) gecə)"),
    (on_day, rf"{_YEAR_BEFORE}<D> <M>{_CASE}(?!\w)(?! <Y>)"),
    (on_day, rf"<D>{_SUF} <M>{_CASE}{_YEAR_AFTER}"),
    (day_alone, rf"ayın <D>{_SUF}"),
    (day_alone, r"(?P<eve><D>-?n?[ıiuüəa] (?:keçən|bağlayan) gecə)"),
    (same_month, r"və <D>-[a-zəıöüğşç]{1,6}(?! (?:keçən|bağlayan))"),
)
_WEEKDAYS: tuple[Rule, ...] = (
    (on_weekday, r"<w>(?:dən|dan)? <W>(?:n?[əa])?(?P<eve>) (?:keçən|bağlayan) gecə"),
    (on_weekday, r"(?P<eve><W>(?:n?[əa])? (?:keçən|bağlayan) gecə)"),
    (on_weekday, rf"(?P<next>gələn|növbəti|qarşıdakı|qarşıdan gələn)(?: həftənin)? <W>{_NIGHT}"),
    (on_weekday, rf"(?P<lastweek>(?:ötən|keçən) həftənin) <W>{_NIGHT}"),
    (on_weekday, rf"(?P<last>ötən|keçən) <W>{_NIGHT}"),
    (on_weekday, rf"(?P<this>bu) <W>{_NIGHT}"),
    (on_weekday, r"(?P<over><W> gecəsi)"),
    (on_weekday, rf"(?<!hər )<W>{_NIGHT}"),
)
_TOLD: tuple[Rule, ...] = (
    (offset, r"(?:sırağagün|srağagün|dünəndən əvvəl)", -2, -2),
    (offset, r"(?:birigün|biri gün|o biri gün)", 2, 2),
    (offset, r"dünən(?:ki|dən)?(?: (?:səhər|gündüz|axşam))?", -1, -1),
    (offset, r"(?:ötən|keçən|bu) gecə|gecə (?:saatlarında|ərzində|vaxtı)|dünən gecə", -1, 0),
    (offset, rf"bu ?gün(?:kü|ə|dən)?{_DAY_PART}(?!l)|bu (?:səhər|axşam)", 0, 0),
    (offset, r"son (?:bir )?(?:sutka|gün) ərzində|ötən sutka(?: ərzində)?", -1, 0),
    (offset, r"sabah(?:kı)?(?: (?:səhər|axşam))?(?!ı|d)", 1, 1),
    (vague, r"(?:bir )?(?:neçə|bir neçə) gün (?:əvvəl|öncə|qabaq)|bu günlərdə|günlər əvvəl", -7, -2),
    (vague, r"(?:bir )?neçə həftə (?:əvvəl|öncə|qabaq)", -56, -8),
    (vague, r"(?:bir )?neçə ay (?:əvvəl|öncə|qabaq)", -330, -31),
    (vague, r"(?:bir )?neçə il (?:əvvəl|öncə|qabaq)|illər əvvəl", -7300, -366),
    (vague, r"son (?:günlər|həftələr)(?:də)?", -30, 0),
    (vague, r"son aylar(?:da)?", -180, 0),
    (vague, r"son illər(?:də)?", -1830, 0),
    (ago, r"(?:təxminən |təqribən |bundan )?<N> <U> (?:əvvəl|öncə|qabaq|bundan əvvəl)"),
    (earlier, r"ondan <N> <U> (?:əvvəl|öncə)"),
    (later, r"<N> <U> sonra(?!kı)"),
    (week, r"(?:ötən|keçən|keçmiş) həftə(?:nin|də|ki)?(?: (?:əvvəlində|sonunda))?", -1),
    (week, r"bu həftə(?:nin|də|ki)?(?: (?:əvvəlində|sonunda))?", 0),
    (week, r"(?:gələn|növbəti|qarşıdakı) həftə(?:nin|də|ki)?", 1),
    (weekend, r"(?:bu |ötən |keçən )?(?:həftəsonu|həftə sonu|istirahət günləri(?:ndə)?)", 0),
)
_PERIODS: tuple[Rule, ...] = (
    (in_month, rf"(?:<Y>{_IL} |{_THAT_YEAR})<M>(?:{_CASE} {_PART}|(?: ay)?[ıiuü]n{_PART})"),
    (in_month, rf"(?:<Y>{_IL} |{_THAT_YEAR})<M>{_CASE}(?: ay(?:ı|ında|ından|ının|ınadək))?(?! \d)"),
    (in_month, rf"<M>[ıiuü]n {_PART}"),
    (in_month, rf"<M> <Y>{_IL}"),
    (in_month, rf"(?P<last>ötən|keçən) <M>{_CASE}(?: ay(?:ı|ında))?"),
    (in_month, rf"(?P<next>gələn|növbəti) <M>{_CASE}(?: ay(?:ı|ında))?"),
    (in_month, r"<M> ay(?:ı|ında|ından|ının|ınadək|ınadək)"),
    (in_month, r"(?<!\w)<M>d[əa]n?(?!\w)"),
    (months_away, r"(?:ötən|keçən|keçmiş) ay(?:ın|da|dan|kı)?(?: (?:əvvəlində|sonunda))?(?!\w)", -1),
    (months_away, r"(?:bu|cari) ay(?:ın|da|dan|kı)?(?: (?:əvvəlində|sonunda))?(?!\w)", 0),
    (months_away, r"(?:gələn|növbəti) ay(?:ın|da|dan)?(?!\w)", 1),
    (since_new_year, r"(?:ilin|bu ilin) əvvəlindən"),
    (year_away, r"(?:ötən|keçən|keçmiş) il(?:in|də|dən|ki)?(?: (?:əvvəlində|sonunda|ortalarında))?(?!\w)", -1),
    (year_away, r"(?:bu|cari) il(?:in|də|ki)?(?: (?:əvvəlində|sonunda|sonuna|ortalarında))?(?!\w)", 0),
    (year_away, r"(?:gələn|növbəti) il(?:in|də|dən)?(?: (?:əvvəlində|sonunda))?(?!\w)", 1),
    (in_season, r"(?:(?P<last>ötən|keçən)|(?P<thisyear>bu)) <S>"),
    (in_season, r"(?=yayda|qışda|payızda|yazda)<S>"),
    (in_season, rf"(?:<Y>{_IL}|{_THAT_YEAR[:-1]}) <S>"),
    (in_year, rf"<Y>{_IL}"),
)
VOCABULARY = Vocabulary(
    months=(
        "yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr",
    ),
    weekdays=(
        r"bazar ertəsi", r"çərşənbə axşamı", r"çərşənbə(?! axşamı)", r"cümə axşamı", r"cümə(?! axşamı)", r"şənbə",
        r"bazar(?= günü)",
    ),
    numbers={
        "bir": 1, "iki": 2, "üç": 3, "dörd": 4, "beş": 5, "altı": 6, "yeddi": 7, "səkkiz": 8, "doqquz": 9, "on": 10,
        "on iki": 12, "on beş": 15, "iyirmi": 20, "otuz": 30,
    },
    units={
        "hour": r"saat(?:dan)?", "day": r"gün(?:dən)?", "week": r"həftə(?:dən)?", "month": r"ay(?:dan)?",
        "year": r"il(?:dən)?",
    },
    seasons={
        "winter": r"qış(?:da|ın|ı)?", "spring": r"yaz(?:da|ın|ı|ında)?", "summer": r"yay(?:da|ın|ı|ında)?",
        "autumn": r"payız(?:da|ın|ı|ında)?",
    },
    rules=_DAYS + _WEEKDAYS + _TOLD + _PERIODS,
)  # fmt: skip
