"""Web pages to extract: real ones where a corpus is at hand, else pages of our own making."""

from __future__ import annotations

import gzip
import json
import os
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from random import Random

from benchmarks._prose import LANGUAGES, Prose

ROOT = Path(__file__).resolve().parent.parent
_SCRIPTS = re.compile(r"(<(?:script|style)\b.*?</(?:script|style)>)", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile(r">([^<>]{60,})<")
_WORD = re.compile(r"(?<!\S)[^\W\d_]{2,}(?!\S)")


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page as a server would send it."""

    url: str
    language: str
    body: bytes


class Pages:
    """An endless supply in batches, no two pages alike. `kind` says in words what they are."""

    def __init__(self) -> None:
        folder = Path(os.environ.get("MONITOR_CORPORA") or ROOT / "../shared/corpora") / "pages"
        self._real: list[WebPage] = []
        if (folder / "index.jsonl").is_file():
            for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                body = gzip.decompress((folder / row["html"]).read_bytes())
                self._real.append(WebPage(row["url"], row["lang"], body))
        self._prose, self._random = Prose(5), Random(5)
        self._made = 0
        self.kind = "real pages" if self._real else "generated pages"

    def batch(self, size: int = 41) -> list[WebPage]:
        """Real pages come as they are, then again and again with their words in another order."""
        numbers = range(self._made, self._made + size)
        self._made += size
        return [self._varied(number) if self._real else self._generated(number) for number in numbers]

    def _varied(self, number: int) -> WebPage:
        again, at = divmod(number, len(self._real))
        page = self._real[at]
        body = reordered(page.body, self._random) if again else page.body
        return WebPage(f"{page.url}#{again}", page.language, body)

    def _generated(self, number: int) -> WebPage:
        """400 to 900 words in five languages, with all that surrounds an article."""
        lang = LANGUAGES[number % len(LANGUAGES)]
        markup = _page(self._prose, lang, self._random.randint(400, 900), self._random)
        return WebPage(f"https://news{number % 40}.example/{number}", lang, markup.encode())


def reordered(body: bytes, random: Random) -> bytes:
    """The page with the small words of each paragraph exchanged for one another.

    Markup, length, words, capitals and full stops stay, so that extraction and judgement have the
    same work; the pairs of neighbouring words change, so that it is no copy.
    """

    def shuffle(match: re.Match[str]) -> str:
        words = [word for word in _WORD.findall(match[1]) if word.islower()]
        random.shuffle(words)
        return f">{_WORD.sub(lambda found: words.pop() if found[0].islower() else found[0], match[1])}<"

    # Letter for byte where it is not UTF-8: what is no word stays as it is.
    try:
        markup, encoding = body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        markup, encoding = body.decode("latin-1"), "latin-1"
    parts = [part if number % 2 else _TEXT.sub(shuffle, part) for number, part in enumerate(_SCRIPTS.split(markup))]
    return "".join(parts).encode(encoding)


def _page(prose: Prose, lang: str, words: int, random: Random) -> str:
    title = escape(prose.title(lang))
    sections = "".join(f'<li class="menu-item"><a href="/s{n}">{prose.name(lang)}</a></li>' for n in range(30))
    text = "".join(f'<p class="story__p">{escape(paragraph)}</p>\n' for paragraph in prose.paragraphs(lang, words))
    related = "".join(
        f'<div class="card card--small"><a href="/r{n}"><img src="/i/{n}.jpg" alt=""><h3>{escape(prose.title(lang))}'
        f"</h3><time>{random.randint(1, 23)}:{random.randint(10, 59)}</time></a></div>\n"
        for n in range(40)
    )
    script = json.dumps({prose.name(lang): random.random() for _ in range(400)}, ensure_ascii=False)
    return f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:title" content="{title}">
<meta property="article:published_time" content="2030-01-07T08:00:00+00:00">
<script>window.state = {script};</script></head><body>
<div class="cookie" role="dialog"><p>Cookies: {escape(prose.sentence(lang))}</p><button>OK</button></div>
<header><nav><ul class="menu">{sections}</ul></nav></header>
<main><article class="story"><h1>{title}</h1><div class="story__meta">{prose.name(lang)}</div>
{text}</article>
<aside class="related"><h2>{prose.name(lang)}</h2>{related}</aside></main>
<footer><ul>{sections}</ul><p>{escape(prose.sentence(lang))}</p></footer>
<script>render(window.state, {script});</script></body></html>"""
