"""The table of runs: read from records, whatever else lies in the folder."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

import cartproof
from cartproof.audit import runs
from cartproof.audit.runs import runs_so_far


def record(folder: Path, **changed: Any) -> Path:
    """Write a record as filing leaves it, with some values changed."""
    facts = {
        "run": folder.name,
        "customer": "Northwind Candles",
        "runbook": "stone-edge",
        "verdict": "verified",
        "filed_at": "2026-11-22T10:00:00.000Z",
        **changed,
    }
    return sealed(folder, {"predicate": {"cartproof": facts}})


def sealed(folder: Path, statement: Any) -> Path:
    """Write any statement in an envelope."""
    folder.mkdir(parents=True, exist_ok=True)
    payload = base64.b64encode(json.dumps(statement).encode()).decode()
    (folder / "record.json").write_text(json.dumps({"payload": payload}))
    return folder


def test_the_newest_run_comes_first(tmp_path: Path) -> None:
    """By the moment of filing, across customers and integrations."""
    record(tmp_path / "A" / "stone-edge" / "1", filed_at="2026-11-20T10:00:00.000Z")
    record(tmp_path / "B" / "dropstream" / "2", customer="Bramble", verdict="failed")
    seen = runs_so_far(tmp_path)
    assert [run.customer for run in seen.runs] == ["Bramble", "Northwind Candles"]
    assert "✗ failed" in repr(seen)
    assert "2 runs in" in repr(seen)


def test_an_empty_or_missing_folder_says_that_there_are_no_runs(tmp_path: Path) -> None:
    """Before the first run there is no folder at all."""
    assert repr(runs_so_far(tmp_path)) == f"No runs yet in {tmp_path}."
    assert runs_so_far(tmp_path / "gone").runs == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"{}",
        b"[]",
        b"null",
        b'{"payload": 3}',
        b'{"payload": "%%%"}',
        b'{"payload": "bm8="}',
        b"[" * 100_000,
    ],
)
def test_rubbish_is_counted_and_stops_nothing(content: bytes, tmp_path: Path) -> None:
    """Other runs are still shown."""
    record(tmp_path / "A" / "b" / "1")
    (tmp_path / "B").mkdir()
    (tmp_path / "B" / "record.json").write_bytes(content)
    seen = runs_so_far(tmp_path)
    assert (len(seen.runs), seen.unreadable) == (1, 1)
    assert "1 record files could not be read" in repr(seen)


@pytest.mark.parametrize(
    "statement",
    [
        {},
        {"predicate": None},
        {"predicate": {"cartproof": []}},
        {"predicate": {"cartproof": {"verdict": "verified"}}},
        {
            "predicate": {
                "cartproof": dict.fromkeys(("filed_at", "customer", "runbook", "verdict"), 3)
            }
        },
        [],
        "text",
        3,
    ],
)
def test_a_statement_of_another_form_is_counted(statement: Any, tmp_path: Path) -> None:
    """Whatever its shape, it is no traceback."""
    sealed(tmp_path / "x", statement)
    seen = runs_so_far(tmp_path)
    assert (seen.runs, seen.unreadable) == ((), 1)


def test_what_a_record_says_cannot_steer_page_or_terminal(tmp_path: Path) -> None:
    """Markup is shown as text, control characters are not shown, long names are cut."""
    record(tmp_path / "1", customer="<script>x</script>\x1b[31m" + "long " * 90)
    seen = runs_so_far(tmp_path)
    page, text = seen._repr_html_(), repr(seen)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page + text
    assert len(seen.runs[0].customer) == 80


def test_links_large_files_and_hidden_folders_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing outside the folder is read, and nothing half-filed."""
    monkeypatch.setattr(runs, "LARGEST", 2000)
    outside = record(tmp_path / "outside")
    place = tmp_path / "runs"
    record(place / "A" / "b" / ".1.filing")
    (place / "linked").symlink_to(outside)
    (place / "big").mkdir()
    (place / "big" / "record.json").write_bytes(b" " * 3000)
    seen = runs_so_far(place)
    assert (seen.runs, seen.unreadable) == ((), 1)


def test_no_more_than_fifty_are_shown(tmp_path: Path) -> None:
    """The others are counted."""
    for number in range(53):
        record(tmp_path / str(number))
    seen = runs_so_far(tmp_path)
    assert len(seen.runs) == 53
    assert repr(seen).endswith("; 3 older ones not shown.")
    assert seen._repr_html_().count("<tr>") == 51


def test_without_a_folder_it_looks_here_and_then_beside_the_runbooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In JupyterLab the kernel's folder is `notebooks`; there, `runs` may hold journals only."""
    project, here = tmp_path / "project", tmp_path / "project" / "notebooks"
    (here / "runs" / "A").mkdir(parents=True)
    monkeypatch.setenv("CARTPROOF_RUNBOOKS", str(project / "runbooks"))
    monkeypatch.chdir(here)
    record(project / "runs" / "A" / "b" / "1")
    assert [run.customer for run in cartproof.runs_so_far().runs] == ["Northwind Candles"]
    record(here / "runs" / "B" / "b" / "2", customer="Here")
    assert [run.customer for run in cartproof.runs_so_far().runs] == ["Here"]
