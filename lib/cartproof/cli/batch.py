"""`cartproof batch`: every customer of a manifest, headless, with results for people and CI."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cartproof.batch.batch import Ended
    from cartproof.batch.manifest.row import Manifest

_MOST_CAUSES = 10
_INTERRUPTED = 130


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option(
    "--out",
    default="runs",
    show_default=True,
    metavar="FOLDER|URL",
    help="Where runs and results go: a folder, or s3://… and whatever else fsspec reaches.",
)
@click.option("--jobs", type=click.IntRange(1, 256), help="Runs at once  [default: by the cores]")
@click.option("--resume", is_flag=True, help="Go on with the last batch of this manifest.")
@click.option(
    "--only",
    multiple=True,
    metavar="WHAT",
    help="failed, incomplete, blocked, verified or not-run: run these of the last batch again. "
    "tag:T, customer:C, runbook:R: these rows alone.",
)
@click.option(
    "--max-failures",
    default="",
    metavar="N|N%",
    help="Begin no more once so many rows failed or are incomplete.",
)
@click.option(
    "--time-out", type=click.IntRange(1), default=1800, show_default=True,
    help="Seconds for one notebook.",
)  # fmt: skip
@click.option(
    "--cell-timeout", type=click.IntRange(1), default=300, show_default=True,
    help="Seconds for one cell.",
)  # fmt: skip
@click.option(
    "--ledger",
    default="",
    envvar="CARTPROOF_LEDGER",
    metavar="FILE|URL",
    help="Where records and the batch's state are kept  [default: ledger.db in --out]",
)
@click.option(
    "--scheduler",
    default="",
    metavar="tcp://…",
    help="Run on the Dask cluster of this scheduler.",
)
@click.option("--dask", type=click.Choice(["local"]), help="Run on a Dask cluster begun here.")
@click.option("--spawn", is_flag=True, help="Worker processes that share nothing, as on Windows.")
@click.option(
    "--fleet-report", is_flag=True, help="Also write fleet.html: the ledger of all customers."
)
@click.option("--check", is_flag=True, help="Check the manifest and stop.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def command(
    manifest: Path,
    out: str,
    jobs: int | None,
    resume: bool,
    only: tuple[str, ...],
    max_failures: str,
    time_out: int,
    cell_timeout: int,
    ledger: str,
    scheduler: str,
    dask: str | None,
    spawn: bool,
    fleet_report: bool,
    check: bool,
    as_json: bool,
) -> None:
    """Run each customer of MANIFEST (.csv, .xlsx or .yaml) through its runbook.

    The exit status is that of the worst row; 130 when interrupted.
    """
    from rich.console import Console

    from cartproof.batch.batch import Wish, run_batch
    from cartproof.batch.executors import chosen_executor, usual_jobs
    from cartproof.batch.interrupts import Interrupts
    from cartproof.batch.manifest.loader import load_manifest
    from cartproof.batch.progress import shown
    from cartproof.batch.selection import parse_only
    from cartproof.batch.shelf import is_url, scratch

    if is_url(out) and not ledger:
        raise click.UsageError("--out with a URL needs --ledger: a file or postgresql://…")
    selection = parse_only(only)
    loaded = load_manifest(manifest)
    _tell_manifest(loaded)
    if check:
        return
    console = Console()
    wish = Wish(
        manifest=loaded,
        out=scratch() if is_url(out) else Path(out),
        shelf=out if is_url(out) else "",
        jobs=jobs or usual_jobs(spawned=spawn),
        ledger=ledger,
        resume=resume,
        only=selection,
        max_failures=max_failures,
        cell_timeout_s=cell_timeout,
        timeout_s=time_out,
    )
    interrupts = Interrupts()
    with interrupts.heard():
        ended = run_batch(
            wish,
            shown=lambda total: shown(console, total),
            executor=lambda most: chosen_executor(most, cluster=scheduler or dask, spawned=spawn),
            interrupts=interrupts,
        )
    _tell_end(ended, out)
    if ended.open:
        click.echo(f"Go on with: {_resume_command(manifest, out, ledger)}")
    if fleet_report:
        _write_fleet_report(out, ledger)
    status = _status(ended)
    if as_json:
        click.echo(json.dumps(_as_json(ended, out, status)))
    sys.exit(status)


def _tell_manifest(manifest: Manifest) -> None:
    from cartproof.cli.told import plain

    rows = len(manifest.rows)
    click.echo(f"{plain(str(manifest.path))}: {rows} row{'s' if rows > 1 else ''}, all usable.")
    for note in manifest.notes:
        click.echo(f"note: {plain(note)}")


def _tell_end(ended: Ended, out: str) -> None:
    from cartproof.batch.results.writing import INDEX
    from cartproof.cli.told import plain
    from cartproof.report.index import verdict_words

    counts = Counter(line.verdict for line in ended.lines)
    click.echo(f"{len(ended.lines)} rows: {verdict_words(counts)}.")
    causes = Counter(cause for line in ended.lines for cause in line.causes)
    for cause, count in causes.most_common(_MOST_CAUSES):
        click.echo(f"  {count} × {plain(cause)}")
    click.echo(f"  {plain(f'{out}/{INDEX}')}")


def _write_fleet_report(out: str, ledger: str) -> None:
    """Write the fleet's page; what stands in its way does not change how the batch ended."""
    from cartproof.audit.ledger import NAME
    from cartproof.cli.told import plain
    from cartproof.errors import CartproofError
    from cartproof.fleet.report import fleet_report

    folder = Path() if "://" in out else Path(out)
    try:
        click.echo(f"  {plain(str(fleet_report(folder, ledger=ledger or folder / NAME)))}")
    except (CartproofError, OSError) as error:
        click.echo(f"no fleet report: {plain(str(error))}", err=True)


def _resume_command(manifest: Path, out: str, ledger: str) -> str:
    from shlex import join

    shown_ledger = ["--ledger", ledger] if ledger and "://" not in ledger else []
    return join(["cartproof", "batch", str(manifest), "--out", out, *shown_ledger, "--resume"])


def _status(ended: Ended) -> int:
    from cartproof.batch.verdict import batch_exit

    return _INTERRUPTED if ended.was_interrupted else batch_exit(ended.lines)


def _as_json(ended: Ended, out: str, status: int) -> dict[str, object]:
    from cartproof.batch.results.writing import INDEX

    counts = Counter(line.verdict for line in ended.lines)
    return {
        "batch": ended.batch,
        "rows": len(ended.lines),
        "counts": dict(sorted(counts.items())),
        "open": ended.open,
        "exit": status,
        "index": f"{out}/{INDEX}",
    }
