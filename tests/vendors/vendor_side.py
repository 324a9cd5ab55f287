"""Checks on vendors' sides, run against the sandbox or a programmed server."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.registry import CHECKS
from cartproof.findings import Finding
from cartproof.runbook.loader import load_runbook
from cartproof.secrets import Secret
from cartproof.store.credentials import parse_credentials_text
from cartproof.vendors.credentials import LABELS, VendorCredentials

LOGIN_KEYS = ("script_url", "base_url", "cart_id", "cart_password", "username", "password")
ORDER_TIME_KEYS = ("api_key", "email", "password", "dev_key")
TEST_ORDER = {"id": 1201, "date_created": "Sat, 21 Nov 2026 10:00:00 +0000"}


def call(url: str, body: Any = None, method: str = "POST") -> Any:
    """Send JSON to the sandbox's machine interface."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(asked, timeout=120) as answer:
        content = answer.read()
    return json.loads(content) if content else None


def vendor(**values: str) -> VendorCredentials:
    """Return a vendor's login from values by name, `script_url` for SCRIPT URL."""
    named = {label: label.lower().replace(" ", "_") for label in LABELS}
    kept = {label: Secret(name, values[name]) for label, name in named.items() if name in values}
    return VendorCredentials(kept, "file:vendor.txt")


@dataclass
class FakeStore:
    """A store that no vendor check may ask anything."""

    store_hash: str = "abc123def4"
    is_sandbox: bool = True
    evidence: list = field(default_factory=list)


def found(check: str, login: VendorCredentials | None, **more: Any) -> list[Finding]:
    """Return what a check finds with a vendor's login."""
    is_sandbox = more.pop("is_sandbox", True)
    text = f"ACCESS TOKEN: {'t0' * 15}x\nAPI PATH: http://127.0.0.1:1/stores/abc123def4/v3/\n"
    context = CheckContext(
        runbook=load_runbook("stone-edge"),
        store=FakeStore(is_sandbox=is_sandbox),  # type: ignore[arg-type]
        credentials=parse_credentials_text(text),
        vendor=login,
        now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
        **more,
    )
    return list(CHECKS[check](context))


def settled(findings: list[Finding]) -> list[tuple[str, str]]:
    """Return verdict and title of each finding."""
    return [(str(finding.verdict), finding.title) for finding in findings]


def pieces(*values: str) -> set[str]:
    """Return all runs of ten characters of values, in plain and in Base64."""
    import base64

    forms = [
        form for value in values for form in (value, base64.b64encode(value.encode()).decode())
    ]
    return {form[i : i + 10] for form in forms for i in range(len(form) - 9)}
