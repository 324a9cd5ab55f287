"""All integrations in one table: for the README, the first notebook, and the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cartproof.runbook.builder import notebook_name
from cartproof.runbook.markdown import table
from cartproof.runbook.model import Level, Runbook, Scope
from cartproof.scopes.catalogue import find_row

_HEAD = (
    "Integration",
    "Steps",
    "Checked by program",
    "Scopes wanted",
    "Values handed over",
)
_FOOTNOTE = "\\* Read from public pages; confirm with the vendor before you rely on it."


@dataclass(frozen=True, slots=True)
class Entry:
    """One integration, in the words of the table."""

    title: str
    notebook: str
    steps: int
    by_program: int
    rows: int
    scopes: str
    values: str


def entry(runbook: Runbook) -> Entry:
    """Return a runbook's line of the table."""
    return Entry(
        title=runbook.title,
        notebook=notebook_name(runbook.id),
        steps=len(runbook.steps),
        by_program=sum(not step.is_for_a_person for step in runbook.steps),
        rows=len(_rows(runbook.account.scopes)),
        scopes=_scopes(runbook),
        values=", ".join(value.label for value in runbook.handover),
    )


def as_markdown(runbooks: Sequence[Runbook], *, folder: str = "notebooks/") -> str:
    """Return the table in Markdown, each title a link to its notebook.

    Args:
        runbooks: In the order wanted.
        folder: Where the notebooks are, seen from the text that holds the table.
    """
    rows = [
        (
            f"[{line.title}]({folder}{line.notebook}){_mark(runbook)}",
            str(line.steps),
            str(line.by_program),
            line.scopes,
            line.values,
        )
        for runbook in runbooks
        for line in [entry(runbook)]
    ]
    listed = table(_HEAD, rows)
    has_mark = any(runbook.source.is_unconfirmed for runbook in runbooks)
    return f"{listed}\n\n{_FOOTNOTE}" if has_mark else listed


def _mark(runbook: Runbook) -> str:
    return " \\*" if runbook.source.is_unconfirmed else ""


def _scopes(runbook: Runbook) -> str:
    scopes = runbook.account.scopes
    rows = _rows(scopes)
    above = _rows([scope for scope in scopes if _is_above(scope)])
    count = f"{len(rows)} rows"
    if all(scope.status == "inferred" for scope in scopes):
        return f"in a picture only; {count} suggested"
    if any(scope.level is Level.UNSTATED for scope in scopes):
        return f"{count} named without a level"
    if any(scope.when for scope in scopes):
        by_choice = len(_rows([scope for scope in scopes if scope.when]))
        return f"{count}, the level of {by_choice} by parameter"
    return count if rows == above else f"{count}, {len(above)} of them raised"


def _rows(scopes: Sequence[Scope]) -> set[str]:
    return {find_row(scope.row).name for scope in scopes}


def _is_above(scope: Scope) -> bool:
    return str(scope.level) != find_row(scope.row).levels[0]
