"""What a check is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cartproof.findings import Finding

if TYPE_CHECKING:
    from cartproof.runbook.model import Runbook
    from cartproof.store.credentials import Credentials
    from cartproof.store.evidence import StoreApi


@dataclass(frozen=True, slots=True)
class CheckContext:
    """All that a check may look at.

    Attributes:
        parameters: The run's parameters, typed as the runbook declares them.
        options: The step's own settings, from `options:` in the runbook.
        answer: The step's entry of the answers file, empty when there is none.
        facts: What earlier checks of this run learned, by name; a check may add to it.
    """

    runbook: Runbook
    store: StoreApi
    credentials: Credentials
    parameters: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


Check = Callable[[CheckContext], Iterator[Finding]]
