"""`monitor channels preview`: what a channel's targets would get, for those who edit its template."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer

from monitor.cli.context import OK, Misuse, Setup, Watchlists, setup
from monitor.cli.output import say, show
from monitor.cli.reading import utc_now
from monitor.core import payload
from monitor.core.alerts import Alert, Delivery, DeliveryState, Message, Occasion, Target, Waiting
from monitor.messages import Messages
from monitor.messages.formats import FORMATS
from monitor.messages.samples import ANSWER, OF_OURSELVES, SAMPLE
from monitor.notify import LIMITS, format_for
from monitor.store.views import Views
from monitor.watchlists import CHANNELS, Loaded
from monitor.watchlists.channels import ChannelsFile
from monitor.watchlists.checking import check
from monitor.watchlists.wording import nearest
from monitor.watchlists.yamlfile import read_document


def preview(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A channel.")],
    key: Annotated[str, typer.Option("--alert", metavar="KEY", help="A stored alert instead of an invented one.")] = "",
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="This format, whatever the targets take.")
    ] = "",
    summary: Annotated[bool, typer.Option("--summary", help="Several alerts in one message.")] = False,
    watchlists: Watchlists = None,
) -> int:
    """Print what the targets of a channel would get, markup and all; nothing is sent."""
    given = setup(watchlists_dir=watchlists)
    loaded = given.watchlists()
    writer = Messages(loaded.templates, lambda alert, now: ANSWER)
    targets = list(_targets(given, loaded, name))
    if form:
        targets = [replace(targets[0], name=form, format=_known(form), limit=LIMITS.get(form, 0))]
    alerts = [_stored(given, key)] if key else [SAMPLE, OF_OURSELVES][: 2 if summary else 1]
    waiting = [Waiting(Delivery(1, alert.key, name, "", DeliveryState.SENDING), alert) for alert in alerts]
    now = utc_now() if key else SAMPLE.created_at
    for target in targets:
        message = (
            writer.summary(Occasion.DIGEST, waiting, target, now) if summary else writer.write(waiting[0], target, now)
        )
        say(f"{name}/{target.name} ({target.format}):")
        for part in _parts(message):
            show(f"{part}\n")
    return OK


def _parts(message: Message) -> Iterator[str]:
    if message.payload:
        yield json.dumps(json.loads(message.payload.text), ensure_ascii=False, indent=2)
        return
    yield message.title
    yield message.body
    if message.html:
        yield message.html


def _known(form: str) -> str:
    forms = (*FORMATS, payload.FORMAT)
    if form not in forms:
        raise Misuse(f"there is no format {form} (there are {', '.join(forms)})")
    return form


def _targets(given: Setup, loaded: Loaded, name: str) -> Iterator[Target]:
    """Those of a channel, also those whose secret is not there: what is said to them needs none. Raises Misuse."""
    path = given.settings.watchlists_dir / f"{CHANNELS}.yaml"
    file = check(ChannelsFile, read_document(path)) if path.exists() else None
    channels = file.channels if file else {}
    if file is None or name not in channels:
        hint = nearest(name, channels) or f"there are {', '.join(sorted(channels)) or 'none'}"
        raise Misuse(f"there is no channel {name} ({hint})")
    model = channels[name]
    addresses = {target.name: target.url for target in loaded.channels.get(name, ())}
    for target in model.targets:
        form, limit = format_for(addresses.get(target.name, target.url))
        yield Target(name, target.name, "", form, limit, policy=model.policy(file.zone))


def _stored(given: Setup, key: str) -> Alert:
    with given.store() as engine:
        detail = Views(engine).alert(key)
    if detail is None:
        raise Misuse(f"there is no alert {key} (see `monitor alerts list`)")
    return detail.alert
