"""What every test gets: sockets to loopback only, no sleeping, throw-away configuration."""

from __future__ import annotations

import ipaddress
import os
import socket
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from tests.find_browser import FLAGS, browser_path
from tests.find_postgresql import programs
from tests.postgresql_server import new_database, running_server

from cartproof.secrets import secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

settings.register_profile("cartproof", deadline=None)  # a busy machine is no failure
settings.load_profile("cartproof")

_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: Any) -> Any:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise AssertionError(f"a test reached for the network: {address}")
    return _connect(self, address)


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _loopback_only)


@pytest.fixture(autouse=True)
def _own_configuration(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home: Path = tmp_path_factory.getbasetemp() / "cartproof-home"
    monkeypatch.setenv("CARTPROOF_HOME", str(home))
    secret._local_key.cache_clear()  # a key that was read while tests were collected is another's


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Replace `time.sleep` by a list of the seconds that would have been slept."""
    seconds: list[float] = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium for one module's tests.

    Not for longer: as long as it is there an event loop runs in this thread, and neither a second
    one nor a notebook could be run beside it.
    """
    path = browser_path()
    if path is None and os.environ.get("CARTPROOF_REQUIRE_BROWSER") == "1":
        pytest.fail("CARTPROOF_REQUIRE_BROWSER is 1, and there is no Chromium on this machine")
    if path is None:
        pytest.skip("there is no Chromium: python tests/find_browser.py --install")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def _postgresql_server() -> Iterator[str]:
    found = programs()
    if found is None and os.environ.get("CARTPROOF_REQUIRE_POSTGRESQL") == "1":
        pytest.fail("CARTPROOF_REQUIRE_POSTGRESQL is 1, and there is no PostgreSQL server")
    if found is None:
        pytest.skip("there is no PostgreSQL server: python tests/find_postgresql.py --install")
    with running_server(found) as folder:
        yield folder


@pytest.fixture
def postgresql(_postgresql_server: str) -> str:
    """Return the URL of an empty database on a real PostgreSQL server."""
    return new_database(_postgresql_server, f"t{uuid.uuid4().hex}")
