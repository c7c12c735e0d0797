"""The worker processes, with tasks that hang, crash and devour memory. Real processes, real kills."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.core.model import Entry
from monitor.errors import UnreadableError
from monitor.fetch.feeds import parse_feed
from monitor.fetch.workers import Workers

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    async with Workers(1, preload=()) as pool:
        yield pool


def children() -> set[int]:
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(pid) for path in listed for pid in path.read_text().split()}


def gone(pid: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True


async def test_a_result_comes_back_as_a_value_from_another_process(workers):
    feed = b"<rss version='2.0'><channel><item><title>One</title><guid>1</guid></item></channel></rss>"
    entries, warning = await workers.run(
        parse_feed, feed, "", "https://a.example/", "a", "en", datetime(2026, 11, 21, tzinfo=UTC)
    )
    assert isinstance(entries[0], Entry)
    assert (entries[0].identity, warning) == ("guid:a:1", "")
    assert await workers.run(os.getpid) != os.getpid()


async def test_what_cannot_be_read_is_told_in_the_readers_words(workers):
    with pytest.raises(UnreadableError, match=r"^the answer is empty$"):
        await workers.run(parse_feed, b"", "", "https://a.example/", "a", "en", datetime(2026, 11, 21, tzinfo=UTC))


@pytest.mark.parametrize("hang", [(time.sleep, 600), (re.fullmatch, "(a+)+b", "a" * 60)], ids=["sleeps", "loops in C"])
async def test_a_task_that_hangs_is_killed_and_the_next_one_served(workers, hang):
    first = await workers.run(os.getpid)
    with pytest.raises(UnreadableError, match=r"took longer than 0\.2 s"):
        await workers.run(*hang, timeout=0.2)
    assert gone(first)
    assert await workers.run(len, "abc") == 3


@pytest.mark.parametrize("crash", [(os._exit, 3), (os.abort,), (signal.raise_signal, signal.SIGSEGV)])
async def test_a_crash_costs_one_document_only(workers, crash):
    with pytest.raises(UnreadableError, match="crashed its worker"):
        await workers.run(*crash)
    assert await workers.run(len, "abc") == 3


async def test_memory_is_limited(workers):
    with pytest.raises(UnreadableError, match="needed more than 1024 MB"):
        await workers.run(bytearray, 2 << 30)
    assert await workers.run(len, "abc") == 3


async def test_a_failure_inside_a_reader_names_it_and_keeps_the_worker(workers):
    first = await workers.run(os.getpid)
    with pytest.raises(UnreadableError, match="ValueError"):
        await workers.run(int, "x")
    assert await workers.run(os.getpid) == first


async def test_an_answer_that_is_no_plain_value_is_refused(workers):
    with pytest.raises(UnreadableError, match="crashed"):
        await workers.run(Path, "/etc/passwd")
    assert await workers.run(len, "abc") == 3


async def test_a_cancelled_task_takes_its_worker_with_it(workers):
    first = await workers.run(os.getpid)
    task = asyncio.create_task(workers.run(time.sleep, 600, timeout=600))
    while workers._idle:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert gone(first)
    assert await workers.run(len, "abc") == 3


async def test_a_worker_that_died_while_idle_is_replaced(workers):
    first = await workers.run(os.getpid)
    os.kill(first, signal.SIGKILL)
    await workers._idle[0].process.wait()
    assert await workers.run(os.getpid) != first


async def test_workers_are_replaced_after_their_share_of_tasks():
    async with Workers(1, tasks_per_worker=2, preload=()) as pool:
        pids = [await pool.run(os.getpid) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_no_more_processes_than_asked_for_and_none_left_after_closing():
    before = children()
    async with Workers(2, preload=()) as pool:
        assert len(set(await asyncio.gather(*(pool.run(os.getpid) for _ in range(8))))) <= 2
        assert 1 <= len(children() - before) <= 2
    assert children() <= before


async def test_a_worker_does_not_see_our_secrets(workers, monkeypatch):
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://u:secret@db/x")
    assert await workers.run(os.getenv, "MONITOR_DATABASE_URL") is None


async def test_a_worker_that_cannot_start_is_our_error_not_the_documents():
    async with Workers(1, preload=("monitor.no_such_module",)) as pool:
        with pytest.raises(RuntimeError, match="did not start"):
            await pool.run(len, "abc")


def test_workers_die_with_a_killed_parent_and_never_import_its_main(tmp_path):
    """The program has no `__name__` guard: whoever imported it again would print a second line."""
    program = tmp_path / "program.py"
    program.write_text(
        "import asyncio, os\n"
        "from monitor.fetch.workers import Workers\n"
        "async def main():\n"
        "    pool = Workers(1, preload=())\n"
        "    print('main', await pool.run(os.getpid), flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert parent.stdout is not None
    word, pid = parent.stdout.readline().split()
    assert (word, gone(int(pid))) == ("main", False)
    parent.kill()
    assert parent.communicate()[0] == ""  # at end of file, which the worker holds open as long as it lives
    parent.wait()
    for _ in range(500):
        if gone(int(pid)):
            break
        time.sleep(0.01)
    assert gone(int(pid))
