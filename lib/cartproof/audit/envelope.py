"""The DSSE envelope: a statement with its signature, as the bytes of `record.json`.

https://github.com/secure-systems-lab/dsse: what is signed is not the payload alone but
`DSSEv1 <length of type> <type> <length of payload> <payload>`.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from cartproof.audit.signing import Envelope, VerificationError
from cartproof.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from securesystemslib.signer import Key, Signer

PAYLOAD_TYPE = "application/vnd.in-toto+json"


def envelope(statement: Mapping[str, Any], *, signer: Signer | None = None) -> bytes:
    """Return a statement in its envelope, signed where there is a signer."""
    payload = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    sealed = Envelope(payload.encode("utf-8", "backslashreplace"), PAYLOAD_TYPE, {})
    if signer:
        sealed.sign(signer)
    return (json.dumps(sealed.to_dict(), indent=1) + "\n").encode()


def opened(record: bytes) -> dict[str, Any]:
    """Return the statement inside the bytes of a `record.json`; whose it is, is not asked."""
    content: dict[str, Any] = json.loads(base64.b64decode(json.loads(record)["payload"]))
    return content


def signed_by(record: bytes, keys: Mapping[str, Key]) -> str:
    """Return the id of the key that signed a record.

    Args:
        record: Content of a `record.json`.
        keys: Public keys by id; no other counts.

    Raises:
        LedgerError: It is not signed, not with one of these keys, or was altered since.
    """
    sealed = _parsed(record)
    if sealed.payload_type != PAYLOAD_TYPE or len(sealed.signatures) != 1:
        raise LedgerError("it is not signed" if not sealed.signatures else "it is no record")
    (key_id,) = sealed.signatures
    if key_id not in keys:
        raise LedgerError(f"it is signed with a key that is not known here ({key_id[:16]})")
    try:
        sealed.verify([keys[key_id]], 1)
    except VerificationError as error:
        raise LedgerError(f"its signature does not fit (key {key_id[:16]})") from error
    return key_id


def _parsed(record: bytes) -> Envelope:
    try:
        return Envelope.from_dict(json.loads(record))
    except Exception as error:
        raise LedgerError("it is damaged: no envelope") from error
