"""What a check is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cartproof.findings import Finding

if TYPE_CHECKING:
    from cartproof.runbook.model import Runbook
    from cartproof.secrets import Secret
    from cartproof.store.credentials import Credentials
    from cartproof.store.evidence import StoreApi
    from cartproof.vendors.credentials import VendorCredentials


@dataclass(frozen=True, slots=True)
class CheckContext:
    """All that a check may look at.

    Attributes:
        parameters: The run's parameters, typed as the runbook declares them.
        options: The step's own settings, from `options:` in the runbook.
        answer: The step's entry of the answers file, empty when there is none.
        facts: What earlier checks of this run learned, by name; a check may add to it.
        vendor: The login of the vendor's own side, None where the run was given none.
        learn: Takes secrets that a check came by, so that they stand in no output.
    """

    runbook: Runbook
    store: StoreApi
    credentials: Credentials
    parameters: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    vendor: VendorCredentials | None = None
    learn: Callable[[Iterable[Secret]], None] = lambda _secrets: None


Check = Callable[[CheckContext], Iterator[Finding]]
