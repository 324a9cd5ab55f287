"""Records as filing makes them, without a run: for tests of the ledger."""

from __future__ import annotations

from typing import Any

from cartproof.audit.envelope import envelope

HASH = "ab" * 32


def made_statement(run: str = "20261122T100000Z-00000001", **changed: Any) -> dict[str, Any]:
    """Return a statement with some of cartproof's own facts changed."""
    told = {
        "run": run,
        "customer": "Northwind Candles",
        "verdict": "verified",
        "exit": 0,
        "runbook": "stone-edge",
        "opened": {"store_hash": "abc123", "is_sandbox": True},
        "steps": [
            {
                "step": {"id": "scopes", "title": "Scopes", "side": "", "required": True},
                "verdict": "pass",
                "started_at": "2026-11-22T10:00:00.000Z",
                "finished_at": "2026-11-22T10:00:01.500Z",
                "findings": [
                    {
                        "verdict": "fail",
                        "data": {
                            "row": "Orders",
                            "level": "none",
                            "wanted": "modify",
                            "possible": ["none"],
                        },
                    }
                ],
            }
        ],
        "filed_at": "2026-11-22T10:00:02.000Z",
        **changed,
    }
    return {
        "subject": [{"name": "notebook.ipynb", "digest": {"sha256": HASH}}],
        "predicate": {"cartproof": told},
    }


def made_record(run: str = "20261122T100000Z-00000001", **changed: Any) -> bytes:
    """Return the bytes of a record with such a statement."""
    return envelope(made_statement(run, **changed))
