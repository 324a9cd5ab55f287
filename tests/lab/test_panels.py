"""The panels in a browser: whole runbooks, changed parameters, a new kernel, keys alone."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from engineer import CUSTOMER, NAME, OVER, Engineer
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from lab_program import LabProgram
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
MOST_KEYS = 400


def items_file(lab: LabProgram, store_hash: str, path: Path) -> list[str]:
    """Write three of a store's products as Salesorder exports its items; return their SKUs."""
    state = lab.get(f"/_sandbox/state?store_hash={store_hash}")
    products = state["products"]
    chosen = [p for p in products if p["sku"] and not p.get("variants")][:3] or products[:3]
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["SKU", "Description", "Unit Price"])
        rows.writerows([p["sku"], p["name"], p["price"]] for p in chosen)
    return [p["sku"] for p in chosen]


def test_salesorder_whole_with_its_items_file(lab: Any, window: Any) -> None:
    """From the dropped .txt and the list of items to the filed record, which opens as a page."""
    session = lab("salesorder", "--sandbox")
    driver = window(session.url)
    engineer = Engineer(driver, session, "salesorder")
    engineer.begin()
    file = engineer.credentials()
    skus = items_file(session, engineer.made["store_hash"], session.folder / "items.csv")
    engineer.set_parameters(compare_items_list=True, items_list="items.csv", test_items=skus)
    engineer.drop(file)
    engineer.settle()
    filed = engineer.file()
    expect(filed.locator(".filed")).to_contain_text("Filed: verified.")
    with driver.page.context.expect_page() as opened:
        filed.get_by_role("link", name="Open the report").click()
    expect(opened.value.locator("main")).to_contain_text(CUSTOMER)
    answers = next((session.folder / "runs").rglob("answers.yaml")).read_text()
    assert NAME in answers
    assert engineer.made["access_token"][:10] not in answers
    assert driver.console == []


def test_order_time_with_parameters_changed_midway_and_a_new_kernel(lab: Any, window: Any) -> None:
    """What depended on them is asked for again; after a restart all settled steps are back."""
    session = lab("order-time", "--sandbox")
    driver = window(session.url)
    engineer = Engineer(driver, session, "order-time")
    engineer.begin()
    changed = {"update_inventory": True}
    engineer.drop(engineer.credentials(changed))
    for step in ("open-account-screen", "set-scopes"):
        engineer.confirm(step)
    engineer.check("store")
    engineer.check("scopes")
    expect(driver.panel("scopes")).to_contain_text("More than wanted")
    engineer.set_parameters(**changed)
    engineer.wait("scopes", "ready")
    engineer.wait("set-scopes", "ready")
    assert engineer.state("store") == "done"
    engineer.confirm("set-scopes")
    engineer.check("scopes")
    done = {s.id: engineer.state(s.id) for s in engineer.runbook.steps}
    driver.restart_kernel()
    engineer.wait("scopes", "done")
    expect(driver.other_panel("about").get_by_label("Customer")).to_have_value(CUSTOMER)
    again = {s.id: engineer.state(s.id) for s in engineer.runbook.steps}
    kept = {step: state for step, state in done.items() if state in OVER}
    assert {step: again[step] for step in kept} == kept
    expect(driver.panel("test-order")).to_contain_text("Waits for the credentials")
    saved = json.loads(next((session.folder / "runs").rglob("session.json")).read_text())
    assert saved["parameters"]["update_inventory"] is True


def press_to(page: Page, key: str, what: str) -> None:
    """Press a key until the element in focus answers to a CSS selector."""
    for _ in range(MOST_KEYS):
        page.keyboard.press(key)
        if page.evaluate("what => !!document.activeElement?.matches(what)", what):
            return
    raise AssertionError(f"{key} never reached {what}")


def test_a_whole_runbook_by_keyboard_alone(lab: Any, window: Any) -> None:
    """Tab, Enter and typing: each step in its order, to the filed record."""
    session = lab("duoplane", "--sandbox")
    driver = window(session.url)
    engineer = Engineer(driver, session, "duoplane")
    file = engineer.credentials()
    driver.wait_until_run()
    page = driver.page
    driver.other_panel("about").get_by_label("Customer").focus()
    page.keyboard.type(CUSTOMER)
    press_to(page, "Tab", "input")
    page.keyboard.press("Control+a")
    page.keyboard.type(NAME)
    page.keyboard.press("Enter")
    driver.wait_for_text(driver.other_panel("about"), "is open")
    for step in engineer.runbook.steps:
        here = f'.cartproof[data-step="{step.id}"]'
        if engineer.state(step.id) in OVER:
            continue
        if step.collect:
            press_to(page, "Tab", f"{here} summary")
            press_to(page, "Tab", f"{here} .give > details:nth-of-type(2) summary")
            page.keyboard.press("Enter")
            press_to(page, "Tab", f"{here} input[placeholder^='file:']")
            page.keyboard.type(f"file:{file}")
            press_to(page, "Tab", f"{here} .give > details:nth-of-type(2) button")
            page.keyboard.press("Enter")
        elif step.is_for_a_person:
            press_to(page, "Tab", f"{here} .people button.main")
            page.keyboard.press("Enter")
        else:
            press_to(page, "Tab", f"{here} .check button")
            page.keyboard.press("Enter")
            engineer.wait(step.id, "done", "needs-attention")
        if engineer.state(step.id) == "needs-attention":  # rows that no program can see
            press_to(page, "Tab", f"{here} .people button.main")
            page.keyboard.press("Enter")
        engineer.wait(step.id, "done")
    press_to(page, "Tab", '.cartproof[data-panel="finish"] .sign button')
    page.keyboard.press("Enter")
    driver.wait_for_text(driver.other_panel("finish"), "Signed by")
    press_to(page, "Tab", '.cartproof[data-panel="finish"] button.main')
    page.keyboard.press("Enter")
    expect(page.locator(".filed")).to_contain_text("Filed: verified.")
