"""What a configuration leaves in the store and in the log when it comes into force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import structlog

from monitor.configuration import Configuration, seed_fingerprint
from monitor.settings import Settings
from monitor.store.sql import SqlStore

log = structlog.get_logger(__name__)


def store_configuration(store: SqlStore, configuration: Configuration, now: datetime) -> None:
    store.sync_sources(configuration.sources, now)
    for seed in configuration.seeds:
        store.replace_seed(seed.id, seed.baseline, seed_fingerprint(seed), now)
    store.remove_seeds(frozenset(seed.id for seed in configuration.seeds))


def tell_warnings(configuration: Configuration) -> None:
    for warning in configuration.warnings:
        log.warning("configuration", problem=str(warning))
    if not configuration.sources:
        log.warning("configuration", problem="no source: nothing is polled", hint="write sources.yaml")


def secrets_in_use(settings: Settings, configuration: Configuration, secrets: Mapping[str, str]) -> list[str]:
    """The database's password, and of all that may fill channel addresses what does."""
    addresses = [target.url for targets in configuration.desk.targets.values() for target in targets]
    forms = {value: (value, quote(value, safe="")) for value in secrets.values()}  # user names are escaped
    used = [value for value, forms in forms.items() if any(form in address for form in forms for address in addresses)]
    database = settings.database_url.get_secret_value()
    web = [secret for item in (settings.ping_url, settings.otlp_endpoint) if (secret := item.get_secret_value())]
    return [*used, *addresses, *([database] if "@" in database else []), *web]
