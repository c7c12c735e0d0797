"""Whose date is it: "the cable, cut on 5 February, was repaired" dates the cut and not the repair, and the "crash of 25
December" dates the crash."""

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
# A pronoun that opens it does the same.
_RELATIVE = {
    "ru": regex.compile(r"\s*(?:[\p{L}]{1,3} )?(?:котор\p{L}{2,3}|где|куда)\b"),
    "uk": regex.compile(
        r"\s*(?:[\p{L}]{1,3} )?(?:як(?:ий|[аеіу]|ого|ому|ої|ій|ою|им|их|ими)|котр\p{L}{1,3}|де|куди)\b"
    ),
    "en": regex.compile(r"\s*(?:which|who|whose|where)\b"),
    "ro": regex.compile(r"\s*(?:pe )?(?:care|unde)\b"),
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
_CLAUSE_EDGES = ",()—–"
# Misfortunes and papers that go by their day: what stands before it, and what behind it.
_EN_NOUN = (
    r"(?:crash|disaster|downing|tragedy|accident|incident|invasion|agreement|accord|treaty|declaration|memorandum)"
)
_NAMED_BEFORE = {
    "en": regex.compile(rf"\b(?P<noun>{_EN_NOUN}s?)\s+(?:of|on|from|dated)\s+$", regex.I),
    "ru": regex.compile(
        r"\b(?P<noun>(?:авиа)?(?:катастроф|крушени|авари|трагеди|инцидент|происшестви|вторжени|соглашени|договор|деклараци|"
        r"меморандум|указ)\p{L}*)\s+(?:от\s+)?$",
        regex.I,
    ),
    "uk": regex.compile(
        r"\b(?P<noun>(?:авіа)?(?:катастроф|аварі|трагеді|інцидент|вторгнен|угод|договор|деклараці|меморандум|указ)\p{L}*)"
        r"\s+(?:від\s+)?$",
        regex.I,
    ),
}
_TURKIC_NOUN = (
    r"(?P<noun>(?:qəza|faciə|hadisə|saziş|bəyannamə|bəyanat|fərman|kaza|facia|felaket|olay|anlaşma|bildiri)\p{L}*)"
)
_NAMED_BEHIND = {
    "en": regex.compile(rf"(?:'s)?\s+(?P<noun>{_EN_NOUN}s?)\b", regex.I),
    "az": regex.compile(
        rf"\p{{L}}*\s+(?:(?:baş ver|imzalan|tarixli)\p{{L}}*\s+)?(?:[\p{{L}}-]+\s+)?{_TURKIC_NOUN}", regex.I
    ),
    "tr": regex.compile(
        rf"['’]?\p{{L}}*\s+(?:(?:meydana gel|imzalan|tarihli)\p{{L}}*\s+)?(?:[\p{{L}}-]+\s+)?{_TURKIC_NOUN}", regex.I
    ),
}


def is_attributive(text: str, lang: str, word: tuple[int, int]) -> bool:
    """Does the word stand in a clause that only says of whom or what is spoken: one that a participle or a relative
    pronoun opens or that, in Azerbaijani and Turkish, a participle closes?"""
    if lang in _CLOSES:
        return bool(_CLOSES[lang].match(text, word[1]))
    start = max(text.rfind(edge, 0, word[0]) for edge in _CLAUSE_EDGES) + 1
    if not start:
        return False
    if lang in _RELATIVE and _RELATIVE[lang].match(text, start):
        return True
    # English verbs in the past look like participles; between two commas they are such.
    closed = lang != "en" or any(text.find(edge, word[1]) >= 0 for edge in _CLAUSE_EDGES)
    return closed and lang in _OPENS and bool(_OPENS[lang].match(text, start))


def belongs_elsewhere(text: str, lang: str, date: tuple[int, int], word: tuple[int, int]) -> bool:
    """Does the date at `date` belong to a participle or to a noun that goes by its day, and the word at `word` not?
    Places are code points of `text`."""
    if (noun := _named_by(text, lang, date)) and not (noun[0] < word[1] and word[0] < noun[1]):
        return True
    if lang in _OPENS:
        start = max(text.rfind(edge, 0, date[0]) for edge in _EDGES) + 1
        end = min((at for edge in _EDGES if (at := text.find(edge, date[1])) >= 0), default=len(text))
        inside = start <= word[0] < end
        if start > 0 and not inside and lang in _RELATIVE and _RELATIVE[lang].match(text, start, date[0]):
            return True
        return start > 0 and end < len(text) and not inside and bool(_OPENS[lang].match(text, start, date[0]))
    if lang not in _CLOSES or word[0] < date[0]:
        return False
    found = _CLOSES[lang].match(text, date[1])
    return bool(found) and word[0] >= found.end("owner")  # what stands between is of the same clause


def _named_by(text: str, lang: str, date: tuple[int, int]) -> tuple[int, int] | None:
    """Where the noun stands that goes by this day."""
    before, behind = _NAMED_BEFORE.get(lang), _NAMED_BEHIND.get(lang)
    start = max(0, date[0] - 40)
    found = before.search(text[start : date[0]]) if before else None
    if found:
        return start + found.start("noun"), start + found.end("noun")
    found = behind.match(text, date[1]) if behind else None
    return found.span("noun") if found else None
