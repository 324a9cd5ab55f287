"""`cartproof file`: report and record from a notebook that stock papermill executed."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("executed", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs"),
    show_default=True,
)
@click.option(
    "--credentials",
    default="",
    metavar="REF",
    help="Where the run's secrets are kept here, to search the files for them; else as in the run.",
)
@click.option(
    "--vendor-credentials",
    default="",
    metavar="REF",
    help="The same for the login of the vendor's own side, where the run had one.",
)
@click.option("--customer", default="", help="Where the run never opened.")
@click.option(
    "--ledger",
    default="",
    envvar="CARTPROOF_LEDGER",
    metavar="FILE|URL",
    help="Where records are kept in a chain  [default: ledger.db in --out]",
)
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def command(
    executed: Path,
    out: Path,
    credentials: str,
    vendor_credentials: str,
    customer: str,
    ledger: str,
    as_json: bool,
) -> None:
    """File the notebook EXECUTED: make its report and record, search all for secrets, publish."""
    from cartproof.cli.told import tell
    from cartproof.filing import file_run, secrets_of

    secrets = secrets_of(executed, credentials=credentials, vendor_credentials=vendor_credentials)
    filed = file_run(executed, out=out, secrets=secrets, customer=customer, ledger=ledger)
    tell(filed, as_json=as_json)
    sys.exit(filed.exit)
