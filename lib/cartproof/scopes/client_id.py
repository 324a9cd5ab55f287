"""Whether the given client id is this account's: told only where the account owns webhooks.

BigCommerce does not check the client id on requests (FACTS.md 0.6); a webhook that the account
created carries it. So a wrong one is a warning, and finding nothing is no finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartproof.findings import Verdict
from cartproof.secrets import Secret

if TYPE_CHECKING:
    from cartproof.store.evidence import Evidence, Exchange


@dataclass(frozen=True, slots=True)
class ClientIdCheck:
    """What the webhooks say of the client id: pass, warn, or inconclusive."""

    verdict: Verdict
    message: str
    remedy: str = ""
    evidence: tuple[Evidence, ...] = ()


def check_client_id(exchange: Exchange, client_id: str | None) -> ClientIdCheck:
    """Compare the client id with the one on the account's webhooks.

    Args:
        exchange: The answer to `GET /v3/hooks?limit=1`.
        client_id: The given client id, a `Secret` or plain; None or empty when none was given.
    """
    seen = _owner(exchange.body)
    evidence = (exchange.evidence,)
    if not client_id or not seen:
        missing = "no client ID was given" if not client_id else "the account owns no webhook"
        message = f"The client ID cannot be confirmed: {missing}."
        return ClientIdCheck(Verdict.INCONCLUSIVE, message, evidence=evidence)
    if value_of(client_id) == seen:
        message = "The client ID is the one on the account's webhooks."
        return ClientIdCheck(Verdict.PASS, message, evidence=evidence)
    return ClientIdCheck(
        Verdict.WARN,
        "The client ID is not the one on the account's webhooks, so it is from another account.",
        "Copy the client ID from the same file or screen as the access token.",
        evidence,
    )


def value_of(client_id: str | None) -> str:
    """Return a client id's value, empty when there is none."""
    return client_id.reveal() if isinstance(client_id, Secret) else client_id or ""


def _owner(body: Any) -> str:
    data = body.get("data") if isinstance(body, dict) else None
    first = data[0] if isinstance(data, list) and data else None
    owner = first.get("client_id") if isinstance(first, dict) else None
    return owner if isinstance(owner, str) else ""
