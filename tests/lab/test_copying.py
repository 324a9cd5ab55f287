"""Copying where the browser refuses the page its clipboard, or has none for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from browser_leaks import leaks
from engineer import CUSTOMER, Engineer
from playwright.sync_api import expect

if TYPE_CHECKING:
    from lab_driver import LabDriver
    from lab_program import LabProgram
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

MISSING = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


def refuse(driver: LabDriver, session: LabProgram) -> None:
    """Have the browser refuse pages of this session the clipboard, as a company's rules may."""
    page = driver.page
    target = page.context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]
    browser = page.context.browser.new_browser_cdp_session()
    wanted = {"setting": "denied", "browserContextId": target["browserContextId"]}
    permission = {"name": "clipboard-write"}
    browser.send(
        "Browser.setPermission", {**wanted, "permission": permission, "origin": session.address}
    )


def at_the_handover(driver: LabDriver, session: LabProgram) -> tuple[Engineer, Locator]:
    """Come to where values are copied, and return its panel."""
    engineer = Engineer(driver, session, "order-time")
    engineer.begin()
    engineer.drop(engineer.credentials())
    steps = [step.id for step in engineer.runbook.steps]
    place = next(at for at, step in enumerate(engineer.runbook.steps) if step.handover)
    engineer.settle(but=tuple(steps[place:]))
    return engineer, driver.panel(steps[place])


def line(panel: Locator, label: str) -> Locator:
    """Return the line of one value."""
    return panel.locator("tr", has=panel.page.get_by_role("rowheader", name=label))


@pytest.mark.parametrize("how", ["refused", "missing"])
def test_a_value_is_selected_for_the_keys_and_hidden_once_copied(
    how: str, lab: Any, window: Any
) -> None:
    """The page says so; Ctrl+C copies it; afterwards it stands nowhere, on screen or on disk."""
    session = lab("order-time", "--sandbox")
    driver = window()
    if how == "missing":
        driver.page.add_init_script(MISSING)
    else:
        refuse(driver, session)
    driver.open(session.url)
    engineer, panel = at_the_handover(driver, session)
    secret = engineer.made["access_token"]
    key = line(panel, "API Key")
    key.get_by_role("button", name="Copy API Key").click()
    expect(key.locator(".said")).to_contain_text("press Ctrl+C")
    expect(key.locator("code")).to_have_text(secret)
    assert driver.page.evaluate("() => getSelection().toString()") == secret
    driver.page.keyboard.press("Control+c")
    expect(key.locator(".said")).to_have_text("✓ Copied, and hidden again.")
    assert secret not in driver.page.content()

    pasted = key.get_by_label("API Key, pasted back from the vendor's screen")
    pasted.focus()
    driver.page.keyboard.press("Control+v")
    expect(pasted).to_have_value(secret)
    key.get_by_role("button", name="Check API Key").click()
    expect(key.locator(".said")).to_have_text("✓ It is the right value.")
    expect(pasted).to_have_value("")

    key.get_by_role("button", name="Copy API Key").click()
    expect(key.locator("code")).to_have_text(secret)
    panel.locator("header h3").click()  # the person goes elsewhere without having copied
    expect(key.locator(".said")).to_have_text("Hidden again, not copied.")
    assert secret not in driver.page.content()
    driver.save()
    assert driver.console == []
    assert list(leaks([secret], [session.copies, session.private_folder()])) == []


def test_the_merchants_message_is_selected_as_well(lab: Any, window: Any) -> None:
    """No secret in it, so it stays."""
    session = lab("order-time", "--sandbox", "--customer", CUSTOMER)
    driver = window()
    refuse(driver, session)
    driver.open(session.url)
    finish = driver.other_panel("finish")
    driver.click("Copy the message", within=finish)
    expect(finish).to_contain_text("press Ctrl+C")
    message = finish.get_by_label("Ready to copy")
    driver.page.keyboard.press("Control+c")
    about = driver.other_panel("about").get_by_label("Your name")
    about.focus()
    driver.page.keyboard.press("Control+v")
    expect(about).to_have_value(re.compile(re.escape(message.input_value().split("\n")[0][:20])))
