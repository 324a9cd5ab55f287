"""Ctrl-C: the first lets what is under way come to its end, the second ends it at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """How often a person, or the system, asked for an end."""

    def __init__(self) -> None:
        self._count = 0

    @property
    def asked(self) -> bool:
        """Tell whether an end is wanted."""
        return self._count > 0

    @property
    def at_once(self) -> bool:
        """Tell whether it is wanted at once."""
        return self._count > 1

    def ask(self, *_: object) -> None:
        """Ask for an end; asking again wants it at once."""
        self._count += 1

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Answer SIGINT and SIGTERM in the block, which the main thread runs."""
        before = [(number, signal.signal(number, self.ask)) for number in _SIGNALS]
        try:
            yield
        finally:
            for number, handler in before:
                signal.signal(number, handler)
