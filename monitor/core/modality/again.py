"""Does a sentence call its event another one: "again", «вторые сутки подряд», "yenə"?"""

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
