"""What a session in JupyterLab leaves beside its answers, so that a new kernel can go on with it.

Results of checks by step, the parameters, the run's id and folder; never a secret. People's words
stand in the answers file.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cartproof.run.folders import folder_name, write_whole
from cartproof.run.in_line import locked
from cartproof.run.payloads import Payload, UnreadableError, step_from

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cartproof.run.results import StepResult

ANSWERS, SESSION, LAST = "answers.yaml", "session.json", ".last-session.json"
LARGEST = 20_000_000
KEPT = 20
"""Replaced results that are kept of each step."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is kept of a session.

    Attributes:
        cell: The parameters that the notebook's own cell gave.
        token: Fingerprint of the access token that the results were found with.
        results: By step id, each result as the notebook stores it, the last one last.
        current: Ids of the steps whose last result still holds.
    """

    runbook: str
    customer: str
    run_id: str
    folder: str
    engineer: str = ""
    token: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    cell: Mapping[str, Any] = field(default_factory=dict)
    results: Mapping[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    current: tuple[str, ...] = ()


def place_of(out: Path, *, customer: str, runbook_id: str) -> Path:
    """Return the folder of a customer's sessions with a runbook, beside the runs' folders."""
    return out / folder_name(customer) / runbook_id


def save_session(path: Path, session: Session) -> None:
    """Write a session; what another window found meanwhile is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path):
        other = load_session(path)
        if other is not None and other.run_id == session.run_id:
            session = merged(other, session)
        write_whole(path, json.dumps(asdict(session), ensure_ascii=False).encode())


def merged(older: Session, newer: Session) -> Session:
    """Return a session with the results of two windows on it, in the order of their ends."""
    results = {}
    for name in {**older.results, **newer.results}:
        both = [*older.results.get(name, ()), *newer.results.get(name, ())]
        distinct = {json.dumps(found, sort_keys=True): found for found in both}
        results[name] = sorted(distinct.values(), key=_end)[-KEPT:]
    return replace(newer, results=results)


def _end(found: Mapping[str, Any]) -> str:
    return str(found.get("finished_at", ""))


def load_session(path: Path) -> Session | None:
    """Return the session in a file, None when there is none that can be read."""
    try:
        if path.stat().st_size > LARGEST:
            return None
        found = Payload.of(json.loads(path.read_bytes()))
        return Session(
            runbook=found.text("runbook", None),
            customer=found.text("customer", None),
            run_id=found.text("run_id", None),
            folder=found.text("folder", None),
            engineer=found.text("engineer"),
            token=found.text("token"),
            parameters=found.part("parameters"),
            cell=found.part("cell"),
            results={name: list(each) for name, each in found.part("results").items()},
            current=tuple(name for name in found.get("current", ()) if isinstance(name, str)),
        )
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def results_in(
    session: Session,
) -> tuple[dict[str, StepResult], dict[str, list[StepResult]]]:
    """Return the results that hold, and those that were replaced, by step id."""
    holding, earlier = {}, {}
    for name, each in session.results.items():
        read = [found for found in map(_read, each) if found is not None]
        if read and name in session.current:
            holding[name] = read.pop()
        earlier[name] = read
    return holding, earlier


def _read(payload: Any) -> StepResult | None:
    try:
        return step_from(payload)
    except (UnreadableError, ValueError, TypeError):
        return None
