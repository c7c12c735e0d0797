"""Read-only queries of the desk, a module for each part of it. All raise StoreError."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from monitor.store.engine import reading
from monitor.store.shown.alerts import AlertsShown
from monitor.store.shown.articles import ArticlesShown
from monitor.store.shown.changes import ChangesShown
from monitor.store.shown.facts import FactsShown
from monitor.store.shown.listed import ListedShown
from monitor.store.shown.overview import OverviewShown
from monitor.store.shown.people import PeopleShown
from monitor.store.shown.rules import RulesShown
from monitor.store.shown.silences import SilencesShown
from monitor.store.shown.sources import SourcesShown
from monitor.store.shown.vitals import VitalsShown


class Shown:
    """Each method of each part is one short read transaction. Safe to share between threads."""

    def __init__(self, engine: Engine):
        read = reading(engine)
        self.alerts, self.articles, self.rules = AlertsShown(read), ArticlesShown(read), RulesShown(read)
        self.facts, self.sources, self.overview = FactsShown(read), SourcesShown(read), OverviewShown(read)
        self.changes, self.people, self.silences = ChangesShown(read), PeopleShown(read), SilencesShown(read)
        self.listed, self.vitals = ListedShown(read), VitalsShown(read)
