"""By which names we are known, and whose word on who asks is taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from monitor.core.render import cut, plain
from monitor.settings import Settings
from monitor.web.identity import Identity, Role

LONGEST_NAME = 80  # characters

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?", re.ASCII)
_PASSED_ON = re.compile(r"forwarded|x-forwarded-.*|x-real-ip|via", re.ASCII)


@dataclass(frozen=True, slots=True)
class Admission:
    """`names` are those of hosts, in small letters and without port. `elsewhere` says that other machines reach us
    without anything between. `proxies` are believed when they say on whose behalf they ask: by which address, and,
    where `user_header` is not "", who that is."""

    public_url: str = ""
    names: frozenset[str] = frozenset()
    elsewhere: bool = False
    proxies: Sequence[IPv4Network | IPv6Network] = ()
    user_header: str = ""
    role_header: str = ""
    proxy_role: Role = Role.VIEWER

    @property
    def secure(self) -> bool:
        """Do browsers reach us by https only?"""
        return self.public_url.startswith("https://")

    @property
    def vouches(self) -> bool:
        """Does a proxy say who somebody is?"""
        return bool(self.user_header and self.proxies)

    # --- what a request says of where it goes --------------------------------------------------

    def knows(self, host: str) -> bool:
        """Is that Host one of ours? A page elsewhere whose name was made to lead here gives its own name. A number
        cannot be made to lead anywhere, and where other machines reach us we need not know all of ours."""
        found = _HOST.fullmatch(host.lower())
        if found is None:
            return False
        name = found["name"].strip("[]").removesuffix(".")
        if (number := _number(name)) is not None:
            return number.is_loopback or self.elsewhere or name in self.names
        return name == "localhost" or name in self.names

    def origins(self, host: str) -> frozenset[str]:
        """What a browser calls the pages that it got from that Host."""
        if not self.public_url:
            return frozenset({f"http://{host.lower()}"})
        parts = urlsplit(self.public_url.lower())
        public = f"{parts.scheme}://{parts.netloc}"
        return frozenset(
            {public} if self.secure and host.lower() == parts.netloc else {public, f"http://{host.lower()}"}
        )

    # --- what a request says of where it comes from ----------------------------------------------

    def client(self, peer: str, headers: Headers) -> str:
        """The address on whose behalf is asked: the last one that no trusted proxy has."""
        found = peer
        hops = [hop.strip() for line in headers.getlist("x-forwarded-for") for hop in line.split(",")]
        while hops and self.trusts(found) and _number(hops[-1]) is not None:
            found = hops.pop()
        return found

    def trusts(self, peer: str) -> bool:
        number = _number(peer)
        return number is not None and any(number in network for network in self.proxies)

    def vouched(self, peer: str, headers: Headers) -> Identity | None:
        """Whom a trusted proxy names; nobody else is heard. A header that is there twice says nothing."""
        if not self.user_header or not self.trusts(peer):
            return None
        given = headers.getlist(self.user_header)
        name = cut(plain(_text(given[0])), LONGEST_NAME) if len(given) == 1 else ""
        if not name:
            return None
        said = {word.strip().lower() for word in ",".join(headers.getlist(self.role_header or "-")).split(",")}
        roles = [role for role in Role if role.value in said]
        return Identity(name, roles[-1] if roles else self.proxy_role, "proxy")


def admission(settings: Settings) -> Admission:
    parts = urlsplit(settings.public_url)
    names = {settings.web_host, parts.hostname or "", *settings.web_names}
    return Admission(
        settings.public_url,
        frozenset(name.lower().removesuffix(".") for name in names if name),
        not is_loopback(settings.web_host),
        settings.trusted_proxies,
        settings.proxy_user_header,
        settings.proxy_role_header,
        Role(settings.proxy_role),
    )


def is_open(settings: Settings) -> bool:
    """Is whoever reaches us let in? On loopback, unless something passes others on to it."""
    return is_loopback(settings.web_host) and not settings.public_url and not settings.proxy_user_header


def is_loopback(host: str) -> bool:
    """Can only this machine reach it?"""
    number = _number(host)
    return host == "localhost" if number is None else number.is_loopback


def passed_on(headers: Headers) -> bool:
    """Does it say itself that something stands between?"""
    return any(_PASSED_ON.fullmatch(name) for name in headers)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _text(header: str) -> str:
    """Servers hand on bytes; where they are UTF-8 they were meant to be."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header
