"""Settings of the process, read once at start from the environment, `.env` and Docker secrets.

pydantic-settings reads them, through sources of its own that are given what was found where: each
value has to keep its origin and line, a misspelt name has to be noticed, the environment is an
argument, and the secrets of channels (`${NAME}` in channels.yaml) come from the same three places.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv.parser import parse_stream
from pydantic import BeforeValidator, Field, PrivateAttr, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from monitor import __version__
from monitor.errors import ConfigurationError, Problem

PREFIX = "MONITOR_"
DEFAULT = "default"
ENVIRONMENT = "environment"
SECRETS_DIRECTORY = Path("/run/secrets")

_PASSWORD = re.compile(r"(://[^:@/]*:).*@", re.DOTALL)
_WEB_ADDRESS = re.compile(
    r"(https?://)(?:[^\s/?#@]*@)?((?:[^\s/?#@:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)(?:[/?#]\S*)?", re.ASCII
)


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    networks = []
    for part in filter(None, map(str.strip, value.split(","))):
        try:
            networks.append(ip_network(part))
        except ValueError as error:
            message = "expected networks such as 10.0.0.0/8,fd00::/8 ({why})"
            raise PydanticCustomError("said", message, {"why": str(error)}) from None
    return tuple(networks)


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _database(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(text, str) and text.partition(":")[0].partition("+")[0] not in ("sqlite", "postgresql"):
        raise PydanticCustomError("said", "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    return value


def _web_address(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(text, str) and text and not _WEB_ADDRESS.fullmatch(text):
        raise PydanticCustomError("said", "expected a web address such as https://ping.example/…")
    return value


Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_networks)]
Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
LogFormat = Annotated[Literal["console", "json"], BeforeValidator(_lower)]


class Settings(BaseSettings):
    """The settings. Names in the environment are those of the fields in capitals after `MONITOR_`.

    Made by `load_settings`, which knows the origin of each value and notices misspelt names.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        enable_decoding=False,  # lists are written with commas, not in JSON
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )

    database_url: Annotated[SecretStr, BeforeValidator(_database)] = Field(
        default=SecretStr("sqlite:///var/monitor.db"),
        description="SQLAlchemy address of the database: a SQLite file, or PostgreSQL.",
    )
    watchlists_dir: Path = Field(
        default=Path("watchlists"), description="Directory of the watchlists, sources.yaml and channels.yaml."
    )
    seeds_dir: Path = Field(default=Path("seeds"), description="Directory of the seed files.")
    cache_dir: Path | None = Field(
        default=None,
        description="Directory for what can be made anew (the dictionaries, 26 MB); "
        "if empty, the cache directory of the user.",
    )
    tick_seconds: float = Field(
        default=5.0, ge=0.1, le=300, description="Seconds between two looks for sources that are due."
    )
    user_agent: str = Field(
        default=f"newswatch-monitor/{__version__}",
        min_length=1,
        pattern=r"^[\x20-\x7e]+$",
        description="How the monitor names itself to publishers' servers (printable ASCII).",
    )
    contact: str = Field(
        default="",
        pattern=r"^[\x20-\x7e]*$",
        description="E-mail address or web page, added to the user agent, where publishers can reach you.",
    )
    allow_networks: Networks = Field(
        default=(),
        description="Networks (CIDR, separated by commas) that may be fetched from although they are not public.",
    )
    per_host_concurrency: int = Field(
        default=2, ge=1, le=16, description="Requests that may be under way to one host at a time."
    )
    per_host_gap_seconds: float = Field(
        default=1.0,
        ge=0,
        le=300,
        description="Least number of seconds between the beginnings of two requests to one host.",
    )
    per_host_gap_max_seconds: float = Field(
        default=30.0,
        ge=0,
        le=600,
        description="Most seconds that this gap becomes for a host that is slow, or asks for it in its robots.txt.",
    )
    fetch_timeout_seconds: float = Field(
        default=20.0, gt=0, le=300, description="Seconds after which a fetch, redirects included, is given up."
    )
    feed_limit_mb: float = Field(
        default=10.0, gt=0, le=100, description="Largest feed that is read, in megabytes after decompression."
    )
    page_limit_mb: float = Field(
        default=5.0, gt=0, le=100, description="Largest article page that is read, in megabytes after decompression."
    )
    workers: int = Field(default=2, ge=1, le=64, description="Processes that extract the text of article pages.")
    fresh_hours: float = Field(
        default=48.0,
        ge=0,
        le=87600,
        description="Hours; entries older than that at the first poll of their source are learned without an alert.",
    )
    delivery_max_attempts: int = Field(
        default=20, ge=1, le=1000, description="Attempts at sending one alert to one target before it counts as failed."
    )
    ping_url: Annotated[SecretStr, BeforeValidator(_web_address)] = Field(
        default=SecretStr(""),
        description="Web address that is asked while the daemon is well (a dead-man's switch); if empty, none.",
    )
    ping_every: float = Field(default=60.0, ge=1, le=86400, description="Seconds between two of these pings.")
    log_format: LogFormat = Field(default="console", description="`console` for people, `json` for log collectors.")
    log_level: Level = Field(default="INFO", description="Least severe log level shown: DEBUG, INFO, WARNING or ERROR.")

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Given:
    """A value from outside, with the place it came from."""

    value: str
    origin: str
    line: int = 0

    def problem(self, message: str, hint: str = "") -> Problem:
        return Problem(self.origin, self.line, 1 if self.line else 0, message, hint)


class _Variables(EnvSettingsSource):
    """Given variables, of the environment or of `.env`, instead of those of this process."""

    def __init__(self, given: Mapping[str, _Given]):
        self._given = given
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        """The settings among them, in the spelling in which the library looks them up."""
        given = self._given.items()
        return {name.lower(): value for name, item in given if _is_setting(name) and (value := item.value.strip())}


class _Secrets(SecretsSettingsSource):
    """Files of secrets, without those that could not be read or hold nothing."""

    def __init__(self, directory: Path, readable: Mapping[str, _Given]):
        self._readable = readable
        super().__init__(Settings, directory if readable else None)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        if variable(field_name) not in self._readable:
            return None, field_name, False
        value, key, is_complex = super().get_field_value(field, field_name)
        return value or None, key, is_complex


def load_settings(
    environ: Mapping[str, str], dotenv: Path | None = None, secrets_dir: Path = SECRETS_DIRECTORY
) -> tuple[Settings, tuple[Problem, ...]]:
    """Settings and warnings. The environment goes before `.env`, that before secret files; empty means not set.

    Raises ConfigurationError naming every variable whose value cannot be used, never its value.
    """
    warnings: list[Problem] = []
    environment, written, secret = found_in = _gather(environ, dotenv, secrets_dir, warnings)
    layers: list[tuple[PydanticBaseSettingsSource, dict[str, _Given]]] = [
        (_Variables(environment), environment),
        (_Variables(written), written),
        (_Secrets(secrets_dir, secret), secret),
    ]
    places: dict[str, _Given] = {}
    for source, found in reversed(layers):
        places |= {setting: found[variable(setting)] for setting in source()}
    try:
        sources = tuple(source for source, _ in layers)
        settings = Settings(_build_sources=(sources, {}))  # type: ignore[call-arg]  # seen by its plugin only
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        problems = [_problem(detail, places[str(detail["loc"][0])]) for detail in details]
        raise ConfigurationError(list(dict.fromkeys(problems))) from None
    settings._origins.update({setting: place.origin for setting, place in places.items()})
    return settings, (*warnings, *_misspelt(_merged(*found_in)))


def _misspelt(given: Mapping[str, _Given]) -> Iterable[Problem]:
    for name, item in given.items():
        if name.upper().startswith(PREFIX) and not _is_setting(name):
            yield item.problem(f"{name} is not a setting and was ignored", _nearest(name.upper()))


def _is_setting(name: str) -> bool:
    setting = name.removeprefix(PREFIX).lower()
    return setting in Settings.model_fields and name == variable(setting)


def channel_secrets(
    environ: Mapping[str, str], dotenv: Path | None = None, secrets_dir: Path = SECRETS_DIRECTORY
) -> dict[str, str]:
    """What `${NAME}` in channels.yaml may stand for: everything in the environment, `.env` and secret files."""
    given = _merged(*_gather(environ, dotenv, secrets_dir, []))
    return {name: item.value for name, item in given.items() if item.value}


def effective(settings: Settings) -> list[tuple[str, str, str]]:
    """Each variable with its value, passwords masked, and where the value came from."""
    return [
        (variable(name), _display(getattr(settings, name)), settings._origins.get(name, DEFAULT))
        for name in Settings.model_fields
    ]


def variable(setting: str) -> str:
    """The name of a setting in the environment."""
    return PREFIX + setting.upper()


def _gather(
    environ: Mapping[str, str], dotenv: Path | None, secrets_dir: Path, warnings: list[Problem]
) -> tuple[dict[str, _Given], dict[str, _Given], dict[str, _Given]]:
    """What the environment, `.env` and the secret files hold, whatever it is called."""
    secret = _read_secrets(secrets_dir, warnings)
    written = _read_dotenv(dotenv, warnings) if dotenv is not None else {}
    return {name: _Given(value, ENVIRONMENT) for name, value in environ.items()}, written, secret


def _merged(environment: dict[str, _Given], written: dict[str, _Given], secret: dict[str, _Given]) -> dict[str, _Given]:
    """An empty value hides nothing: compose files pass on variables that nobody has set."""
    merged = dict(secret)
    for above in (written, environment):
        merged |= {name: item for name, item in above.items() if item.value or name not in merged}
    return merged


def _read_dotenv(path: Path, warnings: list[Problem]) -> dict[str, _Given]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigurationError([Problem(path.as_posix(), 0, 0, f"cannot be read: {reason}")]) from None
    given: dict[str, _Given] = {}
    for binding in parse_stream(io.StringIO(text)):
        line = binding.original.line + binding.original.string[: -len(binding.original.string.lstrip()) or None].count(
            "\n"
        )
        if binding.error:
            problem = Problem(path.as_posix(), line, 1, "this line is not NAME=value and was ignored")
            warnings.append(problem)
        elif binding.key is not None and binding.value is not None:
            given[binding.key] = _Given(binding.value, path.as_posix(), line)
    return given


def _read_secrets(directory: Path, warnings: list[Problem]) -> dict[str, _Given]:
    """Docker secrets: the file's name is the variable's, in capitals or not; its content the value."""
    given: dict[str, _Given] = {}
    try:
        files = sorted(path for path in directory.iterdir() if path.is_file())
    except OSError:  # not there, or not for us: the usual case outside a container
        return given
    for path in files:
        try:
            value = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            warnings.append(Problem(path.as_posix(), 0, 0, "the secret cannot be read and was ignored"))
            continue
        given[path.name.upper()] = _Given(value, path.as_posix())
    return given


def _nearest(name: str) -> str:
    close = get_close_matches(name.removeprefix(PREFIX).lower(), Settings.model_fields, n=1, cutoff=0.6)
    return f"did you mean {variable(close[0])}?" if close else "see docs/settings.md"


def _problem(details: ErrorDetails, given: _Given) -> Problem:
    name = variable(str(details["loc"][0]))
    return given.problem(f"{name}: {_expected(details)}", f"see {name} in docs/settings.md")


_BOUNDS = {
    "greater_than_equal": "a number of at least {ge:g}",
    "less_than_equal": "a number of at most {le:g}",
    "greater_than": "a number of more than {gt:g}",
    "literal_error": "{expected}",
}
_TYPES = {
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "string_pattern_mismatch": "printable ASCII characters",
}


def _expected(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind in _BOUNDS:
        return "expected " + _BOUNDS[kind].format(**context)
    return f"expected {_TYPES[kind]}" if kind in _TYPES else details["msg"]


def _display(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return _masked(value.get_secret_value())
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _masked(address: str) -> str:
    """Of a web address the whole path is the secret."""
    web = _WEB_ADDRESS.fullmatch(address)
    return f"{web[1]}{web[2]}/***" if web else mask_password(address)


def mask_password(url: str) -> str:
    """The address with `***` for its password, in the authority or in the query. Rather too much than too little."""
    address, separator, query = _PASSWORD.sub(r"\1***@", url).partition("?")
    return address + separator + "&".join(_mask_parameters(query.split("&")))


def _mask_parameters(parameters: Iterable[str]) -> Iterable[str]:
    for parameter in parameters:
        name, separator, _ = parameter.partition("=")
        yield f"{name}=***" if separator and "pass" in name.lower() else parameter
