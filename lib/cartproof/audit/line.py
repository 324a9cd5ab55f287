"""Stand in line: one writer at a time among processes of a machine, by a lock on a file.

SQLite has no queue for its writers: each polls, ever more slowly, and under load some are never
served. Here a writer asks again every few milliseconds, so that none waits longer than its share.
The system lets go of the lock when a process ends, even by `kill -9`.
"""

from __future__ import annotations

import errno
import os
import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cartproof.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

WAIT_S = 120.0
_LONGEST_PAUSE_S = 0.01
_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


@contextmanager
def in_line(
    path: Path,
    *,
    wait_s: float = WAIT_S,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Wait for one's turn at the file `path`, and keep it until the block ends.

    Args:
        path: The lock's file; it is made if need be, and stays.
        wait_s: Seconds after which to give up.
        clock: Seconds that only grow.
        sleep: Waits for that many seconds.

    Raises:
        LedgerError: The file cannot be made, or the turn did not come in time.
    """
    descriptor = _opened(path)
    try:
        until = clock() + wait_s
        while not _is_ours(descriptor):
            if clock() >= until:
                raise LedgerError(
                    f"Another program has held {path} for {wait_s:g} s. If none is writing, one "
                    "hangs: end it, then try again."
                )
            sleep(random.uniform(_LONGEST_PAUSE_S / 10, _LONGEST_PAUSE_S))  # noqa: S311 - no secret
        yield
    finally:
        os.close(descriptor)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Mark a folder as being worked in, for as long as the block or its process lives."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_abandoned(folder: Path) -> bool:
    """Tell whether nobody works in a folder any more; where that cannot be told, it is not."""
    if fcntl is None:
        return False
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        return _is_ours(descriptor)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LedgerError(
            f"{path} cannot be opened, in which writers stand in line: {error.strerror}. "
            "Give a place that can be written to."
        ) from error


def _is_ours(descriptor: int) -> bool:
    """Take the lock if it is free; closing the descriptor lets go of it."""
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            _lock_first_byte(descriptor)
    except OSError as error:
        if error.errno not in _TAKEN:
            raise
        return False
    return True


def _lock_first_byte(descriptor: int) -> None:
    import msvcrt  # noqa: PLC0415 - Windows has this module alone

    msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
