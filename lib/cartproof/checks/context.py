"""What a check is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from cartproof.errors import UsageError
from cartproof.findings import Finding

if TYPE_CHECKING:
    from cartproof.runbook.model import Runbook
    from cartproof.secrets import Secret
    from cartproof.store.credentials import Credentials
    from cartproof.store.evidence import StoreApi
    from cartproof.vendors.credentials import VendorCredentials


class RunLog(Protocol):
    """What a check that changes the store needs of the run's journal."""

    def write(self, event: str, **facts: Any) -> None:
        """Append one event and wait until it is on disk."""
        ...

    def events(self) -> list[Mapping[str, Any]]:
        """Return this run's events so far, those of before a restart as well."""
        ...

    def is_running(self, run_id: str) -> bool | None:
        """Tell whether another run is still going on; None when it is not known here."""
        ...


class NoLog:
    """Stand in where there is no journal: nothing can be written, so nothing may be changed."""

    def write(self, event: str, **facts: Any) -> None:
        """Refuse.

        Raises:
            UsageError: Always.
        """
        raise UsageError("Without a journal the store is not changed. Nothing was sent.")

    def events(self) -> list[Mapping[str, Any]]:
        """Return none."""
        return []

    def is_running(self, run_id: str) -> bool | None:
        """Know of no run."""
        return None


@dataclass(frozen=True, slots=True)
class CheckContext:
    """All that a check may look at.

    Attributes:
        parameters: The run's parameters, typed as the runbook declares them.
        options: The step's own settings, from `options:` in the runbook.
        answer: The step's entry of the answers file, empty when there is none.
        facts: What earlier checks of this run learned, by name; a check may add to it.
        journal: Where a check writes, before and after, what it changes in the store.
        confirm: What a person typed to let the step change a live store; empty for nothing.
        vendor: The login of the vendor's own side, None where the run was given none.
        learn: Takes secrets that a check came by, so that they stand in no output.
        words: When a person attested or waived a step, ISO 8601 in UTC, by step id.
        is_ending: Whether the run's process ends, so that nobody can be waited for any more.
        tell: Told how far a check is: what it has just seen, how many of them, of how many.
    """

    runbook: Runbook
    store: StoreApi
    credentials: Credentials
    parameters: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    run_id: str = ""
    journal: RunLog = field(default_factory=NoLog)
    is_headless: bool = True
    confirm: str = ""
    vendor: VendorCredentials | None = None
    learn: Callable[[Iterable[Secret]], None] = lambda _secrets: None
    words: Mapping[str, str] = field(default_factory=dict)
    is_ending: bool = False
    tell: Callable[[str, int, int], None] = lambda _what, _done, _of: None


Check = Callable[[CheckContext], Iterator[Finding]]
