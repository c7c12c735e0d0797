"""Whose date is it: "the cable, cut on 5 February, was repaired" dates the cut and not the repair, and the "crash of 25
December" dates the crash."""

from __future__ import annotations

from collections.abc import Sequence

import regex

Span = tuple[int, int]  # code points, end exclusive

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
# Of whom or of what the main clause speaks, told aside: “…, detained in May and sentenced in September, …”.
_ASIDE = {
    "en": regex.compile(
        r"[^\p{L}]*(?:(?:(?:of|by|in|to|for) )?(?:which|who|whom|whose)\b|"
        r"(?!(?:but|then|even|often|put|went|it)\b)\p{Ll}{2,}(?:ed|en|un|ut|it|nt|ck|ought|eld|aid|old)\b)"
    ),
    "ru": regex.compile(rf"[^\p{{L}}]*(?:\p{{L}}{{1,3}} )?котор\p{{L}}+\b|{_OPENS['ru'].pattern}"),
    "uk": regex.compile(
        rf"[^\p{{L}}]*(?:(?:\p{{L}}{{1,3}} )?як(?:ий|а|е|і|ого|ої|их|у|ою|им|ими|ій|ому)|що)\b|{_OPENS['uk'].pattern}"
    ),
}
# “…, the cyclist detained in May, rode”: what follows is a verb if it is no such word.
_NO_VERB = regex.compile(
    r"\s*+(?:(?:the|an?|his|her|its|their|this|that|these|those|and|but|or|nor|which|who|whom|whose|when|where|while|as|"
    r"with|after|before|in|on|at|for|from|to|of|by|since|because|so|yet|not|it|he|she|they|we|i|according)\b|[^\p{Ll}])"
)
# The participle that the words at a place belong to, at most two words further on.
_TURKIC_FINITE = r"(?!\p{L}+(?:[dt][ıiuü]|[ıiuü]b|yor|[ac][aə][qk]|m[ıiuü]şd[ıiuü]r)\b|v[eə]\b)"
_LEADS = {
    lang: regex.compile(
        rf"[\p{{L}}'’-]*?(?:(?<=\p{{L}})\s+(?:{_TURKIC_FINITE}[\p{{L}}'’-]+\s+){{0,2}}?)?"
        rf"{_NO_PARTICIPLE}(?!\p{{L}}+nd[aeə]n\b)(?<!\p{{L}})(?P<owner>\p{{Ll}}{{2,}}(?:m[ıiuü]ş|[aeə]n|"
        rf"[dt][ıiuü][ğy][ıiuü]\p{{L}}*))\b"
    )
    for lang in _CLOSES
}
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


def is_attributive(text: str, lang: str, word: Span) -> bool:
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


def belongs_elsewhere(text: str, lang: str, date: Span, word: Span) -> bool:
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


def own_clause(text: str, lang: str, dates: Sequence[Span], word: Span) -> Span | None:
    """The stretch outside which no date is the word's: a participle's or a relative clause, told aside, in which the
    word stands with a date of its own, be it no more than a month. None where the word has the whole sentence."""
    find = _turkic_clause if lang in _LEADS else _aside
    return find(text, lang, dates, word) if dates else None


def _aside(text: str, lang: str, dates: Sequence[Span], word: Span) -> Span | None:
    if lang not in _ASIDE:
        return None
    start = max(text.rfind(edge, 0, word[0]) for edge in _EDGES) + 1
    end = min((at for edge in _EDGES if (at := text.find(edge, word[1])) >= 0), default=len(text))
    inside = [date for date in dates if start <= date[0] < end]
    if not inside or (start, end) == (0, len(text)):
        return None
    if _ASIDE[lang].match(text, start, end):
        return start, end
    behind = start > 0 and end < len(text) and not any(date[0] < start for date in dates)
    return (start, end) if lang == "en" and behind and not _NO_VERB.match(text, end + 1) else None


def _turkic_clause(text: str, lang: str, dates: Sequence[Span], word: Span) -> Span | None:
    """From the date before the word to the participle behind it."""
    found = _LEADS[lang].match(text, word[0])
    before = [date for date in dates if date[1] <= word[0]]
    if not found or not before:
        return None
    start, end = before[-1]
    between = text[end : word[0]]
    if any(edge in between for edge in _EDGES) or _CLOSES[lang].match(between):
        return None
    return start, found.end("owner")


def _named_by(text: str, lang: str, date: Span) -> Span | None:
    """Where the noun stands that goes by this day."""
    before, behind = _NAMED_BEFORE.get(lang), _NAMED_BEHIND.get(lang)
    start = max(0, date[0] - 40)
    found = before.search(text[start : date[0]]) if before else None
    if found:
        return start + found.start("noun"), start + found.end("noun")
    found = behind.match(text, date[1]) if behind else None
    return found.span("noun") if found else None
