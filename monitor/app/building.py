"""Builds the monitor from its settings: the one place where every part meets, and the one clock."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO
from uuid import uuid4

import structlog

from monitor import logs
from monitor.app.answering import signed_links, web_server
from monitor.app.app import App
from monitor.app.configuring import secrets_in_use, store_configuration, tell_warnings
from monitor.app.fetching import finder, http_client, web_fetcher
from monitor.app.pinging import make_ping
from monitor.app.sharing import shared_work
from monitor.app.storing import StoreThread
from monitor.app.turns import StoredTurns
from monitor.app.upkeep import Upkeep
from monitor.config import channel_secrets
from monitor.configuration import (
    Channels,
    Configuration,
    inventory,
    read_configuration,
)
from monitor.core.model import Source
from monitor.core.roles import Role, roles
from monitor.delivery import Delivering
from monitor.fetch.quarantine import Quarantine
from monitor.fetch.workers import Workers
from monitor.messages import Messages
from monitor.notify import CONSOLE, AppriseSender, ConsoleSender, RoutingSender
from monitor.pipeline import Pipeline
from monitor.queueing import Queue
from monitor.settings import Settings
from monitor.store import migrate
from monitor.store.accounts import Accounts
from monitor.store.awaiting import awaited
from monitor.store.engine import CONNECTION, create_engine
from monitor.store.sql import SqlStore
from monitor.store.views import Views

log = structlog.get_logger(__name__)


def build(
    settings: Settings,
    *,
    sources: Sequence[Source] | None = None,
    channels: Channels | None = None,
    now: Callable[[], datetime] | None = None,
    console: TextIO | None = None,
    secrets: Mapping[str, str] | None = None,
    shared: bool = False,
) -> App:
    """Everything wired, the database ready, sources and seeds stored; nothing runs yet.

    `sources` and `channels` stand instead of those in the watchlists directory (then every alert goes
    to all of `channels`); `console` takes what `console://` prints (default: stdout); `secrets` fill
    channel addresses (default: environment, `.env`, Docker secrets). An embedded SQLite database is
    upgraded. `shared`: on PostgreSQL the work is shared with whoever else works on the database, in the role that the
    settings name; sources and seeds are stored by the one that leads. Raises ConfigurationError with every problem
    found, and StoreError.
    """
    secrets = channel_secrets(os.environ, Path(".env")) if secrets is None else secrets
    now = now or _utc_now
    directories = (settings.watchlists_dir, settings.seeds_dir)

    def read() -> Configuration:
        found = read_configuration(*directories, secrets, sources=sources, channels=channels)
        logs.secrets.add(secrets_in_use(settings, found, secrets))
        return found

    name = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"
    configuration = read()
    links = signed_links(settings)
    engine = create_engine(settings.database_url.get_secret_value())
    try:
        if engine.dialect.name == "sqlite":
            migrate.upgrade(engine)
        work = shared_work(settings, engine, shared)
        awaited(engine, settings.database_wait_seconds)
        store = SqlStore(engine)
        edition = None
        if work is None:
            store_configuration(store, configuration, now())
            edition = store.count_edition(configuration.stamp, inventory(configuration), now())
        edition = edition or store.latest_edition()
    except BaseException:
        engine.dispose()
        raise
    tell_warnings(configuration)
    run, accounts = StoreThread(), Accounts(engine)
    several = engine.dialect.name == "postgresql"  # processes may work on it, also beside a single pass
    http, workers = (
        http_client(settings, StoredTurns(store, run) if several else None),
        Workers(settings.workers, quarantine=Quarantine(store, run, now)),
    )
    apprise = AppriseSender()
    sender = RoutingSender({CONSOLE: ConsoleSender(console or sys.stdout)}, apprise)
    pipeline = Pipeline(
        store,
        web_fetcher(settings, http, workers),
        configuration.desk,
        configuration.sources,
        now=now,
        run=run,
        fresh=timedelta(hours=settings.fresh_hours),
        per_host=settings.per_host_concurrency,
    )
    messages = Messages(configuration.templates, links.answer_url)
    delivering = Delivering(
        store,
        sender,
        messages,
        configuration.desk.targets,
        now=now,
        run=run,
        max_attempts=settings.delivery_max_attempts,
        patience=0.8,  # a slow target's messages go on by themselves
        owner=name if several else None,
    )

    views = Views(engine)

    async def close_store() -> None:
        if await run.close(patience=3.0):
            engine.dispose()
        else:
            log.error("the database did not answer in time; what it was told last may not have been stored")

    app = App(
        read,
        configuration,
        directories,
        store=store,
        views=views,
        accounts=accounts,
        pipeline=pipeline,
        delivering=delivering,
        messages=messages,
        run=run,
        now=now,
        web=web_server(
            settings,
            engine,
            store,
            views,
            links,
            now,
            run,
            lambda: app,
            secrets,
            finder(settings, http, workers, now),
            Role.WEB in roles(settings.role),
        ),
        closing=(apprise.close, workers.close, http.close, close_store),
        ping=make_ping(settings, accounts, run, now),
        edition=edition,
        upkeep=Upkeep(settings, engine, store, run, now),
        roles=roles(settings.role),
        name=name,
        shared=work,
        queue=Queue(settings.database_url.get_secret_value(), CONNECTION) if work else None,
    )
    return app


def _utc_now() -> datetime:
    return datetime.now(UTC)
