"""The reports of real runs of every runbook: small, and the merchant's without what is ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartproof import open_run
from cartproof.report.page import render
from cartproof.run.reading import RunReading, read_notebook
from cartproof.runbook.loader import load_runbook, runbook_ids

from .conftest import Shop

MOST_BYTES = 150_000


def cell(shown: Any) -> dict[str, Any]:
    """Return a code cell with what an object shows in a notebook."""
    data = json.loads(json.dumps(shown._repr_mimebundle_()))
    output = {"output_type": "execute_result", "data": data}
    return {"cell_type": "code", "source": "run", "execution_count": 1, "outputs": [output]}


def reading_of(shop: Shop, folder: Path) -> RunReading:
    """Run all steps in this process, and read them as a notebook is read."""
    run = open_run(
        shop.runbook,
        customer=shop.customer,
        credentials=shop.reference,
        answers=str(shop.answers),
        folder=str(folder / "run"),
    )
    steps = load_runbook(shop.runbook).steps
    cells = [cell(run), *(cell(run.step(step.id)) for step in steps), cell(run.finish())]
    return read_notebook({"cells": cells, "metadata": {}})


@pytest.mark.parametrize("runbook", runbook_ids())
def test_both_editions_are_small_and_the_merchants_has_nothing_of_ours(
    runbook: str, shop: Callable[..., Shop], tmp_path: Path
) -> None:
    """Under 150 kB; no request, no parameter's name, no path, no command, no note for merchants."""
    wrong = shop(runbook, changed={"Orders": "none", "Themes": "modify"})
    reading = reading_of(wrong, tmp_path)
    inside, outside = (render(reading, edition=name) for name in ("internal", "merchant"))
    assert max(len(page.encode()) for page in (inside, outside)) < MOST_BYTES
    paths = {
        entry.path.partition("?")[0]
        for step in reading.steps
        for finding in step.findings
        for entry in finding.evidence
    }
    names = {name for name in load_runbook(runbook).parameters if "_" in name}
    ours = {*paths, *names, str(tmp_path), str(wrong.credentials), "seen on the screen"}
    assert {words for words in ours if words in inside} > {str(wrong.credentials)}
    assert {words for words in ours if words in outside} == set()
    assert "cartproof run" not in outside
