"""What the ledger tells of a run: facts for queries, each read off the record and nothing else.

Since they are a function of the record, `audit verify` can make them anew and compare.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cartproof.audit.envelope import opened
from cartproof.errors import LedgerError
from cartproof.run.folders import run_folder

SCHEMA = 1
_LONGEST = 400
_KEPT = ("run", "customer", "runbook", "verdict", "filed_at", "batch")


def facts_of(record: bytes) -> dict[str, Any]:
    """Return the facts of a record.

    Args:
        record: Content of a `record.json`.

    Raises:
        LedgerError: It is no record of cartproof's.
    """
    try:
        statement = opened(record)
        told = statement["predicate"]["cartproof"]
        return {
            "schema": SCHEMA,
            **{name: _text(told.get(name)) for name in _KEPT},
            "exit": int(told["exit"]),
            "store_hash": _text(_part(told, "opened").get("store_hash")),
            "is_sandbox": _part(told, "opened").get("is_sandbox") is True,
            "folder": _folder(told),
            "tags": [_text(tag) for tag in _list(told, "tags")],
            "steps": [_step(step) for step in _list(told, "steps")],
            "scopes": [_scope(data) for data in _scopes(told)],
            "files": {
                _text(one["name"]): _text(one["digest"]["sha256"]) for one in statement["subject"]
            },
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise LedgerError("This is no record of cartproof's, or it is damaged.") from error


def as_text(facts: Mapping[str, Any]) -> str:
    """Return facts as the one line of JSON that the ledger keeps: sorted, in ASCII."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"))


def _folder(told: Mapping[str, Any]) -> str:
    place = run_folder(
        Path(),
        customer=_text(told["customer"]),
        runbook_id=_text(told["runbook"]),
        run_id=_text(told["run"]),
    )
    return place.as_posix()


def _step(result: Any) -> dict[str, Any]:
    step = _part(result, "step")
    return {
        "id": _text(step.get("id")),
        "verdict": _text(result.get("verdict")),
        "required": step.get("required") is True,
        "seconds": _seconds(result.get("started_at"), result.get("finished_at")),
    }


def _scopes(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the findings say of rows of the account screen."""
    for step in _list(told, "steps"):
        for finding in _list(step, "findings"):
            data = _part(finding, "data")
            if "row" in data and "possible" in data:
                yield {**data, "verdict": finding.get("verdict")}


def _scope(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "row": _text(data["row"]),
        "wanted": _text(data.get("wanted")),
        "found": _text(data.get("level")),
        "possible": [_text(level) for level in _list(data, "possible")],
        "verdict": _text(data.get("verdict")),
    }


def _seconds(started: Any, finished: Any) -> float | None:
    try:
        took = datetime.fromisoformat(finished) - datetime.fromisoformat(started)
    except (ValueError, TypeError):
        return None
    return round(took.total_seconds(), 3)


def _part(mapping: Any, name: str) -> Mapping[str, Any]:
    value = mapping.get(name) if isinstance(mapping, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _list(mapping: Any, name: str) -> list[Any]:
    value = mapping.get(name) if isinstance(mapping, Mapping) else None
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Return a text that any database takes and that can steer no terminal; empty for others."""
    if not isinstance(value, str):
        return ""
    plain = "".join(character if character.isprintable() else "�" for character in value)
    return plain[:_LONGEST]
