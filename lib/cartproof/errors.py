"""Every error a caller may meet, in one tree.

CartproofError
├── UsageError (ValueError)        the caller must change something; nothing was sent
│   ├── CredentialsError           a credentials reference, or the form of what it holds
│   ├── ParameterError             a run's parameters
│   ├── RunbookError               a runbook file
│   ├── AnswersError               an answers file
│   └── SigningKeyError            the key that signs records
├── StoreError                     BigCommerce answered with an error, or not at all
│   ├── Unauthorized               401
│   ├── Forbidden                  403, not about a scope
│   │   └── MissingScope           403, about a scope
│   ├── NotFound                   404, the resource
│   │   └── RouteMissing           404 or 405, the route
│   ├── Conflict                   409
│   ├── Rejected                   400, 406, 413, 415, 422
│   ├── TooManyRequests            429
│   ├── StoreUnavailable           423, 5xx
│   ├── UnexpectedAnswer           a redirect, HTML, or JSON that does not parse
│   └── Unreachable                no answer: time-out, refused, cut off
├── VendorError                    a vendor's server answered with an error, or not at all
├── LedgerError                    the ledger cannot be read or written to
│   └── DamagedLedgerError         its file is no whole database any more
├── StorageError (OSError)         a file of a run cannot be written: full, read-only, refused
├── Cancelled                      a person stopped a check before it was done
├── NotebookError                  an executed notebook that cannot be read as a run
└── LeakError                      a secret was found in a file about to be published
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartproof.store.evidence import Evidence


class CartproofError(Exception):
    """Base of every expected error; its message says what, where, and what to do next."""

    exit_status = 3

    def _render_traceback_(self) -> list[str]:
        """Show the message alone in a notebook: IPython asks an exception for this."""
        return [f"{type(self).__name__}: {self}"]


class UsageError(CartproofError, ValueError):
    """Report a call that cannot be served as it stands; nothing was sent to a store."""

    exit_status = 2


class CredentialsError(UsageError):
    """Report a credentials reference or form that cannot be used."""


class ParameterError(UsageError):
    """Report a missing, unknown or mistyped parameter."""


class RunbookError(UsageError):
    """Report a runbook file that is not valid."""


class AnswersError(UsageError):
    """Report an answers file that cannot be used."""


class SigningKeyError(UsageError):
    """Report a signing key that is missing, damaged, or readable by others."""


class ManifestError(UsageError):
    """Report a manifest of a batch that cannot be used; says every problem."""


class StoreError(CartproofError):
    """Report an answer that is not the one asked for, with the exchange that shows it."""

    def __init__(self, message: str, *, evidence: Evidence) -> None:
        super().__init__(message)
        self.evidence = evidence


class Unauthorized(StoreError):
    """401: the token is unknown or revoked."""


class Forbidden(StoreError):
    """403 for a reason other than a scope: plan, feature, platform limit, owner."""


class MissingScope(Forbidden):
    """403 with BigCommerce's scope message."""


class NotFound(StoreError):
    """404: the resource is not there."""


class RouteMissing(NotFound):
    """404 or 405: BigCommerce does not know this route."""


class Conflict(StoreError):
    """409."""


class Rejected(StoreError):
    """400, 406, 413, 415, 422: the request was understood and refused."""


class TooManyRequests(StoreError):
    """429, still after waiting."""


class StoreUnavailable(StoreError):
    """423 or 5xx, still after retries: locked, down, suspended or upgrading."""


class UnexpectedAnswer(StoreError):
    """Something answered that is not the BigCommerce API."""


class Unreachable(StoreError):
    """No answer: the name did not resolve, the connection was refused or cut, time ran out."""


class VendorError(CartproofError):
    """Report a vendor's answer that is not the one asked for, with the exchange that shows it.

    Attributes:
        remedy: What to do about it.
        is_refusal: Whether the vendor surely refused what it was given, so that trying again as
            it is cannot help.
    """

    def __init__(
        self, message: str, *, evidence: Evidence, remedy: str, is_refusal: bool = False
    ) -> None:
        super().__init__(message)
        self.evidence = evidence
        self.remedy = remedy
        self.is_refusal = is_refusal


class LedgerError(CartproofError):
    """Report a ledger, or its database, that cannot be read or written to as it stands."""


class DamagedLedgerError(LedgerError):
    """Report a ledger whose file is no whole database any more, or holds what no ledger does.

    Attributes:
        told: What is the matter, in a sentence.
    """

    def __init__(self, told: str) -> None:
        super().__init__(f"{told} `cartproof audit verify` names what can still be read of it.")
        self.told = told


class StorageError(CartproofError, OSError):
    """Report a file or folder of a run that cannot be written; says where, why, and what to do."""


class Cancelled(CartproofError):
    """Say that a person stopped a check; what it had sent by then stands in the evidence."""


class NotebookError(CartproofError):
    """Report an executed notebook that cannot be read as a run."""


class LeakError(CartproofError):
    """Report a secret found in a file about to be published; names file and place, not value."""

    exit_status = 5
