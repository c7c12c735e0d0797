"""A figure in words, the same whichever language it was read in: “$2 million”, “4 injured”."""

from __future__ import annotations

from monitor.core.model import Figure

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_UNITS = {"m3": "m³", "km2": "km²", "bbl": "barrels", "l": "litres"}
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def figure_words(figure: Figure) -> str:
    """The figure in English, with what it counts."""
    number = _number(figure.value)
    if figure.unit in _SIGNS:
        words = _SIGNS[figure.unit] + number
    elif figure.unit == "percent":
        words = number + "%"
    elif figure.unit == "people":
        words = f"{number} {figure.fate or ('person' if figure.value == 1 else 'people')}"
    else:
        words = f"{number} {_UNITS.get(figure.unit) or figure.unit.replace('_', ' ')}"
    return words + (" in total" if figure.total else "")


def _number(value: float) -> str:
    scale, name = next(((scale, name) for scale, name in _SCALES if abs(value) >= scale), (1.0, ""))
    shown = f"{value / scale:,.3f}".rstrip("0").rstrip(".")
    return f"{shown} {name}".rstrip()
