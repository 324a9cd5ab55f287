"""What does not fit: one thing that `audit verify` names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that does not fit.

    Attributes:
        kind: `altered`, `deleted`, `broken chain`, `signature`, `swapped`, `truncated`,
            `missing`, `extra`, `unlisted`, `damaged` or `lost`.
        told: What, in one sentence.
        entry: Number of the entry it is about; None for the ledger, or for what is in none.
        run: The run's id, or the folder.
    """

    kind: str
    told: str
    entry: int | None = None
    run: str = ""

    def __str__(self) -> str:
        """Return it as one line."""
        where = f"entry {self.entry}" if self.entry is not None else ""
        place = ", ".join(filter(None, (where, self.run))) or "ledger"
        return f"{self.kind}: {place}: {self.told}"
