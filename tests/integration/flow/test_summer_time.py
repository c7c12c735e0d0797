"""The whole monitor over a night in which clocks change, with quiet hours, a digest and a clock that jumps besides."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.app import App, build
from monitor.store.engine import create_engine
from monitor.store.views import Views
from tests import desk as words
from tests.desk import WORDS, story
from tests.integration.flow.conftest import Clock
from tests.integration.flow.test_app import settings
from tests.servers import Outlets, Receiver

KYIV = ZoneInfo("Europe/Kyiv")
CHANNELS = """\
version: 1
zone: Europe/Kyiv
default: [quiet, digest, open]
channels:
  quiet:
    targets: [{{name: main, url: '{quiet}'}}]
    quiet: {{from: 23:00, to: 07:00}}
  digest:
    targets: [{{name: main, url: '{digest}'}}]
    digest: {{at: 08:00}}
  open:
    targets: [{{name: main, url: '{open}'}}]
"""
# On the wall: one in the evening, one after midnight, one in the hour that is left out or comes twice, one at dawn.
TOLD_AT = (time(21, 30), time(0, 30), time(3, 30), time(6, 30))
STEP, HOUR = timedelta(minutes=30), timedelta(hours=1)


class Night:
    """Looks every half hour; what each channel told, and when by its readers' clocks."""

    def __init__(self, app: App, clock: Clock, channels: dict[str, Receiver]):
        self.app, self._clock, self._channels = app, clock, channels
        self.told: dict[str, list[tuple[datetime, str]]] = {name: [] for name in channels}

    async def look(self) -> None:
        before = {name: len(channel.texts) for name, channel in self._channels.items()}
        await self.app.tick()
        for name, channel in self._channels.items():
            self.told[name] += [(self._clock().astimezone(KYIV), text) for text in channel.texts[before[name] :]]

    async def until(self, end: datetime) -> None:
        while self._clock() < end:
            self._clock.advance(STEP)
            await self.look()

    def times(self, name: str, word: str) -> list[datetime]:
        return [at for at, text in self.told[name] if word in text]


@pytest.mark.parametrize(
    "begin",
    [datetime(2026, 3, 28, 18, tzinfo=UTC), datetime(2026, 10, 24, 18, tzinfo=UTC)],
    ids=["an hour is left out", "an hour comes twice"],
)
async def test_a_night_in_which_clocks_change_holds_until_its_morning_and_loses_nothing(
    folder: Path, outlets: Outlets, clock: Clock, url: str, begin: datetime
) -> None:
    """With sends pending, holds standing, a restart in the hour of the change, and a clock that is set an hour back and
    three hours on."""
    clock.now = begin
    with Receiver() as quiet, Receiver() as digest, Receiver() as open_:
        channels = {"quiet": quiet, "digest": digest, "open": open_}
        sources = {word: outlets.feed_url(word) for word in WORDS}
        for word in WORDS:
            outlets.feeds[word] = []
        words.write(folder, *WORDS, sources=sources, channels={})
        addresses = {name: channel.apprise_url for name, channel in channels.items()}
        (folder / "watchlists" / "channels.yaml").write_text(CHANNELS.format(**addresses))

        def start() -> App:
            return build(settings(folder, url), now=clock, console=io.StringIO(), secrets={})

        night = Night(start(), clock, channels)
        try:
            await night.look()
            for word, at in zip(WORDS, TOLD_AT, strict=True):
                local = clock().astimezone(KYIV)
                day = local.date() + timedelta(days=at < local.time())
                await night.until(datetime.combine(day, at, KYIV).astimezone(UTC))
                open_.status = 500 if word == WORDS[2] else 200  # its send is pending while the clock jumps
                outlets.publish(word, *story(word), published=clock())
                night.app.force_due()
                await night.look()
                if word == WORDS[2]:
                    await night.app.close()
                    night.app = start()
                    clock.advance(-HOUR)
                    await night.look()
                    clock.advance(HOUR)
                    open_.status = 200
                    await night.look()
            clock.advance(3 * HOUR)
            clock.advance(-3 * HOUR)
            await night.until(begin + timedelta(hours=18))
        finally:
            await night.app.close()
    views = Views(create_engine(url))
    assert dict(views.counts().deliveries) == {"sent": 3 * len(WORDS)}
    morning = (begin + timedelta(hours=12)).astimezone(KYIV).date()
    for word, at in zip(WORDS, TOLD_AT, strict=True):
        for name in channels:
            assert len(night.times(name, word)) == 1, (word, name, night.told)
        [heard], [digested] = night.times("quiet", word), night.times("digest", word)
        seven = time(21, 30) if word == WORDS[0] else time(7)
        assert (heard.time(), digested.time(), digested.date()) == (seven, time(8), morning)
        [openly] = night.times("open", word)
        came = datetime.combine(openly.date(), at, KYIV).astimezone(UTC)
        assert came <= openly.astimezone(UTC) <= came + HOUR
