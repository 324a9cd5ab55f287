"""Messages between a fork server and those who use it: a length, then a pickle; and descriptors."""

from __future__ import annotations

import pickle
import socket
import struct
from typing import Any

_HEAD = struct.Struct("!Q")
_MOST_DESCRIPTORS = 4


class ClosedError(Exception):
    """Report that nobody is at the other end any more."""


def send(line: socket.socket, message: Any, descriptors: tuple[int, ...] = ()) -> None:
    """Send a message.

    Raises:
        ClosedError: Nobody is there.
    """
    body = pickle.dumps(message)
    try:
        socket.send_fds(line, [_HEAD.pack(len(body))], descriptors)
        line.sendall(body)
    except OSError as error:
        raise ClosedError from error


def receive(line: socket.socket) -> tuple[Any, list[int]]:
    """Wait for a message; return it with the descriptors that came along.

    Raises:
        ClosedError: Nobody is there.
    """
    try:
        head, descriptors, _, _ = socket.recv_fds(line, _HEAD.size, _MOST_DESCRIPTORS)
        while 0 < len(head) < _HEAD.size:
            head += line.recv(_HEAD.size - len(head))
        if not head:
            raise ClosedError
        body = _whole(line, _HEAD.unpack(head)[0])
    except OSError as error:
        raise ClosedError from error
    return pickle.loads(body), descriptors  # noqa: S301 - from a process of our own


def _whole(line: socket.socket, length: int) -> bytes:
    pieces = []
    while length:
        piece = line.recv(min(length, 1 << 20))
        if not piece:
            raise ClosedError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
