"""Today's date in the five languages of the newsroom, so that its news is fresh whenever the demo runs."""

from __future__ import annotations

import re
from datetime import date, timedelta

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
}

# With the preposition or the word that the language puts to a day of the week.
WEEKDAYS = {
    "en": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    "ru": "в понедельник|во вторник|в среду|в четверг|в пятницу|в субботу|в воскресенье",
    "uk": "у понеділок|у вівторок|у середу|у четвер|у п'ятницю|у суботу|у неділю",
    "az": "bazar ertəsi|çərşənbə axşamı|çərşənbə günü|cümə axşamı|cümə günü|şənbə günü|bazar günü",
    "tr": "pazartesi günü|salı günü|çarşamba günü|perşembe günü|cuma günü|cumartesi günü|pazar günü",
}

_AZ_GENITIVE = ("ın", "ın", "ın", "in", "ın", "un", "un", "un", "ın", "ın", "ın", "ın")  # yanvarın … dekabrın
_TR_LOCATIVE = ("ta", "ta", "ta", "da", "ta", "da", "da", "ta", "de", "de", "da", "ta")  # Ocak'ta … Aralık'ta
_PLACEHOLDER = re.compile(r"\{(day|on|weekday):([+-]?\d+)\}")


def day(when: date, language: str) -> str:
    """A day and its month: "8 August", "8 августа", "8 avqust". KeyError for a language not known here."""
    return f"{when.day} {MONTHS[language].split()[when.month - 1]}"


def on_day(when: date, language: str) -> str:
    """The same in the sense of "on that day": "on 8 August", "8 августа", "avqustun 8-də", "8 Ağustos'ta"."""
    plain = day(when, language)
    if language == "en":
        return f"on {plain}"
    if language == "az":
        month = MONTHS["az"].split()[when.month - 1] + _AZ_GENITIVE[when.month - 1]
        # The ending follows the last vowel of the number as it is spoken: altı, doqquz, on, otuz take "da".
        back = when.day % 10 in (6, 9) or when.day in (10, 30)
        return f"{month} {when.day}-{'da' if back else 'də'}"
    if language == "tr":
        return f"{plain}'{_TR_LOCATIVE[when.month - 1]}"
    return plain


def fill(text: str, language: str, today: date) -> str:
    """Put dates in for `{day:0}`, `{on:-1}`, `{weekday:+3}`: the number is days from `today`."""

    def one(found: re.Match[str]) -> str:
        when = today + timedelta(days=int(found[2]))
        if found[1] == "weekday":
            return WEEKDAYS[language].split("|")[when.weekday()]
        return day(when, language) if found[1] == "day" else on_day(when, language)

    return _PLACEHOLDER.sub(one, text)
