"""What the newsroom's servers send: feeds in three forms, and article pages with all that surrounds an article."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from xml.sax.saxutils import escape as xml

from monitor.demo.stories import Outlet, Told

# Per language: sections, cookie note, heading over related links, footer, consent wall, consent button.
_WORDS: dict[str, tuple[str, str, str, str, str, str]] = {
    "en": (
        "Home|World|Business|Energy|Culture|Weather",
        "We use cookies to keep the site running.",
        "Read also",
        "All rights reserved. Letters to the editor are welcome.",
        "We and our 214 partners use cookies to store information on your device. Please choose before you go on.",
        "Accept all",
    ),
    "ru": (
        "Главная|Мир|Экономика|Энергетика|Культура|Погода",
        "Сайт использует файлы cookie.",
        "Читайте также",
        "Все права защищены. При перепечатке ссылка обязательна.",
        "Мы и наши партнёры используем файлы cookie. Сделайте выбор, чтобы продолжить.",
        "Принять все",
    ),
    "uk": (
        "Головна|Світ|Економіка|Порти|Культура|Погода",
        "Сайт використовує файли cookie.",
        "Читайте також",
        "Усі права захищено. Передрук дозволено з посиланням.",
        "Ми та наші партнери використовуємо файли cookie. Зробіть вибір, щоб продовжити.",
        "Прийняти все",
    ),
    "az": (
        "Ana səhifə|Dünya|İqtisadiyyat|Energetika|Mədəniyyət|Hava",
        "Sayt kuki fayllarından istifadə edir.",
        "Həmçinin oxuyun",
        "Bütün hüquqlar qorunur. İstinad mütləqdir.",
        "Biz və tərəfdaşlarımız kuki fayllarından istifadə edirik. Davam etmək üçün seçim edin.",
        "Hamısını qəbul et",
    ),
    "tr": (
        "Ana sayfa|Dünya|Ekonomi|Enerji|Kültür|Hava",
        "Sitemiz çerez kullanır.",
        "İlgili haberler",
        "Tüm hakları saklıdır. Kaynak gösterilmeden kullanılamaz.",
        "Biz ve iş ortaklarımız cihazınızda çerez saklıyoruz. Devam etmek için seçiminizi yapın.",
        "Tümünü kabul et",
    ),
}


@dataclass(frozen=True, slots=True)
class Published:
    """A story on its outlet's site: where, and since when (aware UTC)."""

    told: Told
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an HTTP answer with its content type, charset included."""

    data: bytes
    content_type: str


def feed(outlet: Outlet, home: str, items: Sequence[Published]) -> Body:
    """The outlet's feed in its form and encoding, newest story first."""
    newest_first = sorted(items, key=lambda item: item.at, reverse=True)
    if outlet.form == "json":
        return Body(_json_feed(outlet, home, newest_first).encode(), "application/feed+json")
    make, kind = (_rss, "rss") if outlet.form == "rss" else (_atom, "atom")
    document = f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n' + make(outlet, home, newest_first)
    return Body(
        document.encode(outlet.encoding, "xmlcharrefreplace"), f"application/{kind}+xml; charset={outlet.encoding}"
    )


def _rss(outlet: Outlet, home: str, items: Sequence[Published]) -> str:
    entries = "".join(
        f"<item><title>{xml(item.told.title)}</title><link>{xml(item.url)}</link>"
        f'<guid isPermaLink="false">{outlet.id}-{item.told.story.id}</guid>'
        f"<pubDate>{format_datetime(item.at)}</pubDate><description>{xml(item.told.summary)}</description></item>\n"
        for item in items
    )
    return (
        f'<rss version="2.0"><channel><title>{xml(outlet.name)}</title><link>{xml(home)}</link>'
        f"<description>{xml(outlet.name)}</description><language>{outlet.language}</language>\n{entries}</channel></rss>"
    )


def _atom(outlet: Outlet, home: str, items: Sequence[Published]) -> str:
    entries = "".join(
        f"<entry><title>{xml(item.told.title)}</title><id>tag:{outlet.id}.example,2025:{item.told.story.id}</id>"
        f'<link rel="alternate" href="{xml(item.url)}"/><published>{item.at.isoformat()}</published>'
        f"<updated>{item.at.isoformat()}</updated><summary>{xml(item.told.summary)}</summary></entry>\n"
        for item in items
    )
    updated = items[0].at.isoformat() if items else "2025-01-01T00:00:00Z"
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}"><title>{xml(outlet.name)}</title>'
        f"<id>{xml(home)}</id><updated>{updated}</updated>\n{entries}</feed>"
    )


def _json_feed(outlet: Outlet, home: str, items: Sequence[Published]) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": outlet.name,
            "home_page_url": home,
            "language": outlet.language,
            "items": [
                {
                    "id": f"{outlet.id}-{item.told.story.id}",
                    "url": item.url,
                    "title": item.told.title,
                    "summary": item.told.summary,
                    "content_text": "\n\n".join(item.told.paragraphs),
                    "date_published": item.at.isoformat(),
                }
                for item in items
            ],
        },
        ensure_ascii=False,
    )


def article(item: Published, related: Sequence[Published]) -> Body:
    """The page of a story, or the consent wall in front of it."""
    outlet = item.told.story.outlet
    parts = _wall(outlet) if item.told.story.wall else _article(item, related)
    document = (
        f'<!doctype html>\n<html lang="{outlet.language}"><head><meta charset="{outlet.encoding}">'
        f"<title>{escape(item.told.title)} | {escape(outlet.name)}</title></head>\n<body>\n{parts}\n</body></html>"
    )
    return Body(document.encode(outlet.encoding, "xmlcharrefreplace"), f"text/html; charset={outlet.encoding}")


def _wall(outlet: Outlet) -> str:
    *_, wall, button = _WORDS[outlet.language]
    return (
        f'<main class="consent"><h1>{escape(outlet.name)}</h1><p>{wall}</p>'
        f'<form method="post" action="/consent"><button>{button}</button></form></main>'
    )


def _article(item: Published, related: Sequence[Published]) -> str:
    outlet, told = item.told.story.outlet, item.told
    sections, cookies, also, footer, *_ = _WORDS[outlet.language]
    menu = "".join(f'<li><a href="/{index}">{name}</a></li>' for index, name in enumerate(sections.split("|")))
    links = "".join(f'<li><a href="{escape(other.url)}">{escape(other.told.title)}</a></li>' for other in related)
    text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in told.paragraphs)
    return (
        f'<div class="cookie-banner" role="dialog"><p>{cookies}</p><button>OK</button></div>\n'
        f'<header><a href="/">{escape(outlet.name)}</a><nav><ul>{menu}</ul></nav></header>\n'
        f'<main><article><h1>{escape(told.title)}</h1><time datetime="{item.at.isoformat()}">'
        f"{item.at:%d.%m.%Y %H:%M}</time>\n{text}\n</article>\n"
        f'<aside class="related"><h2>{also}</h2><ul>{links}</ul></aside></main>\n'
        f"<footer><p>© {item.at.year} {escape(outlet.name)}. {footer}</p></footer>"
    )
