"""Every text of ours in the templates of the desk stands inside `_()`, so that the pages can be translated."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

import monitor.web
from monitor.web.app import desk_pages

FOLDER = Path(monitor.web.__file__).parent / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in (FOLDER / "desk").rglob("*.html"))
NOT_WORDS = frozenset({"p50", "p95", "UTC", "kB", "v", "d", "h", "min"})  # the same in every language
_LETTER = re.compile(r"[^\W\d_]")
_TEXT_ATTRIBUTE = re.compile(
    r'\s(?:title|alt|placeholder|aria-label|aria-description|label|data-label|summary)="([^"]*)"'
)
_MARKED = ("_", "gettext", "ngettext", "pgettext", "npgettext")


def bare(source: str, pages: jinja2.Environment) -> list[str]:
    """The words of a template that nobody could translate."""
    return [*_written(source, pages), *_said(source, pages)]


def _written(source: str, pages: jinja2.Environment) -> Iterator[str]:
    """In the markup: texts, and the attributes that people read or hear."""
    markup, inside = "", False
    for _, kind, value in pages.lex(source):
        if kind in ("block_begin", "variable_begin", "comment_begin"):
            inside = True
        elif kind in ("block_end", "variable_end", "comment_end"):
            inside = False
            markup += "\0"
        elif kind == "data" and not inside:
            markup += value
    for attribute in _TEXT_ATTRIBUTE.findall(markup):
        yield from _pieces(attribute)
    markup = re.sub(r"<code>.*?</code>", "", markup, flags=re.DOTALL)  # for programs
    for text in re.split(r"<[^>]*>", markup):
        yield from _pieces(text)


def _pieces(text: str) -> Iterator[str]:
    for piece in html.unescape(text).split("\0"):
        if any(_LETTER.search(word) and word not in NOT_WORDS for word in piece.split()):
            yield piece.strip()


def _said(source: str, pages: jinja2.Environment) -> Iterator[str]:
    """In expressions: strings of several words, for one word alone may be a name of ours."""

    def look(node: nodes.Node) -> Iterator[str]:
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in _MARKED:
            given = [*node.args[1:], *node.kwargs] if node.node.name != "ngettext" else [*node.args[2:], *node.kwargs]
            for part in given:
                yield from look(part)
            return
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            words = node.value.strip()
            if " " in words and _LETTER.search(words):
                yield words
        for child in node.iter_child_nodes():
            yield from look(child)

    yield from look(pages.parse(source))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_text_can_be_translated(name):
    pages = desk_pages()
    assert bare((FOLDER / name).read_text(encoding="utf-8"), pages) == []


def test_what_is_forgotten_is_found():
    source = """<p title="A title">{{ _("Said") }} and {{ word }}</p>{# a remark #}
        {% if there %}<img alt="{{ _("Alt") }}">{{ show.empty("Nothing here") }}{% endif %}
        {{ ngettext("%(num)d thing", "%(num)d things", n) }} {{ _("so %(much)s", much="very much") }} &middot; 12 p50
        <input placeholder="{{ 1 }} things" value="no text"> <span class="some class">"""
    assert sorted(bare(source, desk_pages())) == ["A title", "Nothing here", "and", "things", "very much"]
