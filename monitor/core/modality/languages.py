"""Which grammar speaks for which language."""

from __future__ import annotations

from monitor.core.modality import english, others, slavic, turkic
from monitor.core.modality.grammar import Grammar

_GRAMMARS = {
    "en": english.GRAMMAR,
    "ru": slavic.RUSSIAN,
    "uk": slavic.UKRAINIAN,
    "az": turkic.AZERBAIJANI,
    "tr": turkic.TURKISH,
    "ro": others.ROMANIAN,
    "hy": others.ARMENIAN,
    "ka": others.GEORGIAN,
}


def grammar(lang: str) -> Grammar:
    """The grammar of an ISO 639-1 code; English where there is none."""
    return _GRAMMARS.get(lang[:2].lower(), english.GRAMMAR)
