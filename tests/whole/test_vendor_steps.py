"""Whole runs that also ask the vendor's side: green, red, not asked for, and nothing leaked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from cartproof.batch import headless
from cartproof.batch.headless import Job, run_headless
from cartproof.errors import CredentialsError
from cartproof.filing import NOTEBOOK, file_run, secrets_of
from cartproof.run.guard import Guard
from cartproof.run.reading import read_notebook

from .conftest import CUSTOMER, Shop, call
from .test_headless import searched
from .test_steps_against_the_sandbox import red, run_all

MakeShop = Callable[..., Shop]
SIDES = {
    "stone-edge": ("connect2cart", "script-answers"),
    "dropstream": ("dropstream", "dropstream-side"),
}
LATER = "2099-01-01T00:00:00Z"


def newest_test_order(shop: Shop) -> int:
    """Return the number of a test order planted in a shop, newer than all others."""
    url = f"{shop.sandbox}/_sandbox/stores/{shop.made['store_hash']}/orders"
    order = call(url, {"test_gateway": True, "status_id": 11})
    return int(order["id"])


def vendor_file(shop: Shop, folder: Path, made: dict[str, str]) -> str:
    """Write a vendor's login into a file and return its reference."""
    lines = [f"{key.replace('_', ' ').upper()}: {value}" for key, value in made.items()]
    (folder / "vendor.txt").write_text("\n".join(lines))
    return f"file:{folder / 'vendor.txt'}"


def with_vendor(shop: Shop, folder: Path, **state: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the parameters that ask a right vendor's side, and its login."""
    side = SIDES[shop.runbook][0]
    if side == "dropstream":
        right = {"orders": [newest_test_order(shop)], "order_imported_at": LATER}
        state = {**right, **state}
    made = call(f"{shop.sandbox}/_sandbox/vendors/{side}", state)
    parameters = {"check_vendor_side": True, "vendor_credentials": vendor_file(shop, folder, made)}
    return parameters, made


@pytest.mark.parametrize("runbook", list(SIDES))
def test_a_right_vendor_side_is_verified(runbook: str, shop: MakeShop, tmp_path: Path) -> None:
    """Asked for and right: the step passes, and the store is as it was."""
    right = shop(runbook)
    parameters, _ = with_vendor(right, tmp_path)
    before = right.state()
    finish, results = run_all(right, tmp_path, parameters=parameters)
    step = results[SIDES[runbook][1]]
    assert [finding.message for finding in step.findings if finding.verdict != "pass"] == []
    assert (str(step.verdict), finish.verdict) == ("pass", "verified")
    assert right.state() == before


@pytest.mark.parametrize("runbook", list(SIDES))
def test_not_asked_for_is_skipped(runbook: str, shop: MakeShop, tmp_path: Path) -> None:
    """By default the step is skipped and the run verified without a request to the vendor."""
    finish, results = run_all(shop(runbook), tmp_path)
    assert str(results[SIDES[runbook][1]].verdict) == "skipped"
    assert finish.verdict == "verified"


@pytest.mark.parametrize("runbook", list(SIDES))
def test_asked_for_without_a_login_is_blocked(runbook: str, shop: MakeShop, tmp_path: Path) -> None:
    """An empty reference is never passed over where the check was asked for."""
    finish, results = run_all(shop(runbook), tmp_path, parameters={"check_vendor_side": True})
    assert str(results[SIDES[runbook][1]].verdict) == "blocked"
    assert finish.verdict == "incomplete"


@pytest.mark.parametrize(
    ("runbook", "state", "verdict", "words"),
    [
        ("stone-edge", {"answers": "html"}, "inconclusive", "Script URL"),
        ("stone-edge", {"answers": "redirect"}, "inconclusive", "Script URL"),
        ("dropstream", {"store_enabled": False}, "fail", "Enable the store"),
        ("dropstream", {"connection_enabled": False}, "fail", "Enable the connection"),
        ("dropstream", {"orders": []}, "fail", "Order Import Status"),
    ],
)
def test_what_is_wrong_there_turns_exactly_that_step_red(
    runbook: str, state: dict, verdict: str, words: str, shop: MakeShop, tmp_path: Path
) -> None:
    """One red step, with its remedy."""
    wrong = shop(runbook)
    parameters, _ = with_vendor(wrong, tmp_path, **state)
    finish, results = run_all(wrong, tmp_path, parameters=parameters)
    step = SIDES[runbook][1]
    assert red(results) == {step: verdict}
    assert finish.verdict != "verified"
    assert any(words in finding.remedy for finding in results[step].findings)


def test_a_wrong_cart_password_fails_the_run(shop: MakeShop, tmp_path: Path) -> None:
    """The login refused is a failure, not a doubt."""
    wrong = shop("stone-edge")
    parameters, made = with_vendor(wrong, tmp_path)
    vendor_file(wrong, tmp_path, {**made, "cart_password": "not-the-password-9471"})
    finish, results = run_all(wrong, tmp_path, parameters=parameters)
    assert red(results) == {"script-answers": "fail"}
    assert (finish.verdict, finish.exit) == ("failed", 1)


def test_a_reference_that_cannot_be_used_is_refused_before_anything_is_sent(
    shop: MakeShop, tmp_path: Path
) -> None:
    """The message names the parameter."""
    with pytest.raises(CredentialsError, match="vendor_credentials"):
        run_all(shop(), tmp_path, parameters={"vendor_credentials": "file:/nowhere.txt"})


def pieces_of(value: str) -> set[str]:
    """Return all runs of ten characters of a value."""
    return {value[i : i + 10] for i in range(len(value) - 9)}


def vendor_job(shop: Shop, tmp_path: Path, parameters: dict[str, Any]) -> Job:
    """Return the job of running a shop with a vendor's login."""
    return Job(
        runbook=shop.runbook, customer=CUSTOMER, credentials=shop.reference,
        answers=shop.answers, parameters=parameters, out=tmp_path / "runs",
    )  # fmt: skip


def test_a_whole_run_leaks_no_vendor_secret_even_when_a_cell_prints_it(
    shop: MakeShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard redacts the password from output; files hold no piece; filing finds it again."""
    right = shop("stone-edge")
    parameters, made = with_vendor(right, tmp_path)
    planted = "print('it is', run._stage.vendor.values['CART PASSWORD'].reveal())"
    build = headless.build

    def with_print(loaded: Any) -> Any:
        notebook = build(loaded)
        notebook.cells.append(nbformat.v4.new_code_cell(planted, id="planted"))
        return notebook

    monkeypatch.setattr(headless, "build", with_print)
    filed = run_headless(vendor_job(right, tmp_path, parameters))
    assert (str(filed.verdict), filed.exit) == ("verified", 0)
    assert filed.folder is not None
    content = (filed.folder / NOTEBOOK).read_text()
    assert "it is [cart_password sha256:" in content
    assert searched(tmp_path / "runs", pieces_of(made["cart_password"])) == []
    header = read_notebook(filed.folder / NOTEBOOK).header
    assert header is not None
    assert any(shown.startswith("cart_password sha256:") for shown in header.fingerprints)


def test_the_leak_gate_withholds_a_run_that_shows_a_vendor_secret(
    shop: MakeShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password planted in a cell's source: nothing is published, also by `cartproof file`."""
    right = shop("stone-edge")
    parameters, made = with_vendor(right, tmp_path)
    build = headless.build

    def with_password(loaded: Any) -> Any:
        notebook = build(loaded)
        source = f"# {made['cart_password']}"
        notebook.cells.append(nbformat.v4.new_code_cell(source, id="planted"))
        (tmp_path / "planted.json").write_text(json.dumps(made))
        return notebook

    monkeypatch.setattr(headless, "build", with_password)
    filed = run_headless(vendor_job(right, tmp_path, parameters))
    assert (filed.exit, filed.folder) == (5, None)
    assert {leak.file for leak in filed.leaks} >= {NOTEBOOK}
    assert made["cart_password"] not in "".join(map(str, filed.leaks))


def test_filing_searches_for_the_vendor_s_secrets_and_refuses_without_them(
    shop: MakeShop, tmp_path: Path
) -> None:
    """The notebook names the reference; changed or gone, the run is not filed unsearched."""
    right = shop("stone-edge")
    parameters, made = with_vendor(right, tmp_path)
    filed = run_headless(vendor_job(right, tmp_path, parameters))
    assert filed.folder is not None
    executed = tmp_path / "out.ipynb"
    content = (filed.folder / NOTEBOOK).read_text()
    executed.write_text(content)
    assert made["cart_password"] in {secret.reveal() for secret in secrets_of(executed)}
    notebook = nbformat.reads(content, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell(made["cart_password"], id="leaked"))
    executed.write_text(nbformat.writes(notebook))
    leaked = file_run(executed, out=tmp_path / "again", secrets=secrets_of(executed))
    assert (leaked.exit, leaked.folder) == (5, None)
    moved = (tmp_path / "vendor.txt").rename(tmp_path / "moved.txt")
    with pytest.raises(CredentialsError, match="--vendor-credentials"):
        secrets_of(executed)
    assert secrets_of(executed, vendor_credentials=f"file:{moved}")
    vendor_file(right, tmp_path, {**made, "cart_password": "another-password-5512"})
    with pytest.raises(CredentialsError, match="other secrets"):
        secrets_of(executed)


def test_a_run_that_never_opened_is_searched_as_well(shop: MakeShop, tmp_path: Path) -> None:
    """Where only papermill's parameters are left, the vendor's reference is taken from them."""
    right = shop("stone-edge")
    parameters, made = with_vendor(right, tmp_path)
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["cartproof"] = {
        "runbook": "stone-edge", "steps": [{"id": "a", "title": "A", "side": "", "required": True}],
    }  # fmt: skip
    notebook.metadata["papermill"] = {"parameters": parameters}
    (tmp_path / "unopened.ipynb").write_text(nbformat.writes(notebook))
    found = {secret.reveal() for secret in secrets_of(tmp_path / "unopened.ipynb")}
    assert found == {made["cart_password"]}


def test_what_a_check_learns_on_the_way_reaches_the_guard(
    shop: MakeShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DropStream's short-lived token is redacted from the moment it is known."""
    from cartproof.run import opening as module

    guard = Guard()
    monkeypatch.setattr(module, "current_kernel", object)
    monkeypatch.setattr(module, "found_mode", lambda *_: module.Mode.HEADLESS)
    monkeypatch.setattr(module, "guard_kernel", lambda _kernel: guard)
    right = shop("dropstream")
    parameters, made = with_vendor(right, tmp_path)
    run_all(right, tmp_path, parameters=parameters)
    url = f"{right.sandbox}/_sandbox/vendors/dropstream/{made['id']}"
    assert "token" not in call(url, method="GET")
    jwt_head = "eyJhbGciOiJIUzI1NiJ9."
    assert guard.redactor.redact(f"say {jwt_head}") != f"say {jwt_head}"
    assert made["password"] not in guard.redactor.redact(f"say {made['password']}")
