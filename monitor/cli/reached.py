"""For `monitor doctor`: are people reached, and can they answer?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from monitor.app.answering import are_served, key_file, signed_links
from monitor.cli.channels import target_rows
from monitor.cli.context import Setup
from monitor.cli.finding import Finding, problems
from monitor.cli.reading import utc_now
from monitor.core.alerts import OURSELVES, DeliveryState, event_key
from monitor.core.pulse import Reach
from monitor.core.responses import UNANSWERED
from monitor.core.view import time_words
from monitor.errors import ConfigurationError, FetchError, StoreError
from monitor.fetch.ping import Pinger
from monitor.settings import Settings
from monitor.store.accounts import Accounts
from monitor.store.views import Views
from monitor.watchlists import Loaded
from monitor.web.links import EVERY, Permit, SignedLinks

ANSWERED_WITHIN = timedelta(days=30)
MANY_UNANSWERED = 10  # alerts
PAGE_SECONDS = 5.0
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


def channels(given: Setup, loaded: Loaded) -> Iterator[Finding]:
    rows, reach = target_rows(given, loaded), _reach_of(given)
    for row in rows:
        place = f"channel {row.channel}, target {row.target}"
        if row.problem.startswith("off"):
            yield Finding("warn", f"{place}: {row.problem}", "set it in the environment, .env or as a Docker secret")
        elif row.problem:
            yield Finding("fail", f"{place}: {row.problem}", "correct its address")
        else:
            yield _used(place, row.channel, reach.get((row.channel, row.target)))
    if not any(row.default and not row.problem for row in rows):
        what = "no default channel has a target that can be used: alerts may reach nobody"
        yield Finding("fail", what, "set its secrets, or name another under “default” in channels.yaml")


def _reach_of(given: Setup) -> dict[tuple[str, str], Reach]:
    """How each target took what was ever sent to it; nothing where the database cannot be asked."""
    try:
        with given.store() as engine:
            return {(place.channel, place.target): place for place in Accounts(engine).reach(_EVER)}
    except StoreError:
        return {}


def _used(place: str, channel: str, reach: Reach | None) -> Finding:
    if reach is None:
        return Finding("ok", f"{place} can be used; nothing was sent there yet (`monitor channels test {channel}`)")
    if reach.reached and reach.sent_at:
        return Finding("ok", f"{place} can be used; it took its last message on {time_words(reach.sent_at)}")
    ever = f"since {time_words(reach.sent_at)}" if reach.sent_at else "yet"
    mend = f"`monitor deliveries list` says why; `monitor channels test {channel}` tries it"
    return Finding("warn", f"{place} has taken no message {ever}, though some were due", mend)


def answers(views: Views, now: datetime) -> Iterator[Finding]:
    """Whether anybody says anything to what is sent."""
    told = [
        row
        for row in views.alerts(now - ANSWERED_WITHIN, None, 1_000)
        if DeliveryState.SENT in row.deliveries and not row.alert.rule.startswith(OURSELVES)
    ]
    if len(told) >= MANY_UNANSWERED and all(row.standing == UNANSWERED for row in told):
        what = f"nobody has answered any of the {len(told)} alerts of the last {ANSWERED_WITHIN.days} days"
        yield Finding("warn", what, "do they reach people who read them? see docs/on-call.md")


# --- the links in messages -------------------------------------------------------------------


def links(settings: Settings, offline: bool) -> Iterator[Finding]:
    """Whether messages have links to answer by, and whether what stands behind them takes them. Makes no key."""
    if not settings.public_url:
        mend = "set MONITOR_PUBLIC_URL to where people reach the pages; `monitor alerts` answers without"
        yield Finding("warn", "messages have no link to answer by", mend)
    if not are_served(settings):
        return
    if not settings.link_key.get_secret_value() and not key_file(settings).exists():
        yield Finding("warn", f"there is no key of the links yet in {key_file(settings)}", "`monitor run` makes it")
        return
    try:
        made = signed_links(settings)
    except ConfigurationError as error:
        yield from problems(error, "links")
        return
    if not offline:
        yield from asyncio.run(_pages(settings, made))


async def _pages(settings: Settings, made: SignedLinks) -> list[Finding]:
    """Whether the pages are served, and reached where messages say that they are."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.web_host, settings.web_host)  # noqa: S104
    here = f"http://{f'[{host}]' if ':' in host else host}:{settings.web_port}"
    findings = [await _page(here, settings, made, "is `monitor run` running?")]
    if settings.public_url and findings[0].level == "ok":
        found = await _page(settings.public_url, settings, made, "does the web server before it pass on /a/?")
        findings.append(found if found.level == "ok" else Finding("warn", found.what, found.mend))
    return findings


async def _page(base: str, settings: Settings, made: SignedLinks, advice: str) -> Finding:
    """A link made now, to an event that there is not, is known as ours (404), and one that was cut off is not (403)."""
    token = made.token(Permit(event_key(f"{OURSELVES}doctor", "-"), EVERY, utc_now() + timedelta(minutes=1)))
    base = base.rstrip("/")
    said = [await _status(f"{base}/a/{given}", settings) for given in (token, token[:-3])]
    if said == [404, 403]:
        return Finding("ok", f"the pages to answer by are served on {base}, and links that are made now are read")
    if said == [403, 403]:
        mend = "give `monitor run` and this command one MONITOR_LINK_KEY, or one directory of data; then restart it"
        return Finding("fail", f"the pages on {base} do not take links that are made now: they have another key", mend)
    if said == [None, None]:
        return Finding("warn", f"the pages to answer by are not reached on {base}", advice)
    return Finding("fail", f"something else than the pages to answer by is served on {base}", advice)


async def _status(url: str, settings: Settings) -> int | None:
    try:
        await Pinger(url, settings.user_agent)(PAGE_SECONDS)
    except FetchError as error:
        return error.status
    return 200
