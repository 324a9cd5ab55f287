"""Working copies, the private folder, and what a kernel is told; without a browser."""

from __future__ import annotations

import json
import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from cartproof.errors import RunbookError
from cartproof.runbook.loader import runbooks_folder
from cartproof.ui.lab import places
from cartproof.ui.lab.copies import digest, make_copies
from cartproof.ui.lab.seat import VARIABLE, Seat, seat, write_seat

if TYPE_CHECKING:
    from pathlib import Path

NAME = "stone_edge.ipynb"


def cells(path: Path) -> list[dict[str, object]]:
    """Return the cells of a notebook's file."""
    found: list[dict[str, object]] = json.loads(path.read_text("utf-8"))["cells"]
    return found


def write_cells(path: Path, changed: list[dict[str, object]]) -> None:
    """Replace a notebook's cells."""
    whole = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(whole | {"cells": changed}), "utf-8")


def test_a_copy_that_is_there_is_kept_with_its_outputs_and_note(tmp_path: Path) -> None:
    """What a person saved is found again: a note and outputs do not make another notebook."""
    made = make_copies("stone-edge", tmp_path)
    changed = cells(tmp_path / NAME)
    next(cell for cell in changed if cell["id"] == "operators-note")["source"] = "Ticket 4711"
    changed[-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "ran"}]
    write_cells(tmp_path / NAME, changed)
    assert make_copies("stone-edge", tmp_path) == made
    assert cells(tmp_path / NAME) == changed
    assert made.first == NAME
    assert made.digests == (digest(changed),)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"cells": [{}]}', '{"cells": 3}', None])
def test_a_copy_of_other_cells_is_put_aside(tmp_path: Path, content: str | None) -> None:
    """A notebook of an older runbook, changed code or rubbish is kept under another name."""
    make_copies("stone-edge", tmp_path)
    for number in (1, 2):
        if content is None:
            changed = cells(tmp_path / NAME)
            changed[-1]["source"] = f"changed = {number}"
            write_cells(tmp_path / NAME, changed)
        else:
            (tmp_path / NAME).write_text(content, "utf-8")
        before = (tmp_path / NAME).read_bytes()
        made = make_copies("stone-edge", tmp_path)
        assert (tmp_path / f"stone_edge.before-{number}.ipynb").read_bytes() == before
        assert made.digests == (digest(cells(tmp_path / NAME)),)


def test_without_a_runbook_all_notebooks_and_the_first_page_are_there(tmp_path: Path) -> None:
    """The page that leads to them comes first, and what it leads to is beside it."""
    made = make_copies("", tmp_path)
    assert made.first == "start_here.ipynb"
    assert {path.name for path in tmp_path.glob("*.ipynb")} >= {
        made.first,
        NAME,
        "order_time.ipynb",
    }
    assert len(made.digests) == len(list(tmp_path.iterdir()))


def test_copies_are_built_where_there_is_no_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installed package has runbooks alone; a runbook of one's own is built as well."""
    checkout = make_copies("stone-edge", tmp_path / "checkout")
    runbooks = tmp_path / "elsewhere" / "runbooks"
    runbooks.mkdir(parents=True)
    shutil.copy(runbooks_folder() / "stone-edge.yaml", runbooks)
    monkeypatch.setenv("CARTPROOF_RUNBOOKS", str(runbooks))
    assert make_copies("stone-edge", tmp_path / "built") == checkout
    assert make_copies("", tmp_path / "all").first == "start_here.ipynb"
    assert make_copies("fleet-audit", tmp_path / "fleet").first == "fleet_audit.ipynb"


def test_a_runbook_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The error says which was meant."""
    with pytest.raises(RunbookError, match="stone-edge"):
        make_copies("stone-edgy", tmp_path)


def test_the_private_folder_is_private_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only its user can enter it, and nothing of it stays."""
    with places.own_places() as own:
        assert own.root.stat().st_mode & 0o777 == 0o700
        assert own.guard.stat().st_mode & 0o777 == 0o700
        (own.runtime / "left").write_text("x")
    assert not own.root.exists()


def test_what_a_killed_session_left_is_swept_and_a_running_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock tells: a dead session holds none. A folder too young to be locked stays as well."""
    monkeypatch.setattr(places, "_parent", lambda: tmp_path)
    dead, young = tmp_path / f"{places.PREFIX}dead", tmp_path / f"{places.PREFIX}young"
    for folder in (dead, young):
        folder.mkdir()
        (folder / "secret").write_text("x")
    long_ago = time.time() - 3600
    os.utime(dead, (long_ago, long_ago))
    with places.own_places() as running:
        assert not dead.exists()
        assert young.exists()
        os.utime(running.root, (long_ago, long_ago))
        with places.own_places():
            assert running.root.exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"out": 3}', '"out"', "\x00"])
def test_a_kernel_outside_a_session_is_told_nothing(tmp_path: Path, content: str) -> None:
    """No variable, no file, or rubbish in it: there is no seat, and no error."""
    path = tmp_path / "lab.json"
    assert seat({}) is None
    assert seat({VARIABLE: str(path)}) is None
    path.write_text(content)
    assert seat({VARIABLE: str(path)}) is None


def test_a_kernel_is_told_what_the_command_knew(tmp_path: Path) -> None:
    """What is written is what is read; a sandbox has its account page."""
    told = Seat("/runs", "Zoë & Söhne", "ada", "http://127.0.0.1:8765")
    write_seat(tmp_path / "lab.json", told)
    assert seat({VARIABLE: str(tmp_path / "lab.json")}) == told
    assert told.account_page == "http://127.0.0.1:8765/_sandbox/create"
    assert Seat("/runs").account_page == ""
