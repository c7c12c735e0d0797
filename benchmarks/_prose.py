"""News of our own making in five languages, of any length and never twice the same.

Sentences are put together from phrases, with invented surnames and figures in between: the
phrases bring the words that every article has, the surnames those that no dictionary has and
no cache has seen. What watchlists look for is sprinkled in, as often as in real articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from monitor.core.matching import groups
from monitor.core.model import Article
from monitor.core.rules import Rule, RuleSet
from monitor.core.terms import ANY

LANGUAGES = ("en", "ru", "uk", "az", "tr")
START = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Parts of sentences, each a list of phrases separated by `|`; `tail` takes a surname."""

    when: str
    who: str
    did: str
    what: str
    where: str
    tail: str
    endings: str


PHRASES = {
    "en": Phrases(
        "Early in the morning|On the eve of the holidays|Last week|After a long debate|For the third time this year|"
        "Despite heavy rain|Towards the end of winter|Shortly before noon|At an open session|Under the new budget|"
        "Following a request from parents|Without much ceremony",
        "local farmers|members of the town council|the owners of small shops|engineers of the water company|volunteers|"
        "teachers of the evening school|the editors of the almanac|drivers of the night buses|young musicians|"
        "residents of the upper quarter|researchers of the botanical garden|the librarians",
        "discussed|presented|put off|finished|welcomed|paid for|looked into|repaired|measured|described in detail|"
        "opened to visitors|asked neighbours to support",
        "the repair of the old bridge|a plan for wider pavements|the harvest of late apples|a catalogue of forgotten "
        "songs|the timetable for the coming season|twelve new benches and a fountain|an exhibition of wooden toys|"
        "the cleaning of the river bank|a course in bookkeeping for beginners|the restoration of the clock tower|"
        "the price of tickets for pensioners|a map of all footpaths",
        "in the central square|near the railway crossing|on both sides of the lake|at the agricultural fair|"
        "in the hall of the theatre|beyond the orchards|along the harbour wall|in three neighbouring villages|"
        "behind the grammar school|at the foot of the hill|in the reading room|outside the market",
        "said {name}, who has lived there for {number} years|and {name} counted {number} visitors by evening|"
        "although {name} had expected no more than {number} people|which {name} called a modest success|"
        "while {name} and {name} took the notes|so that {number} families will benefit, {name} explained",
        "|'s|",
    ),
    "ru": Phrases(
        "Рано утром|Накануне праздников|На прошлой неделе|После долгого обсуждения|В третий раз за год|Несмотря на "
        "сильный дождь|Ближе к концу зимы|Незадолго до полудня|На открытом заседании|По новому бюджету|По просьбе "
        "родителей|Без особых церемоний",
        "местные фермеры|депутаты городского совета|владельцы небольших лавок|инженеры водоканала|добровольцы|учителя "
        "вечерней школы|составители альманаха|водители ночных автобусов|молодые музыканты|жители верхнего квартала|"
        "сотрудники ботанического сада|библиотекари",
        "обсудили|представили|отложили|завершили|одобрили|оплатили|изучили|проверили|измерили|подробно описали|показали "
        "посетителям|попросили соседей поддержать",
        "ремонт старого моста|проект широких тротуаров|сбор поздних яблок|каталог забытых песен|расписание на будущий "
        "сезон|двенадцать новых скамеек и фонтан|выставку деревянных игрушек|уборку речного берега|курс бухгалтерии для "
        "начинающих|восстановление башни с часами|цены на билеты для пенсионеров|карту всех пешеходных троп",
        "на центральной площади|возле железнодорожного переезда|по обоим берегам озера|на сельскохозяйственной ярмарке|"
        "в зале театра|за фруктовыми садами|вдоль портовой стены|в трёх соседних деревнях|позади гимназии|у подножия "
        "холма|в читальном зале|рядом с рынком",
        "рассказал {name}, проживший здесь {number} лет|а к вечеру, по словам {name}, пришли {number} гостей|хотя {name} "
        "ожидал не более {number} человек|что {name} назвал скромным успехом|а записи вели {name} и {name}|и это "
        "поможет {number} семьям, пояснил {name}",
        "|а|у|ым|е",
    ),
    "uk": Phrases(
        "Рано вранці|Напередодні свят|Минулого тижня|Після довгого обговорення|Утретє за рік|Попри сильний дощ|Ближче до "
        "кінця зими|Незадовго до полудня|На відкритому засіданні|За новим бюджетом|На прохання батьків|Без зайвих "
        "церемоній",
        "місцеві фермери|депутати міської ради|власники невеликих крамниць|інженери водоканалу|добровольці|вчителі "
        "вечірньої школи|укладачі альманаху|водії нічних автобусів|молоді музиканти|мешканці верхнього кварталу|"
        "працівники ботанічного саду|бібліотекарі",
        "обговорили|представили|відклали|завершили|схвалили|оплатили|вивчили|перевірили|виміряли|докладно описали|"
        "показали відвідувачам|попросили сусідів підтримати",
        "ремонт старого мосту|проєкт широких тротуарів|збирання пізніх яблук|каталог забутих пісень|розклад на "
        "майбутній сезон|дванадцять нових лавок і фонтан|виставку дерев'яних іграшок|прибирання річкового берега|курс "
        "бухгалтерії для початківців|відновлення вежі з годинником|ціни на квитки для пенсіонерів|мапу всіх пішохідних "
        "стежок",
        "на центральній площі|біля залізничного переїзду|на обох берегах озера|на сільськогосподарському ярмарку|у залі "
        "театру|за плодовими садами|уздовж портового муру|у трьох сусідніх селах|за гімназією|біля підніжжя пагорба|у "
        "читальній залі|поруч із ринком",
        "розповів {name}, який живе тут {number} років|а до вечора, за словами {name}, прийшли {number} гостей|хоча "
        "{name} очікував щонайбільше {number} людей|що {name} назвав скромним успіхом|а нотатки вели {name} і {name}|"
        "і це допоможе {number} родинам, пояснив {name}",
        "|а|у|ом|і",
    ),
    "az": Phrases(
        "Səhər tezdən|Bayram ərəfəsində|Ötən həftə|Uzun müzakirədən sonra|Bu il üçüncü dəfə|Güclü yağışa baxmayaraq|"
        "Qışın sonuna yaxın|Günortadan bir az əvvəl|Açıq iclasda|Yeni büdcəyə əsasən|Valideynlərin xahişi ilə|"
        "Təntənəsiz",
        "yerli fermerlər|şəhər şurasının üzvləri|kiçik dükanların sahibləri|su idarəsinin mühəndisləri|könüllülər|"
        "axşam məktəbinin müəllimləri|almanaxın tərtibçiləri|gecə avtobuslarının sürücüləri|gənc musiqiçilər|yuxarı "
        "məhəllənin sakinləri|botanika bağının əməkdaşları|kitabxanaçılar",
        "müzakirə ediblər|təqdim ediblər|təxirə salıblar|başa çatdırıblar|bəyəniblər|maliyyələşdiriblər|araşdırıblar|"
        "yoxlayıblar|ölçüblər|ətraflı təsvir ediblər|ziyarətçilərə göstəriblər|qonşularla bölüşüblər",
        "köhnə körpünün təmirini|enli səkilərin layihəsini|payız almalarının yığımını|unudulmuş mahnıların kataloqunu|"
        "gələn mövsümün cədvəlini|on iki yeni oturacağı və fəvvarəni|taxta oyuncaqların sərgisini|çay sahilinin "
        "təmizlənməsini|yeni başlayanlar üçün mühasibat kursunu|saat qülləsinin bərpasını|təqaüdçülər üçün bilet "
        "qiymətlərini|bütün cığırların xəritəsini",
        "mərkəzi meydanda|dəmir yolu keçidinin yanında|gölün hər iki sahilində|kənd təsərrüfatı yarmarkasında|teatrın "
        "salonunda|meyvə bağlarının arxasında|liman divarı boyunca|üç qonşu kənddə|gimnaziyanın arxasında|təpənin "
        "ətəyində|oxu zalında|bazarın yanında",
        "bunu orada {number} il yaşamış {name} danışıb|axşama qədər {name} {number} qonaq sayıb|halbuki {name} {number} "
        "nəfərdən çox gözləmirdi|{name} bunu təvazökar uğur adlandırıb|qeydləri {name} və {name} aparıb|{name} "
        "{number} ailəyə kömək olacağını izah edib",
        "|ın|a|dan|ı",
    ),
    "tr": Phrases(
        "Sabahın erken saatlerinde|Bayram öncesinde|Geçen hafta|Uzun bir görüşmenin ardından|Bu yıl üçüncü kez|Şiddetli "
        "yağmura rağmen|Kışın sonuna doğru|Öğleden biraz önce|Açık oturumda|Yeni bütçeye göre|Velilerin isteği üzerine|"
        "Törensiz olarak",
        "yerel çiftçiler|kent meclisinin üyeleri|küçük dükkânların sahipleri|su idaresinin mühendisleri|gönüllüler|"
        "akşam okulunun öğretmenleri|yıllığı hazırlayanlar|gece otobüslerinin şoförleri|genç müzisyenler|yukarı "
        "mahallenin sakinleri|botanik bahçesinin çalışanları|kütüphaneciler",
        "ele aldı|tanıttı|erteledi|tamamladı|beğendi|ödedi|inceledi|denetledi|ölçtü|ayrıntılı biçimde anlattı|"
        "ziyaretçilere açtı|komşularla paylaştı",
        "eski köprünün onarımını|geniş kaldırımların projesini|geç elmaların hasadını|unutulmuş şarkıların "
        "kataloğunu|gelecek mevsimin tarifesini|on iki yeni bankı ve çeşmeyi|ahşap oyuncak sergisini|nehir kıyısının "
        "temizliğini|yeni başlayanlar için muhasebe kursunu|saat kulesinin yenilenmesini|emekliler için bilet "
        "fiyatlarını|bütün yürüyüş yollarının haritasını",
        "merkez meydanda|demiryolu geçidinin yanında|gölün iki kıyısında|tarım fuarında|tiyatronun salonunda|meyve "
        "bahçelerinin ötesinde|liman duvarı boyunca|üç komşu köyde|lisenin arkasında|tepenin eteğinde|okuma salonunda|"
        "pazarın yanında",
        "bunu orada {number} yıldır yaşayan {name} anlattı|akşama kadar {name} {number} konuk saydı|oysa {name} {number} "
        "kişiden fazlasını beklemiyordu|{name} bunu mütevazı bir başarı olarak niteledi|notları {name} ve {name} "
        "tuttu|{name} bunun {number} aileye yarayacağını açıkladı",
        "|'ın|'a|'dan|'ı",
    ),
}
_LATIN = "bal dor mek tis vor lan kir sav ten mor gal pir rud nem zol tar bis hal kov dun ras pel gor min".split()
_CYRILLIC = "бал дор мек тис вор лан кир сав тен мор гал пир руд нем зол тар бис хал ков дун рас пел гор мин".split()
_OPERATOR = re.compile(r"~\d+ ?|[=*]+")


def plain_word(word: str) -> str:
    """A word of a watchlist as it may stand in a text: without `=`, `*` and `~3`."""
    return _OPERATOR.sub("", word).strip()


class Prose:
    """An endless supply of articles. The same seed gives the same ones."""

    def __init__(self, seed: int, ruleset: RuleSet | None = None, touching: float = 0.3, mentions: float = 0.6):
        """`touching`: share of articles with a passage that has every word some rule asks for;
        `mentions`: share of sentences with a single watched word."""
        self._random = Random(seed)
        self._parts = {lang: _split(PHRASES[lang]) for lang in LANGUAGES}
        self._ruleset = ruleset
        self._touching, self._mentions = touching, mentions
        self._words = {lang: _watched(ruleset, lang) if ruleset else [] for lang in LANGUAGES}

    def name(self, lang: str) -> str:
        random = self._random
        syllables = _CYRILLIC if lang in ("ru", "uk") else _LATIN
        ending = random.choice(self._parts[lang]["endings"])
        return "".join(random.choices(syllables, k=random.choice((2, 3, 3)))).capitalize() + ending

    def sentence(self, lang: str) -> str:
        random, parts = self._random, self._parts[lang]
        tail = re.sub(r"\{name\}", lambda _: self.name(lang), random.choice(parts["tail"]))
        tail = tail.replace("{number}", str(random.randint(2, 400)))
        main = " ".join(random.choice(parts[part]) for part in _order(lang))
        watched = self._words[lang]
        if watched and random.random() < self._mentions:
            main += f" ({random.choice(watched)})"
        return f"{main}, {tail}."

    def passage(self, lang: str, rule: Rule) -> str:
        """A sentence with one word of every group that a rule asks for."""
        assert self._ruleset is not None
        words = []
        for group in groups(rule):
            terms = [self._ruleset.terms[name].words for name in group]
            listed = [word for term in terms for word in (*term.get(lang, ()), *term.get(ANY, ()))]
            if listed:
                words.append(plain_word(self._random.choice(listed)))
        text = f"{' '.join(words)} {self._random.choice(self._parts[lang]['where'])}."
        return text[:1].upper() + text[1:]

    def title(self, lang: str) -> str:
        parts, random = self._parts[lang], self._random
        title = f"{random.choice(parts['who'])} {random.choice(parts['what'])}: {self.name(lang)}"
        return title[:1].upper() + title[1:]

    def paragraphs(self, lang: str, words: int) -> list[str]:
        """About so many words, three sentences a paragraph; the lead may touch a rule."""
        made: list[list[str]] = [[]]
        count = 0
        if self._ruleset and self._random.random() < self._touching:
            made[-1].append(self.passage(lang, self._random.choice(self._ruleset.rules)))
        while count < words:
            if len(made[-1]) >= 3:
                made.append([])
            made[-1].append(self.sentence(lang))
            count += len(made[-1][-1].split())
        return [" ".join(sentences) for sentences in made]

    def article(self, number: int, words: int = 600) -> Article:
        """Languages take turns; articles are half an hour apart, of twelve publishers."""
        lang = LANGUAGES[number % len(LANGUAGES)]
        published = START + timedelta(minutes=30 * number)
        return Article(
            id=f"prose-{number}",
            title=self.title(lang),
            text="\n\n".join(self.paragraphs(lang, words)),
            published=published,
            first_seen=published,
            language=lang,
            outlet=f"Outlet {number % 12}",
            publisher=f"publisher-{number % 12}",
        )


def _order(lang: str) -> Sequence[str]:
    return ("when", "who", "where", "what", "did") if lang in ("az", "tr") else ("when", "who", "did", "what", "where")


def _split(phrases: Phrases) -> dict[str, list[str]]:
    return {part: getattr(phrases, part).split("|") for part in Phrases.__slots__}


def _watched(ruleset: RuleSet, lang: str) -> list[str]:
    words = (word for term in ruleset.terms.values() for word in (*term.words.get(lang, ()), *term.words.get(ANY, ())))
    return sorted({plain for word in words if (plain := plain_word(word))})
