"""A sandbox store for each test of a check."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from checked_store import READING, CheckedStore, call

from cartproof.sandbox.server import serve
from cartproof.scopes.catalogue import ROWS

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """Serve a sandbox that limits nobody."""
    with serve(port=0, plan="unlimited") as running:
        yield running.url


@pytest.fixture
def new_store(sandbox_url: str) -> Callable[..., CheckedStore]:
    """Return a maker of stores: `new_store({"Orders": "read-only"})`, default all that is read."""

    def make(scopes: dict[str, str] | None = None) -> CheckedStore:
        wanted = {row.name: "none" for row in ROWS if "none" in row.levels} | (
            READING if scopes is None else scopes
        )
        body = {"name": "check test", "scopes": wanted, "store_hash": f"check{next(_NUMBERS):05}"}
        return CheckedStore(sandbox_url, call(f"{sandbox_url}/_sandbox/api-accounts", body))

    return make


@pytest.fixture
def store(new_store: Callable[..., CheckedStore]) -> CheckedStore:
    """Return a store whose token may read what the checks ask for."""
    return new_store()
