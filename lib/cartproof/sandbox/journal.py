"""What was asked of the stores, and how much of it at the same time."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Seen = dict[str, Any]


def family_of(path: str) -> str:
    """Return the resource family of a path below the store: `/v3/catalog/products` → catalog."""
    parts = path.split("/")
    return parts[2] if len(parts) > 2 else ""


class Journal:
    """The requests in the order they came; never a token, never a body."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: list[Seen] = []
        self._now: Counter[tuple[str, str]] = Counter()
        self._most: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def request(self, store_hash: str, method: str, path: str, query: str) -> Iterator[Seen]:
        """Note a request; the caller writes its status into what it gets."""
        seen: Seen = {
            "store_hash": store_hash,
            "method": method,
            "path": path,
            "query": query,
            "status": None,
        }
        keys = [("", ""), (store_hash, ""), (store_hash, family_of(path))]
        with self._lock:
            self._seen.append(seen)
            for key in keys:
                self._now[key] += 1
                self._most[key] = max(self._most[key], self._now[key])
        try:
            yield seen
        finally:
            with self._lock:
                for key in keys:
                    self._now[key] -= 1

    def listed(self, store_hash: str | None = None) -> list[Seen]:
        """Return the requests of one store, or all."""
        with self._lock:
            return [dict(s) for s in self._seen if store_hash in (None, s["store_hash"])]

    def stats(self, store_hash: str | None = None) -> dict[str, Any]:
        """Return numbers: requests by status, and the most that ran at the same time."""
        seen = self.listed(store_hash)
        with self._lock:
            families: dict[str, int] = {}
            for (store, family), most in self._most.items():
                if family and store_hash in (None, store):
                    families[family] = max(families.get(family, 0), most)
            overall = self._most[(store_hash or "", "")]
        return {
            "requests": len(seen),
            "by_status": dict(Counter(str(s["status"]) for s in seen)),
            "max_concurrency": overall,
            "max_concurrency_by_family": families,
        }

    def clear(self, store_hash: str | None = None) -> None:
        """Forget the requests of one store, or all, and the numbers with them."""
        with self._lock:
            if store_hash is None:
                self._seen.clear()
                self._most.clear()
                return
            self._seen = [s for s in self._seen if s["store_hash"] != store_hash]
            for key in [key for key in self._most if key[0] == store_hash]:
                del self._most[key]
