"""All steps of a run, in this process, against stores that are right and wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from cartproof import open_run
from cartproof.errors import AnswersError, CredentialsError, ParameterError
from cartproof.findings import Verdict
from cartproof.run.results import StepResult
from cartproof.run.run import Finish
from cartproof.runbook.loader import load_runbook, runbook_ids

from .conftest import CUSTOMER, Shop
from .red_cases import RED_CASES, Red, automated_steps

MakeShop = Callable[..., Shop]


def run_all(shop: Shop, folder: Path, **more: object) -> tuple[Finish, dict[str, StepResult]]:
    """Run all steps of a shop in this process."""
    given = {"parameters": shop.parameters, **more}
    run = open_run(
        shop.runbook,
        customer=shop.customer,
        credentials=shop.reference,
        answers=str(shop.answers),
        folder=str(folder / "run"),
        **given,  # type: ignore[arg-type]
    )
    results = {step.id: run.step(step.id) for step in load_runbook(shop.runbook).steps}
    return run.finish(), results


def red(results: dict[str, StepResult]) -> dict[str, str]:
    """Return the steps that a program settled badly, with their verdicts."""
    bad = {Verdict.FAIL, Verdict.INCONCLUSIVE}
    return {key: str(result.verdict) for key, result in results.items() if result.verdict in bad}


@pytest.mark.parametrize(
    ("runbook", "parameters"),
    [
        *((runbook, {}) for runbook in runbook_ids()),
        ("order-time", {"update_inventory": True, "update_order_status": True}),
        ("order-time", {"legacy": True, "limit_locations": ["Warehouse"]}),
        ("salesorder", {"scopes_read_off": ["Orders: modify", "Products: modify"]}),
        ("salesorder", {"import_orders_as": "Pending Sales Orders", "test_items": ["A-1"]}),
        ("salesorder", {"import_orders_as": "Pending Sales Invoices"}),
        ("storeautomator", {"scopes_answered": ["Orders: modify", "Products: read-only"]}),
        ("dropstream", {"configured_by": "fulfillment_provider"}),
        ("duoplane", {"is_migration": True}),
        ("sumtracker", {"compare_stock": True, "test_items": ["FW-LAN-001"]}),
    ],
)
def test_a_right_store_is_verified_and_nothing_in_it_changes(
    runbook: str, parameters: dict, shop: MakeShop, tmp_path: Path
) -> None:
    """With its answers the run is verified; the store is byte-identical afterwards."""
    right = shop(runbook, parameters)
    before = right.state()
    finish, results = run_all(right, tmp_path)
    assert (finish.verdict, finish.exit) == ("verified", 0)
    assert red(results) == {}
    assert right.state() == before


def test_without_answers_people_are_waited_for(shop: MakeShop, tmp_path: Path) -> None:
    """A person's steps are blocked, none is answered yes by default, and the run is incomplete."""
    right = shop()
    run = open_run(
        "stone-edge", customer="X", credentials=right.reference, folder=str(tmp_path / "r")
    )
    results = {step.id: run.step(step.id) for step in load_runbook("stone-edge").steps}
    finish = run.finish()
    assert (finish.verdict, finish.exit) == ("incomplete", 3)
    people = [step.id for step in load_runbook("stone-edge").steps if step.is_for_a_person]
    assert {results[key].verdict for key in people} == {Verdict.BLOCKED}
    assert {f.title for f in results["scopes"].findings if f.verdict is Verdict.INCONCLUSIVE} == {
        "Customers login",
        "Order transactions",
    }


@pytest.mark.parametrize("case", RED_CASES, ids=str)
def test_what_is_wrong_turns_exactly_its_step_red(
    case: Red, shop: MakeShop, tmp_path: Path, slept: list[float]
) -> None:
    """One thing wrong, one red step, with the remedy in words; nothing of ours stays open."""
    wrong = shop(case.runbook, case.parameters, **case.trouble)
    given = {**case.parameters, **case.spoil(wrong, tmp_path)}
    finish, results = run_all(wrong, tmp_path, parameters=given)
    assert red(results) == {case.step: case.verdict}
    is_required = results[case.step].required
    expected = {"fail": "failed", "inconclusive": "incomplete"}[case.verdict]
    assert finish.verdict == (expected if is_required else "verified")
    bad = [f for f in results[case.step].findings if f.verdict in {"fail", "inconclusive"}]
    assert all(f.remedy for f in bad)
    said = [f.remedy if case.verdict == "fail" else f"{f.message} {f.remedy}" for f in bad]
    assert any(case.words in text for text in said), said


def test_every_automated_step_has_a_case_that_turns_it_red() -> None:
    """A step that nothing turns red might as well not be there."""
    automated = {(runbook, step) for runbook, step, _check in automated_steps()}
    assert automated == {(case.runbook, case.step) for case in RED_CASES}
    assert {runbook for runbook, _step in automated} == set(runbook_ids())


@pytest.mark.parametrize(("cents", "verdict"), [(0, Verdict.PASS), (1, Verdict.FAIL)])
def test_a_vendor_s_list_is_compared_with_the_store(
    cents: int, verdict: Verdict, shop: MakeShop, tmp_path: Path
) -> None:
    """The same SKU, name and price pass; a cent more turns that step red."""
    made = shop("salesorder")
    products = json.loads(made.state())["products"]
    product = next(each for each in products if each["base_variant_id"])
    price = Decimal(str(product["price"])) + Decimal(cents) / 100
    listed = tmp_path / "items.csv"
    name = product["name"].replace('"', '""')
    listed.write_text(f'SKU,Description,Unit Price\n{product["sku"]},"{name}",{price}\n')
    asked = {"compare_items_list": True, "items_list": str(listed), "test_items": [product["sku"]]}
    _, results = run_all(made, tmp_path, parameters=asked)
    verdicts = {finding.verdict for finding in results["items-match"].findings}
    assert verdict in verdicts
    assert list(red(results)) == (["items-match"] if verdict is Verdict.FAIL else [])


def test_rows_that_were_read_off_take_the_place_of_our_reading(
    shop: MakeShop, tmp_path: Path
) -> None:
    """With one entry the guesses go: Customers is no longer asked for, and Orders wants Modify."""
    _finish, results = run_all(
        shop("salesorder", {"scopes_read_off": ["orders : Modify"]}), tmp_path
    )
    said = {f.title: f for f in results["scopes"].findings}
    assert said["Orders"].data["wanted"] == "modify"
    assert said["Customers"].data["wanted"] is None
    assert "does not mention" in said["Customers"].message


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (["Oders: modify"], "did you mean 'Orders'"),
        (["Orders: manage"], "no level"),
        (["Orders"], "entries like 'Orders: modify'"),
        (["Orders: modify", "orders: none"], "holds Orders twice"),
    ],
)
def test_an_entry_that_is_no_row_and_level_is_refused_before_anything_is_sent(
    entries: list[str], words: str, shop: MakeShop, tmp_path: Path
) -> None:
    """A slip in the fill-in table is a parameter error that names the entry."""
    right = shop("salesorder")
    with pytest.raises(ParameterError, match=words):
        open_run(
            "salesorder", customer="X", credentials=right.reference, folder=str(tmp_path / "r"),
            parameters={"scopes_read_off": entries},
        )  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "step"),
    [
        ("Pending Cash Sales", "look-among-cash-sales"),
        ("Pending Sales Orders", "look-among-sales-orders"),
        ("Pending Sales Invoices", "look-among-invoices"),
    ],
)
def test_where_to_look_for_the_order_depends_on_what_it_is_imported_as(
    chosen: str, step: str, shop: MakeShop, tmp_path: Path
) -> None:
    """Of the three places one is asked for; the other two are skipped."""
    _finish, results = run_all(shop("salesorder", {"import_orders_as": chosen}), tmp_path)
    asked = [
        key
        for key, result in results.items()
        if key.startswith("look-among") and result.verdict is not Verdict.SKIPPED
    ]
    assert asked == [step]


@pytest.mark.parametrize("runbook", ["stone-edge", "dropstream"])
def test_more_than_wanted_is_a_warning(runbook: str, shop: MakeShop, tmp_path: Path) -> None:
    """A token with too many rights connects, so the run is verified, with the rows named."""
    finish, results = run_all(shop(runbook, changed={"Themes": "modify"}), tmp_path)
    assert finish.verdict == "verified"
    warned = [f for f in results["scopes"].findings if f.verdict is Verdict.WARN]
    assert [f.title for f in warned] == ["Themes"]
    assert warned[0].remedy


def _other_store(shop: Shop, make: MakeShop) -> Shop:
    text = shop.credentials.read_text().replace(shop.made["store_hash"], make().made["store_hash"])
    shop.credentials.write_text(text)
    return shop


def _revoked(shop: Shop, make: MakeShop) -> Shop:
    shop.revoke()
    return shop


def _faulty(**fault: object) -> Callable[[Shop, MakeShop], Shop]:
    def apply(shop: Shop, make: MakeShop) -> Shop:
        shop.fault(**fault)
        return shop

    return apply


@pytest.mark.parametrize(
    ("spoil", "exit_status", "said"),
    [
        (_other_store, 1, "different stores"),
        (_revoked, 1, "does not know this access token"),
        (_faulty(kind="suspended"), 3, "suspended"),
        (_faulty(kind="html_403"), 3, "403"),
        (_faulty(kind="rate_limit", headers=False), 3, "429"),
        (_faulty(kind="disconnect"), 3, "no answer"),
        (_faulty(kind="malformed_json"), 3, "not the BigCommerce API"),
        (_faulty(kind="status", status=500), 3, "500"),
    ],
    ids=["other store", "revoked", "suspended", "html 403", "bare 429", "cut", "malformed", "500"],
)
@pytest.mark.parametrize("runbook", ["stone-edge", "dropstream"])
def test_a_store_that_cannot_be_asked_gives_one_plain_finding(
    runbook: str,
    spoil,
    exit_status: int,
    said: str,
    shop: MakeShop,
    tmp_path: Path,
    slept: list[float],
) -> None:
    """The credentials step says what is the matter and what to do; no scope is called missing."""
    finish, results = run_all(spoil(shop(runbook), shop), tmp_path)
    assert finish.exit == exit_status
    assert finish.verdict != "verified"
    found = results["credentials"].findings[-1]
    assert said in found.message
    assert found.remedy
    assert results["scopes"].verdict is Verdict.BLOCKED
    assert list(red(results)) == ["credentials"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500, "count": 40},
        {"kind": "disconnect", "count": 25},
        {"kind": "malformed_json", "count": 25},
        {"kind": "html_403", "count": 10},
        {"kind": "rate_limit", "headers": False, "count": 20},
    ],
    ids=lambda fault: str(fault["kind"]),
)
def test_trouble_in_the_middle_never_calls_a_scope_missing(
    fault: dict, shop: MakeShop, tmp_path: Path, slept: list[float]
) -> None:
    """Faults that begin after the baseline leave rows inconclusive at worst."""
    troubled = shop("stone-edge")
    run = open_run(
        "stone-edge", customer=CUSTOMER, credentials=troubled.reference,
        answers=str(troubled.answers), folder=str(tmp_path / "run"),
    )  # fmt: skip
    assert run.step("credentials").verdict is Verdict.PASS
    troubled.fault(**fault)
    result = run.step("scopes")
    assert Verdict.FAIL not in {finding.verdict for finding in result.findings}
    assert "Traceback" not in str(result.as_json())


def test_a_check_that_breaks_is_inconclusive_and_the_rest_goes_on(
    shop: MakeShop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A fault of ours says so, leaves its traceback in the log, and stops no other step."""
    from cartproof.checks import registry

    def broken(context: object):
        raise ZeroDivisionError("ours")
        yield

    monkeypatch.setitem(registry.CHECKS, "products_have_skus", broken)  # type: ignore[arg-type]
    finish, results = run_all(shop(), tmp_path)
    assert red(results) == {"products": "inconclusive"}
    assert (finish.verdict, finish.exit) == ("incomplete", 3)
    assert "ZeroDivisionError" in results["products"].findings[0].message
    assert "ours" in caplog.text


def test_a_waiver_stands_for_a_failed_step(shop: MakeShop, tmp_path: Path) -> None:
    """With who, when and why, a waived step lets the run be verified and keeps its findings."""
    waived = shop(variant="no_test_order")
    text = waived.answers.read_text()
    waived.answers.write_text(
        f"{text}  test-order:\n    verdict: waived\n    who: Ada\n    when: 2026-11-22T10:00:00Z\n"
        "    note: tested by phone\n"
    )
    finish, results = run_all(waived, tmp_path)
    assert finish.verdict == "verified"
    assert results["test-order"].verdict is Verdict.WAIVED
    assert results["test-order"].findings[0].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"customer": ""}, ParameterError, "`customer` is empty"),
        ({"credentials": ""}, ParameterError, "`credentials` is empty"),
        ({"credentials": "file:/nowhere.txt"}, CredentialsError, "nowhere.txt"),
        ({"store_hash": float("inf")}, ParameterError, "-r or -f"),
        ({"store_hash": "otherstore"}, CredentialsError, "otherstore"),
        ({"answers": "/nowhere.yaml"}, AnswersError, "nowhere.yaml"),
        ({"mode": "loud"}, ParameterError, "interactive, headless"),
        ({"folder": "/proc/no/such"}, ParameterError, "cannot be written"),
        ({"parameters": {"test_order_state": "x"}}, ParameterError, "test_order_status"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_sent(
    changed: dict, error: type, words: str, shop: MakeShop, tmp_path: Path
) -> None:
    """Every mistake names the parameter; the store sees no request."""
    right = shop()
    given = {"customer": "X", "credentials": right.reference, "folder": str(tmp_path / "r")}
    with pytest.raises(error, match=words):
        open_run("stone-edge", **{**given, **changed})
    seen = f"{right.sandbox}/_sandbox/requests?store_hash={right.made['store_hash']}"
    import urllib.request

    with urllib.request.urlopen(seen, timeout=120) as answer:
        assert right.made["store_hash"] not in answer.read().decode()


def test_a_word_given_in_the_notebook_is_kept_in_the_answers_file(
    shop: MakeShop, tmp_path: Path
) -> None:
    """`attest` settles the step and is found again by the next run."""
    right = shop()
    path = tmp_path / "new" / "answers.yaml"
    given = {"customer": "X", "credentials": right.reference, "answers": str(path)}
    run = open_run("stone-edge", **given, mode="interactive", folder=str(tmp_path / "a"))
    assert run.attest("open-account-screen", who="Ada", note="seen").verdict is Verdict.ATTESTED
    again = open_run("stone-edge", **given, mode="headless", folder=str(tmp_path / "b"))
    result = again.step("open-account-screen")
    assert result.attestation is not None
    assert (result.attestation.who, result.attestation.note) == ("Ada", "seen")
