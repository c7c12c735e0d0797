"""What those ask who watch the monitor from outside: health, readiness and figures, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.core import lags
from monitor.core.keeping import Room
from monitor.core.pulse import Job, Pulse
from monitor.store import backup
from monitor.store.engine import create_engine
from monitor.store.shown import Shown
from monitor.web.api.measures import JOBS, MEASURES
from monitor.web.api.metrics import Figures
from monitor.web.app import build_app
from monitor.web.serving import WebServer
from tests.integration.web.visitors import Visitor, token_of

MINUTE = timedelta(minutes=1)


def _pulse(clock, ago: dict[str, timedelta | None], **counts: int) -> Pulse:
    jobs = (Job(name, clock.now - since if since is not None else None, 2 * MINUTE) for name, since in ago.items())
    return Pulse(tuple(jobs), frozenset({"poll", "judge"}), counts)


async def _ready(address: str) -> tuple[int, dict[str, str]]:
    answer = await Visitor(address).look("/readyz")
    told = json.loads(answer.text)
    assert (told["status"] == "ready") == (answer.status == 200)
    return answer.status, {check["name"]: check["problem"] for check in told["checks"]}


@pytest.fixture
async def silent():
    """A database's address at which nobody speaks."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended.wait()
        writer.close()

    ended = asyncio.Event()
    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    yield f"postgresql://monitor:hidden@127.0.0.1:{server.sockets[0].getsockname()[1]}/monitor"
    ended.set()
    server.close()


async def test_a_process_that_answers_is_alive_whatever_its_database_does(serving, site, silent):
    deaf = replace(site, shown=Shown(create_engine(silent)), open=False)
    server = WebServer(build_app(deaf), "127.0.0.1", 0)
    await server.start()
    stranger = Visitor(server.address)
    several = await asyncio.gather(*(_ready(server.address) for _ in range(3)), stranger.look("/healthz"))
    assert (several.pop().status, len(several)) == (200, 3)
    assert all(found == (503, {"database": "it does not answer within a second"}) for found in several)
    await server.stop()


async def test_it_is_ready_with_our_schema_only_and_names_no_place(server, engine):
    assert await _ready(server.address) == (200, {"database": ""})
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert await _ready(server.address) == (503, {"database": "it has another schema than this program needs"})
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE alembic_version RENAME COLUMN version_num TO gone")
    assert await _ready(server.address) == (503, {"database": "it refuses"})


async def test_it_is_ready_while_each_vital_job_has_succeeded_of_late(serving, clock):
    for ago, problem in (
        (MINUTE, ""),
        (5 * MINUTE, "judge has not succeeded for 5 min"),
        (None, "judge has not succeeded yet"),
    ):
        jobs = {"poll": MINUTE, "judge": ago, "reload": None}
        server = await serving(pulse=lambda jobs=jobs: _pulse(clock, jobs), open=False)
        assert await _ready(server.address) == (
            503 if problem else 200,
            {"database": "", "poll": "", "judge": problem},
        )


async def test_what_is_short_of_room_is_told_and_still_ready(serving):
    """In words that anybody may read; nothing stops working before the disk is full."""
    for room, words in (
        (Room(10**9, 0, 10**10), ""),
        (Room(85 * 10**9, 10**11, 10**8), "the database nears its limit; there is little room on its disk"),
    ):
        server = await serving(room=lambda room=room: room, open=False)
        assert await _ready(server.address) == (200, {"database": "", "room": words})


async def test_figures_tell_how_much_room_there_is_and_when_the_last_backup_was(site, engine, clock, tmp_path):
    server = WebServer(build_app(replace(site, room=lambda: Room(5, 7, 3))), "127.0.0.1", 0)
    await server.start()
    assert ("monitor_last_backup_timestamp_seconds",) not in await _figures(server.address)
    await server.stop()
    backup.write(engine, tmp_path, clock.now)
    server = WebServer(build_app(replace(site, room=lambda: Room(5, 7, 3))), "127.0.0.1", 0)
    await server.start()
    found = await _figures(server.address)
    await server.stop()
    names = "database_limit_bytes", "last_backup_timestamp_seconds"
    assert [found[f"monitor_{name}",] for name in names] == [7, clock.now.timestamp()]


async def _figures(address: str, **headers: str) -> dict[tuple[str, ...], float]:
    answer = await Visitor(address).look("/metrics", **headers)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name.startswith("monitor_")
    }


async def test_figures_are_those_of_the_database_and_of_the_jobs(filled_site, clock):
    site = replace(
        filled_site, pulse=lambda: _pulse(clock, {"poll": MINUTE, "judge": None}, polls=7, sent=2, judge_timed_out=3)
    )
    server = WebServer(build_app(site), "127.0.0.1", 0)
    await server.start()
    found = await _figures(server.address)
    waiting = site.views.backlog()
    assert found["monitor_polls_total",] == 7
    assert found["monitor_sends_total", "sent"] == 2
    assert found["monitor_job_trouble_total", "judge", "timed_out"] == 3
    assert found["monitor_job_last_success_timestamp_seconds", "poll"] == (clock.now - MINUTE).timestamp()
    assert ("monitor_job_last_success_timestamp_seconds", "judge") not in found
    assert found["monitor_database_up",] == 1
    for state, count in waiting.deliveries.items():
        assert found["monitor_deliveries_unsent", state] == count > 0
    assert found["monitor_waiting", "judge"] == waiting.unjudged
    words = [value for name, value in found.items() if name[0] == "monitor_sources"]
    assert sum(words) == len(site.configuration().sources)
    assert found["monitor_sources", "gone"] > 0
    assert found["monitor_waiting_longest_seconds", "judge"] == 0
    await server.stop()


async def test_every_figure_that_is_declared_is_there_with_no_other_labels(filled_site, filled_engine, clock, tmp_path):
    (tmp_path / "memory.current").write_text("1000000\n")
    (tmp_path / "memory.max").write_text("2000000\n")
    jobs = dict.fromkeys(JOBS, MINUTE)
    site = replace(filled_site, pulse=lambda: _pulse(clock, jobs, polls=7, polled_fresh=6, polled_hard=1))
    families = {family.name: family for family in Figures(site, tmp_path).collect()}
    sqlite_only = {f"monitor_database_{name}_bytes" for name in ("wal", "disk_free", "disk")}
    postgres = filled_engine.dialect.name == "postgresql"
    never = {"monitor_last_backup_timestamp_seconds"}  # before the first
    assert set(families) == set(MEASURES) - never - (sqlite_only if postgres else set())
    for name, family in families.items():
        measure = MEASURES[name]
        assert (family.type, family.documentation) == (measure.kind, measure.words)
        for sample in family.samples:
            assert sample.labels.keys() - {"le"} == measure.labels.keys()
            for label, value in sample.labels.items():
                assert label == "le" or value in measure.labels[label] or measure.labels[label] == ("any",)
    found = {sample.name: sample.value for family in families.values() for sample in family.samples}
    assert (found["monitor_memory_bytes"], found["monitor_memory_limit_bytes"]) == (1_000_000, 2_000_000)
    assert found["monitor_database_bytes"] > 100_000
    assert 0 < found["monitor_last_poll_success_timestamp_seconds"] <= clock.now.timestamp()
    assert found["monitor_channels_failing"] > 0
    assert found["monitor_channels_failing_since_timestamp_seconds"] < clock.now.timestamp()


def test_no_label_is_one_of_prometheus_own():
    """It would call ours `exported_job`, and no rule that asks for `job` would find it."""
    assert not {"job", "instance"} & {label for measure in MEASURES.values() for label in measure.labels}


def test_without_a_limit_of_memory_there_is_none_told(filled_site, tmp_path):
    (tmp_path / "memory.current").write_text("1000000\n")
    (tmp_path / "memory.max").write_text("max\n")
    names = {family.name for family in Figures(filled_site, tmp_path).collect()}
    assert "monitor_memory_bytes" in names
    assert "monitor_memory_limit_bytes" not in names


async def test_lags_are_histograms_whose_classes_add_up(filled_site, clock):
    accepted = lags.NONE[lags.ACCEPTED].then(timedelta(seconds=s) for s in (0.05, 0.2, 0.2, 40, 9_000))
    pulse = replace(_pulse(clock, {}), lags={lags.ACCEPTED: accepted})
    server = WebServer(build_app(replace(filled_site, pulse=lambda: pulse)), "127.0.0.1", 0)
    await server.start()
    found = await _figures(server.address)
    await server.stop()
    of = "monitor_acceptance_lag_seconds"
    classes = [found[f"{of}_bucket", bound] for bound in ("0.1", "0.25", "30.0", "60.0", "3600.0", "+Inf")]
    assert classes == [1, 3, 3, 4, 4, 5]
    assert (found[f"{of}_count",], round(found[f"{of}_sum",], 2)) == (5, 9_040.45)
    assert found["monitor_alert_lag_seconds_count",] == 0


async def test_no_label_of_a_figure_names_a_rule_a_source_or_an_address(filled_server, filled_site):
    answer = await Visitor(filled_server.address).look("/metrics")
    configuration = filled_site.configuration()
    for word in (*configuration.ruleset.rules, *configuration.sources):
        assert f'"{word.id}"' not in answer.text
    assert "://" not in answer.text


async def test_without_its_database_the_process_still_has_figures(server, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE entry RENAME TO gone")
    found = await _figures(server.address)
    assert found["monitor_database_up",] == 0
    assert ("monitor_build_info", "0.1.0") in found
    assert ("monitor_waiting", "judge") not in found


async def test_where_people_log_in_figures_want_a_token(serving, site):
    server = await serving(open=False)
    assert (await Visitor(server.address).look("/metrics")).status == 401
    assert ("monitor_database_up",) in await _figures(server.address, Authorization=f"Bearer {token_of(site)}")
