"""What the checks on vendors' own sides share: being asked for, opening the way, and refusals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cartproof.checks.context import CheckContext
from cartproof.errors import CredentialsError, VendorError
from cartproof.findings import Finding, Verdict
from cartproof.runbook.vocabulary import CHECK_VENDOR_SIDE, VENDOR_CREDENTIALS
from cartproof.store.outside import Outside, OutsideAddress, parse_outside
from cartproof.vendors.credentials import BASE_URL

if TYPE_CHECKING:
    from cartproof.vendors.credentials import VendorCredentials


def not_asked_for(context: CheckContext, title: str) -> Finding:
    """Return the finding of a run without a vendor's login: skipped, or blocked if asked for."""
    if context.parameters.get(CHECK_VENDOR_SIDE):
        return Finding(
            Verdict.BLOCKED,
            title,
            f"The vendor's side is to be checked, but `{VENDOR_CREDENTIALS}` is empty.",
            remedy=f"Give a reference in `{VENDOR_CREDENTIALS}` (file:PATH, env:PREFIX or "
            f"keyring:NAME), or set `{CHECK_VENDOR_SIDE}` to false.",
            who="engineer",
        )
    return Finding(
        Verdict.SKIPPED, title, f"Not asked for: `{VENDOR_CREDENTIALS}` is empty, nothing was sent."
    )


def unusable(title: str, error: CredentialsError, *, label: str) -> Finding:
    """Return the finding of a vendor's login that cannot be sent as it stands."""
    return Finding(
        Verdict.FAIL,
        title,
        str(error),
        remedy=f"Correct {label} where the vendor's credentials are kept, then run this again.",
        who="engineer",
    )


def troubled(title: str, error: VendorError) -> Finding:
    """Return the finding of a vendor that refused, or did not answer as it should."""
    return Finding(
        Verdict.FAIL if error.is_refusal else Verdict.INCONCLUSIVE,
        title,
        str(error),
        remedy=error.remedy,
        who="engineer",
        evidence=(error.evidence,),
    )


def api_address(vendor: VendorCredentials, host: str) -> OutsideAddress:
    """Return a vendor's API address: the host, or a BASE URL on this machine in its stead.

    Raises:
        CredentialsError: The BASE URL is on another machine, which gets no password.
    """
    address = parse_outside(vendor.text(BASE_URL, host), label=BASE_URL)
    if address.origin != parse_outside(host, label=BASE_URL).origin and not address.is_sandbox:
        raise CredentialsError(
            f"The {BASE_URL} is on another machine than the vendor's API ({host}) and this one, "
            "so it gets no password. Take it out."
        )
    return OutsideAddress(address.origin, address.path.rstrip("/"), address.is_sandbox)


def of_two_worlds(context: CheckContext, address: OutsideAddress, title: str) -> Finding | None:
    """Return a finding where a sandbox would stand for a live side, or the other way round."""
    if address.is_sandbox == context.store.is_sandbox:
        return None
    ours, theirs = ("LIVE", "a sandbox") if address.is_sandbox else ("a sandbox", "live")
    return Finding(
        Verdict.INCONCLUSIVE,
        title,
        f"The store is {ours}, but the vendor's address is {theirs}: one proves nothing of the "
        "other, so nothing was sent.",
        remedy="Give the vendor's credentials that belong to this store.",
        who="engineer",
    )


def opened(
    context: CheckContext,
    vendor: VendorCredentials,
    address: OutsideAddress,
    allowed: Iterable[tuple[str, str]],
) -> Outside:
    """Open a session with a vendor's server; its evidence holds no value of the login."""
    known = (*context.credentials.secrets(), *vendor.all_values())
    return Outside(address, allowed=allowed, secrets=known, now=context.now)
