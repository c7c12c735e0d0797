"""Sources and their health, a page at a time."""

from __future__ import annotations

from sqlalchemy.engine import Engine


class SourcesShown:
    def __init__(self, engine: Engine):
        self._engine = engine
