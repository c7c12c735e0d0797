"""What stands in place of an article is told by its kind; an article in the words of walls is an article."""

import pytest

from monitor.errors import UnreadableError
from monitor.fetch.pages import extract
from tests.making import NOON

CHALLENGE, CONSENT, PAYWALL, LOST = "bot challenge", "consent wall", "login or subscription", "not found"
BROKEN, ELSEWHERE = "error page", "not shown in our country"

NOTICES = [
    (CHALLENGE, "en", "Security check",
     "Please complete the security check. Ray ID: 8f1c2a. Your request was blocked."),
    (CHALLENGE, "ru", "Один момент", "Проверяем, что вы не робот. Это займёт несколько секунд, пожалуйста, подождите."),
    (CHALLENGE, "uk", "Зачекайте", "Перевіряємо, чи ви людина. Це може тривати кілька секунд, будь ласка, зачекайте."),
    (CHALLENGE, "tr", "Bir dakika", "Devam etmeden önce tarayıcınız kontrol ediliyor. İnsan olduğunuzu doğrulayın."),
    (CHALLENGE, "az", "Bir an", "Davam etməzdən əvvəl insan olduğunuzu təsdiqləyin. Brauzeriniz yoxlanılır, gözləyin."),
    (CHALLENGE, "ka", "ერთი წუთი", "გთხოვთ, დაადასტურეთ, რომ რობოტი არ ხართ, რათა გააგრძელოთ საიტზე მუშაობა."),
    (CHALLENGE, "hy", "Սպասեք", "Խնդրում ենք հաստատեք, որ ռոբոտ չեք, որպեսզի շարունակեք աշխատանքը կայքում։"),
    (CONSENT, "tr", "",
     "Sitemizde çerezler kullanıyoruz. Devam ederek çerez kullanımını kabul etmiş olursunuz, teşekkürler."),
    (CONSENT, "az", "",
     "Saytımız cookie-fayllardan istifadə edir. Davam etmək üçün razılığınızı bildirin, təşəkkür edirik."),
    (CONSENT, "ro", "",
     "Folosim cookie-uri pentru a vă oferi cele mai bune servicii. Apăsați „Accept” pentru a continua."),
    (CONSENT, "ka", "", "ჩვენი საიტი იყენებს ქუქი ფაილებს. გასაგრძელებლად დააჭირეთ ღილაკს „ვეთანხმები“, გმადლობთ."),
    (CONSENT, "pl", "", "Używamy plików cookie, aby świadczyć usługi na najwyższym poziomie. Kliknij „Akceptuję”."),
    (PAYWALL, "en", "Budget",
     "The budget was passed. This article is available to subscribers. Already a subscriber? Log in."),
    (PAYWALL, "ru", "Бюджет",
     "Бюджет принят. Полный текст статьи доступен только по подписке, оформите её на этой странице."),
    (PAYWALL, "uk", "Бюджет", "Бюджет ухвалено. Матеріал доступний лише передплатникам нашого видання, приєднуйтеся."),
    (PAYWALL, "az", "Büdcə", "Büdcə qəbul edildi. Bu material yalnız abunəçilər üçündür, zəhmət olmasa abunə olun."),
    (PAYWALL, "tr", "Bütçe",
     "Bütçe kabul edildi. Bu içerik sadece abonelere açıktır, lütfen giriş yapın ya da üye olun."),
    (PAYWALL, "ro", "Buget",
     "Bugetul a fost votat. Articolul este doar pentru abonați; vă rugăm să vă autentificați acum."),
    (LOST, "ru", "Новости", "Материал был удалён или перемещён. Вернитесь на главную страницу нашего издания."),
    (LOST, "uk", "Новини", "Новину не знайдено. Поверніться на головну сторінку нашого видання, будь ласка."),
    (LOST, "tr", "Haberler", "Haber bulunamadı. Ana sayfaya dönerek son gelişmeleri takip edebilirsiniz, teşekkürler."),
    (LOST, "ka", "სიახლეები", "გვერდი არ არსებობს. დაბრუნდით მთავარ გვერდზე და სცადეთ თავიდან, გმადლობთ."),
    (LOST, "hy", "Լուրեր", "Էջը գոյություն չունի։ Վերադարձեք գլխավոր էջ և փորձեք կրկին մի փոքր ուշ։"),
    (BROKEN, "en", "502 Bad Gateway",
     "The server that should have answered did not. Please come back in a few minutes."),
    (BROKEN, "ru", "Сайт", "На сайте ведутся технические работы. Приносим извинения за временные неудобства."),
    (BROKEN, "uk", "Сайт",
     "На сайті тривають технічні роботи. Перепрошуємо за тимчасові незручності, зайдіть пізніше."),
    (ELSEWHERE, "en", "Sorry",
     "This content is not available in your region. We are working on making it available soon."),
    (ELSEWHERE, "ru", "Ошибка", "Этот сайт недоступен для вашего региона. Приносим свои извинения за неудобства."),
    (ELSEWHERE, "tr", "Hata", "Bu içeriğe bölgenizden erişilemiyor. Anlayışınız için teşekkür ederiz, iyi günler."),
]  # fmt: skip


def page(title: str, *paragraphs: str) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    menu = "<nav><ul><li><a href='/a'>A</a></li><li><a href='/b'>B</a></li></ul></nav>"
    head = f"<html><head><title>{title}</title></head>"
    return f"{head}<body>{menu}<main><h1>{title}</h1>{text}</main></body></html>".encode()


def read(markup: bytes, language: str):
    return extract(markup, "https://news.example/1", "text/html; charset=utf-8", language, NOON)


@pytest.mark.parametrize(("what", "language", "title", "notice"), NOTICES)
def test_a_notice_in_place_of_an_article_is_told_by_its_kind(what, language, title, notice):
    with pytest.raises(UnreadableError, match=what):
        read(page(title, notice), language)


def test_a_consent_wall_of_many_words_is_one():
    parts = (
        "We and our 842 partners store and/or access information on a device, such as cookies, and "
        "process personal data.",
        "You may accept or manage your choices by clicking below, including your right to object "
        "where legitimate interest is used.",
        "Some partners ask for your consent to personalised ads and content, measurement of both "
        "and insights on audiences.",
        "Your consent applies to this site only and is kept in a cookie for thirteen months; see "
        "our cookie policy for more.",
        "To change your mind at any time, open the page on privacy and choose to manage preferences "
        "there, partner by partner.",
        "Precise data on where you are and characteristics of your device may be used with your "
        "consent for personalised ads.",
        "With your agreement, information on your device such as cookies may be stored and read, as "
        "our cookie policy says.",
        "Vendors that rely on legitimate interest are listed below, with a link to what each of "
        "them does with cookies.",
    )  # fmt: skip
    with pytest.raises(UnreadableError, match=CONSENT):
        read(page("We value your privacy", *parts), "en")


ARTICLES = [
    ("en", "Regulator fines site over cookies", (
        "The data protection office fined a publisher on Monday for setting cookies before readers had given consent.",
        "The office said the publisher's banner made it hard to refuse, and that its cookie policy could not be found.",
        "The publisher said it would appeal and that its partners had been told to stop using "
        "personalised ads by June.",
        "A court had ruled in March that consent must be as easy to refuse as to give, wherever a banner is shown.",
        "Two more publishers are being looked into, the office said, without naming them, and fines "
        "may follow in autumn.",
        "Lawyers said that the ruling would change how every banner on the continent looks, and "
        "that the law was clear.",
        "Advertisers fear that income will fall by a third. The association asked for two years to "
        "put things in order.",
        "Readers had complained since the spring, the office said, and it had written to the publisher three times.",
    )),
    ("ru", "Сайт ведомства взломан", (
        "Неизвестные взломали сайт ведомства, страница не открывалась три часа, сообщили в пресс-службе в среду.",
        "Пользователи видели проверку браузера и требование ввести капчу. Позже доступ был восстановлен полностью.",
    )),
    ("uk", "Передплата зросте", (
        "Видання підвищить ціну передплати з січня, повідомила редакція у вівторок. Читачі "
        "платитимуть на третину більше.",
        "Доступ до архіву лишиться вільним, а нові тексти відкриватимуть за тиждень після виходу, сказав редактор.",
    )),
    ("az", "Texniki baxış başlayır", (
        "Bakıda avtomobillərin texniki baxışı bazar ertəsi başlayır, məntəqələr səhər saat doqquzdan işləyəcək.",
        "Sürücülər sənədləri özləri ilə gətirməlidir. Ötən il on mindən çox avtomobil yoxlanılıb, deyə qurum bildirib.",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("language", "title", "paragraphs"), ARTICLES)
def test_an_article_that_uses_the_words_of_walls_is_an_article(language, title, paragraphs):
    assert paragraphs[0] in read(page(title, *paragraphs), language).text
