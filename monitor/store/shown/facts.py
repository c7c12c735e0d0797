"""What is known, a page at a time."""

from __future__ import annotations

from sqlalchemy.engine import Engine


class FactsShown:
    def __init__(self, engine: Engine):
        self._engine = engine
