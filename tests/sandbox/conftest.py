"""Sandboxes for the tests of the sandbox."""

from __future__ import annotations

import pytest
from sandbox_caller import ALL, Caller, Clock, enrol

from cartproof.sandbox.server import create_app


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture
def mighty(clock: Clock) -> Caller:
    """Return an account with every scope on a sandbox of its own."""
    return enrol(create_app(plan="unlimited", clock=clock), ALL)


@pytest.fixture(scope="session")
def reader() -> Caller:
    """Return an account with every scope on a sandbox that tests only read from."""
    return enrol(create_app(plan="unlimited", clock=Clock()), ALL)
