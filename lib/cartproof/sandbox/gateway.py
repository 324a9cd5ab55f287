"""The order in which BigCommerce rejects a request (FACTS.md b.1), and what comes after.

1. trailing slash · 2. route · 3. no or empty token · 4. unknown token · 5. quota ·
6. another store's token · 7. store suspended · 8. scope · 9. look-up and validation.
Where quota and suspension stand in the order is not documented; the rest is recorded.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cartproof.sandbox.answers import (
    NO_ROUTE,
    TEXT,
    Answer,
    Refusal,
    no_scope,
    too_many,
    v2_error,
    v3_error,
)
from cartproof.sandbox.call import Call
from cartproof.sandbox.faults import Fault, answer_of, suspended, unauthorized
from cartproof.sandbox.operations import Operation, Router

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartproof.sandbox.accounts import Account, Accounts
    from cartproof.sandbox.faults import Faults
    from cartproof.sandbox.quota import Quotas
    from cartproof.sandbox.state import World


class Hangup(Exception):  # noqa: N818 - not an error of the sandbox but a fault asked for
    """Ask the server to close the connection, before or in the middle of the answer."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to a store, as it came in.

    Attributes:
        path: Below the store: `/v2/orders`.
        token: Value of X-Auth-Token, None when the header is missing.
    """

    store_hash: str
    method: str
    path: str
    token: str | None
    query: dict[str, str] = field(default_factory=dict)
    content_type: str = ""
    body: bytes = b""
    has_file: bool = False


class Gateway:
    """Answer requests to stores."""

    def __init__(
        self,
        *,
        world: World,
        accounts: Accounts,
        quotas: Quotas,
        faults: Faults,
        latency_s: float,
        stopping: threading.Event,
    ) -> None:
        self._world = world
        self._accounts = accounts
        self._quotas = quotas
        self._faults = faults
        self._latency_s = latency_s
        self._stopping = stopping
        self._router = Router()

    def answer(self, asked: Asked) -> Answer:
        """Return the answer to a request.

        Raises:
            Hangup: A fault says that there is none.
        """
        struck = self.struck(
            asked.store_hash, asked.method, asked.path, carry_out=lambda: self._answer(asked)
        )
        return self._answer(asked) if struck is None else struck

    def struck(
        self,
        store_hash: str,
        method: str,
        path: str,
        *,
        carry_out: Callable[[], object] = lambda: None,
    ) -> Answer | None:
        """Wait as long as answers take, and return what a fault answers, None without one.

        Args:
            store_hash: Whose store, or which vendor's side.
            method: The request's method.
            path: Its path below the store.
            carry_out: Does what was asked, for a fault that loses the answer alone.

        Raises:
            Hangup: A fault says that there is no answer.
        """
        if self._latency_s:
            self._stopping.wait(self._latency_s)
        fault = self._faults.take(store_hash, method, path)
        if fault is None:
            return None
        if fault.carried_out:
            carry_out()
        return self._fault(fault)

    def _fault(self, fault: Fault) -> Answer | None:
        if fault.kind == "disconnect":
            raise Hangup(fault.where)
        if fault.kind == "slow":
            self._stopping.wait(fault.seconds)
        return answer_of(fault)

    def _answer(self, asked: Asked) -> Answer:
        if asked.path.endswith("/"):
            return Answer(403, "Authentication Required", TEXT)
        found = self._router.match(asked.method, asked.path)
        if found is None:
            return Answer(404, NO_ROUTE, TEXT)
        account = self._accounts.of_token(asked.token or "")
        if account is None:
            return _unknown(asked.token)
        # Counted from here on: whether unsigned requests use up a quota is not known (FACTS b.3).
        grant = self._quotas.spend(account.store_hash)
        if not grant.is_allowed:
            return too_many(grant.headers)
        made = self._authenticated(asked, account, *found)
        return Answer(made.status, made.body, made.content_type, {**made.headers, **grant.headers})

    def _authenticated(
        self, asked: Asked, account: Account, operation: Operation, ids: dict[str, str]
    ) -> Answer:
        if asked.store_hash != account.store_hash:
            return no_scope()
        with self._world.lock:
            store = self._world.store(asked.store_hash)
            if store.data["store"]["status"] == "suspended":
                return suspended()
            refused = operation.refuses(account.levels)
            if refused is not None:
                return refused
            try:
                body = _parsed(asked)
                used = store.to_read() if operation.method == "GET" else store
                call = Call(used, account, ids, asked.query, body, asked.has_file)
                return _frozen(operation.handler(call))
            except Refusal as refusal:
                return refusal.answer


def _unknown(token: str | None) -> Answer:
    """Return the 401 of a token that is missing, empty or not known."""
    if token is None:
        return Answer(401, "X-Auth-Token header is required", TEXT)
    if not token.strip():
        return Answer(401, "X-Auth-Token header should have correct format", TEXT)
    return unauthorized()


def _frozen(answer: Answer) -> Answer:
    """Turn a body into JSON while the lock is held, so that no later write shows in it."""
    if answer.body is None or isinstance(answer.body, str):
        return answer
    return Answer(answer.status, json.dumps(answer.body), answer.content_type, answer.headers)


def _parsed(asked: Asked) -> Any:
    """Return the JSON body, None without one; refuse other kinds as the version does."""
    if asked.method in ("GET", "HEAD", "DELETE") or asked.has_file or not asked.body:
        return None
    is_v2 = asked.path.startswith("/v2/")
    if "json" not in asked.content_type:
        title = "Unsupported Media Type"
        raise v2_error(415, title) if is_v2 else v3_error(415, title)
    try:
        return json.loads(asked.body)
    except ValueError as exc:
        title = "Input is invalid"
        refusal = v2_error(400, title) if is_v2 else v3_error(400, title, detail="Syntax error")
        raise refusal from exc
