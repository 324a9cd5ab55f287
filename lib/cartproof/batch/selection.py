"""Which rows of a batch are run: those that are open, or those that a person asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartproof.batch.state import RowState, Stage
from cartproof.errors import UsageError
from cartproof.runbook.wording import meant

if TYPE_CHECKING:
    from cartproof.batch.manifest.row import Row

VERDICTS = ("failed", "incomplete", "blocked", "verified", "not-run")
KINDS = ("tag", "customer", "runbook")
_BLOCKED = 4


@dataclass(frozen=True, slots=True)
class Selection:
    """What `--only` asks for; empty for every open row.

    Attributes:
        verdicts: What the last run came to; `blocked` waits for a person.
        wanted: By kind (`tag`, `customer`, `runbook`) the values of which a row has one.
    """

    verdicts: frozenset[str] = frozenset()
    wanted: tuple[tuple[str, frozenset[str]], ...] = ()

    @property
    def needs_last_batch(self) -> bool:
        """Tell whether it speaks of what an earlier run came to."""
        return bool(self.verdicts)

    def has(self, row: Row | RowState) -> bool:
        """Tell whether a row is of the customers, runbooks and tags asked for."""
        values = {"tag": set(row.tags), "customer": {row.customer}, "runbook": {row.runbook}}
        return all(values[kind] & wanted for kind, wanted in self.wanted)

    def again(self, row: RowState) -> bool:
        """Tell whether a settled row is to be run anew."""
        return self.has(row) and _verdict(row) in self.verdicts

    def open(self, row: RowState) -> bool:
        """Tell whether an unsettled row is to be run now."""
        if row.stage is Stage.SETTLED or not self.has(row):
            return False
        is_cut_off = row.stage is Stage.RUNNING
        return not self.verdicts or "not-run" in self.verdicts or is_cut_off


def _verdict(row: RowState) -> str:
    if row.outcome is None:
        return "not-run"
    return "blocked" if row.outcome.exit == _BLOCKED else row.outcome.verdict


def parse_only(words: Iterable[str]) -> Selection:
    """Read the words of `--only`.

    Raises:
        UsageError: A word is neither a verdict nor one of `tag:…`, `customer:…`, `runbook:…`.
    """
    verdicts: set[str] = set()
    wanted: dict[str, set[str]] = {}
    for word in words:
        kind, colon, value = word.partition(":")
        if word in VERDICTS:
            verdicts.add(word)
        elif colon and kind in KINDS and value.strip():
            wanted.setdefault(kind, set()).add(value.strip())
        else:
            known = [*VERDICTS, *(f"{kind}:…" for kind in KINDS)]
            raise UsageError(f"--only {word!r} is not known{meant(word, known)}")
    filters = tuple((kind, frozenset(values)) for kind, values in wanted.items())
    return Selection(frozenset(verdicts), filters)


def failures_allowed(text: str, rows: Sequence[object]) -> int | None:
    """Read `--max-failures`: a number of rows, or a share of them as in `20%`.

    Raises:
        UsageError: It is neither, or nothing.
    """
    if not text:
        return None
    digits = text.removesuffix("%")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9 or int(digits) == 0:
        raise UsageError(f"--max-failures takes a number of rows or a share, 5 or 20%: {text!r}.")
    if not text.endswith("%"):
        return int(digits)
    if int(digits) > 100:
        raise UsageError(f"--max-failures takes at most 100%, not {text}.")
    return max(1, -(-len(rows) * int(digits) // 100))
