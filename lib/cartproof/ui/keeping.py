"""Where a desk's work is kept, and how a new kernel takes it up again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.errors import UsageError
from cartproof.run.folders import checked_customer, new_run_id, run_folder, write_whole
from cartproof.run.mode import Mode
from cartproof.run.session import (
    ANSWERS,
    LAST,
    SESSION,
    Session,
    load_session,
    place_of,
    results_in,
    save_session,
)
from cartproof.secrets.nested import redact_nested

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cartproof.run.live import LiveRun
    from cartproof.run.opening import Opening
    from cartproof.run.results import StepResult
    from cartproof.ui.desk import Desk


class Keeping:
    """The files of one desk: answers, session, and which customer was worked on last."""

    def __init__(self, out: Path, opening: Opening, sitting: str = "") -> None:
        """Look nowhere yet.

        Args:
            out: Folder of all runs.
            opening: What the cell gave.
            sitting: What is the same for kernels of one session of JupyterLab.
        """
        self.sitting = sitting
        self.out = out
        self._opening = opening
        self._cleaned: dict[int, tuple[StepResult, Mapping[str, Any]]] = {}

    def last(self) -> tuple[Session | None, bool]:
        """Return what was worked on last here, and whether that was in this very sitting."""
        try:
            found = json.loads(self._last.read_bytes())
            customer, sitting = str(found["customer"]), str(found["sitting"])
        except (OSError, ValueError, KeyError, TypeError):
            return None, False
        return load_session(self._place(customer) / SESSION), sitting == self.sitting

    @property
    def _last(self) -> Path:
        return self.out / f"{LAST}.{self._opening.runbook}"

    def _place(self, customer: str) -> Path:
        return place_of(self.out, customer=customer, runbook_id=self._opening.runbook)

    def opening_for(
        self, customer: str, given: Mapping[str, Any]
    ) -> tuple[Opening, Session | None]:
        """Return what to open a customer's run with, and the session it goes on with.

        A parameter comes from what is given, else from the cell where it was changed since the
        session, else from the session, else from the cell.

        Raises:
            ParameterError: The customer's name cannot be used.
            UsageError: Another customer's session stands in the place.
        """
        name = checked_customer(customer)
        place = self._place(name)
        session = load_session(place / SESSION)
        if session is not None and session.customer != name:
            raise UsageError(
                f"{place} holds the answers of {session.customer}: give `answers` and `folder`, or "
                "another spelling of the name."
            )
        now = self._opening.now()
        run_id = session.run_id if session else new_run_id(now)
        new = run_folder(self.out, customer=name, runbook_id=self._opening.runbook, run_id=run_id)
        folder = self._opening.folder or (session.folder if session else str(new))
        opening = replace(
            self._opening,
            customer=name,
            credentials="",
            store_hash="",
            answers=self._opening.answers or str(place / ANSWERS),
            folder=folder,
            mode=str(Mode.INTERACTIVE),
            parameters={**self._parameters(session), **given},
        )
        return opening, session

    def _parameters(self, session: Session | None) -> dict[str, Any]:
        cell = dict(self._opening.parameters)
        if session is None:
            return cell
        before = session.cell
        changed = {name: value for name, value in cell.items() if value != before.get(name)}
        return {**session.parameters, **changed}

    def restore(self, run: LiveRun, session: Session) -> None:
        """Have a run take up what its session came to."""
        holding, earlier = results_in(session)
        run.restore(holding, earlier)
        run.remember_token(session.token)

    def save(self, desk: Desk) -> None:
        """Write down where the desk stands."""
        run = desk.run
        if run is None:
            return
        stage = run.stage
        results = {
            step.id: [self._clean(found, desk) for found in _all_of(run, step.id)]
            for step in run.runbook.steps
            if step.check or step.collect
        }
        current = tuple(name for name in results if name in run.results)
        session = Session(
            runbook=run.runbook.id,
            customer=stage.customer,
            run_id=stage.run_id,
            folder=str(run.journal.path.parent),
            engineer=desk.engineer,
            token=run.known_token,
            parameters=dict(stage.parameters),
            cell=dict(self._opening.parameters),
            results={name: found for name, found in results.items() if found},
            current=current,
        )
        save_session(self._place(stage.customer) / SESSION, session)
        last = {"customer": stage.customer, "sitting": self.sitting}
        write_whole(self._last, json.dumps(last).encode())

    def _clean(self, result: StepResult, desk: Desk) -> Mapping[str, Any]:
        """Return a result as it may stand in a file; each is searched for secrets once."""
        kept = self._cleaned.get(id(result))
        if kept is None:
            kept = (result, redact_nested(result.as_json(), desk.redactor.redact))
            self._cleaned[id(result)] = kept
        return kept[1]

    def answers(self, run: LiveRun) -> Path:
        """Return where a run's answers are kept."""
        given = self._opening.answers
        return Path(given) if given else self._place(run.stage.customer) / ANSWERS

    def put_aside(self, run: LiveRun) -> None:
        """Rename a session's files, so that the next one begins with none."""
        place, stage = self._place(run.stage.customer), run.stage
        for name in (ANSWERS, SESSION):
            path = place / name
            if path.exists():
                path.replace(path.with_name(f"{path.stem}-{stage.run_id}{path.suffix}"))


def _all_of(run: LiveRun, step_id: str) -> Iterator[StepResult]:
    yield from run.earlier.get(step_id, ())
    if step_id in run.results:
        yield run.results[step_id]
