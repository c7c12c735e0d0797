"""A pool of worker processes that can be killed: hostile input costs a process, never the service.

The library pools will not do: a task that overruns keeps its worker for ever, and killing one
worker breaks the pool.
"""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar

from monitor.errors import HostileError, UnreadableError
from monitor.fetch.quarantine import Quarantine
from monitor.fetch.worker import HEADER

T = TypeVar("T")

_LONGEST_ANSWER = 64 * 1024 * 1024
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "PYTHONHOME", "LD_LIBRARY_PATH")  # no secrets
_RESULTS = {("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta")}


class Workers:
    """`size` processes at most, started when needed; each is replaced after `tasks_per_worker` tasks.

    `memory_mb` is the limit of a child's address space; `preload` names modules that it imports
    before its first task, so that no deadline pays for them. Documents that are in `quarantine`
    reach no process, and those that cost one are put there. Use as an async context manager, or
    call `close`.
    """

    def __init__(
        self,
        size: int = 2,
        *,
        memory_mb: int = 1024,
        tasks_per_worker: int = 1000,
        start_timeout: float = 60.0,
        preload: Sequence[str] = ("monitor.fetch.feeds", "monitor.fetch.pages"),
        quarantine: Quarantine | None = None,
    ) -> None:
        self._places = asyncio.Semaphore(size)
        self._command = [sys.executable, "-P", "-m", "monitor.fetch.worker", str(memory_mb), *preload]
        self._memory_mb = memory_mb
        self._tasks_per_worker = tasks_per_worker
        self._start_timeout = start_timeout
        self._quarantine = quarantine
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()

    async def __aenter__(self) -> Workers:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End every worker, busy ones too, and wait until they are gone."""
        self._idle.clear()
        await asyncio.gather(*(self._end(worker) for worker in list(self._all)))

    async def run(self, function: Callable[..., T], *arguments: object, timeout: float = 10.0) -> T:
        """Call an importable function in a worker; `timeout` in seconds from when it has one.

        The document is the first argument that is bytes. Raises UnreadableError when the function
        does or fails; HostileError when it does, overruns, crashes or needs too much memory.
        """
        body = next((item for item in arguments if isinstance(item, bytes)), None)
        if self._quarantine is None or body is None:
            return await self._call(function, *arguments, timeout=timeout)
        await self._quarantine.check(body)
        try:
            return await self._call(function, *arguments, timeout=timeout)
        except HostileError as error:
            await self._quarantine.caught(body, _address(arguments), error)
            raise

    async def _call(self, function: Callable[..., T], *arguments: object, timeout: float) -> T:
        task = pickle.dumps((timeout, function, arguments))
        name = getattr(function, "__name__", "task")
        async with self._places:
            worker = await self._ready()
            try:
                async with asyncio.timeout(timeout):
                    kind, value = await worker.ask(task)
            except TimeoutError:
                await self._end(worker)
                raise HostileError(f"{name} took longer than {timeout:g} s and was stopped", certain=False) from None
            except (EOFError, ConnectionError, pickle.UnpicklingError) as error:
                code = await self._end(worker, grace=1.0)
                raise HostileError(f"{name} crashed its worker process (exit {code})") from error
            except BaseException:  # cancelled: its answer must not reach the next task
                await self._end(worker)
                raise
            if kind == "memory" or worker.tasks >= self._tasks_per_worker:
                await self._end(worker)
            else:
                self._idle.append(worker)
        if kind == "ok":
            return value  # type: ignore[no-any-return]
        if kind == "memory":
            raise HostileError(f"{name} needed more than {self._memory_mb} MB")
        raise HostileError(str(value)) if kind == "hostile" else UnreadableError(str(value))

    async def _ready(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
            self._all.discard(worker)
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path or os.getcwd() for path in sys.path)  # noqa: PTH109
        worker = _Worker(
            await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment
            )
        )
        self._all.add(worker)
        try:
            async with asyncio.timeout(self._start_timeout):
                await worker.answer()
        except (TimeoutError, EOFError) as error:
            code = await self._end(worker, grace=1.0)
            raise RuntimeError(f"a worker process did not start (exit {code}); its own words are on stderr") from error
        except BaseException:
            await self._end(worker)
            raise
        return worker

    async def _end(self, worker: _Worker, grace: float = 0.0) -> int:
        """Kill and reap; shielded, because a cancelled caller must not leave a process behind."""
        self._all.discard(worker)
        return await asyncio.shield(asyncio.ensure_future(worker.kill(grace)))


def _address(arguments: Sequence[object]) -> str:
    """Where a document came from, as its reader is told."""
    return next((item for item in arguments if isinstance(item, str) and item.startswith(("http://", "https://"))), "")


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.tasks = 0

    async def ask(self, task: bytes) -> tuple[str, Any]:
        stdin = self.process.stdin
        assert stdin is not None
        self.tasks += 1
        stdin.write(HEADER.pack(len(task)) + task)
        await stdin.drain()
        return await self.answer()

    async def answer(self) -> tuple[str, Any]:
        """Raises EOFError when the process ended, UnpicklingError for an answer that is not ours."""
        stdout = self.process.stdout
        assert stdout is not None
        size = HEADER.unpack(await stdout.readexactly(HEADER.size))[0]
        if size > _LONGEST_ANSWER:
            raise pickle.UnpicklingError("answer too long")
        kind, value = _Answer(io.BytesIO(await stdout.readexactly(size))).load()
        return str(kind), value

    async def kill(self, grace: float) -> int:
        """End it after `grace` seconds if it has not ended by itself; its exit code."""
        # Signalling a process that has just died would take its exit code from the loop's watcher.
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                return await self.process.wait()
        with suppress(ProcessLookupError):
            self.process.kill()
        return await self.process.wait()


class _Answer(pickle.Unpickler):
    """A child that fell to hostile input must not take the parent with it: values only, no calls."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "monitor.core.model" or (module, name) in _RESULTS:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"unexpected {module}.{name}")
