"""What the newsroom of the filled desk prints, beside the stories of the demo; its watchlist, sources and channels."""

from __future__ import annotations

from dataclasses import dataclass

PORTS = """version: 1
terms:
  poti:
    en: [port of Poti, Poti port]
    ru: [порт ~2 Поти, потийский порт]
    az: [Poti liman*]
    ka: [ფოთის პორტ*]
  shut:
    en: [close, shut, closure]
    ru: [закрыть, закрыт*, закрытие]
    az: [bağlan*]
    ka: [დაიხურ*, დახურ*]
  border_train:
    en: [border train, night train ~3 border]
    ru: [пограничный поезд]
    uk: [прикордонний поїзд, прикордонний потяг]
    ka: [სასაზღვრო მატარებელ*]
  late:
    en: [delay, late, cancel]
    ru: [опоздать, задержать, задержка, отменить]
    uk: [запізнитися, затримати, затримка, скасувати]
    ka: [იგვიანებ*, გაუქმ*]
rules:
  - id: poti-port
    kind: event
    title: Closure of the port of Poti
    description: A closure holds up the wheat of three countries.
    severity: critical
    match: {all: [poti], within: 2}
    steps: [{id: shut, cues: [shut], title: the port is closed}]
    same_event: {days: 1, memory: 7d}
  - id: border-trains
    kind: event
    title: Trains across the border
    severity: low
    match: {all: [border_train], within: 2}
    steps: [{id: late, cues: [late], title: late or cancelled}]
    same_event: {days: 1, memory: 7d}
"""

CHANNELS = """version: 1
default: [duty]
channels:
  duty:
    targets:
      - {name: screen, url: "console://"}
      - {name: hook, url: "json://duty.example/hook"}
  night:
    targets:
      - {name: phone, url: "json://phone.example/hook"}
routes:
  - {match: {severity: critical}, to: [duty, night]}
"""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A source of ours. `state`: healthy, failing, blocked, gone, quiet, new or warned."""

    id: str
    name: str
    language: str
    country: str
    tier: int = 3
    state: str = "healthy"
    kind: str = "feed"


OUTLETS = (
    Outlet("harbour-wire", "Harbour Wire", "en", "GB", 2),
    Outlet("eastline", "Eastline Daily", "en", "GE"),
    Outlet("poludenny", "Полуденный курьер", "ru", "KZ"),
    Outlet("lyman", "Лиманська хвиля", "uk", "UA"),
    Outlet("sahil", "Sahil Səhəri", "az", "AZ"),
    Outlet("rihtim", "Kuzey Rıhtımı", "tr", "TR"),
    Outlet("tbilisi-tsa", "თბილისის ცა", "ka", "GE", 2),
    Outlet("agentur-west", "Agentur West", "en", "DE", 1, "failing"),
    Outlet("novosti-oka", "Новости Оки", "ru", "RU", 3, "blocked"),
    Outlet("dnipro-visti", "Дніпровські вісті", "uk", "UA", 2, "warned"),
    Outlet("xezer-xeber", "Xəzər Xəbər", "az", "AZ", 4, "gone"),
    Outlet("ararat-mail", "Ararat Mail", "en", "AM", 3, "quiet"),
    Outlet("batumi-kurieri", "ბათუმის კურიერი", "ka", "GE", 3, "failing"),
    Outlet("kyiv-rada", "Канал ради", "uk", "UA", 4, "new"),
)

# Of one closure each, by language: title and text.
CLOSURES = (
    (
        "harbour-wire",
        "Storm closes the port of Poti",
        "The port of Poti was closed on {day} as a storm came in from the sea, the harbour master said.\n\nForty"
        " lorries with wheat wait at the gate, and two ferries turned back. Pilots will look at the bar tomorrow.",
    ),
    (
        "tbilisi-tsa",
        "ფოთის პორტი დაიხურა",
        "ფოთის პორტი დაიხურა ძლიერი ქარის გამო, განაცხადა პორტის ადმინისტრაციამ.\n\nგემები ნავმისადგომებთან ელოდებიან, "
        "მძღოლებს კი სთხოვენ, რომ ქალაქში დარჩნენ.",
    ),
    (
        "poludenny",
        "Порт Поти закрыт из-за аварии крана",
        "Порт Поти закрыт {day} после аварии портового крана, сообщила администрация.\n\nПострадавших нет. Погрузку "
        "удобрений перенесли в соседнюю гавань, очередь грузовиков растянулась на три километра.",
    ),
    (
        "sahil",
        "Poti limanı bağlandı",
        "Poti limanı {on} bağlandı, liman rəhbərliyi bildirib.\n\nSəbəb dalğaların hündürlüyüdür. Yük maşınları "
        "dayanacaqda gözləyir, bərələr isə Batumiyə yönəldilib.",
    ),
)
TRAINS = (
    (
        "eastline",
        "Border train delayed for four hours",
        "The border train was delayed on {day} for four hours, the railway said, because a carriage had to be taken "
        "off.\n\nPassengers got tea and blankets in the waiting room.",
    ),
    (
        "lyman",
        "Прикордонний поїзд запізнився на шість годин",
        "Прикордонний поїзд запізнився {day} на шість годин, повідомила залізниця.\n\nПричиною назвали перевірку колії "
        "після зливи. Пасажирам повернуть гроші за квитки.",
    ),
    (
        "dnipro-visti",
        "Прикордонний потяг скасували через ремонт мосту",
        "Прикордонний потяг {day} скасували, бо інженери знайшли тріщину в опорі мосту.\n\nЗамість нього їздять "
        "автобуси, дорога триває на дві години довше.",
    ),
)

# What nobody watches, by language; the numbers make each one a text of its own.
QUIET = {
    "en": (
        "Town market counts {n} stalls",
        "The town market opened with {n} stalls, {m} more than last year. Growers brought quinces, honey and the last "
        "tomatoes, and the brass band of the fire service played until noon. A roof is promised for the fish row.",
    ),
    "ru": (
        "Библиотека получила {n} новых книг",
        "Районная библиотека получила {n} новых книг, ещё {m} обещают привезти к празднику. Читальный зал будет открыт "
        "по вечерам, а в субботу здесь покажут диафильмы. Директор благодарит всех, кто помог починить крышу.",
    ),
    "uk": (
        "На ярмарку продали {n} горщиків",
        "Гончарі продали на ярмарку {n} горщиків і {m} куманців. Найбільше питали про сині миски, яких цього року "
        "зробили мало. Організатори обіцяють наступного разу поставити другу піч просто на площі.",
    ),
    "az": (
        "Bağda {n} nar ağacı əkildi",
        "Məktəblilər şəhər bağında {n} nar ağacı əkiblər, daha {m} ting yazda gətiriləcək. Bağban deyir ki, ilk barı "
        "üç ildən sonra gözləmək olar. Uşaqlar ağaclara öz adlarını veriblər.",
    ),
    "tr": (
        "Kıyıda {n} uçurtma havalandı",
        "Kıyıda {n} uçurtma havalandı, yarışmaya {m} okul katıldı. Birinciliği ejderha biçimindeki uçurtma aldı. "
        "Rüzgâr öğleden sonra dinince çocuklar sandallara bindi.",
    ),
    "ka": (
        "სკოლამ {n} ხე დარგო",
        "სოფლის სკოლის მოსწავლეებმა {n} ხე დარგეს, კიდევ {m} ნერგს გაზაფხულზე მოიტანენ. მასწავლებელი ამბობს, რომ ბაღი "
        "ყველასთვის ღია იქნება.",
    ),
}

# What the baseline has, told again.
RETOLD = (
    (
        "harbour-wire",
        "What became of the depot: visit number {n}",
        "On 8 August 2025 Russian drones set storage tanks of the SOCAR oil depot in Odesa on fire. Our reporter went "
        "there for the visit number {n}; {m} people now work at the provisional gate, and the oldest tanks are scrap.",
    ),
    (
        "poludenny",
        "Хроника саммита на Аляске, часть {n}",
        "Президенты США и России договорились встретиться 15 августа 2025 года на Аляске. В части {n} нашей хроники "
        "{m} свидетелей вспоминают, как выбирали город и кто печатал меню для обеда.",
    ),
    (
        "sahil",
        "Yardım barədə {n} sual",
        "11 avqust 2025-ci il tarixli sərəncamla Ukraynaya elektrik avadanlığı üçün 2 milyon dollar ayrılıb. Oxucular "
        "{n} sual göndəriblər, onlardan {m} nəfəri transformatorların çəkisini soruşur.",
    ),
)
