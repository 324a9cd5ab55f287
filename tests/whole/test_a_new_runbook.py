"""`cartproof runbook new`: what it writes checks, builds, and runs to the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cartproof.cli.build import command as build
from cartproof.cli.runbook import command as runbook
from cartproof.errors import RunbookError
from cartproof.findings import Verdict

from .conftest import Shop
from .test_steps_against_the_sandbox import red, run_all

MakeShop = Callable[..., Shop]


def begun(*words: str) -> Result:
    """Run `cartproof runbook new` in this process."""
    return CliRunner().invoke(runbook, ["new", *words])


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an empty runbooks folder that every command looks in."""
    path = tmp_path / "project" / "runbooks"
    monkeypatch.setenv("CARTPROOF_RUNBOOKS", str(path))
    return path


@pytest.mark.parametrize("runbook_id", ["acme-shipping", "null", "a1"])
def test_a_new_runbook_checks_and_builds_at_once(runbook_id: str, folder: Path) -> None:
    """Without a line changed; also where the id is a word of YAML."""
    assert begun(runbook_id).exit_code == 0
    checked = CliRunner().invoke(runbook, ["check"])
    assert (checked.exit_code, checked.output) == (0, f"{runbook_id}: good, 8 steps\n")
    assert CliRunner().invoke(build, []).exit_code == 0
    names = {path.name for path in (folder.parent / "notebooks").iterdir()}
    own = f"{runbook_id.replace('-', '_')}.ipynb"
    assert names == {own, "start_here.ipynb", "fleet_audit.ipynb"}
    assert CliRunner().invoke(build, ["--check"]).exit_code == 0


@pytest.mark.parametrize(
    ("parameters", "trouble", "verdict", "wrong"),
    [
        ({}, {}, "verified", {}),
        ({"update_inventory": True}, {}, "verified", {}),
        ({}, {"changed": {"Orders": "none"}}, "failed", {"scopes", "test-order"}),
    ],
    ids=["right", "with inventory", "Orders at None"],
)
def test_a_new_runbook_runs_to_the_end_on_the_sandbox(
    parameters: dict,
    trouble: dict,
    verdict: str,
    wrong: set,
    folder: Path,
    shop: MakeShop,
    tmp_path: Path,
) -> None:
    """Verified with its answers; red where the account is wrong."""
    assert begun("acme-shipping").exit_code == 0
    finish, results = run_all(shop("acme-shipping", parameters, **trouble), tmp_path)
    assert (finish.verdict, set(red(results))) == (verdict, set(wrong))
    assert Verdict.NOT_RUN not in {result.verdict for result in results.values()}


def test_nothing_is_overwritten(folder: Path) -> None:
    """Neither the file itself, nor one that would have the same notebook."""
    assert begun("acme-shipping").exit_code == 0
    (folder / "acme-shipping.yaml").write_text("mine\n")
    for same in ("acme-shipping", "acme_shipping"):
        refused = begun(same)
        assert isinstance(refused.exception, RunbookError)
        assert "is there already; nothing was written" in str(refused.exception)
    assert [path.name for path in folder.iterdir()] == ["acme-shipping.yaml"]
    assert (folder / "acme-shipping.yaml").read_text() == "mine\n"


@pytest.mark.parametrize("name", ["Acme", "../acme", "a b", "", "-a", "start-here", "a" * 60])
def test_what_cannot_be_an_id_is_refused(name: str, folder: Path) -> None:
    """With the reason, and nothing written."""
    refused = begun("--", name)
    assert isinstance(refused.exception, RunbookError)
    assert not folder.exists()


def test_another_folder_can_be_named(folder: Path, tmp_path: Path) -> None:
    """It is made where it is not there, and the command says how to work in it."""
    made = begun("acme", "--folder", str(tmp_path / "else" / "where"))
    assert (tmp_path / "else" / "where" / "acme.yaml").is_file()
    assert "CARTPROOF_RUNBOOKS=" in made.output
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    """A file where the folder should be is no traceback."""
    (tmp_path / "file").write_text("")
    refused = begun("acme", "--folder", str(tmp_path / "file" / "runbooks"))
    assert isinstance(refused.exception, RunbookError)
    assert "cannot be written" in str(refused.exception)
