"""A request carried through: quota, attempts, pauses, and what all of that took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartproof import __version__
from cartproof.store import deadline
from cartproof.store.answers import QUOTA_USED_UP
from cartproof.store.retry import attempts_of
from cartproof.store.transport import Answer, TokenAuth, open_session, send_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cartproof.secrets import Secret
    from cartproof.store.api_path import StoreAddress
    from cartproof.store.rate_limit import RateLimiter


@dataclass(slots=True)
class Sent:
    """One request so far: its last answer, how often it went out, when, and for how long."""

    method: str
    url: str
    body: bytes | None
    is_signed: bool
    answer: Answer | None = None
    attempts: int = 0
    ms: int = 0
    at: str = ""


class Sender:
    """Send requests to one store."""

    def __init__(
        self,
        address: StoreAddress,
        token: Secret,
        *,
        limiter: RateLimiter,
        timeout_s: tuple[float, float],
        attempts: int,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        """Open the connections' pool; the arguments are those of `StoreClient`."""
        self._signed = TokenAuth(address.origin, token)
        self._unsigned = TokenAuth(address.origin, None)
        self._limiter = limiter
        self._timeout_s = timeout_s
        self._attempts = attempts
        self._sleep, self._clock, self._now = sleep, clock, now
        self._session = open_session(
            user_agent=f"cartproof/{__version__}", is_loopback=address.is_sandbox
        )

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def send(self, method: str, url: str, body: bytes | None, *, is_signed: bool) -> Sent:
        """Send a request until an answer stands or the attempts are used up."""
        sent = Sent(method, url, body, is_signed)
        loop = attempts_of(method, attempts=self._attempts, sleep=self._sleep)
        sent.answer = loop(self._attempt, sent)
        return sent

    def _attempt(self, sent: Sent) -> Answer:
        """Send once, when the quota allows; when it does not, the answer before stands."""
        if not self._limiter.acquire():
            return sent.answer or Answer(failure=f"{QUOTA_USED_UP}; it was not sent")
        try:
            started = self._clock()
            sent.at = self._now().isoformat(timespec="milliseconds")
            sent.attempts += 1
            sent.answer = self._once(sent)
            sent.ms = round((self._clock() - started) * 1000)
            if sent.answer.status is not None:
                self._limiter.update(sent.answer.headers, sent.answer.status)
            return sent.answer
        finally:
            self._limiter.release()

    def _once(self, sent: Sent) -> Answer:
        return send_once(
            self._session,
            sent.method,
            sent.url,
            auth=self._signed if sent.is_signed else self._unsigned,
            body=sent.body,
            timeout_s=self._timeout_s,
            deadline_s=deadline.ANSWER_DEADLINE_S,
            clock=self._clock,
        )
