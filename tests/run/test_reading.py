"""A run read back from its notebook: the verdict comes from what is declared, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartproof.errors import NotebookError
from cartproof.findings import Finding, Verdict
from cartproof.run.reading import UNREADABLE, RunReading, read_notebook
from cartproof.run.results import FINISH_MIME, RUN_MIME, STEP_MIME, Attestation, StepResult
from cartproof.run.verdicts import RunVerdict
from cartproof.store.evidence import Evidence

A, B = ("a", "First check"), ("b", "Second check")
RUN: dict[str, Any] = {
    "schema": 1,
    "run_id": "r1",
    "runbook": {"id": "stone-edge", "title": "Stone Edge", "sha256": "aa"},
    "customer": "Harbour Candles",
    "store": {"hash": "abc123", "origin": "https://api.bigcommerce.com", "is_sandbox": False},
}


def steps(*ids: tuple[str, str], required: bool = True) -> list[dict[str, Any]]:
    """Return declared steps."""
    return [
        {"id": id_, "title": title, "side": "bigcommerce", "required": required}
        for id_, title in ids
    ]


def cell(source: str, *outputs: dict[str, Any], count: int | None = 1) -> dict[str, Any]:
    """Return a code cell."""
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "execution_count": count,
        "outputs": list(outputs),
    }


def shown(mime: str, payload: Any) -> dict[str, Any]:
    """Return an output with one of our MIME types."""
    return {"output_type": "execute_result", "metadata": {}, "data": {mime: payload}}


def opened(**changed: Any) -> dict[str, Any]:
    """Return the cell that opened the run."""
    return cell('run = cartproof.open_run("stone-edge")', shown(RUN_MIME, {**RUN, **changed}))


def step(step_id: str, verdict: str = "pass", **changed: Any) -> dict[str, Any]:
    """Return a step's cell."""
    payload = StepResult(step_id, step_id, "bigcommerce", Verdict.PASS).as_json()
    return cell(
        f'run.step("{step_id}")', shown(STEP_MIME, payload | {"verdict": verdict} | changed)
    )


def unrun(source: str) -> dict[str, Any]:
    """Return a cell that did not run, which papermill calls completed nevertheless."""
    made = cell(source, count=None)
    made["metadata"]["papermill"] = {"status": "completed", "exception": False}
    return made


def finish(verdict: str = "verified") -> dict[str, Any]:
    """Return the finish cell."""
    payload = {"schema": 1, "verdict": verdict, "exit": 0, "finished_at": "", "requests": 3}
    return cell("run.finish()", shown(FINISH_MIME, payload))


def failed(source: str, ename: str, evalue: str) -> dict[str, Any]:
    """Return a cell that ended in an error."""
    error = {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": []}
    return cell(source, error)


def notebook(*cells: dict[str, Any], declared: Any = None) -> dict[str, Any]:
    """Return a notebook that declares two steps, unless said otherwise."""
    metadata = {"schema": 1, "runbook": "stone-edge", "runbook_sha256": "aa"}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "cartproof": metadata | {"steps": steps(A, B) if declared is None else declared}
        },
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": "# x"}, *cells],
    }


def verdicts(reading: RunReading) -> list[str]:
    """Return the steps' verdicts, in declared order."""
    return [str(result.verdict) for result in reading.steps]


def test_a_whole_run_is_verified() -> None:
    """All declared steps settled: verified, exit 0, nothing in doubt."""
    reading = read_notebook(notebook(opened(), step("a"), step("b", "warn"), finish()))
    assert reading.verdict is RunVerdict.VERIFIED
    assert reading.exit_status == 0
    assert (reading.interruption, reading.doubts, reading.undeclared) == ("", (), ())
    assert reading.header is not None
    assert reading.header.customer == "Harbour Candles"
    assert reading.finish is not None
    assert reading.finish.requests == 3


def test_a_file_reads_as_the_node_does(tmp_path: Path) -> None:
    """A path, a dict and a NotebookNode give equal readings."""
    made = notebook(opened(), step("a"), step("b"), finish())
    path = tmp_path / "out.ipynb"
    path.write_text(json.dumps(made), encoding="utf-8")
    assert read_notebook(path) == read_notebook(made)
    assert read_notebook(nbformat.from_dict(made)) == read_notebook(made)


def test_a_result_survives_the_notebook_unchanged() -> None:
    """What a step wrote is what is read: findings, evidence, attestation, times."""
    result = StepResult(
        "a",
        "First check",
        "bigcommerce",
        Verdict.ATTESTED,
        findings=(
            Finding(
                Verdict.INCONCLUSIVE,
                "Orders",
                "Busy.",
                remedy="Wait.",
                who="engineer",
                data={"row": "Orders", "level": None},
                evidence=(
                    Evidence("GET", "/v2/time", None, failure="cut off", headers={"a": "b"}),
                ),
            ),
        ),
        attestation=Attestation("Jo", "2026-11-22T00:00:00Z", "seen", "118"),
        started_at="2026-11-22T00:00:00Z",
    )
    stored = json.loads(json.dumps(result.as_json()))
    made = notebook(opened(), cell("x", shown(STEP_MIME, stored)), step("b"))
    assert read_notebook(made).steps[0] == result


def test_steps_come_in_declared_order_and_the_last_result_counts() -> None:
    """Cells out of order and run twice: declared order, the later result, the earlier kept."""
    reading = read_notebook(notebook(opened(), step("b"), step("a", "fail"), step("a"), finish()))
    assert [result.step_id for result in reading.steps] == ["a", "b"]
    assert reading.verdict is RunVerdict.VERIFIED
    assert [result.verdict for result in reading.earlier["a"]] == [Verdict.FAIL]


def test_a_step_without_a_result_is_not_run_whatever_papermill_says() -> None:
    """A dead kernel: cells marked completed that never ran hold the verdict up."""
    cells = (opened(), step("a"), unrun('run.step("b")'), unrun("run.finish()"))
    made = notebook(*cells)
    made["metadata"]["papermill"] = {"exception": None}
    reading = read_notebook(made)
    assert verdicts(reading) == ["pass", "not-run"]
    assert reading.verdict is RunVerdict.INCOMPLETE
    assert reading.exit_status == 3
    assert reading.interruption == (
        "Stopped at the step “Second check”: "
        "the kernel died or was shut down before this cell ended."
    )
    assert reading.steps[1].reason == f"Its cell did not run. {reading.interruption}"


@pytest.mark.parametrize(
    ("ename", "evalue", "words"),
    [
        ("ZeroDivisionError", "\x1b[31mdivision\x1b[0m by zero", "ZeroDivisionError: division by"),
        ("SystemExit", "2", "the cell ended Python (SystemExit: 2)."),
        ("KeyboardInterrupt", "", "its time ran out, or somebody stopped it."),
        ("", "", "an error without a name."),
        ("E", "x" * 9_999, "x …"),
    ],
)
def test_an_error_names_the_step_and_the_cause(ename: str, evalue: str, words: str) -> None:
    """An error output stops the run there; the reason stands in the steps after it."""
    cells = (opened(), step("a"), failed('run.step("b")', ename, evalue), unrun("run.finish()"))
    reading = read_notebook(notebook(*cells))
    assert reading.interruption.startswith("Stopped at the step “Second check”: ")
    assert words in reading.interruption
    assert len(reading.interruption) < 400
    assert reading.verdict is RunVerdict.INCOMPLETE


def test_an_interruption_after_the_last_step_does_not_change_the_verdict() -> None:
    """All steps settled, then the kernel died: the steps decide, the interruption is shown."""
    reading = read_notebook(notebook(opened(), step("a"), step("b"), unrun("run.finish()")))
    assert reading.verdict is RunVerdict.VERIFIED
    assert reading.interruption.startswith("Stopped at the finish: ")


def test_a_run_that_never_opened_is_incomplete() -> None:
    """The open cell raised: no header, every step not run, the error in words."""
    raised = failed("run = cartproof.open_run(…)", "ParameterError", "`customer` is empty.")
    reading = read_notebook(notebook(raised, unrun('run.step("a")')))
    assert reading.header is None
    assert verdicts(reading) == ["not-run", "not-run"]
    assert "Stopped at the opening of the run: ParameterError" in reading.steps[0].reason
    assert reading.exit_status == 3


def test_results_without_an_opened_run_are_never_verified() -> None:
    """Nobody can tell whose store it was."""
    reading = read_notebook(notebook(step("a"), step("b"), finish()))
    assert reading.verdict is RunVerdict.INCOMPLETE
    assert reading.exit_status == 3
    assert any("never opened" in doubt for doubt in reading.doubts)


def test_a_notebook_that_never_ran_says_so() -> None:
    """No outputs at all."""
    reading = read_notebook(notebook(unrun("x"), unrun('run.step("a")')))
    assert reading.interruption == "No cell of this notebook has run."


def test_undeclared_results_count_for_nothing() -> None:
    """An extra failing step neither fails the run nor hides."""
    reading = read_notebook(notebook(opened(), step("a"), step("b"), step("extra", "fail")))
    assert reading.verdict is RunVerdict.VERIFIED
    assert [result.step_id for result in reading.undeclared] == ["extra"]
    assert any("“extra”" in doubt for doubt in reading.doubts)


def test_a_result_cannot_make_its_step_optional_or_rename_it() -> None:
    """Title, side and being required come from the declaration."""
    claims = {"id": "a", "title": "Harmless", "side": "vendor", "required": False}
    reading = read_notebook(notebook(opened(), step("a", "fail", step=claims), step("b")))
    assert (reading.steps[0].title, reading.steps[0].required) == ("First check", True)
    assert reading.verdict is RunVerdict.FAILED


def test_what_the_header_declares_cannot_be_left_out_of_the_metadata() -> None:
    """A step that only the header declares, or declares required, holds the verdict up."""
    runbook = {**RUN["runbook"], "steps": steps(A, B)}
    made = notebook(opened(runbook=runbook), step("a"), declared=steps(A))
    assert verdicts(read_notebook(made)) == ["pass", "not-run"]
    weakened = [*steps(A), *steps(B, required=False)]
    made = notebook(opened(runbook=runbook), step("a"), declared=weakened)
    assert read_notebook(made).verdict is RunVerdict.INCOMPLETE
    del made["metadata"]["cartproof"]
    assert read_notebook(made).verdict is RunVerdict.INCOMPLETE


def test_a_declaration_that_cannot_be_read_stays_a_required_step() -> None:
    """Damage to a declaration never makes a run look better."""
    odd = steps(B)[0] | {"required": 0}
    for entry in (7, odd):
        reading = read_notebook(notebook(opened(), step("a"), declared=[*steps(A), entry]))
        assert verdicts(reading) == ["pass", "not-run"]
        assert reading.verdict is RunVerdict.INCOMPLETE


@pytest.mark.parametrize(
    "payload",
    [
        "text",
        None,
        {},
        {"schema": 2, "step": {"id": "b"}, "verdict": "pass"},
        {"schema": 1, "step": {"id": "b"}},
        {"schema": 1, "step": {"id": "b"}, "verdict": "splendid"},
        {"schema": 1, "step": {"id": "b"}, "verdict": "pass", "findings": [1]},
        {"schema": 1, "step": {"id": "b"}, "verdict": "pass", "findings": [{"verdict": 1}]},
        {"schema": 1, "step": {"id": "b"}, "verdict": "pass", "attestation": {"who": "Jo"}},
    ],
)
def test_a_result_that_cannot_be_read_is_not_run(payload: Any) -> None:
    """A malformed result counts as none, even after a good one, and is in doubt."""
    bad = cell('run.step("b")', shown(STEP_MIME, payload))
    reading = read_notebook(notebook(opened(), step("a"), step("b"), bad, finish()))
    assert verdicts(reading) == ["pass", "not-run"]
    assert reading.steps[1].reason == UNREADABLE
    assert any("cannot be read" in doubt for doubt in reading.doubts)


def test_a_result_of_another_run_is_not_taken() -> None:
    """A result that names another run id, left from a session before, is not this run's."""
    reading = read_notebook(notebook(opened(), step("a", run_id="r0"), step("b", run_id="r1")))
    assert verdicts(reading) == ["not-run", "pass"]
    assert "an earlier run's" in reading.steps[0].reason


def test_a_header_that_cannot_be_read_is_a_doubt_and_no_crash() -> None:
    """A store that is no object: the run counts as not opened."""
    reading = read_notebook(notebook(opened(store="abc"), step("a"), step("b")))
    assert reading.header is None
    assert reading.verdict is RunVerdict.INCOMPLETE
    assert any("opened with cannot be read" in doubt for doubt in reading.doubts)


def test_a_last_cell_that_says_otherwise_is_a_doubt() -> None:
    """The finish output decides nothing, and its contradiction is told."""
    reading = read_notebook(notebook(opened(), step("a", "fail"), step("b"), finish("verified")))
    assert reading.verdict is RunVerdict.FAILED
    assert any("says “verified”" in doubt for doubt in reading.doubts)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no whole notebook"),
        (b'{"cells": [', "no whole notebook"),
        (b"\xff\xfe\x00", "no whole notebook"),
        (b"[" * 100_000, "no whole notebook"),
        (b"[]", "no notebook"),
        (b'{"worksheets": []}', "format 4"),
        (b'{"cells": [], "metadata": {}}', "not a cartproof run"),
    ],
)
def test_what_is_no_run_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    """Cut off, not JSON, no notebook, or not ours: one NotebookError that says which."""
    path = tmp_path / "out.ipynb"
    path.write_bytes(content)
    with pytest.raises(NotebookError, match=words):
        read_notebook(path)


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    """No traceback for a wrong path."""
    with pytest.raises(NotebookError, match="cannot be opened"):
        read_notebook(tmp_path / "nowhere.ipynb")


@settings(deadline=None)
@given(st.data())
def test_a_notebook_cut_anywhere_is_never_verified(data: st.DataObject) -> None:
    """Whichever cells' outputs are lost, only the whole set of results is verified."""
    cells = [opened(), step("a"), step("b"), finish()]
    kept = [data.draw(st.booleans()) for _ in cells]
    left = [c if keep else unrun(c["source"]) for c, keep in zip(cells, kept, strict=True)]
    reading = read_notebook(notebook(*left))
    assert (reading.verdict is RunVerdict.VERIFIED) is all(kept[:3])
