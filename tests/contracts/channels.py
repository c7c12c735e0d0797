"""What every kind of channel promises, whatever stands at its other end: tests to be run on each.

    class TestMyChannel(ChannelContract):
        @pytest.fixture
        def channel(self): yield MyChannel()

A `Channel` sends to a receiver that judges messages as the service does.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

import pytest

from monitor.core.alerts import Alert, Message, Target
from monitor.core.model import Evidence, Zone
from monitor.core.render import ZWSP
from monitor.errors import SendError
from monitor.notify import AppriseSender, format_for
from tests.making import ALERT, written
from tests.receivers.base import Mood, Shown

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HELLO = Message("Port shut", "The port was shut on Friday.")
HASTE = 1.0  # seconds after which a hasty sender gives up on an answer

# What rings people, links elsewhere or breaks markup, in the words of the services that we know.
HOSTILE = (
    "<!channel> <!here|x> <!subteam^S1|@ops> <@U024BE7LH> @everyone @here @channel @room @night <@&1234> "
    "<https://evil.example|https://caspian.example> [click](https://evil.example) *fərman* _x_ ~y~ `z` ```q``` "
    '<a href="tg://user?id=42">tap</a> <b>bold <blink> &lt;b&gt; &#60;i&#62; </i> & && &unknown; '
    "@durov_bot #tag /start ||spoiler|| __under__ > quote \\ {curly} - 1. !bang! =+"
)


class Channel(Protocol):
    """One target and its receiver. `secrets` are the parts of its URL that nobody may read.

    `tells_pause`: whether the service has a way to say how long to wait.
    """

    url: str
    secrets: tuple[str, ...]
    tells_pause: bool
    mood: Mood

    def shown(self) -> list[Shown]:
        """What people find in it, in order."""

    def refusing(self) -> AbstractContextManager[None]:
        """The service will not take it: revoked, closed, or made by hand to break its markup or its limits."""

    def busy(self, seconds: int) -> AbstractContextManager[None]:
        """The service asks to be left alone for so long."""

    def deserted(self) -> AbstractContextManager[str]:
        """A URL of the same kind at which nobody listens."""


def to(url: str) -> Target:
    form, limit = format_for(url)
    return Target("urgent", "night", url, form, limit)


def readable(text: str) -> str:
    """Without what cannot be seen, and on one line."""
    return " ".join(text.replace(ZWSP, "").split())


def hostile(alert: Alert = ALERT) -> Alert:
    return replace(
        alert,
        headline=f"Embargo: considering → lifted — {HOSTILE[:90]}",
        article_title=HOSTILE,
        outlet=HOSTILE,
        reason=HOSTILE,
        evidence=(Evidence(HOSTILE, 0, 10, Zone.LEAD),),
    )


def longest(letter: str, alert: Alert = ALERT) -> Alert:
    """Every field as long as it may be and longer, so that only the limit decides."""
    words = (letter * 9 + " ") * 400
    return replace(
        alert,
        headline=words,
        reason=words,
        article_title="T" + words,
        article_url="https://caspian.example/" + "n" * 1_400,
        outlet=words,
        previous=words,
        current=words,
        evidence=tuple(Evidence(f"{n} {words}", 0, 10, Zone.LEAD) for n in range(5)),
    )


class ChannelContract:
    @pytest.fixture
    def sender(self) -> Iterator[AppriseSender]:
        sender = AppriseSender(pace=0)
        yield sender
        sender.close()

    @pytest.fixture
    def hasty(self) -> Iterator[AppriseSender]:
        sender = AppriseSender(read=HASTE, pace=0)
        yield sender
        sender.close()

    async def test_a_message_arrives_once_and_can_be_read(self, channel: Channel, sender: AppriseSender) -> None:
        target = to(channel.url)
        await sender.send(target, written(ALERT, target.format, target.limit))
        [shown] = channel.shown()
        text = readable(shown.text)
        assert readable(shown.title).startswith(readable(f"[{ALERT.severity.upper()}] {ALERT.headline}"))
        assert readable(ALERT.evidence[0].text) in text
        assert f"monitor alerts show {ALERT.key}" in text
        assert ALERT.article_url in text or ALERT.article_url in [address for address, _ in shown.links]
        assert shown.whole
        assert not shown.rings

    async def test_messages_arrive_in_order(self, channel: Channel, sender: AppriseSender) -> None:
        for n in range(3):
            await sender.send(to(channel.url), Message(f"Headline {n}", f"Body {n}"))
        assert [f"Body {n}" in shown.text for n, shown in enumerate(channel.shown())] == [True] * 3

    async def test_foreign_markup_and_mentions_ring_nobody_and_link_nowhere(
        self, channel: Channel, sender: AppriseSender
    ) -> None:
        target = to(channel.url)
        await sender.send(target, written(hostile(), target.format, target.limit))
        [shown] = channel.shown()
        assert not shown.rings
        # A bare address may become a link that shows itself; one behind other words must not.
        assert not [link for link in shown.links if "evil.example" in link[0] and link[0] != link[1]]
        assert not [words for style, words in shown.styled if words in HOSTILE]
        assert "&amp;" not in shown.text.replace("&amp;lt;", "")
        assert "*fərman*" in shown.text.replace("∗", "*")  # on Slack a sign that looks the same
        assert "&unknown;" in shown.text

    @pytest.mark.parametrize("letter", ["a", "ж", "ა", "𝔸", "&", "<", "\\", '"', "@"])
    async def test_the_longest_message_is_taken_whole(
        self, channel: Channel, sender: AppriseSender, letter: str
    ) -> None:
        alert = longest(letter)
        target = to(channel.url)
        await sender.send(target, written(alert, target.format, target.limit))
        [shown] = channel.shown()
        assert shown.whole
        assert f"monitor alerts show {alert.key}" in readable(shown.text)

    async def test_what_the_service_refuses_is_not_tried_again(self, channel: Channel, sender: AppriseSender) -> None:
        with channel.refusing(), pytest.raises(SendError) as caught:
            await sender.send(to(channel.url), HELLO)
        assert (caught.value.permanent, caught.value.unknown) == (True, False)
        assert not channel.shown()

    @pytest.mark.parametrize("seconds", [7, 900])
    async def test_the_pause_is_the_one_that_the_service_asks_for(
        self, channel: Channel, sender: AppriseSender, seconds: int
    ) -> None:
        with channel.busy(seconds), pytest.raises(SendError) as caught:
            await sender.send(to(channel.url), HELLO)
        error = caught.value
        pause = float(seconds) if channel.tells_pause else None
        assert (error.permanent, error.unknown, error.retry_after) == (False, False, pause)
        assert not channel.shown()

    async def test_a_broken_service_is_tried_again_later(self, channel: Channel, sender: AppriseSender) -> None:
        channel.mood = Mood.BROKEN
        with pytest.raises(SendError) as caught:
            await sender.send(to(channel.url), HELLO)
        assert (caught.value.permanent, caught.value.unknown) == (False, False)
        channel.mood = Mood.WELL
        await sender.send(to(channel.url), HELLO)
        assert len(channel.shown()) == 1

    @pytest.mark.parametrize("mood", [Mood.LATE, Mood.HANG_UP])
    async def test_what_was_taken_without_an_answer_may_have_arrived(
        self, channel: Channel, hasty: AppriseSender, mood: Mood
    ) -> None:
        channel.mood = mood
        with pytest.raises(SendError, match="may have arrived") as caught:
            await hasty.send(to(channel.url), HELLO)
        assert (caught.value.permanent, caught.value.unknown) == (False, True)
        assert len(channel.shown()) == 1

    async def test_what_was_not_answered_may_have_arrived(self, channel: Channel, hasty: AppriseSender) -> None:
        channel.mood = Mood.MUTE
        with pytest.raises(SendError, match="may have arrived") as caught:
            await hasty.send(to(channel.url), HELLO)
        assert (caught.value.permanent, caught.value.unknown) == (False, True)

    async def test_where_nobody_listens_nothing_has_arrived(self, channel: Channel, sender: AppriseSender) -> None:
        with channel.deserted() as url, pytest.raises(SendError, match="could not connect") as caught:
            await sender.send(to(url), HELLO)
        assert (caught.value.permanent, caught.value.unknown) == (False, False)

    async def test_no_failure_tells_a_secret(
        self, channel: Channel, sender: AppriseSender, caplog: pytest.LogCaptureFixture
    ) -> None:
        for name in ("", "apprise", "urllib3", "urllib3.connectionpool", "requests"):
            caplog.set_level(1, name)
        told = []

        async def fail(url: str = channel.url) -> None:
            with pytest.raises(SendError) as caught:
                await sender.send(to(url), HELLO)
            error = caught.value
            told.append(f"{error!s} {error!r} {error.__cause__!r} {error.__context__!r}")

        with channel.refusing():
            await fail()
        with channel.busy(5):
            await fail()
        for mood in (Mood.BROKEN, Mood.HANG_UP):
            channel.mood = mood
            await fail()
        channel.mood = Mood.WELL
        with channel.deserted() as url:
            await fail(url)
        told += [record.getMessage() for record in caplog.records if not record.name.startswith("mail.")]
        assert len(told) >= 5
        assert not [secret for secret in channel.secrets if secret in " ".join(told)]
        assert not logging.getLogger("urllib3.util.retry").isEnabledFor(logging.DEBUG)
