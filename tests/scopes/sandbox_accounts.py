"""Accounts on a running sandbox, and clients for them that do not sleep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from cartproof.store.client import StoreClient
from cartproof.store.credentials import Credentials, credentials_from_values


@dataclass(frozen=True)
class Account:
    """One API account of a sandbox store."""

    url: str
    given: dict[str, str]

    @property
    def store_hash(self) -> str:
        return self.given["store_hash"]

    @property
    def credentials(self) -> Credentials:
        return credentials_from_values(
            {
                "ACCESS TOKEN": self.given["access_token"],
                "CLIENT ID": self.given["client_id"],
                "API PATH": self.given["api_path"],
            }
        )

    def client(self, *, patience_s: float = 20) -> StoreClient:
        """Return a client that pauses for nobody between its attempts."""
        return StoreClient(self.credentials, sleep=lambda _s: None, timeout_s=(5, patience_s))

    def state(self) -> bytes:
        """Return the store's whole state."""
        return self._get("state").content

    def requests(self) -> list[dict[str, Any]]:
        """Return what was asked of the store."""
        found: list[dict[str, Any]] = self._get("requests").json()
        return found

    def stats(self) -> dict[str, Any]:
        """Return how much was asked at the same time."""
        found: dict[str, Any] = self._get("stats").json()
        return found

    def fault(self, **fault: Any) -> None:
        """Put a fault in force for this store."""
        body = {**fault, "store_hash": self.store_hash}
        requests.post(f"{self.url}/_sandbox/faults", json=body, timeout=60).raise_for_status()

    def _get(self, what: str) -> requests.Response:
        query = {"store_hash": self.store_hash}
        return requests.get(f"{self.url}/_sandbox/{what}", params=query, timeout=120)


def create_account(url: str, scopes: dict[str, str], store_hash: str) -> Account:
    """Create an account of a store on the sandbox."""
    body = {"name": "x-ray test", "scopes": scopes, "store_hash": store_hash}
    answer = requests.post(f"{url}/_sandbox/api-accounts", json=body, timeout=60)
    answer.raise_for_status()
    return Account(url, answer.json())
