"""A trainee before the sandbox's *Create API account* page, and before the panels."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from cartproof.scopes.catalogue import find_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab_driver import LabDriver
    from playwright.sync_api import Page


def make_account(page: Page, levels: Mapping[str, str], folder: Path, *, name: str) -> Path:
    """Click an API account together on the sandbox's page, and download its .txt file.

    Args:
        page: A window on the page *Create API account*.
        levels: By row, in anybody's spelling: none, read-only, modify and so on.
        folder: Where the file goes, under the name that it is downloaded with.
        name: The account's name.
    """
    page.get_by_label("Name", exact=True).fill(name)
    for row, level in levels.items():
        group = page.get_by_role("group", name=find_row(row).name, exact=True)
        group.get_by_label(level.capitalize(), exact=True).check()
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download credentials").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def confirm(driver: LabDriver, *steps: str) -> None:
    """Give one's word on steps that only a person can see, and wait until it is kept."""
    for step in steps:
        panel = driver.panel(step)
        panel.get_by_role("button", name="Confirm", exact=True).click()
        expect(panel).to_have_attribute("data-state", "done")


def check(driver: LabDriver, step: str, *, comes_to: str = "done") -> None:
    """Have a step's question asked, now or again, and wait for what it comes to."""
    panel = driver.panel(step)
    panel.get_by_role("button", name=re.compile("^Check (now|again)$")).click()
    expect_state(driver, step, comes_to)


def read_off_the_screen(driver: LabDriver, row: str, level: str) -> None:
    """Say which level a row has on BigCommerce's screen, where no request can tell."""
    panel = driver.panel("scopes")
    panel.get_by_label(f"{row}: level on BigCommerce's screen").select_option(level)
    panel.get_by_role("button", name=f"{row}: I read this level on the screen").click()


def expect_state(driver: LabDriver, step: str, state: str) -> None:
    """Wait until a step's panel is in a state: done, ready, blocked, needs-attention and so on."""
    expect(driver.panel(step)).to_have_attribute("data-state", re.compile(rf"^{state}$"))
