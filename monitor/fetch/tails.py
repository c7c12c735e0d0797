"""Lists of other articles at the end of a text, or in the midst of it: a known source of false alerts."""

from __future__ import annotations

import re

# Phrases that announce other articles, in the languages of the region.
_RELATED = (
    r"(?:read|see|watch) (?:also|more|next)|also read|related (?:articles?|news|stories|topics|posts)"
    r"|more (?:on|about) th\w+"
    r"|more (?:news|stories)|you may (?:also )?like|recommended(?: for you)?|most read|latest news|don't miss"
    r"|(?:читайте|читать|смотрите|смотреть|см\.) (?:также|ещё|еще|по теме)|по теме|материалы по теме"
    r"|похожие (?:новости|материалы|статьи)|другие новости|новости по теме|последние новости|рекомендуем"
    r"|(?:читайте|читати|дивіться|дивитися) (?:також|ще)|за темою|по темі|схожі (?:новини|матеріали)|інші новини"
    r"|новини за темою|останні новини|рекомендуємо"
    r"|oxşar xəbərlər|digər xəbərlər|həmçinin (?:oxuyun|bax\w*)|bunları da oxuyun|əlaqəli xəbərlər|son xəbərlər|oxuyun"
    r"|(?:i̇|i)lgili haberler?|benzer haberler|diğer haberler|ayrıca (?:oku|bak)\w*"
    r"|bunlar da ilginizi çekebilir|son haberler|öne çıkan haberler"
    r"|citi(?:ți|ţi|te[șş]te) (?:și|şi)|vezi (?:și|şi)|articole similare|știri similare"
    r"|կարդացեք նաև|կարդալ նաև|წაიკითხეთ (?:ასევე|აგრეთვე)|მსგავსი სიახლეები"
)
_HEADING = re.compile(rf"[-–—•▶►#*\s]*(?:{_RELATED})\s*[:：.…]*", re.IGNORECASE)
_INLINE = re.compile(rf"[-–—•▶►#*\s]*(?:{_RELATED})\s*[:：].{{0,300}}", re.IGNORECASE)
_FOLLOW = re.compile(
    r".{0,40}\b(?:follow us|subscribe to our|join our|подпи(?:сывайтесь|шитесь) на|підпи(?:суйтесь|шіться) на"
    r"|следите за (?:нами|новостями)|стежте за|bizi .{0,30}izləyin|abunə olun|abonə olun|bizi .{0,30}takip edin"
    r"|abone olun|urmăriți-ne|abonați-vă)\b.{0,200}",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…][\"»”’)]*$")
_LONGEST_TITLE = 200


def without_tails(paragraphs: list[str]) -> list[str]:
    """The paragraphs without links to other articles and calls to subscribe."""
    kept: list[str] = []
    skipping = False
    for paragraph in paragraphs:
        bare = paragraph.lower() if "İ" in paragraph else paragraph
        if _HEADING.fullmatch(bare):
            skipping = True  # a heading: what looks like titles below it belongs to it
        elif skipping and _like_title(paragraph):
            continue
        else:
            skipping = False
            if not (_INLINE.fullmatch(bare) or _FOLLOW.fullmatch(bare)):
                kept.append(paragraph)
    return kept


def _like_title(paragraph: str) -> bool:
    return len(paragraph) <= _LONGEST_TITLE and not _ENDED.search(paragraph)
