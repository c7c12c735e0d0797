"""`monitor deliveries …`: what did not go out, and what operators do about it."""

from __future__ import annotations

import getpass
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated

import typer

from monitor.cli.context import OK, AsJson, Misuse, Setup, Watchlists, group, setup
from monitor.cli.given import duration
from monitor.cli.output import at, say, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.core.alerts import DeliveryState
from monitor.core.deadletters import Place
from monitor.store import deliveries
from monitor.store.deliveries import AGAIN, DROPPABLE, Item
from monitor.store.engine import transaction

app = group("Look at single deliveries, and send or drop those that are stuck.")

_UNSENT = (*DROPPABLE, DeliveryState.SENDING)

Ids = Annotated[list[int], typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="Numbers of deliveries.")]
Author = Annotated[
    str | None, typer.Option("--author", metavar="NAME", help="Who says so; your login name if not given.")
]


@app.command("list")
def list_(
    state: Annotated[
        DeliveryState | None, typer.Option(help="Only those in this state; all that were not sent if not given.")
    ] = None,
    channel: Annotated[str | None, typer.Option(metavar="NAME", help="Only those to this channel.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Only those made since then, such as 12h or 7d.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    as_json: AsJson = False,
) -> int:
    """List deliveries that were not sent, newest first: each is one alert to one target."""
    back = utc_now() - duration("--since", since) if since else None
    with setup().store() as engine, transaction(engine) as connection:
        found = deliveries.listed(connection, (state,) if state else _UNSENT, channel, back, limit)
    if as_json:
        show_json(found)
    else:
        header = ("ID", "CREATED", "STATE", "TRIES", "NEXT", "TARGET", "ALERT", "HEADLINE", "WHY")
        show_table(header, (_cells(item) for item in found))
    if len(found) == limit:
        say(f"the newest {limit}; there may be more (--limit)")
    return OK


def _cells(item: Item) -> list[str]:
    place, why = f"{item.channel}/{item.target}", item.error or item.reason
    times = (at(item.created_at), item.state.value, str(item.attempts), at(item.next_at))
    return [str(item.id), *times, place, str(item.alert), item.headline, why]


@app.command("retry")
def retry(
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="Numbers of deliveries.")
    ] = None,
    all_failed: Annotated[
        bool, typer.Option("--all-failed", help="All that have failed for good, of the channel given.")
    ] = False,
    channel: Annotated[
        str | None, typer.Option(metavar="NAME", help="The channel that --all-failed speaks of.")
    ] = None,
    author: Author = None,
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why, for the journal.")] = "to be sent again",
    watchlists: Watchlists = None,
) -> int:
    """Make deliveries due again; a running monitor sends them within a second or two."""
    if bool(ids) == all_failed:
        raise Misuse("say which: numbers of deliveries (see `monitor deliveries list`), or --all-failed --channel NAME")
    if all_failed != (channel is not None):
        raise Misuse("--all-failed and --channel NAME go together")
    given, name = setup(watchlists_dir=watchlists), _author(author)
    careful = _careful(given)
    with given.store() as engine, transaction(engine) as connection:
        chosen = deliveries.failed(connection, channel) if channel else list(dict.fromkeys(ids or ()))
        _check(chosen, deliveries.states(connection, chosen), AGAIN, "sent again")
        deliveries.again(connection, chosen, careful, name, reason, utc_now())
    say(f"{_number(chosen)} due again")
    return OK


@app.command("drop")
def drop(
    ids: Ids,
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why, for the journal.")],
    author: Author = None,
) -> int:
    """Give up deliveries that were not sent: they are skipped, and no longer told as dead letters."""
    if not reason.strip():
        raise Misuse("--reason: say why, for those who look for the alert later")
    name = _author(author)
    with setup().store() as engine, transaction(engine) as connection:
        chosen = list(dict.fromkeys(ids))
        _check(chosen, deliveries.states(connection, chosen), DROPPABLE, "dropped")
        deliveries.drop(connection, chosen, name, reason, utc_now())
    say(f"{_number(chosen)} dropped")
    return OK


def _check(
    ids: Sequence[int], found: Mapping[int, DeliveryState], allowed: Collection[DeliveryState], what: str
) -> None:
    """All or none: what is refused leaves the others alone, too."""
    for id_ in ids:
        if id_ not in found:
            raise Misuse(f"there is no delivery {id_} (see `monitor deliveries list`)")
        if found[id_] not in allowed:
            states = ", ".join(state.value for state in allowed)
            raise Misuse(f"delivery {id_} is {found[id_].value}: only what is {states} can be {what}")


def _careful(given: Setup) -> set[Place]:
    """The targets of channels that prefer a miss to a double."""
    channels = given.watchlists().channels.values()
    return {(target.channel, target.name) for targets in channels for target in targets if not target.doubles}


def _author(name: str | None) -> str:
    if name is not None and name.strip():
        return name.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user may have no name
        raise Misuse("--author: say who you are, for the journal") from None


def _number(ids: Sequence[int]) -> str:
    return f"{len(ids)} {'delivery is' if len(ids) == 1 else 'deliveries are'}"
