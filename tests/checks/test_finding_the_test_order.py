"""Finding the test order: by any sign of the test gateway, and what must hold of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.checks.money import money
from cartproof.checks.order_candidates import masked
from cartproof.findings import Verdict

from .conftest import Shop

MakeShop = Callable[..., Shop]
TAG = "cartproof-20261122T100000Z-1a2b3c4d"


def by_title(findings) -> dict[str, str]:
    """Return the verdict of each finding by its title."""
    return {finding.title: str(finding.verdict) for finding in findings}


def test_the_newest_test_order_is_found_and_adds_up(shop: MakeShop) -> None:
    """A planted order is newer than all others, so it is the one examined."""
    made = shop(variant="no_test_order")
    planted = made.plant()
    findings = made.ask("test_order")
    assert by_title(findings) == {
        "Test order": "pass",
        "SKUs of the order": "pass",
        "Order total": "pass",
    }
    assert findings[0].data["order_id"] == planted["id"]


@pytest.mark.parametrize(
    "sign",
    [
        {"payment_method": "Test Payment Gateway"},
        {"payment_method": "Our Pay", "_transactions": [{"gateway": "testgateway", "test": False}]},
        {"payment_method": "Our Pay", "_transactions": [{"gateway": "stripe", "test": True}]},
    ],
    ids=["name", "gateway", "test mode"],
)
def test_any_of_three_signs_shows_the_test_gateway(sign: dict, shop: MakeShop) -> None:
    """A merchant may have renamed the payment method: its transactions tell as well."""
    made = shop(variant="no_test_order")
    planted = made.plant(**{"_transactions": [], **sign})
    assert made.ask("test_order")[0].data["order_id"] == planted["id"]


def test_an_order_without_any_sign_is_no_test_order(shop: MakeShop) -> None:
    """A real order in the right status does not pass for a test."""
    made = shop(variant="no_test_order")
    made.plant(test_gateway=False, payment_method="Visa")
    finding = made.ask("test_order")[0]
    assert finding.verdict is Verdict.FAIL
    assert "Awaiting Fulfillment" in finding.remedy
    taken = made.ask("test_order", options={"paid_by_test_gateway": False})
    assert taken[0].verdict is Verdict.PASS


def test_an_order_that_is_too_old_does_not_count(shop: MakeShop) -> None:
    """With `max_age_days` or `since` an old test order is as good as none."""
    made = shop(variant="no_test_order")
    made.plant(age_hours=72)
    assert made.ask("test_order")[0].verdict is Verdict.PASS
    assert made.ask("test_order", options={"max_age_days": 2})[0].verdict is Verdict.FAIL
    today = datetime.now(UTC).strftime("%Y-%m-%dT00:00:00Z")
    assert made.ask("test_order", options={"since": today})[0].verdict is Verdict.FAIL


def test_the_status_is_found_by_name_or_number_and_else_named(shop: MakeShop) -> None:
    """Names in any case count; an unknown one is answered with the known ones."""
    made = shop(variant="no_orders")
    made.plant(status_id=9)
    for options in ({"status": "awaiting SHIPMENT"}, {"status_id": 9}, {"status": "{wanted}"}):
        found = made.ask("test_order", options=options, parameters={"wanted": "Awaiting Shipment"})
        assert found[0].verdict is Verdict.PASS
    unknown = made.ask("test_order", options={"status": "Awaiting Fulfilment"})[0]
    assert unknown.verdict is Verdict.FAIL
    assert "Awaiting Fulfillment" in unknown.remedy


@pytest.mark.parametrize(
    ("order", "title", "verdict"),
    [
        ({"products": [{"name": "x", "quantity": 1, "price_ex_tax": 1, "price_inc_tax": 1, "sku": "NO-SUCH"}]}, "SKUs of the order", "fail"),
        ({"products": [{"name": "x", "quantity": 1, "price_ex_tax": 1, "price_inc_tax": 1, "sku": ""}]}, "SKUs of the order", "fail"),
        ({"subtotal_inc_tax": "1.0000"}, "Order total", "fail"),
        ({"total_inc_tax": "9999.0000"}, "Order total", "warn"),
        ({"total_inc_tax": "much"}, "Order total", "inconclusive"),
    ],
    ids=["unknown SKU", "no SKU", "subtotal", "total", "no number"],
)  # fmt: skip
def test_what_is_wrong_with_the_order_is_its_own_finding(
    order: dict, title: str, verdict: str, shop: MakeShop
) -> None:
    """One thing wrong in the order, one finding that says so."""
    made = shop(variant="no_test_order")
    made.plant(**order)
    findings = made.ask("test_order")
    assert by_title(findings)[title] == verdict
    others = {key: value for key, value in by_title(findings).items() if key != title}
    assert set(others.values()) <= {"pass"}


@pytest.mark.parametrize(
    ("scopes", "title"),
    [({"Products": "read-only"}, "Test order"), ({"Orders": "read-only"}, "SKUs of the order")],
)
def test_a_scope_that_is_missing_leaves_it_open(
    scopes: dict[str, str], title: str, shop: MakeShop
) -> None:
    """What the token may not read is inconclusive, never failed."""
    verdicts = by_title(shop(scopes).ask("test_order"))
    assert verdicts[title] == "inconclusive"
    assert "fail" not in verdicts.values()


def test_no_personal_data_stands_in_findings_or_evidence(shop: MakeShop) -> None:
    """The buyer's name, mail and address are in the answer, not in what is kept."""
    made = shop(variant="no_test_order")
    person = {"first_name": "Zebulon", "last_name": "Quixote", "email": "z.quixote@example.com"}
    made.plant(billing_address=person)
    kept = str([finding.as_json() for finding in made.ask("test_order")])
    assert "Zebulon" not in kept
    assert "quixote" not in kept.lower()


def test_all_that_may_be_the_test_are_listed_the_newest_first(shop: MakeShop) -> None:
    """One is taken, and each has the reason beside it; of the buyer's mail enough to know it by."""
    made = shop(variant="no_orders")
    mail = {"first_name": "Ada", "email": "zoe@shop.example.com"}
    tests = [made.plant(age_hours=hours, billing_address=mail)["id"] for hours in (3, 2)]
    real = made.plant(age_hours=1, test_gateway=False, payment_method="Visa")["id"]
    made.plant(age_hours=1, status_id=9)
    rows = made.ask("test_order")[0].data["candidates"]
    assert [row["id"] for row in rows] == [real, tests[1], tests[0]]
    assert [row["taken"] for row in rows] == [False, True, False]
    assert rows[0]["sign"] == "no sign of the test gateway"
    assert rows[1]["sign"] == "paid by the test gateway"
    assert rows[1]["email"] == "z…@s….com"
    assert rows[1]["status"] == "Awaiting Fulfillment"


def chosen(order_id: int) -> dict[str, Any]:
    """Return a step's answer in which a person chose an order."""
    return {"order": {"id": order_id, "who": "Ada Okafor", "when": "2026-11-22T10:00:00Z"}}


def test_the_order_that_a_person_chose_is_the_one_examined(shop: MakeShop) -> None:
    """Although a newer one would do, and even where it is not among the newest; it says who."""
    made = shop(variant="no_orders")
    oldest = made.plant(age_hours=99)["id"]
    for hours in range(12):
        made.plant(age_hours=hours)
    finding = made.ask("test_order", answer=chosen(oldest))[0]
    assert (finding.verdict, finding.data["order_id"]) == (Verdict.PASS, oldest)
    assert finding.data["chosen_by"] == "Ada Okafor"
    assert "Ada Okafor chose it" in finding.message
    taken = [row["id"] for row in finding.data["candidates"] if row["taken"]]
    assert taken == [oldest]


def test_a_chosen_order_that_nothing_shows_to_be_a_test_is_a_warning(shop: MakeShop) -> None:
    """A person may know better than the three signs, but it is said."""
    made = shop(variant="no_orders")
    real = made.plant(test_gateway=False, payment_method="Visa")["id"]
    finding = made.ask("test_order", answer=chosen(real))[0]
    assert finding.verdict is Verdict.WARN
    assert "no customer's real order" in finding.remedy


@pytest.mark.parametrize("what", [{"status_id": 9}, {"external_order_id": TAG}, {"age_hours": 72}])
def test_a_chosen_order_that_does_not_count_any_more_fails(what: dict, shop: MakeShop) -> None:
    """Of another status, one of ours, too old: no other one is taken in its place."""
    made = shop(variant="no_test_order")
    made.plant()
    moved = made.plant(**what)["id"]
    finding = made.ask("test_order", options={"max_age_days": 2}, answer=chosen(moved))[0]
    assert finding.verdict is Verdict.FAIL
    assert f"Order {moved}, which Ada Okafor chose" in finding.message
    assert finding.data["candidates"]


@given(st.text(max_size=40))
def test_a_masked_address_gives_no_more_than_first_letters(address: str) -> None:
    """Whatever a store has in that field."""
    shown = masked(address)
    assert len(shown) <= 20
    assert shown == "" or "@" in address


@given(st.text(max_size=20) | st.floats() | st.integers() | st.none())
def test_money_is_a_finite_number_or_nothing(value: object) -> None:
    """No answer of a store makes an amount that cannot be added up."""
    amount = money(value)
    assert amount is None or amount.is_finite()
