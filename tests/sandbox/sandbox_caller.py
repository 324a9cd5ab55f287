"""A sandbox without a socket, and a caller that holds one account of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartproof.sandbox.scopes_table import SCREEN_ROWS

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

ALL = {row.name: row.levels[-1] for row in SCREEN_ROWS}
"""The highest level of every row."""


@dataclass
class Caller:
    """Calls one store with one account."""

    app: Flask
    account: dict[str, str]

    def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> TestResponse:
        """Send a request below the store; header names are given with underscores."""
        given = {"X-Auth-Token": self.account["access_token"], "Accept": "application/json"}
        given.update({key.replace("_", "-"): value for key, value in headers.items()})
        sent = {key: value for key, value in given.items() if value is not None}
        url = f"/stores/{self.account['store_hash']}{path}"
        return self.app.test_client().open(url, method=method, json=body, headers=sent)

    def get(self, path: str) -> Any:
        """Return the JSON of a GET that must answer 200."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def state(self) -> bytes:
        """Return the store's state as the machine interface gives it."""
        return self.machine("GET", f"state?store_hash={self.account['store_hash']}").data

    def machine(self, method: str, path: str, body: Any = None) -> TestResponse:
        """Call the machine interface."""
        return self.app.test_client().open(f"/_sandbox/{path}", method=method, json=body)


def enrol(app: Flask, scopes: dict[str, str], **more: Any) -> Caller:
    """Create an account and return its caller."""
    given = {"name": "Test account", "scopes": scopes, **more}
    answer = app.test_client().post("/_sandbox/api-accounts", json=given)
    assert answer.status_code == 201, answer.get_json()
    return Caller(app, answer.get_json())


class Clock:
    """Time that moves when told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now
