"""What the judgement needs to know of each language: normal forms, lemmas, function words, detection."""

from monitor.core.language.aspect import is_future
from monitor.core.language.detection import LANGUAGES, detect
from monitor.core.language.folding import fold
from monitor.core.language.heads import Heads
from monitor.core.language.homographs import keys, origin
from monitor.core.language.lemmas import lemma
from monitor.core.language.paradigms import further_forms
from monitor.core.language.words import stopwords

__all__ = [
    "LANGUAGES",
    "Heads",
    "detect",
    "fold",
    "further_forms",
    "is_future",
    "keys",
    "lemma",
    "origin",
    "stopwords",
]
