"""How much of everything, over time."""

from __future__ import annotations

from sqlalchemy.engine import Engine


class OverviewShown:
    def __init__(self, engine: Engine):
        self._engine = engine
