"""What changed for a customer since the run before: two records, compared in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cartproof.audit.snapshot import ABSENT, TEST_ORDER, Snapshot, StepSeen, snapshot_of

MOST = 300
"""Changes that are kept; more of them are counted."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    Attributes:
        about: `run`, `store`, `runbook`, `scope`, `step`, `order`, `setting`, `credentials`.
        what: What it is about, in the words of the report.
        before: How it was; `–` for what was not there.
        now: How it is.
        is_internal: Whether it is told to the customer's own side only.
    """

    about: str
    what: str
    before: str
    now: str
    is_internal: bool = False

    def __str__(self) -> str:
        """Return it as a sentence."""
        return f"{self.what}: {self.before} before, {self.now} now."


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since the run before.

    Attributes:
        run_id: The run before; empty when this is the first.
        filed_at: When it was filed, ISO 8601, UTC.
        left_out: How many more there are than are kept.
    """

    run_id: str = ""
    filed_at: str = ""
    entries: tuple[Change, ...] = ()
    left_out: int = 0

    @property
    def is_first(self) -> bool:
        """Tell whether there is no run before."""
        return not self.run_id

    def sentences(self) -> tuple[str, ...]:
        """Return each change as a sentence."""
        return tuple(map(str, self.entries))


def changes_since(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Changes:
    """Compare a run with the one before.

    Args:
        before: What the record of the run before tells; None for a first run.
        now: What `record.run_facts` tells of this one.
    """
    if before is None:
        return Changes()
    then, new = snapshot_of(before), snapshot_of(now)
    found = [change for compare in _COMPARISONS for change in compare(then, new)]
    left_out = max(len(found) - MOST, 0)
    return Changes(then.run_id or "unknown", then.filed_at, tuple(found[:MOST]), left_out)


def _run(then: Snapshot, now: Snapshot) -> Iterator[Change]:
    if then.verdict != now.verdict:
        yield Change("run", "The run", then.verdict, now.verdict)
    if then.store != now.store:
        yield Change("store", "The store that was asked", then.store, now.store)


def _runbook(then: Snapshot, now: Snapshot) -> Iterator[Change]:
    if ABSENT not in {then.runbook_sha256, now.runbook_sha256} and (
        then.runbook_sha256 != now.runbook_sha256
    ):
        yield Change(
            "runbook",
            "Version of the runbook",
            then.runbook_sha256[:12],
            now.runbook_sha256[:12],
            is_internal=True,
        )
    if then.version != now.version:
        yield Change("runbook", "Version of cartproof", then.version, now.version, is_internal=True)


def _scopes(then: Snapshot, now: Snapshot) -> Iterator[Change]:
    for row, before, new in _pairs(then.found, now.found):
        yield Change("scope", f"Scope {row}", before, new)
    for row, before, new in _pairs(then.wanted, now.wanted):
        yield Change("scope", f"Scope {row}, as wanted", before, new)


def _steps(then: Snapshot, now: Snapshot) -> Iterator[Change]:
    for step_id in {**now.steps, **then.steps}:
        yield from _step(then.steps.get(step_id), now.steps.get(step_id))


def _step(then: StepSeen | None, now: StepSeen | None) -> Iterator[Change]:
    seen = now or then
    title = f"“{seen.title}”" if seen else ""
    if then is None or now is None:
        before, new = (ABSENT, now.verdict) if now else (then.verdict if then else "", ABSENT)
        yield Change("step", title, before, new)
    elif then.verdict != now.verdict:
        yield Change("step", title, then.verdict, now.verdict)
    elif then.trouble != now.trouble:
        is_internal = then.is_internal or now.is_internal
        yield Change("step", title, _first(then.trouble), _first(now.trouble), is_internal)
    elif then.who != now.who:
        yield Change("step", f"{title}, on whose word", then.who or ABSENT, now.who or ABSENT)


def _first(trouble: tuple[str, ...]) -> str:
    more = f" and {len(trouble) - 1} more" if trouble[1:] else ""
    return f"{trouble[0]}{more}" if trouble else ABSENT


def _order(then: Snapshot, now: Snapshot) -> Iterator[Change]:
    is_on_both_sides = bool(then.order and now.order)
    is_made_anew = is_on_both_sides and then.creates_orders and now.creates_orders
    for what, before, new in _pairs(then.order, now.order):
        if not is_made_anew if what == TEST_ORDER else is_on_both_sides:
            yield Change("order", what, before, new)


def _settings(then: Snapshot, now: Snapshot) -> Iterator[Change]:
    for name, before, new in _pairs(then.settings, now.settings):
        yield Change("setting", f"Setting {name}", before, new, is_internal=True)


def _credentials(then: Snapshot, now: Snapshot) -> Iterator[Change]:
    if then.fingerprints and now.fingerprints and then.key_id != now.key_id:
        yield Change(
            "credentials",
            "The key of the fingerprints, so whether the credentials are the same is not known",
            then.key_id or ABSENT,
            now.key_id or ABSENT,
            is_internal=True,
        )
        return
    for label, before, new in _pairs(then.fingerprints, now.fingerprints):
        yield Change("credentials", f"Credentials, {label}", before, new)


def _pairs(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield what differs, in the order of this run; what is gone comes last."""
    for name in {**now, **then}:
        before, new = then.get(name, ABSENT), now.get(name, ABSENT)
        if before != new:
            yield name, before, new


_COMPARISONS: tuple[Callable[[Snapshot, Snapshot], Iterator[Change]], ...] = (
    _run,
    _scopes,
    _order,
    _credentials,
    _steps,
    _settings,
    _runbook,
)
