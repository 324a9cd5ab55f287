"""What the panel shows before anything is sent that changes a store."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartproof.run.live import LiveRun
from cartproof.store.client import StoreClient
from cartproof.ui.desk import Desk
from cartproof.ui.looks import finish_look, step_look
from cartproof.ui.record import order_for

from .conftest import Shop

MakeDesk = Callable[..., Desk]
MakeShop = Callable[..., Shop]


def at_the_order(desk: MakeDesk, shop: MakeShop, runbook: str = "order-time") -> Desk:
    """Return a desk whose run may create its test order."""
    made = desk(runbook, parameters={"create_test_order": True})
    there = shop(runbook, changed={"Orders": "modify"})
    made.vault.take_text(there.credentials.read_text())
    made.checks.begin("store")
    return made


def at_a_live_store(desk: MakeDesk, shop: MakeShop) -> tuple[Desk, LiveRun, StoreClient]:
    """Return the same for a store that is no sandbox, with its run and the store."""
    made = at_the_order(desk, shop, "dropstream")
    assert made.run is not None
    store = made.run.stage.store
    assert store is not None
    store.is_sandbox = False
    return made, made.run, store


def consent(desk: Desk, step_id: str) -> dict[str, Any]:
    """Return what a step's panel wants to be agreed to."""
    found: dict[str, Any] = step_look(desk, step_id)["consent"]
    return found


def changing(requests: list[dict[str, Any]]) -> list[str]:
    """Return the requests that are more than questions."""
    return [f"{one['method']} {one['path']}" for one in requests if one["changes"]]


def test_the_plan_stands_there_before_anything_is_sent(desk: MakeDesk, shop: MakeShop) -> None:
    """Every request, the order word for word, what follows; on the sandbox as well."""
    made = at_the_order(desk, shop)
    assert made.run is not None
    sent = made.run.stage.requests
    plan = consent(made, "test-order")
    assert changing(plan["requests"]) == ["DELETE /v2/orders/{id}", "POST /v2/orders"]
    assert changing(plan["afterwards"]) == ["DELETE /v2/orders/{id}"]
    body = json.loads(plan["body"])
    assert body["external_order_id"] == f"cartproof-{made.run.run_id}"
    assert "Awaiting Fulfillment" in body["status_id"]
    for word in ("Stock", "E-mail"):
        assert any(line.startswith(word) for line in plan["consequences"])
    assert plan["type"] == {"what": "", "text": ""}
    assert made.run.stage.requests == sent


def test_the_order_to_be_archived_is_named(desk: MakeDesk, shop: MakeShop) -> None:
    """By the number that the journal has of it."""
    made = at_the_order(desk, shop)
    made.checks.begin("test-order")
    assert consent(made, "test-order")["is_made"]
    (request,) = changing(consent(made, "archive-test-order")["requests"])
    assert made.run is not None
    created = [e["order_id"] for e in made.run.journal.events() if "order_id" in e]
    assert request == f"DELETE /v2/orders/{created[-1]}"


def test_what_cannot_be_planned_is_said(desk: MakeDesk, shop: MakeShop) -> None:
    """A run whose id is none of ours has no tag by which its order could be found again."""
    made = at_the_order(desk, shop)
    assert made.run is not None
    made.run.stage.run_id = "mine"
    plan = consent(made, "test-order")
    assert "cannot tag an order" in plan["trouble"]


@pytest.mark.parametrize("is_right", [False, True])
def test_filing_goes_by_a_name_that_matched_and_by_no_other(
    is_right: bool, desk: MakeDesk, shop: MakeShop, tmp_path: Path
) -> None:
    """A wrong name creates nothing, neither at the click nor when the record is filed."""
    made, run, store = at_a_live_store(desk, shop)
    name = run.stage.facts["store"]["name"]
    made.checks.begin("store", "a word on a check that changes nothing")
    made.checks.begin("test-order", name if is_right else f"{name}x")
    assert run.has_open_order is is_right
    made.checks.begin("archive-test-order")
    confirmed = made.checks.confirmed_store
    words = order_for(run, answers=tmp_path, out=tmp_path, confirmed_store=confirmed).words
    assert (f"-pconfirm_store={store.store_hash}" in words) is is_right
    assert finish_look(made)["makes_order"]


def test_a_live_stores_name_is_asked_for_and_shown(desk: MakeDesk, shop: MakeShop) -> None:
    """As the store check read it; where it could not be read, its hash."""
    made, run, store = at_a_live_store(desk, shop)
    name = run.stage.facts["store"]["name"]
    assert consent(made, "test-order")["type"] == {"what": "name", "text": name}
    run.stage.facts.clear()
    assert consent(made, "test-order")["type"] == {"what": "hash", "text": store.store_hash}
