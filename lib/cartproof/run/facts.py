"""What the record must know of a run before any step, as JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.secrets import key_id

if TYPE_CHECKING:
    from cartproof.run.steps import Stage
    from cartproof.runbook.model import Runbook
    from cartproof.store.credentials import Credentials


def runbook_facts(runbook: Runbook, digest: str) -> dict[str, Any]:
    """Return which runbook a run is of, with what it declares."""
    return {
        "id": runbook.id,
        "title": runbook.title,
        "sha256": digest,
        "source": runbook.source.model_dump(mode="json", exclude_none=True),
        "steps": [
            step.model_dump(include={"id", "title", "side", "required"}) for step in runbook.steps
        ],
        "account": {
            "name": runbook.account.name,
            "others": runbook.account.others,
            "scopes": [
                scope.model_dump(mode="json", include={"row", "level", "why"})
                for scope in runbook.account.scopes
            ],
        },
    }


def store_facts(credentials: Credentials | None) -> dict[str, Any]:
    """Return which store a run asks; empty before there are credentials."""
    if credentials is None:
        return {"hash": "", "origin": "", "is_sandbox": False}
    address = credentials.address
    return {
        "hash": address.store_hash,
        "origin": address.origin,
        "is_sandbox": address.is_sandbox,
    }


def credentials_facts(stage: Stage) -> dict[str, Any]:
    """Return where a run's credentials came from, and their fingerprints."""
    credentials = stage.credentials
    if credentials is None:
        return {"reference": "", "fingerprints": [], "key_id": "", "warnings": []}
    theirs = stage.vendor.secrets() if stage.vendor else ()
    return {
        "reference": stage.reference,
        "fingerprints": sorted({str(secret) for secret in (*credentials.secrets(), *theirs)}),
        "key_id": key_id(),
        "warnings": list(credentials.warnings),
    }
