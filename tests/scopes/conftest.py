"""A sandbox for the tests of this folder, and names for its stores."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from sandbox_accounts import Account, create_account

from cartproof.scopes.catalogue import ROWS

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """Serve a sandbox at the Standard plan, in a process of its own so that both cores work."""
    serving = "from cartproof.cli import main; main()"
    arguments = ["sandbox", "--port", "0", "--plan", "standard"]
    with subprocess.Popen(
        [sys.executable, "-c", serving, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


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
