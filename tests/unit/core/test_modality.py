"""How firmly, and on whose word: golden tables. `^` stands before the word that is asked about."""

from __future__ import annotations

import pytest

from monitor.core.language import is_future
from monitor.core.modality import assertion, assertion_at, attribution, corrects, recalled
from monitor.core.model import Assertion, Attribution

ENGLISH = """
asserted       Azerbaijan ^lifted the embargo, five weeks after the office insisted nothing would change.
asserted       Baku ^signed the decree on Monday and did not comment on the timing.
asserted       The drone ^struck the depot, but no one was killed.
asserted       Not only was the terminal ^hit, two tankers burned as well.
asserted       The strike in May ^destroyed two storage tanks.
asserted       The group claimed responsibility for an attack that ^killed four.
asserted       Why did Baku ^lift the ban?
asserted       Moscow, which had no comment, ^released the two journalists.
asserted       The ministry said drones had ^hit the depot overnight.
asserted       The talks, expected to last a day, ^ended within an hour.
asserted       Ministers managed to ^agree on a text before dawn.
asserted       Azerbaijan has ^filed a complaint over the passenger jet lost near Aktau last December.
asserted       Gas exports to ^Europe grew slightly.
denied         Azerbaijan denies it will ^lift the ban.
denied         There will be no ^review of the embargo.
denied         The meeting will not ^take place this week.
denied         The ^meeting will not take place this week.
denied         The president's office ruled out ^lifting the embargo.
denied         Baku has no plans to ^join the sanctions.
denied         The parties failed to ^sign the agreement.
denied         Officials refused to ^release the detainees.
denied         The company denied reports that it had ^halted deliveries.
denied         The ban has not been ^lifted, the ministry said.
denied         Neither side ^signed the protocol.
considered     Baku may ^lift the embargo next month.
considered     The government is considering ^lifting the arms embargo.
considered     Romania is weighing whether to ^halt purchases of the crude.
considered     Azerbaijan does not rule out ^lifting the ban.
considered     Will Baku ^lift the embargo?
considered     Kyiv urged Baku to ^lift the embargo.
considered     The two presidents could ^meet in Tashkent.
considered     Moscow might not ^deploy the missiles this year.
conditional    If Russia continues its strikes, Baku will ^lift the embargo.
conditional    Baku will ^lift the embargo if Russia continues its strikes.
conditional    The ban would be ^lifted in case of further attacks.
conditional    Should attacks ^continue, the embargo ends.
reported       The ship was reportedly ^hit by a drone.
reported       According to two unnamed sources, the sides ^agreed on a text.
reported       The shells are said to have been ^sold through a third country.
reported       Moscow claimed that it ^shot down eleven drones.
retrospective  The port reopened after strikes had ^damaged the berth.
retrospective  The depot, which was ^hit in August, resumed work.
retrospective  Last year the two countries ^signed a protocol on gas.
retrospective  It is the first meeting since the talks ^failed in spring.
retrospective  Baku had earlier ^donated transformers.
asserted       By 90 votes to none the assembly ^accepted the resignation.
asserted       With not one vote against, the chamber ^ratified the treaty.
denied         Council rebuffs neighbours' call to ^join the ban.
denied         She turned down a request of the envoys to ^join the ban.
"""

RUSSIAN = """
asserted       Азербайджан ^снял эмбарго, хотя ещё в сентябре в Баку заявляли, что пересматривать его не будут.
asserted       Беспилотник ^ударил по нефтебазе, пострадавших нет.
asserted       Стороны ^подписали договор и не раскрыли подробностей.
asserted       Пожар не только ^повредил склад, но и уничтожил две цистерны.
asserted       Суд ^приговорил журналиста к трём годам.
asserted       В министерстве не прокомментировали ^удар по складу.
asserted       Корабль ^затонул, экипаж спасён.
denied         В Баку опровергли сообщения о том, что эмбарго ^снимут.
denied         Азербайджан не планирует ^присоединяться к санкциям.
denied         Власти не собираются ^снимать запрет.
denied         ^Встреча не состоится, сообщили в Кремле.
denied         Договор не ^подписан.
denied         Компания отказалась ^возобновить поставки.
denied         У властей нет намерений ^снимать эмбарго.
denied         Никто не ^признал вину.
denied         Россия отрицает, что ракета ^сбила самолёт.
considered     Баку может ^снять эмбарго до конца года.
considered     В правительстве рассматривают ^отмену запрета.
considered     Киев призвал Баку ^снять запрет.
considered     Азербайджан не исключает ^отмены эмбарго.
considered     ^Снимет ли Баку эмбарго?
considered     Румыния намерена ^прекратить закупки нефти.
considered     Стороны обсуждают ^подписание договора.
conditional    Если Россия продолжит удары, Баку ^снимет эмбарго.
conditional    Баку ^снимет эмбарго, если удары продолжатся.
conditional    В случае новых атак запрет будет ^отменён.
reported       Самолёт якобы ^сбили по ошибке.
reported       По данным источников в правительстве, стороны ^согласовали текст.
reported       Минобороны утверждает, что ^сбило одиннадцать дронов.
retrospective  Напомним, что в августе дроны ^атаковали нефтебазу.
retrospective  Ранее Баку ^передал Украине трансформаторы.
retrospective  В прошлом году страны ^подписали протокол о газе.
retrospective  Нефтебаза, которую ^обстреляли в августе, возобновила работу.
asserted       Без единого голоса против палата ^ратифицировала договор.
considered     В столице задумались об ^отмене запрета.
"""

UKRAINIAN = """
asserted       Азербайджан ^скасував заборону, хоча у вересні в Баку запевняли, що переглядати її не будуть.
asserted       Дрон ^влучив у нафтобазу, постраждалих немає.
asserted       Сторони ^підписали угоду й не розкрили умов.
asserted       У МЗС не прокоментували ^удар по складу.
asserted       Пожежу ^загасили за дві години.
asserted       Суд ^відпустив затриманих під домашній арешт.
asserted       Уночі проти 16 вересня дрони ^влучили в станцію.
denied         У Баку заперечили, що ембарго ^скасують.
denied         Азербайджан не планує ^приєднуватися до санкцій.
denied         Влада не збирається ^знімати заборону.
denied         ^Зустріч не відбудеться, повідомили в Кремлі.
denied         Угоду не ^підписано.
denied         Компанія відмовилася ^відновити постачання.
denied         Ембарго ^переглядати не будуть.
denied         Жодна сторона не ^визнала провини.
considered     Баку може ^зняти ембарго до кінця року.
considered     Уряд розглядає ^скасування заборони.
considered     Київ закликав Баку ^зняти заборону.
considered     Азербайджан не виключає ^скасування ембарго.
considered     Чи ^поїде українська делегація на зустріч?
considered     Румунія має намір ^припинити закупівлі нафти.
considered     Сторони обговорюють ^підписання договору.
conditional    Якщо Росія продовжить удари, Баку ^зніме ембарго.
conditional    Баку ^зніме ембарго, якщо удари триватимуть.
conditional    У разі нових атак заборону буде ^скасовано.
reported       Літак нібито ^збили помилково.
reported       За даними джерел в уряді, сторони ^узгодили текст.
reported       Міноборони РФ стверджує, що ^збило одинадцять дронів.
retrospective  Нагадаємо, що в серпні дрони ^атакували нафтобазу.
retrospective  Раніше Баку ^передав Україні трансформатори.
retrospective  Торік країни ^підписали протокол про газ.
asserted       Ніхто не проголосував проти: палата ^ратифікувала договір.
"""

AZERBAIJANI = """
asserted       Azərbaycan Ukraynaya silah embarqosunu ^götürüb.
asserted       Dron neft bazasını ^vurub, xəsarət alan yoxdur.
asserted       Tərəflər sülh müqaviləsini ^imzalayıb, lakin təfərrüat açıqlanmayıb.
asserted       Məmmədov bu gün azadlığa ^buraxılıb.
asserted       Dəmir yolu stansiyası ^vurulub.
asserted       Hücum təkcə anbarı deyil, limanı da ^zədələyib.
asserted       Moskva hələ şərh verməyib, saxlanılanlar ^azad edilib.
asserted       Bakı ötən ilin dekabrında Aktau yaxınlığında qəzaya uğrayan təyyarə ilə bağlı şikayət ^verib.
denied         Bakı embarqonun ^götürüldüyünü təkzib edib.
denied         Azərbaycan sanksiyalara ^qoşulmaq niyyətində deyil.
denied         Müqavilə hələ ^imzalanmayıb.
denied         Embarqo ^götürülməyəcək.
denied         Hökumət qadağanı ^ləğv etməyib.
denied         Bakı sanksiyalara ^qoşulmağı planlaşdırmır.
denied         ^Görüş baş tutmayacaq.
denied         Rəsmi ^qərar yoxdur.
denied         Şirkət tədarükü ^bərpa etməkdən imtina edib.
considered     Bakı embarqonu ^götürə bilər.
considered     Hökumət qadağanın ^ləğvini müzakirə edir.
considered     Hakimiyyət embarqonu ^götürməyi düşünür.
considered     Kiyev Bakıdan qadağanı ^götürməyi tələb edib.
considered     Bakı embarqonu ^götürəcəkmi?
considered     Rumıniya neft alışını ^dayandırmağı planlaşdırır.
conditional    Əgər Rusiya zərbələri davam etdirsə, Bakı embarqonu ^götürəcək.
conditional    Hücumlar davam edərsə, qadağa ^götürüləcək.
conditional    Yeni hücumlar olacağı təqdirdə embarqo ^ləğv ediləcək.
reported       Təyyarənin səhvən ^vurulduğu iddia edilir.
reported       Adı açıqlanmayan mənbələrə istinadən bildirilir ki, tərəflər mətni ^razılaşdırıb.
reported       Guya gəmi minaya ^düşüb.
retrospective  Xatırladaq ki, avqustda dronlar neft bazasına ^hücum edib.
retrospective  Ötən il ölkələr protokol ^imzalayıb.
retrospective  Sənəd avqustun 8-də Vaşinqtonda ^paraflanmışdı.
retrospective  Bakı daha əvvəl transformatorlar ^göndərib.
asserted       Şübhəlilər bu səhər ^saxlanılmışdır.
"""

TURKISH = """
asserted       Azerbaycan, Ukrayna'ya silah ambargosunu ^kaldırdı.
asserted       İHA petrol deposunu ^vurdu, can kaybı yok.
asserted       Taraflar anlaşmayı ^imzaladı ancak ayrıntı paylaşılmadı.
asserted       Ahmedov serbest ^bırakıldı.
asserted       Demiryolu istasyonu ^vuruldu.
asserted       Saldırı sadece depoyu değil limanı da ^vurdu.
asserted       Bakü, ambargoyu ^kaldırdığını açıkladı.
denied         Bakü, ambargonun ^kaldırıldığını yalanladı.
denied         Azerbaycan yaptırımlara ^katılmayı planlamıyor.
denied         Anlaşma henüz ^imzalanmadı.
denied         Ambargo ^kaldırılmayacak.
denied         ^Toplantı yapılmayacak.
denied         Hükümet yasağı ^kaldırmayı reddetti.
denied         Resmi bir ^karar yok.
denied         Ambargonun ^kaldırılması gündemde değil.
considered     Bakü ambargoyu ^kaldırabilir.
considered     Hükümet ambargonun ^kaldırılmasını değerlendiriyor.
considered     Kiev, Bakü'den ambargoyu ^kaldırmasını istedi.
considered     Bakü ambargoyu ^kaldıracak mı?
considered     Romanya petrol alımını ^durdurmayı planlıyor.
considered     Alıcılardan biri tazminat ^istemeyi düşünüyor.
conditional    Eğer Rusya saldırıları sürdürürse Bakü ambargoyu ^kaldıracak.
conditional    Saldırılar devam ederse ambargo ^kaldırılacak.
conditional    Yeni saldırılar olması halinde yasak ^kaldırılacak.
reported       Uçağın yanlışlıkla ^vurulduğu öne sürüldü.
reported       Kaynaklara göre taraflar metin üzerinde ^anlaştı.
reported       Geminin mayına ^çarptığı iddia edildi.
retrospective  Hatırlanacağı üzere ağustosta dronlar depoya ^saldırdı.
retrospective  Geçen yıl iki ülke bir protokol ^imzaladı.
retrospective  Bakü daha önce trafolar ^gönderdi.
retrospective  Belge ağustosta Washington'da ^paraflanmıştı.
asserted       Yükleme bu sabah ^durdurulmuştur.
"""

OTHERS = """
ru asserted    Вопрос о ^выплатах урегулирован.
ru considered  Обсуждался вопрос о ^выплатах.
ru denied      Баку отклонил предложение ^присоединиться.
uk asserted    Питання про ^виплати вирішено.
uk denied      Київ відхилив пропозицію ^приєднатися.
az asserted    Bakı ^generatorlar üçün iki milyon ayırıb.
az considered  Bakı ^embarqonu götürmək üçün iclas çağırıb.
tr asserted    Bakü ^jeneratörler için iki milyon ayırdı.
tr considered  Bakü ^ambargoyu kaldırmak için toplandı.
en retrospective The president recalled how drones ^struck the depot.
ru retrospective Президент вспомнил, как дроны ^ударили по складу.
uk retrospective Президент згадав, як дрони ^вдарили по складу.
az retrospective Prezident dronların anbarı ^vurduğunu xatırladıb.
tr retrospective Bakan, dronların depoyu ^vurduğunu hatırlattı.
ro retrospective Președintele a amintit că dronele au ^lovit depozitul.
ro asserted    Guvernul a ^ridicat embargoul.
ro denied      Guvernul nu va ^ridica embargoul.
ro considered  Guvernul ar putea ^ridica embargoul.
ro asserted    În cazul navei, echipajul a ^părăsit portul.
ro conditional În cazul în care navele pleacă, portul va fi ^închis.
ro retrospective Cu o zi înainte, dronele ^loviseră depozitul.
ro retrospective Stația fusese ^scoasă din funcțiune de drone.
ro retrospective O dronă ^avariase depozitul vineri.
ro asserted    Drone valoroase au ^lovit depozitul.
hy retrospective Կայանը ^վնասվել էր ուրբաթ օրը։
hy denied      Բաքուն չի ^ստորագրել պայմանագիրը։
hy considered  Բաքուն կարող է ^ստորագրել պայմանագիրը։
hy asserted    Կողմերը ^ստորագրեցին պայմանագիրը։
ka denied      მხარეებმა ხელშეკრულებას ხელი არ ^მოაწერეს.
ka considered  ბაქომ შეიძლება ემბარგო ^მოხსნას.
"""


def _rows(table: str, lang: str = "") -> list[tuple[str, str, str]]:
    rows = []
    for line in table.strip().splitlines():
        if lang:
            kind, sentence = line.split(maxsplit=1)
            rows.append((lang, kind, sentence))
        else:
            code, kind, sentence = line.split(maxsplit=2)
            rows.append((code, kind, sentence))
    return rows


GOLDEN = [
    *_rows(ENGLISH, "en"),
    *_rows(RUSSIAN, "ru"),
    *_rows(UKRAINIAN, "uk"),
    *_rows(AZERBAIJANI, "az"),
    *_rows(TURKISH, "tr"),
    *_rows(OTHERS),
]


@pytest.mark.parametrize(("lang", "kind", "marked"), GOLDEN, ids=lambda value: str(value)[:60])
def test_the_cue_that_rules_the_clause_of_the_word_counts(lang: str, kind: str, marked: str) -> None:
    position = marked.index("^")
    sentence = marked.replace("^", "")
    cue = assertion_at(sentence, lang, position)
    assert cue.kind == kind, cue
    assert sentence[cue.start : cue.end] == cue.text


@pytest.mark.parametrize(
    ("lang", "marked"),
    [
        ("en", "The mayor called reports of an ^attack false."),
        ("en", "It is not true that the depot was ^hit."),
        ("ru", "Сообщения об ^атаке оказались фейком."),
        ("ru", "Информация об ^ударе по складу не соответствует действительности."),
        ("ru", "Запрет пока не ^снят."),
        ("uk", "Інформація про ^влучання не відповідає дійсності."),
        ("uk", "Посольство спростувало ^влучання."),
    ],
)
def test_what_is_called_false_is_denied(lang: str, marked: str) -> None:
    assert assertion_at(marked.replace("^", ""), lang, marked.index("^")).kind is Assertion.DENIED


@pytest.mark.parametrize(
    ("lang", "marked", "known"),
    [
        ("en", "SOCAR counts its losses after the ^strikes on its depot.", True),
        ("en", "The two presidents condemned the ^attacks.", True),
        ("en", "Drones ^hit the depot after midnight.", False),
        ("ru", "Порт заработал после ^удара.", True),
        ("ru", "Министр осудил ^удары по складу.", True),
        ("ru", "Дроны ^ударили по складу.", False),
        ("uk", "Порт запрацював після ^удару.", True),
        ("az", "Liman ^hücumdan sonra açılıb.", True),
        ("az", "Liman ^hücuma məruz qalıb.", False),
        ("tr", "Liman ^saldırının ardından açıldı.", True),
        ("ro", "Portul s-a redeschis după ^atac.", True),
    ],
)
def test_what_is_counted_from_is_spoken_of_as_known(lang: str, marked: str, known: bool) -> None:
    at = marked.index("^")
    assert recalled(marked.replace("^", ""), lang, at, at + 4) is known


@pytest.mark.parametrize(
    ("lang", "marked", "kind"),
    [
        ("ru", "Закроют ли ^порт? Договор истекает", "considered"),
        ("en", "Will the ban go? The minister ^lifted it on Friday", "asserted"),
        ("en", "New Growth Plan tranche ^paid", "asserted"),
        ("en", "Cable ^back in service after storm damage", "asserted"),
        ("en", "Cable ^repaired back in March", "retrospective"),
    ],
)
def test_a_question_rules_its_own_sentence_only(lang: str, marked: str, kind: str) -> None:
    at = marked.index("^")
    assert assertion_at(marked.replace("^", ""), lang, at, at + 4).kind == kind


def test_a_word_does_not_weaken_itself_but_others_do() -> None:
    sentence = "The carrier may refuse the deal."
    at = sentence.index("refuse")
    assert assertion_at(sentence, "en", at, at + 6).kind is Assertion.CONSIDERED
    assert assertion_at("The carrier refuses the deal.", "en", 12, 19).kind is Assertion.ASSERTED


@pytest.mark.parametrize(
    ("lang", "future", "present"),
    [
        ("ru", "подпишет снимут отменит разместит введет присоединится передаст начнут возобновит", "подписывает"),
        (
            "ru",
            "освободят приговорят вылетит прилетят",
            "снимает проводит находится зависит состоит отрицает подписал запрет визит "
            "становится ставит следит стремится",
        ),
        ("uk", "підпишуть зніме скасує розмістить передасть розпочне відновить звільнить", "підписує знімає"),
        (
            "uk",
            "введуть голосуватиме діятимуть відбуватиметься",
            "проводить залежить розглядає підписано заборона тиме становить ставить стежить",
        ),
    ],
)
def test_the_slavic_future_in_one_word_is_known(lang: str, future: str, present: str) -> None:
    assert [word for word in future.split() if not is_future(word, lang)] == []
    assert [word for word in present.split() if is_future(word, lang)] == []


@pytest.mark.parametrize(
    ("lang", "sentence", "kind"),
    [
        ("en", "Azerbaijan lifted the embargo, five weeks after the office insisted nothing would change.", "asserted"),
        ("en", "Azerbaijan denies it will lift the ban.", "denied"),
        ("en", "Earlier, Baku had sent transformers to Kharkiv.", "retrospective"),
        ("ru", "Баку не планирует снимать эмбарго.", "denied"),
        ("uk", "Баку розглядає скасування ембарго.", "considered"),
        ("az", "Bakı embarqonu götürməyib.", "denied"),
        ("tr", "Bakü ambargoyu kaldırabilir.", "considered"),
        ("en", "", "asserted"),
    ],
)
def test_a_sentence_as_a_whole_is_judged_by_its_main_clause(lang: str, sentence: str, kind: str) -> None:
    assert assertion(sentence, lang).kind == kind


@pytest.mark.parametrize(
    ("sentence", "word", "future"),
    [
        ("A court moved the editor from his cell to house arrest.", "house", False),
        ("The summit will be held on Friday.", "held", True),
        ("Azerbaijan to lift the ban on Friday.", "lift", True),
        ("Two Carriers of Oslo to bring ships back to Suez", "back", True),
        ("Carrier agreed to bring ships back to Suez", "back", False),
        ("The summit was held on Friday.", "held", False),
        ("The shelling led to sanctions.", "sanctions", False),
        ("The sides began to withdraw troops.", "withdraw", False),
    ],
)
def test_what_is_still_to_come_is_marked(sentence: str, word: str, future: bool) -> None:
    cue = assertion_at(sentence, "en", sentence.index(word))
    assert (cue.kind, cue.future) == (Assertion.ASSERTED, future)


@pytest.mark.parametrize(
    ("lang", "sentence", "kind"),
    [
        ("en", "The foreign ministry said the ban stays.", Attribution.OFFICIAL),
        ("en", "A source in the ministry said the ban may go.", Attribution.UNNAMED),
        ("en", "An official who asked not to be named spoke of a deal.", Attribution.UNNAMED),
        ("en", "Moscow claimed to have taken the village.", Attribution.ONE_SIDE),
        ("en", "The attack that claimed 12 lives lasted an hour.", Attribution.OUTLET),
        ("en", "Rain fell on the city all day.", Attribution.OUTLET),
        ("ru", "Об этом сообщила пресс-служба министерства.", Attribution.OFFICIAL),
        ("ru", "Источник в правительстве рассказал о сделке.", Attribution.UNNAMED),
        ("ru", "Минобороны утверждает, что село взято.", Attribution.ONE_SIDE),
        ("ru", "Пожар тушили до утра.", Attribution.OUTLET),
        ("uk", "Про це повідомили в МЗС.", Attribution.OFFICIAL),
        ("uk", "Джерело в операторі повідомило про аварію.", Attribution.UNNAMED),
        ("uk", "Росія стверджує, що село взято.", Attribution.ONE_SIDE),
        ("az", "Xarici İşlər Nazirliyi qərarı təsdiqləyib.", Attribution.OFFICIAL),
        ("az", "Adı açıqlanmayan mənbə sazişdən danışıb.", Attribution.UNNAMED),
        ("az", "Moskva kəndin alındığını iddia edir.", Attribution.ONE_SIDE),
        ("tr", "Dışişleri Bakanlığı sözcüsü kararı doğruladı.", Attribution.OFFICIAL),
        ("tr", "Kaynaklar anlaşmaya varıldığını söyledi.", Attribution.UNNAMED),
        ("tr", "Moskova köyün alındığını öne sürdü.", Attribution.ONE_SIDE),
        ("ro", "Ministerul de Externe a confirmat decizia.", Attribution.OFFICIAL),
    ],
)
def test_the_weakest_word_in_the_sentence_is_the_one_it_rests_on(lang: str, sentence: str, kind: Attribution) -> None:
    cue = attribution(sentence, lang)
    assert cue.kind == kind
    assert sentence[cue.start : cue.end] == cue.text


@pytest.mark.parametrize(
    ("lang", "sentence", "kind"),
    [
        ("en", "The presidents will meet in Oslo in May.", Attribution.OUTLET),
        ("en", "The ministry has not confirmed the strike.", Attribution.OUTLET),
        ("en", "Kremlin: no summit is planned", Attribution.OFFICIAL),
        ("en", "SOCAR confirmed that its depot was hit.", Attribution.OFFICIAL),
        ("en", "Residents confirmed that the depot was hit.", Attribution.OUTLET),
        ("ru", "В Минобороны удар не подтвердили.", Attribution.OUTLET),
        ("ru", "ГНКАР признала, что нефтебаза пострадала.", Attribution.OFFICIAL),
        ("uk", "Компанія підтвердила влучання у нафтобазу.", Attribution.OFFICIAL),
        ("az", "Şirkət zərbəni təsdiqləyib.", Attribution.OFFICIAL),
        ("az", "Şirkət zərbəni təsdiqləməyib.", Attribution.OUTLET),
        ("tr", "Şirket saldırıyı doğruladı.", Attribution.OFFICIAL),
        ("tr", "Cumhurbaşkanı yarın Oslo'ya gidiyor.", Attribution.OUTLET),
    ],
)
def test_an_office_vouches_only_for_what_it_says_and_whoever_confirms_vouches(
    lang: str, sentence: str, kind: Attribution
) -> None:
    assert attribution(sentence, lang).kind == kind


@pytest.mark.parametrize("word", ["damages", "paid"])
def test_what_has_not_been_done_is_denied_before_the_verb_and_in_it(word: str) -> None:
    sentence = "The damages have not yet been paid, and the strike has not been repeated."
    assert assertion_at(sentence, "en", sentence.index(word)).kind is Assertion.DENIED
    assert assertion_at(sentence, "en", sentence.index("strike")).kind is Assertion.ASSERTED


@pytest.mark.parametrize(
    ("lang", "sentence", "so"),
    [
        ("en", "Correction: the strike was on Sunday", True),
        ("ru", "По уточнённым данным, ранены шестеро.", True),
        ("ru", "Как уточнили в ведомстве, пожар потушен.", False),
        ("uk", "За уточненими даними, поранено шестеро.", True),
        ("az", "Düzəliş: zərbə bazar günü endirilib.", True),
        ("tr", "Düzeltme: saldırı pazar günüydü.", True),
        ("tr", "Yetkililer saldırıyı kınadı.", False),
    ],
)
def test_a_correction_is_told_by_words_that_are_never_said_of_mere_detail(lang: str, sentence: str, so: bool) -> None:
    assert corrects(sentence, lang) is so


@pytest.mark.parametrize(
    ("lang", "sentence", "word", "kind"),
    [
        ("tr", "İran Hürmüz Boğazı'nı kapatabilir.", "kapatabilir", "considered"),
        ("tr", "“Boğazı kapatabiliriz” dedi.", "kapatabiliriz", "considered"),
        ("tr", "Ambargo kaldırılabilirdi.", "kaldırılabilirdi", "considered"),
        ("tr", "Boğazın kapatılabileceği belirtildi.", "kapatılabileceği", "considered"),
        ("tr", "Vanayı açabilmek için ekip yola çıktı.", "açabilmek", "considered"),
        ("tr", "“Anlaşmayı imzalarız” dedi.", "imzalarız", "considered"),
        ("tr", "“Hürmüz'ü kapatırız” diye konuştu.", "kapatırız", "considered"),
        ("tr", "Boğazı kapatırlarsa savaş çıkar.", "kapatırlarsa", "conditional"),
        ("tr", "Ekipler yangını söndürebildi.", "söndürebildi", "asserted"),
        ("tr", "Gemiler yalnız gündüz geçebiliyor.", "geçebiliyor", "asserted"),
        ("tr", "İran boğazı kapatıyor.", "kapatıyor", "asserted"),
        ("tr", "Tebriz'de bir depo vuruldu.", "vuruldu", "asserted"),
        ("az", "İran Hörmüz boğazını bağlaya bilər.", "bağlaya", "considered"),
        ("az", "Embarqo götürülə bilərdi.", "götürülə", "considered"),
        ("az", "Boğazı bağlaya biləcəklər.", "bağlaya", "considered"),
        ("az", "“Boğazı bağlayarıq” deyib.", "bağlayarıq", "considered"),
        ("az", "Boğaz bağlanarsa, qiymət qalxar.", "bağlanarsa", "conditional"),
        ("az", "Ekipaj gəmidən çıxa bilib.", "çıxa", "asserted"),
        ("az", "Gəmi limana çata bildi.", "çata", "asserted"),
        ("az", "Boğazı bağlayırıq.", "bağlayırıq", "asserted"),
    ],
)
def test_who_may_or_can_or_would_is_not_said_to_have_done_so(lang: str, sentence: str, word: str, kind: str) -> None:
    start = sentence.index(word)
    assert assertion_at(sentence, lang, start, start + len(word)).kind == kind


@pytest.mark.parametrize("apostrophe", ["'", "’", "ʼ", "`", "‘", "′"])
def test_an_apostrophe_within_a_ukrainian_word_makes_no_particle_of_its_first_letter(apostrophe: str) -> None:
    hits, would = f"Артилерія б{apostrophe}є по порту.", "Артилерія б влучила в порт."
    assert assertion_at(hits, "uk", hits.index("порту")).kind is Assertion.ASSERTED
    assert assertion_at(would, "uk", would.index("порт")).kind is Assertion.CONDITIONAL


def test_offsets_hold_where_lower_case_is_longer() -> None:
    """`İ` is two code points in plain lower case; every offset after it would be wrong."""
    sentence = "İİİ İrəvan: müqavilə hələ imzalanmayıb."
    cue = assertion_at(sentence, "az", sentence.index("imzalanmayıb"))
    assert cue.text == "imzalanmayıb"


def test_an_unknown_language_is_read_as_english() -> None:
    assert assertion_at("They will not sign.", "xx", 14).kind == Assertion.DENIED


def test_a_position_outside_the_sentence_is_asserted_or_ruled_but_never_an_error() -> None:
    assert assertion_at("Baku signed.", "en", 500).kind == Assertion.ASSERTED
