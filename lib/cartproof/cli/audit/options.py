"""The options that the commands of `cartproof audit` share."""

from __future__ import annotations

from pathlib import Path

import click

ledger_option = click.option(
    "--ledger",
    default="",
    envvar="CARTPROOF_LEDGER",
    metavar="FILE|URL",
    help="Where records are kept in a chain  [default: ledger.db in --out]",
)
out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Folder of the filed runs.",
)
keys_option = click.option(
    "--key",
    "keys",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A public key (.pem) or a folder of them; else those known here.",
)
