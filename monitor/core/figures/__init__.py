"""Numbers with a unit, in base units: "2 млн долларов" and "$2m" are both 2,000,000 USD.

A number without a unit is no figure; years and dates have none. Of a range or a list ("two to
three million dollars", "122 and 155 mm") every number is one.
"""

from monitor.core.figures.counting import counted
from monitor.core.figures.people import fate_of
from monitor.core.figures.reader import FoundFigure, find_figures, in_other_units, same_figure
from monitor.core.figures.units import COUNTED, CURRENCIES, MONEY, is_unit, unit_called
from monitor.core.figures.wording import figure_words

__all__ = [
    "COUNTED",
    "CURRENCIES",
    "MONEY",
    "FoundFigure",
    "counted",
    "fate_of",
    "figure_words",
    "find_figures",
    "in_other_units",
    "is_unit",
    "same_figure",
    "unit_called",
]
