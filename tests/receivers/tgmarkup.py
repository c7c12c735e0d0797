"""Telegram's parse modes, strict: HTML and MarkdownV2 (sources in `telegram.py`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


class MarkupError(Exception):
    """In the words of the service."""


@dataclass
class Parsed:
    """`styled` are (style, words), `links` (address, words)."""

    text: str
    styled: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    def close(self, style: str, address: str, begin: int) -> None:
        words = self.text[begin:]
        if style == "link":
            self.links.append((address or words, words))
        elif words:
            self.styled.append((style, words))


_TAGS = {
    "bold": "b strong",
    "italic": "i em",
    "underline": "u ins",
    "strike": "s strike del",
    "spoiler": "span tg-spoiler",
    "code": "code",
    "pre": "pre",
    "quote": "blockquote",
    "link": "a",
    "emoji": "tg-emoji",
}
STYLES = {tag: style for style, tags in _TAGS.items() for tag in tags.split()}
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z]+));?")
_START = re.compile(r"<([^\s>]*)(?=[\s>])")
_REST_OF_START = re.compile(r"""((?:"[^"]*"|'[^']*'|[^>"'])*)>""")
_END = re.compile(r"</([^\s>]*)\s*>")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]*))(?=[\s>]|$)""")


def _decoded(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2]) if found[2] else 0
    if code:
        return chr(code) if code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else found.group()
    return _ENTITIES.get(found[3] or "", found.group())


def parse_html(text: str) -> Parsed:
    """Raises MarkupError at the first thing that is no documented tag, rightly nested and closed."""
    parsed = Parsed("")
    opened: list[tuple[str, str, int]] = []
    at = 0
    while at < len(text):
        cut = text.find("<", at)
        end = cut if cut >= 0 else len(text)
        parsed.text += _ENTITY.sub(_decoded, text[at:end])
        if end == len(text):
            break
        byte = len(text[:end].encode())
        if text.startswith("</", end):
            at = _ended(text, end, byte, opened, parsed)
        else:
            at = _started(text, end, byte, opened, parsed)
    if opened:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return parsed


def _started(text: str, at: int, byte: int, opened: list[tuple[str, str, int]], parsed: Parsed) -> int:
    found = _START.match(text, at)
    if not found:
        raise MarkupError(f"Unclosed start tag at byte offset {byte}")
    name = found[1].lower()
    if name not in STYLES:
        raise MarkupError(f'Unsupported start tag "{name}" at byte offset {byte}')
    rest = _REST_OF_START.match(text, found.end())
    if not rest:
        raise MarkupError(f"Unclosed start tag at byte offset {byte}")
    attributes = _attributes(rest[1], name, byte)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {byte}')
    opened.append((name, attributes.get("href", ""), len(parsed.text)))
    return rest.end()


def _attributes(text: str, tag: str, byte: int) -> dict[str, str]:
    found, at = {}, 0
    while text[at:].strip():
        attribute = _ATTRIBUTE.match(text, at)
        if not attribute:
            if tag == "blockquote" and text[at:].strip().lower() == "expandable":
                break
            raise MarkupError(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {byte}'
            )
        found[attribute[1].lower()] = _ENTITY.sub(_decoded, attribute[2] or attribute[3] or attribute[4] or "")
        at = attribute.end()
    return found


def _ended(text: str, at: int, byte: int, opened: list[tuple[str, str, int]], parsed: Parsed) -> int:
    if not opened:
        raise MarkupError(f"Unexpected end tag at byte offset {byte}")
    found = _END.match(text, at)
    if not found:
        raise MarkupError(f"Unclosed end tag at byte offset {byte}")
    name, address, begin = opened.pop()
    if found[1] and found[1].lower() != name:
        raise MarkupError(f'Unmatched end tag at byte offset {byte}, expected "</{name}>", found "</{found[1]}>"')
    parsed.close(STYLES[name], address, begin)
    return found.end()


_MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strike", "||": "spoiler", "`": "code", "```": "pre"}
_NAMES = {mark: style.capitalize() for mark, style in _MARKS.items()} | {"[": "TextUrl"}
_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_TOKEN = re.compile(r"\\[\x01-\x7e]|```|`|__|_|\|\||\*|~|\[|\]\(((?:\\.|[^)\\])*)\)|^>|[#+\-=|{}.!()\]>]", re.MULTILINE)


def parse_markdown(text: str) -> Parsed:
    """MarkdownV2. Raises MarkupError at a reserved character that is neither escaped nor markup."""
    parsed = Parsed("")
    opened: list[tuple[str, int, int]] = []  # mark, byte, where its words begin
    at = 0
    for found in _TOKEN.finditer(text):
        parsed.text += text[at : found.start()]
        at = found.end()
        _mark(found, len(text[: found.start()].encode()), opened, parsed)
    parsed.text += text[at:]
    if opened:
        mark, byte, _ = opened[-1]
        raise MarkupError(f"Can't find end of {_NAMES[mark]} entity at byte offset {byte}")
    return parsed


def _mark(found: re.Match[str], byte: int, opened: list[tuple[str, int, int]], parsed: Parsed) -> None:
    token = found.group()
    inner = opened[-1][0] if opened else ""
    if token.startswith("\\"):
        parsed.text += token[1:]
    elif inner in ("`", "```") and token != inner:
        parsed.text += token
    elif token == inner:
        _, _, begin = opened.pop()
        parsed.close(_MARKS[token], "", begin)
    elif token.startswith("](") and inner == "[":
        _, _, begin = opened.pop()
        parsed.close("link", re.sub(r"\\(.)", r"\1", found[1]), begin)
    elif token in _MARKS or token == "[":
        opened.append((token, byte, len(parsed.text)))
    elif not (token == ">" and found.start() in (0, found.string.rfind("\n", 0, found.start()) + 1)):
        raise MarkupError(f"Character '{token[0]}' is reserved and must be escaped with the preceding '\\'")
