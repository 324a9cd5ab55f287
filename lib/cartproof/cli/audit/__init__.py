"""`cartproof audit`: verify, list, show and export what was filed; the key that signs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cartproof.cli.audit.keys import key
from cartproof.cli.audit.options import keys_option, ledger_option, out_option


@click.group()
def command() -> None:
    """Verify, list, show or export what was filed; the key that signs."""


command.add_command(key)


@command.command()
@ledger_option
@out_option
@keys_option
@click.option("--no-files", is_flag=True, help="Leave the files of the runs out.")
@click.option("--head", default="", help="A hash that was noted earlier: is it still in there?")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def verify(
    ledger: str, out: Path, keys: tuple[Path, ...], no_files: bool, head: str, as_json: bool
) -> None:
    """Recompute chain, signatures and file hashes, offline; name all that does not fit."""
    from cartproof.audit.damaged import verify_ledger
    from cartproof.audit.keys import public_keys
    from cartproof.audit.ledger import ledger_of
    from cartproof.cli.audit.told import tell_verified

    place = None if no_files else out
    known = public_keys(keys)
    end, found = verify_ledger(ledger_of(out, ledger), keys=known, out=place, noted=head)
    tell_verified(end, found, as_json=as_json)
    sys.exit(1 if found else 0)


@command.command()
@ledger_option
@out_option
@click.option("-n", "count", default=20, show_default=True, help="How many, the newest first.")
@click.option("--customer", default="", help="Of this customer alone.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each.")
def log(ledger: str, out: Path, count: int, customer: str, as_json: bool) -> None:
    """List what was filed, the newest first."""
    from cartproof.audit.ledger import ledger_of
    from cartproof.cli.audit.told import tell_listed

    wanted = {"customer": customer} if customer else {}
    with ledger_of(out, ledger).reading() as reading:
        tell_listed(reading.newest(count, **wanted), reading.head, as_json=as_json)


@command.command()
@click.argument("which", metavar="RUN|NUMBER")
@ledger_option
@out_option
@keys_option
@click.option("--json", "as_json", is_flag=True, help="The statement as it was signed.")
def show(which: str, ledger: str, out: Path, keys: tuple[Path, ...], as_json: bool) -> None:
    """Show one record: verdict, steps, files, who signed it."""
    from cartproof.audit.keys import public_keys
    from cartproof.audit.ledger import ledger_of
    from cartproof.cli.audit.told import tell_record
    from cartproof.errors import UsageError

    with ledger_of(out, ledger).reading() as reading:
        entry = reading.entry_of(which)
        if entry is None and which.isascii() and which.isdigit():
            entry = reading.entry(int(which[:18]))
    if entry is None:
        raise UsageError(f"There is no entry {which[:60]!r} in the ledger: cartproof audit log.")
    tell_record(entry, public_keys(keys), as_json=as_json)


@command.command()
@click.argument("target", type=click.Path(path_type=Path))
@ledger_option
@out_option
@keys_option
def export(target: Path, ledger: str, out: Path, keys: tuple[Path, ...]) -> None:
    """Write the folder TARGET: records, public keys, chain, and how to verify without cartproof."""
    from cartproof.audit.export import export as write_bundle
    from cartproof.audit.keys import public_keys
    from cartproof.audit.ledger import ledger_of

    with ledger_of(out, ledger).reading() as reading:
        count = write_bundle(reading, target, keys=public_keys(keys))
    click.echo(f"{count} records in {target}; {target / 'VERIFY.md'} says how to verify them")


@command.command()
@ledger_option
@out_option
def append(ledger: str, out: Path) -> None:
    """Append filed runs that were cut off before their entry was made; others are refused."""
    from cartproof.audit.appending import append_unlisted
    from cartproof.audit.ledger import ledger_of

    done, refused = append_unlisted(ledger_of(out, ledger), out)
    for entry in done:
        click.echo(f"appended as entry {entry.number}: {entry.columns['run']}")
    for told in refused:
        click.echo(told, err=True)
    if not done and not refused:
        click.echo("every filed run is in the ledger")
    sys.exit(1 if refused else 0)
