"""A store of its own on the sandbox, and a check asked about it."""

from __future__ import annotations

import itertools
import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cartproof.checks.context import CheckContext
from cartproof.checks.registry import CHECKS
from cartproof.findings import Finding
from cartproof.runbook.loader import load_runbook
from cartproof.sandbox.server import serve
from cartproof.scopes.catalogue import ROWS
from cartproof.store.client import StoreClient
from cartproof.store.credentials import credentials_from_values

from .checked_store import READING, CheckedStore, call

_numbers = itertools.count()
_NUMBERS = itertools.count(1)


class Shop:
    """A store on the sandbox with a token of given scopes."""

    def __init__(self, sandbox: str, scopes: dict[str, str], **more: Any) -> None:
        self.sandbox = sandbox
        self.hash = f"asked{next(_numbers):05}"
        wanted = {"name": "made by a test", "scopes": scopes, "store_hash": self.hash}
        self.made = self.call("api-accounts", {**wanted, **more})

    def call(self, path: str, body: Any, method: str = "POST") -> Any:
        """Send JSON to the sandbox's machine interface."""
        request = urllib.request.Request(
            f"{self.sandbox}/_sandbox/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def plant(self, **order: Any) -> Any:
        """Add an order of any form."""
        return self.call(f"stores/{self.hash}/orders", order)

    def ask(self, check: str, runbook: str = "stone-edge", **context: Any) -> list[Finding]:
        """Return what a check finds."""
        values = {"ACCESS TOKEN": self.made["access_token"], "API PATH": self.made["api_path"]}
        credentials = credentials_from_values(values)
        with StoreClient(credentials) as store:
            loaded = load_runbook(runbook)
            return list(CHECKS[check](CheckContext(loaded, store, credentials, **context)))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    """The address of a running sandbox."""
    with serve(port=0, plan="unlimited") as running:
        yield running.url


@pytest.fixture
def shop(sandbox: str) -> Callable[..., Shop]:
    """Make a shop whose token reads all that checks read, unless other scopes are given."""
    readable = {"Orders": "read-only", "Products": "read-only", "Order transactions": "read-only"}

    def make(scopes: dict[str, str] | None = None, **more: Any) -> Shop:
        return Shop(sandbox, readable if scopes is None else scopes, **more)

    return make


@pytest.fixture
def new_store(sandbox: str) -> Callable[..., CheckedStore]:
    """Return a maker of stores: `new_store({"Orders": "read-only"})`, default all that is read."""

    def make(scopes: dict[str, str] | None = None) -> CheckedStore:
        wanted = {row.name: "none" for row in ROWS if "none" in row.levels} | (
            READING if scopes is None else scopes
        )
        body = {"name": "check test", "scopes": wanted, "store_hash": f"check{next(_NUMBERS):05}"}
        return CheckedStore(sandbox, call(f"{sandbox}/_sandbox/api-accounts", body))

    return make


@pytest.fixture
def store(new_store: Callable[..., CheckedStore]) -> CheckedStore:
    """Return a store whose token may read what the checks ask for."""
    return new_store()
