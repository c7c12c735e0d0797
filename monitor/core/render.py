"""An alert in words, for somebody who is woken by it.

All text is plain: what becomes of it (escaping, encoding) is the sender's business. Words that
come from outside are made harmless here, whatever the format: they ring nobody and hide nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.alerts import Alert, Message
from monitor.core.model import Assertion, Attribution, Evidence

ZWSP = "\u200b"
ELLIPSIS = "…"
# Joiners are Cf like the bidi controls, but letters and emoji are made with them.
_JOINERS = "\u200c\u200d"
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_LIVE = re.compile(r"[@<]|(?<=\])(?=\()")
_UNSAFE_IN_LINK = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?A-Z\[\]_a-z~]")

LONGEST_HEADLINE = 160  # messages are made with 140; stored alerts may come from elsewhere
LONGEST_FIELD = 600
LONGEST_LINK = 1_500
MOST_EVIDENCE = 3
_MOST_NAMED = 5
_CUTTABLE = 3  # from this rank on a line may be shortened
_BREAK = 2  # "\r\n", where a service has no title of its own
_SHORTEST_REST = 40  # a sentence cut shorter than this says nothing any more

ASSERTIONS = {
    Assertion.ASSERTED: "stated as fact",
    Assertion.REPORTED: "reported on somebody else's word",
    Assertion.CONSIDERED: "considered, not done",
    Assertion.CONDITIONAL: "conditional",
    Assertion.DENIED: "denied",
    Assertion.RETROSPECTIVE: "told as background",
}
ATTRIBUTIONS = {
    Attribution.UNNAMED: "an unnamed source",
    Attribution.ONE_SIDE: "one side's claim",
    Attribution.OUTLET: "the outlet's own word",
    Attribution.OFFICIAL: "an official source",
}
TIERS = {
    1: "official or agency of record",
    2: "established outlet",
    3: "ordinary outlet",
    4: "unverified source",
}
LANGUAGES = {
    "ar": "Arabic",
    "az": "Azerbaijani",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "he": "Hebrew",
    "hy": "Armenian",
    "it": "Italian",
    "ka": "Georgian",
    "kk": "Kazakh",
    "ku": "Kurdish",
    "pl": "Polish",
    "ro": "Romanian",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}


def plain(text: str) -> str:
    """One line without control characters, bidi overrides, tags and other unseen marks."""
    line = " ".join(text.split())
    return "".join(c for c in line if c in _JOINERS or unicodedata.category(c) not in _UNSEEN)


def neutral(text: str) -> str:
    """One line in which no service finds a mention, a tag or a masked link."""
    return _LIVE.sub(lambda found: found.group() + ZWSP, plain(text))


class Link(str):
    """An address fit to stand in a message: it holds no character that a service reads as markup."""

    __slots__ = ()


class Code(str):
    """Words that a reader copies, such as a command: they stand where markup ends, and stay as they are."""

    __slots__ = ()


def link(url: str) -> Link:
    """The URL fit to stand in a message, or "" if it is none: not http(s), or absurdly long.

    Characters that a service could read as markup are percent-encoded, which leaves the address the same.
    """
    url = plain(url)
    if not url.lower().startswith(("http://", "https://")):
        return Link()
    safe = _UNSAFE_IN_LINK.sub(lambda found: _percent(found.group()), url).replace("](", "]%28")
    return Link(safe) if len(safe) <= LONGEST_LINK else Link()


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def size(text: str) -> int:
    """Length in UTF-16 units, the strictest way in which services count."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, most: int) -> str:
    """At most `most` units of the text; cut at a word where one ends in the second half, with an ellipsis."""
    if size(text) <= most:
        return text
    if most < 1:
        return ""
    kept = text[: most - 1]
    while size(kept) > most - 1:
        kept = kept[:-1]
    head, _, _ = kept.rpartition(" ")
    if size(head) * 2 >= most:
        kept = head
    return kept.rstrip(" ,;:—–-([«“„\"'@<" + ZWSP + _JOINERS) + ELLIPSIS


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the body. The lower `rank`, the later it is given up; `before` and `after` enclose it whole."""

    rank: int
    text: str
    before: str = ""
    after: str = ""

    def fitted(self, room: int) -> str:
        """The line within `room` units, or "" if it does not fit in any useful way."""
        frame = size(self.before) + size(self.after)
        if frame + size(self.text) <= room:
            return f"{self.before}{self.text}{self.after}"
        if self.rank < _CUTTABLE or room - frame < _SHORTEST_REST:
            return ""
        return f"{self.before}{cut(self.text, room - frame)}{self.after}"


REPEAT = "This may be a repeat: whether an earlier try arrived is not known."


def render(alert: Alert, format: str = "text", limit: int = 0, *, doubtful: bool = False) -> Message:  # noqa: A002
    """The message for one kind of channel: `text`, `slack`, `telegram`, `email` (others are taken as `text`).

    `limit` is the room for title, body and the break between them, in UTF-16 units; 0 = none.
    Within it the link and the alert's key stay; evidence and reason give way. All times are UTC.
    `doubtful`: it may have arrived before, and says so.
    """
    mark = "MONITOR" if alert.of_ourselves else alert.severity.upper()
    title = cut(neutral(f"[{mark}] {alert.headline}"), LONGEST_HEADLINE)
    more = f"More: monitor alerts show {neutral(alert.key)}"
    tail = [part for part in (REPEAT if doubtful else "", link(alert.article_url), more) if part]
    gap = "\n\n" if format == "email" else "\n"
    if not limit:
        lines = [line.fitted(LONGEST_FIELD + 100) for line in _lines(alert, title)]
        return Message(title, gap.join([*filter(None, lines), *tail]))
    while tail and _joined(gap, tail) > limit:
        tail.pop(0)  # the key outlives the link: it leads to it
    if not tail:
        return Message("", cut(title, limit))
    title = cut(title, max(limit - _joined(gap, tail) - _BREAK, 0))
    room = limit - _joined(gap, tail) - size(title) - _BREAK
    return Message(title, gap.join([*_chosen(_lines(alert, title), room, size(gap)), *tail]))


def render_notice(channel: str, target: str, troubled: Sequence[tuple[Alert, str]], limit: int = 0) -> Message:
    """Word that a target does not take alerts, for people on another one. `troubled`: alerts with their errors."""
    title = f"[MONITOR] Channel {neutral(channel)} does not take alerts"
    error = cut(neutral(troubled[-1][1]), LONGEST_FIELD)
    lines = [f"Not delivered to target {neutral(target)}, {len(troubled)} in number; the last error: {error}"]
    lines += [f"• [{alert.severity.upper()}] {_field(alert.headline)}" for alert, _ in troubled[:_MOST_NAMED]]
    lines.append(f"Check it: monitor channels test {neutral(channel)}")
    body = "\n".join(lines)
    if limit:
        title = cut(title, max(limit - _BREAK, 0))
        body = cut(body, max(limit - _BREAK - size(title), 0))
    return Message(title, body)


def _joined(gap: str, parts: list[str]) -> int:
    return size(gap.join(parts))


def _chosen(lines: list[_Line], room: int, gap: int) -> list[str]:
    """Those lines, whole or cut, that fit into `room`, in their order."""
    kept: dict[int, str] = {}
    for place, line in sorted(enumerate(lines), key=lambda pair: pair[1].rank):
        fitted = line.fitted(room - gap)
        if fitted:
            kept[place] = fitted
            room -= size(fitted) + gap
    return [kept[place] for place in sorted(kept)]


def _lines(alert: Alert, title: str) -> list[_Line]:
    if alert.of_ourselves:
        more = len(alert.evidence) - _MOST_NAMED
        told = [_Line(3, _field(evidence.text), "• ") for evidence in alert.evidence[:_MOST_NAMED]]
        return [_Line(1, _field(alert.reason)), *told, *([_Line(2, f"and {more} more")] if more > 0 else [])]
    lines = []
    if alert.previous and alert.current:
        lines.append(_Line(0, f"Changed: {cut(neutral(alert.previous), 200)} → {cut(neutral(alert.current), 200)}"))
    language = language_of(alert.language)
    original = f" (original in {language})" if language else ""
    article = _field(alert.article_title)
    if article and article not in title:
        lines.append(_Line(6, article, "Title: "))
    for place, evidence in enumerate(_evidence(alert)):
        lines.append(_Line(3 if place == 0 else 7, evidence, "“", "”" + original))
    if original and not alert.evidence:
        lines.append(_Line(2, f"Original in {language}."))
    lines.append(_Line(1, _who(alert)))
    lines.append(_Line(2, f"Published {_utc(alert.published)}, first seen {_utc(alert.first_seen)}"))
    if alert.reason:
        why = "Why an update: " if alert.is_update else "Why new: "
        lines.append(_Line(5, _field(alert.reason.removeprefix("Update: ")), why))
    return lines


def _field(text: str) -> str:
    return cut(neutral(text), LONGEST_FIELD)


def _evidence(alert: Alert) -> list[str]:
    """The first few different stretches; the title alone is none unless there is nothing else."""
    texts = dict.fromkeys(_field(evidence.text) for evidence in _telling(alert.evidence, alert.article_title))
    return [text for text in texts if text][:MOST_EVIDENCE]


def _telling(evidence: tuple[Evidence, ...], title: str) -> list[Evidence]:
    rest = [stretch for stretch in evidence if plain(stretch.text) != plain(title)]
    return rest or list(evidence[:1])


def language_of(code: str) -> str:
    """The language in words; "" for English and for none."""
    base = re.split(r"[-_]", code.strip().lower())[0]
    if base in ("", "en", "und"):
        return ""
    return LANGUAGES.get(base, f"language “{neutral(base)[:12]}”")


def _who(alert: Alert) -> str:
    outlet = cut(neutral(alert.outlet), 80) or "unknown outlet"
    tier = TIERS.get(alert.tier, "unrated outlet")
    return f"Source: {outlet} ({tier}); {ATTRIBUTIONS[alert.attribution]}, {ASSERTIONS[alert.assertion]}"


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
