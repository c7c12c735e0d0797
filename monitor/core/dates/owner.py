"""Whose date is it: "the cable, cut on 5 February, was repaired" dates the cut and not the repair."""

from __future__ import annotations

import regex

# A participle that opens the segment between two commas, by language.
_OPENS = {
    "ru": regex.compile(
        r"[^\p{L}]*(?:[\p{L}-]+ ){0,2}?\p{L}{2,}(?:вш|нн|ющ|ящ|[её]нн|ем|им)"
        r"(?:ий|ый|ая|яя|ее|ое|ие|ые|их|ых|ого|его|ой|ей|ую|юю|им|ым|ом|ем)(?:ся)?\b"
    ),
    "uk": regex.compile(r"[^\p{L}]*(?:[\p{L}'-]+ ){0,2}?\p{L}{2,}[нтл](?:ий|а|е|і|их|ого|ої|ому|у|им|ою|ими)\b"),
    "en": regex.compile(r"[^\p{L}]*(?:(?:which|who|that) (?:was|were|had)? ?)?\p{L}+(?:ed|en|un|ut|it|nt|ck)\b"),
}
# A participle that closes what stands before it.
_BETWEEN = r"[\p{L}'’-]*\s+(?:[\p{L}'’-]+\s+){0,2}?"
# Nouns and adverbs that end like one; so do names, which capitals tell.
_NO_PARTICIPLE = (
    r"(?!(?:dəyirman|değirmen|liman|meydan|insan|zaman|plan|orman|uzman|düşm[ae]n|roman|orqan|organ|v[aə]t[aə]n|b[ae]den|"
    r"bədən|yalan|kaptan|duman|dastan|neden|hemen|zaten|tamam[ae]n|t[əe]krar[ae]n|tez[ae]n|əsasən|resmen|rəsmən|"
    r"yeniden|yenidən|önceden|əvvəlcədən|aniden|qəflətən|bird[əe]n)\b)"
)
_CLOSES = {
    "az": regex.compile(
        rf"{_BETWEEN}{_NO_PARTICIPLE}(?P<owner>\p{{Ll}}{{2,}}(?:m[ıiuü]ş|[ae]n|ən|d[ıiuü][ğy][ıiuü]))\b"
    ),
    "tr": regex.compile(rf"{_BETWEEN}{_NO_PARTICIPLE}(?P<owner>\p{{Ll}}{{2,}}(?:m[ıiuü]ş|[ae]n|[dt][ıiuü]ğ[ıiuü]))\b"),
}
_EDGES = ",;:()—–"


def belongs_elsewhere(text: str, lang: str, date: tuple[int, int], word: tuple[int, int]) -> bool:
    """Does the date at `date` belong to a participle, and the word at `word` not? Places are code points of `text`."""
    if lang in _OPENS:
        start = max(text.rfind(edge, 0, date[0]) for edge in _EDGES) + 1
        end = min((at for edge in _EDGES if (at := text.find(edge, date[1])) >= 0), default=len(text))
        inside = start <= word[0] < end
        return start > 0 and end < len(text) and not inside and bool(_OPENS[lang].match(text, start, date[0]))
    if lang not in _CLOSES or word[0] < date[0]:
        return False
    found = _CLOSES[lang].match(text, date[1])
    return bool(found) and not (found.start("owner") < word[1] and word[0] < found.end("owner"))
