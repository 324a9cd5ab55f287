"""Is the store reachable, and which store is it, where the token may read that?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.errors import Forbidden, MissingScope
from cartproof.findings import Finding, Verdict
from cartproof.scopes.catalogue import find_row
from cartproof.store.evidence import Evidence

SHOWN = ("name", "domain", "status", "plan_name", "country", "currency", "language")
"""Fields of `GET /v2/store` that may stand in a record; the others name people."""


def check(context: CheckContext) -> Iterator[Finding]:
    """Answer what the store is; being refused that by scope is no fault of the store's."""
    yield _reachable(context)
    try:
        exchange = context.store.get("/v2/store")
    except MissingScope as refused:
        yield _unreadable(context, refused.evidence)
        return
    except Forbidden as refused:
        yield _named(Verdict.INCONCLUSIVE, str(refused), refused.evidence)
        return
    facts = exchange.body if isinstance(exchange.body, dict) else {}
    context.facts["store"] = {key: facts[key] for key in (*SHOWN, "id") if key in facts}
    yield from _described(context, facts, exchange.evidence)


def _reachable(context: CheckContext) -> Finding:
    exchange = context.store.get("/v2/time")
    kind = "the sandbox" if context.store.is_sandbox else "a LIVE store"
    return Finding(
        Verdict.PASS,
        "Store reachable",
        f"Store {context.store.store_hash} answers this token; it is {kind}.",
        evidence=(exchange.evidence,),
    )


def _named(verdict: Verdict, message: str, evidence: Evidence, **more: Any) -> Finding:
    return Finding(verdict, "Store information", message, evidence=(evidence,), **more)


def _unreadable(context: CheckContext, evidence: Evidence) -> Finding:
    wanted = {find_row(s.row).name: s.level for s in context.runbook.account.scopes}
    if wanted.get("Information & settings") in {None, "none"}:
        return _named(
            Verdict.PASS,
            "Not readable with this token, as it should be: "
            f"{context.runbook.title} does not ask for Information & settings.",
            evidence,
        )
    return _named(
        Verdict.WARN,
        "Not readable with this token: the scope Information & settings is missing.",
        evidence,
        remedy="See the scopes step: a new API account with that box ticked is needed.",
        who="merchant",
    )


def _described(
    context: CheckContext, facts: dict[str, Any], evidence: Evidence
) -> Iterator[Finding]:
    seen = str(facts.get("id", ""))
    if seen and seen.casefold() != context.store.store_hash.casefold():
        yield _named(
            Verdict.FAIL,
            f"The store calls itself {seen[:40]}, the credentials say {context.store.store_hash}.",
            evidence,
            remedy="Ask the merchant for the API path of the right store.",
            who="engineer",
        )
        return
    known = {key: str(facts[key])[:200] for key in SHOWN if facts.get(key)}
    words = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in known.items())
    yield _named(Verdict.PASS, f"This is {words}.", evidence, data=known)
    status = known.get("status", "live")
    if status != "live":
        yield _named(
            Verdict.WARN,
            f"BigCommerce gives the store's status as “{status}”, not “live”.",
            evidence,
            remedy="Ask the merchant whether this is the store to connect, and when it opens.",
            who="merchant",
        )
