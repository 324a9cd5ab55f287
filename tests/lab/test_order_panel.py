"""The test order's panel in a browser: the orders found, the plan, and the name on a LIVE store."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from engineer import NAME, Engineer
from playwright.sync_api import expect

if TYPE_CHECKING:
    from lab_driver import LabDriver
    from lab_program import LabProgram
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

SEEN_AS_LIVE = """
from dataclasses import replace
from cartproof.store import credentials
_read = credentials.parse_api_path
credentials.parse_api_path = lambda text: replace(_read(text), is_sandbox=False)
"""


def changed(session: LabProgram) -> list[str]:
    """Return the requests that changed a store's orders."""
    seen = session.get("/_sandbox/requests")
    asked = [s for s in seen if s["method"] != "GET" and s["path"].startswith("/v2/orders")]
    return [f"{s['method']} {s['path']}" for s in asked if (s["status"] or 0) < 300]


def row(panel: Locator, order: int) -> Locator:
    """Return an order's line in the panel."""
    return panel.locator(".orders tr", has=panel.page.get_by_role("rowheader", name=str(order)))


def test_the_engineer_chooses_among_the_orders_found(lab: Any, window: Any) -> None:
    """From none, with what to do then, to another one than the newest, which the record has."""
    session = lab("order-time", "--sandbox")
    driver = window(session.url)
    engineer = Engineer(driver, session, "order-time")
    engineer.begin()
    engineer.drop(engineer.credentials(variant="no_orders"))
    engineer.check("store")
    engineer.check("test-order", until="needs-attention")
    panel = driver.panel("test-order")
    expect(panel.locator(".candidates")).to_contain_text("There is no order in that status yet")
    mail = {"first_name": "Ada", "email": "zoe@shop.example.com"}
    older = engineer.plant_order(age_hours=5, billing_address=mail)
    newer = engineer.plant_order(age_hours=1)
    engineer.check("test-order")
    expect(row(panel, newer)).to_contain_text("taken")
    expect(row(panel, older)).to_contain_text("z…@s….com")
    numbers = panel.locator(".orders tbody th").all_inner_texts()
    assert numbers == [str(newer), str(older)]

    panel.get_by_role("button", name=f"Take order {older} as the test order").click()
    expect(row(panel, older)).to_contain_text(f"chosen by {NAME}")
    expect(row(panel, newer)).not_to_contain_text("taken")
    expect(panel.locator(".result")).to_contain_text(f"Order {older} of")
    answers = next((session.folder / "runs").rglob("answers.yaml"))
    assert re.search(rf"id: {older}\b", answers.read_text())
    engineer.settle()
    engineer.file()
    filed = driver.other_panel("finish").locator(".filed")
    expect(filed).to_contain_text("Filed: verified.")
    record = next((session.folder / "runs").rglob("report.html")).read_text()
    assert f"Order {older} of" in record
    assert f"{NAME} chose it" in record
    assert changed(session) == []
    assert driver.console == []


def with_creation(
    lab: Any, window: Any, runbook: str, *, is_live: bool = False
) -> tuple[LabProgram, LabDriver, Engineer]:
    """Come to the step that creates an order, in a store that is or presents itself as LIVE."""
    session = lab(runbook, "--sandbox")
    driver = window(session.url)
    engineer = Engineer(driver, session, runbook)
    engineer.begin()
    engineer.set_parameters(create_test_order=True)
    if is_live:
        driver.in_kernel(SEEN_AS_LIVE)
    engineer.drop(engineer.credentials(Orders="modify"))
    engineer.check("store")
    return session, driver, engineer


def test_the_plan_stands_before_the_click_that_creates(lab: Any, window: Any) -> None:
    """Each request, the order itself, stock and e-mail; then the archiving step's own plan."""
    session, driver, engineer = with_creation(lab, window, "order-time")
    engineer.wait("test-order", "ready")
    panel = driver.panel("test-order")
    plan = panel.locator(".plan")
    for words in ("POST /v2/orders", "DELETE /v2/orders/{id}", "Stock: none changes", "E-mail: "):
        expect(plan).to_contain_text(words)
    plan.get_by_text("The order as it is sent").click()
    expect(plan.locator("pre")).to_contain_text("CARTPROOF-TEST")
    assert changed(session) == []
    driver.click("Create the test order in the sandbox", within=panel)
    engineer.wait("test-order", "done")
    assert changed(session) == ["POST /v2/orders"]
    expect(plan).to_be_hidden()
    expect(panel).to_contain_text("The order is there")
    engineer.settle(but=("archive-test-order",))
    archive = driver.panel("archive-test-order")
    sent = archive.locator(".plan td", has_text="DELETE /v2/orders/").inner_text()
    driver.click("Archive the test order", within=archive)
    engineer.wait("archive-test-order", "done")
    assert changed(session) == ["POST /v2/orders", sent]


def test_on_a_live_store_nothing_is_created_before_its_name_is_typed(lab: Any, window: Any) -> None:
    """Not by a click without it, not by another name; the plan is there all the while."""
    session, driver, engineer = with_creation(lab, window, "dropstream", is_live=True)
    panel = engineer.wait("test-order", "ready")
    expect(panel.locator(".store")).to_contain_text("LIVE store")
    name = session.get(f"/_sandbox/state?store_hash={engineer.made['store_hash']}")["store"]["name"]
    expect(panel.locator(".plan")).to_contain_text("POST /v2/orders")
    create = panel.get_by_role("button", name="Create the test order in the LIVE store")
    expect(create).to_be_disabled()
    typed = panel.get_by_label(f"Type the store's name in full to confirm: {name}")
    typed.fill(name.upper())
    create.click()
    engineer.wait("test-order", "blocked")
    expect(panel).to_contain_text("What was given does not match")
    assert changed(session) == []
    typed.fill(name)
    create.click()
    engineer.wait("test-order", "done")
    assert changed(session) == ["POST /v2/orders"]
    driver.click("Archive the test order", within=driver.panel("archive-test-order"))
    engineer.wait("archive-test-order", "done")
    state = session.get(f"/_sandbox/state?store_hash={engineer.made['store_hash']}")
    ours = [o for o in state["orders"] if str(o["external_order_id"]).startswith("cartproof-")]
    assert [order["is_deleted"] for order in ours] == [True]
