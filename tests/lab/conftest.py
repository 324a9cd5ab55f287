"""A browser, and sessions of `cartproof lab`, for the tests of this folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from lab_driver import LabDriver
from lab_program import LabProgram
from tests.find_browser import FLAGS, browser_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for all tests of this folder."""
    path = browser_path()
    if path is None and os.environ.get("CARTPROOF_REQUIRE_BROWSER") == "1":
        pytest.fail("CARTPROOF_REQUIRE_BROWSER is 1, and there is no Chromium on this machine")
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Callable[..., LabProgram]]:
    """Return what starts a session with the given arguments; each is stopped at the end."""
    started: list[LabProgram] = []

    def start(*arguments: str, folder: str = "", **environment: str) -> LabProgram:
        program = LabProgram(tmp_path / folder, arguments, environment)
        started.append(program)
        return program.start()

    yield start
    for program in started:
        program.stop()


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., LabDriver]]:
    """Return what opens a window in a profile of its own; each is closed at the end."""
    opened: list[LabDriver] = []

    def new(url: str = "", **options: object) -> LabDriver:
        driver = LabDriver.window(browser, **options)
        opened.append(driver)
        if url:
            driver.open(url)
        return driver

    yield new
    for driver in opened:
        driver.close()
