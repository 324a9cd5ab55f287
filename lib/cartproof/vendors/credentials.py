"""A vendor's own login: named values behind a reference, given by one parameter of a runbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cartproof.errors import CredentialsError, ParameterError
from cartproof.runbook.vocabulary import VENDOR_CREDENTIALS
from cartproof.store.references import resolve_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.secrets import Secret

SCRIPT_URL, CART_ID, CART_PASSWORD = "SCRIPT URL", "CART ID", "CART PASSWORD"
USERNAME, PASSWORD = "USERNAME", "PASSWORD"
API_KEY, EMAIL, DEV_KEY = "API KEY", "EMAIL", "DEV KEY"
API_URL, API_TOKEN = "API URL", "API TOKEN"
BASE_URL = "BASE URL"
LABELS = (
    SCRIPT_URL,
    CART_ID,
    CART_PASSWORD,
    USERNAME,
    PASSWORD,
    API_KEY,
    EMAIL,
    DEV_KEY,
    API_URL,
    API_TOKEN,
    BASE_URL,
)
HIDDEN = (CART_PASSWORD, PASSWORD, API_KEY, DEV_KEY, API_TOKEN)
"""Labels whose values open something; a cart id, a name or an address alone does not."""


@dataclass(frozen=True, slots=True)
class VendorCredentials:
    """A vendor's login, every value of it kept as a secret.

    Attributes:
        reference: Where it came from; safe to show.
    """

    values: Mapping[str, Secret]
    reference: str = ""

    def secrets(self) -> tuple[Secret, ...]:
        """Return what must stand in no output and no file."""
        return tuple(self.values[label] for label in HIDDEN if label in self.values)

    def all_values(self) -> tuple[Secret, ...]:
        """Return every value but the addresses; evidence needs none of them."""
        return tuple(
            value
            for label, value in self.values.items()
            if label not in (SCRIPT_URL, API_URL, BASE_URL)
        )

    def text(self, label: str, default: str = "") -> str:
        """Return a value that is needed in the clear: an address."""
        return self.values[label].reveal() if label in self.values else default

    def need(self, *labels: str) -> tuple[Secret, ...]:
        """Return the values of labels.

        Raises:
            CredentialsError: Some are missing; the message names their labels.
        """
        missing = [label for label in labels if label not in self.values]
        if missing:
            raise CredentialsError(
                f"The vendor's credentials ({self.reference}) lack {' and '.join(missing)}. Add "
                f"{'it' if len(missing) == 1 else 'them'} there, each as `LABEL: value`, or as "
                "PREFIX_LABEL in the environment."
            )
        return tuple(self.values[label] for label in labels)


def load_vendor_credentials(reference: str) -> VendorCredentials:
    """Resolve a reference to a vendor's login.

    Raises:
        CredentialsError: It cannot be used; the message says why, never with a value.
    """
    try:
        return VendorCredentials(resolve_values(reference, LABELS), reference.strip())
    except CredentialsError as exc:
        raise CredentialsError(f"`{VENDOR_CREDENTIALS}`: {exc}") from exc


def vendor_credentials_of(parameters: Mapping[str, Any]) -> VendorCredentials | None:
    """Return the vendor's login that a run's parameters refer to, None when they name none.

    Raises:
        ParameterError: The parameter is no text.
        CredentialsError: The reference cannot be used.
    """
    reference = parameters.get(VENDOR_CREDENTIALS, "")
    if not isinstance(reference, str):
        raise ParameterError(f"`{VENDOR_CREDENTIALS}` must be text: a reference, no secret.")
    return load_vendor_credentials(reference) if reference.strip() else None
