"""Inflectional endings, per language, for words that no dictionary knows: names above all.

`endings` are taken off, longest first, until none fits or less than `least` letters would remain.
`nominative` are the endings under which the dictionary may list the word that an unknown form
belongs to. `guarded` endings also belong to many surnames (Иванов): they are taken off words in small
letters only, or when what remains is in EXTRA (Шахед-ов).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Endings:
    endings: tuple[str, ...]
    nominative: tuple[str, ...]
    guarded: tuple[str, ...] = ()
    least: int = 3
    _known: frozenset[str] = field(init=False)
    _cuts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", frozenset(self.endings))
        object.__setattr__(self, "_cuts", tuple(sorted({-len(ending) for ending in self.endings})))

    def rests(self, word: str) -> list[str]:
        """What remains of a word without each of the endings that it has, the longest first."""
        return [word[:cut] for cut in self._cuts if word[cut:] in self._known]


def _longest_first(words: str) -> tuple[str, ...]:
    return tuple(sorted(words.split(), key=lambda ending: (-len(ending), ending)))


_RU = Endings(
    _longest_first(
        "иями ями ами иях ях ах ого его ому ему ыми ими ией ою ею ей ой ий ый ая яя ое ее ую юю ые ие "
        "ым им ом ем ам ям иям ых их ию ия ии у ю а я о е ы и ь й"
    ),
    ("", "а", "я", "ь", "о", "е", "ие", "ия", "ий", "ый", "ой", "й"),
    guarded=("ов", "ев"),
)
_UK = Endings(
    _longest_first(
        "ями ами ях ах ого ьому ому ими ою ею єю ей ой ий ій ая яя ое ую юю їй їв "
        "им ім їм ом ем єм ам ям их їх ові еві єві у ю а я о е є и і ї ь й"
    ),
    ("", "а", "я", "ь", "о", "е", "ий", "ій", "й", "ія", "єць"),
    guarded=("ів", "ев"),
)
_RO = Endings(
    _longest_first(
        "urilor urile uri ului ul ule ilor elor lor iilor iile ile ele le ei ii iei ia ea ua a ă e i u "
        "iul iului iule oul oului oule ou oare"
    ),
    ("", "ă", "e", "u", "iu", "ie", "i", "a", "ea", "ou"),
)
_TR = Endings((), ("", "mak", "mek"))
_KA = Endings(
    _longest_first(
        "ებისთვის ებისგან ებიდან ებში ებზე ებთან ებით ებმა ებად ებს ების ები "
        "ისთვის ისგან ისკენ იდან დან ში ზე თან მდე მა ით ად ს ის ი ა ო ე ც"
    ),
    ("ი", "ა", "ე", "ო", ""),
)
_HY = Endings(
    _longest_first(
        "ներում ներից ներով ներին ների ները ներն ներ երում երից երով երին երի երը երն եր "
        "ում ից ով ին ի ը ն ու վում ուն ուի ուից ության ությունը ությունից ությամբ ություն"
    ),
    ("", "ա", "ու", "ի", "ություն"),
)
_EN = Endings(("ies", "es", "s"), ("", "e", "y"))

TABLES: dict[str, Endings] = {"ru": _RU, "uk": _UK, "ro": _RO, "tr": _TR, "ka": _KA, "hy": _HY, "en": _EN}

# Words of our field that the dictionaries lack or take for another word. Each is its own lemma.
_EXTRA = {
    "ru": "шахед герань эмбарго нато обсе одкб снг бпла нпз сокар трипп зангезур нигер",
    "uk": "шахед герань ембарго нато обсє нпз бпла сокар зангезур безпілотник",
    "ro": "port dronă",
    "en": "shahed embargo drone",
    "tr": "şahed dron ambargo",
}
EXTRA = {lang: frozenset(words.split()) for lang, words in _EXTRA.items()}
