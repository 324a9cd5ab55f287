"""The store's request quota, shared politely with the merchant's other apps.

BigCommerce counts per store over all apps in windows of 30 s and tells the rest on every answer
(FACTS c.2), so two processes that both leave half of it stay polite without knowing each other.
"""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

QUOTA = "x-rate-limit-requests-quota"
LEFT = "x-rate-limit-requests-left"
RESET_MS = "x-rate-limit-time-reset-ms"
RETRY_AFTER_S = ("x-retry-after", "retry-after")
_SAME_WINDOW_S = 1.0
_SHORTEST_WAIT_S = 0.05
_ROUNDING_S = 1e-6


def sleep_for(seconds: float) -> None:
    """Sleep; `time.sleep` is looked up at each call, so that a test can replace it."""
    time.sleep(seconds)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return how long a 429 asks to wait: the longer of its two headers; None when it has none."""
    lower = _lower(headers)
    reset_ms = _number(lower.get(RESET_MS))
    waits = [_number(lower.get(name)) for name in RETRY_AFTER_S]
    waits.append(None if reset_ms is None else reset_ms / 1000)
    return max((wait for wait in waits if wait is not None), default=None)


class RateLimiter:
    """Say when the next request may go, from what the answers' headers told so far.

    While nothing is told (first request, plans without a limit) nothing is limited. Else a request
    goes only while it leaves half of the quota untouched, requests under way counted; when it
    would not, the window's end is waited for.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = sleep_for,
        max_wait_s: float = 60.0,
    ) -> None:
        """Make a limiter for one store.

        Args:
            clock: Seconds from any start, never going back.
            sleep: Waits the given seconds.
            max_wait_s: The longest that one `acquire` may wait in all.
        """
        self._clock = clock
        self._sleep = sleep
        self._max_wait_s = max_wait_s
        self._lock = threading.Lock()
        self._quota: float | None = None
        self._left = 0.0
        self._window_ends = -math.inf
        self._closed_until = -math.inf
        self._in_flight = 0

    def acquire(self) -> bool:
        """Wait until a request may go, and count it as under way; `release` ends that.

        Returns:
            False, at once, when that would take longer than `max_wait_s` in all.
        """
        now, waited = self._clock(), 0.0
        while True:
            with self._lock:
                wait = self._wait_s(now)
                if wait <= 0:
                    self._in_flight += 1
                    return True
            if waited + wait > self._max_wait_s:
                return False
            self._sleep(wait)
            waited += wait
            now = max(self._clock(), now + wait)

    def release(self) -> None:
        """Count a request as done, answered or not; call after `update`."""
        with self._lock:
            self._in_flight = max(0, self._in_flight - 1)

    def update(self, headers: Mapping[str, str], status: int) -> None:
        """Learn from an answer's headers; their names may come in any case, or not at all."""
        lower, now = _lower(headers), self._clock()
        with self._lock:
            self._learn_window(lower, now)
            if status == 429:
                wait = retry_after_s(lower)
                self._closed_until = max(self._closed_until, now + (wait or 0.0))

    def _learn_window(self, headers: Mapping[str, str], now: float) -> None:
        quota, left = _number(headers.get(QUOTA)), _number(headers.get(LEFT))
        reset_ms = _number(headers.get(RESET_MS))
        if quota is None or left is None or reset_ms is None or quota < 1:
            return
        ends = now + reset_ms / 1000
        if self._quota == quota and now < self._window_ends >= ends - _SAME_WINDOW_S:
            # Answers overtake each other: of one window, the least that was told holds.
            left, ends = min(self._left, left), min(self._window_ends, ends)
        self._quota, self._left, self._window_ends = quota, left, ends

    def _wait_s(self, now: float) -> float:
        """Return the seconds to wait from now, 0 when a request may go."""
        if self._closed_until - now > _ROUNDING_S:
            return max(self._closed_until - now, _SHORTEST_WAIT_S)
        if self._quota is None:
            return 0.0
        left = self._left if self._window_ends - now > _ROUNDING_S else self._quota
        kept = min(math.ceil(self._quota / 2), self._quota - 1)
        if left - self._in_flight > kept:
            return 0.0
        return max(self._window_ends - now, _SHORTEST_WAIT_S)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _number(text: str | None) -> float | None:
    """Return a header's number; None when it is missing, no number, negative or not finite."""
    try:
        number = float(text) if text is not None else -1.0
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
