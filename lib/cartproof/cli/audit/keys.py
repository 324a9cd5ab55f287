"""`cartproof audit key`: the key that signs records."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def key() -> None:
    """Show, rotate or hand out the key that signs records."""


@key.command()
def show() -> None:
    """Show which key signs here, and which ones signed before."""
    from cartproof.audit.keys import PRIVATE, keys_folder, public_keys, signing_key

    signing = signing_key().public_key.keyid
    click.echo(f"signs      {signing}  {keys_folder() / PRIVATE}")
    for one in sorted(set(public_keys()) - {signing}):
        click.echo(f"known      {one}")


@key.command()
@click.confirmation_option(prompt="Delete the private key and make a new one?")
def rotate() -> None:
    """Make a new key; the old one signs no more, and its records can still be verified."""
    from cartproof.audit.keys import rotate as make_new

    click.echo(f"signs now  {make_new().public_key.keyid}")
    click.echo("Hand out its public key: cartproof audit key export-public")


@key.command("export-public")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False))
def export_public(output: Path | None) -> None:
    """Print the public key in PEM form, or write it to a file."""
    from cartproof.audit.keys import pem_of, public_key_of, signing_key
    from cartproof.run.folders import write_whole

    pem = pem_of(public_key_of(signing_key()))
    if output:
        write_whole(output, pem)
        click.echo(output)
    else:
        click.echo(pem.decode(), nl=False)
