"""A sandbox for the tests of this folder, and names for its stores."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from sandbox_accounts import Account, create_account

from cartproof.sandbox.server import serve
from cartproof.scopes.catalogue import ROWS

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """Serve a sandbox at the Standard plan."""
    with serve(plan="standard") as sandbox:
        yield sandbox.url


@pytest.fixture(scope="session")
def new_account(sandbox_url: str) -> Callable[[dict[str, str]], Account]:
    """Return a maker of accounts, each of a store of its own."""

    def make(scopes: dict[str, str]) -> Account:
        return create_account(sandbox_url, scopes, f"store{next(_NUMBERS):05d}")

    return make


@pytest.fixture
def full_account(new_account: Callable[[dict[str, str]], Account]) -> Account:
    """Return an account with every scope at its highest level."""
    return new_account({row.name: row.levels[-1] for row in ROWS})
