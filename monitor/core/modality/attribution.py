"""On whose word a sentence is said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.modality.languages import grammar
from monitor.core.modality.sayings import SAYS, compiled, confirming, refers_back, taken_back
from monitor.core.model import Attribution


@dataclass(frozen=True, slots=True)
class AttributionCue:
    """On whose word, and the words that tell. `start == end` where nothing tells (the outlet's own).

    `confirmed`: somebody confirms or admits what others told. `back`: it speaks of the sentence before.
    """

    kind: Attribution
    start: int
    end: int
    text: str
    confirmed: bool = False
    back: bool = False


_UNNAMED = {
    "en": r"(?:unnamed|anonymous|undisclosed|unidentified) \w+|who (?:asked|spoke|"
    r"declined) (?:not )?(?:to be (?:named|identified)|on "
    r"condition of anonymity)|on condition of anonymity|sources?(?! of (?:the )?(?:fire|energy|income|"
    r"funding))(?= (?!code))|sources?$|insiders?",
    "ru": r"источник\w*|собеседник\w*|на условиях анонимности|инсайдер\w*|неназванн\w+|анонимн\w+",
    "uk": r"джерел(?!а енерг|о енерг)\w*|співрозмовник\w*|на умовах анонімності|анонімн\w+|неназван\w+",
    "az": r"mənbə\w*|adı açıqlanmayan|anonim\w*|adının çəkilməsini istəməyən",
    "tr": r"kaynak(?:lar|ları|lara|ların)?(?= |,|\.|$)|isminin açıklanmasını istemeyen|adını açıklamayan|"
    r"ismini vermek istemeyen",
    "ro": r"surse(?:le|lor)?|sub protecția anonimatului",
    "hy": r"աղբյուր\w*",
    "ka": r"წყარო\w*",
}
_ONE_SIDE = {
    "en": r"claim(?:s|ed|ing)?(?! (?:responsib|\w+ lives|the li|his|her|their|compens))|alleg(?:e|es|ed|ing)|"
    r"insist(?:s|ed)?|accus(?:e|es|ed|ing)|"
    r"blam(?:e|es|ed|ing)|propagandists?|state media|pro-\w+ (?:channels?|bloggers?)|telegram channels?|bloggers?",
    "ru": r"утвержда\w+|обвин(?:ил\w*|яет|яют)|пропагандист\w*|заявил\w* сторон\w+|сторон\w+ заявил\w*|военкор\w*|"
    r"телеграм-канал\w*|"
    r"telegram-канал\w*|блогер\w*|провластн\w+",
    "uk": r"стверджу\w+|звинува\w+|пропагандист\w*|заявила сторона|сторона заявила|воєнкор\w*|телеграм-канал\w*|"
    r"telegram-канал\w*|блогер\w*",
    "az": r"iddia (?:ed|et|olun)\w+|ittiham (?:ed|et)\w+|tərəfi\w* (?:iddia|bəyan)\w*|teleqram kanal\w*|"
    r"telegram kanal\w*|blogger\w*|bloger\w*",
    "tr": r"iddia (?:ed|et)\w+|öne sür\w+|suçla\w+|tarafı\w* (?:iddia|öne)\w*|telegram kanal\w*|blogger\w*",
    "ro": r"susțin\w*|pretin\w+|acuz\w+",
    "hy": r"պնդ\w+|մեղադր\w+",
    "ka": r"ამტკიცებ\w+|ადანაშაულებ\w+",
}
_OFFICIAL = {
    "en": r"minist(?:ry|ries|er|ers)|president(?:'s office|ial(?! (?:election|candidate|race|vote)))?|"
    r"presidency|spokes(?:man|woman|person|people)|"
    r"decree|parliament|"
    r"said in a statement|official statement|officials?|prosecutors?|government|cabinet|embassy|ambassador|governor|"
    r"mayor|police|"
    r"court|general staff|kremlin|white house|state department|pentagon|regional (?:military )?administration|"
    r"emergency service|"
    r"security service|press (?:service|office|secretary)|prime minister|central bank|commission|central command|"
    r"navy|air force|army",
    "ru": r"министерств\w+|минист\w+|мид|мо|минобороны|мин(?:фин|энерго|юст|транс|здрав|эконом)\w*|пресс-служб\w*|"
    r"пресс-секретар\w*|"
    r"президент(?!ськ\w+ вибор|ск\w+ выбор)\w*|"
    r"указ\w*|парламент\w*|госдум\w*|официальн\w+ представител\w+|представител\w+ (?:мид|министерств|"
    r"президент|"
    r"правительств|компании)\w*|прокуратур\w*|правительств\w*|кабмин\w*|посольств\w*|посол|губернатор\w*|мэр\w*|"
    r"полици\w+|суд(?:а|е|ом)?|"
    r"генштаб\w*|кремл\w+|белый дом|госдеп\w*|администраци\w+|мчс|гсчс|сбу|фсб|следком\w*|следственн\w+ комитет\w*|"
    r"премьер\w*",
    "uk": r"міністерств\w+|міністр\w*|мзс|міноборони|мін(?:фін|енерго|юст)\w*|пресслужб\w*|прес-служб\w*|"
    r"пресс?-?секретар\w*|речни(?:к|ця|ці|ка)\w*|"
    r"президент(?!ськ\w+ вибор|ск\w+ выбор)\w*|"
    r"указ\w*|парламент\w*|верховн\w+ рад\w+|прокур\w+|уряд\w*|кабмін\w*|посольств\w*|посол|"
    r"губернатор\w*|мер|поліці\w+|суд\w{0,3}|"
    r"генштаб\w*|кремл\w+|білий дім|держдеп\w*|адміністраці\w+|ова|дснс|сбу|прем'єр\w*|повітрян\w+ сил\w*",
    "az": r"nazirli\w+|nazir\w*|xin|prezident\w*|sərəncam\w*|fərman\w*|parlament\w*|milli məclis\w*|sözçü\w*|"
    r"mətbuat (?:xidmət|katib)\w*|"
    r"rəsmi\w*|prokurorlu\w+|hökumət\w*|nazirlər kabinet\w*|səfirli\w+|səfir\w*|konsulluq\w*|qubernator\w*|polis\w*|"
    r"məhkəmə\w*|"
    r"baş qərargah\w*|kreml\w*|ağ ev\w*|dövlət departament\w*|administrasiya\w*|baş nazir\w*|dtx",
    "tr": r"bakanlı\w+|bakan\w*|dışişleri|cumhurbaşkan\w*|kararname\w*|parlamento\w*|meclis\w*|sözcü\w*|"
    r"basın (?:servis|ofis|sekreter)\w*|"
    r"resm[iî]|yetkili\w*|savcı\w*|hükümet\w*|kabine\w*|büyükelçi\w*|valili\w+|vali\w*|belediye\w*|polis\w*|"
    r"mahkeme\w*|genelkurmay\w*|"
    r"kremlin\w*|beyaz saray\w*|başbakan\w*|devlet başkan\w*",
    "ro": r"minist\w+|președint\w+|purtător\w* de cuvânt|decret\w*|parlament\w*|guvern\w*|procuror\w*|ambasad\w+|"
    r"poliți\w+",
    "hy": r"նախարար\w*|նախագահ\w*|խոսնակ\w*|խորհրդարան\w*|կառավարությ\w*|դատախազ\w*|վարչապետ\w*",
    "ka": r"სამინისტრო\w*|მინისტრ\w*|პრეზიდენტ\w*|სპიკერ\w*|პარლამენტ\w*|მთავრობ\w*|პროკურატურ\w*",
}
_LONGEST = 2_000  # characters of a sentence that are looked at
_APART = 60  # characters that may stand between an office and its verb

# From what weakens most to what needs no caution: "a source in the ministry" is no ministry.
_WEAK = ((Attribution.UNNAMED, compiled(_UNNAMED)), (Attribution.ONE_SIDE, compiled(_ONE_SIDE)))
_OFFICES, _SAYING = compiled(_OFFICIAL), compiled(SAYS)


def attribution(sentence: str, lang: str) -> AttributionCue:
    """On whose word the sentence rests. `lang` as in `assertion_at`."""
    text = grammar(lang).fold(sentence[:_LONGEST])
    code = lang[:2].lower() if lang[:2].lower() in _OFFICIAL else "en"
    for kind, patterns in _WEAK:
        if found := patterns[code].search(text):
            return AttributionCue(kind, *found.span(), sentence[found.start() : found.end()])
    if found := confirming(text, code):
        start, end = _with_office(text, found, code)
        return AttributionCue(Attribution.OFFICIAL, start, end, sentence[start:end], confirmed=True)
    if span := _official(text, code):
        return AttributionCue(Attribution.OFFICIAL, *span, sentence[slice(*span)], back=refers_back(text, code))
    return AttributionCue(Attribution.OUTLET, 0, 0, "")


def _official(text: str, code: str) -> tuple[int, int] | None:
    """An office and the verb by which it speaks, the two closest to one another."""
    says = [said for said in _SAYING[code].finditer(text) if not taken_back(text, said.start(), code)]
    pairs = [
        (max(said.start() - office.end(), office.start() - said.end(), 0), office, said)
        for office in _OFFICES[code].finditer(text)
        for said in says
    ]
    colon = re.match(r"[^:]{1,60}:\s", text)  # "Kremlin: ..."
    if colon and (office := _OFFICES[code].search(text, 0, colon.end())):
        return office.span()
    apart, office, said = min(pairs, key=lambda pair: pair[0], default=(_APART + 1, None, None))
    if office is None or said is None or apart > _APART:
        return None
    return min(office.start(), said.start()), max(office.end(), said.end())


def _with_office(text: str, verb: re.Match[str], code: str) -> tuple[int, int]:
    """The confirming verb together with the office that stands close to it."""
    offices = _OFFICES[code].finditer(text)
    near = [office for office in offices if -_APART < office.start() - verb.start() < _APART]
    spans = [verb.span(), *(office.span() for office in near[:1])]
    return min(start for start, _ in spans), max(end for _, end in spans)
