"""What every test gets: sockets to loopback only, no sleeping, throw-away configuration."""

from __future__ import annotations

import ipaddress
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from cartproof.secrets import secret

if TYPE_CHECKING:
    from pathlib import Path

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
