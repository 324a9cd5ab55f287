"""The quota is shared politely: no HTTP here, and the clock is a list."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.store.rate_limit import RateLimiter, retry_after_s


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    """Return a clock at some moment."""
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> RateLimiter:
    """Return a limiter that knows nothing yet."""
    return RateLimiter(clock=clock, sleep=clock.sleep)


def told(left: float | str, *, quota: object = 150, reset_ms: object = 30_000) -> dict[str, str]:
    """Return the headers of an answer."""
    return {
        "X-Rate-Limit-Requests-Quota": str(quota),
        "X-Rate-Limit-Requests-Left": str(left),
        "X-Rate-Limit-Time-Reset-Ms": str(reset_ms),
        "X-Rate-Limit-Time-Window-Ms": "30000",
    }


def test_unknown_is_not_zero(limiter: RateLimiter, clock: Clock) -> None:
    """Answers without the headers limit nothing: plans without a limit may lack them."""
    for _ in range(1000):
        assert limiter.acquire()
        limiter.update({"Date": "today"}, 200)
    assert clock.slept == pytest.approx([])


def test_half_of_the_quota_is_left_to_others(limiter: RateLimiter, clock: Clock) -> None:
    """After 75 of 150 requests the window's end is waited for."""
    for left in range(149, 74, -1):
        assert limiter.acquire()
        limiter.update(told(left), 200)
        limiter.release()
        assert clock.slept == pytest.approx([])
    assert limiter.acquire()
    assert clock.slept == pytest.approx([30.0])


def test_what_others_used_counts(limiter: RateLimiter, clock: Clock) -> None:
    """The rest is told for the whole store, so a second process stays polite as well."""
    limiter.update(told(60, reset_ms=4_000), 200)
    assert limiter.acquire()
    assert clock.slept == pytest.approx([4.0])


def test_requests_under_way_count(limiter: RateLimiter, clock: Clock) -> None:
    """Ten free places are ten requests, though none of them is answered yet."""
    limiter.update(told(85), 200)
    for _ in range(10):
        assert limiter.acquire()
    assert clock.slept == pytest.approx([])
    assert limiter.acquire()
    assert clock.slept == pytest.approx([30.0])


def test_a_new_window_is_full_again_but_not_more(clock: Clock) -> None:
    """After the reset half of the quota may go at once, and no more until an answer tells."""
    limiter = RateLimiter(clock=clock, sleep=clock.sleep, max_wait_s=1.0)
    limiter.update(told(0, quota=20, reset_ms=1_000), 200)
    for _ in range(10):
        assert limiter.acquire()
    assert clock.slept == pytest.approx([1.0])
    assert not limiter.acquire()
    limiter.release()
    assert limiter.acquire()


def test_the_least_told_of_one_window_holds(limiter: RateLimiter, clock: Clock) -> None:
    """Answers overtake each other; an older one does not give places back."""
    limiter.update(told(75, reset_ms=10_000), 200)
    limiter.update(told(120, reset_ms=10_020), 200)
    assert limiter.acquire()
    assert clock.slept == pytest.approx([10.0])


def test_a_quota_of_one_still_lets_one_go(limiter: RateLimiter, clock: Clock) -> None:
    """Half of one is none; the store must stay reachable."""
    limiter.update(told(1, quota=1), 200)
    assert limiter.acquire()
    assert clock.slept == pytest.approx([])


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"X-Retry-After": "7", "X-Rate-Limit-Time-Reset-Ms": "3000"}, 7.0),
        ({"x-retry-after": "2", "x-rate-limit-time-reset-ms": "9500"}, 9.5),
        ({"X-RETRY-AFTER": "4"}, 4.0),
        ({"Retry-After": "5"}, 5.0),
    ],
)
def test_a_429_closes_the_store_for_the_longer_of_both_waits(
    limiter: RateLimiter, clock: Clock, headers: dict[str, str], wait: float
) -> None:
    """Header names come in any case."""
    limiter.update(headers, 429)
    assert limiter.acquire()
    assert clock.slept == pytest.approx([wait])


def test_the_same_headers_close_nothing_on_another_status(
    limiter: RateLimiter, clock: Clock
) -> None:
    """Time-Reset-Ms stands on every answer."""
    limiter.update({"X-Rate-Limit-Time-Reset-Ms": "9500"}, 200)
    assert limiter.acquire()
    assert clock.slept == pytest.approx([])


def test_a_wait_beyond_the_bound_is_refused_at_once(clock: Clock) -> None:
    """Nobody hangs: the caller gets `busy`, and nothing was slept."""
    limiter = RateLimiter(clock=clock, sleep=clock.sleep, max_wait_s=60)
    limiter.update({"X-Retry-After": "61"}, 429)
    assert not limiter.acquire()
    assert clock.slept == pytest.approx([])
    limiter.update({"X-Retry-After": "1e400"}, 429)
    clock.now += 61
    assert limiter.acquire()


def test_the_bound_is_on_all_waits_together(clock: Clock) -> None:
    """A store that closes again and again is given up."""
    limiter = RateLimiter(clock=clock, max_wait_s=60)
    limiter._sleep = lambda seconds: (
        clock.sleep(seconds),
        limiter.update({"X-Retry-After": "25"}, 429),
    )
    limiter.update({"X-Retry-After": "25"}, 429)
    assert not limiter.acquire()
    assert clock.slept == pytest.approx([25.0, 25.0])


def test_a_sleep_that_is_patched_away_counts_as_slept(slept: list[float]) -> None:
    """Tests replace `time.sleep`; the limiter must not spin then."""
    limiter = RateLimiter(clock=lambda: 5.0)
    limiter.update({"X-Retry-After": "7"}, 429)
    assert limiter.acquire()
    assert slept == pytest.approx([7.0])


@given(
    st.dictionaries(
        st.sampled_from([*told(1), "X-Retry-After"]),
        st.sampled_from(["", "x", "-1", "nan", "inf", "1e400", "0", "1", "30000"]) | st.text(),
    ),
    st.sampled_from([200, 429, 500]),
)
def test_no_header_breaks_the_limiter(headers: dict[str, str], status: int) -> None:
    """Whatever a proxy writes there, a request goes or is refused within the bound."""
    clock = Clock()
    limiter = RateLimiter(clock=clock, sleep=clock.sleep)
    limiter.update(headers, status)
    limiter.acquire()
    assert sum(clock.slept) <= 60
    assert all(math.isfinite(seconds) and seconds > 0 for seconds in clock.slept)


@given(st.integers(2, 200), st.integers(0, 200), st.data())
def test_never_more_than_half_of_a_window_is_used(
    quota: int, used_by_others: int, data: st.DataObject
) -> None:
    """Against a store that counts, our requests never eat into the other half."""
    clock = Clock()
    limiter = RateLimiter(clock=clock, sleep=clock.sleep, max_wait_s=math.inf)
    store = _Store(clock, quota, used_by_others)
    limiter.update(store.headers(), 200)
    under_way = 0
    for step in _steps(data):
        if step == "send":
            assert limiter.acquire()
            under_way += 1
            assert store.take() >= quota - math.ceil(quota / 2) - 1
        elif under_way:
            limiter.update(store.headers(), 200)
            limiter.release()
            under_way -= 1
        if under_way >= max(1, quota // 2):
            limiter.update(store.headers(), 200)
            for _ in range(under_way):
                limiter.release()
            under_way = 0


class _Store:
    """A store's quota as BigCommerce counts it, in windows of 30 s."""

    def __init__(self, clock: Clock, quota: int, used: int) -> None:
        self.clock, self.quota, self.left = clock, quota, max(0, quota - used)
        self.ends = clock.now + 30

    def _roll(self) -> None:
        if self.clock.now >= self.ends:
            self.left, self.ends = self.quota, self.clock.now + 30

    def take(self) -> int:
        """Take one place and return how many are left."""
        self._roll()
        self.left -= 1
        return self.left

    def headers(self) -> dict[str, str]:
        self._roll()
        return told(
            self.left, quota=self.quota, reset_ms=round((self.ends - self.clock.now) * 1000)
        )


def _steps(data: st.DataObject) -> Iterator[str]:
    yield from data.draw(st.lists(st.sampled_from(["send", "send", "answer"]), max_size=120))


def test_threads_do_not_overdraw() -> None:
    """Sixteen threads at once get exactly the places there are."""
    gone: list[bool] = []
    limiter = RateLimiter(clock=lambda: 1.0, sleep=lambda _: None, max_wait_s=0)
    limiter.update(told(83), 200)
    threads = [threading.Thread(target=lambda: gone.append(limiter.acquire())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(gone) == [False] * 8 + [True] * 8


def test_a_429_without_headers_tells_no_wait() -> None:
    """It means that the platform is overloaded, not that a quota is used up."""
    assert retry_after_s({}) is None
    assert retry_after_s({"X-Retry-After": "soon"}) is None
