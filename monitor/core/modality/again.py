"""Does a sentence call its event another one ("again", «вторые сутки подряд», "yenə"), or one that goes on ("still",
«третий день не отгружает»)?"""

from __future__ import annotations

import re

from monitor.core.modality.languages import grammar

_PATTERNS = {
    "en": r"\b(?:again|once more|this time|(?:a|one|the) day after|for (?:the|a) (?:second|third|fourth|fifth))\b|"
    r"\b(?:second|third|fourth|fifth) (?:such|time|day|night|attack|strike|raid|blast|case|incident)\b|"
    r"\banother (?!(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|person|people|man|men|wom)\w*)|"
    r"\bin (?:two|three|four|as many) (?:days|nights)\b|\b(?:consecutive|straight|in a row)\b",
    "ru": r"\b(?:снова|вновь|опять|повторн\w+|очередн\w+)\b|\bещ[её] (?:один|одн[аоу]|одной|одного|одном)\b|"
    r"\b(?:во второй раз|в третий раз|на этот раз|подряд|спустя (?:день|сутки)|через (?:день|сутки) после)\b",
    "uk": r"\b(?:знову|вкотре|повторн\w+|чергов\w+|вдруге|втретє|поспіль|цього разу)\b|"
    r"\bще (?:один|одн[ауеі]|однієї|одного|одному)\b|\bчерез (?:день|добу) після\b",
    "az": r"\b(?:yenə|növbəti|təkrar\w*|daha bir|bu dəfə|dalbadal)\b|\b(?:ikinci|üçüncü) (?:dəfə|gün|gecə)\b",
    "tr": r"\b(?:yine|tekrar|bu kez|bu defa|üst üste)\b|\bbir (?:kez|kere|defa) daha\b|"
    r"\b(?:ikinci|üçüncü) (?:kez|kere|gün|gece)\b",
    "ro": r"\b(?:din nou|iarăși|încă (?:un|o)|de data aceasta|consecutiv[ăe]?)\b|"
    r"\ba (?:doua|treia) (?:oară|zi|noapte)\b",
    "hy": r"\b(?:կրկին|նորից|վերստին|այս անգամ)\b",
    "ka": r"\b(?:კვლავ|ისევ|ხელახლა|ამჯერად)\b",
}
_AGAIN = {lang: re.compile(pattern) for lang, pattern in _PATTERNS.items()}


def says_again(sentence: str, lang: str) -> bool:
    """Does the sentence say that what it tells happened before, too? An unknown language never does."""
    pattern = _AGAIN.get(lang)
    return bool(pattern and pattern.search(grammar(lang).fold(sentence)))


# With “third day” stands a verb of resting: a strike on the third day is another strike.
_LASTING = {
    "en": r"\b(?:still|(?:remain|stay)(?:s|ed|ing)?|continu(?:es?|ed|ing) to)\b|"
    r"\b(?:has|have) (?:not|yet) (?:yet )?(?:to )?(?:been )?resum|\bnot (?:yet )?resumed\b",
    "ru": r"\b(?:по-прежнему|вс[её] ещ[её]|до сих пор|оста[её]тся|остаются|простаива\w+)\b|"
    r"\b(?:\d+-й|втор\w+|трет\w+|четв[её]рт\w+|пят\w+|шест\w+) (?:день|сутки|недел[юя]) (?:подряд )?(?:не|сто[ия])\b|"
    r"\bуже (?:\w+ )?(?:день|дня|дней|сутки|суток|недел\w+) (?:не|сто[ия])",
    "uk": r"\b(?:досі|і далі|все ще|залишається|залишаються|простоює|простоюють)\b|"
    r"\b(?:\d+-й|друг\w+|трет\w+|четверт\w+|п'ят\w+|шост\w+) (?:день|добу|тиждень) (?:поспіль )?(?:не|стоїть|стоять)\b|"
    r"\bвже (?:\w+ )?(?:день|дні|днів|добу|тиждень|тижні\w*) (?:не|стоїть|стоять)",
    "az": r"\b(?:hələ də|hələ ki|hələlik|qalmaqdadır|davam edir)\b|\b\w+ gündür\b",
    "tr": r"\b(?:hâlâ|halen|hala|günlerdir|sürüyor|devam ediyor)\b|\b\w+ gündür\b",
    "ro": r"\b(?:încă|rămân\w*|continuă (?:să|a))\b",
}
_LASTS = {lang: re.compile(pattern) for lang, pattern in _LASTING.items()}


def goes_on(sentence: str, lang: str) -> bool:
    """Does the sentence say that what it tells began before and goes on? An unknown language never does."""
    pattern = _LASTS.get(lang)
    return bool(pattern and pattern.search(grammar(lang).fold(sentence)))
