"""Names of customers and folders, and files that are whole or not there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.errors import ParameterError
from cartproof.run.folders import (
    checked_customer,
    folder_name,
    new_run_id,
    run_folder,
    write_whole,
)

HOSTILE = ["../../etc/passwd", "..", ".", "a/b", "a\\b", "CON", "nul.txt", "~root", "$(rm -rf .)", " x "]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leads_out_of_its_folder(name: str, tmp_path: Path) -> None:
    """A customer's folder is always one level below the output folder."""
    folder = run_folder(tmp_path, customer=name, runbook_id="stone-edge", run_id="x")
    assert folder.resolve().relative_to(tmp_path.resolve()).parts[1:] == ("stone-edge", "x")
    assert not re.match(r"(?i)^(con|nul)(\.|$)", folder_name(name))


@given(st.text(min_size=1, max_size=300))
def test_any_text_gives_one_usable_folder_name(name: str) -> None:
    """No text gives an empty, hidden-by-dots, too long or many-level name."""
    made = folder_name(name)
    assert made
    assert made not in {".", ".."}
    assert len(Path(made).parts) == 1
    assert len(made) <= 81
    assert not set(made) & set('/\\:*?"<>|\n\0')


@pytest.mark.parametrize(
    ("customer", "message"),
    [("", "empty"), ("  ", "empty"), (7, "text"), (float("inf"), "-r or -f"), ("a" * 201, "201"),
     ("a\nb", "invisible"), ("a\u202eb", "invisible"), ("a\x1b[31m", "invisible"), ("x" * 10_000_000, "10000000")],
)  # fmt: skip
def test_a_customer_that_cannot_stand_in_a_record_is_refused(
    customer: object, message: str
) -> None:
    """The message says why; a huge name is not repeated in it."""
    with pytest.raises(ParameterError, match=re.escape(message)) as caught:
        checked_customer(customer)
    assert len(str(caught.value)) < 400


def test_run_ids_sort_by_time_and_differ_within_a_second() -> None:
    """Two runs in one second have two ids; midnight UTC sorts after the second before it."""
    before, midnight = (
        datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 22, tzinfo=UTC),
    )
    assert len({new_run_id(midnight) for _ in range(100)}) == 100
    assert new_run_id(before) < new_run_id(midnight)


def test_a_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fails midway the old file stays and nothing half-written is left."""
    path = tmp_path / "record.json"
    write_whole(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cartproof.run.folders.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["record.json"]
