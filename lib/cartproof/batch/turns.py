"""Stores take turns: one run at a time asks a store, among all batches of this machine.

A store's quota is shared with the merchant's other apps. One run leaves half of it (decision 4);
two at once would wait for one another within the quota's windows, so the second waits here.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there each batch keeps to its own turns alone
    fcntl = None  # type: ignore[assignment]


class StoreTurns:
    """The turns that this batch has; each ends with `give_back`, or with the process."""

    def __init__(self, folder: Path) -> None:
        """Name the folder in which batches of this machine keep their locks."""
        self._folder = folder
        self._held: dict[str, int] = {}

    def take(self, store: str) -> bool:
        """Take a store's turn; False, at once, when another run has it."""
        if store in self._held:
            return False
        descriptor = self._locked(store)
        if descriptor is None:
            return False
        self._held[store] = descriptor
        return True

    def give_back(self, store: str) -> None:
        """End a turn."""
        descriptor = self._held.pop(store)
        if descriptor >= 0:
            os.close(descriptor)

    def _locked(self, store: str) -> int | None:
        if fcntl is None:
            return -1
        name = hashlib.sha256(store.encode()).hexdigest()[:32]
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        return descriptor
