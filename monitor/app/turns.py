"""The port `HostTurns` on the stored leases."""

from __future__ import annotations

from monitor.core.turns import Asking, Turn
from monitor.store.sql import SqlStore
from monitor.together import Run


class StoredTurns:
    """`run(fn, *args)` calls the store off the event loop."""

    def __init__(self, store: SqlStore, run: Run):
        self._store, self._run = store, run

    async def ask(self, host: str, asking: Asking) -> Turn:
        answer: Turn = await self._run(self._store.ask_turn, host, asking)
        return answer

    async def leave(self, host: str, owner: str, silence: float = 0.0) -> None:
        await self._run(self._store.leave_turn, host, owner, silence)
