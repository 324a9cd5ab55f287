"""API accounts: who may call, for which store, with which levels."""

from __future__ import annotations

import secrets
import string
import threading
from dataclasses import dataclass, field

_ALPHABET = string.ascii_lowercase + string.digits


def _word(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@dataclass(frozen=True, slots=True)
class Account:
    """One store-level API account (shapes of the values: FACTS.md section g)."""

    name: str
    store_hash: str
    levels: dict[str, str]
    client_id: str = field(default_factory=lambda: _word(31))
    client_secret: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    access_token: str = field(default_factory=lambda: _word(31), repr=False)


class Accounts:
    """All accounts of all stores, found by token or client id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_token: dict[str, Account] = {}

    def add(self, account: Account) -> Account:
        """Keep an account; its token works from now on."""
        with self._lock:
            self._by_token[account.access_token] = account
        return account

    def of_token(self, token: str) -> Account | None:
        """Return the account a token belongs to, None for an unknown or revoked one."""
        return self._by_token.get(token)

    def revoke(self, client_id: str) -> bool:
        """Delete an account, so that its token is unknown; tell whether there was one."""
        with self._lock:
            found = [t for t, a in self._by_token.items() if a.client_id == client_id]
            for token in found:
                del self._by_token[token]
        return bool(found)

    def listed(self) -> list[Account]:
        """Return the accounts in the order they were made."""
        with self._lock:
            return list(self._by_token.values())

    def clear(self) -> None:
        """Forget every account."""
        with self._lock:
            self._by_token.clear()


def random_store_hash() -> str:
    """Return a store hash of the usual form: ten lower-case letters and digits."""
    return _word(10)
