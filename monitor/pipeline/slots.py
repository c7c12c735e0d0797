"""A bounded number of jobs at a time, and few of them for one group, so that no group starves the others."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

R = TypeVar("R")

_ASK_AGAIN = 4  # times for the jobs of one offer, while all that is left of it waits for its groups


@dataclass(frozen=True, slots=True)
class Job(Generic[R]):
    """`key` names it: no two of one key run at once. `group` is what it has to share, a host for instance."""

    key: Hashable
    group: str
    work: Callable[[], Coroutine[Any, Any, R]]


class Slots(Generic[R]):
    """At most `size` jobs under way, `per_group` of one group."""

    def __init__(self, size: int, per_group: int):
        self.size, self.per_group = size, per_group
        self.broken = 0  # jobs that ended in an exception
        self._tasks: dict[asyncio.Task[R], Job[R]] = {}
        self._busy: Counter[str] = Counter()  # of each group, how many are under way
        self._stopped = False

    async def run(self, offers: Callable[[], Awaitable[Sequence[Job[R]]]], patience: float | None) -> list[R]:
        """Begin what is offered as places allow, and return what has ended.

        Goes on until nothing is under way or offered that was not begun in this call, at most for
        `patience` seconds. What is under way then stays so; the next call returns its result.
        """
        loop = asyncio.get_running_loop()
        deadline = None if patience is None else loop.time() + patience
        begun = {job.key for job in self._tasks.values()}
        ended: list[R] = []
        waiting: list[Job[R]] = []
        ask_at = 0  # how many have to have ended
        in_vain = False  # there was nothing to begin: not asked again before what is under way has ended
        while not self._stopped:
            stuck = len(self._tasks) < self.size and not any(self._has_room(job.group) for job in waiting)
            if stuck and not (in_vain and self._tasks) and (not waiting or len(ended) >= ask_at):
                waiting = [job for job in await offers() if job.key not in begun]
                in_vain = not waiting
                # While all of them wait for their groups, others may come; but not after every single job.
                ask_at = len(ended) + len(waiting) // _ASK_AGAIN
            waiting = self._begin(waiting, begun)
            if not self._tasks:
                break
            left = None if deadline is None else max(0.0, deadline - loop.time())
            await asyncio.wait(self._tasks, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            ended += self._collect()
            if left == 0:
                break
        return ended

    async def stop(self) -> None:
        """Cancel what is under way and begin nothing any more."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, jobs: Sequence[Job[R]], begun: set[Hashable]) -> list[Job[R]]:
        """Begin those that have room, and note their keys; the others."""
        left: list[Job[R]] = []
        for place, job in enumerate(jobs):
            if len(self._tasks) >= self.size or self._stopped:
                return [*left, *jobs[place:]]
            if self._has_room(job.group):
                self._tasks[asyncio.create_task(job.work())] = job
                self._busy[job.group] += 1
                begun.add(job.key)
            else:
                left.append(job)
        return left

    def _has_room(self, group: str) -> bool:
        return len(self._tasks) < self.size and self._busy[group] < self.per_group

    def _collect(self) -> list[R]:
        """The catch-all of every job: one that breaks is counted and told, and stops no other."""
        ended = []
        for task in [task for task in self._tasks if task.done()]:
            job = self._tasks.pop(task)
            self._busy[job.group] -= 1
            if not self._busy[job.group]:
                del self._busy[job.group]
            if task.cancelled():
                continue
            if error := task.exception():
                self.broken += 1
                log.error("job broke", job=str(job.key), exc_info=error)
            else:
                ended.append(task.result())
        return ended
