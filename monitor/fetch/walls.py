"""Pages that answer 200 and hold no article: which kind, in words an operator understands."""

from __future__ import annotations

import re

_SHORT = 900  # characters; longer texts are articles, but for the consent walls that lawyers write
_LONG = 6_000  # … which are no longer than this
_BRIEF = 400
_NOTICE = 200
_MOSTLY = 0.6  # of the paragraphs of a long consent wall speak of nothing else


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


_CHALLENGE_TEXT = _any(
    r"just a moment", r"checking your browser", r"verify(?:ing)? (?:that )?you are (?:a )?human", r"are you a robot",
    r"attention required", r"ddos.?guard", r"enable javascript and cookies", r"unusual traffic", r"captcha",
    r"провер\w+ (?:вашего )?браузера", r"подтвердите,? что вы не робот", r"вы не робот", r"перевірка браузера",
    r"підтвердьте,? що ви не робот", r"robot olmad\w+", r"access denied", r"ray id",
    r"complete the security (?:check|verification)", r"your request (?:was|has been) (?:blocked|rejected)",
    r"проверяем,? (?:что|не) вы", r"ваш (?:ip|запрос).{0,40}(?:заблокирован|ограничен|отклон[её]н)",
    r"доступ с ваше\w+",
    r"перевіряємо,? (?:що|чи) ви", r"ваш (?:ip|запит).{0,40}(?:заблоковано|обмежено|відхилено)", r"доступ з ваш\w+",
    r"tarayıcınız (?:kontrol|doğrula)\w*", r"insan olduğunuzu", r"brauzeriniz yoxlanıl\w+",
    r"nu (?:ești|sunteți) (?:un )?robot",
    r"հաստատեք,? որ (?:ռոբոտ|մարդ)", r"დაადასტურეთ,? რომ (?:რობოტი|ადამიანი)", r"nie jesteś robotem",
    r"dass sie (?:kein roboter|ein mensch)", r"vous n'êtes pas un robot",
)  # fmt: skip
_CHALLENGE_MARKUP = _any(
    r"cf-chl", r"challenge-platform", r"_incapsula_resource", r"ddos-guard", r"__ddg", r"g-recaptcha", r"hcaptcha\.com",
    r"cf-turnstile", r"awswafcaptcha", r"px-captcha", r"smartcaptcha", r"captcha-delivery\.com", r"_abck", r"qauth",
    r"/sucuri/", r"vercel-challenge",
)  # fmt: skip
_CONSENT = _any(
    r"before you continue", r"we (?:and our \d* ?partners )?(?:use|value|care)\b.{0,40}(?:cookies|privacy)",
    r"accept (?:all )?cookies", r"consent", r"cookie policy", r"использу\w+ (?:файлы )?(?:cookie|куки)",
    r"согласи\w+ на (?:обработку|использование)", r"використову\w+ (?:файли )?(?:cookie|куки)", r"çerez",
    r"kukilər|kuki faylları|cookie[- ]?fayl\w+", r"module?le? cookie|folosi\w+ cookie|cookie-uri",
    r"քուքի|cookie-ներ", r"ქუქი|cookie-ებ|მზა ჩანაწერ", r"plik\w+ cookie|ciasteczk",
    r"wir (?:und unsere partner )?verwenden cookies", r"(?:nous|nos partenaires) .{0,40}cookies",
    r"legitimate interest|законн\w+ интерес", r"manage (?:your )?(?:choices|preferences|settings)",
    r"(?:store|access) (?:and/or access )?information on (?:a|your) device",
    r"personali[sz]ed (?:ads|advertising)", r"gizlilik (?:tercih|politika)\w+", r"kişisel verileriniz",
    r"обработк\w+ персональных данных", r"обробк\w+ персональних даних", r"политик\w+ конфиденциальности",
    r"політик\w+ конфіденційності", r"datelor? (?:cu caracter )?person", r"şəxsi məlumat\w*",
)  # fmt: skip
# What tells a wall from an article about walls: it speaks to its reader.
_ASKS = _any(
    r"\bwe (?:and our|use|value|care)\b", r"your (?:privacy|choices|consent)", r"мы (?:и наши|использу|цен)",
    r"ваш\w* согласи", r"ми (?:та наші|використову|цін)", r"ваш\w* згод", r"biz .{0,40}(?:çerez|kuki|cookie)",
    r"kişisel verileriniz",
    r"\bnoi (?:și|folosim)", r"wir (?:und|verwenden)", r"nous (?:et|utilisons)",
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
    r"(?:this|the) (?:article|content|story) is (?:for|available (?:only )?to) (?:\w+ ){0,2}subscribers",
    r"already a subscriber\?", r"(?:become a member|start your (?:free )?(?:trial|subscription)) to (?:read|continue)",
    r"полн\w+ (?:версия|текст) .{0,20}доступ\w+ (?:только )?(?:по подписке|подписчикам)", r"оформите подписку,? чтобы",
    r"материал доступен (?:только )?(?:по подписке|подписчикам)",
    r"матеріал доступний (?:лише |тільки )?(?:за передплатою|передплатникам|підписникам)",
    r"оформіть (?:перед|під)\w+,? щоб", r"(?:yalnız|ancaq) abunəçilər", r"(?:sadece|yalnızca) abonel\w+",
    r"abone olun.{0,30}okumaya devam",
    r"(?:doar|numai) (?:pentru )?abonați", r"abonează-te (?:ca|pentru) a (?:citi|continua)",
    r"pentru a citi (?:tot|întreg)\w* articol",
    r"միայն բաժանորդ", r"մուտք գործեք.{0,30}կարդալ", r"მხოლოდ (?:გამომწერ|აბონენტ)", r"გაიარეთ ავტორიზაცია",
    r"(?:tylko|wyłącznie) dla (?:abonentów|subskrybentów)", r"réservé (?:à nos|aux) abonnés", r"nur für abonnenten",
    r"um (?:den artikel )?weiterzulesen",
)  # fmt: skip
_LOST = _any(
    r"\b404\b", r"(?:page|article|content) (?:was )?not found", r"page (?:does not|doesn't|no longer) exist",
    r"страниц\w+ не найден\w+", r"не найден\w+ страниц\w+", r"сторінк\w+ не (?:знайден\w+|існує)",
    r"səhifə tapılmadı", r"sayfa bulunamadı", r"aradığınız sayfa", r"pagina nu (?:a fost găsită|există)",
    r"էջը (?:չի գտնվել|գոյություն չունի)", r"გვერდი (?:ვერ მოიძებნა|არ (?:მოიძებნა|არსებობს))",
)  # fmt: skip
_REMOVED = _any(
    r"this (?:article|story|page) (?:has been|was|is) (?:removed|deleted|no longer available)",
    r"(?:материал|стать[яи]|новость|публикация) (?:был[аи]? )?(?:удал[её]н\w*|не найден\w*|больше не доступ\w*)",
    r"(?:матеріал|статт[яю]|новин\w|публікаці\w) (?:було )?(?:видален\w+|не знайден\w+)",
    r"(?:haber|içerik|xəbər|material) (?:bulunamadı|kaldırıl\w+|silin\w+|tapılmadı)",
    r"nie znaleziono (?:strony|artykułu)", r"strona nie istnieje", r"seite (?:wurde )?nicht gefunden",
    r"page (?:introuvable|non trouvée)",
)  # fmt: skip
# All of them speak of the site itself: news tells of repairs and blockings too.
_BROKEN = _any(
    r"\b50[0234]\b.{0,20}(?:error|gateway|unavailable)", r"internal server error", r"bad gateway|gateway time-?out",
    r"\bsite\b.{0,40}(?:under|scheduled) maintenance", r"error establishing a database",
    r"сайт\w*.{0,30}технически\w+ (?:работ|обслуживани)\w*", r"сайт временно недоступен",
    r"сайт\w*.{0,30}технічн\w+ (?:робот|обслуговуванн)\w*", r"сайт тимчасово недоступний", r"\bsite\w*.{0,30}bakım",
    r"sayt\w*.{0,30}texniki", r"\bsite\w*.{0,30}mentenanță", r"կայք\w*.{0,30}տեխնիկական աշխատանք",
    r"საიტ\w*.{0,30}ტექნიკური",
)  # fmt: skip
_ELSEWHERE = _any(
    r"(?:not |un)available (?:in|from) your (?:country|region|location)",
    r"(?:blocked|restricted) in your (?:country|region)",
    r"недоступ\w+ (?:в|для) (?:вашей стран\w+|вашего регион\w+|вашем регион\w+)",
    r"недоступн\w+ (?:у|для) ваш\w+ (?:країн\w+|регіон\w+)", r"(?:ülkenizden|bölgenizde|bölgenizden) erişil\w+",
    r"ölkənizdə(?:n)? .{0,20}(?:mümkün deyil|əlçatan deyil)", r"european economic area.{0,80}(?:cannot|not) ",
)  # fmt: skip
_LOGIN_FORM = re.compile(r"<input[^>]{0,200}type\s*=\s*[\"']?password", re.IGNORECASE)
_NOT_FREE = re.compile(r"\"isAccessibleForFree\"\s*:\s*\"?false", re.IGNORECASE)


def wall(markup: str, title: str, text: str) -> str | None:
    """What stands in place of an article, or None when the text may well be one."""
    if len(text) > _SHORT:
        return _A_CONSENT if len(text) <= _LONG and _speaks_of_nothing_else(_CONSENT, text) else None
    markup = markup[:300_000]
    brief = len(text) < _BRIEF
    # In this order: a challenge page speaks of cookies too, a lost page may ask to log in.
    if _stands_for(_CHALLENGE_TEXT, title, text) or (not text and _CHALLENGE_MARKUP.search(markup)):
        return "a bot challenge instead of the article"
    if _LOST.search(title) or (brief and _LOST.search(text)) or _stands_for(_REMOVED, title, text):
        return "a page that says “not found” although the server answered 200"
    if _stands_for(_ELSEWHERE, title, text):
        return "a page that says it is not shown in our country"
    if _stands_for(_BROKEN, title, text):
        return "an error page instead of the article, although the server answered 200"
    if _PAYWALL.search(text if brief else _notices(text)) or (
        brief and (_NOT_FREE.search(markup) or _LOGIN_FORM.search(markup))
    ):
        return "a login or subscription page instead of the article"
    if _stands_for(_CONSENT, title, text):
        return _A_CONSENT
    return None


_A_CONSENT = "a consent wall instead of the article"


def _speaks_of_nothing_else(words: re.Pattern[str], text: str) -> bool:
    paragraphs = [part for part in text.split("\n") if part.strip()]
    first_person = _ASKS.search(text) is not None
    return first_person and sum(bool(words.search(part)) for part in paragraphs) >= _MOSTLY * len(paragraphs)


def _notices(text: str) -> str:
    """The short paragraphs: in a long one, an article tells of subscribers and logins."""
    return "\n".join(part for part in text.split("\n") if len(part) <= _NOTICE)


def _stands_for(words: re.Pattern[str], title: str, text: str) -> bool:
    """The words fill the page: its title above next to nothing, or most of its paragraphs."""
    if len(text) < _BRIEF and words.search(title):
        return True
    paragraphs = [part for part in text.split("\n") if part.strip()]
    return bool(paragraphs) and sum(bool(words.search(part)) for part in paragraphs) * 2 >= len(paragraphs)
