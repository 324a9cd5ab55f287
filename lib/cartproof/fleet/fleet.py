"""The fleet as the notebook asks for it: a table or a chart for each question."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from cartproof.audit.ledger import NAME, Ledger
from cartproof.errors import ParameterError
from cartproof.fleet.charts import Chart, bars
from cartproof.fleet.drift import drift_frame
from cartproof.fleet.export import export
from cartproof.fleet.frames import newest_of_each, runs_frame, scopes_frame, steps_frame
from cartproof.fleet.table import Table
from cartproof.report.text import count_of
from cartproof.run.folders import RUNS_VARIABLE
from cartproof.runbook.loader import runbooks_folder

_VERDICTS = ["verified", "failed", "incomplete"]
_SCOPES = {"fail": "missing", "warn": "more than wanted", "inconclusive": "cannot be told"}
_NONE = "there are no filed runs to go by."


@dataclass(frozen=True, slots=True)
class Fleet:
    """All filed runs that were asked for.

    Attributes:
        facts: What the ledger tells of each run, the oldest first.
        told: Which ledger, and what was asked for, in words.
        now: The moment from which ages are counted.
    """

    facts: tuple[dict[str, Any], ...]
    told: str
    now: datetime

    def __repr__(self) -> str:
        """Return how many runs there are, of how many customers."""
        runs = self.runs
        customers = count_of(runs["customer"].nunique(), "customer")
        integrations = count_of(runs["integration"].nunique(), "integration")
        batches = count_of(runs["batch"].replace("", pd.NA).nunique(), "batch", "batches")
        filed = count_of(len(runs), "filed run")
        return f"{filed} of {customers} and {integrations}, in {batches}. {self.told}"

    @property
    def runs(self) -> pd.DataFrame:
        """Return one line for each run."""
        return runs_frame(self.facts)

    def verdicts(self) -> Table:
        """Return the last verdict of each customer and integration, the worst first."""
        last = newest_of_each(self.runs)
        order = pd.Categorical(last["verdict"], ["failed", "incomplete", "verified"], ordered=True)
        shown = last.assign(_order=order).sort_values(["_order", "customer", "integration"])
        shown["filed (UTC)"] = shown["filed_at"].str[:16].str.replace("T", " ")
        columns = ["customer", "integration", "verdict", "filed (UTC)", "tags", "run"]
        return Table(shown[columns], "Last verdict of each customer and integration", _NONE)

    def verdict_chart(self) -> Chart:
        """Return how many customers are verified, failed and incomplete, by integration."""
        last = newest_of_each(self.runs)
        counted = pd.crosstab(last["integration"], last["verdict"])
        counted = counted.reindex(columns=_VERDICTS, fill_value=0)
        return bars(counted, title="Verdicts by integration", unit="customers", empty=_NONE)

    def scopes(self) -> Table:
        """Return the rows that are missing or too many in each customer's last run."""
        wrong = self._wrong_scopes()
        counted = (
            wrong.groupby(["row", "what"], as_index=False)
            .agg(
                customers=("customer", "nunique"),
                who=("customer", lambda names: ", ".join(sorted(set(names))[:5])),
            )
            .sort_values(["customers", "row"], ascending=[False, True])
        )
        empty = "no scope is missing, too many or in doubt."
        return Table(counted, "Scopes missing or too many", empty)

    def scope_chart(self) -> Chart:
        """Return for how many customers a row is missing, more than wanted, or in doubt."""
        wrong = self._wrong_scopes()
        counted = pd.crosstab(wrong["row"], wrong["what"])
        counted = counted.reindex(columns=list(_SCOPES.values()), fill_value=0)
        counted = counted.loc[counted.sum(axis=1).sort_values(ascending=False).index]
        empty = "no scope is missing, too many or in doubt."
        return bars(counted, title="Scopes by row", unit="customers and integrations", empty=empty)

    def drift(self) -> Table:
        """Return what changed between the last two runs of each customer."""
        empty = "nothing changed between anybody's last two runs."
        return Table(drift_frame(self.facts), "Changed since the run before", empty)

    def oldest(self) -> Table:
        """Return how long ago each customer was verified last; those never verified first."""
        runs = self.runs
        good = newest_of_each(runs[runs["verdict"] == "verified"]).set_index(
            ["customer", "integration"]
        )["filed_at"]
        pairs = newest_of_each(runs)[["customer", "integration"]]
        last = [good.get((one.customer, one.integration), "") for one in pairs.itertuples()]
        shown = pairs.assign(
            last_verified=[moment[:10] or "never" for moment in last],
            days_ago=pd.array([self._days(moment) for moment in last], dtype="Int64"),
        ).sort_values("days_ago", ascending=False, na_position="first")
        return Table(shown, "Oldest verifications", _NONE)

    def step_times(self) -> Table:
        """Return how long steps take: median and slowest, in seconds."""
        return Table(self._times(), "Seconds per step", _NONE)

    def time_chart(self) -> Chart:
        """Return the median seconds of the slowest steps."""
        times = self._times().head(15)
        names = times["integration"] + ": " + times["step"]
        shown = pd.DataFrame({"seconds": times["median"].tolist()}, index=names.tolist())
        return bars(shown, title="Slowest steps", unit="seconds, median", empty=_NONE)

    def export(self, folder: str) -> Table:
        """Write all tables as CSV and as one XLSX; without a folder nothing is written."""
        tables = {
            "runs": self.runs,
            "verdicts": self.verdicts().frame,
            "scopes": scopes_frame(self.facts),
            "drift": self.drift().frame,
            "oldest": self.oldest().frame,
            "step_times": self._times(),
        }
        written = export(tables, Path(folder).expanduser()) if folder else []
        frame = pd.DataFrame({"file": [str(path) for path in written]})
        return Table(frame, "Exported tables", "name a folder in the parameter `export_to`.")

    def _wrong_scopes(self) -> pd.DataFrame:
        newest = set(newest_of_each(self.runs)["entry"])
        rows = scopes_frame(one for one in self.facts if one["number"] in newest)
        wrong = rows[rows["verdict"].isin(_SCOPES)]
        return wrong.assign(what=wrong["verdict"].map(_SCOPES))

    def _times(self) -> pd.DataFrame:
        steps = steps_frame(self.facts).dropna(subset=["seconds"])
        steps = steps.astype({"seconds": float})
        timed = steps.groupby(["integration", "step"], as_index=False).agg(
            runs=("seconds", "size"), median=("seconds", "median"), slowest=("seconds", "max")
        )
        return timed.round(3).sort_values("median", ascending=False)

    def _days(self, moment: str) -> Any:
        try:
            return (self.now - datetime.fromisoformat(moment)).days
        except (ValueError, TypeError):
            return pd.NA


def open_fleet(ledger: str = "", *, since: str = "", integration: str = "", tag: str = "") -> Fleet:
    """Read the ledger's runs.

    Args:
        ledger: File or URL; empty for `CARTPROOF_LEDGER`, else the one of the folder of runs that
            `cartproof lab` names, else of `runs` here or beside the runbooks.
        since: A day, `2026-11-22`; only runs that were filed then or later.
        integration: A runbook's id; only its runs.
        tag: Only runs with this tag.

    Raises:
        ParameterError: `since` is no day.
        LedgerError: There is no ledger, or it cannot be read. Where `cartproof lab` names the
            folder a new one is no fault: the fleet is empty then.
    """
    place = ledger or os.environ.get("CARTPROOF_LEDGER") or _usual()
    if RUNS_VARIABLE in os.environ and place == _usual() and not _usual().exists():
        return Fleet((), f"No run is filed yet in {_usual().parent}.", datetime.now(UTC))
    book = Ledger(place)
    with book.reading() as reading:
        read = reading.facts(since=_day(since), runbook=integration)
        facts = tuple(one for one in read if not tag or tag in one["tags"])
    asked = {"since": since, "integration": integration, "tag": tag}
    words = ", ".join(f"{name} {value}" for name, value in asked.items() if value)
    told = f"Ledger: {book}{f'; only {words}' if words else ''}."
    return Fleet(facts, told, datetime.now(UTC))


def _day(since: str) -> str:
    if not since:
        return ""
    try:
        return datetime.fromisoformat(since).date().isoformat()
    except (ValueError, TypeError) as error:
        raise ParameterError(f"`since` must be a day such as 2026-11-22, not {since!r}.") from error


def _usual() -> Path:
    if RUNS_VARIABLE in os.environ:
        return Path(os.environ[RUNS_VARIABLE]) / NAME
    here = Path("runs") / NAME
    return here if here.is_file() else runbooks_folder().parent / "runs" / NAME
