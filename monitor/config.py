"""Settings of the process, read once at start from the environment, `.env` and Docker secrets.

pydantic-settings reads them, through sources of its own that are given what was found where: each
value has to keep its origin and line, a misspelt name has to be noticed, the environment is an
argument, and the secrets of channels (`${NAME}` in channels.yaml) come from the same three places.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import EnvSettingsSource, PydanticBaseSettingsSource, SecretsSettingsSource

from monitor.errors import ConfigurationError, Problem
from monitor.setting_types import Password, masked
from monitor.settings import PREFIX, Settings, variable

DEFAULT = "default"
ENVIRONMENT = "environment"
SECRETS_DIRECTORY = Path("/run/secrets")


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
    "bool_parsing": "true or false",
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
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Password):
        return "***" if value else ""
    if isinstance(value, SecretStr):
        return masked(value.get_secret_value())
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
