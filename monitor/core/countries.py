"""Names of countries: a country holds many places, so that it is none that tells events apart."""

from __future__ import annotations

from monitor.core.names import canonical

_NAMES = {
    "en": """Ukraine|Russia|Azerbaijan|Armenia|Georgia|Turkey|Türkiye|Moldova|Romania|Bulgaria|Poland|Hungary|Germany|
        France|Britain|United Kingdom|England|Italy|Spain|Austria|Switzerland|Belgium|Netherlands|Norway|Sweden|Finland|
        Denmark|Estonia|Latvia|Lithuania|Belarus|Kazakhstan|Uzbekistan|Turkmenistan|Kyrgyzstan|Tajikistan|Iran|Iraq|
        Syria|Israel|Egypt|Qatar|Saudi Arabia|Emirates|China|India|Pakistan|Japan|South Korea|United States|America|
        Canada|Serbia|Kosovo|Bosnia|Croatia|Slovenia|Slovakia|Czechia|Greece|Cyprus|Albania|Montenegro|Libya|Lebanon""",
    "ru": """Украина|Россия|Азербайджан|Армения|Грузия|Турция|Молдавия|Молдова|Румыния|Болгария|Польша|Венгрия|Германия|
        Франция|Великобритания|Италия|Испания|Австрия|Швейцария|Бельгия|Нидерланды|Норвегия|Швеция|Финляндия|Дания|
        Эстония|Латвия|Литва|Белоруссия|Беларусь|Казахстан|Узбекистан|Туркмения|Киргизия|Таджикистан|Иран|Ирак|Сирия|
        Израиль|Египет|Катар|Эмираты|Китай|Индия|Пакистан|Япония|Америка|Канада|Сербия|Хорватия|Греция|Кипр|Албания""",
    "uk": """Україна|Росія|Азербайджан|Вірменія|Грузія|Туреччина|Молдова|Румунія|Болгарія|Польща|Угорщина|Німеччина|
        Франція|Велика Британія|Британія|Італія|Іспанія|Австрія|Швейцарія|Бельгія|Нідерланди|Норвегія|Швеція|Фінляндія|
        Данія|Естонія|Латвія|Литва|Білорусь|Казахстан|Узбекистан|Іран|Ірак|Сирія|Ізраїль|Єгипет|Катар|Китай|Індія|
        Пакистан|Японія|Америка|Канада|Сербія|Хорватія|Греція|Кіпр|Албанія""",
    "az": """Ukrayna|Rusiya|Azərbaycan|Ermənistan|Gürcüstan|Türkiyə|Moldova|Rumıniya|Bolqarıstan|Polşa|Macarıstan|
        Almaniya|Fransa|Britaniya|İtaliya|İspaniya|Avstriya|İsveçrə|Belçika|Norveç|İsveç|Finlandiya|Belarus|Qazaxıstan|
        Özbəkistan|Türkmənistan|Qırğızıstan|İran|İraq|Suriya|İsrail|Misir|Qətər|Çin|Hindistan|Pakistan|Amerika|Serbiya|
        Yunanıstan""",
    "tr": """Ukrayna|Rusya|Azerbaycan|Ermenistan|Gürcistan|Türkiye|Moldova|Romanya|Bulgaristan|Polonya|Macaristan|
        Almanya|Fransa|İngiltere|İtalya|İspanya|Avusturya|İsviçre|Belçika|Norveç|İsveç|Finlandiya|Belarus|Kazakistan|
        Özbekistan|İran|Irak|Suriye|İsrail|Mısır|Katar|Çin|Hindistan|Pakistan|Amerika|Sırbistan|Yunanistan|Kıbrıs""",
}
KEYS = frozenset(
    canonical(name.strip(), lang) for lang, names in _NAMES.items() for name in names.replace("\n", "").split("|")
)
