"""One request to a vendor's side, as its imitation sees it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any

Login = dict[str, Any]
"""One vendor login with all that its side holds; JSON values only."""


@dataclass(frozen=True, slots=True)
class VendorCall:
    """A request below a vendor's address.

    Attributes:
        path: `/stores`; for a script `/<cart id>`.
        headers: By name in lower case.
        query: The query's first value of each name.
    """

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """Return the JSON body, None where there is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def basic(self) -> tuple[str, str]:
        """Return user name and password of a Basic Authorization header, empty without one."""
        kind, _, encoded = self.headers.get("authorization", "").partition(" ")
        try:
            plain = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, ValueError):
            return "", ""
        user, _, password = plain.partition(":")
        return (user, password) if kind.lower() == "basic" else ("", "")
