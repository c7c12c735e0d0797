"""Everything that can be set, with its default and what it is for."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, PrivateAttr, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from monitor import __version__
from monitor.setting_types import (
    Database,
    HeaderName,
    HostNames,
    Level,
    LinkKey,
    LogFormat,
    Networks,
    Password,
    ProcessRole,
    PublicUrl,
    RoleName,
    WebAddress,
    ZoneName,
)

PREFIX = "MONITOR_"


class Settings(BaseSettings):
    """The settings. Names in the environment are those of the fields in capitals after `MONITOR_`.

    Made by `config.load_settings`, which knows the origin of each value and notices misspelt names.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        enable_decoding=False,  # lists are written with commas, not in JSON
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )

    database_url: Database = Field(
        default=SecretStr("sqlite:///var/monitor.db"),
        description="SQLAlchemy address of the database: a SQLite file, or PostgreSQL.",
    )
    role: ProcessRole = Field(
        default="all",
        description="What this process does where several share the work on one PostgreSQL database: "
        "all, scheduler, worker, sender or web.",
    )
    database_wait_seconds: float = Field(
        default=0.0,
        ge=0,
        le=3600,
        description="Seconds to wait at the start for a PostgreSQL database that cannot be reached yet, or has not got "
        "the schema yet; then the start fails.",
    )
    watchlists_dir: Path = Field(
        default=Path("watchlists"), description="Directory of the watchlists, sources.yaml and channels.yaml."
    )
    seeds_dir: Path = Field(default=Path("seeds"), description="Directory of the seed files.")
    cache_dir: Path | None = Field(
        default=None,
        description="Directory for what can be made anew (the dictionaries, 26 MB); "
        "if empty, the cache directory of the user.",
    )
    tick_seconds: float = Field(
        default=5.0, ge=0.1, le=300, description="Seconds between two looks for sources that are due."
    )
    user_agent: str = Field(
        default=f"newswatch-monitor/{__version__}",
        min_length=1,
        pattern=r"^[\x20-\x7e]+$",
        description="How the monitor names itself to publishers' servers (printable ASCII).",
    )
    contact: str = Field(
        default="",
        pattern=r"^[\x20-\x7e]*$",
        description="E-mail address or web page, added to the user agent, where publishers can reach you.",
    )
    allow_networks: Networks = Field(
        default=(),
        description="Networks (CIDR, separated by commas) that may be fetched from although they are not public.",
    )
    per_host_concurrency: int = Field(
        default=2, ge=1, le=16, description="Requests that may be under way to one host at a time."
    )
    per_host_gap_seconds: float = Field(
        default=1.0,
        ge=0,
        le=300,
        description="Least number of seconds between the beginnings of two requests to one host.",
    )
    per_host_gap_max_seconds: float = Field(
        default=30.0,
        ge=0,
        le=600,
        description="Most seconds that this gap becomes for a host that is slow, or asks for it in its robots.txt.",
    )
    fetch_timeout_seconds: float = Field(
        default=20.0, gt=0, le=300, description="Seconds after which a fetch, redirects included, is given up."
    )
    feed_limit_mb: float = Field(
        default=10.0, gt=0, le=100, description="Largest feed that is read, in megabytes after decompression."
    )
    page_limit_mb: float = Field(
        default=5.0, gt=0, le=100, description="Largest article page that is read, in megabytes after decompression."
    )
    workers: int = Field(default=2, ge=1, le=64, description="Processes that extract the text of article pages.")
    fresh_hours: float = Field(
        default=48.0,
        ge=0,
        le=87600,
        description="Hours; entries older than that at the first poll of their source are learned without an alert.",
    )
    delivery_max_attempts: int = Field(
        default=20, ge=1, le=1000, description="Attempts at sending one alert to one target before it counts as failed."
    )
    keep_days: float = Field(
        default=400.0,
        ge=30,
        le=36500,
        description="Days for which articles are kept that touched no rule, and documents that could not be read.",
    )
    keep_touched_days: float = Field(
        default=1200.0,
        ge=30,
        le=36500,
        description="Days for which other articles are kept; those stay for good to which an alert, a fact, an answer "
        "or a correction refers.",
    )
    keep_attempts_days: float = Field(
        default=400.0, ge=30, le=36500, description="Days for which the single tries of closed deliveries are kept."
    )
    max_database_gb: float = Field(
        default=0.0,
        ge=0,
        le=100000,
        description="Gigabytes that the database may take; from 80 % on operators are warned, from 90 % on older "
        "articles go sooner; 0 sets no limit.",
    )
    ping_url: WebAddress = Field(
        default=SecretStr(""),
        description="Web address that is asked while the daemon is well (a dead-man's switch); if empty, none.",
    )
    ping_every: float = Field(default=60.0, ge=1, le=86400, description="Seconds between two of these pings.")
    public_url: PublicUrl = Field(
        default="",
        pattern=r"^[\x21-\x7e]*$",
        description="Where people reach the pages from outside, such as `https://monitor.example.org`; "
        "if empty, messages have no links to answer by.",
    )
    link_key: LinkKey = Field(
        default=SecretStr(""),
        description="Key that links are signed with, 32 characters or more; "
        "if empty, one that is made once and kept in `link.key` beside the data.",
    )
    links_valid_days: float = Field(
        default=7.0, gt=0, le=365, description="Days for which the link of a message can be used."
    )
    web: bool = Field(
        default=True, description="Whether the pages are served; they always are where there is a public address."
    )
    web_host: str = Field(default="127.0.0.1", min_length=1, description="Address on which the pages are served.")
    web_port: int = Field(
        default=8765, ge=0, le=65535, description="Port on which the pages are served; 0 takes any that is free."
    )
    web_names: HostNames = Field(
        default=(),
        description="Names of this machine (separated by commas) under which the pages are asked for, "
        "beside that of the public address.",
    )
    admin_password: Password = Field(
        default=Password(""),
        description="Password of the account `admin`, which is made at a start where people have to log in and nobody "
        "has an account; not looked at afterwards.",
    )
    trusted_proxies: Networks = Field(
        default=(ip_network("127.0.0.0/8"), ip_network("::1/128")),
        description="Networks (CIDR, separated by commas) of the web servers before the pages, "
        "whose word on whom they ask for is taken.",
    )
    proxy_user_header: HeaderName = Field(
        default="",
        description="Header in which they give the name of somebody who has logged in there; if empty, they do not.",
    )
    proxy_role_header: HeaderName = Field(
        default="", description="Header in which they give that person's role, also as one of a list of groups."
    )
    proxy_role: RoleName = Field(
        default="viewer", description="Role of people whom they name without one: viewer, analyst or admin."
    )
    time_zone: ZoneName = Field(
        default="UTC", description="Time zone of the people who read the pages: where “until 08:00” is."
    )
    log_format: LogFormat = Field(default="console", description="`console` for people, `json` for log collectors.")
    log_level: Level = Field(default="INFO", description="Least severe log level shown: DEBUG, INFO, WARNING or ERROR.")

    otlp_endpoint: WebAddress = Field(
        default=SecretStr(""),
        description="Web address of an OTLP/HTTP receiver that gets traces (needs the extra `otel`); "
        "if empty, that of the standard `OTEL_EXPORTER_OTLP_ENDPOINT`, else none.",
    )

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)


def variable(setting: str) -> str:
    """The name of a setting in the environment."""
    return PREFIX + setting.upper()
