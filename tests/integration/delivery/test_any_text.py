"""Whatever an article says: the service takes the message whole, shows where it leads, and rings nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.alerts import Alert
from monitor.core.model import Evidence, Zone
from monitor.core.render import link
from monitor.messages import Messages
from monitor.notify import AppriseSender
from tests.contracts.channels import HOSTILE, Channel, readable, to
from tests.making import ALERT, written
from tests.receivers import channels

# Letters of any script, and pieces that mean something to one of the services.
PIECES = [
    *HOSTILE.split(),
    "\r\n",
    "\n.\n",
    "\0",
    "\u202e",
    "\u200d",
    "\ud83d",
    "=?utf-8?q?x?=",
    "&#x3c;",
    "](",
    "<",
    "@",
]
TEXTS = st.lists(st.one_of(st.text(max_size=60), st.sampled_from(PIECES)), max_size=20).map("".join)
LONG_TEXTS = st.one_of(TEXTS, st.builds(lambda text, times: text * times, TEXTS, st.integers(2, 200)))


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    return replace(
        ALERT,
        headline=draw(LONG_TEXTS),
        reason=draw(LONG_TEXTS),
        outlet=draw(TEXTS),
        article_title=draw(LONG_TEXTS),
        article_url="https://caspian.example/" + draw(TEXTS),
        language=draw(st.sampled_from(["", "en", "ka", "<!channel>"])),
        evidence=tuple(Evidence(text, 0, len(text), Zone.LEAD) for text in draw(st.lists(LONG_TEXTS, max_size=4))),
        previous=draw(TEXTS),
        current=draw(TEXTS),
    )


# Each example is the same delivery, which a receiver that remembers would drop.
forgetful_hook = partial(channels.signed_hook, remembers=False)


@pytest.fixture(params=[channels.slack, channels.telegram, channels.mail, channels.ntfy, forgetful_hook])
def channel(request: pytest.FixtureRequest) -> Iterator[Channel]:
    kind: Callable[[], AbstractContextManager[Channel]] = request.param
    with kind() as channel:
        yield channel


@pytest.fixture
def sender() -> Iterator[AppriseSender]:
    sender = AppriseSender(pace=0)
    yield sender
    sender.close()


@given(alert=alerts())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_alert_is_taken_whole_and_rings_nobody(channel: Channel, sender: AppriseSender, alert: Alert) -> None:
    target = to(channel.url)
    before = len(channel.shown())
    asyncio.run(sender.send(target, written(alert, target.format, target.limit)))
    [shown] = channel.shown()[before:]
    assert shown.whole
    assert not shown.rings
    assert f"monitor alerts show {ALERT.key}" in readable(shown.text)
    # Words of ours may lead to the article, and nothing else may hide where it leads.
    hidden = {(address, words) for address, words in shown.links if address != words}
    assert hidden <= {(link(alert.article_url), words) for words in ("Article", "Read the article")}


@given(channel_name=TEXTS, error=LONG_TEXTS, alert=alerts())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_notice_is_taken_whole_and_rings_nobody(
    channel: Channel, sender: AppriseSender, channel_name: str, error: str, alert: Alert
) -> None:
    target = to(channel.url)
    before = len(channel.shown())
    asyncio.run(sender.send(target, Messages().notice(channel_name, "main", [(alert, error)], target)))
    [shown] = channel.shown()[before:]
    assert (shown.whole, shown.rings) == (True, ())
