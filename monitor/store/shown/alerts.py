"""The inbox: alerts by what people look for, a page at a time."""

from __future__ import annotations

from sqlalchemy.engine import Engine


class AlertsShown:
    def __init__(self, engine: Engine):
        self._engine = engine
