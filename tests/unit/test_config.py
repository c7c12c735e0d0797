"""Settings: where they come from, what is refused, what is shown."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import channel_secrets, effective, load_settings
from monitor.errors import ConfigurationError
from monitor.setting_types import mask_password
from monitor.settings import Settings


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    path = tmp_path / "secrets"
    path.mkdir()
    return path


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def problems_of(**environ: str) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        load_settings(environ, None, Path("/nowhere"))
    return [str(problem) for problem in raised.value.problems]


def test_without_anything_the_defaults_hold() -> None:
    settings, warnings = load_settings({}, None, Path("/nowhere"))
    assert warnings == ()
    assert settings.database_url.get_secret_value() == "sqlite:///var/monitor.db"
    assert (settings.tick_seconds, settings.workers, settings.fresh_hours) == (5.0, 2, 48.0)
    assert {origin for _, _, origin in effective(settings)} == {"default"}


def test_the_environment_goes_before_dotenv_and_that_before_secrets(secrets: Path, dotenv: Path) -> None:
    for name in ("MONITOR_WORKERS", "monitor_tick_seconds", "MONITOR_CONTACT"):
        (secrets / name).write_text("3\n")
    dotenv.write_text("MONITOR_WORKERS=4\nMONITOR_CONTACT=4\n")
    settings, warnings = load_settings({"MONITOR_WORKERS": "5"}, dotenv, secrets)
    assert warnings == ()
    assert (settings.workers, settings.contact, settings.tick_seconds) == (5, "4", 3.0)
    origins = {name: origin for name, _, origin in effective(settings)}
    assert origins["MONITOR_WORKERS"] == "environment"
    assert origins["MONITOR_CONTACT"] == dotenv.as_posix()
    assert origins["MONITOR_TICK_SECONDS"] == (secrets / "monitor_tick_seconds").as_posix()


def test_of_the_ping_only_the_host_is_shown() -> None:
    given = {"MONITOR_PING_URL": "https://ping.example:8443/5ee8f2ac-check?x=hush", "MONITOR_PING_EVERY": "30"}
    settings, _ = load_settings(given, None, Path("/nowhere"))
    shown = {name: value for name, value, _ in effective(settings)}
    assert (shown["MONITOR_PING_URL"], shown["MONITOR_PING_EVERY"]) == ("https://ping.example:8443/***", "30")
    assert "5ee8f2ac" not in repr(settings)


@pytest.mark.parametrize(
    "address", ["ping.example/hush-hush", "ftp://ping.example/hush-hush", "https:///hush-hush", "http://a b/hush-hush"]
)
def test_a_ping_needs_a_web_address_and_no_complaint_shows_it(address: str) -> None:
    (problem,) = problems_of(MONITOR_PING_URL=address)
    assert "MONITOR_PING_URL: expected a web address such as https://" in problem
    assert "hush" not in problem


@pytest.mark.parametrize("address", ["http://user:hush-hush@ping.example/x", "http://[::1]:8000/hush-hush"])
def test_a_ping_may_have_a_user_and_be_on_the_intranet_and_neither_is_shown(address: str) -> None:
    settings, _ = load_settings({"MONITOR_PING_URL": address}, None, Path("/nowhere"))
    (shown,) = (value for name, value, _ in effective(settings) if name == "MONITOR_PING_URL")
    assert settings.ping_url.get_secret_value() == address
    assert "hush" not in shown


def test_an_empty_value_counts_as_not_set(dotenv: Path) -> None:
    dotenv.write_text("MONITOR_WORKERS=4\n")
    settings, _ = load_settings({"MONITOR_WORKERS": "", "MONITOR_TICK_SECONDS": " "}, dotenv, Path("/nowhere"))
    assert (settings.workers, settings.tick_seconds) == (4, 5.0)


def test_values_are_read_as_people_write_them() -> None:
    environ = {
        "MONITOR_ALLOW_NETWORKS": "10.0.0.0/8, ::1/128,",
        "MONITOR_LOG_LEVEL": "debug",
        "MONITOR_LOG_FORMAT": "JSON",
        "MONITOR_WATCHLISTS_DIR": "/etc/watch lists",
        "MONITOR_TICK_SECONDS": " 0.5 ",
    }
    settings, _ = load_settings(environ, None, Path("/nowhere"))
    assert settings.allow_networks == (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert settings.watchlists_dir == Path("/etc/watch lists")
    assert settings.tick_seconds == 0.5


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("MONITOR_TICK_SECOND", "did you mean MONITOR_TICK_SECONDS?"),
        ("MONITOR_DATABASEURL", "did you mean MONITOR_DATABASE_URL?"),
        ("monitor_workers", "did you mean MONITOR_WORKERS?"),
        ("MONITOR_QQQ", "see docs/settings.md"),
    ],
)
def test_an_unknown_variable_is_a_warning_with_the_nearest_name(name: str, hint: str) -> None:
    settings, warnings = load_settings({name: "9", "HOME": "/"}, None, Path("/nowhere"))
    assert [str(warning) for warning in warnings] == [f"environment: {name} is not a setting and was ignored ({hint})"]
    assert settings.workers == 2


def test_a_warning_about_dotenv_names_its_line(dotenv: Path) -> None:
    dotenv.write_text("# a word\n\nexport MONITOR_WORKER='3'\nwhat is this\n")
    _, warnings = load_settings({}, dotenv, Path("/nowhere"))
    place = dotenv.as_posix()
    assert [str(warning).split(" (")[0] for warning in warnings] == [
        f"{place}:4:1: this line is not NAME=value and was ignored",
        f"{place}:3:1: MONITOR_WORKER is not a setting and was ignored",
    ]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("WORKERS", "two", "expected a whole number"),
        ("WORKERS", "1.5", "expected a whole number"),
        ("WORKERS", "0", "expected a number of at least 1"),
        ("TICK_SECONDS", "301", "expected a number of at most 300"),
        ("TICK_SECONDS", "nan", "expected a number"),
        ("FETCH_TIMEOUT_SECONDS", "0", "expected a number of more than 0"),
        ("LOG_FORMAT", "xml", "expected 'console' or 'json'"),
        ("LOG_LEVEL", "LOUD", "expected 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        (
            "ALLOW_NETWORKS",
            "10.0.0.1/8",
            "expected networks such as 10.0.0.0/8,fd00::/8 (10.0.0.1/8 has host bits set)",
        ),
        ("USER_AGENT", "a\nb", "expected printable ASCII characters"),
        ("CONTACT", "пошта", "expected printable ASCII characters"),
        ("DATABASE_URL", "mysql://me:hush@h/d", "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"),
    ],
)
def test_a_value_that_cannot_be_used_names_the_variable_and_what_was_expected(
    name: str, value: str, message: str
) -> None:
    name = f"MONITOR_{name}"
    assert problems_of(**{name: value}) == [f"environment: {name}: {message} (see {name} in docs/settings.md)"]


def test_all_bad_values_are_reported_at_once_with_their_place(dotenv: Path) -> None:
    dotenv.write_text("A=1\nMONITOR_WORKERS=many\n")
    with pytest.raises(ConfigurationError) as raised:
        load_settings({"MONITOR_LOG_LEVEL": "?"}, dotenv, Path("/nowhere"))
    assert [problem.file for problem in raised.value.problems] == [dotenv.as_posix(), "environment"]
    assert raised.value.problems[0].line == 2


def test_a_dotenv_that_is_not_text_is_an_error_and_one_that_is_missing_is_none(dotenv: Path) -> None:
    load_settings({}, dotenv, Path("/nowhere"))
    dotenv.write_bytes(b"A=\xff")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        load_settings({}, dotenv, Path("/nowhere"))


def test_the_password_of_the_database_appears_nowhere() -> None:
    url = "postgresql+psycopg://me:hu@sh/x@db.example/monitor?sslpassword=hush"
    settings, _ = load_settings({"MONITOR_DATABASE_URL": url}, None, Path("/nowhere"))
    assert {name: value for name, value, _ in effective(settings)}["MONITOR_DATABASE_URL"] == (
        "postgresql+psycopg://me:***@db.example/monitor?sslpassword=***"
    )
    for shown in (
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        str(problems_of(MONITOR_DATABASE_URL="x:h")),
    ):
        assert "hu@sh" not in shown
        assert "hush" not in shown


@given(st.from_regex(r"[a-z]{0,5}", fullmatch=True), st.text(min_size=6, max_size=20).filter(str.isprintable))
def test_no_password_survives_masking(user: str, password: str) -> None:
    secret = f"§{password}§"
    assert secret not in mask_password(f"postgresql://{user}:{secret}@host/db")


@pytest.mark.parametrize(
    "url", ["sqlite:///var/monitor.db", "postgresql://host:5432/db", "postgresql://me@host/db?a=b"]
)
def test_an_address_without_password_is_shown_as_it_is(url: str) -> None:
    assert mask_password(url) == url


def test_channel_secrets_come_from_the_same_three_places(secrets: Path, dotenv: Path) -> None:
    (secrets / "slack_url").write_text("from file\n")
    (secrets / "TOKEN").write_text("from file\n")
    dotenv.write_text('TOKEN="from ${dotenv}"\nEMPTY=\n')
    values = channel_secrets({"SMTP": "from environment"}, dotenv, secrets)
    assert values == {"SLACK_URL": "from file", "TOKEN": "from ${dotenv}", "SMTP": "from environment"}


def test_a_secret_that_cannot_be_read_is_a_warning(secrets: Path) -> None:
    (secrets / "MONITOR_CONTACT").write_bytes(b"\xff")
    settings, warnings = load_settings({}, None, secrets)
    assert settings.contact == ""
    assert "the secret cannot be read" in str(warnings[0])


def test_every_setting_has_a_description_and_numbers_have_a_unit() -> None:
    units = ("second", "Second", "Hour", "Days", "megabyte", "Gigabyte", "Requests", "Processes", "Attempts", "Port")
    for name, field in Settings.model_fields.items():
        assert field.description, name
        if field.annotation in (int, float):
            assert any(unit in (field.description or "") for unit in units), name


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("MONITOR_PUBLIC_URL", "monitor.example.org", "expected the address of the pages from outside"),
        ("MONITOR_PUBLIC_URL", "https://monitor.example.org/?a=b", "expected the address of the pages from outside"),
        ("MONITOR_PUBLIC_URL", "https://monitor.example.org/ä", "expected printable ASCII characters"),
        ("MONITOR_LINK_KEY", "sesame", "expected at least 32 characters"),
        ("MONITOR_TIME_ZONE", "Baku", "expected a time zone such as Asia/Baku or UTC"),
        ("MONITOR_TIME_ZONE", "../../etc/passwd", "expected a time zone such as Asia/Baku or UTC"),
        ("MONITOR_WEB", "maybe", "expected true or false"),
        ("MONITOR_WEB_PORT", "-1", "expected a number of at least 0"),
    ],
)
def test_settings_of_the_pages_say_what_they_expect_and_show_no_key(name: str, value: str, complaint: str) -> None:
    [problem] = problems_of(**{name: value})
    assert f"{name}: {complaint}" in problem
    assert value not in problem or name != "MONITOR_LINK_KEY"


def test_the_key_of_the_links_is_not_shown() -> None:
    given = {"MONITOR_LINK_KEY": "0123456789abcdef" * 3, "MONITOR_WEB": "yes"}
    settings, _ = load_settings(given, None, Path("/nowhere"))
    shown = {name: value for name, value, _ in effective(settings)}
    assert (shown["MONITOR_LINK_KEY"], shown["MONITOR_WEB"]) == ("***", "true")


def test_of_a_password_nothing_is_shown_even_if_it_looks_like_an_address() -> None:
    settings, _ = load_settings({"MONITOR_ADMIN_PASSWORD": "https://horse.example"}, None, Path("/nowhere"))
    assert ("MONITOR_ADMIN_PASSWORD", "***", "environment") in effective(settings)
    assert "horse" not in repr(settings)
