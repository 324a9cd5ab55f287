"""The index of a batch: one self-contained page over all its runs.

It is readable whole with scripts off. One inline script, which the page's policy names by its
hash, adds finding, sorting and filtering; it asks for nothing.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from cartproof.report.page import environment
from cartproof.report.text import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jinja2 import Template

_TEMPLATES = Path(__file__).parent / "templates"
MOST_GROUPED = 100
NOT_RUN = "not-run"
ORDER = ("failed", "incomplete", NOT_RUN, "verified")
WORDS = {
    "verified": "Verified",
    "failed": "Failed",
    "incomplete": "Incomplete",
    NOT_RUN: "Not run",
}
_MARKS = {
    "verified": "pass",
    "failed": "fail",
    "incomplete": "inconclusive",
    NOT_RUN: "not-run",
}


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One row of the index.

    Attributes:
        verdict: A run's verdict, or `not-run`.
        report: Address of its report from the index on; empty when there is none.
        reasons: In full sentences.
        causes: The same in short.
        finished: ISO 8601, UTC; empty when it did not run.
        changes: What changed since the customer's last filed run, in full sentences.
    """

    number: int
    customer: str
    runbook: str
    integration: str
    verdict: str
    tags: tuple[str, ...] = ()
    report: str = ""
    reasons: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    finished: str = ""
    seconds: float = 0.0
    changes: tuple[str, ...] = ()

    @property
    def order(self) -> int:
        """Return where its verdict stands when rows are sorted by it."""
        return ORDER.index(self.verdict)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same cause."""

    cause: str
    verdict: str
    rows: tuple[IndexRow, ...]
    left_out: int = 0

    @property
    def sentence(self) -> str:
        """Return it in words: `14 customers: Products is read-only`."""
        customers = len({row.customer for row in self.rows}) + self.left_out
        return f"{count_of(customers, 'customer')}: {self.cause}"


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What the index says of the batch as a whole.

    Attributes:
        note: What a reader must know first, such as that it was interrupted; else empty.
    """

    batch: str
    manifest: str
    started: str
    ended: str
    note: str = ""


def render_index(rows: Sequence[IndexRow], facts: IndexFacts) -> str:
    """Render the page; the same arguments make the same page, byte for byte."""
    script = (_TEMPLATES / "index.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    counts = Counter(row.verdict for row in rows)
    return _template().render(
        facts=facts,
        rows=sorted(rows, key=lambda row: (row.order, row.number)),
        groups=grouped(rows),
        counts=[(verdict, counts[verdict]) for verdict in ORDER if counts[verdict]],
        worst=next((verdict for verdict in ORDER if counts[verdict]), NOT_RUN),
        words=WORDS,
        marks=_MARKS,
        integrations=sorted({row.integration for row in rows}, key=str.casefold),
        causes=[group.cause for group in grouped(rows)],
        tags=sorted({tag for row in rows for tag in row.tags}, key=str.casefold),
        index_css=Markup((_TEMPLATES / "index.css").read_text(encoding="utf-8")),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - our file
        script_hash=digest,
    )


def grouped(rows: Iterable[IndexRow]) -> list[Group]:
    """Return causes with the rows that have them, those of most customers first."""
    by_cause: dict[str, list[IndexRow]] = {}
    for row in rows:
        for cause in row.causes:
            by_cause.setdefault(cause, []).append(row)
    groups = [_group(cause, found) for cause, found in by_cause.items()]
    return sorted(groups, key=lambda group: (-_size(group), group.cause.casefold()))


def _group(cause: str, rows: list[IndexRow]) -> Group:
    worst = min((row.verdict for row in rows), key=ORDER.index)
    shown = tuple(rows[:MOST_GROUPED])
    everyone = {row.customer for row in rows}
    return Group(cause, worst, shown, len(everyone) - len({row.customer for row in shown}))


def _size(group: Group) -> int:
    return len({row.customer for row in group.rows}) + group.left_out


@functools.cache
def _template() -> Template:
    return environment().get_template("index.html.j2")


def verdict_words(counts: Mapping[str, int]) -> str:
    """Return counts by verdict as a sentence lists them: `3 failed, 17 verified`."""
    return ", ".join(f"{counts[v]} {WORDS[v].lower()}" for v in ORDER if counts.get(v))
