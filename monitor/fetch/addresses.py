"""Which addresses may be dialled. Everything from outside goes through this table.

`ipaddress.is_global` is no help: it changed between patch releases and calls NAT64 and 6to4
forms of loopback global. So: a fixed list for IPv4, and for IPv6 only global unicast, with the
IPv4 address that some forms carry unpacked and judged instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

PORTS = frozenset({80, 443, 8080, 8443})

_IPV4_REFUSED = tuple(
    (ip_network(network), why)
    for network, why in {
        "0.0.0.0/8": "this host",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "carrier-grade NAT",
        "127.0.0.0/8": "loopback",
        "168.63.129.16/32": "cloud metadata",
        "169.254.0.0/16": "link-local",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "reserved",
        "192.0.2.0/24": "documentation",
        "192.88.99.0/24": "6to4 relay",
        "192.168.0.0/16": "private",
        "198.18.0.0/15": "benchmarking",
        "198.51.100.0/24": "documentation",
        "203.0.113.0/24": "documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved",
    }.items()
)
_IPV6_GLOBAL = IPv6Network("2000::/3")
_IPV6_REFUSED = tuple(
    (IPv6Network(network), why)
    for network, why in {
        "2001::/23": "reserved or tunnelled",  # Teredo among them
        "2001:db8::/32": "documentation",
        "2002::/16": "6to4 tunnel",
        "3fff::/20": "documentation",
    }.items()
)
MEND = "MONITOR_ALLOW_NETWORKS can allow it, or “allow” of a source for its own host"
_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Guard:
    """Says whether an address and port may be dialled.

    `allow_networks`: CIDRs that are allowed all the same, on every port (a newsroom on the
    intranet, `127.0.0.0/8` for one on this machine). Raises ValueError for a bad CIDR.
    """

    def __init__(self, allow_networks: Iterable[str] = ()) -> None:
        self._allowed: tuple[Network, ...] = tuple(ip_network(text, strict=False) for text in allow_networks)

    def refusal(self, host: str, port: int) -> str | None:
        """Why this may not be dialled, or None when it may. `host` is a numeric address."""
        address = _unpacked(ip_address(host.partition("%")[0]))
        if any(address in network for network in self._allowed):
            return None
        why = _not_public(address)
        if why is not None:
            return f"address {address} is not allowed ({why}); {MEND}"
        if port not in PORTS:
            return f"port {port} is not allowed (only {', '.join(map(str, sorted(PORTS)))})"
        return None


def _unpacked(address: Address) -> Address:
    """The IPv4 address inside an IPv6 form that is routed to it (IPv4-mapped, NAT64)."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _not_public(address: Address) -> str | None:
    if isinstance(address, IPv4Address):
        return next((why for network, why in _IPV4_REFUSED if address in network), None)
    if address not in _IPV6_GLOBAL:
        return "IPv4-compatible or loopback" if address in _COMPATIBLE else "not global unicast"
    return next((why for network, why in _IPV6_REFUSED if address in network), None)
