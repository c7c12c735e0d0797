"""What became of each rule."""

from __future__ import annotations

from sqlalchemy.engine import Engine


class RulesShown:
    def __init__(self, engine: Engine):
        self._engine = engine
