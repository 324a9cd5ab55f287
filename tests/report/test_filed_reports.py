"""The two reports in a filed run's folder, and what they say of the run before."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import executed
import pytest
from click.testing import CliRunner

from cartproof.audit.envelope import opened
from cartproof.audit.publishing import RECORD
from cartproof.cli.report import command
from cartproof.cli.told import tell
from cartproof.filing import JOURNAL, MERCHANT_REPORT, NOTEBOOK, REPORT, Filed, file_run
from cartproof.secrets import Secret


def filed(
    folder: Path, run: dict[str, Any], run_id: str = "", *secrets: Secret, **changed: Any
) -> Filed:
    """File a run made without a kernel."""
    for cell in run["cells"]:
        for output in cell.get("outputs", ()):
            for payload in output.get("data", {}).values():
                if isinstance(payload, dict) and run_id and "run_id" in payload:
                    payload["run_id"] = run_id
                if isinstance(payload, dict) and "customer" in payload:
                    payload.update(changed)
    path = folder / "executed.ipynb"
    path.write_text(json.dumps(run), encoding="utf-8")
    return file_run(path, out=folder / "runs", secrets=secrets)


def page(run: Filed, name: str = REPORT) -> str:
    """Return a report of a filed run."""
    assert run.folder
    return (run.folder / name).read_text(encoding="utf-8")


def test_both_editions_are_filed_and_stand_in_the_record(tmp_path: Path) -> None:
    """The record's subjects are notebook and both reports, with their hashes."""
    run = filed(tmp_path, executed.failing())
    assert run.folder
    subjects = opened((run.folder / RECORD).read_bytes())["subject"]
    assert [one["name"] for one in subjects] == [NOTEBOOK, REPORT, MERCHANT_REPORT, JOURNAL]
    for one in subjects:
        content = (run.folder / one["name"]).read_bytes()
        assert one["digest"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert "internal edition" in page(run)
    assert "merchant edition" in page(run, MERCHANT_REPORT)


def test_the_second_run_says_what_changed_since_the_first(tmp_path: Path) -> None:
    """The first says that it is the first; a third that is like the second says so."""
    first = filed(tmp_path, executed.good(), "20261122T011612Z-1a2b3c4d")
    second = filed(tmp_path, executed.failing(), "20261123T011612Z-1a2b3c4d")
    third = filed(tmp_path, executed.failing(), "20261124T011612Z-1a2b3c4d")
    assert first.changes.is_first
    assert "Scope Orders: Modify before, Read-only now." in second.changes.sentences()
    assert not [one for one in second.changes.entries if one.about == "credentials"]
    assert third.changes.entries == ()
    for name in (REPORT, MERCHANT_REPORT):
        assert "This is the first filed run" in page(first, name)
        assert "Scope Orders" in page(second, name)
        assert "Nothing: verdicts, scopes" in page(third, name)


def test_the_terminal_names_the_first_changes_and_counts_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five lines, then how many more; nothing of it for a first run; all of them as JSON."""
    tell(filed(tmp_path, executed.good(), "20261122T011612Z-1a2b3c4d"), as_json=False)
    assert "since the last run" not in capsys.readouterr().out
    second = filed(tmp_path, executed.failing(), "20261123T011612Z-1a2b3c4d")
    tell(second, as_json=True)
    lines = capsys.readouterr().out.splitlines()
    assert sum("since the last run: " in line for line in lines) == 5
    assert f"  and {len(second.changes.entries) - 5} more changes, see the report" in lines
    assert json.loads(lines[-1])["changes"] == list(second.changes.sentences())


def test_another_customers_run_is_not_compared_with(tmp_path: Path) -> None:
    """Each customer has a first run of their own."""
    filed(tmp_path, executed.good(), "20261122T011612Z-1a2b3c4d")
    other = filed(tmp_path, executed.good(), "20261123T011612Z-1a2b3c4d", customer="Other Ltd")
    assert other.changes.is_first


def test_filing_again_changes_nothing(tmp_path: Path) -> None:
    """The same notebook filed twice, with another run in between: the files stay as they were."""
    first = filed(tmp_path, executed.good(), "20261122T011612Z-1a2b3c4d")
    before = page(first)
    filed(tmp_path, executed.failing(), "20261123T011612Z-1a2b3c4d")
    again = filed(tmp_path, executed.good(), "20261122T011612Z-1a2b3c4d")
    assert again.folder == first.folder
    assert page(again) == before


def test_a_secret_in_the_merchants_edition_withholds_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leak gate searches this file like all others."""
    secret = Secret("access_token", "q7w8e9r0t1y2u3i4o5p6a7s8d9f0g1h")
    real = __import__("cartproof.report.page", fromlist=["render"]).render

    def leaky(*args: Any, edition: str, **named: Any) -> str:
        text = str(real(*args, edition=edition, **named))
        return text + secret.reveal() if edition == "merchant" else text

    monkeypatch.setattr("cartproof.report.page.render", leaky)
    run = filed(tmp_path, executed.good(), "", secret)
    assert (run.folder, run.exit) == (None, 5)
    assert {MERCHANT_REPORT} == {leak.file for leak in run.leaks}


def test_the_command_makes_either_edition_of_a_filed_run_anew(tmp_path: Path) -> None:
    """Beside a record it says what changed; elsewhere it claims nothing about that."""
    filed(tmp_path, executed.good(), "20261122T011612Z-1a2b3c4d")
    run = filed(tmp_path, executed.failing(), "20261123T011612Z-1a2b3c4d")
    assert run.folder
    for edition in ("internal", "merchant"):
        target = tmp_path / f"{edition}.html"
        words = [str(run.folder / NOTEBOOK), "-o", str(target), "--edition", edition]
        result = CliRunner().invoke(command, words)
        assert result.exit_code == 0, result.output
        text = target.read_text(encoding="utf-8")
        assert f"{edition} edition" in text
        assert "Scope Orders" in text
    result = CliRunner().invoke(command, [str(tmp_path / "executed.ipynb"), "--edition=merchant"])
    made = tmp_path / "executed-merchant.html"
    assert result.output.strip() == str(made)
    assert "What changed" not in made.read_text(encoding="utf-8")
