"""Scopes that a person fills in: read off a picture of the article, or told by the vendor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cartproof.errors import ParameterError, UsageError
from cartproof.runbook.model import Level, Runbook, Scope
from cartproof.scopes.catalogue import find_row


def with_filled_in_scopes(runbook: Runbook, parameters: Mapping[str, Any]) -> Runbook:
    """Return the runbook with the rows of the parameter that `account.scopes_from` names.

    Args:
        runbook: As loaded.
        parameters: The run's parameters, typed.

    Raises:
        ParameterError: An entry is not `Row: level`, or stands twice.
    """
    account = runbook.account
    entries = parameters.get(account.scopes_from) or []
    if not entries:
        return runbook
    given = scopes_of(account.scopes_from, entries)
    kept = [scope for scope in account.scopes if _stays(scope, given)]
    filled_in = account.model_copy(update={"scopes": [*kept, *given.values()]})
    return runbook.model_copy(update={"account": filled_in})


def scopes_of(name: str, entries: Iterable[str]) -> dict[str, Scope]:
    """Return the scopes of `Row: level` entries, by the row's name on the screen.

    Args:
        name: The parameter's name, for messages.
        entries: As a person wrote them: `Orders: modify`.

    Raises:
        ParameterError: An entry cannot be read, names no row or no level of it, or stands twice.
    """
    scopes: dict[str, Scope] = {}
    for entry in entries:
        scope = _scope(name, entry)
        if scope.row in scopes:
            raise ParameterError(f"{name!r} holds {scope.row} twice; keep one")
        scopes[scope.row] = scope
    return scopes


def _scope(name: str, entry: str) -> Scope:
    row_name, colon, level = entry.rpartition(":")
    if not colon:
        raise ParameterError(f"{name!r} takes entries like 'Orders: modify', not {entry!r}")
    try:
        row = find_row(row_name)
        return Scope(row=row.name, level=Level(row.level_named(level)), note=f"as in `{name}`")
    except UsageError as exc:
        raise ParameterError(f"{name!r}, entry {entry!r}: {exc}") from exc


def _stays(scope: Scope, given: Mapping[str, Scope]) -> bool:
    return scope.status != "inferred" and find_row(scope.row).name not in given
