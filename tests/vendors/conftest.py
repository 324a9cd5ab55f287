"""A sandbox with vendors' sides, and a server that answers what a test says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from vendor_side import call

from cartproof.sandbox.server import serve

sys.path.append(str(Path(__file__).parent.parent / "store"))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    """Return the address of a running sandbox."""
    with serve(plan="unlimited") as running:
        yield running.url


@pytest.fixture
def side(sandbox: str) -> Iterator[Callable[..., dict[str, str]]]:
    """Make a vendor's login: `side("dropstream", orders=[1201])`."""

    def make(name: str, **state: Any) -> dict[str, str]:
        return call(f"{sandbox}/_sandbox/vendors/{name}", state)

    yield make
    call(f"{sandbox}/_sandbox/faults", {"kind": "none"})


@pytest.fixture
def state(sandbox: str) -> Callable[[str, dict[str, str]], dict[str, Any]]:
    """Return what a vendor's side holds for a login."""
    return lambda name, made: call(f"{sandbox}/_sandbox/vendors/{name}/{made['id']}", method="GET")


@pytest.fixture
def fault(sandbox: str) -> Callable[..., None]:
    """Break a vendor's side."""
    return lambda name, **more: call(f"{sandbox}/_sandbox/faults", {"store_hash": name, **more})


@pytest.fixture
def programmed() -> Iterator[Any]:
    """Serve a programmed list of answers."""
    from programmed_server import serve as serve_programmed

    with serve_programmed() as server:
        yield server
