"""Fixtures of the store's tests: a programmed server, credentials and a client for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from programmed_server import LIVE_TEXT, Programmed, serve

from cartproof.store.client import StoreClient
from cartproof.store.credentials import Credentials, parse_credentials_text


@pytest.fixture
def server() -> Iterator[Programmed]:
    """Serve a programmed list of answers."""
    with serve() as programmed:
        yield programmed


@pytest.fixture
def credentials(server: Programmed) -> Credentials:
    """Return credentials of a store on the local server."""
    return parse_credentials_text(
        LIVE_TEXT.replace("https://api.bigcommerce.com", server.origin), reference="file:acme.txt"
    )


@pytest.fixture
def pauses() -> list[float]:
    """Hold the seconds that the client would have slept."""
    return []


@pytest.fixture
def client(credentials: Credentials, pauses: list[float]) -> Iterator[StoreClient]:
    """Return a client of the local server that does not sleep."""
    with StoreClient(credentials, sleep=pauses.append) as made:
        yield made
