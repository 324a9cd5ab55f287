"""`cartproof lab --voila`: the same notebook as a page of panels, to the filed record."""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING

import pytest
from engineer import CUSTOMER, Engineer
from lab_program import PATIENCE_S
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab_driver import LabDriver
    from lab_program import LabProgram

pytestmark = pytest.mark.browser


def test_voila_leads_from_the_credentials_to_the_filed_record(
    lab: Callable[..., LabProgram], window: Callable[..., LabDriver]
) -> None:
    """Behind the token, without code, and without a try to reach anything outside this machine."""
    session = lab("order-time", "--sandbox", "--voila")
    bare = session.url.split("?")[0]
    assert "/login" in urllib.request.urlopen(bare, timeout=PATIENCE_S).url
    driver = window()
    driver.page.goto(session.url)
    engineer = Engineer(driver, session, "order-time")
    engineer.introduce()
    engineer.drop(engineer.credentials())
    engineer.settle()
    filed = engineer.file().locator(".filed")
    expect(filed).to_contain_text("Filed: verified.")
    with driver.page.context.expect_page() as opened:
        filed.get_by_role("link", name="Open the report").click()
    expect(opened.value.locator("main")).to_contain_text(CUSTOMER)
    assert driver.page.locator(".jp-CodeCell .cm-content").count() == 0
    assert driver.outside_requests() == []
    assert driver.console == []
    assert list((session.folder / "runs").rglob("record.json"))
