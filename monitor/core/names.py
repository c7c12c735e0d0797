"""Proper names in one alphabet: Картавых, Kartavykh and Kartavıx have one key.

A key keeps what transliterations agree on: classes of consonants (all of k, g, h, kh, q, ğ are one,
and so are v, w, f) and the class of the first vowel (a/e/ə, i/ı/y, o/u/ö/ü). The first vowel is what
tells Həsənov from Hüseynov; further vowels differ from language to language and go.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_LONGEST = 200_000  # characters of a text that are looked at

# --- letters ----------------------------------------------------------------------------------

_CYRILLIC = dict(zip("абвгґдежзийклмнопрстуфхыэіў", "abvggdejziiklmnoprstufhieiv", strict=True)) | {
    "ё": "e",
    "є": "e",
    "ї": "i",
    "ц": "ts",
    "ч": "C",
    "ш": "X",
    "щ": "X",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ъ": "",
}
_ARMENIAN = dict(zip("աբգդզէըթժիլխծկհղճմյնշոչպջռսվտրցւփքօֆ", "abgdzeetjilhtkhgCmynXoCpjrsvtrsvpkof", strict=True)) | {
    "ե": "e",
    "ձ": "dz",
    "և": "ev",
    "ծ": "ts",
    "ց": "ts",
    "ու": "u",
}
_GEORGIAN = dict(zip("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", "abgdevztiklmnopjrstupkgkXCtdtChjh", strict=True)) | {
    "ც": "ts",
    "ძ": "dz",
    "წ": "ts",
}
_LATIN = {"ə": "a", "ı": "i", "ğ": "g", "ø": "o", "ł": "l", "đ": "d", "ß": "s", "æ": "a", "þ": "t", "ð": "d"}
_LETTERS = {**_CYRILLIC, **_ARMENIAN, **_GEORGIAN, **_LATIN}
# Letters with a mark that makes them another sound; every other mark is dropped.
_MARKED = {"ş": "X", "ș": "X", "š": "X", "ç": "C", "č": "C", "ć": "C", "ž": "j", "ț": "ts", "ţ": "ts"}
_TURKIC_LETTERS = re.compile("[əğışç]")

_CLUSTERS = (
    (re.compile(r"ու"), "u"),
    (re.compile(r"shch|sch|sh"), "X"),
    (re.compile(r"tch|ch|cz"), "C"),
    (re.compile(r"dzh|дж|dj|zh|dž"), "j"),
    (re.compile(r"kh|gh|ck"), "k"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"dh"), "d"),
)
_CLUSTER = re.compile("|".join(pattern.pattern for pattern, _ in _CLUSTERS))
_SOFT_C = re.compile(r"c(?=[eiy])")
_VOWELS = dict(zip("aeiyou", "aaiiuu", strict=True))
_CLASSES = dict(zip("gqhkwfvbdjlmnprstzXC", "kkkkvvvbdjlmnprstzxc", strict=True))
_SKELETON = str.maketrans({chr(c): _VOWELS.get(chr(c)) or _CLASSES.get(chr(c), "") for c in range(128)})
_VOWEL, _DOUBLE = re.compile("[aiu]"), re.compile(r"([^aiu])\1+")
# What languages really call by another vowel, so that no rule can bring it together.
_RESPELLED = {
    "trump": "tramp", "musk": "mask", "lutnick": "latnik", "sullivan": "salivan", "irəvan": "erevan",
    "иреван": "erevan", "chisinau": "kishinau", "кишинёв": "kishinau", "кишинев": "kishinau",
    "кишинів": "kishinau", "kişinev": "kishinau", "europe": "evropa", "lvov": "lviv", "львов": "lviv",
    "suudi": "saudi", "emirati": "emirates", "emirlikleri": "emirates", "emirlikler": "emirates",
    "əmirlikləri": "emirates", "əmirliklər": "emirates",
}  # fmt: skip


def canonical(name: str, lang: str = "") -> str:
    """The key of a name, word for word, lower-case ASCII; empty where the name has no letters.

    `lang` (ISO 639-1) tells what c, x and ch stand for in Latin letters. Acronyms of up to six
    capitals keep their vowels. Case endings stay: see `same_name` and `find_names`.
    """
    return " ".join(filter(None, (_key(word, lang[:2].lower()) for word in re.split(r"[\s\-–]+", name))))


@lru_cache(maxsize=8192)
def _key(word: str, lang: str) -> str:
    letters = [c for c in word if c.isalpha()]
    acronym = 2 <= len(letters) <= 6 and all(c.isupper() for c in letters)
    sounds = _sounds(word, lang, acronym)
    if acronym:
        return re.sub(r"(.)\1+", r"\1", "".join(_CLASSES.get(c, c) for c in sounds if c.isalpha()))
    return _skeleton(sounds)


def _sounds(word: str, lang: str, acronym: bool) -> str:
    """The word in ASCII letters, X for sh and C for ch."""
    word = unicodedata.normalize("NFC", word).replace("İ", "i")
    word = (word.replace("I", "ı") if lang in ("az", "tr") else word).lower().replace("\u0307", "")
    word = _RESPELLED.get(word, word)
    turkic = not acronym and (lang in ("az", "tr") or bool(_TURKIC_LETTERS.search(word)))
    if lang == "ro":
        word = word.replace("ch", "k")
    if _CLUSTER.search(word):
        for pattern, sound in _CLUSTERS:
            word = pattern.sub(sound, word)
    if acronym:
        word = word.replace("c", "k").replace("x", "h")
    elif turkic:
        word = word.replace("c", "j").replace("x", "h")
    else:
        word = _SOFT_C.sub("C" if lang == "ro" else "s", word).replace("c", "k").replace("x", "ks")
    return "".join(map(_ascii, word))


@lru_cache(maxsize=1_000)
def _ascii(letter: str) -> str:
    if letter in _LETTERS or letter in _MARKED:
        return _LETTERS.get(letter) or _MARKED.get(letter, "")
    return "".join(c for c in unicodedata.normalize("NFKD", letter) if c.isascii() and c.isalpha())


def _skeleton(sounds: str) -> str:
    if sounds[:1] in ("y", "i") and sounds[1:2] in ("a", "e", "o", "u"):
        sounds = sounds[1:]  # Yerevan, Erevan
    if sounds[:1] == "u" and sounds[1:2] in ("a", "e", "i", "y"):
        sounds = "v" + sounds[1:]  # Уиткофф, Witkoff
    classes = _DOUBLE.sub(r"\1", sounds.translate(_SKELETON))
    first = _VOWEL.search(classes)
    if first is None:
        return classes
    rest = classes[first.end() :]
    key = classes[: first.end()] + _VOWEL.sub("", rest)
    if len(key) < 3 and rest and rest[-1] in "aiu":
        key += rest[-1]
    return key


# --- comparison -------------------------------------------------------------------------------

_EDITABLE = 6  # letters a key must have before one edit is forgiven: shorter ones differ by one truly
# What case endings leave of themselves in a key: -ого, -ым, -ові; -dan, -da, -nın, -ın, -la, -lar.
_ENDINGS = frozenset(("k", "m", "v", "mk", "d", "dn", "n", "nn", "l", "lr", "dk", "s", "y"))
_STEM = 4


def is_day(key: str) -> bool:
    """A planned day stands among the names of a claim (see `core.claims`): is this one?"""
    return len(key) == 10 and key[4] == key[7] == "-" and key[:4].isdigit()


def same_name(a: str, b: str) -> bool:
    """Whether two *keys* may be one name: equal, one case form of the other, or, if long, one edit apart.

    Of a full name and a single word the last word counts: "Rauf Məmmədov", "Мамедов".
    """
    left, right = a.split(), b.split()
    if not left or not right:
        return False
    if len(left) != len(right):
        return 1 in (len(left), len(right)) and _same_word(left[-1], right[-1])
    return all(_same_word(x, y) for x, y in zip(left, right, strict=True))


def _same_word(a: str, b: str) -> bool:
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) >= _STEM and long.startswith(short) and long[len(short) :] in _ENDINGS:
        return True
    return len(short) >= _EDITABLE and _one_edit(short, long)


def _one_edit(short: str, long: str) -> bool:
    if len(long) - len(short) > 1:
        return False
    same = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    return short[same:] == long[same + 1 :] or short[same + 1 :] == long[same + 1 :]


# --- finding ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoundName:
    """One word of a name (or a quoted name as a whole), where it stands, and its key."""

    start: int
    end: int
    text: str
    key: str


_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_APOSTROPHE = re.compile("['’ʼ]")
_QUOTED = re.compile(r"[«“„\"]([^«»“”„\"\n]{2,60})[»”“\"]")
_OPENS = re.compile(r"(?:^|[.!?…:\n][»”\"')]*\s+|\n|[«“„\"(]|[—–-]\s)\s*[«“„\"('—–-]*\s*$")

# Written with a capital and yet no names, lower case: English calendar and demonyms, titles of office.
_NO_NAMES = """
    i monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december russian russians ukrainian ukrainians azerbaijani azerbaijanis armenian
    armenians american americans turkish georgian georgians european western british french german iranian israeli
    polish romanian kazakh chinese soviet english president vice minister ministers ministry prime foreign defence
    defense secretary general colonel major captain mr mrs ms dr sir king queen chancellor ambassador governor mayor
    state department government parliament office council committee commission court street square
    prezident prezidenti nazir naziri nazirliyi nazirlik baş xarici işlər müdafiə daxili dövlət respublikası səfirliyi
    məhkəməsi cumhurbaşkanı bakanı bakanlığı başkanı dışişleri savunma içişleri büyükelçisi milli meclis
    президент президента министр министерство мид премьер посольство государственный совет госдума
    міністр міністерство мзс прем'єр посольство державний рада верховна офіс
    """
_NO_NAME = frozenset(_NO_NAMES.split())
_OFFICES = ("nazirli", "məhkəm", "səfirli", "prokurorlu", "bakanlı", "министерств", "міністерств")
_SLAVIC_ENDINGS = (
    re.compile(r"(?<=ск|цк|зк|ьк)(?:ого|ому|им|ом|ой|ую|ая|ие|их|ими|ій|ою|і)$"),
    re.compile(r"(?<=[оеёєіи][вн])(?:ым|ом|им|ими|ыми|ых|их|ою|ой|ому|ові)$"),
    re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ]{2})(?:ом|ем|ові|еві)$|(?<=[аеоияіу][бгдзклмнпрстфхш])(?:ом|ові)$"),
    re.compile(r"(?<=.{3})(?:ого|ому)$"),
)
_TURKIC_ENDINGS = re.compile(
    r"(?<=.{4})(?:d[aə]k[ıi](?:lar|lər)?|d[aə]n|d[aə]|(?:(?<=[ıiuü])|(?<=y[aə]))n[ıiuü]n|(?<=[oe]v)[ıiuü]n|(?<=[oe]v)l[aə])$"
)
_LOOSE_TURKIC_ENDINGS = re.compile(r"(?<=.{3})(?:[ıiuü]n|n[ıiuü]n|l[aə]|l[aə]r[ıi]?|n[ıiuü]|l[ıiuü])$")
_WHOLE_WORDS = frozenset(("kanada", "sudan", "florida", "nevada", "uqanda", "ruanda", "hollanda", "iordan", "irlanda"))
_WHOLE_ENDINGS = ("пром", "атом", "ком", "дом")


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    opens: bool  # stands where every word has a capital


def find_names(text: str, lang: str) -> tuple[FoundName, ...]:
    """The names in a text, word by word, in order; quoted names of several words also as a whole.

    A capital at the head of a sentence proves nothing: such a word counts only if the text has it
    with a capital elsewhere, too. So give whole articles rather than single sentences.
    """
    text = text[:_LONGEST]
    lang = lang[:2].lower()
    words, lower = _words(text)
    words = [word for word in words if _is_name(word, lower)]
    proven = [word.text for word in words if not word.opens or word.text.isupper()]
    forms = frozenset(text.lower() for text in proven)
    keys = {word.text: _key(_stem(word.text, lang, forms), lang) for word in words}
    sure = {keys[text] for text in proven}
    found = [
        FoundName(word.start, word.end, text[word.start : word.end], key)
        for word in words
        if (key := keys[word.text]) in sure
    ]
    return tuple(sorted({*found, *_quoted(text, lang)}, key=lambda name: (name.start, name.end)))


def _words(text: str) -> tuple[list[_Word], set[str]]:
    """The words that begin with a capital, and those that do not, in small letters."""
    capital: list[_Word] = []
    lower: set[str] = set()
    for found in _LINE.finditer(text):
        line = found.group()
        words = _WORD.findall(line)
        long = [word for word in words[1:] if len(word) > 3]
        # In a headline all of whose words have capitals, capitals tell nothing.
        headline = (
            3 <= len(long) <= 20
            and line.rstrip()[-1] not in '.!?…»”"'
            and sum(word[0].isupper() for word in long) > 0.7 * len(long)
        )
        if long and sum(map(str.isupper, long)) > 0.5 * len(long):  # shouted
            words = [word.capitalize() if len(word) > 1 else word for word in words]
        lower.update([word.lower() for word in words if word[0].islower()])
        if any(word[0].isupper() for word in words):
            capital += _capital(words, line, found.start(), headline)
    return capital, lower


def _capital(words: Sequence[str], line: str, base: int, headline: bool) -> Iterator[_Word]:
    """The words of a line that begin with a capital. `base` is where the line begins."""
    for number, (word, token) in enumerate(zip(words, _WORD.finditer(line), strict=True)):
        if word[0].isupper():
            start, end = token.span()
            opens = number == 0 or headline or bool(_OPENS.search(line[max(0, start - 8) : start]))
            yield _Word(base + start, base + end, word, opens)


def _is_name(word: _Word, lower: set[str]) -> bool:
    text = word.text
    if not text[0].isupper() or len(text) < (3 if word.opens else 2):
        return False
    plain = _APOSTROPHE.split(text, 1)[0].lower()
    if plain in _NO_NAME or plain.startswith(_OFFICES):
        return False
    return text.isupper() or not (word.opens and text.lower() in lower)


def _stem(word: str, lang: str, forms: frozenset[str]) -> str:
    """The word without its case ending, as far as that can be told; `forms` are other words of the text."""
    base = _APOSTROPHE.split(word)[0] if lang not in ("uk", "ru") else word
    if len(base) < 2 or base.isupper():
        return base if len(base) > 1 else word
    folded = base.lower()
    if lang == "uk" and folded.endswith("вці") and folded != "чернівці":
        return base[:-2] + "ка"
    if lang in ("ru", "uk") and (not folded.endswith(_WHOLE_ENDINGS) or folded.endswith(("ском", "цком"))):
        for ending in _SLAVIC_ENDINGS:
            if len(base) > 5 and (match := ending.search(folded)):
                return base[: match.start()]
    if lang == "az" and folded not in _WHOLE_WORDS:
        if match := _TURKIC_ENDINGS.search(folded):
            return base[: match.start()]
        if (match := _LOOSE_TURKIC_ENDINGS.search(folded)) and folded[: match.start()] in forms:
            return base[: match.start()]
    return base


# What stands before a place, or before what was struck there. Of Turkic languages the ending tells.
_WHERE = {
    "en": r"(?:in|near|at|outside|over|off|(?:strike|attack|raid)s?\s+(?:on|against))(?: the)?",
    "ru": r"в|во|на|под|над|возле|около|близ|у|(?:удар|атак|нал[её]т|обстрел)\w*\s+по",
    "uk": r"в|у|на|під|над|біля|поблизу|(?:удар|атак|наліт|нальот|обстріл)\w*\s+по",
    "ro": r"în|la|lângă",
}
# "In the southern port city of Mykolaiv", «в портовом городе Николаев».
_KIND = (
    r"(?:\s+[^\W\d_]+){0,3}\s+(?:(?:city|town|port|village|capital|suburb|settlement)(?:\s+of)?|"
    r"город[еу]|порту|селе|пос[её]лке|пригороде|деревне|місті|селі|селищі|передмісті|orașul|satul|comuna|portul)"
)
_PLACED = {
    lang: re.compile(rf"(?<!\w)(?:{words})(?:\s+[^\W\d_]+(?:ern|ой|ом|ій|ому)|{_KIND})?\s+$", re.I)
    for lang, words in _WHERE.items()
}
_PLACED_ENDING = re.compile(r"(?<=.{3})['’]?[dt][aəe](?:k[ıiuü]\w*)?$", re.I)
_REGION = re.compile(
    r"\s+(?:şəhər|rayon|vilayət|bölg|il|ilçe|kent|liman|qəsəbə|kənd|köy|kasaba)\w*[dt][aəe](?:k[ıi])?\b", re.I
)


# "Said in Baku": where somebody spoke, not where it happened.
_SPOKEN = re.compile(
    r"\b(?:said|says|told|announced|speaking|spoke|added|reported|declared|"
    r"(?:сообщ|заяв|рассказ|отмет|подтверд|сказа|говор|уточн|объяв|повідом|розпов|зазнач|підтверд|каза)\w*)"
    r"(?:\s+[\w'-]+)?\s+\w{1,4}\s+$",
    re.I,
)
_SPEAKS = re.compile(r"\s+(?:[\w'-]+ ){0,2}(?:de[dy]i|bildir|söylə|söyle|açıqla|açıkla|belirt|vurğula|vurgula)", re.I)
# What follows the name of a region or stands before it: who is there may be in any of its towns.
_WIDE = re.compile(
    r"\s+(?:region|oblast|province|governorate|county|territory|krai|republic|district|raion|"
    r"област|обл\.|кра[йюяеї]|губерн|республи[кц]|округ|район|"
    r"vilayət|bölg|rayon|respublika|eyalet|ilçe|il\w{0,5}(?![\w'])|cumhuriyet)",
    re.I,
)
_WIDE_BEFORE = re.compile(r"(?:regiun\w+|județ\w+|raion\w+|област\w+|районе?|районі)\s+$", re.I)
_WIDE_ENDING = re.compile(r"щин[аиіыеуюоєї]\w{0,2}$")


def is_wide(text: str, name: FoundName) -> bool:
    """Does the text call the name that of a region, which has many places in it?"""
    before = text[max(0, name.start - 20) : name.start]
    return bool(_WIDE.match(text, name.end) or _WIDE_BEFORE.search(before) or _WIDE_ENDING.search(name.text.casefold()))


def is_located(text: str, name: FoundName, lang: str) -> bool:
    """Does the name stand where a place stands? Languages without such marks say no."""
    lang = lang[:2].lower()
    if lang in ("az", "tr"):
        placed = _PLACED_ENDING.search(name.text) or _REGION.match(text, name.end)
        return bool(placed and not _SPEAKS.match(text, name.end))
    pattern, before = _PLACED.get(lang), text[max(0, name.start - 60) : name.start]
    return bool(pattern and pattern.search(before) and not _SPOKEN.search(before))


_ENDS_SPEECH = re.compile(r"[,!?…]$|(?<!\b\w)\.$")  # but «Lidia K.» is a name


def _quoted(text: str, lang: str) -> Iterator[FoundName]:
    for match in _QUOTED.finditer(text):
        words = match[1].split()
        name = match[1]
        if len(words) <= 4 and len(name) > 2 and name[0].isupper() and not _ENDS_SPEECH.search(name):
            yield FoundName(match.start(1), match.end(1), name, canonical(name, lang))
