"""What a child leaves for its parent while it runs: a tape of records, and when its cell began."""

from __future__ import annotations

import mmap
import os
import struct
import time
from dataclasses import dataclass

_MARK = struct.Struct("qd")


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


@dataclass(frozen=True, slots=True)
class Mark:
    """Which cell runs, and since when by the monotonic clock; -1 for none."""

    cell: int
    since: float


class Clock:
    """Memory shared with the child, in which it marks each cell's beginning; costs no call."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _MARK.size)
        self.mark(-1)

    def mark(self, cell: int) -> None:
        """Say that a cell begins now, -1 that none runs."""
        _MARK.pack_into(self._memory, 0, cell, time.monotonic())

    def read(self) -> Mark:
        """Return the last mark."""
        cell, since = _MARK.unpack_from(self._memory, 0)
        return Mark(cell, since)

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()
