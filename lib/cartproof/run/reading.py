"""A run, read back from its executed notebook: the one source of verdict, report and record.

What counts is what the steps *declared* by the runbook left in the notebook's outputs. The
metadata that papermill writes is not evidence: after a dead kernel or a time-out it calls cells
`completed` that never ran. Nothing that stands in the notebook is trusted to have the right form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cartproof.errors import NotebookError
from cartproof.findings import INTERNAL, Verdict
from cartproof.run.payloads import (
    DeclaredStep,
    Finish,
    Payload,
    RunHeader,
    UnreadableError,
    declared_steps,
    finish_from,
    header_from,
    step_from,
)
from cartproof.run.results import FINISH_MIME, RUN_MIME, STEP_MIME, StepResult
from cartproof.run.verdicts import RunVerdict, exit_status, run_verdict

if TYPE_CHECKING:
    from pathlib import Path

UNREADABLE = "Its stored result cannot be read."
_LONGEST_EVALUE = 300
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_STEP_CALL = re.compile(r"\.step\(\s*[\"']([^\"']+)[\"']")


@dataclass(frozen=True, slots=True)
class RunReading:
    """What an executed notebook says of its run.

    Attributes:
        header: What the run was opened with; None when it never opened, or that cannot be read.
        steps: One result per declared step, in declared order; `not-run` where there is none.
        earlier: By step id, results that a later one of the same step replaced.
        undeclared: Results of steps that the runbook does not declare; they count for nothing.
        interruption: What stopped the notebook, in plain words; else empty.
        doubts: What in the notebook does not fit together, one sentence each.
        finish: What the finish cell wrote; None when it did not run. It decides nothing.
    """

    runbook_id: str
    runbook_sha256: str
    header: RunHeader | None
    steps: tuple[StepResult, ...]
    verdict: RunVerdict
    earlier: Mapping[str, tuple[StepResult, ...]] = field(default_factory=dict, metadata=INTERNAL)
    undeclared: tuple[StepResult, ...] = field(default=(), metadata=INTERNAL)
    interruption: str = field(default="", metadata=INTERNAL)
    doubts: tuple[str, ...] = field(default=(), metadata=INTERNAL)
    finish: Finish | None = None

    @property
    def exit_status(self) -> int:
        """Return the exit status for this run; see `verdicts.exit_status`."""
        status = exit_status(self.steps)
        return 3 if status == 0 and self.verdict is not RunVerdict.VERIFIED else status


def read_notebook(notebook: Mapping[str, Any] | Path) -> RunReading:
    """Read the run that an executed notebook holds.

    Args:
        notebook: The notebook's file, or its content (a `NotebookNode` is such a mapping).

    Raises:
        NotebookError: It is no notebook, not whole, or not one that cartproof built.
    """
    is_open = isinstance(notebook, Mapping)
    content = notebook if isinstance(notebook, Mapping) else _load(notebook)
    return _read(content, place="this notebook" if is_open else str(notebook))


def _load(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as exc:
        raise NotebookError(f"{path} cannot be opened: {exc.strerror or exc}") from exc
    except (ValueError, RecursionError) as exc:
        raise NotebookError(
            f"{path} is no whole notebook: it is not JSON, or was cut off while being written. "
            "Run the notebook again."
        ) from exc
    if not isinstance(content, dict):
        raise NotebookError(f"{path} is JSON, but no notebook.")
    return content


def _read(notebook: Mapping[str, Any], *, place: str) -> RunReading:
    cells = _code_cells(notebook, place=place)
    outputs = _Outputs.of(cells)
    header, finish = outputs.header, outputs.finish
    metadata = Payload.of(Payload.of(notebook.get("metadata")).get("cartproof"))
    declared = declared_steps(metadata.get("steps"), header.steps if header else ())
    if not declared:
        raise NotebookError(
            f"{place} is not a cartproof run: it declares no steps. "
            "Give the executed copy of a notebook that `cartproof build` wrote."
        )
    interruption = _interruption(cells, {step.id: step.title for step in declared})
    steps = tuple(_settle(step, outputs.steps.get(step.id, ()), interruption) for step in declared)
    ids = {step.id for step in declared}
    reading = RunReading(
        runbook_id=metadata.text_or("runbook") or (header.runbook_id if header else ""),
        runbook_sha256=(header.runbook_sha256 if header else "")
        or metadata.text_or("runbook_sha256"),
        header=header,
        steps=steps,
        verdict=_verdict(steps, header),
        earlier={
            key: tuple(found[:-1])
            for key, found in outputs.steps.items()
            if key in ids and found[1:]
        },
        undeclared=tuple(found[-1] for key, found in outputs.steps.items() if key not in ids),
        interruption=interruption,
        finish=finish,
    )
    return replace(reading, doubts=tuple(_doubts(reading, outputs, metadata)))


def _verdict(steps: tuple[StepResult, ...], header: RunHeader | None) -> RunVerdict:
    verdict = run_verdict(steps)
    if header is None and verdict is RunVerdict.VERIFIED:
        return RunVerdict.INCOMPLETE  # nobody can tell whose store it was
    return verdict


def _settle(step: DeclaredStep, found: tuple[StepResult, ...], interruption: str) -> StepResult:
    if found:
        return replace(found[-1], title=step.title, side=step.side, required=step.required)
    return StepResult(
        step.id,
        step.title,
        step.side,
        Verdict.NOT_RUN,
        required=step.required,
        reason=f"Its cell did not run. {interruption}" if interruption else "Its cell did not run.",
    )


def _doubts(reading: RunReading, outputs: _Outputs, metadata: Payload) -> Iterator[str]:
    yield from outputs.doubts
    header, finish = reading.header, reading.finish
    if header is None and not outputs.doubts:
        yield "The run was never opened: no customer and no store stand in this notebook."
    for step in reading.undeclared:
        yield f"There is a result for “{step.step_id[:80]}”, a step the runbook does not declare."
    if finish and finish.verdict != reading.verdict:
        yield f"The notebook's last cell says “{finish.verdict[:20]}”; its steps say otherwise."
    built_from = metadata.text_or("runbook_sha256")
    if header and built_from and header.runbook_sha256 not in {"", built_from}:
        yield "The notebook was built from another version of the runbook than the one that ran."


@dataclass(slots=True)
class _Outputs:
    """What the code cells left, gathered in the order in which it stands."""

    header: RunHeader | None = None
    finish: Finish | None = None
    steps: dict[str, tuple[StepResult, ...]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, cells: list[_Cell]) -> _Outputs:
        found = cls()
        for cell in cells:
            for output in cell.outputs:
                data = Payload.of(output.get("data"))
                for mime, take in _TAKERS.items():
                    if mime in data:
                        take(found, data[mime], cell)
        return found

    def take_header(self, payload: Any, cell: _Cell) -> None:
        try:
            self.header = header_from(payload)
        except UnreadableError as exc:
            self.header = None
            self.doubts.append(f"What the run was opened with cannot be read ({exc}).")

    def take_finish(self, payload: Any, cell: _Cell) -> None:
        try:
            self.finish = finish_from(payload)
        except UnreadableError as exc:
            self.doubts.append(f"What the finish cell wrote cannot be read ({exc}).")

    def take_step(self, payload: Any, cell: _Cell) -> None:
        try:
            result = step_from(payload)
            self._add(self._of_this_run(result, Payload.of(payload).text_or("run_id")))
        except UnreadableError as exc:
            step_id = Payload.of(Payload.of(payload).get("step")).text_or("id") or cell.step_id
            self.doubts.append(f"A result in {cell.place({})} cannot be read ({exc}).")
            if step_id:
                self._add(StepResult(step_id, step_id, "", Verdict.NOT_RUN, reason=UNREADABLE))

    def _of_this_run(self, result: StepResult, run_id: str) -> StepResult:
        if self.header is None or run_id in {"", self.header.run_id}:
            return result
        reason = "Its cell did not run in this run: the result shown there is an earlier run's."
        return StepResult(result.step_id, result.title, "", Verdict.NOT_RUN, reason=reason)

    def _add(self, result: StepResult) -> None:
        self.steps[result.step_id] = (*self.steps.get(result.step_id, ()), result)


_TAKERS = {
    RUN_MIME: _Outputs.take_header,
    STEP_MIME: _Outputs.take_step,
    FINISH_MIME: _Outputs.take_finish,
}


@dataclass(frozen=True, slots=True)
class _Cell:
    """One code cell, with nothing in it taken for granted."""

    number: int
    source: str
    outputs: tuple[Payload, ...]
    has_run: bool

    @property
    def step_id(self) -> str:
        called = _STEP_CALL.search(self.source)
        return called.group(1) if called else ""

    def place(self, titles: Mapping[str, str]) -> str:
        if self.step_id in titles:
            return f"the step “{titles[self.step_id]}”"
        if "open_run(" in self.source:
            return "the opening of the run"
        return "the finish" if ".finish(" in self.source else f"code cell {self.number}"


def _code_cells(notebook: Mapping[str, Any], *, place: str) -> list[_Cell]:
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise NotebookError(f"{place} is no Jupyter notebook of format 4: it has no list of cells.")
    code = [cell for cell in map(Payload.of, cells) if cell.get("cell_type") == "code"]
    return [_cell(number, cell) for number, cell in enumerate(code, start=1)]


def _cell(number: int, cell: Payload) -> _Cell:
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    outputs = cell.get("outputs")
    found = tuple(map(Payload.of, outputs)) if isinstance(outputs, list) else ()
    return _Cell(
        number=number,
        source="".join(line for line in lines if isinstance(line, str)),
        outputs=found,
        has_run=cell.get("execution_count") is not None or bool(found),
    )


def _interruption(cells: list[_Cell], titles: Mapping[str, str]) -> str:
    for cell in cells:
        for output in cell.outputs:
            if output.get("output_type") == "error":
                return f"Stopped at {cell.place(titles)}: {_cause(output)}"
    if not any(cell.has_run for cell in cells):
        return "No cell of this notebook has run."
    if any(FINISH_MIME in Payload.of(output.get("data")) for c in cells for output in c.outputs):
        return ""
    unrun = [cell for cell in cells if cell.source.strip() and not cell.has_run]
    if not unrun:
        return "The notebook has no finish: its last cell left no result."
    return (
        f"Stopped at {unrun[0].place(titles)}: "
        "the kernel died or was shut down before this cell ended."
    )


def _cause(error: Payload) -> str:
    ename, evalue = error.text_or("ename"), error.text_or("evalue")
    if ename == "KeyboardInterrupt":
        return "the cell was interrupted; its time ran out, or somebody stopped it."
    told = " ".join(_ANSI.sub("", evalue[: 4 * _LONGEST_EVALUE]).split())
    cut = f"{told[:_LONGEST_EVALUE]} …" if len(told) > _LONGEST_EVALUE else told
    if ename == "SystemExit":
        return f"the cell ended Python (SystemExit: {cut})."
    return f"{ename or 'an error'}: {cut}" if cut else f"{ename or 'an error without a name'}."
