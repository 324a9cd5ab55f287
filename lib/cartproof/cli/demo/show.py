"""Run the demo: sandbox up, accounts made, all runs headless, one table, sandbox down."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cartproof.batch.executors import local_executor
from cartproof.batch.job import Job
from cartproof.cli.demo.merchants import (
    Merchant,
    answers_for,
    create_account,
    credentials_file,
    levels_for,
    merchants_of,
)
from cartproof.cli.told import plain
from cartproof.filing import NOTEBOOK, REPORT
from cartproof.findings import Verdict
from cartproof.run.answers import Answers, save_answers
from cartproof.run.journal import iso, utc_now
from cartproof.run.reading import read_notebook
from cartproof.runbook.loader import load_runbook
from cartproof.sandbox.server import serve

if TYPE_CHECKING:
    from cartproof.batch.executor import Outcome
    from cartproof.run.results import StepResult
    from cartproof.runbook.model import Runbook

RUNBOOKS = ("stone-edge", "dropstream", "order-time", "storeautomator", "salesorder")
_STYLES = {"verified": "green", "failed": "red", "incomplete": "yellow"}


@dataclass(frozen=True, slots=True)
class Row:
    """One run of the demo: whose, of what, and what came of it."""

    merchant: Merchant
    runbook: Runbook
    outcome: Outcome

    @property
    def steps(self) -> tuple[StepResult, ...]:
        """Return the steps of the filed notebook; none where nothing was filed."""
        folder = self.outcome.folder
        return tuple(read_notebook(Path(folder) / NOTEBOOK).steps) if folder else ()

    @property
    def is_as_expected(self) -> bool:
        """Tell whether the run found what is wrong with this merchant, and nothing else."""
        red = [
            step.step_id
            for step in self.steps
            if step.verdict in {Verdict.FAIL, Verdict.INCONCLUSIVE}
        ]
        expected = [self.merchant.red] if self.merchant.red else []
        return self.outcome.verdict == self.merchant.verdict and red == expected


def show(out: Path, *, jobs: int) -> int:
    """Run all merchants through all runbooks and print the table; return the exit status."""
    console = Console()
    started = time.monotonic()
    with serve(port=0) as sandbox, tempfile.TemporaryDirectory(prefix="cartproof-demo-") as folder:
        console.print(
            f"The sandbox is up at {sandbox.url}. Invented merchants, {jobs} at a time: "
            f"{_in_words()}.",
            highlight=False,
        )
        planned = list(_planned(sandbox.url, Path(folder), out))
        rows = _run_all(planned, console, jobs=jobs)
    _print_tables(rows, console)
    _print_reports(rows, console)
    wrong = [row for row in rows if not row.is_as_expected]
    seconds = time.monotonic() - started
    console.print(
        f"\n{len(rows)} reports in {seconds:.0f} s. The sandbox is stopped.", highlight=False
    )
    for row in wrong:
        console.print(f"Not as it should be: {escape(row.merchant.name)}, {row.runbook.title}")
    return 1 if wrong else 0


def _in_words() -> str:
    """Say which integrations are run for how many merchants."""
    titles: dict[int, list[str]] = {}
    for runbook_id in RUNBOOKS:
        titles.setdefault(len(merchants_of(runbook_id)), []).append(load_runbook(runbook_id).title)
    kinds = {2: "two merchants, one right and one wrong,"}
    return "; ".join(
        f"{kinds.get(count, f'all {count} merchants')} for {', '.join(names)}"
        for count, names in titles.items()
    )


def _planned(sandbox: str, folder: Path, out: Path) -> list[tuple[Merchant, Runbook, Job]]:
    runbooks = map(load_runbook, RUNBOOKS)
    pairs = [(runbook, one) for runbook in runbooks for one in merchants_of(runbook.id)]
    return [
        (merchant, runbook, _prepared(sandbox, folder, out, runbook, merchant, number=number))
        for number, (runbook, merchant) in enumerate(pairs)
    ]


def _prepared(
    sandbox: str, folder: Path, out: Path, runbook: Runbook, merchant: Merchant, *, number: int
) -> Job:
    """Make the merchant's account, and write its credentials and its engineer's answers."""
    levels = levels_for(runbook, merchant)
    made = create_account(sandbox, merchant, levels, number=number)
    credentials = folder / f"{number}.txt"
    credentials.touch(mode=0o600)
    credentials.write_text(credentials_file(merchant, made), encoding="utf-8")
    answers = folder / f"{number}.yaml"
    given = answers_for(runbook, merchant, levels, when=iso(utc_now()))
    save_answers(answers, Answers.model_validate(given))
    return Job(
        runbook=runbook.id,
        customer=merchant.name,
        credentials=f"file:{credentials}",
        answers=answers,
        out=out,
    )


def _run_all(
    planned: list[tuple[Merchant, Runbook, Job]], console: Console, *, jobs: int
) -> list[Row]:
    rows: dict[int, Row] = {}
    executor = local_executor(jobs, spawned=False)
    try:
        waiting = {executor.submit(job): n for n, (_, _, job) in enumerate(planned)}
        for done in as_completed(waiting):
            merchant, runbook, _ = planned[waiting[done]]
            row = Row(merchant, runbook, done.result())
            rows[waiting[done]] = row
            verdict = row.outcome.verdict
            console.print(
                f"  {len(rows):>2}/{len(planned)} [{_STYLES[verdict]}]{verdict:<10}[/] "
                f"{escape(merchant.name)}, {escape(runbook.title)}",
                highlight=False,
            )
    finally:
        executor.close(at_once=True)
    return [rows[number] for number in range(len(planned))]


def _print_tables(rows: list[Row], console: Console) -> None:
    for runbook_id in RUNBOOKS:
        of_runbook = [row for row in rows if row.runbook.id == runbook_id]
        table = Table(title=escape(of_runbook[0].runbook.title), title_justify="left", expand=True)
        table.add_column("Merchant", ratio=2)
        table.add_column("Set up wrong", ratio=3)
        table.add_column("Verdict", no_wrap=True)
        table.add_column("What the run says", ratio=6)
        for row in of_runbook:
            table.add_row(*_cells(row), end_section=True)
        console.print(table)


def _cells(row: Row) -> tuple[str, ...]:
    verdict = row.outcome.verdict
    said = [*row.outcome.reasons[:1]] or _warnings(row) or ["every step settled"]
    first_sentence = said[0].partition(". ")[0].rstrip(".")
    return (
        escape(row.merchant.name),
        escape(row.merchant.trouble),
        f"[{_STYLES[verdict]}]{verdict}[/]",
        escape(plain(first_sentence)),
    )


def _warnings(row: Row) -> list[str]:
    findings = [finding for step in row.steps for finding in step.findings]
    warned = [finding.title for finding in findings if finding.verdict is Verdict.WARN]
    return [f"with warnings: {', '.join(warned)}"] if warned else []


def _print_reports(rows: list[Row], console: Console) -> None:
    console.print("Reports, to open in a browser:")
    for row in rows:
        if row.outcome.folder:
            path = Path(row.outcome.folder) / REPORT
            console.print(f"  {escape(str(path))}", highlight=False, soft_wrap=True)
