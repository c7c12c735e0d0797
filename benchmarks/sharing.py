"""How the work grows with the processes that share it, on PostgreSQL.

workers     1, 2 and 4 workers beside one scheduler, over a newsroom each of whose answers takes 100 ms. Every source
            has one new article at its first poll: polled, read, judged by the shipped rules and forty more. The figures
            are articles per second, against those of one worker; beside them how busy the machine's cores were, for
            where they are busy no further worker helps.
scheduling  100,000 sources, each due every ten minutes. How many a second the scheduler can hand out, against how many
            come due. Nobody polls them: what is handed out is taken off the queue and due again ten minutes later.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from benchmarks import _desk_files, _desk_news
from benchmarks._measure import emit, options, progress
from benchmarks._pages import ROOT
from monitor.core.model import Source
from monitor.store import migrate
from monitor.store.dispatching import SharedWork
from monitor.store.engine import create_engine, transaction
from monitor.store.sql import SqlStore
from monitor.store.tables import article, lease, source
from tests.postgres import database, private

LATENCY = 0.1  # seconds
RHYTHM = timedelta(minutes=10)
PARTS = ("workers", "scheduling")
_GIVE_UP = 900.0  # seconds


# --- workers ---------------------------------------------------------------------------------


@contextmanager
def roles_at_work(folder: Path, url: str, roles: Sequence[str]) -> Iterator[None]:
    """Each in a process of its own, until the block ends."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    environment |= {
        "MONITOR_DATABASE_URL": url,
        "MONITOR_WATCHLISTS_DIR": str(folder / "watchlists"),
        "MONITOR_SEEDS_DIR": str(folder / "seeds"),
        "MONITOR_ALLOW_NETWORKS": "127.0.0.0/8",
        "MONITOR_PER_HOST_GAP_SECONDS": "0",
        "MONITOR_PER_HOST_CONCURRENCY": "16",
        "MONITOR_WEB_PORT": "0",
        "MONITOR_LOG_LEVEL": "WARNING",
    }
    with (folder / "log").open("a") as log:
        found = [
            subprocess.Popen(
                [sys.executable, "-m", "monitor", "run", "--role", role], cwd=ROOT, env=environment, stderr=log
            )
            for role in roles
        ]
        try:
            yield
        finally:
            for process in found:
                process.terminate()
            for process in found:
                process.wait(60)


def judged(engine: Engine) -> int:
    with transaction(engine) as connection:
        query = sa.select(sa.func.count()).select_from(article).where(article.c.judged_at.is_not(None))
        return int(connection.execute(query).scalar_one())


def busy() -> tuple[float, float]:
    """Seconds of work of all cores since the machine started, and of all their time."""
    words = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    ticks = [int(word) / 100 for word in words[:8]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def rate(number: int, sources: int) -> tuple[float, float]:
    """Articles per second with so many workers, and which share of the cores was busy."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="monitor-bench-")))
        server = stack.enter_context(private())
        url = stack.enter_context(database(server.url))
        engine = create_engine(url)
        stack.callback(engine.dispose)
        migrate.upgrade(engine)
        _, addresses = stack.enter_context(_desk_news.serving(0, sources, LATENCY))
        _desk_files.write(folder, addresses)
        stack.enter_context(roles_at_work(folder, url, ["scheduler", *["worker"] * number]))
        begins, ends = sources // 5, sources - sources // 10  # neither the start nor the last few
        while (done := judged(engine)) < begins:
            time.sleep(0.2)
        began, (work, whole) = time.monotonic(), busy()
        while (now := judged(engine)) < ends:
            if time.monotonic() - began > _GIVE_UP:
                raise SystemExit(f"{now} of {sources} articles after {_GIVE_UP:.0f} s: see {folder}/log")
            time.sleep(0.2)
        took, (work_, whole_) = time.monotonic() - began, busy()
        return (now - done) / took, (work_ - work) / (whole_ - whole)


def workers(quick: bool) -> None:
    rates: dict[int, float] = {}
    for number in (1, 2) if quick else (1, 2, 4):
        rates[number], share = rate(number, 60 if quick else 1_500)
        progress(f"  {number} workers: {rates[number]:.1f} articles/s, the cores {share:.0%} busy")
        emit(f"sharing_articles_{number}_workers", rates[number], "articles/s", "one worker", rates[1])
        emit(f"sharing_cores_busy_{number}_workers", share, "of all cores", "all of them", 1.0)


# --- scheduling ------------------------------------------------------------------------------


def scheduling(quick: bool) -> None:
    number, rounds = (2_000, 5) if quick else (100_000, 60)
    with private() as server, database(server.url) as url:
        engine = create_engine(url)
        migrate.upgrade(engine)
        now = datetime.now(UTC)
        hosts = [f"https://h{place // 5}.example" for place in range(number)]
        listed = [Source(f"s{place}", f"{host}/{place}", f"S {place}") for place, host in enumerate(hosts)]
        SqlStore(engine).sync_sources(listed, now)
        with transaction(engine) as connection:  # spread over the rhythm, as they are once they were polled
            spread = sa.text("UPDATE source SET next_poll_at = :now + (hashtext(id) & 1048575) / 1048576.0 * :rhythm")
            connection.execute(spread, {"now": now, "rhythm": RHYTHM})
        work, handed_out, took = SharedWork(engine), 0, 0.0
        at = now
        for _ in range(rounds):
            at += timedelta(seconds=1)
            began = time.perf_counter()
            handed_out += sum(work.dispatch(at).values())
            took += time.perf_counter() - began
            _polled(engine, at)
        due = number / RHYTHM.total_seconds()
        progress(f"  {handed_out} handed out in {rounds} s of the clock, which took {took:.2f} s")
        emit("scheduling_sources", handed_out / took, "sources/s", f"{number} sources due every ten minutes", due)
        engine.dispose()


def _polled(engine: Engine, at: datetime) -> None:
    """As if workers had polled all that was handed out."""
    with transaction(engine) as connection:
        mine = sa.select(sa.func.substr(lease.c.name, 6)).where(lease.c.name.startswith("poll:"))
        connection.execute(sa.update(source).where(source.c.id.in_(mine)).values(next_poll_at=at + RHYTHM))
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
        connection.execute(sa.delete(lease))


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    chosen: Any = parser.parse_args()
    for part in chosen.parts:
        progress(f"{part}:")
        {"workers": workers, "scheduling": scheduling}[part](chosen.quick)


if __name__ == "__main__":
    main()
