"""Dates in texts: what is found, and which days it means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.dates import DateMention, belongs_elsewhere, find_dates, own_clause
from monitor.core.language import LANGUAGES

PUBLISHED = datetime(2025, 8, 20, 12, tzinfo=UTC)  # a Wednesday

# What stands left of the arrow means the days right of it when published on PUBLISHED; `-` means no date.
GOLDEN = {
    "en": """
        overnight on August 17-18 => 2025-08-17..2025-08-18 range
        overnight from 17 to 18 August => 2025-08-17..2025-08-18 range
        on Tuesday => 2025-08-19 relative
        Tuesday's attack => 2025-08-19 relative
        last Tuesday => 2025-08-19 relative
        next Tuesday => 2025-08-26 relative
        on Tuesday next week => 2025-08-26 relative
        overnight => 2025-08-19..2025-08-20 relative
        last night => 2025-08-19..2025-08-20 relative
        earlier today => 2025-08-20 relative
        two days ago => 2025-08-18 relative
        a week ago => 2025-08-12..2025-08-14 relative
        three weeks on, nothing => 2025-07-29..2025-07-31 relative
        last December => 2024-12-01..2024-12-31 month
        in December 2024 => 2024-12-01..2024-12-31 month
        early September => 2025-09-01..2025-09-10 month
        28 October => 2025-10-28 day
        October 28, 2025 => 2025-10-28 day
        Oct. 28 => 2025-10-28 day
        28.10.2025 => 2025-10-28 day
        2025-10-28 => 2025-10-28 day
        on the night of 17-18 August => 2025-08-17..2025-08-18 range
        in the early hours of Wednesday => 2025-08-20 relative
        the 24th of September => 2025-09-24 day
        at 6 p.m. => -
        for three weeks => -
        in three weeks' time => 2025-09-09..2025-09-11 relative
        he may go => -
        11 may have died => -
        in May => 2025-05-01..2025-05-31 month
        in July, on the 8th and the 18th => 2025-07-01..2025-07-31 month; 2025-07-08 day; 2025-07-18 day
        hit on the 28th => -
        6 and 8 August => 2025-08-06 day; 2025-08-08 day
        Friday, 8 August 2025 => 2025-08-08 day
        the August 2025 campaign => 2025-08-01..2025-08-31 month
        this summer => 2025-06-01..2025-08-31 season
        in 2023 => 2023-01-01..2023-12-31 year
        weeks ago => 2025-06-25..2025-08-12 vague
        earlier this year => 2025-01-01..2025-08-20 vague
        On Aug. 8 two people died. Two days earlier, it began => 2025-08-08 day; 2025-08-06 relative
        from 28 July to 3 August => 2025-07-28..2025-08-03 range
        overnight into Monday => 2025-08-17..2025-08-18 relative
        Monday night => 2025-08-18..2025-08-19 relative
        Sunday's vote => 2025-08-17 relative
        the weekend => 2025-08-16..2025-08-17 relative
        since April => 2025-04-01..2025-04-30 month
        the year 2025 => 2025-01-01..2025-12-31 year
        on march 8 => -
        17 to 18 August => 2025-08-17..2025-08-18 range
        between 12 and 14 August 2025 => 2025-08-12 day; 2025-08-14 day
        yesterday => 2025-08-19 relative
        tomorrow => 2025-08-21 relative
        last week => 2025-08-11..2025-08-17 range
        last month => 2025-07-01..2025-07-31 month
        last year => 2024-01-01..2024-12-31 year
        three years ago => 2022-02-19..2023-02-20 vague
        mid-July => 2025-07-11..2025-07-20 month
        late July => 2025-07-21..2025-07-31 month
        the summer of 2024 => 2024-06-01..2024-08-31 season
        on Wednesday => 2025-08-20 relative
        8243 => -
        August 10 percent => -
        Black Friday => -
        by the end of 2025 => 2025-01-01..2025-12-31 year
        at the end of August => 2025-08-21..2025-08-31 month
        The depot burned on 6, 7 and 8 August. => 2025-08-06 day; 2025-08-07 day; 2025-08-08 day
        a day earlier => -
        Talks on August 15 failed; the previous day drones hit Odesa => 2025-08-15 day; 2025-08-14 relative
        25 December last year => 2024-12-25 day
        on the night of 8 August => 2025-08-08..2025-08-09 day
        The march began in May and may end => 2025-05-01..2025-05-31 month
        they march on 3 targets => -
        4 people died at 10:30 on Aug. 9 => 2025-08-09 day
        at 18.30 on Monday => 2025-08-18 relative
        every Friday => -
        He said on Friday, 15 August, that on Monday talks resume => 2025-08-15 day; 2025-08-18 relative
        the 7-8 August attacks => 2025-08-07..2025-08-08 range
        1 January => 2025-01-01 day
        29 February => -
        31 June => -
        the summit set for 30 September => 2025-09-30 day
        the end of last year => 2024-01-01..2024-12-31 year
        since the start of the year => 2025-01-01..2025-08-20 vague
        two months ago => 2025-06-09..2025-07-03 vague
        more than two years ago => 2023-02-19..2024-02-20 vague
        the day before yesterday => 2025-08-18 relative
        in recent weeks => 2025-07-21..2025-08-20 vague
        August 6 and 8. => 2025-08-06 day; 2025-08-08 day
        In late July 2025 => 2025-07-21..2025-07-31 month
        tomorrow night => 2025-08-21 relative
        A week on, little has changed => 2025-08-12..2025-08-14 relative
        overnight on Tuesday => 2025-08-18..2025-08-19 relative
        Tuesday evening's raid => 2025-08-19 relative
        this Friday => 2025-08-22 relative
        the coming Monday => 2025-08-25 relative
        9/17/2025 => 2025-09-17 day
        17/9/2025 => 2025-09-17 day
        5/6/2025 => -
        2025-13-40 => -
        by Friday => 2025-08-22 relative
        on Thursday last week => 2025-08-14 relative
        next month => 2025-09-01..2025-09-30 month
        next year => 2026-01-01..2026-12-31 year
        winter of 2023 => 2022-12-01..2023-02-28 season
        the spring => -
    """,
    "ru": """
        во вторник => 2025-08-19 relative
        в ночь на 18 августа => 2025-08-17..2025-08-18 range
        в июле, в ночь на 18-е => 2025-07-01..2025-07-31 month; 2025-07-17..2025-07-18 range
        18 числа => -
        вчера => 2025-08-19 relative
        позавчера => 2025-08-18 relative
        минувшей ночью => 2025-08-19..2025-08-20 relative
        на прошлой неделе => 2025-08-11..2025-08-17 range
        месяц назад => 2025-07-09..2025-08-02 vague
        в прошлом году => 2024-01-01..2024-12-31 year
        в следующий вторник => 2025-08-26 relative
        в прошлый вторник => 2025-08-19 relative
        8 августа 2025 года => 2025-08-08 day
        в ночь с 17 на 18 августа => 2025-08-17..2025-08-18 range
        17–18 августа => 2025-08-17..2025-08-18 range
        в ночь на среду => 2025-08-19..2025-08-20 relative
        в апреле 2024 года => 2024-04-01..2024-04-30 month
        апрель 2024 => 2024-04-01..2024-04-30 month
        в минувшую пятницу => 2025-08-15 relative
        два года назад => 2023-02-19..2024-02-20 vague
        неделю назад => 2025-08-12..2025-08-14 relative
        несколько недель назад => 2025-06-25..2025-08-12 vague
        этим летом => 2025-06-01..2025-08-31 season
        летом 2023 года => 2023-06-01..2023-08-31 season
        в 2023 году => 2023-01-01..2023-12-31 year
        с начала года => 2025-01-01..2025-08-20 vague
        6 и 8 августа => 2025-08-06 day; 2025-08-08 day
        6, 7 и 8 августа => 2025-08-06 day; 2025-08-07 day; 2025-08-08 day
        сегодня утром => 2025-08-20 relative
        в пятницу, 15 августа => 2025-08-15 day
        через два дня => 2025-08-22 relative
        двумя днями ранее => -
        На 8 августа. Двумя днями ранее => 2025-08-08 day; 2025-08-06 relative
        в апреле прошлого года => 2024-04-01..2024-04-30 month
        в конце июля => 2025-07-21..2025-07-31 month
        20 млн => -
        15 августа => 2025-08-15 day
        к концу года => -
        окружающей среды => -
        в 2019-м => 2019-01-01..2019-12-31 year
        с понедельника => 2025-08-18 relative
        в выходные => 2025-08-16..2025-08-17 relative
        25 декабря прошлого года => 2024-12-25 day
        ночью в среду => 2025-08-20..2025-08-21 relative
        вечером 8 августа => 2025-08-08 day
        Прошла неделя после удара => 2025-08-12..2025-08-14 relative
        в начале сентября => 2025-09-01..2025-09-10 month
        в прошлом месяце => 2025-07-01..2025-07-31 month
        на этой неделе => 2025-08-18..2025-08-24 range
        на следующей неделе => 2025-08-25..2025-08-31 range
        год назад => 2024-02-19..2025-02-19 vague
        в последние дни => 2025-07-21..2025-08-20 vague
        31 июля – 2 августа => 2025-07-31..2025-08-02 range
        с 1 по 3 августа => 2025-08-01..2025-08-03 range
        в субботу на прошлой неделе => 2025-08-16 relative
        вчера вечером => 2025-08-19 relative
        завтра => 2025-08-21 relative
        в эту пятницу => 2025-08-22 relative
        каждую пятницу => -
        в 2020-х => -
        более двух лет => -
        три дня назад => 2025-08-17 relative
        полтора месяца назад => 2025-06-09..2025-07-03 vague
        в июне => 2025-06-01..2025-06-30 month
        в декабре прошлого года => 2024-12-01..2024-12-31 month
        до конца года => 2025-01-01..2025-12-31 year
        29 февраля 2024 года => 2024-02-29 day
        на выходных => 2025-08-16..2025-08-17 relative
        прошлой зимой => 2024-12-01..2025-02-28 season
        через год => -
        ночь с понедельника на вторник => 2025-08-18..2025-08-19 relative
        9 мая 1945 года => 1945-05-09 day
        маяк => -
        в марте => 2025-03-01..2025-03-31 month
    """,
    "uk": """
        у вівторок => 2025-08-19 relative
        у ніч на середу => 2025-08-19..2025-08-20 relative
        Уночі проти 16 вересня => 2025-09-15..2025-09-16 range
        сьогодні => 2025-08-20 relative
        учора => 2025-08-19 relative
        минулого тижня => 2025-08-11..2025-08-17 range
        торік => 2024-01-01..2024-12-31 year
        цьогоріч => 2025-01-01..2025-12-31 year
        у квітні 2024 року => 2024-04-01..2024-04-30 month
        8 серпня => 2025-08-08 day
        8 серпня 2025 року => 2025-08-08 day
        в ніч з 17 на 18 серпня => 2025-08-17..2025-08-18 range
        у ніч на 18 серпня => 2025-08-17..2025-08-18 range
        минулої п'ятниці => 2025-08-15 relative
        наступної середи => 2025-08-27 relative
        два тижні тому => 2025-08-05..2025-08-07 relative
        місяць тому => 2025-07-09..2025-08-02 vague
        минулої ночі => 2025-08-19..2025-08-20 relative
        вночі 18 серпня => 2025-08-18 day
        у п’ятницю => 2025-08-15 relative
        наприкінці липня => 2025-07-21..2025-07-31 month
        Минув тиждень, відколи => 2025-08-12..2025-08-14 relative
        6 та 8 серпня => 2025-08-06 day; 2025-08-08 day
        у 2023 році => 2023-01-01..2023-12-31 year
        цього літа => 2025-06-01..2025-08-31 season
        влітку 2023 року => 2023-06-01..2023-08-31 season
        минулого року => 2024-01-01..2024-12-31 year
        позавчора => 2025-08-18 relative
        в неділю => 2025-08-17 relative
        минулого вівторка => 2025-08-19 relative
        Двома днями раніше, 6 серпня => 2025-08-06 day
        25 грудня минулого року => 2024-12-25 day
        наступного тижня => 2025-08-25..2025-08-31 range
        цього місяця => 2025-08-01..2025-08-31 month
        вчора ввечері => 2025-08-19 relative
        увечері 8 серпня => 2025-08-08 day
        з 1 до 3 серпня => 2025-08-01..2025-08-03 range
        31 липня – 2 серпня => 2025-07-31..2025-08-02 range
        рік тому => 2024-02-19..2025-02-19 vague
        кілька днів тому => 2025-08-13..2025-08-18 vague
        за минулу добу => 2025-08-19..2025-08-20 relative
        напередодні => 2025-08-19..2025-08-20 relative
        минулого місяця => 2025-07-01..2025-07-31 month
        на вихідних => 2025-08-16..2025-08-17 relative
        у травні => 2025-05-01..2025-05-31 month
        на початку вересня => 2025-09-01..2025-09-10 month
        середина літа => -
        через два дні => 2025-08-22 relative
        через рік => -
        щоп'ятниці => -
        за два тижні => -
        у лютому 2022 року => 2022-02-01..2022-02-28 month
        до середи => 2025-08-27 relative
        ніч із понеділка на вівторок => 2025-08-18..2025-08-19 relative
        у жовтні минулого року => 2024-10-01..2024-10-31 month
        завтра => 2025-08-21 relative
        9 травня => 2025-05-09 day
    """,
    "az": """
        avqustun 8-də => 2025-08-08 day
        avqustun 18-nə keçən gecə => 2025-08-17..2025-08-18 range
        avqustda, ayın 6-da => 2025-08-01..2025-08-31 month; 2025-08-06 day
        iyulda, 8-də və 18-nə keçən gecə => 2025-07-01..2025-07-31 month; 2025-07-17..2025-07-18 range
        8 avqust 2025-ci il => 2025-08-08 day
        çərşənbə günü => 2025-08-20 relative
        dünən => 2025-08-19 relative
        bu gün => 2025-08-20 relative
        ötən il => 2024-01-01..2024-12-31 year
        keçən həftə => 2025-08-11..2025-08-17 range
        gələn çərşənbə => 2025-08-27 relative
        çərşənbə axşamı => 2025-08-19 relative
        bazar ertəsi => 2025-08-18 relative
        bazar günü => 2025-08-17 relative
        bazarda => -
        avqustun 17-dən 18-nə keçən gecə => 2025-08-17..2025-08-18 range
        2025-ci ilin avqustunda => 2025-08-01..2025-08-31 month
        ötən ilin aprelində => 2024-04-01..2024-04-30 month
        iki gün əvvəl => 2025-08-18 relative
        bir həftə əvvəl => 2025-08-12..2025-08-14 relative
        üç ay öncə => 2025-05-10..2025-06-03 vague
        2023-cü ildə => 2023-01-01..2023-12-31 year
        8 avqustda => 2025-08-08 day
        bu yay => 2025-06-01..2025-08-31 season
        ötən gecə => 2025-08-19..2025-08-20 relative
        avqustun 6-da və 8-də => 2025-08-06 day; 2025-08-08 day
        2024-cü ilin dekabrında => 2024-12-01..2024-12-31 month
        avqust ayında => 2025-08-01..2025-08-31 month
        bu il => 2025-01-01..2025-12-31 year
        ötən ay => 2025-07-01..2025-07-31 month
        cümə günü => 2025-08-15 relative
        keçən cümə => 2025-08-15 relative
        6 və 8 avqust => 2025-08-06 day; 2025-08-08 day
        bir neçə gün əvvəl => 2025-08-13..2025-08-18 vague
        2025-ci il avqustun 8-də => 2025-08-08 day
        sentyabrın əvvəlində => 2025-09-01..2025-09-10 month
        iyulun sonunda => 2025-07-21..2025-07-31 month
        Avqustun 21-də => 2025-08-21 day
        19 avqust => 2025-08-19 day
        ötən il dekabrın 25-də => 2024-12-25 day
        sentyabrın 15-i => 2025-09-15 day
        gələn həftə => 2025-08-25..2025-08-31 range
        ayın sonu => -
        gələn ay => 2025-09-01..2025-09-30 month
        dünən axşam => 2025-08-19 relative
        sabah => 2025-08-21 relative
        bu həftə => 2025-08-18..2025-08-24 range
        avqustun 31-dən sentyabrın 2-dək => 2025-08-31..2025-09-02 range
        15-17 sentyabr => 2025-09-15..2025-09-17 range
        mayda => 2025-05-01..2025-05-31 month
        bir ay əvvəl => 2025-07-09..2025-08-02 vague
        iki il əvvəl => 2023-02-19..2024-02-20 vague
        bazar ertəsi günü => 2025-08-18 relative
        cümə axşamı => 2025-08-14 relative
        ötən cümə => 2025-08-15 relative
        3 nəfər => -
        avqustun 10 nəfər => -
        Bakıda => -
        son günlər => 2025-07-21..2025-08-20 vague
        28.10.2025 => 2025-10-28 day
        payızda => 2024-09-01..2024-11-30 season
        gələn il => 2026-01-01..2026-12-31 year
        2022-ci ilin fevralında => 2022-02-01..2022-02-28 month
        şənbə günü => 2025-08-16 relative
        birigün => 2025-08-22 relative
    """,
    "tr": """
        8 Ağustos'ta => 2025-08-08 day
        temmuzda, ayın 6'sında => 2025-07-01..2025-07-31 month; 2025-07-06 day
        cuma günü => 2025-08-15 relative
        dün => 2025-08-19 relative
        geçen ay => 2025-07-01..2025-07-31 month
        önümüzdeki salı => 2025-08-26 relative
        8 Ağustos 2025 => 2025-08-08 day
        17-18 Ağustos => 2025-08-17..2025-08-18 range
        17 Ağustos'u 18 Ağustos'a bağlayan gece => 2025-08-17..2025-08-18 range
        dün gece => 2025-08-19..2025-08-20 relative
        bugün => 2025-08-20 relative
        geçen hafta => 2025-08-11..2025-08-17 range
        geçen yıl => 2024-01-01..2024-12-31 year
        iki gün önce => 2025-08-18 relative
        bir hafta önce => 2025-08-12..2025-08-14 relative
        üç yıl önce => 2022-02-19..2023-02-20 vague
        Nisan 2024'te => 2024-04-01..2024-04-30 month
        2023'te => 2023-01-01..2023-12-31 year
        2023 yılında => 2023-01-01..2023-12-31 year
        geçen cuma => 2025-08-15 relative
        pazar günü => 2025-08-17 relative
        pazarda => -
        Aralık 2024'te => 2024-12-01..2024-12-31 month
        bu yaz => 2025-06-01..2025-08-31 season
        geçen yaz => 2024-06-01..2024-08-31 season
        ağustosta => 2025-08-01..2025-08-31 month
        temmuz sonunda => 2025-07-21..2025-07-31 month
        salı => 2025-08-19 relative
        pazartesi gecesi => 2025-08-18..2025-08-19 relative
        salıyı çarşambaya bağlayan gece => 2025-08-19..2025-08-20 relative
        8 ve 10 Ağustos => 2025-08-08 day; 2025-08-10 day
        Eylül ayında => 2025-09-01..2025-09-30 month
        birkaç gün önce => 2025-08-13..2025-08-18 vague
        yarın => 2025-08-21 relative
        geçen yıl 25 Aralık'ta => 2024-12-25 day
        1-3 Eylül => 2025-09-01..2025-09-03 range
        31 Temmuz - 2 Ağustos => 2025-07-31..2025-08-02 range
        çarşamba sabahı => 2025-08-20 relative
        perşembe günü => 2025-08-14 relative
        gelecek hafta => 2025-08-25..2025-08-31 range
        bu hafta => 2025-08-18..2025-08-24 range
        gelecek ay => 2025-09-01..2025-09-30 month
        bu yıl => 2025-01-01..2025-12-31 year
        geçen hafta cuma => 2025-08-15 relative
        15 Ağustos cuma günü => 2025-08-15 day
        dün akşam => 2025-08-19 relative
        hafta sonu => 2025-08-16..2025-08-17 relative
        geçen kış => 2024-12-01..2025-02-28 season
        2 yıl önce => 2023-02-19..2024-02-20 vague
        Mayıs ayında => 2025-05-01..2025-05-31 month
        eylül başında => 2025-09-01..2025-09-10 month
        her cuma => -
        salı günkü => 2025-08-19 relative
        son günlerde => 2025-07-21..2025-08-20 vague
        28.10.2025 => 2025-10-28 day
        29 Ekim 1923 => 1923-10-29 day
        ekim yapıldı => -
        önceki gün => 2025-08-18 relative
        gelecek yıl => 2026-01-01..2026-12-31 year
    """,
    "hy": """
        օգոստոսի 8-ին => 2025-08-08 day
        երեկ => 2025-08-19 relative
        այսօր => 2025-08-20 relative
        երեքշաբթի => 2025-08-19 relative
        2025 թ. օգոստոսի 8-ին => 2025-08-08 day
        2025 թվականի օգոստոսի 8-ին => 2025-08-08 day
        2023 թվականին => 2023-01-01..2023-12-31 year
        օգոստոսի 17-18-ին => 2025-08-17..2025-08-18 range
        երեկ երեկոյան => 2025-08-19 relative
        վաղը => 2025-08-21 relative
        երկու օր առաջ => 2025-08-18 relative
        անցած շաբաթ => 2025-08-11..2025-08-17 range
        կիրակի օրը => 2025-08-17 relative
        հուլիսից հնչում է => 2025-07-01..2025-07-31 month
        մարտում => -
        28.10.2025 => 2025-10-28 day
    """,
    "ka": """
        8 აგვისტოს => 2025-08-08 day
        2025 წლის 8 აგვისტოს => 2025-08-08 day
        გუშინ => 2025-08-19 relative
        დღეს => 2025-08-20 relative
        სამშაბათს => 2025-08-19 relative
        2023 წელს => 2023-01-01..2023-12-31 year
        გასულ კვირას => 2025-08-11..2025-08-17 range
        17-18 აგვისტოს => 2025-08-17..2025-08-18 range
        ხვალ => 2025-08-21 relative
        ორი დღის წინ => 2025-08-18 relative
        გასულ პარასკევს => 2025-08-15 relative
        გუშინწინ => 2025-08-18 relative
        28.10.2025 => 2025-10-28 day
        შაბათს => 2025-08-16 relative
        ივლისიდან ისმის => 2025-07-01..2025-07-31 month
    """,
    "ro": """
        8 august 2025 => 2025-08-08 day
        pe 8 august => 2025-08-08 day
        ieri => 2025-08-19 relative
        azi => 2025-08-20 relative
        astăzi => 2025-08-20 relative
        marți => 2025-08-19 relative
        luni, guvernul => 2025-08-18 relative
        trei luni => -
        acum două zile => 2025-08-18 relative
        săptămâna trecută => 2025-08-11..2025-08-17 range
        în aprilie 2024 => 2024-04-01..2024-04-30 month
        în 2023 => 2023-01-01..2023-12-31 year
        vinerea trecută => 2025-08-15 relative
        în noaptea de 17 spre 18 august => 2025-08-17..2025-08-18 range
        aseară => 2025-08-19..2025-08-20 relative
        mai mult => -
        în urmă cu două zile => 2025-08-18 relative
        luni, 18 august => 2025-08-18 day
        miercuri seara => 2025-08-20 relative
        17-18 august => 2025-08-17..2025-08-18 range
        alaltăieri => 2025-08-18 relative
        mâine => 2025-08-21 relative
        luna trecută => 2025-07-01..2025-07-31 month
        anul trecut => 2024-01-01..2024-12-31 year
        6 și 8 august => 2025-08-06 day; 2025-08-08 day
        trei luni de zile => -
        28.10.2025 => 2025-10-28 day
        la 9 mai 2025 => 2025-05-09 day
        acum trei săptămâni => 2025-07-29..2025-07-31 relative
    """,
}
CASES = [
    (lang, *(part.strip() for part in line.split("=>")))
    for lang, table in GOLDEN.items()
    for line in table.strip().splitlines()
]


def told(mention: DateMention) -> str:
    span = mention.span
    days = f"{span.first}" if span.days == 1 else f"{span.first}..{span.last}"
    return f"{days} {mention.kind}"


@pytest.mark.parametrize(("lang", "text", "expected"), CASES)
def test_golden(lang: str, text: str, expected: str) -> None:
    assert ("; ".join(told(mention) for mention in find_dates(text, lang, PUBLISHED)) or "-") == expected


def test_the_table_covers_the_five_main_languages() -> None:
    counts = {lang: sum(case[0] == lang for case in CASES) for lang in GOLDEN}
    assert all(counts[lang] >= 30 for lang in ("en", "ru", "uk", "az", "tr"))


def test_offsets_are_those_of_the_text_and_the_order_is_kept() -> None:
    text = "  İYULUN 19-DA   başlayıb, avqustun 8-də isə bitib. Dünən heç nə olmadı."
    found = find_dates(text, "az", PUBLISHED)
    assert [text[m.start : m.end] for m in found] == ["İYULUN 19-DA", "avqustun 8-də", "Dünən"]


def test_exact_means_two_days_at_most() -> None:
    found = find_dates("overnight, on 8 August, in July", "en", PUBLISHED)
    assert [m.exact for m in found] == [True, True, False]


@pytest.mark.parametrize(
    ("published", "text", "expected"),
    [
        ("2025-01-03", "on 28 December", "2024-12-28 day"),
        ("2025-01-03", "on 5 January", "2025-01-05 day"),
        ("2025-12-20", "on 10 January", "2026-01-10 day"),
        ("2025-12-20", "on 10 May", "2025-05-10 day"),
        ("2025-01-03", "last December", "2024-12-01..2024-12-31 month"),
        ("2025-01-03", "last month", "2024-12-01..2024-12-31 month"),
        ("2025-01-03", "30 December to 2 January", "2024-12-30..2025-01-02 range"),
        ("2024-03-10", "on 29 February", "2024-02-29 day"),
        ("2025-12-31", "tomorrow", "2026-01-01 relative"),
    ],
)
def test_the_turn_of_the_year(published: str, text: str, expected: str) -> None:
    """A day without a year is the nearest, further back than ahead."""
    found = find_dates(text, "en", datetime.fromisoformat(published).replace(tzinfo=UTC))
    assert [told(m) for m in found] == [expected]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_and_times_alone_are_never_dates(lang: str) -> None:
    text = "8243, 122-155, 10:30, 18.30, 2 000 000, 3.5, +380 44 123-45-67, 24/7, 5/6/2025"
    assert find_dates(text, lang, PUBLISHED) == ()


def test_a_language_not_ours_still_reads_figures() -> None:
    assert [told(m) for m in find_dates("am 2025-08-08", "de", PUBLISHED)] == ["2025-08-08 day"]


def test_dates_beyond_the_calendar_are_left_out() -> None:
    early = datetime(1, 1, 2, tzinfo=UTC)
    assert all(m.span.first.year >= 1 for m in find_dates("three weeks ago, yesterday, last year", "en", early))


FRAGMENTS = [fragment for _, fragment, _ in CASES] + [" ", ", ", ". ", "\n", "17-", "x", "'", "8 "]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join))
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 hypothesis adds the zone


@given(TEXTS, st.sampled_from([*LANGUAGES, "xx"]), TIMES)
def test_any_text_gives_ordered_spans_inside_it(text: str, lang: str, published: datetime) -> None:
    at = 0
    for mention in find_dates(text, lang, published):
        assert at <= mention.start < mention.end <= len(text)
        assert mention.span.first <= mention.span.last
        assert mention.exact == (mention.span.days <= 2)
        at = mention.end


RELATIVE = [case for case in CASES if case[2].endswith("relative") and ";" not in case[2]]


@given(st.sampled_from(RELATIVE), TIMES, st.integers(-500, 500))
def test_relative_dates_move_with_publication_by_whole_weeks(
    case: tuple[str, str, str], published: datetime, weeks: int
) -> None:
    lang, text, _ = case
    shift = timedelta(weeks=weeks)
    here, there = find_dates(text, lang, published), find_dates(text, lang, published + shift)
    assert [(m.span.first + shift, m.span.last + shift) for m in here] == [(m.span.first, m.span.last) for m in there]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_repetition_is_read_in_linear_steps(lang: str) -> None:
    """Ends at all: a pattern that backtracks would run into the time-out of the suite."""
    for piece in ("1, ", "on the ", "8 August ", "17-", " ", "ночь с 1 ", "avqustun ", "\n"):
        find_dates(piece * 5_000, lang, PUBLISHED)


@pytest.mark.parametrize(
    ("lang", "sentence", "date", "word", "elsewhere"),
    [
        ("ru", "Кабель, повреждённый 5 февраля, отремонтирован.", "5 февраля", "отремонтирован", True),
        ("ru", "Кабель, повреждённый 5 февраля, отремонтирован.", "5 февраля", "повреждённый", False),
        ("uk", "Кабель, пошкоджений 5 лютого, відремонтовано.", "5 лютого", "відремонтовано", True),
        ("en", "The cable, cut on 5 February, was repaired.", "5 February", "repaired", True),
        ("en", "The owner repaired the cable, which was cut on 5 February.", "5 February", "repaired", True),
        ("ru", "Отменили встречу, о которой объявили 5 февраля.", "5 февраля", "Отменили", True),
        ("ru", "Отменили встречу, о которой объявили 5 февраля.", "5 февраля", "объявили", False),
        ("uk", "Скасували зустріч, про яку оголосили 5 лютого.", "5 лютого", "Скасували", True),
        ("en", "The cable was repaired on 5 February, the owner said.", "5 February", "repaired", False),
        ("az", "Yanvarın 13-də kəsilmiş kabel bərpa edilib.", "Yanvarın 13-də", "bərpa", True),
        ("az", "Yanvarın 13-də kabel kəsilib.", "Yanvarın 13-də", "kəsilib", False),
        ("tr", "8 Ağustos'ta vurulan depo onarıldı.", "8 Ağustos", "onarıldı", True),
        ("tr", "8 Ağustos'ta vurulan depo onarıldı.", "8 Ağustos", "vurulan", False),
        ("tr", "8 Ağustos'ta saldırıya uğrayan depo onarıldı.", "8 Ağustos", "saldırıya", False),
        ("tr", "8 Ağustos'ta saldırıya uğrayan depo onarıldı.", "8 Ağustos", "onarıldı", True),
        ("az", "Avqustun 18-də Azərbaycan anbarı vurulub.", "Avqustun 18-də", "vurulub", False),
        ("az", "Avqustun 18-də köhnə liman vurulub.", "Avqustun 18-də", "vurulub", False),
        ("tr", "18 Ağustos'ta Erdoğan depoyu kapattı.", "18 Ağustos'ta", "kapattı", False),
        ("tr", "18 Ağustos'ta yanan depo dün kapatıldı.", "18 Ağustos'ta", "kapatıldı", True),
        ("en", "The airline paid for the crash of 5 May 2028.", "5 May 2028", "paid", True),
        ("en", "The airline paid for the 5 May 2028 crash.", "5 May 2028", "paid", True),
        ("en", "The plane's crash on 5 May 2028 killed nobody.", "5 May 2028", "crash", False),
        (
            "ru",
            "Стороны урегулировали последствия катастрофы 5 мая 2028 года.",
            "5 мая 2028 года",
            "урегулировали",
            True,
        ),
        ("ru", "Стороны урегулировали спор 5 мая 2028 года.", "5 мая 2028 года", "урегулировали", False),
        ("uk", "Сторони виконують угоду від 5 травня 2028 року.", "5 травня 2028 року", "виконують", True),
        ("az", "5 may 2028-ci ildə baş vermiş qəza üçün təzminat ödənilib.", "5 may 2028-ci il", "ödənilib", True),
        ("tr", "5 Mayıs 2028'deki kaza için tazminat ödendi.", "5 Mayıs 2028", "ödendi", True),
    ],
)
def test_the_date_of_a_participle_or_a_noun_is_not_that_of_the_verb(
    lang: str, sentence: str, date: str, word: str, elsewhere: bool
) -> None:
    at, told = sentence.index(date), sentence.index(word)
    assert belongs_elsewhere(sentence, lang, (at, at + len(date)), (told, told + len(word))) is elsewhere


_RODE = "Friends of Luc Moreau, the cyclist held in Shiraz in May and sentenced in September, rode on Sunday."


@pytest.mark.parametrize(
    ("lang", "sentence", "word", "own"),
    [
        ("en", _RODE, "held", ["in May", "in September"]),
        ("en", _RODE, "sentenced", ["in May", "in September"]),
        ("en", _RODE, "rode", None),
        ("en", "The tanker, which Iran seized in April, left port on Friday.", "seized", ["in April"]),
        ("en", "They rode on Sunday for Marta Bellini, arrested in May.", "arrested", ["in May"]),
        ("en", "On Friday, Iran closed the strait it had mined in May, the agency reported.", "closed", None),
        ("en", "Two Swedes, detained in Tabriz, appeared in court on Monday.", "detained", None),
        (
            "ru",
            "Друзья Люка, задержанного в мае и осуждённого в сентябре, проехали в воскресенье.",
            "осужд",
            ["в мае", "в сентябре"],
        ),
        ("ru", "Друзья Люка, которого задержали в мае, проехали в воскресенье.", "задержали", ["в мае"]),
        ("ru", "В пятницу, как сообщили в суде, журналиста осудили.", "осудили", None),
        ("uk", "Друзі Люка, затриманого у травні, проїхали в неділю.", "затриманого", ["у травні"]),
        ("uk", "Танкер, що його захопили 22 лютого, вийшов у п'ятницю.", "захопили", ["22 лютого"]),
        ("tr", "Mayısta gözaltına alınan bisikletçinin arkadaşları pazar günü yürüdü.", "gözaltına", ["Mayısta"]),
        ("tr", "Mayısta tutuklanan ve eylülde hapis cezasına çarptırılan Luc pazar günü döndü.", "hapis", ["eylülde"]),
        ("tr", "İran cuma günü boğazı kapattı ve limandan çıkışları durdurdu.", "kapattı", None),
        ("az", "Mayda saxlanılan velosipedçinin dostları bazar günü yürüyüb.", "saxlanılan", ["Mayda"]),
        ("az", "Sentyabrda səkkiz il həbs cəzası alan Lük bazar günü qayıdıb.", "həbs", ["Sentyabrda"]),
        ("az", "Tanker cümə günü ələ keçirilib.", "ələ", None),
    ],
)
def test_what_is_told_aside_with_a_date_of_its_own_has_no_other(
    lang: str, sentence: str, word: str, own: list[str] | None
) -> None:
    dates = find_dates(sentence, lang, PUBLISHED)
    start = sentence.index(word)
    stretch = own_clause(sentence, lang, [(date.start, date.end) for date in dates], (start, start + len(word)))
    if own is None:
        assert stretch is None
    else:
        assert stretch
        kept = [date for date in dates if stretch[0] <= date.start < stretch[1]]
        assert [sentence[date.start : date.end].split()[-1] for date in kept] == [words.split()[-1] for words in own]
