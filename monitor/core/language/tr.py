"""Turkish: the suffixes of words that the dictionary does not list, names without apostrophe above all."""

from __future__ import annotations

from monitor.core.language.harmony import TURKISH, expand, own_n_first, strippings

_NOMINAL = """
-:lAr:3 W:nIn:3 C:In:3 W:nI:3 C:I:3 W:yA:3 C:A:4 C:dA:3 W:dA:3 C:dAn:3 W:dAn:3 C:tA:3 C:tAn:3 C:lA:4 V:ylA:3
C:InIn:3 W:sInIn:3 C:InI:3 W:sInI:3 C:InA:3 W:sInA:3 C:IndA:3 W:sIndA:3 C:IndAn:3 W:sIndAn:3 W:sI:3
C:ImIz:3 V:mIz:3 C:InIz:3 V:nIz:3 -:dIr:3 C:tIr:4 C:dAki:3 W:dAki:3 C:taki:3 C:teki:3 C:IndAki:3 W:sIndAki:3
"""
_VERBAL = """
C:Iyor:3 C:IyordI:3 -:dI:3 C:tI:3 -:mIş:3 -:mIştI:3 C:AcAK:3 V:yAcAK:3 C:AcAG:3 V:yAcAG:3
-:mAK:3 -:dIG:3 C:tIG:3 -:mAsI:3 L:mA:4
"""
_SUFFIXES = expand(_NOMINAL + _VERBAL, TURKISH)
_SOFT = {"b": "p", "c": "ç", "d": "t", "ğ": "k"}


def shorter(word: str) -> list[str]:
    """What one suffix less may leave of `word`, longest suffix first."""
    return own_n_first(word, list(strippings(word, _SUFFIXES)))


def hardened(stem: str) -> str:
    """The form in which a dictionary lists a stem softened before a vowel: kitab- → kitap."""
    return stem[:-1] + _SOFT[stem[-1]] if stem[-1:] in _SOFT else stem
