"""Dates in Turkish."""

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
    since_new_year,
    vague,
    week,
    weekend,
    year_away,
)
from monitor.core.dates.vocabulary import Rule, Vocabulary

_SUF = r"(?:'?[a-zçğıöşü]{1,6})?"
_MONTH_SUF = r"(?:'[a-zçğıöşü]{1,6}|t[ae]n?|d[ae]n?)?"
_YEAR = r"(?:,? <Y>(?:'[a-zçğıöşü]{1,6})?)?"
_TO = r"(?: ?- ?| ile |'[dt][ae]n | ve (?=\d{1,2} ?- ?))"
_NIGHT = r"(?: (?:günü(?:n[eü]|nden|nün)?|sabahı|akşamı|akşamüstü|öğleden sonra))?"
_THAT_YEAR = r"(?:(?P<lastyear>geçen|geçtiğimiz) yıl(?:ın)?|(?P<thisyear>bu) yıl(?:ın)?) "
_PART = r"(?:(?P<early>başında|başlarında|başından)|(?P<mid>ortasında|ortalarında)|(?P<late>sonunda|sonlarında|sonuna))"
_DAY_PART = r"(?: (?:sabah|akşam|öğlen|gece)(?: saatlerinde)?)?"

_DAYS: tuple[Rule, ...] = (
    (
        on_day,
        rf"<D>{_SUF} <M>(?: ?- ?|'?[dt][ae]n |'?[iıuü] | ile )<D2> <M2>{_YEAR}{_MONTH_SUF}"
        rf"(?: (?:bağlayan )?gece(?:si)?)?",
    ),
    (
        on_day,
        rf"<D>(?: ?- ?| ile |'?[iıuü] )<D2> <M>{_YEAR}{_MONTH_SUF}"
        rf"(?: gecesi|'?[a-z]{{1,3}} bağlayan gece| bağlayan gece)?",
    ),
    (on_day, rf"<D>(?=(?:, \d{{1,2}}){{0,3}}(?: ve |, )\d{{1,2}} <M>{_YEAR}{_MONTH_SUF}(?!\w))"),
    (on_day, rf"(?P<eve><D> <M>{_YEAR}'?[a-z]{{1,2}} bağlayan gece)"),
    (on_day, rf"(?P<over><D> <M>{_YEAR} gecesi)"),
    (on_day, rf"(?:{_THAT_YEAR})?<D> <M>{_YEAR}{_MONTH_SUF}(?: <w>{_NIGHT})?"),
    (day_alone, rf"ayın <D>{_SUF}"),
    (day_alone, r"(?P<eve><D>'?[a-z]{1,3} bağlayan gece)"),
)
_WEEKDAYS: tuple[Rule, ...] = (
    (on_weekday, r"<w>(?:yı|yi|ı|i|dan|den)? <W>(?P<eve>)(?:y?[ae])? bağlayan gece"),
    (on_weekday, r"(?P<eve><W>(?:y?[ae]|'y?[ae])? bağlayan gece)"),
    (on_weekday, rf"(?P<nextweek>(?:gelecek|önümüzdeki|haftaya) (?:hafta )?(?:içinde )?)(?<=hafta )<W>{_NIGHT}"),
    (on_weekday, rf"(?P<next>gelecek|önümüzdeki|haftaya) <W>{_NIGHT}"),
    (on_weekday, rf"(?P<lastweek>(?:geçen|geçtiğimiz) hafta) <W>{_NIGHT}"),
    (on_weekday, rf"(?P<last>geçen|geçtiğimiz) <W>{_NIGHT}"),
    (on_weekday, rf"(?P<this>bu) <W>{_NIGHT}"),
    (on_weekday, r"(?P<over><W> gecesi)"),
    (on_weekday, rf"(?<!her )<W>{_NIGHT}"),
)
_TOLD: tuple[Rule, ...] = (
    (offset, r"evvelsi gün|önceki gün|dünden önceki gün", -2, -2),
    (offset, r"yarından sonra|öbür gün|ertesi günden sonra", 2, 2),
    (offset, r"dün gece|geçen gece|gece (?:saatlerinde|boyunca|yarısı)|bu gece", -1, 0),
    (offset, r"dün(?:kü|den)?(?: (?:sabah|akşam|öğlen|öğleden sonra))?", -1, -1),
    (offset, rf"bugün(?:kü|den|e)?{_DAY_PART}|bu (?:sabah|akşam)", 0, 0),
    (offset, r"son 24 saat(?:te|tir)?", -1, 0),
    (offset, r"yarın(?:ki)?(?: (?:sabah|akşam))?(?!\w)", 1, 1),
    (vague, r"birkaç gün (?:önce|evvel)|geçtiğimiz günlerde|geçenlerde|günler önce", -7, -2),
    (vague, r"birkaç hafta (?:önce|evvel)|haftalar önce", -56, -8),
    (vague, r"birkaç ay (?:önce|evvel)|aylar önce", -330, -31),
    (vague, r"birkaç (?:yıl|sene) (?:önce|evvel)|yıllar önce", -7300, -366),
    (vague, r"son (?:günlerde|haftalarda)", -30, 0),
    (vague, r"son aylarda", -180, 0),
    (vague, r"son yıllarda", -1830, 0),
    (earlier, r"ondan <N> <U> (?:önce|evvel)"),
    (ago, r"(?:yaklaşık |bundan )?<N> <U> (?:önce|evvel)"),
    (later, r"<N> <U> sonra(?!ki)"),
    (week, r"(?:geçen|geçtiğimiz) hafta(?:nın|ki)?(?: (?:başında|sonunda|içinde))?(?!\w)", -1),
    (week, r"bu hafta(?:nın|ki)?(?: (?:başında|sonunda|içinde))?(?!\w)", 0),
    (week, r"(?:gelecek|önümüzdeki|haftaya) hafta(?:nın|ki)?(?!\w)", 1),
    (weekend, r"(?:bu |geçen )?(?:hafta ?sonu)(?:nda)?", 0),
)
_PERIODS: tuple[Rule, ...] = (
    (in_month, rf"(?:<Y>(?: yılı(?:nın|nda))? |{_THAT_YEAR})<M>(?: ay)?(?:ının|ı|ayının)? ?{_PART}"),
    (in_month, rf"(?:<Y>(?: yılı(?:nın|nda))? |{_THAT_YEAR})<M>(?: ay(?:ı|ında|ından|ının))?{_MONTH_SUF}"),
    (in_month, rf"<M>(?: ayının|'[ıiuü]n|ın|in)? {_PART}"),
    (in_month, r"<M> <Y>(?:'[a-zçğıöşü]{1,5})?"),
    (in_month, rf"(?P<last>geçen|geçtiğimiz) <M>(?: ay(?:ı|ında))?{_MONTH_SUF}"),
    (in_month, rf"(?P<next>gelecek|önümüzdeki) <M>(?: ay(?:ı|ında))?{_MONTH_SUF}"),
    (in_month, r"<M> ay(?:ı|ında|ından|ının)"),
    (in_month, r"(?<!\w)<M>'?[dt][ae]n?(?!\w)"),
    (months_away, r"(?:geçen|geçtiğimiz) ay(?:ın|ki)?(?: (?:başında|sonunda|ortasında))?(?!\w)", -1),
    (months_away, r"bu ay(?:ın|ki)?(?: (?:başında|sonunda|ortasında))?(?!\w)", 0),
    (months_away, r"(?:gelecek|önümüzdeki) ay(?:ın)?(?!\w)", 1),
    (since_new_year, r"(?:yıl|yılın|bu yılın) başından"),
    (year_away, r"(?:geçen|geçtiğimiz) (?:yıl|sene)(?:ın|ki)?(?: (?:başında|sonunda|ortasında))?(?!\w)", -1),
    (year_away, r"bu (?:yıl|sene)(?:ın|ki)?(?: (?:başında|sonunda|sonuna|ortasında))?(?!\w)", 0),
    (year_away, r"(?:gelecek|önümüzdeki) (?:yıl|sene)(?:ın)?(?!\w)", 1),
    (in_season, r"(?:(?P<last>geçen|geçtiğimiz)|(?P<thisyear>bu)) <S>"),
    (in_season, r"(?=yazın|kışın|sonbaharda|ilkbaharda)<S>"),
    (in_season, rf"(?:<Y>|{_THAT_YEAR[:-1]}) <S>"),
    (in_year, r"<Y>(?:'(?:te|ta|de|da|ten|tan|den|dan|nin|nın|ün|un|in|ın|e|a|ye|ya)| yılı(?:nda|nın|ndan|na)?)(?!\w)"),
)
VOCABULARY = Vocabulary(
    months=(
        "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık",
    ),
    weekdays=(
        r"pazartesi", r"salı", r"çarşamba", r"perşembe", r"cuma",
        r"cumartesi", r"pazar(?= gün| akşamı| sabahı| gecesi)",
    ),
    numbers={
        "bir": 1, "iki": 2, "üç": 3, "dört": 4, "beş": 5, "altı": 6, "yedi": 7, "sekiz": 8, "dokuz": 9, "on": 10,
        "on iki": 12, "on beş": 15, "yirmi": 20, "otuz": 30, "bir buçuk": 2,
    },
    units={"hour": "saat", "day": "gün", "week": "hafta", "month": "ay", "year": "yıl|sene"},
    seasons={
        "winter": r"kış(?:ın|ında|ı)?", "spring": r"(?:ilk)?bahar(?:da|ında|ı)?", "summer": r"yaz(?:ın|ında|ı)?",
        "autumn": r"sonbahar(?:da|ında|ı)?|güz(?:ün)?",
    },
    capitals=frozenset(("ekim", "ocak", "aralık", "kasım")),
    rules=_DAYS + _WEEKDAYS + _TOLD + _PERIODS,
)  # fmt: skip
