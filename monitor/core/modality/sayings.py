"""Verbs by which somebody answers for what is said, confirms it or corrects it: patterns per language, lower case."""

from __future__ import annotations

import re

from monitor.core.modality.languages import grammar

# An official body that is merely mentioned vouches for nothing: it has to say something.
SAYS = {
    "en": r"sa(?:id|ys?|ying)|t(?:old|ells?)|announc\w+|confirm\w+|report(?:s|ed)|stat(?:es|ed|ement)|according to|"
    r"wr(?:ote|ites)|declar(?:es|ed)|den(?:y|ies|ied)|admit(?:s|ted)|acknowledg(?:es|ed)|reveal(?:s|ed)|add(?:s|ed)|"
    r"inform(?:s|ed)|warn(?:s|ed)|citing|cited|publish(?:es|ed)|post(?:s|ed)|clarif(?:ies|ied)|decree|briefing",
    "ru": r"сообщ\w+|заяв\w+|(?:рас)?сказа\w+|подтвер\w+|объяв\w+|по (?:данным|словам|информации|сведениям)|отмет\w+|"
    r"уточн\w+|указа\w+|опроверг\w*|отрица\w+|призна\w+|говорится|написа\w+|добав\w+|(?:про)?информир\w+|ответи\w+|"
    r"ссылк\w+|пресс-служб\w*|указ(?:а|ом|у)?|доложи\w+|опубликова\w+",
    "uk": r"повідом\w+|заяв\w+|(?:роз)?сказа\w+|розпов\w+|підтвер\w+|оголо\w+|за (?:даними|словами|інформацією)|"
    r"зазнач\w+|уточни\w+|спросту\w+|запереч\w+|визна\w+|і?йдеться|написа\w+|дода\w+|поінформ\w+|наголос\w+|"
    r"посилання\w*|пре[с-]+лужб\w*|указ(?:у|ом)?|опублік\w+|відпові\w+",
    "az": r"bildir\w+|de(?:y|d)\w+|açıqla\w+|təsdiq\w+|elan (?:ed|et|olun)\w+|məlumat\w*|sözlərinə|vurğula\w+|"
    r"qeyd (?:ed|et|olun)\w+|təkzib\w*|inkar\w*|etiraf\w*|yaz\w+|istinadən|xəbər ver\w+|bəyan\w*|görə|sərəncam\w*|"
    r"fərman\w*|söyləy\w+",
    "tr": r"açıkla\w+|söyle\w+|belirt\w+|duyur\w+|bildir\w+|doğrula\w+|onayla\w+|ifade et\w+|kaydet\w+|yalanla\w+|"
    r"reddet\w+|kabul et\w+|itiraf\w*|göre|dedi|yaz\w+|aktar\w+|teyit\w*|beyan\w*|vurgula\w+|kararname\w*",
    "ro": r"spus\w*|declar\w+|anunț\w+|confirm\w+|comunicat\w*|potrivit|conform|transmi\w+|nega\w*|dezmin\w+|"
    r"recuno\w+|precizat|scris|informat|decret\w*",
    "hy": r"աս(?:ել|ում|աց)\w*|հայտն\w+|հայտարար\w+|հաստատ\w+|հերք\w+|հաղորդ\w+|ըստ|տեղեկաց\w+|ընդուն\w+|"
    r"նշ(?:ել|եց)\w*",
    "ka": r"განაცხად\w+|თქვა|ამბობს|აცხადებ\w+|დაადასტურ\w+|უარყ\w+|იტყობინებ\w+|ინფორმაცი\w+|აღიარ\w+|თანახმად\w*|"
    r"ცნობით",
}
# Whoever confirms or admits what others told gives his own word for it, whether he holds an office or not.
_CONFIRMS = {
    "en": r"confirm(?:s|ed|ing)?|admit(?:s|ted|ting)?|acknowledg(?:es?|ed|ing)|conced(?:es?|ed)",
    "ru": r"подтверд(?:ил|ила|или|ило)|подтвержда(?:ет|ют)|подтвержд[её]н\w*|призна(?:л|ла|ли|ет|ют)",
    "uk": r"підтверд(?:ив|ила|или|ило)|підтверджу(?:є|ють)|підтверджено|визна(?:в|ла|ли|є|ють)",
    "az": r"təsdiq(?:lə|lən)(?:di|dilər|yib|yiblər|ir|mişdir)|təsdiq (?:ed|etd|etmişd|olun(?!m))\w*|"
    r"etiraf (?:ed|etd|etmişd|olun(?!m))\w*",
    "tr": r"doğrula(?:dı|dılar|ndı|mıştır)|teyit (?:ed|ett|etmiş)\w*|itiraf (?:ed|ett|etmiş)\w*|"
    r"kabul (?:ediyor|etti)\w*",
    "ro": r"confirmat\w*|confirmă|recunoscut|recunoaște",
    "hy": r"հաստատ(?:եց|եցին|ել|վել|վեց)|խոստովան(?:եց|եցին|ել)",
    "ka": r"დაადასტურ(?:ა|ეს)|აღიარ(?:ა|ეს)",
}
# A few words that take the confirmation back, just before it.
_NOT = {
    "en": r"\b(?:no|not|never|nobody|neither|none|cannot|yet to|un|declin\w+ to|refus\w+ to|without)\b|n't\b",
    "ru": r"\b(?:не|никто|без)\b|отказа\w+",
    "uk": r"\b(?:не|ніхто|без)\b|відмови\w+",
    "ro": r"\bn[ui]\b|\bn-a",
    "hy": r"\bչի\b|\bչեն\b",
    "ka": r"\bარ\b|\bვერ\b",
}
# Onlookers confirm that they have seen something; they do not answer for it.
_ONLOOKERS = {
    "en": r"independently|residents?|(?:eye)?witness\w*|satellite|analysts?|experts?|reuters|footage|videos?|photos?",
    "ru": r"независим\w+|жител\w+|очевид\w+|спутников\w+|аналитик\w*|эксперт\w*|кадр\w*|видео|фото",
    "uk": r"незалежн\w+|жител\w+|мешкан\w+|очевид\w+|супутников\w+|аналітик\w*|експерт\w*|кадр\w*|відео|фото",
    "az": r"müstəqil\w*|sakin\w*|şahid\w*|peyk|ekspert\w*|görüntü\w*|video\w*",
    "tr": r"bağımsız\w*|sakin\w*|tanık\w*|görgü|uydu|uzman\w*|görüntü\w*|video\w*",
}
# Only what is never said of mere detail: «уточнили в ведомстве» corrects nothing.
_CORRECTS = {
    "en": r"correction|corrected|corrects|revis(?:es|ed) (?:its |the |their |up|down)\w*|earlier (?:figure|report|toll|"
    r"version) (?:was|were|had)|updated (?:toll|figures?)|(?:not|rather than) \w+ as (?:first |earlier |previously )?"
    r"(?:reported|stated|announced)|retract(?:s|ed)",
    "ru": r"исправлен\w+|поправк\w+ редакции|уточн[её]нн\w+ (?:данн|информаци|сведени|числ)\w+|скорректирова\w+|"
    r"а не \w+,? как (?:сообщал\w+|говорил\w+|указывал\w+) (?:ранее|прежде)|ранее (?:ошибочно|неверно)",
    "uk": r"виправлен\w+|виправля\w+|уточнен\w+ (?:дан|інформац|відомост|кільк)\w+|скоригу\w+|а не \w+,? як "
    r"(?:повідомлял\w+|зазначал\w+) (?:раніше)|раніше (?:помилково|хибно)",
    "az": r"düzəliş\w*|dəqiqləşdirilmiş (?:məlumat|rəqəm|say)\w*|əvvəl (?:səhvən|yanlış)",
    "tr": r"düzeltme\w*|düzelt(?:ti|ildi|iyor)\w*|güncellenen (?:bilanço|rakam|sayı)\w*|daha önce (?:yanlış|hatalı)",
    "ro": r"corectat\w*|erată|corecție|rectificat\w*",
    "hy": r"ուղղում|ճշտված",
    "ka": r"შესწორება|დაზუსტებული",
}
# Denial by name, not the mere “not” of a sentence.
_DENIES = {
    "en": r"den(?:y|ies|ied|ying|ials?)|reject\w*|dismiss\w*|refut\w+|untrue|no truth|fake|false",
    "ru": r"опроверг\w*|опроверж\w+|отрица\w+|отверг\w*|фейк\w*|не соответству\w+",
    "uk": r"спрост\w+|запереч\w+|відки(?:да|н)\w+|фейк\w*|не відповіда\w+",
    "az": r"təkzib\w*|inkar\w*|rədd|əsassız\w*|yalan\w*",
    "tr": r"yalanla\w*|reddet?\w*|inkâ?a?r\w*|asılsız\w*",
    "ro": r"dezmin\w+|neg(?:ă|at)\w*|resping\w*|respins\w*|fals\w*",
    "hy": r"հերք\w+|ժխտ\w+",
    "ka": r"უარყ\w+|უარჰყ\w+",
}
# “He said so on Friday”, «об этом сообщил»: the sentence vouches for the one before it.
_REFERS_BACK = {
    "en": r"(?:this|that|it) (?:was|has been|is)|.{0,40}\bsaid (?:so|this)|the (?:attack|strike|news|information) was",
    "ru": r"(?:как|об этом|это|данн\w+ информаци\w+|информаци\w+)",
    "uk": r"(?:як|про це|це|цю інформацію|інформацію)",
    "az": r"(?:bu barədə|bunu|bu haqda|məlumatı)",
    "tr": r"(?:bunu|konuya|olayla ilgili|açıklamayı|bu bilgiyi)",
    "ro": r"(?:despre aceasta|anunțul|informația)",
}
_LONGEST = 2_000  # characters of a sentence that are looked at


def compiled(table: dict[str, str]) -> dict[str, re.Pattern[str]]:
    """Language → pattern that matches whole words of a folded text."""
    return {lang: re.compile(rf"(?<![\w'])(?:{pattern})(?!\w)") for lang, pattern in table.items()}


_CONFIRMING, _CORRECTING, _LOOKING_ON = compiled(_CONFIRMS), compiled(_CORRECTS), compiled(_ONLOOKERS)
_DENYING, _BACK = compiled(_DENIES), compiled(_REFERS_BACK)
_REFUSING = {lang: re.compile(rf"(?:{pattern})\W+(?:[\w'-]+\W+){{0,3}}$") for lang, pattern in _NOT.items()}
_BEFORE = 40  # characters before a verb in which a negation is looked for


def taken_back(text: str, position: int, code: str) -> bool:
    """Does a negation stand just before `position`? `text` is folded; `code` is one of the languages above."""
    pattern = _REFUSING.get(code)
    return bool(pattern and pattern.search(text[max(0, position - _BEFORE) : position]))


def confirming(text: str, code: str) -> re.Match[str] | None:
    """The verb by which somebody other than an onlooker confirms or admits. `text` is folded."""
    onlookers = _LOOKING_ON.get(code)
    if onlookers and onlookers.search(text):
        return None
    verbs = _CONFIRMING[code].finditer(text)
    return next((verb for verb in verbs if not taken_back(text, verb.start(), code)), None)


def refers_back(text: str, code: str) -> bool:
    """Does the sentence begin by speaking of the one before it? `text` is folded."""
    return code in _BACK and bool(_BACK[code].match(text.lstrip("«“„\"'— ")))


def corrects(sentence: str, lang: str) -> bool:
    """Does the sentence say that something told before was wrong? `lang` is an ISO 639-1 code."""
    return _has(_CORRECTING, sentence, lang)


def denies(sentence: str, lang: str) -> bool:
    """Does the sentence deny in so many words? `lang` is an ISO 639-1 code."""
    return _has(_DENYING, sentence, lang)


def _has(patterns: dict[str, re.Pattern[str]], sentence: str, lang: str) -> bool:
    pattern = patterns.get(lang[:2].lower(), patterns["en"])
    return bool(pattern.search(grammar(lang).fold(sentence[:_LONGEST])))
