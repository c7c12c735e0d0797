"""Names of accounts and of tokens."""

from __future__ import annotations

import re
import unicodedata

from monitor.core.render import cut, plain
from monitor.web.access.admission import LONGEST_NAME

_NAME = re.compile(r"\w[\w.@-]*")


def account_name(written: str) -> str:
    """In small letters: nobody should be two people because of a capital."""
    return unicodedata.normalize("NFKC", plain(written[: LONGEST_NAME * 2])).casefold()


def fault_of(name: str) -> str:
    """Why it cannot be the name of an account, in words; "" if it can."""
    if len(name) > LONGEST_NAME:
        return f"A name has at most {LONGEST_NAME} characters."
    if not _NAME.fullmatch(name):
        return "A name is made of letters, digits, dots, hyphens and @, such as ann or ann@example.org."
    return ""


def token_name(written: str) -> str:
    return cut(plain(written), LONGEST_NAME)
