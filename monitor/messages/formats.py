"""What each format makes of foreign text, how its service counts, and what its service would refuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup, escape

from monitor.core.render import Code, Link, size

TEXT, SLACK, TELEGRAM, EMAIL = "text", "slack", "telegram", "email"

# Within a word none of these begins or ends anything in Slack, and keys are copied from there.
_SLACK_MARKS = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])|`")
# mrkdwn cannot escape them; these look the same and mark nothing.
_LOOKALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_SLACK_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

_TAG = re.compile(r'<(/?)([a-z-]+)((?: [a-z-]+(?:="[^"<>]*")?)*)>')
_NO_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_TELEGRAM_TAGS: Mapping[str, str] = {
    **dict.fromkeys(("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "pre", "tg-spoiler"), ""),
    "a": r' href="https?://[^"]+"',
    "code": r'(?: class="language-[\w-]+")?',
    "blockquote": "(?: expandable)?",
    "span": ' class="tg-spoiler"',
}


@dataclass(frozen=True, slots=True)
class Format:
    """`escape` makes a value harmless markup (None: text stays text); `measure` counts what a message takes of the
    service's limit, from its title and its body; `objection` says what the service would not take, or nothing.
    A `whole` body holds the title already."""

    name: str
    escape: Callable[[object], object] | None
    measure: Callable[[str, str], int]
    objection: Callable[[str], str] = lambda body: ""
    whole: bool = True


def slack(value: object) -> Markup:
    """Text that Slack shows as it is; an address stays one."""
    if hasattr(value, "__html__"):
        return Markup(value)  # noqa: S704 - it was made by a template
    text = str(value)
    if isinstance(value, Code):
        text = text.replace("`", "ˋ")
    elif not isinstance(value, Link):
        text = _SLACK_MARKS.sub(lambda found: found.group().translate(_LOOKALIKES), text)
    return Markup(text.translate(_SLACK_ESCAPES))  # noqa: S704 - this is the escaping


def telegram_objection(body: str) -> str:
    """Why Telegram would not take this as HTML; "" if it would."""
    open_tags: list[str] = []
    for closing, name, attributes in _TAG.findall(body):
        if name not in _TELEGRAM_TAGS:
            return f"Telegram knows no <{name}>"
        if closing:
            if not open_tags or open_tags.pop() != name or attributes:
                return f"</{name}> closes nothing that is open"
        elif not re.fullmatch(_TELEGRAM_TAGS[name], attributes):
            return f"<{name}{attributes}> is not how Telegram wants it"
        else:
            open_tags.append(name)
    if open_tags:
        return f"<{open_tags[-1]}> is not closed"
    rest = _TAG.sub("", body)
    if "<" in rest or ">" in rest:
        return "there is a < or > that belongs to no tag; write &lt; or &gt;"
    return "there is an & that begins no entity; write &amp;" if _NO_ENTITY.search(rest) else ""


def telegram_size(body: str) -> int:
    """Telegram counts what is seen, after entities are resolved."""
    return size(unescape(_TAG.sub("", body)))


FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        # "\r\n" between them, where a service has no title of its own
        Format(TEXT, None, lambda title, body: (size(title) + 2 if title else 0) + size(body), whole=False),
        Format(SLACK, slack, lambda title, body: size(body)),
        Format(TELEGRAM, escape, lambda title, body: telegram_size(body), telegram_objection),
        Format(EMAIL, escape, lambda title, body: size(body)),
    )
}
