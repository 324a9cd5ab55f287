"""Writing the results, each file whole or not at all, whenever the batch comes to rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from cartproof.batch.results.junit import as_junit
from cartproof.batch.results.line import Line, line_of
from cartproof.batch.results.tables import as_csv, as_json
from cartproof.batch.verdict import batch_exit
from cartproof.report.index import IndexFacts, IndexRow, render_index
from cartproof.run.journal import iso, utc_now

if TYPE_CHECKING:
    from cartproof.batch.state import BatchState

INDEX, CSV, JSON, JUNIT = "index.html", "results.csv", "results.json", "junit.xml"


class Put(Protocol):
    """Takes a file whole."""

    def __call__(self, name: str, content: bytes) -> None:
        """Put a file there, in place of the one of that name."""
        ...


def write_results(
    state: BatchState,
    put: Put,
    *,
    facts: Mapping[str, Any],
    titles: Mapping[str, str],
    note: str = "",
) -> list[Line]:
    """Write all four files from the state on disk.

    Args:
        state: The batch.
        put: Takes each file.
        facts: `manifest`, `started` and what else the JSON tells of the batch.
        titles: What each runbook's integration is called.
        note: What a reader of the index must know first.

    Returns:
        The lines, in the manifest's order.
    """
    lines = [line_of(number, row) for number, row in enumerate(state.rows(), start=1)]
    now = iso(utc_now())
    told = {"batch": state.batch, **facts, "written": now, "exit": batch_exit(lines), "note": note}
    seen = IndexFacts(state.batch, str(facts["manifest"]), str(facts["started"]), now, note)
    put(CSV, as_csv(lines))
    put(JSON, as_json(lines, told))
    put(JUNIT, as_junit(lines, name=f"cartproof {facts['manifest']}"))
    put(INDEX, render_index([_index_row(line, titles) for line in lines], seen).encode())
    return lines


def _index_row(line: Line, titles: Mapping[str, str]) -> IndexRow:
    return IndexRow(
        number=line.number,
        customer=line.customer,
        runbook=line.runbook,
        integration=titles.get(line.runbook, line.runbook),
        verdict=line.verdict,
        tags=line.tags,
        report=quote(f"{line.folder}/report.html") if line.folder else "",
        reasons=line.reasons,
        causes=line.causes,
        finished=line.finished,
        seconds=line.seconds,
        changes=line.changes,
    )
