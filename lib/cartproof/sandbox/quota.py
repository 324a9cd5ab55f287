"""The request quota of a store: fixed windows of 30 seconds (FACTS.md c.2)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_S = 30
PLANS: dict[str, int | None] = {
    "standard": 150,
    "plus": 150,
    "pro": 450,
    "enterprise": 1000,
    "unlimited": None,
}
"""Requests per window; Enterprise is by contract (1000 is our choice), None sends no headers."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Whether a request fits the quota, and the headers that say so."""

    is_allowed: bool
    headers: dict[str, str]


class Quotas:
    """Count the requests of each store; all its accounts share one quota."""

    def __init__(self, plan: str, clock: Callable[[], float]) -> None:
        self._quota = PLANS[plan]
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def spend(self, store_hash: str) -> Grant:
        """Take one request from a store's quota."""
        if self._quota is None:
            return Grant(is_allowed=True, headers={})
        now = self._clock()
        with self._lock:
            start, used = self._windows.get(store_hash, (now, 0))
            if now - start >= WINDOW_S:
                start, used = now, 0
            is_allowed = used < self._quota
            used += is_allowed
            self._windows[store_hash] = (start, used)
        reset_s = WINDOW_S - (now - start)
        headers = _headers(self._quota, self._quota - used, reset_s)
        if not is_allowed:
            headers["X-Retry-After"] = str(max(1, -int(-reset_s // 1)))
        return Grant(is_allowed=is_allowed, headers=headers)

    def clear(self) -> None:
        """Start every store's window anew."""
        with self._lock:
            self._windows.clear()


def _headers(quota: int, left: int, reset_s: float) -> dict[str, str]:
    return {
        "X-Rate-Limit-Requests-Quota": str(quota),
        "X-Rate-Limit-Requests-Left": str(left),
        "X-Rate-Limit-Time-Window-Ms": str(WINDOW_S * 1000),
        "X-Rate-Limit-Time-Reset-Ms": str(int(reset_s * 1000)),
    }
