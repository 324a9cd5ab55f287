"""What must not stand in a run's output or files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartproof.secrets import Secret
    from cartproof.store.credentials import Credentials
    from cartproof.vendors.credentials import VendorCredentials


def secrets_to_hide(
    credentials: Credentials | None,
    *,
    reference: str,
    vendor: VendorCredentials | None = None,
) -> tuple[Secret, ...]:
    """Return what must not stand in a run's output or files.

    The Client ID is among them unless the reference itself names it, as the file that
    BigCommerce's screen downloads does (`BigCommerceAPI-credentials-<client id>.txt`).

    Args:
        credentials: What the reference resolved to.
        reference: The reference as it was given.
        vendor: The login of the vendor's own side.
    """
    own = credentials.secrets() if credentials else ()
    theirs = vendor.secrets() if vendor else ()
    return (*(s for s in own if s.reveal() not in reference), *theirs)
