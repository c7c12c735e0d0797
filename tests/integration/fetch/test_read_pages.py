"""What is read from a web page, and what is told where there is no article."""

from datetime import UTC, datetime

import pytest

from monitor.core.model import Page
from monitor.errors import UnreadableError
from monitor.fetch.pages import extract
from monitor.fetch.tails import without_tails

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "https://news.example/2026/11/20/depot"
FIRST = "An oil depot near the port of Taman caught fire after a drone attack in the night, the operational staff said."
SECOND = (
    "Forty firefighters were at work in the morning; nobody was hurt, and the railway line to the port stayed open."
)
THIRD = "It is the second fire there within a month, after a strike on the neighbouring terminal on 21 October."
ARTICLE = f"<article><h1>Depot on fire</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></article>"


def page(body: str, head: str = "<title>Depot on fire</title>") -> str:
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/war'>War</a></li></ul></nav>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{menu}{body}<footer>© 2019 News</footer></body></html>"


def read(markup: str | bytes, content_type: str = "text/html", language: str = "en") -> Page:
    data = markup.encode() if isinstance(markup, str) else markup
    return extract(data, URL, content_type, language, NOW)


def test_an_article_is_its_title_and_paragraphs_without_menu_and_footer():
    found = read(page(ARTICLE))
    assert (found.url, found.title, found.language) == (URL, "Depot on fire", "en")
    assert found.text.split("\n\n")[-3:] == [FIRST, SECOND, THIRD]
    assert "Home" not in found.text
    assert "2019" not in found.text


def test_reading_a_page_again_gives_the_same():
    assert len({read(page(ARTICLE)) for _ in range(4)}) == 1


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta property="article:published_time" content="2026-11-20T10:00:00+04:00">', "2026-11-20T06:00"),
        ('<meta content="2026-11-20T10:00:00+04:00" itemprop="datePublished">', "2026-11-20T06:00"),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle",'
            ' "datePublished": "2026-11-20T10:00:00+02:00"}]}</script>',
            "2026-11-20T08:00",
        ),
        (
            '<script type="application/ld+json">{"datePublished": "2026-11-20T10:00:00Z", broken</script>',
            "2026-11-20T10:00",
        ),
        ('<meta property="article:published_time" content="2031-01-01T00:00:00Z">', "2026-11-21T12:00"),
    ],
)
def test_the_time_of_publication_keeps_its_zone_and_never_lies_ahead(head, published):
    found = read(page(ARTICLE, f"<title>T</title>{head}")).published
    assert found is not None
    assert found.isoformat()[:16] == published


def test_a_date_in_the_footer_is_not_the_articles():
    found = read(page(ARTICLE + "<p>18 августа 2025 года</p>")).published
    assert found is None or found.year != 2019


@pytest.mark.parametrize(
    ("encoding", "label", "content_type"),
    [
        ("utf-8", "utf-8", "text/html"),
        ("windows-1251", "windows-1251", "text/html"),
        ("windows-1251", "", "text/html; charset=windows-1251"),
        ("windows-1251", "utf-8", "text/html; charset=utf-8"),
        ("utf-8", "windows-1251", "text/html"),
    ],
)
def test_letters_are_right_whatever_the_label_says(encoding, label, content_type):
    text = "Нефтебаза загорелась ночью после атаки беспилотников, сообщили в оперативном штабе Краснодарского края. "
    head = (f"<meta charset={label}>" if label else "") + "<title>Пожар на нефтебазе</title>"
    found = read(page(f"<article><p>{text * 3}</p><p>{text}</p></article>", head).encode(encoding), content_type, "ru")
    assert text.strip() in found.text
    assert "Пожар" in found.title


WALLS = {
    "bot challenge": [
        page("<p>Checking your browser before accessing news.example.</p>", "<title>Just a moment...</title>"),
        page("<div id='challenge-platform'></div><script src='/cdn-cgi/challenge-platform/x.js'></script>"),
        page("<p>Подтвердите, что вы не робот, чтобы продолжить.</p>", "<title>Вы не робот?</title>"),
    ],
    "consent wall": [
        page("<h1>Before you continue</h1><p>We use cookies and data. Accept all cookies to continue to our site.</p>"),
        page("<p>Мы используем файлы cookie. Нажмите «Принять», чтобы продолжить работу с этим сайтом.</p>", ""),
    ],
    "login or subscription": [
        page(f"<article><p>{FIRST}</p><p>Subscribe to continue reading this article today.</p></article>"),
        page("<form><p>Please sign in with your account name and your password.</p><input type='password'></form>"),
        page(f"<article><p>{FIRST}</p><p>Bu məqaləni oxumaq üçün saytda qeydiyyatdan keçin.</p></article>"),
    ],
    "not found": [
        page("<h1>404</h1><p>Sorry, the page you asked for was moved or never existed.</p>", "<title>404</title>"),
        page("<p>Страница не найдена. Вернитесь на главную страницу нашего сайта.</p>", "<title>Новости</title>"),
        page("<p>Axtardığınız səhifə tapılmadı, ana səhifəyə qayıdın.</p>", "<title>Səhifə tapılmadı</title>"),
    ],
    "without article text": [page(""), "<html><body><div id='app'></div><script>run()</script></body></html>", "x"],
}


@pytest.mark.parametrize(("what", "markup"), [(what, markup) for what, pages in WALLS.items() for markup in pages])
def test_a_page_without_an_article_is_told_by_its_kind(what, markup):
    with pytest.raises(UnreadableError, match=what):
        read(markup)


def test_an_article_about_cookies_robots_and_passwords_is_an_article():
    text = (
        f"Regulators said websites must ask for consent before cookies are set, and a captcha is not consent. {FIRST}"
    )
    found = read(page(f"<article><p>{text}</p><p>{SECOND}</p><p>{THIRD}</p></article><input type=password>"))
    assert SECOND in found.text


def test_a_call_to_subscribe_below_an_article_is_no_wall():
    found = read(page(ARTICLE.replace("</article>", "<p>Telegram kanalımıza abunə olun</p></article>")))
    assert THIRD in found.text
    assert "abunə" not in found.text


@pytest.mark.parametrize(
    ("body", "content_type"), [(b"%PDF-1.7 ...", "text/html"), (b"\x89PNG", "image/png"), (b"{}", "application/json")]
)
def test_another_kind_of_file_is_told(body, content_type):
    with pytest.raises(UnreadableError, match="instead of a web page"):
        read(body, content_type)


def test_an_empty_page_is_told():
    with pytest.raises(UnreadableError, match="empty page"):
        read(b" \n")


@pytest.mark.parametrize(
    "heading",
    [
        "Read also:",
        "Related articles",
        "Читайте также",
        "Читайте також:",
        "Oxşar xəbərlər",
        "Həmçinin oxuyun:",
        "İlgili Haberler",
        "Citiți și:",
    ],
)
def test_lists_of_other_articles_are_dropped_with_their_heading(heading):
    assert without_tails([FIRST, heading, "Depot burned out", "- Strike on Tuapse", SECOND, heading, "Other news"]) == [
        FIRST,
        SECOND,
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Read also: Refinery in Tuapse hit by drones",
        "Читайте также: Взрыв на складе",
        "Подписывайтесь на наш Telegram-канал",
        "Follow us on Facebook",
    ],
)
def test_single_lines_that_lead_elsewhere_are_dropped(line):
    assert without_tails([FIRST, line, SECOND]) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "line",
    ["Read also what he wrote in 2014.", "Related companies were fined.", "Son xəbərlərə görə yanğın söndürülüb."],
)
def test_sentences_that_only_begin_like_it_stay(line):
    assert without_tails([FIRST, line, SECOND]) == [FIRST, line, SECOND]


def test_hostile_markup_does_not_break_the_reader():
    for markup in ("<div>" * 20_000, "<p>" * 50_000, "<!--" * 20_000, "\0" * 1000, "<a href='x'>" * 20_000):
        with pytest.raises(UnreadableError):
            read(markup)
