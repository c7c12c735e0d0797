"""Who asks, and what that person may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request


class Role(StrEnum):
    """Each may do what those before it may."""

    VIEWER = "viewer"  # look at everything but accounts
    ANALYST = "analyst"  # answer alerts; edit rules, facts, sources, silences
    ADMIN = "admin"  # accounts, tokens, the log of changes

    def may(self, wanted: Role) -> bool:
        order = list(Role)
        return order.index(self) >= order.index(wanted)


@dataclass(frozen=True, slots=True)
class Identity:
    """`via` says how we know: loopback, password, token, proxy."""

    name: str
    role: Role
    via: str


LOCAL = Identity("local", Role.ADMIN, "loopback")


def identity_of(request: Request) -> Identity | None:
    """None for somebody whom we do not know."""
    found: Identity | None = request.scope.get("identity")
    return found
