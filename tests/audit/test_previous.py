"""Which run counts as the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartproof.audit.envelope import envelope
from cartproof.audit.previous import previous_run

if TYPE_CHECKING:
    from pathlib import Path

NOW = "20261122T100000Z-aaaaaaaa"


def filed(out: Path, run_id: str, *, customer: str = "Acme", folder: str = "") -> Path:
    """Put a record where a filed run has it."""
    place = out / "Acme" / "stone-edge" / (folder or run_id)
    place.mkdir(parents=True)
    told = {"run": run_id, "customer": customer, "runbook": "stone-edge"}
    (place / "record.json").write_bytes(envelope({"predicate": {"cartproof": told}}))
    return place / "record.json"


def before(out: Path) -> str:
    """Return the id of the run before, empty for none."""
    told = previous_run(out, customer="Acme", runbook_id="stone-edge", run_id=NOW)
    return told["run"] if told else ""


def test_it_is_the_newest_of_the_same_customer_and_runbook(tmp_path: Path) -> None:
    """Not a later one, not this one, not another customer's whose folder has the same name."""
    assert before(tmp_path) == ""
    filed(tmp_path, "20261120T100000Z-aaaaaaaa")
    filed(tmp_path, "20261121T100000Z-aaaaaaaa")
    filed(tmp_path, "20261121T110000Z-aaaaaaaa", customer="Acme?")
    filed(tmp_path, NOW)
    filed(tmp_path, "20261123T100000Z-aaaaaaaa")
    filed(tmp_path, "zzz", folder="20261121T120000Z-aaaaaaaa.filing")
    assert before(tmp_path) == "20261121T100000Z-aaaaaaaa"


def test_a_damaged_record_is_passed_over(tmp_path: Path) -> None:
    """Half a record, one without a run in it, and one that is a folder."""
    filed(tmp_path, "20261120T100000Z-aaaaaaaa")
    half = filed(tmp_path, "20261121T100000Z-aaaaaaaa")
    half.write_bytes(half.read_bytes()[:100])
    filed(tmp_path, "20261121T110000Z-aaaaaaaa").write_bytes(envelope({"predicate": []}))
    gone = filed(tmp_path, "20261121T120000Z-aaaaaaaa")
    gone.unlink()
    gone.mkdir()
    assert before(tmp_path) == "20261120T100000Z-aaaaaaaa"
