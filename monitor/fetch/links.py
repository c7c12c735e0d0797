"""Links: made absolute, and brought to one form under which an article is known."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urljoin, urlsplit

_TRACKING = re.compile(
    r"utm_\w*|_?openstat|fbclid|gclid|dclid|msclkid|yclid|ysclid|twclid|igshid|mc_[ce]id|at_\w+|cmp|cmpid|ncid|ocid"
    r"|traffic_source|__twitter_impression|amp|ref_src|wt_mc|xtor|spm|_ga|rss",
    re.IGNORECASE,
)
# Such a link is absolute already, and would not be written in another way.
_ABSOLUTE = re.compile(r"https?://[A-Za-z0-9.-]*[A-Za-z0-9](?:/[\w/.,%=+!~@:-]*(?:\?[\w/.,%=+!~@:&-]+)?)?", re.ASCII)
# Such a link has one form already: small letters, no port, nothing encoded, no query.
_PLAIN = re.compile(r"https?://([a-z0-9.-]*[a-z0-9])(/[\w!$&'()*+,;=:@/~.-]*)(?:#.*)?", re.ASCII)
_FROM_FEED = frozenset({"from", "ref", "source", "src"})
_SAFE = "!$&'()*+,;=:@/~-._"


def absolute(link: str, base: str) -> str | None:
    """The link as an absolute http(s) URL, or None where it is none."""
    if _ABSOLUTE.fullmatch(link):
        return link
    try:
        url = urljoin(base, re.sub(r"[\t\r\n]+", "", link.strip()).replace(" ", "%20"))
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return url if usable and not re.search(r"[\x00-\x1f\x7f\\]", url) else None


def canonical(url: str) -> str | None:
    """`host/path?query` without scheme, fragment, default port, tracking parameters, last slash.

    None for a link that names no article: the bare home page.
    """
    plain = _PLAIN.fullmatch(url)
    if plain:
        path = plain[2].rstrip("/")
        return plain[1] + path if path else None
    return _canonical(url)


def _canonical(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").rstrip(".")  # other scripts have full stops of their own
        except UnicodeError:
            return None
    path = quote(unquote(parts.path, errors="surrogateescape"), safe=_SAFE, errors="surrogateescape").rstrip("/")
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    if not host or not (path or query):
        return None
    host = f"[{host}]" if ":" in host else host
    return host + (f":{port}" if port not in (None, 80, 443) else "") + path + (f"?{query}" if query else "")


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return bool(_TRACKING.fullmatch(name)) or (name in _FROM_FEED and value.lower() in ("rss", "feed"))
