"""Send the probes: families side by side, one request at a time to each, and stop when told."""

from __future__ import annotations

import functools
import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from cartproof.scopes.classify import AnswerClass, classify, is_bare_404
from cartproof.scopes.probes import HOOKS_PATH, PROBES, never_reason, probes_of
from cartproof.scopes.reading import is_modify_telling
from cartproof.scopes.row_result import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cartproof.scopes.probe import Probe
    from cartproof.store.evidence import Evidence, Exchange, StoreApi

MOST_AT_ONCE = 8
_STOPPING = (AnswerClass.AUTH, AnswerClass.ALARM)
_WORTH_A_FALLBACK = (
    AnswerClass.ROUTE_MISSING,
    AnswerClass.FORBIDDEN_OTHER,
    AnswerClass.UNCLEAR,
)


@functools.cache
def families() -> tuple[tuple[str, ...], ...]:
    """Return the rows of each resource family in the screen's order, the longest chain first."""
    mains = [probe for probe in PROBES if not probe.is_fallback]
    names = dict.fromkeys(probe.family for probe in mains)
    chains = [[probe for probe in mains if probe.family == name] for name in names]
    chains.sort(key=len, reverse=True)
    return tuple(tuple(dict.fromkeys(probe.row for probe in chain)) for chain in chains)


class Prober:
    """The state of one x-ray while it runs: answers so far, and whether to go on.

    Attributes:
        hooks: The answer to the webhooks request, None until it came.
        stopped_by: The answer that ended it early, 401 or an alarm; None while all is well.
    """

    def __init__(
        self,
        store: StoreApi,
        *,
        ends_at: float,
        clock: Callable[[], float] = time.monotonic,
        unsigned: Callable[[str, str], Exchange] | None = None,
    ) -> None:
        """Make a prober; nothing is sent yet.

        Args:
            store: The store to ask.
            ends_at: By the clock, when no further request is sent.
            clock: Seconds from any start, never going back.
            unsigned: Sends method and path without a token, to see whether a route exists.
        """
        self.hooks: Exchange | None = None
        self.stopped_by: Answer | None = None
        self._store = store
        self._ends_at = ends_at
        self._clock = clock
        self._unsigned = unsigned
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._answers: dict[str, list[Answer]] = {}
        self._extra: list[Evidence] = []

    def run(self, *, workers: int, on_family: Callable[[Sequence[str]], object]) -> None:
        """Probe all families, at most `workers` at once; return when done, stopped or late.

        Args:
            workers: Requests under way at once, at most 8 whatever is asked for.
            on_family: Told the rows of each family as it ends, in the caller's thread.
        """
        pool = ThreadPoolExecutor(max(1, min(workers, MOST_AT_ONCE)), thread_name_prefix="probe")
        try:
            jobs = {pool.submit(self._probe_family, rows): rows for rows in families()}
            jobs[pool.submit(self._ask_hooks)] = ()
            for job in as_completed(jobs, timeout=max(0.0, self._ends_at - self._clock())):
                job.result()
                on_family(jobs[job])
        except TimeoutError:
            pass
        finally:
            self._closed.set()
            pool.shutdown(wait=False, cancel_futures=True)

    @property
    def answers(self) -> Mapping[str, Sequence[Answer]]:
        """Return the answers so far by row, as they stand now."""
        with self._lock:
            return {row: tuple(answers) for row, answers in self._answers.items()}

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Return the evidence of every request so far."""
        with self._lock:
            probed = [
                answer.exchange.evidence for answer in itertools.chain(*self._answers.values())
            ]
            return (*probed, *self._extra)

    def _probe_family(self, rows: Sequence[str]) -> None:
        for row in rows:
            self._probe_level(row, reads=True)
            if is_modify_telling(row, self.answers):
                self._probe_level(row, reads=False)

    def _probe_level(self, row: str, *, reads: bool) -> None:
        for probe in probes_of(row, reads=reads):
            answer = self._ask(probe)
            if answer is None or answer.kind not in _WORTH_A_FALLBACK:
                return

    def _is_over(self) -> bool:
        return self._closed.is_set() or self._clock() >= self._ends_at

    def _ask(self, probe: Probe) -> Answer | None:
        """Send one probe and keep its answer; None when the x-ray is over."""
        if self._is_over() or never_reason(probe.method, probe.path):
            return None
        exchange = self._store.exchange(
            probe.method, probe.path, params=probe.params or None, body=probe.body
        )
        kind = classify(probe, exchange, is_route_known=self._is_route_known(probe, exchange))
        answer = Answer(probe, kind, exchange)
        with self._lock:
            self._answers.setdefault(probe.row, []).append(answer)
            if kind in _STOPPING and (self.stopped_by is None or kind is AnswerClass.ALARM):
                self.stopped_by = answer
                self._closed.set()
        return answer

    def _is_route_known(self, probe: Probe, exchange: Exchange) -> bool:
        """Ask the same route without a token, where a 404 without a body needs it."""
        is_needed = probe.is_bare_404_known and is_bare_404(exchange)
        if self._unsigned is None or not is_needed or self._is_over():
            return False
        unsigned = self._unsigned(probe.method, probe.path)
        with self._lock:
            self._extra.append(unsigned.evidence)
        return unsigned.status == 401

    def _ask_hooks(self) -> None:
        if self._is_over():
            return
        exchange = self._store.exchange("GET", HOOKS_PATH, params={"limit": "1"})
        with self._lock:
            self._extra.append(exchange.evidence)
            self.hooks = exchange
