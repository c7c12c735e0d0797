"""Articles by their words, a page at a time."""

from __future__ import annotations

from sqlalchemy.engine import Engine


class ArticlesShown:
    def __init__(self, engine: Engine):
        self._engine = engine
