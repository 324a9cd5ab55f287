"""A bound on the whole time of an answer: requests bounds only each silence within it.

A server that sends its head a byte at a time would hold a request for hours; a watch cuts such a
connection. The body is watched where it is read, in `transport`.
"""

from __future__ import annotations

import functools
import math
import os
import socket
import threading
import time
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


class _Watch:
    """One thread for all connections of a process: it cuts those whose time is up."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wakes_at = math.inf
        self._watched: dict[_Wait, float] = {}
        threading.Thread(target=self._work, name="deadlines", daemon=True).start()

    def begin(self, wait: _Wait, seconds: float) -> None:
        """Cut a connection in so many seconds, unless its wait ends before."""
        ends = time.monotonic() + seconds
        with self._changed:
            self._watched[wait] = ends
            if ends < self._wakes_at:
                self._changed.notify()

    def end(self, wait: _Wait) -> None:
        """Leave a connection alone from now on."""
        with self._changed:
            self._watched.pop(wait, None)

    def _work(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for wait in [one for one, ends in self._watched.items() if ends <= now]:
                    del self._watched[wait]
                    wait.cut()
                self._wakes_at = min(self._watched.values(), default=math.inf)
                left = self._wakes_at - now
                self._changed.wait(None if left == math.inf else left)


@functools.lru_cache(maxsize=1)
def _watch_of(_process_id: int) -> _Watch:
    """Return the watch of a process: a thread does not come along through a fork."""
    return _Watch()


class _Wait:
    """One wait for an answer's head."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection
        self.is_late = False

    def cut(self) -> None:
        """Cut the connection: its time is up."""
        self.is_late = True
        if self._connection.sock is not None:
            with suppress(OSError):
                self._connection.sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def _watched(connection: HTTPConnection) -> Iterator[None]:
    """Cut a connection when the time is up while its answer's head is read."""
    wait, watch = _Wait(connection), _watch_of(os.getpid())
    watch.begin(wait, ANSWER_DEADLINE_S)
    try:
        yield
    except Exception as exc:
        if wait.is_late:
            raise DeadlinePassed from exc
        raise
    finally:
        watch.end(wait)
    if wait.is_late:
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
