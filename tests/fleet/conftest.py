"""A browser for the fleet's page."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.find_browser import FLAGS, browser_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for all tests of this folder."""
    path = browser_path()
    if path is None and os.environ.get("CARTPROOF_REQUIRE_BROWSER") == "1":
        pytest.fail("CARTPROOF_REQUIRE_BROWSER is 1, and there is no Chromium")
    if path is None:
        pytest.skip("there is no Chromium: python tests/find_browser.py --install")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield started
        started.close()
