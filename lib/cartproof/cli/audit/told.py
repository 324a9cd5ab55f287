"""What `cartproof audit` prints; nothing in it can steer the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from cartproof.audit.envelope import opened, signed_by
from cartproof.audit.facts import facts_of
from cartproof.cli.told import plain
from cartproof.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from securesystemslib.signer import Key

    from cartproof.audit.ledger import Entry, Head
    from cartproof.audit.misfit import Misfit

_MOST = 200


def tell_verified(end: Head, found: Sequence[Misfit], *, as_json: bool) -> None:
    """Print what does not fit, or that all does, and the hash to note."""
    for misfit in found[:_MOST]:
        click.echo(_line(str(misfit)))
    if len(found) > _MOST:
        click.echo(f"and {len(found) - _MOST} more")
    verdict = f"{len(found)} things do not fit" if found else "all fits"
    click.echo(f"{verdict}: {end.number} entries, head {_line(end.hash)}")
    if as_json:
        misfits = [
            {"kind": one.kind, "entry": one.entry, "run": one.run, "told": one.told}
            for one in found
        ]
        ledger = {"id": end.ledger, "entries": end.number, "head": end.hash}
        click.echo(json.dumps({"fits": not found, "ledger": ledger, "misfits": misfits}))


def tell_listed(listed: Sequence[Entry], end: Head, *, as_json: bool) -> None:
    """Print one line for each entry."""
    if as_json:
        for entry in listed:
            click.echo(json.dumps({"entry": entry.number, "hash": entry.hash, **entry.columns}))
        return
    for entry in listed:
        told = entry.columns
        words = (f"{entry.number:>6}", told["filed_at"][:19], f"{told['verdict']:<10}", told["run"])
        click.echo(_line("  ".join((*words, f"{told['customer']}, {told['runbook']}"))))
    click.echo(f"{end.number} entries, head {_line(end.hash)}")


def tell_record(entry: Entry, keys: Mapping[str, Key], *, as_json: bool) -> None:
    """Print one record: as it was signed, or the main things of it."""
    facts = facts_of(entry.record)
    if as_json:
        click.echo(json.dumps(opened(entry.record), indent=1, ensure_ascii=True))
        return
    try:
        signed = f"signed with key {signed_by(entry.record, keys)}"
    except LedgerError as error:
        signed = f"DOES NOT COUNT: {error}"
    for line in (*_lines(entry, facts), signed):
        click.echo(_line(line))


def _lines(entry: Entry, facts: Mapping[str, Any]) -> list[str]:
    store = f"{facts['store_hash']}{' (sandbox)' if facts['is_sandbox'] else ''}"
    tags = f", tagged {', '.join(facts['tags'])}" if facts["tags"] else ""
    return [
        f"{facts['customer']}: {facts['verdict']} (exit status {facts['exit']}){tags}",
        f"entry {entry.number}, run {facts['run']}, runbook {facts['runbook']}, store {store}",
        f"filed {facts['filed_at']} in {facts['folder']}",
        *(f"  {step['verdict']:<13} {step['id']}{_took(step)}" for step in facts["steps"]),
        *(f"  sha256 {sha256}  {name}" for name, sha256 in facts["files"].items()),
        f"entry's hash {entry.hash}",
    ]


def _took(step: Mapping[str, Any]) -> str:
    return f", {step['seconds']:.1f} s" if step["seconds"] is not None else ""


def _line(text: str) -> str:
    return plain(text).replace("\n", "�")
