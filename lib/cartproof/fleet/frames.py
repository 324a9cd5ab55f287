"""The ledger's facts as DataFrames: runs, steps and scope rows, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

RUN_COLUMNS = (
    "entry", "filed_at", "customer", "integration", "verdict", "exit", "store_hash", "batch",
    "tags", "seconds", "run",
)  # fmt: skip
STEP_COLUMNS = ("entry", "customer", "integration", "step", "verdict", "seconds")
SCOPE_COLUMNS = ("entry", "customer", "integration", "row", "wanted", "found", "verdict")
_UNKNOWN = "cannot be told"


def runs_frame(facts: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one line for each filed run, the oldest first."""
    return _frame((_run(one) for one in facts), RUN_COLUMNS)


def steps_frame(facts: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one line for each step of each run."""
    lines = (
        {**_whose(one), "step": step["id"], "verdict": step["verdict"], "seconds": step["seconds"]}
        for one in facts
        for step in one["steps"]
    )
    return _frame(lines, STEP_COLUMNS)


def scopes_frame(facts: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one line for each row of the account screen that a run looked at."""
    lines = (
        {
            **_whose(one),
            "row": scope["row"],
            "wanted": scope["wanted"],
            "found": scope["found"] or " or ".join(scope["possible"]) or _UNKNOWN,
            "verdict": scope["verdict"],
        }
        for one in facts
        for scope in one["scopes"]
    )
    return _frame(lines, SCOPE_COLUMNS)


def newest_of_each(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the last run of each customer and integration."""
    return frame.drop_duplicates(["customer", "integration"], keep="last")


def _frame(lines: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(lines), columns=list(columns))


def _whose(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"entry": one["number"], "customer": one["customer"], "integration": one["runbook"]}


def _run(one: Mapping[str, Any]) -> dict[str, Any]:
    took = [step["seconds"] for step in one["steps"] if step["seconds"] is not None]
    return {
        **_whose(one),
        "filed_at": one["filed_at"],
        "verdict": one["verdict"],
        "exit": one["exit"],
        "store_hash": one["store_hash"],
        "batch": one["batch"],
        "tags": ", ".join(one["tags"]),
        "seconds": round(sum(took), 3),
        "run": one["run"],
    }
