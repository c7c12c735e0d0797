"""Dates in Armenian, Georgian and Romanian: days, weekdays, yesterday and today, months with a year."""

from __future__ import annotations

from monitor.core.dates.resolve import (
    ago,
    in_month,
    in_year,
    months_away,
    offset,
    on_day,
    on_weekday,
    week,
    year_away,
)
from monitor.core.dates.vocabulary import Vocabulary

_HY_CASE = r"(?:ի|ին|ից|ում|ը|ն|ով)?"
_HY_YEAR = r"(?:<Y> ?(?:թ\.?|թվական(?:ի|ին)|թ\.-ի)?,? )?"
ARMENIAN = Vocabulary(
    months=(
        "հունվար", "փետրվար", "մարտ", "ապրիլ", "մայիս", "հունիս", "հուլիս", "օգոստոս", "սեպտեմբեր", "հոկտեմբեր",
        "նոյեմբեր", "դեկտեմբեր",
    ),
    weekdays=("երկուշաբթի", "երեքշաբթի", "չորեքշաբթի", "հինգշաբթի", "ուրբաթ", r"շաբաթ(?= օր)", "կիրակի"),
    numbers={"մեկ": 1, "երկու": 2, "երեք": 3, "չորս": 4, "հինգ": 5, "վեց": 6, "յոթ": 7, "տասը": 10},
    units={"hour": "ժամ", "day": "օր", "week": "շաբաթ", "month": "ամիս", "year": "տարի"},
    rules=(
        (on_day, rf"{_HY_YEAR}<M>ի <D> ?(?:-ի|-ից)? ?- ?<D2>(?:-?(?:ին|ը|ն|ի))?"),
        (on_day, rf"{_HY_YEAR}<M>ի (?P<eve><D>-ի լույս <D2>-ի գիշերը)"),
        (on_day, rf"{_HY_YEAR}<M>ի <D>(?:-?(?:ին|ից|ի|ը|ն|ում))?"),
        (on_day, r"<D> <M>(?:ի|ին)?(?: <Y>)?"),
        (on_weekday, rf"(?P<last>անցած|նախորդ) <W>{_HY_CASE}"),
        (on_weekday, rf"(?P<next>հաջորդ|առաջիկա) <W>{_HY_CASE}"),
        (on_weekday, rf"<W>{_HY_CASE}(?: օր(?:ը|վա|վանից))?"),
        (offset, r"նախօրեին|երեկ(?: (?:առավոտյան|երեկոյան))?|երեկվա", -1, -1),
        (offset, r"երեկ գիշեր|(?:անցած|այս) գիշեր(?:վա)?", -1, 0),
        (offset, r"այսօր(?:վա)?|այս առավոտ", 0, 0),
        (offset, r"վաղը|վաղվա", 1, 1),
        (ago, r"<N> <U> առաջ"),
        (week, r"անցած շաբաթ(?:վա)?", -1),
        (week, r"այս շաբաթ(?:վա)?", 0),
        (week, r"հաջորդ շաբաթ(?:վա)?", 1),
        (months_away, r"անցած ամիս|անցած ամսվա", -1),
        (year_away, r"անցած տարի|անցյալ տարի|անցյալ տարվա", -1),
        (year_away, r"այս տարի|այս տարվա", 0),
        (in_month, r"<Y> ?(?:թ\.?|թվականի) <M>(?:ին|ի|ից|ում)?"),
        (in_month, r"(?!մարտ)<M>(?:ից|ին|ում)"),  # «մարտ» is a battle as well
        (in_year, r"<Y> ?(?:թվական(?:ին|ի|ից)|թ\.(?:-ին)?)"),
    ),
)  # fmt: skip

_KA_YEAR = r"(?:<Y> წლის )?"
GEORGIAN = Vocabulary(
    months=(
        r"იანვარ(?:ი|ს|ში)?|იანვრ(?:ის|იდან|ამდე)",
        r"თებერვალ(?:ი|ს|ში)?|თებერვლ(?:ის|იდან|ამდე)", r"მარტ(?:ი|ს|ის|ში|იდან)?",
        r"აპრილ(?:ი|ს|ის|ში|იდან)?", r"მაის(?:ი|ს|ის|ში|იდან)?",
        r"ივნის(?:ი|ს|ის|ში|იდან)?", r"ივლის(?:ი|ს|ის|ში|იდან)?",
        r"აგვისტო(?:ს|ში|დან|მდე)?", r"სექტემბ(?:ერი|ერს|ერში|რის|რიდან|რამდე)",
        r"ოქტომბ(?:ერი|ერს|ერში|რის|რიდან|რამდე)",
        r"ნოემბ(?:ერი|ერს|ერში|რის|რიდან|რამდე)", r"დეკემბ(?:ერი|ერს|ერში|რის|რიდან|რამდე)",
    ),
    weekdays=(
        r"ორშაბათ(?:ი|ს|ის|იდან)?", r"სამშაბათ(?:ი|ს|ის|იდან)?",
        r"ოთხშაბათ(?:ი|ს|ის|იდან)?", r"ხუთშაბათ(?:ი|ს|ის|იდან)?",
        r"პარასკევ(?:ი|ს|ის|იდან)?", r"შაბათ(?:ი|ს|ის|იდან)?", r"კვირა დღე(?:ს)?",
    ),
    numbers={"ერთი": 1, "ორი": 2, "სამი": 3, "ოთხი": 4, "ხუთი": 5, "ექვსი": 6, "შვიდი": 7, "ათი": 10},
    units={"hour": "საათის", "day": "დღის", "week": "კვირის", "month": "თვის", "year": "წლის"},
    rules=(
        (on_day, rf"{_KA_YEAR}<D> ?- ?<D2> <M>(?:,? <Y>)?"),
        (on_day, rf"{_KA_YEAR}<D> <M>(?:,? <Y>)?"),
        (on_weekday, r"(?P<last>გასულ|წინა) <W>"),
        (on_weekday, r"(?P<next>მომავალ|მომდევნო) <W>"),
        (on_weekday, r"<W>(?: დღეს)?"),
        (offset, r"გუშინწინ", -2, -2),
        (offset, r"გუშინ(?:დელი|დელმა|დელ)?", -1, -1),
        (offset, r"წუხელ|გასულ ღამეს|ღამით", -1, 0),
        (offset, r"დღეს(?:ვე)?|დღევანდელ(?:ი|მა)?", 0, 0),
        (offset, r"ხვალ(?:ინდელი)?", 1, 1),
        (ago, r"<N> <U> წინ"),
        (week, r"გასულ კვირა(?:ს|ში)", -1),
        (week, r"ამ კვირა(?:ს|ში)", 0),
        (months_away, r"გასულ თვე(?:ს|ში)", -1),
        (year_away, r"გასულ წელს|შარშან", -1),
        (year_away, r"წელს|ამ წელს|წლევანდელი", 0),
        (in_month, r"<Y> წლის <M>"),
        (in_month, r"(?=\w+(?:ში|დან|მდე)(?!\w))<M>"),
        (in_year, r"<Y> წ(?:ელს|ლის|ლიდან)"),
    ),
)  # fmt: skip

_RO_YEAR = r"(?:,? <Y>)?"
_RO_WD = r"(?:<w>,? )?"
ROMANIAN = Vocabulary(
    months=(
        "ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie",
        "noiembrie", "decembrie",
    ),
    weekdays=(
        "lun(?:i|ea)", r"mar[țţt](?:i|ea)", "miercur(?:i|ea)",
        "joia?", "viner(?:i|ea)", r"s[âa]mb[ăa]t[ăa]", r"duminic[ăa]",
    ),
    numbers={
        "o": 1, "un": 1, "una": 1, "două": 2, "doi": 2, "trei": 3, "patru": 4, "cinci": 5, "șase": 6, "şase": 6,
        "șapte": 7, "şapte": 7, "opt": 8, "nouă": 9, "zece": 10,
    },
    units={
        "hour": r"or[ăe]", "day": r"zile?|zi",
        "week": r"s[ăa]pt[ăa]m[âa]n[ăi]", "month": r"lun[ăi]", "year": r"ani?|an",
    },
    rules=(
        (on_day, rf"(?:în noaptea de )?<D> (?:spre|-|la) <D2> <M>{_RO_YEAR}"),
        (on_day, rf"(?:în noaptea de )?<D> ?- ?<D2> <M>{_RO_YEAR}"),
        (on_day, rf"<D>(?=(?:, \d{{1,2}}){{0,3}}(?: și | şi |, )\d{{1,2}} <M>{_RO_YEAR}(?!\w))"),
        (on_day, rf"{_RO_WD}<D> <M>{_RO_YEAR}"),
        (on_weekday, r"(?:în )?noaptea de <w> spre (?P<eve>)<W>"),
        (on_weekday, r"<W> (?P<last>trecut[ăa]?)"),
        (on_weekday, r"<W> (?P<next>viitoare|următoare)"),
        (on_weekday, r"(?:de|pe|ziua de|până) <W>"),
        (on_weekday, r"(?<!\d )(?<!două )(?<!trei )(?<!patru )(?<!cinci )(?<!șase )"
         r"(?<!multe )(?<!câteva )(?<!de )<W>(?! de | în urmă|lor)"),
        (offset, r"alalt[ăa]ieri", -2, -2),
        (offset, r"poim[âa]ine", 2, 2),
        (offset, r"as[ea]ar[ăa]|noaptea trecută|azi-noapte|peste noapte", -1, 0),
        (offset, r"ieri", -1, -1),
        (offset, r"ast[ăa]zi|azi", 0, 0),
        (offset, r"m[âa]ine", 1, 1),
        (ago, r"acum (?:<N> )?<U>|(?:cu )?<N> <U> în urmă|în urmă cu <N> <U>"),
        (week, r"s[ăa]pt[ăa]m[âa]na trecut[ăa]", -1),
        (week, r"s[ăa]pt[ăa]m[âa]na aceasta|această săptămână", 0),
        (week, r"s[ăa]pt[ăa]m[âa]na viitoare", 1),
        (months_away, r"luna trecut[ăa]", -1),
        (year_away, r"anul trecut", -1),
        (year_away, r"anul acesta|acest an|anul curent", 0),
        (year_away, r"anul viitor", 1),
        (in_month, r"(?:în |din )?<M> <Y>"),
        (in_month, r"(?:în|din|luna) <M>(?! (?:mult|puțin|bine|mare|mic))(?<!mai)"),
        (in_year, r"(?:în|din|anul|anului|până în) <Y>"),
    ),
)  # fmt: skip

VOCABULARIES = {"hy": ARMENIAN, "ka": GEORGIAN, "ro": ROMANIAN}
