"""The same text under another link: wire copies, reprints, lightly rewritten and cut ones.

A text becomes a MinHash over its pairs of neighbouring words, once for the whole and once for
its first 120 words. Pairs, not longer shingles: with a quarter of the words exchanged the
Jaccard index is still 0.44 in the middle (0.29 with three words, 0.20 with four), while
different reports of one event reach 0.06 in the middle. The lead apart: a reprint cut to half
has at most 0.5 of the whole in common, yet all of the lead.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from rensa import RMinHash

_VERSION = 1  # of all that follows; signatures of different versions are never alike
_SALT = bytes((_VERSION,))
_WHOLE, _LEAD = 128, 64  # permutations
_WHOLE_SEED, _LEAD_SEED = 20251, 20252
_ROWS = 3  # signature values in a band
_ROW = 4 * _ROWS  # bytes
_WHOLE_BANDS, _LEAD_BANDS = 30, 16  # Jaccard 0.6 meets in 99.9 %, 0.44 in 98 %, 0.05 in 0.6 %
_LEAD_WORDS = 120
_LEAST_WORDS = 30  # below that two texts are the same only word for word
_MOST_WORDS = 5_000  # of a text that are looked at
_FIGURES = 16  # numbers of the lead that are kept

# Measured on ECB+ (1,347 pairs of reports of one event, most of them 40 to 70 words) and on rewrites
# with 6 to 25 % of the words exchanged. Long texts: different reports stay below 0.25, rewrites
# reach 0.36 and more. Short ones share whole phrases ("pleaded not guilty to two charges of", "was
# found guilty on two charges of": 0.41), so that more is asked of them.
SAME = 0.34
SAME_SHORT = 0.5
_SHORT_WORDS = 80

_EXACT, _LIKE = 0, 1  # what kind of signature follows the version
_HEAD = struct.Struct("<BB")
_LAYOUT = struct.Struct(f"<BBH{_WHOLE}I{_LEAD}I{_FIGURES}H")
_VALUES = slice(4, 4 + 4 * (_WHOLE + _LEAD))  # where they stand in a signature, in bytes
_LOW = int("7fffffff" * (_WHOLE + _LEAD), 16)
_IN_WHOLE, _IN_LEAD = int("80000000" * _WHOLE, 16), int("80000000" * _LEAD, 16) << 32 * _WHOLE
_WORD = re.compile(r"\w+")
_NO_LETTERS = re.compile("[\u0300-\u036f’ʼ'\u00ad\u200b]+")  # combining marks, apostrophes, invisible breaks
# What most texts consist of: ASCII, and what begins with these bytes in UTF-8 once the letters and marks of _BARE
# are gone, namely letters without diacritics (U+0240 to U+027F for ə, U+0400 to U+047F for Cyrillic).
_COMMON = bytes((*range(0x80), *range(0x80, 0xC0), 0xC9, 0xD0, 0xD1))
_BARE = (
    *zip("йёїўѓќѐѝѷ", "иеіугкеиѵ", strict=True),
    *zip("çşğöüıâîûășț", "csgouiaiuast", strict=True),
    *((mark, " ") for mark in "«»“”„‘—–…\u00a0"),
    ("’", ""),
    ("№", "no"),
)
_BLANKS = bytes(byte if byte >= 0x80 or chr(byte).isalnum() or chr(byte) == "_" else 0x20 for byte in range(256))


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is kept of a text to know it again.

    `signature` is for `similarity` and `same_text`; `bands` are signed 64-bit keys: near copies
    share at least one of them nearly always, other texts seldom. Without a word in the text
    there are no bands and nothing is like it.
    """

    signature: bytes
    bands: tuple[int, ...]


def likeness(title: str, text: str) -> Likeness:
    """The likeness of an article. The title counts only where there is no text: copies change it."""
    words = _words(text) or _words(title)
    if not words:
        return Likeness(_HEAD.pack(_VERSION, _EXACT), ())
    if len(words) < _LEAST_WORDS:
        digest = blake2b(b" ".join(words), digest_size=16).digest()
        return Likeness(_HEAD.pack(_VERSION, _EXACT) + digest, (_key(b"exact" + digest),))
    pairs = list(map(b" ".join, pairwise(words)))
    whole = _minhash(pairs, _WHOLE, _WHOLE_SEED)
    lead = _minhash(pairs[: _LEAD_WORDS - 1], _LEAD, _LEAD_SEED)
    signature = _LAYOUT.pack(_VERSION, _LIKE, len(words), *whole, *lead, *_figures(words[:_LEAD_WORDS]))
    return Likeness(signature, (*_bands(b"w", whole, _WHOLE_BANDS), *_bands(b"l", lead, _LEAD_BANDS)))


def bands_of(signature: bytes) -> tuple[int, ...]:
    """The bands of a signature that was kept without them; none for one of another version."""
    if signature[:1] != bytes((_VERSION,)) or len(signature) <= _HEAD.size:
        return ()
    if signature[1] == _EXACT:
        return (_key(b"exact" + signature[_HEAD.size :]),)
    if len(signature) != _LAYOUT.size:
        return ()
    values = list(_LAYOUT.unpack(signature)[3:])
    whole, lead = values[:_WHOLE], values[_WHOLE : _WHOLE + _LEAD]
    return (*_bands(b"w", whole, _WHOLE_BANDS), *_bands(b"l", lead, _LEAD_BANDS))


def similarity(a: bytes, b: bytes) -> float:
    """How alike two signatures are, 0 to 1: the higher of the Jaccard estimates of whole and lead.

    The standard error is 0.04 for the whole and 0.06 for the lead.
    """
    if a[:2] != b[:2] or len(a) != len(b) or len(a) <= _HEAD.size:
        return 0.0
    if a[1] == _EXACT:
        return float(a == b)
    # Equal values of 32 bits leave zeros in the XOR of both, found in all at once: adding 2³¹−1 to 31 bits
    # sets the 32nd unless they are all zero.
    apart = int.from_bytes(a[_VALUES], "little") ^ int.from_bytes(b[_VALUES], "little")
    unequal = (apart & _LOW) + _LOW | apart
    return max(1 - (unequal & _IN_WHOLE).bit_count() / _WHOLE, 1 - (unequal & _IN_LEAD).bit_count() / _LEAD)


def same_text(a: bytes, b: bytes) -> bool:
    """Whether one is a copy of the other.

    Daily bulletins say the same words with other numbers: where both leads hold three numbers or
    more and less than half of them agree, it is another text however alike.
    """
    alike = similarity(a, b)
    if alike < SAME or a[1] == _EXACT:
        return alike == 1.0
    if alike < SAME_SHORT and min(_LAYOUT.unpack(a)[2], _LAYOUT.unpack(b)[2]) < _SHORT_WORDS:
        return False
    left, right = _kept_figures(a), _kept_figures(b)
    fewest = min(len(left), len(right))
    return fewest < 3 or len(left & right) * 2 >= fewest


def _words(text: str) -> list[bytes]:
    """The words in UTF-8, without diacritics: outlets differ in writing them, and I is four letters in Azerbaijani."""
    text = text[: _MOST_WORDS * 12]
    return (_common_words(text) or _all_words(text))[:_MOST_WORDS]


def _all_words(text: str) -> list[bytes]:
    plain = unicodedata.normalize("NFKD", text).lower().replace("ı", "i")
    return [word.encode() for word in _WORD.findall(_NO_LETTERS.sub("", plain))]


def _common_words(text: str) -> list[bytes]:
    """The same in a third of the time, for a text all of whose letters are common; for others nothing."""
    plain = text
    if not text.isascii():
        plain = plain.replace("İ", "i").lower()
        for letter, bare in _BARE:
            plain = plain.replace(letter, bare)
    encoded = (plain if plain is not text else plain.lower()).encode(errors="replace")
    return [] if encoded.translate(None, _COMMON) else encoded.translate(_BLANKS, b"'").split()


def _minhash(pairs: list[bytes], permutations: int, seed: int) -> list[int]:
    hashed = RMinHash(num_perm=permutations, seed=seed)
    hashed.update(pairs)
    return list(hashed.digest())


def _bands(salt: bytes, values: list[int], bands: int) -> tuple[int, ...]:
    packed = struct.pack(f"<{bands * _ROWS}I", *values[: bands * _ROWS])
    return tuple(_key(salt + bytes((number,)) + packed[number * _ROW : (number + 1) * _ROW]) for number in range(bands))


def _key(value: bytes) -> int:
    return int.from_bytes(blake2b(_SALT + value, digest_size=8).digest(), "big", signed=True)


def _figures(words: list[bytes]) -> list[int]:
    """Short hashes of the numbers in the lead, smallest first; 0 where there are no more."""
    numbers = {word for word in words if word.decode()[0].isdigit()}
    hashes = sorted({int.from_bytes(blake2b(n, digest_size=2).digest(), "big") or 1 for n in numbers})
    return [*hashes, *[0] * _FIGURES][:_FIGURES]


def _kept_figures(signature: bytes) -> set[int]:
    return set(_LAYOUT.unpack(signature)[-_FIGURES:]) - {0}
