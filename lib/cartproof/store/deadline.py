"""A bound on the whole time of an answer: requests bounds only each silence within it.

A server that sends its head a byte at a time would hold a request for hours; a timer cuts such a
connection. The body is watched where it is read, in `transport`.
"""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from urllib3.poolmanager import PoolManager

ANSWER_DEADLINE_S = 40.0


class DeadlinePassed(TimeoutError):  # noqa: N818 - it says what happened
    """The answer was still coming when its time was up."""


@contextmanager
def _watched(connection: HTTPConnection) -> Iterator[None]:
    """Cut a connection when the time is up while its answer's head is read."""
    is_late = threading.Event()

    def cut() -> None:
        is_late.set()
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(ANSWER_DEADLINE_S, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as exc:
        if is_late.is_set():
            raise DeadlinePassed from exc
        raise
    finally:
        timer.cancel()
    if is_late.is_set():
        raise DeadlinePassed


class _WatchedHttp(HTTPConnection):
    def getresponse(self) -> Any:
        with _watched(self):
            return super().getresponse()


class _WatchedHttps(HTTPSConnection):
    def getresponse(self) -> Any:
        with _watched(self):
            return super().getresponse()


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHttps


class BoundedAdapter(HTTPAdapter):
    """An adapter whose connections are watched, through a proxy as well."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool as requests does, of watched connections."""
        super().init_poolmanager(*args, **kwargs)
        _watch(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Make the proxy's pool as requests does, of watched connections."""
        return _watch(super().proxy_manager_for(*args, **kwargs))


def _watch(manager: PoolManager) -> PoolManager:
    manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return manager
