"""What can go wrong, sorted by what the caller may do about it.

Adapters turn the exceptions of their libraries into these; nothing above an adapter
knows a library's exception. `permanent` answers the only question a caller has:
is there any point in trying again unchanged?
"""

from __future__ import annotations

from dataclasses import dataclass


class MonitorError(Exception):
    """Base of every error this project raises on purpose. `str()` is fit to show to a user."""

    permanent = True


@dataclass(frozen=True)
class Problem:
    """One mistake in one file: where it stands, what is wrong, what to do.

    `line` and `column` count from 1; 0 means that the place is not known.
    """

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class ConfigurationError(MonitorError):
    """Files or settings that a person has to mend. Carries every problem found, not only the first."""

    def __init__(self, problems: list[Problem] | tuple[Problem, ...] | str):
        if isinstance(problems, str):
            problems = [Problem("", 0, 0, problems)]
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem).removeprefix(": ") for problem in self.problems))


class FetchError(MonitorError):
    """A URL could not be read. `status` is the HTTP status where there was one.

    `retry_after` is in seconds, as the server asked for it.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
    ):
        super().__init__(message)
        self.permanent = permanent
        self.status = status
        self.retry_after = retry_after


class NotAskedError(FetchError):
    """Our own politeness kept us from asking: it says nothing about whoever was to be asked.

    `host` wants to be left alone for `retry_after` seconds, or our turn there did not come in time (None).
    """

    def __init__(self, message: str, *, host: str, retry_after: float | None = None):
        super().__init__(message, retry_after=retry_after)
        self.host = host


class UnreadableError(MonitorError):
    """Bytes that are not what they should be: a feed that is none, a page without an article."""


class HostileError(UnreadableError):
    """Bytes that exhaust whoever reads them, or would have.

    `certain` is False where a busy machine may have been the reason: another try can tell.
    """

    def __init__(self, message: str, *, certain: bool = True):
        super().__init__(message)
        self.certain = certain


class StoreError(MonitorError):
    """The database refused. Permanent when the schema is not ours, otherwise worth another try.

    `unavailable`: it would refuse anything now, whoever asks: it is full, locked, read-only or cannot be reached.
    """

    def __init__(self, message: str, *, permanent: bool = False, unavailable: bool = False):
        super().__init__(message)
        self.permanent = permanent
        self.unavailable = unavailable


class SendError(MonitorError):
    """A delivery did not succeed.

    `permanent`: the target will never take it (bad address, revoked token).
    `unknown`: it may have arrived (time-out after the request was sent).
    `retry_after` is in seconds, as the service asked for it.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        retry_after: float | None = None,
    ):
        super().__init__(message)
        self.permanent = permanent
        self.unknown = unknown
        self.retry_after = retry_after


class ArchiveError(MonitorError):
    """A backup could not be written, or a file is none that can be restored."""
