"""Orders by status, and how many would come over at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cartproof.errors import StoreError

from .checked_store import CheckedStore, bad, titled

IMPORT = "Status to import"


@pytest.fixture
def quiet(store: CheckedStore) -> CheckedStore:
    """Return a store without orders, in which status 11 has a name of the merchant's own."""
    store.vary(orders="none", status_labels={"11": "Ready to pick"})
    return store


def test_orders_are_counted_with_both_labels(quiet: CheckedStore) -> None:
    """All fifteen statuses stand in the data; the sentence names those with orders."""
    quiet.plant_order(status_id=11)
    quiet.plant_order(status_id=2)
    (finding,) = quiet.findings("orders_by_status")
    assert finding.verdict == "pass"
    assert "Awaiting Fulfillment (here called Ready to pick): 1" in finding.message
    assert len(finding.data["rows"]) == 15
    assert [11, "Awaiting Fulfillment", "Ready to pick", 1] in finding.data["rows"]


@pytest.mark.parametrize("name", ["awaiting fulfillment", "READY  to pick", " Ready to pick "])
def test_the_status_to_import_goes_by_either_label(quiet: CheckedStore, name: str) -> None:
    """In any letter case; with no order waiting it passes with a note."""
    found = quiet.findings("orders_by_status", {"status": name}, status="{status}")
    assert bad(found) == {}
    assert "Nothing that is there already would come over" in titled(found, IMPORT).message
    assert titled(found, IMPORT).data["statuses"] == [11]


def test_orders_that_wait_are_a_warning_unless_expected(quiet: CheckedStore) -> None:
    """They would come over too; one is allowed where the test order waits."""
    quiet.plant_order(status_id=11)
    found = quiet.findings("orders_by_status", status_id=11)
    assert bad(found) == {IMPORT: "warn"}
    assert "1 order is in" in titled(found, IMPORT).message
    assert "import date" in titled(found, IMPORT).message
    assert bad(quiet.findings("orders_by_status", status_id=11, waiting_allowed=1)) == {}


def test_the_vendors_import_date_leaves_older_orders_out(quiet: CheckedStore) -> None:
    """Counted are those made since, however many are older."""
    quiet.plant_order(status_id=11, age_hours=24 * 400)
    since = "2099-01-01T00:00:00Z"
    assert bad(quiet.findings("orders_by_status", status="Ready to pick", since=since)) == {}
    since = "2001-01-01T00:00:00Z"
    found = quiet.findings("orders_by_status", status="Ready to pick", since=since)
    assert bad(found) == {IMPORT: "warn"}


def test_several_statuses_are_added_up(quiet: CheckedStore) -> None:
    """A vendor may import more than one."""
    for status_id in (11, 9, 9, 2):
        quiet.plant_order(status_id=status_id)
    found = quiet.findings("orders_by_status", status=["Ready to pick", "Awaiting Shipment"])
    assert titled(found, IMPORT).data["orders"] == 3


def test_an_unknown_status_is_answered_with_those_there_are(quiet: CheckedStore) -> None:
    """Red, with the store's own words."""
    found = quiet.findings("orders_by_status", status="Waiting")
    assert bad(found) == {IMPORT: "fail"}
    assert "here called Ready to pick" in titled(found, IMPORT).remedy


def test_a_name_that_two_statuses_have_is_red(quiet: CheckedStore) -> None:
    """The merchant's name for one is the fixed name of another; the number still works."""
    quiet.vary(status_labels={"9": "Awaiting Fulfillment"})
    found = quiet.findings("orders_by_status", status="Awaiting Fulfillment")
    assert bad(found) == {IMPORT: "fail"}
    assert "number" in titled(found, IMPORT).remedy
    assert bad(quiet.findings("orders_by_status", status_id=11)) == {}


def test_an_empty_status_is_red_where_the_vendor_needs_one(quiet: CheckedStore) -> None:
    """Orders could neither be listed nor imported; elsewhere it is a warning."""
    found = quiet.findings("orders_by_status", {"status": " "}, status="{status}")
    assert bad(found) == {IMPORT: "fail"}
    assert "neither be listed nor imported" in titled(found, IMPORT).message
    found = quiet.findings("orders_by_status", status="", status_required=False)
    assert bad(found) == {IMPORT: "warn"}


def test_a_refusal_and_a_store_that_does_not_answer(
    new_store: Callable[..., CheckedStore], quiet: CheckedStore
) -> None:
    """The scope's row is named; any other error goes up to the engine."""
    found = new_store({"Products": "read-only"}).findings("orders_by_status")
    assert bad(found) == {"Orders by status": "inconclusive"}
    assert "Grant Orders" in found[0].remedy
    quiet.fault(kind="status", status=503)
    with pytest.raises(StoreError):
        quiet.findings("orders_by_status")
