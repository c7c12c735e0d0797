"""The contract of all channels on a real chat server: Matrix Synapse, read back by a client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote
from uuid import uuid4

import pytest

from monitor.core.alerts import Message
from monitor.errors import SendError
from monitor.notify import AppriseSender
from tests import synapse
from tests.contracts.channels import HELLO, ChannelContract, to

pytestmark = pytest.mark.timeout(synapse.START + 60)


@dataclass
class Desk:
    """Somebody on duty, the monitor's account, and the way between them."""

    homeserver: synapse.Synapse
    breaker: synapse.Breaker
    name: str = field(default_factory=lambda: uuid4().hex[:8])

    def __post_init__(self) -> None:
        self.night = self.homeserver.account(f"night-{self.name}", "another")
        self.bot = self.homeserver.account(f"monitor-{self.name}", "hunter2pass")


@pytest.fixture(scope="module")
def homeserver() -> Iterator[synapse.Synapse]:
    with synapse.server() as running:
        yield running


@pytest.fixture
def desk(homeserver: synapse.Synapse) -> Iterator[Desk]:
    with synapse.Breaker(homeserver.url) as breaker:
        yield Desk(homeserver, breaker)


class TestMatrix(ChannelContract):
    @pytest.fixture
    def channel(self, desk: Desk) -> synapse.MatrixChannel:
        return synapse.MatrixChannel(desk.breaker, desk.bot, desk.night)

    async def test_the_pause_is_the_one_of_the_real_server(self, channel: synapse.MatrixChannel, desk: Desk) -> None:
        limit = {"messages_per_second": 1, "burst_count": 1}
        desk.night.ask("POST", f"/_synapse/admin/v1/users/{desk.bot.name}/override_ratelimit", limit)
        sender = AppriseSender(pace=0)  # patient, for Synapse makes whoever asks too often wait for the refusal

        async def many() -> None:
            for _ in range(20):
                await sender.send(to(channel.url), HELLO)

        with pytest.raises(SendError, match="HTTP 429") as caught:
            await many()
        sender.close()
        assert caught.value.retry_after is not None
        assert 0 < caught.value.retry_after < 30

    async def test_the_readers_name_as_a_word_of_a_text_rings_only_from_those_who_do_not_say_whom_they_mention(
        self, channel: synapse.MatrixChannel, sender: AppriseSender, desk: Desk
    ) -> None:
        """The second message shows that this reader can be rung, else “rings nobody” would hold for any text."""
        calling = f"night-{desk.name}: look"
        await sender.send(to(channel.url), Message("Port shut", calling))
        path = f"/_matrix/client/v3/rooms/{quote(channel.room)}/send/m.room.message/1"
        desk.bot.ask("PUT", path, {"msgtype": "m.text", "body": calling})
        assert [bool(shown.rings) for shown in channel.shown()] == [False, True]


async def test_a_password_does_as_well_as_a_token(desk: Desk) -> None:
    channel = synapse.MatrixChannel(desk.breaker, desk.bot, desk.night, f"monitor-{desk.name}:hunter2pass")
    for life in range(2):  # a second life of the monitor starts from nothing
        sender = AppriseSender(pace=0)
        for n in range(2):
            await sender.send(to(channel.url), Message(f"Headline {life}{n}", "Body"))
        sender.close()
    assert [shown.title for shown in channel.shown()] == ["Headline 00", "Headline 01", "Headline 10", "Headline 11"]
