"""`cartproof scopes`, against the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sandbox_accounts import Account

from cartproof.cli.scopes import command
from cartproof.errors import CredentialsError, ParameterError, RunbookError
from cartproof.scopes.catalogue import LEVELS, ROWS

NewAccount = Callable[[dict[str, str]], Account]

_STONE_EDGE = {
    "Content": "read-only",
    "Checkout content": "modify",
    "Customers": "modify",
    "Orders": "modify",
    "Order transactions": "modify",
    "Products": "modify",
    "Carts": "modify",
    "Checkouts": "modify",
    "Store locations": "read-only",
    "Store inventory": "modify",
    "Fulfillment methods": "modify",
    "Order fulfillment": "modify",
}


def _file(account: Account, folder: Path, **changed: str) -> str:
    given = {**account.given, **changed}
    labels = {"ACCESS TOKEN": "access_token", "CLIENT ID": "client_id", "API PATH": "api_path"}
    path = folder / "credentials.txt"
    path.write_text("".join(f"{label}: {given[key]}\n" for label, key in labels.items()))
    return f"file:{path}"


def _run(*arguments: str) -> Result:
    result = CliRunner().invoke(command, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_json_has_the_agreed_shape(full_account: Account, tmp_path: Path) -> None:
    """Nothing else is on stdout, and every row is there with level, verdict and evidence."""
    result = _run("--credentials", _file(full_account, tmp_path), "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert list(told) == ["store_hash", "baseline", "requests", "seconds", "rows"]
    assert told["baseline"]["verdict"] == "pass"
    assert [row["row"] for row in told["rows"]] == [row.name for row in ROWS]
    assert {row["level"] for row in told["rows"]} <= {*LEVELS, None}
    assert {tuple(row) for row in told["rows"]} == {
        ("row", "level", "verdict", "wanted", "why", "remedy", "evidence")
    }
    assert {row["wanted"] for row in told["rows"]} == {None}


def test_a_missing_scope_fails_with_its_box(new_account: NewAccount, tmp_path: Path) -> None:
    """Against Stone Edge's runbook, an account without Store inventory is wrong."""
    account = new_account({**_STONE_EDGE, "Store inventory": "read-only"})
    reference = _file(account, tmp_path)
    result = _run("--credentials", reference, "--runbook", "stone-edge")
    assert result.exit_code == 1
    assert "Set Store inventory to Modify." in result.stdout
    assert "cannot be changed: create a new account" in result.stdout
    assert f"Store {account.store_hash} (SANDBOX)" in result.stdout


def test_right_scopes_leave_only_what_nobody_can_tell(
    new_account: NewAccount, tmp_path: Path
) -> None:
    """Customers login is wanted at None and cannot be told, so the status is 3."""
    reference = _file(new_account(_STONE_EDGE), tmp_path)
    result = _run("--credentials", reference, "--runbook", "stone-edge", "--json")
    rows = {row["row"]: row for row in json.loads(result.stdout)["rows"]}
    assert result.exit_code == 3
    assert rows["Customers login"]["verdict"] == "inconclusive"
    assert rows["Order transactions"]["verdict"] == "inconclusive"
    assert rows["Checkout content"]["verdict"] == "pass"
    assert "fail" not in {row["verdict"] for row in rows.values()}


def test_a_wrong_token_is_told_in_words(full_account: Account, tmp_path: Path) -> None:
    """The baseline fails, no table is shown, and the remedy is."""
    result = _run("--credentials", _file(full_account, tmp_path, access_token="x" * 31))
    assert result.exit_code == 1
    assert "does not know this access token" in result.stdout
    assert "Copy the access token again" in result.stdout
    assert "Orders" not in result.stdout


def test_a_store_that_cannot_be_asked_is_status_3(full_account: Account, tmp_path: Path) -> None:
    """Could not tell is neither right nor wrong."""
    full_account.fault(kind="html_403")
    assert _run("--credentials", _file(full_account, tmp_path)).exit_code == 3
    full_account.fault(kind="none")
    full_account.fault(kind="html_403", path="/v3/themes")
    assert _run("--credentials", _file(full_account, tmp_path)).exit_code == 3


def test_no_secret_is_printed(new_account: NewAccount, tmp_path: Path) -> None:
    """Neither the token nor the client id stands in any output."""
    for extra in ([], ["--json"], ["--runbook", "dropstream"]):
        account = new_account({})
        result = _run("--credentials", _file(account, tmp_path), *extra)
        for key in ("access_token", "client_id"):
            assert account.given[key][:10] not in result.output


def test_what_cannot_be_served_is_refused_before_anything_is_sent(
    full_account: Account, tmp_path: Path
) -> None:
    """Unknown runbook, parameter without a runbook, unknown parameter, no such file."""
    reference = _file(full_account, tmp_path)
    with pytest.raises(RunbookError):
        _run("--credentials", reference, "--runbook", "stone-egde")
    with pytest.raises(ParameterError):
        _run("--credentials", reference, "--runbook", "stone-edge", "-p", "nonsense=1")
    with pytest.raises(CredentialsError):
        _run("--credentials", f"file:{tmp_path}/none.txt")
    assert _run("--credentials", reference, "-p", "a=b").exit_code == 2
    assert full_account.requests() == []


def test_on_a_terminal_the_rows_are_a_table(
    full_account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same cells, with borders and colours."""
    monkeypatch.setattr("cartproof.cli.scopes._is_terminal", lambda: True)
    result = _run("--credentials", _file(full_account, tmp_path), "--runbook", "stone-edge")
    assert "Marketing" in result.stdout
    assert "─" in result.stdout
