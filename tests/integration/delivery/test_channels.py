"""Each kind of channel keeps the contract of all channels (tests/contracts/channels.py)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.channels import Channel, ChannelContract
from tests.receivers import channels


class TestSlack(ChannelContract):
    @pytest.fixture
    def channel(self) -> Iterator[Channel]:
        with channels.slack() as channel:
            yield channel


class TestTelegram(ChannelContract):
    @pytest.fixture
    def channel(self) -> Iterator[Channel]:
        with channels.telegram() as channel:
            yield channel


class TestNtfy(ChannelContract):
    @pytest.fixture
    def channel(self) -> Iterator[Channel]:
        with channels.ntfy() as channel:
            yield channel


class TestWebHook(ChannelContract):
    @pytest.fixture
    def channel(self) -> Iterator[Channel]:
        with channels.hook() as channel:
            yield channel


class TestSignedWebHook(ChannelContract):
    @pytest.fixture
    def channel(self) -> Iterator[Channel]:
        with channels.signed_hook() as channel:
            yield channel


class TestMail(ChannelContract):
    @pytest.fixture
    def channel(self) -> Iterator[Channel]:
        with channels.mail() as channel:
            yield channel
