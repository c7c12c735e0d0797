"""Pages that answer 200 and hold no article: which kind, in words an operator understands."""

from __future__ import annotations

import re

_SHORT = 900  # characters; longer texts are articles, whatever words they use
_BRIEF = 400


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


_CHALLENGE_TEXT = _any(
    r"just a moment", r"checking your browser", r"verify(?:ing)? (?:that )?you are (?:a )?human", r"are you a robot",
    r"attention required", r"ddos.?guard", r"enable javascript and cookies", r"unusual traffic", r"captcha",
    r"провер\w+ (?:вашего )?браузера", r"подтвердите,? что вы не робот", r"вы не робот", r"перевірка браузера",
    r"підтвердьте,? що ви не робот", r"robot olmad\w+", r"access denied",
)  # fmt: skip
_CHALLENGE_MARKUP = _any(
    r"cf-chl", r"challenge-platform", r"_incapsula_resource", r"ddos-guard", r"__ddg", r"g-recaptcha", r"hcaptcha\.com",
    r"cf-turnstile", r"awswafcaptcha", r"px-captcha", r"smartcaptcha",
)  # fmt: skip
_CONSENT = _any(
    r"before you continue", r"we (?:and our \d* ?partners )?(?:use|value|care)\b.{0,40}(?:cookies|privacy)",
    r"accept (?:all )?cookies", r"consent", r"cookie policy", r"использу\w+ (?:файлы )?(?:cookie|куки)",
    r"согласи\w+ на (?:обработку|использование)", r"використову\w+ (?:файли )?(?:cookie|куки)", r"çerez",
    r"kukilər|kuki faylları", r"module?le? cookie|folosi\w+ cookie",
)  # fmt: skip
# Only where reading is what it takes a login for: every other page asks for comments and followers.
_PAYWALL = _any(
    r"(?:subscribe|sign in|log ?in|register) (?:now )?to (?:continue|keep|read|unlock|access (?:this|the))",
    r"(?:subscribers|members) only", r"you have reached your (?:free )?(?:article )?limit",
    r"только (?:для|по) подпис\w+", r"(?:войдите|авторизуйтесь|подпишитесь),? чтобы (?:про\w+|читать|дочитать|увидеть)",
    r"чтобы (?:читать дальше|продолжить чтение|прочитать)", r"(?:лише|тільки) (?:для|за) (?:передплат|підпис)\w+",
    r"(?:увійдіть|авторизуйтесь|передплатіть),? щоб (?:про\w+|читати)", r"щоб (?:читати далі|продовжити читання)",
    r"oxumaq üçün .{0,30}(?:abunə|abonə|daxil|qeydiyyat)", r"devamını okumak için",
    r"okumak için .{0,30}(?:abone|giriş)",
)  # fmt: skip
_LOST = _any(
    r"\b404\b", r"(?:page|article|content) (?:was )?not found", r"page (?:does not|doesn't|no longer) exist",
    r"страниц\w+ не найден\w+", r"не найден\w+ страниц\w+", r"сторінк\w+ не (?:знайден\w+|існує)",
    r"səhifə tapılmadı", r"sayfa bulunamadı", r"aradığınız sayfa", r"pagina nu (?:a fost găsită|există)",
    r"էջը չի գտնվել", r"გვერდი ვერ მოიძებნა",
)  # fmt: skip
_LOGIN_FORM = re.compile(r"<input[^>]{0,200}type\s*=\s*[\"']?password", re.IGNORECASE)
_NOT_FREE = re.compile(r"\"isAccessibleForFree\"\s*:\s*\"?false", re.IGNORECASE)


def wall(markup: str, title: str, text: str) -> str | None:
    """What stands in place of an article, or None when the text may well be one."""
    if len(text) > _SHORT:
        return None
    markup = markup[:300_000]
    brief = len(text) < _BRIEF
    # In this order: a challenge page speaks of cookies too, a lost page may ask to log in.
    if _stands_for(_CHALLENGE_TEXT, title, text) or (not text and _CHALLENGE_MARKUP.search(markup)):
        return "a bot challenge instead of the article"
    if _LOST.search(title) or (brief and _LOST.search(text)):
        return "a page that says “not found” although the server answered 200"
    if _PAYWALL.search(text) or (brief and (_NOT_FREE.search(markup) or _LOGIN_FORM.search(markup))):
        return "a login or subscription page instead of the article"
    if _stands_for(_CONSENT, title, text):
        return "a consent wall instead of the article"
    return None


def _stands_for(words: re.Pattern[str], title: str, text: str) -> bool:
    """The words fill the page: its title above next to nothing, or most of its paragraphs."""
    if len(text) < _BRIEF and words.search(title):
        return True
    paragraphs = [part for part in text.split("\n") if part.strip()]
    return bool(paragraphs) and sum(bool(words.search(part)) for part in paragraphs) * 2 >= len(paragraphs)
