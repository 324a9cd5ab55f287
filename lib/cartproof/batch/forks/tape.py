"""What a child leaves for its parent while it runs: a tape of records, and when its cell began."""

from __future__ import annotations

import mmap
import os
import time


class Tape:
    """Bytes in memory that outlive the child which appends them."""

    def __init__(self, name: str = "tape") -> None:
        self._file = os.memfd_create(name, os.MFD_CLOEXEC)

    def append(self, content: bytes) -> None:
        """Append bytes; what is appended survives a kill."""
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._file, rest) :]

    def read(self) -> bytes:
        """Return all bytes."""
        return os.pread(self._file, os.fstat(self._file).st_size, 0)

    def close(self) -> None:
        """Give the memory back, when all processes have done so."""
        os.close(self._file)


class Clock:
    """Memory shared with the child, in which it marks each cell's beginning; costs no call.

    One number alone is there, which is written and read at one stroke: of two, the parent might
    see one new and one old.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 8)
        self._since = memoryview(self._memory).cast("d")

    def mark(self, cell: int) -> None:
        """Say that a cell begins now, -1 that none runs."""
        self._since[0] = time.monotonic() if cell >= 0 else 0.0

    def read(self) -> float | None:
        """Return since when a cell runs, by the monotonic clock; None when none does."""
        return self._since[0] or None

    def close(self) -> None:
        """Give the memory back."""
        self._since.release()
        self._memory.close()
