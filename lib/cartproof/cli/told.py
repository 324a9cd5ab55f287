"""What the commands say of a filed run, and how they read `NAME=VALUE`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from cartproof.errors import ParameterError
from cartproof.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartproof.audit.changes import Changes
    from cartproof.filing import Filed
    from cartproof.run.results import StepResult


def named_values(pairs: Iterable[str]) -> dict[str, str]:
    """Return `NAME=VALUE` pairs as a mapping.

    Raises:
        ParameterError: A pair has no `=`, or a name comes twice.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise ParameterError(f"-p takes NAME=VALUE, not {pair[:60]!r}.")
        if name in values:
            raise ParameterError(f"-p {name} is given twice.")
        values[name] = value
    return values


def plain(text: str) -> str:
    """Return text that cannot steer a terminal: control characters are shown as `�`."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)


def reasons(steps: Iterable[StepResult], *, most: int = 3) -> list[str]:
    """Return why a run is not verified, the gravest first, in words."""
    order = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.BLOCKED, Verdict.NOT_RUN)
    lines: list[str] = []
    for verdict in order:
        for step in steps:
            if step.required and step.verdict is verdict:
                found = [f for f in step.findings if f.verdict is verdict]
                lines += [f"{f.title}: {f.message}" for f in found] or [
                    f"{step.title}: {step.reason}"
                ]
        if lines:
            break
    more = len(lines) - most
    return [*lines[:most], *([f"and {more} more"] if more > 0 else [])]


def changed(changes: Changes, *, most: int = 5) -> list[str]:
    """Return what changed since the last filed run, in words; nothing for a first or equal one."""
    lines = [f"since the last run: {one}" for one in changes.sentences()[:most]]
    more = len(changes.entries) + changes.left_out - len(lines)
    return [*lines, *([f"and {more} more changes, see the report"] if more else [])]


def tell(filed: Filed, *, as_json: bool) -> None:
    """Print a run's verdict, why, and where its files are; with `as_json` a last line of JSON."""
    whose = filed.run_id if filed.leaks else filed.customer
    click.echo(f"{plain(whose)}: {filed.verdict}")
    for leak in filed.leaks:
        click.echo(f"  withheld, {plain(str(leak))}", err=True)
    if filed.journal:
        kept = f"  the run changed the store; its journal is kept: {plain(str(filed.journal))}"
        click.echo(kept, err=True)
    if filed.reading.interruption:
        click.echo(f"  {plain(filed.reading.interruption)}")
    for line in reasons(filed.reading.steps) if filed.verdict != "verified" else []:
        click.echo(f"  {plain(line)}")
    for line in changed(filed.changes) if filed.folder else []:
        click.echo(f"  {plain(line)}")
    if filed.folder:
        click.echo(f"  {plain(str(filed.folder / 'report.html'))}")
    if filed.unlisted:
        told = f"  not in the ledger: {plain(filed.unlisted)} Then: cartproof audit append"
        click.echo(told, err=True)
    if as_json:
        last = {
            "run": filed.run_id,
            "verdict": str(filed.verdict),
            "folder": str(filed.folder) if filed.folder else None,
            "exit": filed.exit,
            "changes": list(filed.changes.sentences()),
        }
        click.echo(json.dumps(last))
