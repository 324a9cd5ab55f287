"""What the shape of pasted credentials tells: warnings with the likely cause, never refusals.

Shapes from public examples (FACTS g): access token 31 lower-case letters and digits, client id 31,
sometimes 30, client secret 64 hex. Tokens and client ids look alike, so a swap shows only when the
lengths tell, or when both are the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEX_32 = re.compile(r"[0-9a-f]{32}")
_HEX_64 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_ALPHABET = re.compile(r"[a-z0-9]*")
_AGAIN = "Copy it again from the downloaded file."


def shape_warnings(
    access_token: str, *, client_id: str = "", client_secret: str = ""
) -> tuple[str, ...]:
    """Return a sentence for each value that does not look like what it should be.

    Args:
        access_token: The value, already freed of blanks, quotes and labels.
        client_id: The same; empty when not given.
        client_secret: The same; empty when not given.
    """
    return (
        *_token_warnings(access_token, client_id, client_secret),
        *(_client_id_warnings(client_id) if client_id else ()),
        *(_client_secret_warnings(client_secret) if client_secret else ()),
    )


def _token_warnings(token: str, client_id: str, client_secret: str) -> Iterator[str]:
    if client_id and token == client_id:
        yield f"ACCESS TOKEN: it is the same as the client id. One was pasted twice. {_AGAIN}"
    if client_secret and token == client_secret:
        yield f"ACCESS TOKEN: it is the same as the client secret. {_AGAIN}"
    if not token.isascii():
        yield _look_alike("ACCESS TOKEN")
    kind = _wrong_kind(token)
    if kind:
        yield f"ACCESS TOKEN: {kind}"
    elif len(token) == 30 and len(client_id) == 31:
        yield (
            "ACCESS TOKEN: it has 30 characters and the client id 31, which is how the two look "
            "when they are swapped (access tokens have 31, client ids 31 or 30). If the store "
            "answers 401, swap them."
        )
    elif len(token) != 31 or (token.isascii() and not _ALPHABET.fullmatch(token)):
        yield (
            f"ACCESS TOKEN: unusual ({len(token)} characters; BigCommerce's have 31 lower-case "
            f"letters and digits). It may be cut off or hold something else. {_AGAIN}"
        )


def _wrong_kind(token: str) -> str:
    """Return what else the token field seems to hold, with what to do; empty when nothing."""
    if token.startswith("eyJ"):
        return (
            "it looks like a Storefront API token (a JWT). The API needs the access token of a "
            "store-level API account (Settings > Store-level API accounts, type V2/V3 API token)."
        )
    if "://" in token or "stores/" in token or "bigcommerce.com" in token:
        return f"it looks like the API path. {_AGAIN}"
    if _HEX_64.fullmatch(token):
        return "it looks like the client secret (64 hex digits). Use the line ACCESS TOKEN."
    if _HEX_32.fullmatch(token):
        return (
            "32 hex digits; it looks like a token of an older kind or one made for Stencil CLI. "
            "If the store refuses it, create a store-level API account of type V2/V3 API token."
        )
    return ""


def _client_id_warnings(client_id: str) -> Iterator[str]:
    if not client_id.isascii():
        yield _look_alike("CLIENT ID")
    elif _HEX_64.fullmatch(client_id):
        yield "CLIENT ID: it looks like the client secret (64 hex digits). Use the line CLIENT ID."
    elif len(client_id) not in (30, 31) or not _ALPHABET.fullmatch(client_id):
        yield (
            f"CLIENT ID: unusual ({len(client_id)} characters; BigCommerce's have 31 or 30 "
            f"lower-case letters and digits). {_AGAIN}"
        )


def _client_secret_warnings(client_secret: str) -> Iterator[str]:
    if not client_secret.isascii():
        yield _look_alike("CLIENT SECRET")
    elif not _HEX_64.fullmatch(client_secret):
        yield (
            f"CLIENT SECRET: unusual ({len(client_secret)} characters; BigCommerce's have 64 hex "
            f"digits). {_AGAIN}"
        )


def _look_alike(label: str) -> str:
    return (
        f"{label}: it holds a character that only looks like a plain letter or digit, as word "
        f"processors and mail programs put in. {_AGAIN}"
    )
