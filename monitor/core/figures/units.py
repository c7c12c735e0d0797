"""Units, and what may stand around them, per language: patterns over lower-case text."""

from __future__ import annotations

from collections.abc import Mapping

import regex

from monitor.core.figures import measures

SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB", "₴": "UAH", "₼": "AZN", "₺": "TRY", "֏": "AMD", "₾": "GEL"}
CODES = (
    "usd",
    "eur",
    "gbp",
    "rub",
    "uah",
    "azn",
    "try",
    "amd",
    "gel",
    "ron",
    "chf",
    "kzt",
    "cny",
    "mdl",
    "bgn",
    "pln",
    "irr",
    "aed",
)

# Unit → pattern. A factor stands after "*"; `{}` is the same in every language.
# Fixed rates, from → to: a manat has been 1.70 to the dollar since 2017 (Central Bank of Azerbaijan).
PEGS = {("AZN", "USD"): 1 / 1.7, ("USD", "AZN"): 1.7}
EVERYWHERE: Mapping[str, str] = {
    **{code.upper(): code for code in CODES},
    "percent": r"%",
    "m3": r"m³|m3|м³|м3",
    "m3*1e9": r"bcm",
    "m3*1e6": r"mcm",
    "km": r"km|км",
    "mm": r"mm(?:-\w+)?|мм",
    "MW": r"mw|мвт",
    "MW*1e3": r"gw|гвт",
    **measures.EVERYWHERE,
}
# "The number of injured rose to six": what stands before a number of people that has no unit of its own.
TOLLS: Mapping[str, str] = {
    "en": r"(?:(?:death |casualty )?toll|number of (?:the )?(?:people )?(?:killed|dead|deaths|fatalities|injured|"
    r"wounded|victims|casualties|detained|missing))(?: \w+){0,9}? (?:to|at|reached|reaches|hits|hit)(?: at least)? ",
    "ru": r"(?:число|количество) (?:погибших|раненых|пострадавших|задержанных|жертв|пропавших)(?: \w+){0,9}? "
    r"(?:до|достигло|составило|составляет) ",
    "uk": r"(?:число|кількість) (?:загиблих|поранених|постраждалих|затриманих|жертв|зниклих)(?: \w+){0,9}? "
    r"(?:до|досягл[ао]|сягнул[ао]|становить) ",
    "az": r"(?:ölənlərin|həlak olanların|yaralananların|yaralıların|xəsarət alanların|saxlanılanların) sayı ",
    "tr": r"(?:ölü|ölenlerin|yaralı|yaralananların|can kaybı|hayatını kaybedenlerin) sayısı ",
}
# «До шести выросло число раненых»: what stands behind it.
TOLLS_BEHIND: Mapping[str, str] = {
    "ru": r"(?:\w+ )?(?:вы|воз)?рос\w* (?:число|количество) (?:погибших|раненых|пострадавших|задержанных)",
    "uk": r"(?:\w+ )?(?:зрос|збільши)\w* (?:число|кількість) (?:загиблих|поранених|постраждалих|затриманих)",
}
_UNITS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "USD": r"dollars?|bucks",
        "EUR": r"euros?",
        "GBP": r"pounds?(?: sterling)?",
        "RUB": r"rou?bles?",
        "UAH": r"hryvn[iy]as?",
        "AZN": r"manats?",
        "TRY": r"liras?",
        "AMD": r"drams?",
        "GEL": r"laris?",
        "RON": r"lei|leu",
        "CHF": r"(?:swiss )?francs?",
        "KZT": r"tenge",
        "CNY": r"yuan",
        "KGS": r"soms?",
        "UZS": r"sums?|so'ms?",
        "MDL": r"moldovan lei",
        "BYN": r"belarusian rou?bles?",
        "PLN": r"zlot(?:y|ys|ych)",
        "RSD": r"dinars?",
        "BGN": r"leva|levs?",
        "JPY": r"yen",
        "ILS": r"shekels?",
        "INR": r"rupees?",
        "SEK": r"(?:swedish )?kron[ao]r?",
        "m3": r"cubic[ -]met(?:re|er)s?|cu\.? ?m\.?",
        "t": r"(?:metric )?tons?|tonnes?",
        "km": r"kilomet(?:re|er)s?",
        "mm": r"millimet(?:re|er)s?",
        "percent": r"(?:percent|per cent)(?! points?\b)",
        "shells": r"shells?|(?:artillery )?rounds?|projectiles?",
        "missiles": r"missiles?|rockets?",
        "drones": r"drones?|uavs?|shaheds?|unmanned aerial vehicles?",
        "people": (
            r"(?:(?:of them|others?|more|people|men|of whom) )?(?:(?:were|was|are|is|have been|has been|"
            r"had been) )?(?:also )?"
            r"(?:killed|injured|wounded|dead|detained|arrested|hurt|hospitali[sz]ed|missing|evacuated)|people|"
            r"persons?|"
            r"civilians?|soldiers?|servicemen|troops|workers?|employees?|passengers?|children|residents?|citizens?|"
            r"nationals?|"
            r"victims?|detainees?|prisoners?|hostages?|fatalities|casualties|deaths|men|women|sailors|crew|"
            r"journalists?|"
            r"policem[ae]n|police officers?|firefighters?|rescuers?|suspects?"
        ),
    },
    "ru": {
        "USD": r"доллар\w*|долл\.?",
        "EUR": r"евро",
        "GBP": r"фунт\w*",
        "RUB": r"рубл\w*|руб\.?",
        "UAH": r"грив\w+|грн\.?",
        "AZN": r"манат\w*",
        "TRY": r"лир\w?",
        "AMD": r"драм(?:ов|а|ы)?",
        "GEL": r"лари",
        "RON": r"ле[йяю]|леев",
        "CHF": r"(?:швейцарск\w+ )?франк\w*",
        "KZT": r"тенге",
        "CNY": r"юан\w*",
        "KGS": r"сом(?:ов|а|ы)?",
        "UZS": r"сум(?:ов|а|ы)?",
        "PLN": r"злот\w+",
        "RSD": r"динар\w*",
        "BGN": r"лев(?:ов|а|ы)",
        "JPY": r"иен\w?",
        "ILS": r"шекел\w*",
        "INR": r"рупи\w+",
        "m3": r"кубометр\w*|куб\w*\.? ?м(?:етр\w*|\.)?|куб(?:ов|а)",
        "t": r"тонн\w*|т",
        "mm": r"миллиметр\w*|мм",
        "percent": r"процент(?!н\w+ пункт)\w*",
        "shells": r"снаряд\w*|боеприпас\w*",
        "missiles": r"ракет\w*",
        "drones": r"(?:дрон|беспилотник|шахед)\w*|бпла|беспилотн\w+ (?:летательн\w+ )?аппарат\w*",
        "people": (
            r"(?:из них )?(?:погиб(?:л[иоа]|ш\w+)|ранен\w*|пострада(?:л[иоа]|вш\w+)|задержан\w*|убит\w*|"
            r"арестован\w*|госпитализирован\w*)|"
            r"человек\w*|люд(?:ей|и|ям|ьми)|(?:мирн\w+ )?жител\w+|военн\w+|солдат\w*|граждан\w*|пассажир\w*|"
            r"сотрудник\w*|"
            r"рабочи[хем]|работник\w*|дет(?:ей|и|ям)|жертв\w*|моряк\w*|заложник\w*|пленн\w+|журналист\w*|россиян\w*|"
            r"азербайджанцев"
        ),
    },
    "uk": {
        "USD": r"долар\w*|дол\.?",
        "EUR": r"євро",
        "GBP": r"фунт\w*",
        "RUB": r"рубл\w*|руб\.?",
        "UAH": r"грив\w+|грн\.?",
        "AZN": r"манат\w*",
        "TRY": r"лір\w?",
        "AMD": r"драм(?:ів|а|и)?",
        "GEL": r"ларі",
        "RON": r"ле[йяюї]|леїв",
        "CHF": r"(?:швейцарськ\w+ )?франк\w*",
        "CNY": r"юан\w*",
        "KGS": r"сом(?:ів|а|и)?",
        "PLN": r"злот\w+",
        "RSD": r"динар\w*",
        "JPY": r"єн\w?",
        "m3": r"кубометр\w*|куб\w*\.? ?м(?:етр\w*|\.)?|куб(?:ів|и)",
        "t": r"тонн?\w*|т",
        "mm": r"міліметр\w*|мм",
        "percent": r"(?:відсот|процент)(?!\w* пункт)\w*",
        "shells": r"снаряд\w*|боєприпас\w*",
        "missiles": r"ракет\w*",
        "drones": r"(?:дрон|безпілотник|шахед)\w*|бпла|безпілотн\w+ апарат\w*",
        "people": (
            r"(?:з них )?(?:загину(?:л[иоа]|в)|загибл\w+|поранен\w*|постражда(?:л[иоа]|л\w+)|затриман\w*|вбит\w*|"
            r"убит\w*|арештован\w*|"
            r"госпіталізован\w*)|осіб|особ[аиу]|люд(?:ей|и|ям|ини|ина)|чоловік\w*|жител\w+|мешкан\w+|військов\w+|"
            r"солдат\w*|громадян\w*|"
            r"пасажир\w*|працівник\w*|дітей|діти|жертв\w*|моряк\w*|заручник\w*|полонен\w*|журналіст\w*"
        ),
    },
    "az": {
        "USD": r"dollar\w*",
        "EUR": r"avro\w*",
        "GBP": r"funt\w*",
        "RUB": r"rubl\w*",
        "UAH": r"qrivn\w*",
        "AZN": r"manat\w*",
        "TRY": r"lirə\w*",
        "AMD": r"dram\w*",
        "GEL": r"lari\w*",
        "RON": r"ley\w*",
        "CHF": r"frank\w*",
        "CNY": r"yuan\w*",
        "m3": r"kub ?metr\w*|kub\.? ?m\.?",
        "t": r"ton(?:a|u|un|luq|dur|na\w*|dan|da|la)?",
        "km": r"kilometr\w*",
        "mm": r"millimetr\w*",
        "percent": r"faiz(?! (?:bənd|punkt))\w*",
        "shells": r"(?:top )?mərmi\w*",
        "missiles": r"raket\w*",
        "drones": r"dron\w*|pua\w*|şahed\w*|pilotsuz \w+ aparat\w*",
        "people": (
            r"nəfər\w*|şəxs\w*|adam\w*|insan\w*|yaralı\w*|ölü|işçi\w*|əməkdaş\w*|vətəndaş\w*|əsgər\w*|sərnişin\w*|"
            r"hərbçi\w*|uşaq\w*|"
            r"mülki\w*|jurnalist\w*|azərbaycanlı\w*|sakin\w*"
        ),
    },
    "tr": {
        "USD": r"dolar\w*",
        "EUR": r"avro\w*|euro\w*",
        "GBP": r"sterlin\w*",
        "RUB": r"ruble\w*",
        "UAH": r"grivn\w*",
        "AZN": r"manat\w*",
        "TRY": r"(?:türk )?lira\w*|tl",
        "AMD": r"dram\w*",
        "GEL": r"lari\w*",
        "RON": r"ley\w*",
        "CHF": r"(?:isviçre )?frank\w*",
        "CNY": r"yuan\w*",
        "m3": r"metre ?küp\w*|küp ?metre\w*",
        "t": r"ton(?:luk|u|a|dan)?",
        "mm": r"milimetre\w*|mm'?l\w+",
        "percent": r"yüzde(?! ?puan)",
        "shells": r"(?:top )?mermi\w*",
        "missiles": r"füze\w*|roket\w*",
        "drones": r"iha\w*|siha\w*|dron\w*|insansız hava arac\w*|şahed\w*",
        "people": (
            r"kişi\w*|insan\w*|yaralı\w*|ölü\w*|işçi\w*|asker\w*|sivil\w*|yolcu\w*|vatandaş\w*|çocuk\w*|can kayb\w*|"
            r"gazeteci\w*|esir\w*|"
            r"çalışan\w*"
        ),
    },
    "ro": {
        "USD": r"(?:de )?dolari?",
        "EUR": r"(?:de )?euro",
        "RON": r"(?:de )?lei",
        "m3": r"(?:de )?metri cubi",
        "bbl": r"(?:de )?barili",
        "t": r"(?:de )?tone",
        "km": r"(?:de )?kilometri",
        "percent": r"la sută",
        "drones": r"(?:de )?drone",
        "missiles": r"(?:de )?rachete",
        "people": r"(?:de )?(?:persoane|oameni|răniți|morți|civili|militari)",
    },
    "hy": {
        "USD": r"դոլար\w*",
        "EUR": r"եվրո\w*",
        "AMD": r"դրամ\w*",
        "m3": r"խորանարդ մետր\w*",
        "km": r"կիլոմետր\w*",
        "percent": r"տոկոս\w*",
        "people": r"մարդ\w*|հոգի\w*|անձ\w*|քաղաքացի\w*|զինծառայող\w*",
    },
    "ka": {
        "USD": r"დოლარ\w*|აშშ დოლარ\w*",
        "EUR": r"ევრო\w*",
        "GEL": r"ლარ\w*",
        "m3": r"კუბურ\w* მეტრ\w*|კუბმეტრ\w*",
        "km": r"კილომეტრ\w*",
        "percent": r"პროცენტ\w*",
        "people": r"ადამიან\w*|პირ\w*|მოქალაქ\w*|დაშავებულ\w*|დაღუპულ\w*",
    },
}
UNITS: Mapping[str, Mapping[str, str]] = {lang: {**_UNITS[lang], **measures.MEASURES[lang]} for lang in _UNITS}

# Words that may stand between the number and its unit.
FILLERS = {
    "en": r"(?:of|us|u\.s\.|american|standard|artillery|ballistic|cruise|attack|strike|kamikaze|russian|ukrainian|"
    r"iranian|"
    r"azerbaijani|armenian|foreign|more|other|long-range|additional|new|further|local|shahed)",
    "ru": r"(?:[\w-]+(?:ых|их|ые|ие|ого|их)|сша|ещё|еще)",
    "uk": r"(?:[\w'-]+(?:их|ого|ьких)|сша|ще|американські|російські)",
    "az": r"(?:abş|aqş|amerika|standart|balistik|artilleriya|rusiyalı|ədəd|dənə|rusiya|azərbaycan|kamikadze|qanadlı)",
    "tr": r"(?:abd|amerikan|standart|balistik|adet|rus|azerbaycan|kamikaze|seyir|metreküp(?= ))",
}
# Between the numbers of a range or a list.
LINKS = {
    "en": r"to|and|or",
    "ru": r"до|и|или",
    "uk": r"до|і|й|та|або|чи",
    "az": r"ilə|və|və ya|ya|ya da",
    "tr": r"ila|ile|ve|veya|ya da",
    "ro": r"până la|și",
}

# All units that a figure may have, currencies apart from the others; "m3*1e9" is a way to write m3.
_NAMES = {unit.partition("*")[0] for table in (EVERYWHERE, *UNITS.values()) for unit in table} | {*SYMBOLS.values()}
CURRENCIES = tuple(sorted(unit for unit in _NAMES if len(unit) == 3 and unit.isupper()))
COUNTED = tuple(sorted(_NAMES.difference(CURRENCIES), key=str.casefold))
MONEY = "money"  # in rules: any of the currencies


def is_unit(name: str) -> bool:
    """May a rule name it as its unit without defining a term of that name?"""
    return name == MONEY or name in COUNTED or name in CURRENCIES


def unit_called(word: str) -> str:
    """The unit that articles call so, in whichever language, such as t for tonnes; empty where there is none."""
    if word in SYMBOLS:
        return SYMBOLS[word]
    for table in (EVERYWHERE, *UNITS.values()):
        for unit, pattern in table.items():
            if regex.fullmatch(pattern, word, regex.IGNORECASE):
                return unit.partition("*")[0]
    return ""
