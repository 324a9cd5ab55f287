"""Windows, and sessions of `cartproof lab`, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lab_driver import LabDriver
from lab_program import LabProgram

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


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
