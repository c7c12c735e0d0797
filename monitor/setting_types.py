"""What a setting may be, in words where a value is refused; and how much of a secret one may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError

SHORTEST_KEY = 32  # characters


class Password(SecretStr):
    """Of which nothing is shown, whatever it looks like."""


_PASSWORD = re.compile(r"(://[^:@/]*:).*@", re.DOTALL)
_WEB_ADDRESS = re.compile(
    r"(https?://)(?:[^\s/?#@]*@)?((?:[^\s/?#@:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)(?:[/?#]\S*)?", re.ASCII
)
_HOST_NAME = re.compile(r"[A-Za-z0-9_.-]{1,253}", re.ASCII)
_HEADER = re.compile(r"[A-Za-z0-9-]*", re.ASCII)


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


def _public_url(value: object) -> object:
    if isinstance(value, str) and value:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            message = "expected the address of the pages from outside, such as https://monitor.example.org"
            raise PydanticCustomError("said", message)
    return value


def _link_key(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(text, str) and text and len(text) < SHORTEST_KEY:
        raise PydanticCustomError("said", "expected at least {least} characters", {"least": SHORTEST_KEY})
    return value


def _names(value: object) -> object:
    if not isinstance(value, str):
        return value
    names = tuple(filter(None, map(str.strip, value.split(","))))
    if not all(_HOST_NAME.fullmatch(name) for name in names):
        raise PydanticCustomError("said", "expected names of hosts without ports, such as monitor,monitor.lan")
    return names


def _header(value: object) -> object:
    if isinstance(value, str) and not _HEADER.fullmatch(value):
        raise PydanticCustomError("said", "expected the name of a header, such as X-Remote-User")
    return value


def _zone(value: object) -> object:
    if isinstance(value, str) and value not in available_timezones():  # of another name it may look for a file
        raise PydanticCustomError("said", "expected a time zone such as Asia/Baku or UTC")
    return value


Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_networks)]
Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
LogFormat = Annotated[Literal["console", "json"], BeforeValidator(_lower)]
Database = Annotated[SecretStr, BeforeValidator(_database)]
WebAddress = Annotated[SecretStr, BeforeValidator(_web_address)]
PublicUrl = Annotated[str, BeforeValidator(_public_url)]
LinkKey = Annotated[SecretStr, BeforeValidator(_link_key)]
HostNames = Annotated[tuple[str, ...], BeforeValidator(_names)]
HeaderName = Annotated[str, BeforeValidator(_header)]
RoleName = Annotated[Literal["viewer", "analyst", "admin"], BeforeValidator(_lower)]
ProcessRole = Annotated[Literal["all", "scheduler", "worker", "sender", "web"], BeforeValidator(_lower)]
ZoneName = Annotated[str, BeforeValidator(_zone)]


def masked(secret: str) -> str:
    """Of a web address the host, for the path is the secret; of another address all but the password; of anything
    else nothing."""
    if web := _WEB_ADDRESS.fullmatch(secret):
        return f"{web[1]}{web[2]}/***"
    return mask_password(secret) if "://" in secret else "***" if secret else ""


def mask_password(url: str) -> str:
    """The address with `***` for its password, in the authority or in the query. Rather too much than too little."""
    address, separator, query = _PASSWORD.sub(r"\1***@", url).partition("?")
    return address + separator + "&".join(_mask_parameters(query.split("&")))


def _mask_parameters(parameters: Iterable[str]) -> Iterable[str]:
    for parameter in parameters:
        name, separator, _ = parameter.partition("=")
        yield f"{name}=***" if separator and "pass" in name.lower() else parameter
