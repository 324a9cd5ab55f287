"""Which attempts are worth another, and how long to pause before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tenacity

from cartproof.store.rate_limit import retry_after_s

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartproof.store.transport import Answer

_REPEATABLE = ("GET", "HEAD", "PUT", "DELETE")
_FINAL = (501, 505, 507)
_pause = tenacity.wait_exponential_jitter(multiplier=0.25, max=4, jitter=0.25)


def attempts_of(method: str, *, attempts: int, sleep: Callable[[float], None]) -> tenacity.Retrying:
    """Return the loop for one request: it ends with the last answer, good or bad."""
    return tenacity.Retrying(
        sleep=sleep,
        stop=tenacity.stop_after_attempt(attempts),
        wait=_wait,
        retry=tenacity.retry_if_result(lambda answer: is_worth_another(method, answer)),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
    )


def is_worth_another(method: str, answer: Answer) -> bool:
    """Tell whether to send again; a POST only when it was surely not carried out (429)."""
    if answer.status == 429:
        return True
    if method not in _REPEATABLE:
        return False
    if answer.status is None:
        return answer.is_connection_lost
    return answer.status == 423 or (answer.status >= 500 and answer.status not in _FINAL)


def _wait(state: tenacity.RetryCallState) -> float:
    """Return the pause; none after a 429 that says how long, for the limiter waits that out."""
    answer: Answer | None = state.outcome.result() if state.outcome else None
    if answer is not None and answer.status == 429 and retry_after_s(answer.headers) is not None:
        return 0.0
    return _pause(state)
