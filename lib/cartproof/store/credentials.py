"""A store's credentials: the values of BigCommerce's file, cleaned, checked and never shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartproof.errors import CredentialsError
from cartproof.secrets import Redactor, Secret
from cartproof.store.api_path import StoreAddress, parse_api_path
from cartproof.store.credentials_file import (
    ACCESS_TOKEN,
    API_PATH,
    CLIENT_ID,
    CLIENT_NAME,
    CLIENT_SECRET,
    NAME,
    STORE_HASH,
    decode,
    read_labels,
)
from cartproof.store.pasted import clean, without_invisible, without_label, without_wrapping
from cartproof.store.shape import shape_warnings

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECRET_LABELS = (ACCESS_TOKEN, CLIENT_SECRET, CLIENT_ID)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a store-level API account is known by.

    Attributes:
        account_name: The account's name on BigCommerce's screen, empty when not given.
        reference: Where it came from, `file:/path`; safe to show.
        warnings: Sentences on what looks odd; none of them holds a value.
        as_pasted: The secrets in the form in which they came, where cleaning changed it.
    """

    address: StoreAddress
    access_token: Secret
    client_id: Secret | None = None
    client_secret: Secret | None = None
    account_name: str = ""
    reference: str = ""
    warnings: tuple[str, ...] = ()
    as_pasted: tuple[Secret, ...] = ()

    @property
    def store_hash(self) -> str:
        """Return the store hash of the address."""
        return self.address.store_hash

    def secrets(self) -> tuple[Secret, ...]:
        """Return all that a redactor must know: token, client secret, client id, raw forms."""
        known = (self.access_token, self.client_secret, self.client_id, *self.as_pasted)
        return tuple(secret for secret in known if secret is not None)


def parse_credentials_text(
    text: str | bytes, *, reference: str = "", store_hash: str = ""
) -> Credentials:
    """Read the text of BigCommerce's downloaded credentials file.

    Args:
        text: The file's text, or its bytes in UTF-8, UTF-16 or Windows-1252.
        reference: Where it came from, for messages and reports.
        store_hash: The store, in any spelling of `parse_api_path`; needed when the text has no
            API PATH, and compared with it when it has one.

    Raises:
        CredentialsError: The text cannot be used; the message names label and remedy, no value.
    """
    values, warnings = read_labels(decode(text) if isinstance(text, bytes) else text)
    return credentials_from_values(
        values, reference=reference, store_hash=store_hash, warnings=warnings
    )


def credentials_from_values(
    values: Mapping[str, str],
    *,
    reference: str = "",
    store_hash: str = "",
    warnings: tuple[str, ...] = (),
) -> Credentials:
    """Make credentials from values by label (`ACCESS TOKEN`, `CLIENT ID`, `API PATH`, …).

    Raises:
        CredentialsError: The access token or the store is missing, or two values contradict.
    """
    cleaned, notes = _cleaned(values)
    if not cleaned[ACCESS_TOKEN]:
        raise CredentialsError(
            f"The credentials{_of(reference)} hold no access token: the label {ACCESS_TOKEN} is "
            "missing or has no value. BigCommerce shows it once, when the account is created; if "
            "the file is gone, create a new account."
        )
    address = _address(values, store_hash, reference)
    secrets = {label: Secret(_key(label), value) for label, value in cleaned.items() if value}
    raw = _raw_forms(values, cleaned)
    redactor = Redactor((*secrets.values(), *raw))
    shape = shape_warnings(
        cleaned[ACCESS_TOKEN], client_id=cleaned[CLIENT_ID], client_secret=cleaned[CLIENT_SECRET]
    )
    said = (*warnings, *notes, *address.warnings, *shape)
    return Credentials(
        address=address,
        access_token=secrets[ACCESS_TOKEN],
        client_id=secrets.get(CLIENT_ID),
        client_secret=secrets.get(CLIENT_SECRET),
        account_name=redactor.redact(_name(values)),
        reference=redactor.redact(reference),
        warnings=tuple(redactor.redact(sentence) for sentence in dict.fromkeys(said)),
        as_pasted=raw,
    )


def _cleaned(values: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    cleaned: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    for label in _SECRET_LABELS:
        cleaned[label], more = clean(label, values.get(label, ""))
        notes += more
    return cleaned, notes


def _raw_forms(values: Mapping[str, str], cleaned: Mapping[str, str]) -> tuple[Secret, ...]:
    """Return the pasted forms that differ, so that a redactor finds them as well.

    A label or quotes around a value are no part of it: a redactor would black them out everywhere.
    """
    raw = {label: without_wrapping(without_label(values.get(label, ""))) for label in cleaned}
    return tuple(
        Secret(_key(label), form) for label, form in raw.items() if form not in ("", cleaned[label])
    )


def _address(values: Mapping[str, str], store_hash: str, reference: str) -> StoreAddress:
    """Return the one address that path, hash and the caller's store hash agree on."""
    given = [text for text in (values.get(API_PATH, ""), values.get(STORE_HASH, "")) if text]
    if store_hash.strip():
        given.append(store_hash)
    if not given:
        raise CredentialsError(
            f"The credentials{_of(reference)} name no store: the label {API_PATH} is missing. Give "
            "the store hash beside them."
        )
    addresses = [parse_api_path(text) for text in given]
    sure = [
        address
        for address, text in zip(addresses, given, strict=True)
        if address.is_sandbox or "api.bigcommerce.com" in text.lower()
    ]
    agreed = (sure or addresses)[0]
    for other in addresses:
        is_other_host = other in sure and other.origin != agreed.origin
        if is_other_host or other.store_hash.lower() != agreed.store_hash.lower():
            raise _contradiction(addresses, reference)
    return agreed


def _contradiction(addresses: list[StoreAddress], reference: str) -> CredentialsError:
    stores = " and ".join(dict.fromkeys(address.base_url for address in addresses))
    return CredentialsError(
        f"The credentials{_of(reference)} and the store hash given with them speak of different "
        f"stores: {stores}. Use the credentials of that store, or correct the store hash."
    )


def _name(values: Mapping[str, str]) -> str:
    name = values.get(CLIENT_NAME) or values.get(NAME) or ""
    return without_invisible(re.sub(r"\s+", " ", name)).strip()[:100]


def _key(label: str) -> str:
    return label.lower().replace(" ", "_")


def _of(reference: str) -> str:
    return f" of {reference}" if reference else ""
