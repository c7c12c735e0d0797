"""Trials of an edit that is not saved yet, each in a process of its own; what came of them is kept for a while."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.editing import File
from monitor.errors import MonitorError

EXAMPLES, BACKTEST = "examples", "backtest"
SECONDS = {EXAMPLES: 30, BACKTEST: 60}
MOST_ARTICLES = 2_000
_AT_ONCE, _KEPT = 2, 20
_STARTS_WITHIN = 30  # seconds
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "PYTHONHOME", "LD_LIBRARY_PATH", "XDG_CACHE_HOME")  # no secrets


class BusyError(MonitorError):
    """Others are trying something."""

    permanent = False


@dataclass
class Trial:
    """`result` is None while it goes on; `failure` says why there will be none."""

    id: str
    kind: str
    file: File
    done: int = 0
    of: int = 0
    result: dict[str, Any] | None = None
    failure: str = ""
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def ended(self) -> bool:
        return self.result is not None or bool(self.failure)


class Trials:
    """`database` is the URL of the store, `cache` the folder of the dictionaries. Safe to share between threads."""

    def __init__(self, watchlists: Path, seeds: Path, database: str, cache: Path | None = None):
        self._fixed = {
            "watchlists": str(watchlists),
            "seeds": str(seeds),
            "database": database,
            "cache": str(cache) if cache else "",
        }
        self._trials: dict[str, Trial] = {}
        self._lock = threading.Lock()

    def begin(self, kind: str, file: File, text: str, now: datetime, days: int = 0) -> Trial:
        """Raises BusyError."""
        job = {
            **self._fixed,
            "kind": kind,
            "file": file.path.as_posix(),
            "text": text.replace("\r\n", "\n"),
            "now": now.isoformat(),
            "days": days,
            "most": MOST_ARTICLES,
            "seconds": SECONDS[kind],
        }
        trial = Trial(secrets.token_urlsafe(12), kind, file)
        with self._lock:
            if sum(not one.ended for one in self._trials.values()) >= _AT_ONCE:
                raise BusyError("others are trying something at the moment")
            while len(self._trials) >= _KEPT:
                self._trials.pop(next(key for key, one in self._trials.items() if one.ended))
            self._trials[trial.id] = trial
        threading.Thread(target=self._run, args=(trial, job), name=f"trial-{kind}", daemon=True).start()
        return trial

    def get(self, trial_id: str) -> Trial | None:
        return self._trials.get(trial_id)

    def close(self) -> None:
        """End those under way."""
        for trial in list(self._trials.values()):
            if trial.process is not None and not trial.ended:
                trial.process.kill()

    def _run(self, trial: Trial, job: dict[str, Any]) -> None:
        try:
            self._follow(trial, job)
        except OSError as error:
            trial.failure = f"the trial could not be made: {error.strerror or error}"
        if not trial.ended:
            trial.failure = "the trial took too long, or broke off"

    def _follow(self, trial: Trial, job: dict[str, Any]) -> None:
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path or os.getcwd() for path in sys.path)  # noqa: PTH109
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "monitor.editing.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment,
        )
        trial.process = process
        late = threading.Timer(job["seconds"] + _STARTS_WITHIN, process.kill)
        late.start()
        try:
            with process:
                assert process.stdin is not None
                assert process.stdout is not None
                with process.stdin as stdin:
                    json.dump(job, stdin)
                for line in process.stdout:
                    _take(trial, json.loads(line))
        finally:
            late.cancel()


def _take(trial: Trial, told: dict[str, Any]) -> None:
    if "result" in told:
        trial.result = told["result"]
    elif "failure" in told:
        trial.failure = str(told["failure"])
    else:
        trial.done, trial.of = int(told["done"]), int(told["of"])
