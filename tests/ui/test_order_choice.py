"""Choosing which of the store's orders is the test: kept at the click, used by the next run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cartproof.errors import UsageError
from cartproof.findings import Verdict
from cartproof.run.live import LiveRun
from cartproof.ui.actions import answer_to
from cartproof.ui.desk import Desk
from cartproof.ui.looks import step_look
from cartproof.ui.record import order_for

from .conftest import Shop

MakeDesk = Callable[..., Desk]
MakeShop = Callable[..., Shop]


def orders(desk: Desk) -> dict[str, Any]:
    """Return what the panel of the test order lists."""
    found: dict[str, Any] = step_look(desk, "test-order")["orders"]
    return found


def taken(desk: Desk) -> list[int]:
    """Return the ids of the orders that are marked as taken."""
    return [row["id"] for row in orders(desk)["rows"] if row["taken"]]


def looked(desk: Desk, there: Shop) -> LiveRun:
    """Give the credentials, have the store and its orders looked at, and return the run."""
    desk.vault.take_text(there.credentials.read_text())
    assert desk.run is not None
    assert orders(desk)["rows"] is None
    for step_id in ("store", "test-order"):
        desk.checks.begin(step_id)
    return desk.run


def test_a_chosen_order_is_kept_at_the_click_and_looked_at(
    desk: MakeDesk, shop: MakeShop, tmp_path: Any
) -> None:
    """It is on disk before the answer, and a new kernel, filing or nightly run goes by it."""
    made, there = desk(), shop("order-time")
    run = looked(made, there)
    rows, first = orders(made)["rows"], taken(made)
    other = next(row["id"] for row in rows if row["id"] not in first)
    said = answer_to(made, {"do": "choose", "order": other, "who": "Ada Okafor"}, "test-order")
    assert said == {"ok": True, "text": f"Saved: order {other}, chosen by Ada Okafor."}
    assert taken(made) == [other]
    assert orders(made)["chosen"] == other
    path = made.keeping.answers(run)
    assert f"id: {other}" in path.read_text()
    assert len(step_look(made, "test-order")["earlier"]) == 1
    assert f"--answers={path}" in order_for(run, answers=path, out=tmp_path).words

    again = desk()
    assert taken(again) == [other]
    answer_to(made, {"do": "choose", "order": 0}, "test-order")
    assert taken(made) == first
    assert json.dumps(orders(made)).count("@") <= len(rows)  # masked addresses alone


def test_nothing_is_chosen_without_credentials_and_a_name(desk: MakeDesk, shop: MakeShop) -> None:
    """Both are asked for in words; nothing is kept."""
    made, there = desk(), shop("order-time")
    with pytest.raises(UsageError, match="credentials"):
        made.words.choose_order("test-order", order_id=1, who="Ada")
    run = looked(made, there)
    with pytest.raises(UsageError, match="name"):
        made.words.choose_order("test-order", order_id=1, who=" ")
    assert not made.keeping.answers(run).exists()
    for wrong in ("118", 1.5, -1, 2**60):
        assert not answer_to(made, {"do": "choose", "order": wrong, "who": "A"}, "test-order")["ok"]


def test_a_word_on_the_step_keeps_the_order_that_was_chosen(desk: MakeDesk, shop: MakeShop) -> None:
    """A waiver does not let go of it; an order that is not there fails, and the list stays."""
    made, there = desk(), shop("order-time")
    run = looked(made, there)
    made.words.choose_order("test-order", order_id=999_999, who="Ada")
    assert run.results["test-order"].verdict is Verdict.FAIL
    assert orders(made)["rows"]
    made.words.waive("test-order", who="Ada", note="agreed by mail")
    word = run.stage.answers.step("test-order")
    assert word.verdict == "waived"
    assert word.order is not None
    assert word.order.id == 999_999
