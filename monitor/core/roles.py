"""What a process of the monitor does, where several share the work."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    SCHEDULER = "scheduler"  # hands out what is due; of several one at a time
    WORKER = "worker"  # polls, reads, judges
    SENDER = "sender"  # tells people
    WEB = "web"  # the desk and the pages on which people answer


ALL = frozenset(Role)


def roles(name: str) -> frozenset[Role]:
    """`all`, or one of them. Raises ValueError."""
    return ALL if name == "all" else frozenset((Role(name),))
