"""Three processes that ask one real server: together they are as polite as one."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from tests import postgres
from tests.acceptance.asking import Errand, ask
from tests.acceptance.delivery_faults import with_schema
from tests.servers import Server, eventually

WORKERS = 3


class Host(Server):
    """Notes when each request came, and how many were inside; `stuck` are not answered."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[tuple[float, str]] = []
        self.most = self._inside = 0
        self.stuck = threading.Event()
        self._lock, self._random = threading.Lock(), Random(4)

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.starts.append((time.monotonic(), request.path))
            self._inside += 1
            self.most = max(self.most, self._inside)
            hold = self._random.uniform(0.0, 0.6)
        if request.path.startswith("/stuck"):
            self.stuck.wait(60)
        else:
            time.sleep(hold)
        with self._lock:
            self._inside -= 1
        request.send_response(200)
        request.send_header("Content-Length", "0")
        request.end_headers()


@pytest.fixture
def url() -> Iterator[str]:
    with postgres.server() as server, postgres.database(server) as url:
        yield with_schema(url)


@contextmanager
def working(*errands: Errand) -> Iterator[list[tuple[Any, Any]]]:
    """A process for each, that has begun; with its end of the pipe."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.acceptance.asking"])
    made = []
    for errand in errands:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=ask, args=(errand, theirs), daemon=True)
        process.start()
        theirs.close()
        made.append((process, ours))
    try:
        for _, pipe in made:
            assert pipe.poll(60)
            assert pipe.recv() == 0
        yield made
    finally:
        for process, _ in made:
            process.kill()
            process.join(10)


def test_never_more_at_once_than_one_may_and_starts_a_gap_apart_over_all_workers(url: str) -> None:
    gap, each = 0.25, 8
    with Host() as host:
        errands = [Errand(url, [f"{host.url}/{who}/{n}" for n in range(each)], 2, gap) for who in range(WORKERS)]
        with working(*errands) as workers:
            for _, pipe in workers:
                assert pipe.poll(120)
                assert pipe.recv() == each
    times = [at for at, _ in host.starts]
    assert len(times) == each * WORKERS
    assert host.most <= 2
    # What a busy machine delays one by, the next comes the sooner.
    assert times[-1] - times[0] > (len(times) - 1) * gap - 0.2
    assert sum(later - earlier < 0.5 * gap for earlier, later in pairwise(times)) <= 2
    first_half = {path.split("/")[1] for _, path in host.starts[: len(times) // 2]}
    assert len(first_half) == WORKERS, "all of them have their turns"


def test_the_place_of_a_killed_worker_comes_back_when_its_request_would_have_ended(url: str) -> None:
    with Host() as host:
        killed = Errand(url, [f"{host.url}/stuck"], 1, 0.0, timeout=1.0)
        with working(killed) as [(process, _)]:
            eventually(lambda: bool(host.starts), 60, "it has asked")
            process.kill()
            process.join(10)
        began = host.starts[0][0]
        with working(Errand(url, [f"{host.url}/page"], 1, 0.0)) as [(_, pipe)]:
            assert pipe.poll(60)
            assert pipe.recv() == 1
        host.stuck.set()
        asked = {path: at for at, path in host.starts}
        assert asked["/page"] - began > 5.0, "not while the killed one's request may be under way"
