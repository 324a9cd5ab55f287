"""Order Time's own steps: the legacy account, and its sales orders before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cartproof.batch.headless import Job, run_headless
from cartproof.checks.legacy_account import _address
from cartproof.errors import CredentialsError
from cartproof.findings import Finding, Verdict
from cartproof.run.results import StepResult

from .conftest import Shop, call
from .test_headless import searched
from .test_steps_against_the_sandbox import red, run_all
from .test_vendor_steps import vendor_file

MakeShop = Callable[..., Shop]
STEP = "legacy-account-works"


def legacy(shop: Shop, folder: Path, **changed: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the parameters of a run with a legacy account, and the account."""
    made = call(f"{shop.sandbox}/_sandbox/vendors/legacy", {})
    reference = vendor_file(shop, folder, {**made, **changed})
    return {"legacy": True, "vendor_credentials": reference}, made


def of_account(result: StepResult) -> Finding:
    """Return what the step says of the account itself."""
    return next(f for f in result.findings if f.title == "Legacy API account")


def test_a_legacy_account_that_works_leads_to_the_new_set_up(
    shop: MakeShop, tmp_path: Path
) -> None:
    """A warning, since none is issued any more; the run is verified, and the slash is named."""
    right = shop("order-time")
    parameters, made = legacy(right, tmp_path)
    finish, results = run_all(right, tmp_path, parameters=parameters)
    assert (finish.verdict, red(results)) == ("verified", {})
    found = of_account(results[STEP])
    assert found.verdict is Verdict.WARN
    assert "no longer issue" in found.message + found.remedy
    assert "store-level API account" in found.remedy
    assert found.evidence[0].path.endswith("/time")
    form = next(f for f in results[STEP].findings if f.title == "API URL")
    assert (form.verdict, made["api_url"].endswith("/")) == (Verdict.WARN, True)
    assert made["api_url"].rstrip("/") + "." in form.remedy


def test_an_address_without_the_slash_passes(shop: MakeShop, tmp_path: Path) -> None:
    """As Order Time wants it."""
    right = shop("order-time")
    url = call(f"{right.sandbox}/_sandbox/vendors/legacy", {})["api_url"].rstrip("/")
    parameters, _ = legacy(right, tmp_path, api_url=url)
    _finish, results = run_all(right, tmp_path, parameters=parameters)
    assert [f.verdict for f in results[STEP].findings] == [Verdict.PASS, Verdict.WARN]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"api_token": "wrong0token"}, "does not accept this user name and API token (401)"),
        ({"username": "nobody"}, "does not accept this user name and API token (401)"),
        ({"api_url": "https://shop.example.com/api/v2/"}, "not on this store's own host"),
        ({"api_url": "https://store-other.mybigcommerce.com/api/v2/"}, "this store's own host"),
        ({"api_url": "http://store-x.mybigcommerce.com/api/v2/"}, "in the clear"),
        ({"api_url": "https://api.bigcommerce.com/stores/abc/v3/"}, "not the path of a legacy"),
    ],
)
def test_what_is_wrong_with_a_legacy_account_turns_its_step_red_alone(
    changed: Mapping[str, str], words: str, shop: MakeShop, tmp_path: Path
) -> None:
    """With a remedy in words; the token goes to no other host."""
    right = shop("order-time")
    parameters, _ = legacy(right, tmp_path, **changed)
    finish, results = run_all(right, tmp_path, parameters=parameters)
    assert (finish.verdict, red(results)) == ("failed", {STEP: "fail"})
    assert words in of_account(results[STEP]).message
    assert of_account(results[STEP]).remedy


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "status", "status": 500}, "a fault of its own"),
        ({"kind": "disconnect"}, "gave no answer"),
        ({"kind": "malformed_json"}, "legacy API"),
    ],
)
def test_a_host_that_does_not_answer_is_inconclusive(
    fault: dict, words: str, shop: MakeShop, tmp_path: Path
) -> None:
    """Nothing is said of the account then."""
    right = shop("order-time")
    parameters, _ = legacy(right, tmp_path)
    call(f"{right.sandbox}/_sandbox/faults", {"store_hash": "legacy", "count": 1, **fault})
    finish, results = run_all(right, tmp_path, parameters=parameters)
    assert (finish.verdict, red(results)) == ("incomplete", {STEP: "inconclusive"})
    assert words in of_account(results[STEP]).message


@pytest.mark.parametrize(
    ("given", "origin", "path"),
    [
        ("https://store-abc123.mybigcommerce.com/api/v2/", "https://store-abc123.mybigcommerce.com", "/api/v2"),
        ("https://STORE-ABC123.mybigcommerce.com/api/v2", "https://store-abc123.mybigcommerce.com", "/api/v2"),
        ("store-abc123.mybigcommerce.com/api/v2//", "https://store-abc123.mybigcommerce.com", "/api/v2"),
        ("http://127.0.0.1:8080/_vendors/legacy/api/v2/", "http://127.0.0.1:8080", "/_vendors/legacy/api/v2"),
    ],
)  # fmt: skip
def test_the_stores_own_host_and_this_machine_are_asked(given: str, origin: str, path: str) -> None:
    """However the path was pasted."""
    address = _address(given, "abc123")
    assert (address.origin, address.path) == (origin, path)


@pytest.mark.parametrize(
    "given",
    [
        "https://store-abc123.mybigcommerce.com.evil.example/api/v2",
        "https://store-abc123.mybigcommerce.com:8443/api/v2",
        "https://user@store-abc123.mybigcommerce.com/api/v2",
        "https://evil.example/?store-abc123.mybigcommerce.com/api/v2",
        "https://xstore-abc123.mybigcommerce.com/api/v2",
        "https://store-abc1234.mybigcommerce.com/api/v2",
        "https://store-abc123.mybigcommerce.com/x/api/v2",
        "https://store-abc123.mybigcommerce.com/api/v2/orders",
        "http://10.0.0.1/api/v2",
    ],
)
def test_no_other_host_or_path_gets_the_token(given: str) -> None:
    """Refused before anything is sent."""
    with pytest.raises(CredentialsError):
        _address(given, "abc123")


def test_the_legacy_token_stands_in_no_file(shop: MakeShop, tmp_path: Path) -> None:
    """Guard and leak gate know it, in its Basic form as well."""
    right = shop("order-time")
    parameters, made = legacy(right, tmp_path)
    out = tmp_path / "runs"
    filed = run_headless(
        Job(
            runbook="order-time",
            customer=right.customer,
            credentials=right.reference,
            answers=right.answers,
            parameters=parameters,
            out=out,
        )
    )
    assert (filed.verdict, filed.exit) == ("verified", 0)
    token = made["api_token"]
    pieces = {token[i : i + 10] for i in range(len(token) - 9)}
    assert searched(out, pieces) == []


@pytest.mark.parametrize(
    ("before", "verdict"), [("40", "verified"), ("41", "failed")], ids=["one more", "none more"]
)
def test_the_count_of_sales_orders_is_held_against_the_one_before(
    before: str, verdict: str, shop: MakeShop, tmp_path: Path
) -> None:
    """The sandbox's Order Time has 41; a count that did not grow turns the last step red alone."""
    right = shop("order-time")
    made = call(f"{right.sandbox}/_sandbox/vendors/order-time", {"sales_orders": 41})
    parameters = {
        "check_vendor_side": True,
        "vendor_credentials": vendor_file(right, tmp_path, made),
        "sales_orders_before": before,
    }
    finish, results = run_all(right, tmp_path, parameters=parameters)
    assert finish.verdict == verdict
    assert set(red(results)) == (set() if verdict == "verified" else {"order-time-after"})
