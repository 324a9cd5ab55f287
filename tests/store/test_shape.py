"""Shapes are warned about with their likely cause, never refused, never shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programmed_server import CLIENT_ID, CLIENT_SECRET, TOKEN

from cartproof.store.shape import shape_warnings

VALUES = st.text(min_size=12).filter(lambda text: " " not in text)
JWT = "eyJhbGciOiJFUzI1NiJ9.eyJjaWQiOjEsImVhdCI6MX0.abcdefghijk"


def test_the_usual_shapes_give_no_warning() -> None:
    """Right credentials stay silent."""
    assert shape_warnings(TOKEN, client_id=CLIENT_ID, client_secret=CLIENT_SECRET) == ()


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (JWT, "looks like a Storefront API token"),
        (CLIENT_SECRET, "looks like the client secret"),
        ("0123456789abcdef" * 2, "looks like a token of an older kind or one made for Stencil"),
        ("https://api.bigcommerce.com/stores/abc123/v3/", "looks like the API path"),
        ("stores/abc123/v3", "looks like the API path"),
        (CLIENT_ID, "the same as the client id"),
        (TOKEN[:-1] + "а", "only looks like a plain letter"),
        (TOKEN[:20], "unusual (20 characters"),
        (TOKEN.upper(), "unusual (31 characters"),
    ],
)
def test_a_token_of_another_kind_is_named(token: str, words: str) -> None:
    """The warning says what it seems to be, without repeating it."""
    said = " ".join(shape_warnings(token, client_id=CLIENT_ID))
    assert words in said
    assert token not in said


def test_a_swap_is_told_only_where_the_lengths_tell() -> None:
    """Tokens have 31 characters and client ids 31 or 30, so one way round shows."""
    said = shape_warnings(CLIENT_ID[:30], client_id=TOKEN)
    assert any("swapped" in warning for warning in said)
    assert shape_warnings(CLIENT_ID, client_id=TOKEN) == ()


@pytest.mark.parametrize(
    ("client_id", "words"),
    [(CLIENT_SECRET, "looks like the client secret"), ("abc", "unusual (3"), ("é" * 31, "looks")],
)
def test_an_odd_client_id_is_named(client_id: str, words: str) -> None:
    """The client id is looked at as well."""
    assert any(words in said for said in shape_warnings(TOKEN, client_id=client_id))


@pytest.mark.parametrize("secret", ["abc", "é" * 64, TOKEN])
def test_an_odd_client_secret_is_named(secret: str) -> None:
    """The client secret is looked at as well."""
    said = shape_warnings(TOKEN, client_secret=secret)
    assert any(warning.startswith("CLIENT SECRET") for warning in said)


@given(VALUES, VALUES, VALUES)
def test_no_warning_ever_holds_a_value(token: str, client_id: str, secret: str) -> None:
    """Whatever the values are, the sentences stay free of them."""
    said = " ".join(shape_warnings(token, client_id=client_id, client_secret=secret))
    assert not any(value in said for value in (token, client_id, secret))
