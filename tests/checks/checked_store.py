"""A store on a sandbox, and a check run against it."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.registry import CHECKS
from cartproof.findings import Finding, Verdict
from cartproof.runbook.loader import load_runbook
from cartproof.store.client import StoreClient
from cartproof.store.credentials import credentials_from_values

READING = {
    "Products": "read-only",
    "Orders": "read-only",
    "Store locations": "read-only",
    "Store inventory": "read-only",
}


def call(url: str, body: Any = None, method: str = "POST") -> Any:
    """Send JSON to the sandbox's machine interface."""
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        content = answer.read()
    return json.loads(content) if content else None


@dataclass(frozen=True)
class CheckedStore:
    """A store on the sandbox, and the token with which it is checked."""

    url: str
    given: dict[str, str]

    @property
    def machine(self) -> str:
        return f"{self.url}/_sandbox/stores/{self.given['store_hash']}"

    def catalogue(self, *products: dict[str, Any], **more: Any) -> None:
        """Put products in place of all that the store has."""
        call(f"{self.machine}/catalogue", {"replace": True, "products": list(products), **more})

    def vary(self, **changes: Any) -> None:
        call(self.machine, changes, "PATCH")

    def plant_order(self, **fields: Any) -> None:
        call(f"{self.machine}/orders", fields)

    def fault(self, **fault: Any) -> None:
        call(f"{self.url}/_sandbox/faults", {**fault, "store_hash": self.given["store_hash"]})

    def requests(self) -> list[dict[str, Any]]:
        url = f"{self.url}/_sandbox/requests?store_hash={self.given['store_hash']}"
        with urllib.request.urlopen(url, timeout=120) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def findings(
        self, check: str, parameters: dict[str, Any] | None = None, **options: Any
    ) -> list[Finding]:
        """Run a check with these options; everything it says is JSON."""
        credentials = credentials_from_values(
            {"ACCESS TOKEN": self.given["access_token"], "API PATH": self.given["api_path"]}
        )
        with StoreClient(credentials, sleep=lambda _s: None) as client:
            context = CheckContext(
                runbook=load_runbook("dropstream"),
                store=client,
                credentials=credentials,
                parameters=parameters or {},
                options=options,
            )
            found = list(CHECKS[check](context))
        json.dumps([finding.as_json() for finding in found])
        return found


def bad(findings: list[Finding]) -> dict[str, str]:
    """Return the findings that are not a pass, by title."""
    return {f.title: str(f.verdict) for f in findings if f.verdict is not Verdict.PASS}


def titled(findings: list[Finding], title: str) -> Finding:
    """Return the one finding with that title."""
    (found,) = [finding for finding in findings if finding.title == title]
    return found
