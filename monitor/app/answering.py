"""The desk and the links to answer by, made from the settings."""

from __future__ import annotations

import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from sqlalchemy.engine import Engine, make_url

from monitor import logs
from monitor.app.admitting import see_that_somebody_can_come_in
from monitor.app.finding import Finder
from monitor.app.upkeep import room_of
from monitor.configuration import Configuration
from monitor.core.pulse import Pulse
from monitor.editing import Files
from monitor.editing.trials import Trials
from monitor.errors import ConfigurationError, Problem
from monitor.setting_types import SHORTEST_KEY
from monitor.settings import Settings
from monitor.store.desk import DeskStore
from monitor.store.shown import Shown
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from monitor.web.access.admission import admission, is_open
from monitor.web.app import build_app, desk_pages
from monitor.web.links import SignedLinks
from monitor.web.serving import WebServer
from monitor.web.site import Site

_KEY_FILE = "link.key"


class InForce(Protocol):
    """What `monitor.app.App` has of what is in force."""

    configuration: Configuration
    problems: tuple[Problem, ...]
    pulse: Callable[[], Pulse | None]

    async def reload(self) -> bool: ...


def are_served(settings: Settings) -> bool:
    return settings.web or bool(settings.public_url)


def signed_links(settings: Settings) -> SignedLinks:
    """The links of messages. Makes a key where one is needed and none is given. Raises ConfigurationError."""
    key = settings.link_key.get_secret_value()
    if not key and settings.public_url and settings.role in ("sender", "web"):
        hint = "write a secret of 40 characters or more into the same file for all processes"
        raise ConfigurationError(
            [Problem("MONITOR_LINK_KEY", 0, 0, "what one process signs another has to know: the key is missing", hint)]
        )
    if not key:
        signs = are_served(settings) and settings.role in ("all", "web")
        key = _kept_key(key_file(settings)) if signs else secrets.token_urlsafe()
    logs.secrets.add([key])
    return SignedLinks(settings.public_url, key, timedelta(days=settings.links_valid_days))


def web_server(
    settings: Settings,
    engine: Engine,
    store: SqlStore,
    views: Views,
    links: SignedLinks,
    now: Callable[[], datetime],
    run: Callable[..., Awaitable[Any]],
    app: Callable[[], InForce],
    channel_secrets: Mapping[str, str],
    finder: Finder,
    desk: bool,
) -> WebServer | None:
    """The server of the pages, not started; None where none are served. `app` gives what is in force once it runs.
    Without the `desk` it serves health and figures alone."""
    if not are_served(settings):
        return None
    database = settings.database_url.get_secret_value()
    site = Site(
        views=views,
        shown=Shown(engine),
        store=store,
        desk=DeskStore(store),
        links=links,
        configuration=lambda: app().configuration,
        problems=lambda: app().problems,
        reload=lambda: app().reload(),
        watchlists=settings.watchlists_dir,
        seeds=settings.seeds_dir,
        files=Files(settings.watchlists_dir, settings.seeds_dir, channel_secrets),
        trials=Trials(settings.watchlists_dir, settings.seeds_dir, database, settings.cache_dir),
        pages=desk_pages(),
        now=now,
        run=run,
        zone=ZoneInfo(settings.time_zone),
        key=links.key,
        open=is_open(settings),
        admission=admission(settings),
        find=finder.find,
        pulse=lambda: app().pulse(),
        room=partial(room_of, settings, engine),
    )

    async def before() -> None:
        await run(see_that_somebody_can_come_in, site, settings)

    return WebServer(build_app(site, desk=desk), settings.web_host, settings.web_port, before, site.trials.close)


def key_file(settings: Settings) -> Path:
    """Beside the database where that is a file, else among the user's data."""
    url = make_url(settings.database_url.get_secret_value())
    embedded = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return (Path(str(url.database)).parent if embedded else user_data_path("newswatch-monitor")) / _KEY_FILE


def _kept_key(path: Path) -> str:
    """The key in the file, which is made where it is missing: all of it or not at all, and for nobody else to read."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(f"{secrets.token_urlsafe(48)}\n")
            try:
                os.link(fresh, path)  # unless another process was first
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        path.chmod(0o600)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it holds no key"
        raise _unusable(path, f"the key of the links can be neither read nor kept: {why}") from None
    if len(key) < SHORTEST_KEY:
        raise _unusable(path, "the key of the links is too short")
    return key


def _unusable(path: Path, message: str) -> ConfigurationError:
    hint = "delete the file to have a new one made (links that were sent then end), or set MONITOR_LINK_KEY"
    return ConfigurationError([Problem(path.as_posix(), 0, 0, message, hint)])
