"""`cartproof scopes`: the scope x-ray alone."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cartproof.findings import Finding
    from cartproof.scopes.row_result import RowResult
    from cartproof.scopes.xray import XRay
    from cartproof.store.credentials import Credentials

_COLOURS = {
    "pass": "green",
    "attested": "green",
    "warn": "yellow",
    "inconclusive": "yellow",
    "blocked": "magenta",
    "fail": "bold red",
    "skipped": "dim",
}


@click.command()
@click.option(
    "--credentials",
    required=True,
    metavar="REF",
    help="file:PATH, env:PREFIX or keyring:NAME; never the token itself.",
)
@click.option("--store-hash", default="", help="Where the credentials hold no API path.")
@click.option("--runbook", default="", metavar="ID", help="Judge by what this runbook wants.")
@click.option(
    "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of the runbook."
)
@click.option("--json", "wants_json", is_flag=True, help="Print JSON, and nothing else.")
def command(
    credentials: str,
    store_hash: str,
    runbook: str,
    parameters: tuple[str, ...],
    wants_json: bool,
) -> None:
    """Show which scopes a token has, by requests that change nothing in the store.

    Exit status: 0 nothing wrong, 1 a scope or the token is wrong, 2 bad usage, 3 could not tell.
    """
    from cartproof.secrets import Redactor
    from cartproof.store.references import resolve

    judge_rows = _judged_by(runbook, parameters)
    resolved = resolve(credentials, store_hash=store_hash)
    redactor = Redactor(resolved.secrets())
    for warning in resolved.warnings:
        click.echo(redactor.redact(f"cartproof: {warning}"), err=True)
    made = _probe(resolved)
    findings = judge_rows(made)
    text = _as_json(made, findings) if wants_json else _as_text(made, findings, runbook)
    click.echo(redactor.redact(text))
    sys.exit(_exit_status(made, findings, has_runbook=bool(runbook)))


def _judged_by(runbook: str, parameters: tuple[str, ...]) -> Callable[[XRay], list[Finding]]:
    """Return what judges the rows; everything that is wrong with the call is found here."""
    from cartproof.checks.scopes import wanted_rows
    from cartproof.cli.told import named_values
    from cartproof.scopes.judge import judge

    values = named_values(parameters)
    if not runbook:
        if values:
            raise click.UsageError("-p sets a parameter of a runbook: give --runbook too.")
        return lambda made: [judge(row, None) for row in made.rows]
    from cartproof.runbook.filled_in import with_filled_in_scopes
    from cartproof.runbook.loader import load_runbook
    from cartproof.runbook.parameters import typed

    loaded = load_runbook(runbook)
    typed_values = typed(loaded, values, from_text=True)
    account = with_filled_in_scopes(loaded, typed_values).account
    wanted = wanted_rows(account.scopes, typed_values)
    return lambda made: [judge(row, wanted.get(row.row), account.others) for row in made.rows]


def _probe(credentials: Credentials) -> XRay:
    from rich.console import Console

    from cartproof.scopes.catalogue import ROWS
    from cartproof.scopes.xray import xray
    from cartproof.store.client import StoreClient

    console = Console(stderr=True, quiet=not sys.stderr.isatty())
    settled: list[str] = []
    with StoreClient(credentials) as store, console.status("asking the store") as status:

        def tell(row: RowResult) -> None:
            settled.append(row.row)
            status.update(f"{len(settled)} of {len(ROWS)} rows")

        return xray(store, on_row=tell, client_id=credentials.client_id)


def _exit_status(made: XRay, findings: Iterable[Finding], *, has_runbook: bool) -> int:
    from cartproof.findings import Verdict
    from cartproof.scopes.row_result import Cause

    found = list(findings)
    if Verdict.FAIL in (made.baseline.verdict, *(finding.verdict for finding in found)):
        return 1
    if made.baseline.verdict is not Verdict.PASS:
        return 3
    if has_runbook:
        asked = (finding for finding in found if finding.data["wanted"] is not None)
        return 3 if any(finding.verdict is Verdict.INCONCLUSIVE for finding in asked) else 0
    open_causes = (Cause.UNANSWERED, Cause.CONTRADICTION)
    return 3 if any(row.cause in open_causes for row in made.rows) else 0


def _as_json(made: XRay, findings: Iterable[Finding]) -> str:
    from cartproof.scopes.xray_json import as_json

    return json.dumps(as_json(made, findings), ensure_ascii=False)


def _as_text(made: XRay, findings: Sequence[Finding], runbook: str) -> str:
    from cartproof.checks.scopes import baseline_findings
    from cartproof.cli.told import plain
    from cartproof.scopes.judge import RECREATE

    kind = "SANDBOX" if made.is_sandbox else "LIVE"
    lines = [f"Store {made.store_hash} ({kind}): {made.baseline.message}"]
    for trouble in baseline_findings(made):
        is_known = trouble.message == made.baseline.message
        lines += [] if is_known else [f"{trouble.title}: {trouble.message}"]
        lines += [f"  {trouble.remedy}"] if trouble.remedy else []
    lines = [plain(line) for line in lines]
    if made.baseline.verdict == "pass":
        lines += ["", _table(findings, runbook)]
    if any(RECREATE in finding.remedy for finding in findings):
        lines += ["", RECREATE]
    return "\n".join([*lines, "", f"{made.requests} requests in {made.seconds:.1f} s"])


def _table(findings: Sequence[Finding], runbook: str) -> str:
    """Return the rows in the screen's order: a table on a terminal, else aligned lines."""
    from cartproof.cli.told import plain

    cells = [_cells(finding, has_runbook=bool(runbook)) for finding in findings]
    return _rich_table(cells, runbook) if _is_terminal() else plain(_plain_table(cells))


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _cells(finding: Finding, *, has_runbook: bool) -> tuple[str, str, str, str, str]:
    from cartproof.scopes.catalogue import screen_word
    from cartproof.scopes.judge import RECREATE

    found = " or ".join(screen_word(level) for level in finding.data["possible"])
    wanted = screen_word(finding.data["wanted"] or "not asked") if has_runbook else ""
    is_open = finding.verdict in ("fail", "warn", "inconclusive", "blocked")
    todo = finding.remedy.replace(RECREATE, "").strip() if is_open else ""
    return finding.title, wanted, found, str(finding.verdict), todo


def _plain_table(cells: Sequence[tuple[str, ...]]) -> str:
    header = ("row", "wanted", "found", "verdict", "what to do")
    table = [header, *cells]
    if not any(row[1] for row in cells):
        table = [(row[0], *row[2:]) for row in table]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]) - 1)]
    return "\n".join(
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[-1]])
        .rstrip()
        for row in table
    )  # fmt: skip


def _rich_table(cells: Sequence[tuple[str, ...]], runbook: str) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from cartproof.cli.told import plain

    table = Table(title=runbook or None, show_lines=False)
    for name in ("row", "wanted", "found", "verdict", "what to do"):
        table.add_column(name)
    for row in cells:
        styled = [Text(plain(text)) for text in row]
        styled[3].stylize(_COLOURS.get(row[3], ""))
        table.add_row(*styled)
    buffer = io.StringIO()
    Console(file=buffer, force_terminal=True, width=Console().width).print(table)
    return buffer.getvalue().rstrip()
