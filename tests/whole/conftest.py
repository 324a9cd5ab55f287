"""A sandbox, accounts on it, and the answers of an engineer who saw every screen."""

from __future__ import annotations

import itertools
import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cartproof.cli.demo.merchants import (
    MERCHANTS,
    Merchant,
    answers_for,
    credentials_file,
    levels_for,
)
from cartproof.run.answers import Answers, save_answers
from cartproof.runbook.loader import load_runbook
from cartproof.sandbox.server import serve

_numbers = itertools.count()
CUSTOMER = MERCHANTS[0].name


def call(url: str, body: Any = None, method: str = "POST") -> Any:
    """Send JSON to the sandbox's machine interface."""
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        content = answer.read()
    return json.loads(content) if content else None


@dataclass(frozen=True)
class Shop:
    """One merchant's store on the sandbox, with a credentials file and an answers file."""

    sandbox: str
    made: dict[str, str]
    credentials: Path
    answers: Path
    runbook: str
    customer: str = CUSTOMER
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        return f"file:{self.credentials}"

    def fault(self, **fault: Any) -> None:
        call(f"{self.sandbox}/_sandbox/faults", {"store_hash": self.made["store_hash"], **fault})

    def revoke(self) -> None:
        call(f"{self.sandbox}/_sandbox/api-accounts/{self.made['client_id']}", method="DELETE")

    def state(self) -> bytes:
        url = f"{self.sandbox}/_sandbox/state?store_hash={self.made['store_hash']}"
        with urllib.request.urlopen(url, timeout=120) as answer:
            return bytes(answer.read())


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    """The address of a running sandbox."""
    with serve(port=0, plan="pro") as running:  # one store is asked often here
        yield running.url


@pytest.fixture
def shop(sandbox: str, tmp_path: Path) -> Callable[..., Shop]:
    """Make a shop: `shop("stone-edge", changed={"Orders": "read-only"}, variant="suspended")`."""

    def make(
        runbook_id: str = "stone-edge", parameters: Mapping[str, Any] | None = None, **trouble: Any
    ) -> Shop:
        number = next(_numbers)
        merchant = Merchant(CUSTOMER, "", "", **trouble)
        runbook = load_runbook(runbook_id)
        levels = levels_for(runbook, merchant, parameters)
        wanted = {"name": "made by a test", "scopes": levels, "variant": merchant.variant}
        made = call(
            f"{sandbox}/_sandbox/api-accounts", {**wanted, "store_hash": f"whole{number:05}"}
        )
        credentials, answers = tmp_path / f"{number}.txt", tmp_path / f"{number}.yaml"
        credentials.write_text(credentials_file(merchant, made), encoding="utf-8")
        given = answers_for(runbook, merchant, levels, when="2026-11-22T10:00:00Z")
        save_answers(answers, Answers.model_validate(given))
        given_parameters = dict(parameters or {})
        return Shop(sandbox, made, credentials, answers, runbook_id, parameters=given_parameters)

    return make
