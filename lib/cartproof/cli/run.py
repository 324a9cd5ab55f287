"""`cartproof run`: one runbook for one customer, headless."""

from __future__ import annotations

import gc
import sys
from contextlib import nullcontext
from pathlib import Path

import click


@click.command()
@click.argument("runbook")
@click.option(
    "--customer", required=True, help="The merchant's name, as it will stand in the record."
)
@click.option(
    "--credentials",
    required=True,
    metavar="REF",
    help="file:PATH, env:PREFIX or keyring:NAME; never the token itself.",
)
@click.option("--store-hash", default="", help="Where the credentials hold no API path.")
@click.option(
    "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of the runbook."
)
@click.option(
    "--answers", type=click.Path(path_type=Path), help="answers.yaml with people's recorded words."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs"),
    show_default=True,
)
@click.option(
    "--cell-timeout", type=click.IntRange(1), default=300, show_default=True, help="Seconds."
)
@click.option(
    "--ledger",
    default="",
    envvar="CARTPROOF_LEDGER",
    metavar="FILE|URL",
    help="Where records are kept in a chain  [default: ledger.db in --out]",
)
@click.option("--fresh", is_flag=True, help="Through stock papermill, in a kernel that it starts.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def command(
    runbook: str,
    customer: str,
    credentials: str,
    store_hash: str,
    parameters: tuple[str, ...],
    answers: Path | None,
    out: Path,
    cell_timeout: int,
    ledger: str,
    fresh: bool,
    as_json: bool,
) -> None:
    """Run RUNBOOK for one customer and file notebook, report, record and journal."""
    from cartproof.batch.forks.alone import kernel_ahead
    from cartproof.batch.forks.preload import preload
    from cartproof.batch.forks.system import can_fork

    is_ahead = can_fork() and not fresh
    with kernel_ahead() if is_ahead else nullcontext() as execute:
        ahead = ("cartproof.batch.forks.notebook", "cartproof.batch.headless")
        preload(ahead if is_ahead else ())
        gc.freeze()  # modules live to the end, where they would be looked through once more
        from cartproof.batch.headless import run_headless, stock
        from cartproof.batch.job import Job
        from cartproof.cli.told import named_values, tell

        job = Job(
            runbook=runbook,
            customer=customer,
            credentials=credentials,
            store_hash=store_hash,
            parameters=named_values(parameters),
            answers=answers,
            out=out,
            cell_timeout_s=cell_timeout,
            ledger=ledger,
        )
        filed = run_headless(job, execute=execute or stock)
    tell(filed, as_json=as_json)
    sys.exit(filed.exit)
