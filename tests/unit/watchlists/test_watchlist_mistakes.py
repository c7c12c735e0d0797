"""The golden table of mistakes: each gives exactly these words at exactly this place, and nothing else."""
# ruff: noqa: E501 - a table of messages as they are printed

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.core.figures import COUNTED, CURRENCIES
from monitor.errors import ConfigurationError
from monitor.watchlists import load, load_seeds

HEAD = "version: 1\nterms:\n  fire: {en: [fire]}\n  depot: {en: [depot]}\nrules:\n"
EVENT = "  - {id: one, kind: event, title: One, match: {all: [fire]}"
MATCH = HEAD + "  - {id: one, kind: event, title: One, match: {all: [depot], "
PACKED = MATCH.replace("rules:", "packs: {noise: [fire]}\nrules:")
STATE = "  - {id: one, kind: state, title: One, match: {all: [fire]}"
SEED = "version: 1\ndocument: {id: d, outlet: O, title: T, date: 2025-08-12, language: en}\n"


def _unit(word: str, hint: str = "") -> str:
    known = f"known: money, {', '.join(COUNTED)}, the currencies {', '.join(CURRENCIES)}, and every term"
    return f"w/a.yaml:6:82: no figure has the unit “{word}” ({hint}{known})"


WATCHLISTS: dict[str, tuple[str | bytes, list[str]]] = {
    "unknown top key": ("version: 1\nrule: []\n", ["w/a.yaml:2:1: unknown key “rule” (did you mean “rules”?)"]),
    "no version": ("rules: []\n", ["w/a.yaml:1:1: the key “version” is missing (write “version: 1” at the top)"]),
    "wrong version": (
        "version: 2\n",
        ["w/a.yaml:1:10: expected version 1, found the number 2 (this program reads version 1 only)"],
    ),
    "top level list": ("- a\n", ["w/a.yaml:1:1: expected a mapping, found a list (write key: value lines below it)"]),
    "empty file": ("# nothing\n", ["w/a.yaml:1:1: the file is empty (begin with “version: 1”)"]),
    "duplicate key": (
        "version: 1\nterms:\n  fire: {en: [a]}\n  fire: {en: [b]}\n",
        ["w/a.yaml:4:3: the key “fire” stands twice (it is also at line 3; keep one of the two)"],
    ),
    "alias": (
        "version: 1\nterms: {fire: {en: [&x fire, *x]}}\n",
        [
            "w/a.yaml:2:21: anchors (&name) are not used here (put text that begins with & in quotes)",
            "w/a.yaml:2:30: aliases (*name) are not used here (put text that begins with * in quotes)",
        ],
    ),
    "tag": (
        "version: 1\nterms: {fire: {en: [!!str fire]}}\n",
        ["w/a.yaml:2:21: tags (!name) are not used here (put text that begins with ! in quotes)"],
    ),
    "tab": (
        "version: 1\nterms:\n\tfire: {en: [a]}\n",
        ["w/a.yaml:3:1: a tab stands in the indentation (indent with spaces)"],
    ),
    "tab after spaces": (
        "version: 1\nterms:\n  fire:\n  \ten: [a]\n",
        ["w/a.yaml:4:3: a tab stands in the indentation (indent with spaces)"],
    ),
    "unclosed list": (
        "version: 1\nterms:\n  fire: {en: [a, b}\n",
        ["w/a.yaml:3:19: a list is not closed, or a comma is missing (write [one, two])"],
    ),
    "missing value": (
        "version: 1\nterms:\n  fire: {en: [a, , b]}\n",
        ["w/a.yaml:3:18: a value is missing, or a list is not closed (write [one, two])"],
    ),
    "unclosed quote": (
        "version: 1\nterms:\n  fire: {en: ['a]}\n",
        ["w/a.yaml:4:1: a quotation mark is never closed (close it with the same mark; it began at line 3)"],
    ),
    "colon in text": (
        "version: 1\nrules:\n  - id: one\n    title: Fire: at night\n",
        [
            "w/a.yaml:4:16: a “:” stands where no key can be (put text that contains “: ” in quotes, and align keys of one mapping)"
        ],
    ),
    "lone star unquoted": (
        "version: 1\nterms:\n  fire: {en: [*]}\n",
        ["w/a.yaml:3:16: a “*” or “&” begins this value (put text that begins with * or & in quotes)"],
    ),
    "template": (
        "version: 1\nrules:\n  - {id: {{x}}}\n",
        ["w/a.yaml:3:11: a list or mapping stands where a key should (put text with [ or { in quotes)"],
    ),
    "second document": (
        "version: 1\n---\nversion: 1\n",
        ["w/a.yaml:2:1: a second document begins here (delete the line “---” or make two files)"],
    ),
    "reserved character": (
        "version: 1\nterms:\n  fire: {en: [@a]}\n",
        ["w/a.yaml:3:15: this character cannot begin a value (put the value in quotes)"],
    ),
    "bad indentation": (
        "version: 1\nterms:\n  fire: {en: [a]}\n depot: {en: [b]}\n",
        [
            "w/a.yaml:4:2: this does not fit what stands before it (check indentation, quotes and brackets; it began at line 1)"
        ],
    ),
    "list item out of line": (
        "version: 1\nrules:\n  - a\n  b: c\n",
        ["w/a.yaml:4:3: a list item must begin with “- ” (check the indentation; it began at line 3)"],
    ),
    "backslash": (
        'version: 1\nterms: {fire: {en: ["\\d"]}}\n',
        ["w/a.yaml:2:22: “\\” means something special in double quotes (use single quotes)"],
    ),
    "control character": (
        "version: 1\nterms: {fire: {en: [a\x07]}}\n",
        ["w/a.yaml:2:22: the invisible character U+0007 must not stand in the file (delete it)"],
    ),
    "not utf8": (
        b"version: 1\nterms: {fire: {ru: [\xef\xe5]}}\n",
        ["w/a.yaml:2:21: the file is not UTF-8 text (save it with encoding UTF-8)"],
    ),
    "misspelt key": (
        HEAD + EVENT + ", severty: high}\n",
        ["w/a.yaml:6:62: unknown key “severty” (did you mean “severity”?)"],
    ),
    "misspelt required key": (
        HEAD + "  - {id: one, knd: event, title: One, match: {all: [fire]}}\n",
        ["w/a.yaml:6:15: unknown key “knd” (did you mean “kind”?)"],
    ),
    "far key": (
        HEAD + EVENT + ", zzz: 1}\n",
        [
            "w/a.yaml:6:62: unknown key “zzz” (known keys: id, kind, title, match, description, severity, channels, enabled, stage, updates, context, steps, states, initial, denied, considered, same_event, quantity, volume, examples)"
        ],
    ),
    "missing key": (
        HEAD + "  - {id: one, kind: event, match: {all: [fire]}}\n",
        ["w/a.yaml:6:5: the key “title” is missing"],
    ),
    "bad kind": (
        HEAD + "  - {id: one, kind: events, title: One, match: {all: [fire]}}\n",
        ["w/a.yaml:6:21: expected event, state, quantity or volume, found “events” (did you mean “event”?)"],
    ),
    "bad stage": (
        HEAD + EVENT + ", stage: shadw}\n",
        ["w/a.yaml:6:69: expected live or shadow, found “shadw” (did you mean “shadow”?)"],
    ),
    "bad severity": (
        HEAD + EVENT + ", severity: urgent}\n",
        ["w/a.yaml:6:72: expected critical, high, medium or low, found “urgent”"],
    ),
    "bad id": (
        HEAD + "  - {id: Oil Depot, kind: event, title: One, match: {all: [fire]}}\n",
        ["w/a.yaml:6:10: an id is made of a–z, 0–9 and single “-” (at most 64) (for example “oil-depot”)"],
    ),
    "number for text": (
        HEAD + "  - {id: one, kind: event, title: 2025, match: {all: [fire]}}\n",
        ["w/a.yaml:6:35: expected text, found the number 2025 (put it in quotes)"],
    ),
    "yes for true": (HEAD + EVENT + ", updates: yes}\n", ["w/a.yaml:6:71: expected true, false or ring, found “yes”"]),
    "null": (
        HEAD + "  - id: one\n    kind: event\n    title: One\n    match: {all: [fire]}\n    description:\n",
        ["w/a.yaml:10:17: expected text, found nothing (write a value, or remove the key)"],
    ),
    "text for list": (
        HEAD + "  - {id: one, kind: event, title: One, match: {all: fire}}\n",
        ["w/a.yaml:6:53: expected a list, found text (write [one, two], or one item a line, each after “- ”)"],
    ),
    "within 0": (
        HEAD + "  - {id: one, kind: event, title: One, match: {all: [fire], within: 0}}\n",
        ["w/a.yaml:6:69: expected a number of at least 1, found 0"],
    ),
    "duplicate rule id": (
        HEAD + EVENT + "}\n  - {id: one, kind: event, title: One, match: {all: [fire]}}\n",
        [
            "w/a.yaml:7:10: the rule id “one” is used twice (it is also used at w/a.yaml:6:10; give one of them another id)"
        ],
    ),
    "undefined term": (
        HEAD + "  - {id: one, kind: event, title: One, match: {all: [fire], none: ['depo | fire']}}\n",
        ["w/a.yaml:6:68: there is no term “depo” (did you mean “depot”?)"],
    ),
    "undefined term in context": (
        HEAD + EVENT + ", context: {all: [[fire, fires]]}}\n",
        ["w/a.yaml:6:78: there is no term “fires” (did you mean “fire”?)"],
    ),
    "undefined term in step": (
        HEAD + EVENT + ", steps: [{id: hit, cues: [fir], needs: [zzz], unless: [depots]}]}\n",
        [
            "w/a.yaml:6:87: there is no term “fir” (did you mean “fire”?)",
            "w/a.yaml:6:101: there is no term “zzz” (define it under “terms” in any watchlist file)",
            "w/a.yaml:6:116: there is no term “depots” (did you mean “depot”?)",
        ],
    ),
    "bar without name": (
        HEAD + "  - {id: one, kind: event, title: One, match: {all: ['fire |']}}\n",
        ["w/a.yaml:6:54: a name is missing beside “|” (write one | other)"],
    ),
    "no positive condition": (
        HEAD + "  - {id: one, kind: event, title: One, match: {none: [fire]}}\n",
        [
            "w/a.yaml:6:47: the rule has no positive condition: “all” is empty (name at least one term that must be there)"
        ],
    ),
    "no words": (
        "version: 1\nterms:\n  fire: {}\n",
        ["w/a.yaml:3:9: a term without words (write en: [word, other word])"],
    ),
    "empty language": (
        "version: 1\nterms:\n  fire: {en: []}\n",
        ["w/a.yaml:3:14: a term without words (write en: [word, other word])"],
    ),
    "language": (
        "version: 1\nterms:\n  fire: {eng: [fire]}\n",
        ["w/a.yaml:3:10: expected en, ru, uk, az, tr, hy, ka, ro or any, found “eng” (did you mean “en”?)"],
    ),
    "term name": (
        "version: 1\nterms:\n  Oil Fire: {en: [fire]}\n",
        ["w/a.yaml:3:3: a term's name is made of a–z, 0–9, “_” and “-” (for example “oil_fire”)"],
    ),
    "term is list": (
        "version: 1\nterms:\n  fire: [fire]\n",
        ["w/a.yaml:3:9: expected a mapping, found a list (write key: value lines below it)"],
    ),
    "word empty": (
        "version: 1\nterms:\n  fire: {en: ['']}\n",
        ["w/a.yaml:3:15: an empty word (remove it, or write the word)"],
    ),
    "word star": (
        "version: 1\nterms:\n  fire: {en: ['*']}\n",
        ["w/a.yaml:3:15: “*” alone would match every word (write the beginning of the word before it: sanction*)"],
    ),
    "word equals": (
        "version: 1\nterms:\n  fire: {en: [=]}\n",
        ["w/a.yaml:3:15: “=” stands alone (write =AZAL, without a space)"],
    ),
    "word star inside": (
        "version: 1\nterms:\n  fire: {en: [f*re]}\n",
        ["w/a.yaml:3:15: “*” stands inside “f*re” (it may only end a word: sanction*)"],
    ),
    "word short prefix": (
        "version: 1\nterms:\n  fire: {en: [fi*]}\n",
        ["w/a.yaml:3:15: “fi*” is too short (write at least 3 letters before “*”)"],
    ),
    "word gap": (
        "version: 1\nterms:\n  fire: {en: [lift ~ ban]}\n",
        ["w/a.yaml:3:15: “~” needs a number from 1 to 20 (write lift ~3 ban)"],
    ),
    "word gap at end": (
        "version: 1\nterms:\n  fire: {en: [lift ~3]}\n",
        ["w/a.yaml:3:15: “~3” must stand between two words; “lift” is the only one beside it (write lift ~3 ban)"],
    ),
    "word gap too wide": (
        "version: 1\nterms:\n  fire: {en: [lift ~99 ban]}\n",
        ["w/a.yaml:3:15: “~” needs a number from 1 to 20 (write lift ~3 ban)"],
    ),
    "word both": (
        "version: 1\nterms:\n  fire: {en: [=fire*]}\n",
        ["w/a.yaml:3:15: “=” and “*” exclude each other in “=fire*” (write =AZAL or AZAL*)"],
    ),
    "word no letter": ("version: 1\nterms:\n  fire: {en: ['!!']}\n", ["w/a.yaml:3:15: “!!” has no letter or digit"]),
    "word bar": (
        "version: 1\nterms:\n  fire: {en: [fire|flame]}\n",
        ["w/a.yaml:3:15: “|” has no place in a word (make each alternative an item of its own)"],
    ),
    "word number": (
        "version: 1\nterms:\n  fire: {en: [8243]}\n",
        ["w/a.yaml:3:15: expected text, found the number 8243 (put it in quotes)"],
    ),
    "state without states": (HEAD + STATE + "}\n", ["w/a.yaml:6:21: a rule of kind state needs “states”"]),
    "initial undefined": (
        HEAD + STATE + ", states: [{id: burning, cues: [fire]}], initial: burnin}\n",
        ["w/a.yaml:6:110: “burnin” is not one of the rule's states (did you mean “burning”?)"],
    ),
    "denied undefined": (
        HEAD + STATE + ", states: [{id: burning, cues: [fire]}], denied: out}\n",
        ["w/a.yaml:6:109: “out” is not one of the rule's states (states: burning)"],
    ),
    "considered undefined": (
        HEAD + STATE + ", states: [{id: burning, cues: [fire]}], considered: Burning}\n",
        ["w/a.yaml:6:113: “Burning” is not one of the rule's states (did you mean “burning”?)"],
    ),
    "event with states": (
        HEAD + EVENT + ", states: [{id: burning, cues: [fire]}]}\n",
        [
            "w/a.yaml:6:62: a rule of kind event has no “states” (“states” belongs to rules of kind state; event rules have “steps”)"
        ],
    ),
    "quantity without": (
        HEAD + "  - {id: one, kind: quantity, title: One, match: {all: [fire]}}\n",
        ["w/a.yaml:6:21: a rule of kind quantity needs “quantity”"],
    ),
    "volume without": (
        HEAD + "  - {id: one, kind: volume, title: One, match: {all: [fire]}}\n",
        ["w/a.yaml:6:21: a rule of kind volume needs “volume”"],
    ),
    "unit by what articles call it": (
        HEAD + "  - {id: one, kind: quantity, title: One, match: {all: [fire]}, quantity: {unit: tonnes}}\n",
        [_unit("tonnes", "did you mean “t”? ")],
    ),
    "unit by its sign": (
        HEAD + "  - {id: one, kind: quantity, title: One, match: {all: [fire]}, quantity: {unit: '$'}}\n",
        [_unit("$", "did you mean “USD”? ")],
    ),
    "unit that is like none": (
        HEAD + "  - {id: one, kind: quantity, title: One, match: {all: [fire]}, quantity: {unit: acres}}\n",
        [_unit("acres")],
    ),
    "unit that no figure has": (
        HEAD + "  - {id: one, kind: quantity, title: One, match: {all: [fire]}, quantity: {unit: percnt}}\n",
        [_unit("percnt", "did you mean “percent”? ")],
    ),
    "term beside a figure that is not there": (
        HEAD + "  - {id: one, kind: quantity, title: One, match: {all: [fire]}, quantity: {unit: t, beside: [fira]}}\n",
        ["w/a.yaml:6:94: there is no term “fira” (did you mean “fire”?)"],
    ),
    "term that tells events apart, and is none": (
        HEAD + EVENT + ", same_event: {by: [depot, fira]}}\n",
        ["w/a.yaml:6:87: there is no term “fira” (did you mean “fire”?)"],
    ),
    "timeline that runs backwards": (
        HEAD
        + EVENT
        + ", examples: [{timeline: [{text: a, published: 2030-05-02}, {text: b},\n"
        + "       {text: c, published: 2030-05-02T00:30:00}, {text: d, published: 2030-05-02T09:00:00+06:00}]}]}\n",
        [
            "w/a.yaml:7:29: the timeline runs backwards: the text above is of 2030-05-02T01:00Z (order the texts by time; one without “published” comes an hour after the one above)"
        ],
    ),
    "event with quantity": (
        HEAD + EVENT + ", quantity: {unit: money}}\n",
        ["w/a.yaml:6:62: a rule of kind event has no “quantity” (“quantity” belongs to rules of kind quantity)"],
    ),
    "duplicate step": (
        HEAD + EVENT + ", steps: [{id: hit, cues: [fire]}, {id: hit, cues: [depot]}]}\n",
        ["w/a.yaml:6:100: the id “hit” is used twice in “steps”"],
    ),
    "step without cues": (HEAD + EVENT + ", steps: [{id: hit, cues: []}]}\n", ["w/a.yaml:6:86: must not be empty"]),
    "state without cues": (
        HEAD + STATE + ", states: [{id: burning, cues: []}]}\n",
        [
            "w/a.yaml:6:91: must not be empty (only the initial, denied and considered states can do without)",
        ],
    ),
    "duration": (
        HEAD + EVENT + ", same_event: {memory: 7 days}}\n",
        ["w/a.yaml:6:83: expected a duration such as 90s, 30m, 12h, 7d or 2w, found “7 days”"],
    ),
    "duration number": (
        HEAD + EVENT + ", same_event: {memory: 7}}\n",
        ["w/a.yaml:6:83: expected a duration such as 90s, 30m, 12h, 7d or 2w, found the number 7"],
    ),
    "negative minimum": (
        HEAD
        + "  - {id: one, kind: quantity, title: One, match: {all: [fire]}, quantity: {unit: money, minimum: -1}}\n",
        ["w/a.yaml:6:98: expected a number of at least 0, found -1"],
    ),
    "example without text": (
        HEAD + EVENT + ", examples: [{expect: new}]}\n",
        ["w/a.yaml:6:73: an example has either “text” or “timeline” (a headline alone goes under “text”, too)"],
    ),
    "example both": (
        HEAD + EVENT + ", examples: [{expect: new, timeline: [{text: a}]}]}\n",
        [
            "w/a.yaml:6:73: beside “timeline” only “name” and “seeds” may stand (move the other keys to the texts of the timeline)"
        ],
    ),
    "example expect": (
        HEAD + EVENT + ", examples: [{text: a, expect: news}]}\n",
        [
            "w/a.yaml:6:91: expected new, followup, known, quiet, unmatched or silent, found “news” (did you mean “new”?)"
        ],
    ),
    "example published": (
        HEAD + EVENT + ", examples: [{text: a, published: yesterday}]}\n",
        ["w/a.yaml:6:94: expected a time such as 2025-08-27T06:00:00Z, found “yesterday”"],
    ),
    "example step": (
        HEAD + EVENT + ", steps: [{id: hit, cues: [fire]}], examples: [{text: a, step: hitt}]}\n",
        ["w/a.yaml:6:123: the rule has no step or state “hitt” (did you mean “hit”?)"],
    ),
    "example timeline step": (
        HEAD + EVENT + ", examples: [{timeline: [{text: a}, {text: b, step: hit}]}]}\n",
        ["w/a.yaml:6:112: the rule has no step or state “hit” (known: none)"],
    ),
    "fraction for whole number": (
        HEAD + EVENT + ", same_event: {days: 1.5}}\n",
        ["w/a.yaml:6:81: expected a whole number, found the number 1.5"],
    ),
    "updates of an unknown kind": (
        HEAD + EVENT + ", updates: loud}\n",
        ["w/a.yaml:6:71: expected true, false or ring, found “loud”"],
    ),
    "unknown channel key in rule": (
        HEAD + EVENT + ", chanels: [x], severity: hgh}\n",
        [
            "w/a.yaml:6:62: unknown key “chanels” (did you mean “channels”?)",
            "w/a.yaml:6:86: expected critical, high, medium or low, found “hgh” (did you mean “high”?)",
        ],
    ),
    "two mistakes in one rule": (
        HEAD + EVENT + ", severty: high, context: {all: [fires]}}\n",
        [
            "w/a.yaml:6:62: unknown key “severty” (did you mean “severity”?)",
            "w/a.yaml:6:93: there is no term “fires” (did you mean “fire”?)",
        ],
    ),
}

CONDITIONS: dict[str, tuple[str | bytes, list[str]]] = {
    "near beyond the passage": (
        MATCH + "near: [{terms: [fire, depot], sentences: 3}]}}\n",
        [
            "w/a.yaml:6:103: 3 sentences, but a passage of this rule reaches no further than 2 (write within: 3, or fewer sentences)"
        ],
    ),
    "any empty": (MATCH + "any: []}}\n", ["w/a.yaml:6:67: must not be empty"]),
    "any unknown": (
        MATCH + "any: [fire, depo]}}\n",
        ["w/a.yaml:6:74: there is no term “depo” (did you mean “depot”?)"],
    ),
    "any text": (
        MATCH + "any: fire}}\n",
        ["w/a.yaml:6:67: expected a list, found text (write [one, two], or one item a line, each after “- ”)"],
    ),
    "near one item": (
        MATCH + "near: [{terms: [fire], words: 3}]}}\n",
        ["w/a.yaml:6:69: “near” needs two items at least (name what must stand close together: [depot, fire])"],
    ),
    "near no measure": (
        MATCH + "near: [{terms: [fire, depot]}]}}\n",
        ["w/a.yaml:6:69: “near” has either “words” or “sentences” (write words: 8, or sentences: 2)"],
    ),
    "near both": (
        MATCH + "near: [{terms: [fire, depot], words: 3, sentences: 1}]}}\n",
        ["w/a.yaml:6:69: “near” has either “words” or “sentences” (write words: 8, or sentences: 2)"],
    ),
    "near negative": (
        MATCH + "near: [{terms: [fire, depot], words: -3}]}}\n",
        ["w/a.yaml:6:99: expected a number of at least 0, found -3"],
    ),
    "near 0 sentences": (
        MATCH + "near: [{terms: [fire, depot], sentences: 0}]}}\n",
        ["w/a.yaml:6:103: expected a number of at least 1, found 0"],
    ),
    "near unknown": (
        MATCH + "near: [{terms: ['fire | fires', depot], sentences: 2}]}}\n",
        ["w/a.yaml:6:78: there is no term “fires” (did you mean “fire”?)"],
    ),
    "near mapping": (
        MATCH + "near: {terms: [fire, depot], sentences: 2}}}\n",
        [
            "w/a.yaml:6:68: expected a list, found a mapping (key: value) (write [one, two], or one item a line, each after “- ”)"
        ],
    ),
    "near key": (
        MATCH + "near: [{terms: [fire, depot], word: 2}]}}\n",
        ["w/a.yaml:6:92: unknown key “word” (did you mean “words”?)"],
    ),
    "near empty": (MATCH + "near: []}}\n", ["w/a.yaml:6:68: must not be empty"]),
    "in wrong": (
        MATCH + "in: [titel]}}\n",
        ["w/a.yaml:6:67: expected title, lead or body, found “titel” (did you mean “title”?)"],
    ),
    "in text": (
        MATCH + "in: title}}\n",
        ["w/a.yaml:6:66: expected a list, found text (write [one, two], or one item a line, each after “- ”)"],
    ),
    "in empty": (MATCH + "in: []}}\n", ["w/a.yaml:6:66: must not be empty"]),
    "in context": (
        MATCH + "in: [title]}, context: {in: [lead]}}\n",
        [
            "w/a.yaml:6:86: “context” has no “in” (“in” says where the cue must stand: write it in “match”, or in a step)"
        ],
    ),
    "in step disjoint": (
        MATCH + "in: [title, lead]}, steps: [{id: hit, cues: [fire], in: [body]}]}\n",
        ["w/a.yaml:6:118: the rule wants its cues in title or lead only (take one of the two “in” away)"],
    ),
    "score unreachable": (
        MATCH + "score: {terms: {fire: 2, depot: -1}, threshold: 3}}}\n",
        ["w/a.yaml:6:69: the weights reach 2 at most, the threshold is 3 (raise the weights, or lower the threshold)"],
    ),
    "score zero weight": (
        MATCH + "score: {terms: {fire: 2, depot: 0}, threshold: 1}}}\n",
        ["w/a.yaml:6:69: a weight of 0 has no effect (remove the term, or give it another weight)"],
    ),
    "score threshold": (
        MATCH + "score: {terms: {fire: 2}, threshold: 0}}}\n",
        ["w/a.yaml:6:99: expected a number of more than 0, found 0"],
    ),
    "score unknown": (
        MATCH + "score: {terms: {fire: 2, depo: 1}, threshold: 1}}}\n",
        ["w/a.yaml:6:87: there is no term “depo” (did you mean “depot”?)"],
    ),
    "score text": (
        MATCH + "score: {terms: {fire: much}, threshold: 1}}}\n",
        ["w/a.yaml:6:84: expected a number, found “much”"],
    ),
    "score list": (
        MATCH + "score: {terms: [fire], threshold: 1}}}\n",
        ["w/a.yaml:6:77: expected a mapping, found a list (write key: value lines below it)"],
    ),
    "score no threshold": (MATCH + "score: {terms: {fire: 1}}}}\n", ["w/a.yaml:6:69: the key “threshold” is missing"]),
    "score empty": (MATCH + "score: {terms: {}, threshold: 1}}}\n", ["w/a.yaml:6:77: must not be empty"]),
    "pack unknown": (
        MATCH + "none: [pack:noise]}}\n",
        ["w/a.yaml:6:69: there is no pack “noise” (define it under “packs” in any watchlist file)"],
    ),
    "pack space": (
        MATCH + "none: [pack: noise]}}\n",
        ["w/a.yaml:6:69: a space after “pack:” makes a mapping of it (write pack:name)"],
    ),
    "pack name for term": (
        PACKED + "none: [noise]}}\n",
        ["w/a.yaml:7:69: there is no term “noise” (there is a pack of this name: write pack:noise)"],
    ),
    "pack in all": (
        PACKED + "any: [pack:noise]}}\n",
        [
            "w/a.yaml:7:68: the pack “noise” cannot stand here (packs belong in the “none”, “none_in_title” and “unless” of rules)"
        ],
    ),
    "pack misspelt": (
        PACKED + "none_in_title: ['fire | pack:nose']}}\n",
        ["w/a.yaml:7:78: there is no pack “nose” (did you mean “noise”?)"],
    ),
    "pack of unknown": (
        "version: 1\nterms: {fire: {en: [fire]}}\npacks: {noise: [fir, pack:noise]}\n",
        [
            "w/a.yaml:3:17: there is no term “fir” (did you mean “fire”?)",
            "w/a.yaml:3:22: the pack “noise” cannot stand here (packs belong in the “none”, “none_in_title” and “unless” of rules)",
        ],
    ),
    "pack empty": ("version: 1\npacks: {noise: []}\n", ["w/a.yaml:2:16: must not be empty"]),
    "pack name": (
        "version: 1\nterms: {fire: {en: [fire]}}\npacks: {No Noise: [fire]}\n",
        ["w/a.yaml:3:9: a term's name is made of a–z, 0–9, “_” and “-” (for example “no_noise”)"],
    ),
    "pack list": (
        "version: 1\npacks: [noise]\n",
        ["w/a.yaml:2:8: expected a mapping, found a list (write key: value lines below it)"],
    ),
    "contradiction": (
        MATCH + "none: ['fire | depot']}}\n",
        [
            "w/a.yaml:6:54: “depot” must be there, and by “none” must not: nothing would ever match (take it out of one of the two)"
        ],
    ),
    "contradiction pack": (
        "version: 1\nterms:\n  fire: {en: [fire]}\n  depot: {en: [depot]}\npacks: {noise: [fire, depot]}\nrules:\n  - {id: one, kind: event, title: One, match: {all: [depot], none: [pack:noise]}}\n",
        [
            "w/a.yaml:7:54: “depot” must be there, and by “none” must not: nothing would ever match (take it out of one of the two)"
        ],
    ),
    "contradiction any": (
        MATCH + "any: [fire], none: [fire]}}\n",
        [
            "w/a.yaml:6:67: “fire” must be there, and by “none” must not: nothing would ever match (take it out of one of the two)"
        ],
    ),
    "contradiction context": (
        MATCH + "any: [fire]}, context: {all: [fire], none: [fire]}}\n",
        [
            "w/a.yaml:6:92: “fire” must be there, and by “none” must not: nothing would ever match (take it out of one of the two)"
        ],
    ),
    "contradiction step": (
        MATCH + "any: [fire]}, steps: [{id: hit, cues: [fire], beside: [depot], unless: [depot]}]}\n",
        [
            "w/a.yaml:6:117: “depot” must be there, and by “unless” must not: nothing would ever match (take it out of one of the two)"
        ],
    ),
    "pattern broken": (
        "version: 1\nterms:\n  fire: {en: ['/(fire/']}\n",
        ["w/a.yaml:3:15: no regular expression: missing ) at character 6 of it"],
    ),
    "pattern empty": (
        "version: 1\nterms:\n  fire: {en: ['/(fire)?/']}\n",
        ["w/a.yaml:3:15: the pattern also matches nothing at all (add what must be there; + asks for one more than *)"],
    ),
    "pattern half": (
        "version: 1\nterms:\n  fire: {en: ['/fire']}\n",
        ["w/a.yaml:3:15: a pattern begins and ends with “/” (write '/No\\. \\d{3}/')"],
    ),
    "pattern all": (
        "version: 1\nterms:\n  fire: {en: ['/\\w+/']}\n",
        ["w/a.yaml:3:15: the pattern matches every word (add what must be there)"],
    ),
    "pattern slow": (
        "version: 1\nterms:\n  fire: {en: ['/(\\w+ ?)+[!?]/']}\n",
        [
            "w/a.yaml:3:15: the pattern takes too long on some texts (let no repeat stand within another, and bound what may be between: [^.]{0,40})"
        ],
    ),
    "pattern slashes": (
        "version: 1\nterms:\n  fire: {en: [//]}\n",
        ["w/a.yaml:3:15: a pattern begins and ends with “/” (write '/No\\. \\d{3}/')"],
    ),
    "pattern repeats": (
        "version: 1\nterms:\n  fire: {en: ['/(?:(?:fire){1000}){1000}/']}\n",
        ["w/a.yaml:3:15: a pattern with too many repeats (the numbers in {} may give 10000 at most when multiplied)"],
    ),
    "pattern long": (
        "version: 1\nterms:\n  fire: {en: ['/firefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefirefire/']}\n",
        ["w/a.yaml:3:15: a pattern of 320 characters (300 are the most; split it in two)"],
    ),
    "two packs": (
        "version: 1\nterms: {fire: {en: [fire]}}\npacks:\n  noise: [fire]\n  noise: [fire]\n",
        ["w/a.yaml:5:3: the key “noise” stands twice (it is also at line 4; keep one of the two)"],
    ),
}

SOURCES: dict[str, tuple[str | bytes, list[str]]] = {
    "duplicate source id": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss}\n  - {id: a, url: https://b.example/rss}\n",
        ["w/sources.yaml:4:10: the source id “a” is used twice (first at line 3, by source “a”)"],
    ),
    "duplicate url": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss}\n  - {id: b, url: http://www.A.example/rss/}\n",
        ["w/sources.yaml:4:18: this address is listed twice (first at line 3, by source “a”)"],
    ),
    "ftp": (
        "version: 1\nsources:\n  - {id: a, url: ftp://a.example/rss}\n",
        ["w/sources.yaml:3:18: expected an address that begins with http:// or https://"],
    ),
    "password": (
        "version: 1\nsources:\n  - {id: a, url: https://u:secret@a.example/rss}\n",
        ["w/sources.yaml:3:18: an address with a user name or password (sources must be public)"],
    ),
    "tier": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, tier: 5}\n",
        ["w/sources.yaml:3:47: expected a number of at most 4, found 5"],
    ),
    "interval": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, interval: 5s}\n",
        ["w/sources.yaml:3:51: an interval is at least 1m (ask publishers no more often than they publish)"],
    ),
    "kind": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, kind: feeds}\n",
        ["w/sources.yaml:3:47: expected feed, sitemap, page or telegram, found “feeds” (did you mean “feed”?)"],
    ),
    "page without select": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/, kind: page}\n",
        [
            "w/sources.yaml:3:44: a source of kind page needs “select” (select: the CSS selector of its links to articles, such as .news h2 a)"
        ],
    ),
    "select without page": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/, select: .news a}\n",
        ["w/sources.yaml:3:38: a source of kind feed has no use for “select” (write kind: page)"],
    ),
    "select no selector": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/, kind: page, select: '.news >'}\n",
        [
            "w/sources.yaml:3:58: not a CSS selector: Expected selector, got <EOF at 7> (write what the browser's inspector shows: .news h2 a)"
        ],
    ),
    "select of an attribute": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/, kind: page, select: '.news a::attr(href)'}\n",
        [
            "w/sources.yaml:3:58: not a CSS selector: Pseudo-elements are not supported. (write what the browser's inspector shows: .news h2 a)"
        ],
    ),
    "select takes everything": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/, kind: page, select: 'a[href]'}\n",
        [
            "w/sources.yaml:3:58: the selector “a[href]” takes every link of a page, menus too (name the list that holds the articles: .news h2 a)"
        ],
    ),
    "select empty": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/, kind: page, select: ''}\n",
        ["w/sources.yaml:3:58: must not be empty"],
    ),
    "telegram channel itself": (
        "version: 1\nsources:\n  - {id: a, url: https://t.me/orm_news, kind: telegram}\n",
        ["w/sources.yaml:3:18: not the public preview of a Telegram channel (write https://t.me/s/orm_news)"],
    ),
    "telegram elsewhere": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/s/orm, kind: telegram}\n",
        ["w/sources.yaml:3:18: not the public preview of a Telegram channel (write https://t.me/s/CHANNEL)"],
    ),
    "country": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, country: no}\n",
        ["w/sources.yaml:3:50: expected a country code of two capitals such as AZ, found “no”"],
    ),
    "language": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, language: English}\n",
        ["w/sources.yaml:3:51: expected a language code such as en, found “English”"],
    ),
    "neither heeded nor ignored": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, robots: no}\n",
        ["w/sources.yaml:3:49: expected heed or ignore, found “no”"],
    ),
    "networks by name": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, allow: [intranet]}\n",
        ["w/sources.yaml:3:49: expected a network such as 10.1.2.0/24 or fd00:1::/32 (its address ends in zeros)"],
    ),
    "an address within a network": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, allow: [10.1.2.3/24]}\n",
        ["w/sources.yaml:3:49: expected a network such as 10.1.2.0/24 or fd00:1::/32 (its address ends in zeros)"],
    ),
    "every network": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, allow: [0.0.0.0/0]}\n",
        ["w/sources.yaml:3:49: 0.0.0.0/0 is too wide (take /8 or narrower, best the outlet's own network)"],
    ),
    "no list of networks": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, allow: 10.1.2.0/24}\n",
        ["w/sources.yaml:3:48: expected a list, found text (write [one, two], or one item a line, each after “- ”)"],
    ),
    "no url": ("version: 1\nsources:\n  - {id: a}\n", ["w/sources.yaml:3:5: the key “url” is missing"]),
    "misspelt": (
        "version: 1\nsources:\n  - {id: a, url: https://a.example/rss, intervall: 10m}\n",
        ["w/sources.yaml:3:41: unknown key “intervall” (did you mean “interval”?)"],
    ),
}

SECRET = (
    "w/channels.yaml:4:37: this looks like a secret: secrets never stand in YAML "
    "(put the address, or what is secret in it, in the environment and write ${NAME})"
)
ROUTED = "version: 1\ndefault: [oncall]\nchannels:\n  oncall: {targets: [{name: a, url: 'console://'}]}\nroutes:\n"
CHANNELS: dict[str, tuple[str | bytes, list[str]]] = {
    "route to a channel that does not exist": (
        ROUTED + "  - {match: {severity: high}, to: [oncal]}\n",
        ["w/channels.yaml:6:36: there is no channel “oncal” (did you mean “oncall”?)"],
    ),
    "route of a rule that does not exist": (
        ROUTED + "  - {match: {rule: on}, to: [oncall]}\n",
        ["w/channels.yaml:6:20: there is no rule “on” (did you mean “one”?)"],
    ),
    "route of a watchlist that does not exist": (
        ROUTED + "  - match: {severity: high}\n    routes: [{match: {watchlist: [a, bb*]}, to: [oncall]}]\n",
        ["w/channels.yaml:7:38: there is no watchlist “bb*”"],
    ),
    "route without conditions": (
        ROUTED + "  - {match: {}, to: [oncall]}\n",
        [
            "w/channels.yaml:6:13: a route without conditions takes every alert (write one of rule, watchlist, severity, assertion, language, country)"
        ],
    ),
    "route with a severity that does not exist": (
        ROUTED + "  - {match: {severity: hi}, to: [oncall]}\n",
        ["w/channels.yaml:6:24: expected critical, high, medium or low, found “hi” (did you mean “high”?)"],
    ),
    "route with a star alone": (
        ROUTED + "  - {match: {rule: '*'}, to: [oncall]}\n",
        ["w/channels.yaml:6:20: “*” may only end a name: gas-* (leave the key out to match every name)"],
    ),
    "route that leads nowhere": (
        ROUTED + "  - {match: {severity: high}}\n",
        ["w/channels.yaml:6:5: the route leads nowhere (write to: [channel])"],
    ),
    "route that nothing reaches": (
        ROUTED
        + "  - {match: {severity: high | low}, to: [oncall]}\n  - {match: {severity: low, language: az}, to: [oncall]}\n",
        [
            "w/channels.yaml:7:5: nothing comes here: the route of line 6 takes all of it (put it before that one, or write continue: true there)"
        ],
    ),
    "literal slack": (
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall: {targets: [{name: a, url: 'slack://T1/B1/hush'}]}\n",
        [SECRET],
    ),
    "literal telegram": (
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall: {targets: [{name: a, url: 'tgram://123:hush/1'}]}\n",
        [SECRET],
    ),
    "literal password": (
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall: {targets: [{name: a, url: 'mailto://me:hush@example.org'}]}\n",
        [SECRET],
    ),
    "literal token in open": (
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall: {targets: [{name: a, url: 'json://example.org/hook/abcdefghij0123456789xyz'}]}\n",
        [SECRET],
    ),
    "token parameter": (
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall: {targets: [{name: a, url: 'json://example.org/?token=hush'}]}\n",
        [SECRET],
    ),
    "native webhook": (
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall: {targets: [{name: a, url: 'https://hooks.slack.com/services/T/B/hush'}]}\n",
        [SECRET],
    ),
    "bad variable": (
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall: {targets: [{name: a, url: 'slack://$HUSH'}]}\n",
        ["w/channels.yaml:4:37: “$” begins no variable here (write ${NAME}, with letters, digits and _)"],
    ),
    "no scheme": (
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall: {targets: [{name: a, url: 'hush'}]}\n",
        ["w/channels.yaml:4:37: expected an address such as console:// or ${SLACK_URL}"],
    ),
    "default": (
        "version: 1\ndefault: [oncal]\nchannels:\n  oncall: {targets: [{name: a, url: 'console://'}]}\n",
        ["w/channels.yaml:2:11: there is no channel “oncal” (did you mean “oncall”?)"],
    ),
    "empty default": (
        "version: 1\ndefault: []\nchannels:\n  oncall: {targets: [{name: a, url: 'console://'}]}\n",
        ["w/channels.yaml:2:10: must not be empty"],
    ),
    "two targets": (
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall:\n    targets:\n      - {name: a, url: 'console://'}\n      - {name: a, url: 'console://'}\n",
        ["w/channels.yaml:7:16: the channel has two targets “a” (give one of them another name)"],
    ),
    "key is secret": (
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall:\n    targets:\n      - {name: a, slack://T/hush}\n",
        [
            "w/channels.yaml:6:9: the key “url” is missing",
            "w/channels.yaml:6:19: unknown key “slack://…” (known keys: name, url)",
        ],
    ),
}

SEEDS: dict[str, tuple[str | bytes, list[str]]] = {
    "rule": (
        SEED + "facts:\n  - {rule: on, step: hit, words: W}\n",
        ["s/d.yaml:4:12: there is no rule “on” (did you mean “one”?)"],
    ),
    "rule beside another mistake": (
        "version: 1\ndocument: {id: d, outlet: O, title: T, date: 2025-02-30, language: en}\n"
        "facts:\n  - {rule: on, step: hit, words: W}\n",
        [
            "s/d.yaml:2:46: the calendar has no “2025-02-30”",
            "s/d.yaml:4:12: there is no rule “on” (did you mean “one”?)",
        ],
    ),
    "step": (
        SEED + "facts:\n  - {rule: one, step: hits, words: W}\n",
        ["s/d.yaml:4:23: the rule “one” has no step or state “hits” (did you mean “hit”?)"],
    ),
    "no step": (
        SEED + "facts:\n  - {rule: one, words: W}\n",
        ["s/d.yaml:4:5: a fact of rule “one” needs a “step” (steps of one: hit)"],
    ),
    "no words": (SEED + "facts:\n  - {rule: one, step: hit}\n", ["s/d.yaml:4:5: the key “words” is missing"]),
    "no such day": (
        SEED + "facts:\n  - {rule: one, step: hit, words: W, date: 2025-02-30}\n",
        ["s/d.yaml:4:44: the calendar has no “2025-02-30”"],
    ),
    "no such month": (
        SEED + "facts:\n  - {rule: one, step: hit, words: W, date: 2025-13}\n",
        ["s/d.yaml:4:44: the calendar has no “2025-13”"],
    ),
    "date in words": (
        SEED + "facts:\n  - {rule: one, step: hit, words: W, date: yesterday}\n",
        [
            "s/d.yaml:4:44: expected a date such as 2025-08-08, 2025-08, 2025 or {from: 2025-08-06, to: 2025-08-08}, found “yesterday”"
        ],
    ),
    "open range": (
        SEED + "facts:\n  - {rule: one, step: hit, words: W, date: {from: 2025-08-01}}\n",
        ["s/d.yaml:4:44: the key “to” is missing"],
    ),
    "backward range": (
        SEED + "facts:\n  - {rule: one, step: hit, words: W, date: {from: 2025-08-02, to: 2025-08-01}}\n",
        ["s/d.yaml:4:44: the date ends before it begins (exchange “from” and “to”)"],
    ),
    "assertion": (
        SEED + "facts:\n  - {rule: one, step: hit, words: W, assertion: assertd}\n",
        [
            "s/d.yaml:4:49: expected asserted, reported, considered, conditional, denied or retrospective, found “assertd” (did you mean “asserted”?)"
        ],
    ),
    "figure": (
        SEED + "facts:\n  - {rule: one, step: hit, words: W, figures: [{value: two, unit: USD}]}\n",
        ["s/d.yaml:4:56: expected a number, found “two”"],
    ),
    "misspelt": (
        SEED + "facts:\n  - {rule: one, step: hit, word: W}\n",
        ["s/d.yaml:4:28: unknown key “word” (did you mean “words”?)"],
    ),
    "document date": (
        "version: 1\ndocument: {id: d, outlet: O, title: T, date: 2025-08, language: en}\n",
        ["s/d.yaml:2:46: expected a date such as 2025-08-08, found “2025-08”"],
    ),
    "signature": (
        SEED + "fingerprint: {signature: '%%'}\n",
        ["s/d.yaml:3:26: expected base64 text (copy it as “monitor seed add” wrote it)"],
    ),
}


def cases(table: dict[str, tuple[str | bytes, list[str]]]) -> list[object]:
    return [pytest.param(text, expected, id=name) for name, (text, expected) in table.items()]


def written(directory: str, files: dict[str, str | bytes]) -> Path:
    path = Path(directory)
    path.mkdir()
    for name, text in files.items():
        (path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems_of(directory: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        load(directory)
    return [str(problem) for problem in raised.value.problems]


@pytest.fixture(autouse=True)
def _in_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("text", "expected"), cases(WATCHLISTS))
def test_a_mistake_in_a_watchlist(text: str | bytes, expected: list[str]) -> None:
    assert problems_of(written("w", {"a.yaml": text})) == expected


@pytest.mark.parametrize(("text", "expected"), cases(CONDITIONS))
def test_a_mistake_in_a_condition_a_pack_or_a_pattern(text: str | bytes, expected: list[str]) -> None:
    assert problems_of(written("w", {"a.yaml": text})) == expected


@pytest.mark.parametrize(("text", "expected"), cases(SOURCES))
def test_a_mistake_in_the_sources(text: str, expected: list[str]) -> None:
    assert problems_of(written("w", {"a.yaml": HEAD + "  []\n", "sources.yaml": text})) == expected


@pytest.mark.parametrize(("text", "expected"), cases(CHANNELS))
def test_a_mistake_in_the_channels_never_shows_the_secret(text: str, expected: list[str]) -> None:
    problems = problems_of(
        written("w", {"a.yaml": HEAD + EVENT + ", steps: [{id: hit, cues: [fire]}]}\n", "channels.yaml": text})
    )
    assert problems == expected
    assert "hush" not in "".join(problems).lower()


@pytest.mark.parametrize(("text", "expected"), cases(SEEDS))
def test_a_mistake_in_a_seed(text: str, expected: list[str]) -> None:
    rules = load(written("w", {"a.yaml": HEAD + EVENT + ", steps: [{id: hit, cues: [fire]}]}\n"})).ruleset
    with pytest.raises(ConfigurationError) as raised:
        load_seeds(written("s", {"d.yaml": text}), rules)
    assert [str(problem) for problem in raised.value.problems] == expected


def test_all_mistakes_of_all_files_are_reported_in_order_of_place() -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": HEAD + EVENT + ", severty: high, channels: [pager]}\n  - {id: two, kind: event}\n",
        "b.yaml": "version: 1\nterms:\n  fire: {xx: [fire], en: [f*]}\n",
        "channels.yaml": "version: 1\ndefault: [oncal]\nchannels: {oncall: {targets: []}}\n",
        "sources.yaml": "version: 1\nsources: [{id: a}]\n",
    }
    assert problems_of(written("w", files)) == [
        "w/a.yaml:6:62: unknown key “severty” (did you mean “severity”?)",
        "w/a.yaml:6:88: there is no channel “pager” (define it in channels.yaml)",
        "w/a.yaml:7:5: the key “title” is missing",
        "w/a.yaml:7:5: the key “match” is missing",
        "w/b.yaml:3:3: the term “fire” is defined twice (it is also defined at w/a.yaml:3:3; give one of them another name)",
        "w/b.yaml:3:10: expected en, ru, uk, az, tr, hy, ka, ro or any, found “xx”",
        "w/b.yaml:3:27: “f*” is too short (write at least 3 letters before “*”)",
        "w/channels.yaml:2:11: there is no channel “oncal” (did you mean “oncall”?)",
        "w/channels.yaml:3:30: must not be empty",
        "w/sources.yaml:2:11: the key “url” is missing",
    ]


def test_rules_with_one_id_in_two_files_name_both_places() -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": HEAD + EVENT + "}\n",
        "b.yaml": "version: 1\nrules:\n" + EVENT + "}\n",
    }
    assert problems_of(written("w", files)) == [
        "w/b.yaml:3:10: the rule id “one” is used twice (it is also used at w/a.yaml:6:10; give one of them another id)"
    ]


def test_packs_of_one_name_in_two_files_name_both_places() -> None:
    pack = "packs: {noise: [fire]}\n"
    files: dict[str, str | bytes] = {
        "a.yaml": "version: 1\nterms: {fire: {en: [fire]}}\n" + pack,
        "b.yaml": "version: 1\n" + pack,
    }
    assert problems_of(written("w", files)) == [
        "w/b.yaml:2:9: the pack “noise” is defined twice (it is also defined at w/a.yaml:3:9; give one of them another name)"
    ]


def test_a_file_that_cannot_be_read_makes_no_false_alarm_about_the_terms_in_it() -> None:
    files: dict[str, str | bytes] = {
        "rules.yaml": "version: 1\nrules:\n  - {id: one, kind: event, title: One, match: {all: [fire]}}\n",
        "terms.yaml": "version: 1\nterms:\n  fire: {en: [fire}\n",
    }
    assert problems_of(written("w", files)) == [
        "w/terms.yaml:3:19: a list is not closed, or a comma is missing (write [one, two])"
    ]


def test_a_term_or_channel_with_a_mistake_in_it_still_counts_as_defined() -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": "version: 1\nterms:\n  fire: {en: [fi*]}\nrules:\n" + EVENT + ", channels: [oncall]}\n",
        "channels.yaml": "version: 1\ndefault: [oncall]\nchannels:\n  oncall: {targets: [{name: a, url: nowhere}]}\n",
    }
    assert [problem.split(": ")[0] for problem in problems_of(written("w", files))] == [
        "w/a.yaml:3:15",
        "w/channels.yaml:4:37",
    ]


def test_a_file_that_ends_in_yml_is_not_passed_over_in_silence() -> None:
    directory = written(
        "w", {"a.yaml": "version: 1\n", "sources.yaml": "version: 1\nsources: []\n", "sources.yml": "x"}
    )
    assert problems_of(directory) == ["w/sources.yml: the name ends in .yml (rename it to end in .yaml)"]


def test_a_directory_that_is_not_there() -> None:
    assert problems_of(Path("nowhere")) == ["nowhere: the directory does not exist (create it or correct the setting)"]


def test_a_directory_without_watchlists() -> None:
    directory = written("w", {"sources.yaml": "version: 1\nsources: []\n"})
    assert problems_of(directory) == ["w: there is no watchlist file (put at least one watchlist *.yaml there)"]


def test_a_seed_directory_that_is_not_there() -> None:
    rules = load(written("w", {"a.yaml": HEAD + EVENT + "}\n"})).ruleset
    with pytest.raises(ConfigurationError, match="nowhere: the directory does not exist"):
        load_seeds(Path("nowhere"), rules)


def test_two_seeds_with_one_id() -> None:
    rules = load(written("w", {"a.yaml": HEAD + EVENT + "}\n"})).ruleset
    with pytest.raises(ConfigurationError) as raised:
        load_seeds(written("s", {"a.yaml": SEED, "b.yaml": SEED}), rules)
    assert str(raised.value) == "s/b.yaml:2:16: the seed id “d” is used twice (it is also used at s/a.yaml:2:16)"
