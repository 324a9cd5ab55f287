"""The session of a kernel whose listener lives in the same process: a message is a call."""

from __future__ import annotations

import os
import threading
import uuid
from typing import TYPE_CHECKING, Any

from jupyter_client.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    Listener = Callable[["Channel", dict[str, Any], bytes], None]


class Channel:
    """Where a message goes, in place of a socket; and of ipykernel's thread that writes to one."""

    thread = None

    def __init__(self, name: str) -> None:
        self.name = name


class DirectSession(Session):  # type: ignore[misc]  # jupyter_client has no types here
    """A session whose `send` hands each message on, copied through JSON as a socket would copy it.

    The guard wraps `send` of the instance as it does in any kernel.

    Attributes:
        turn: Held while a message is handed on: threads of a notebook send as well.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._listener: Listener | None = None
        self.turn = threading.RLock()

    def listen(self, listener: Listener) -> None:
        """Begin anew, under a fresh id: all that is sent from now on goes to this listener."""
        self.session = uuid.uuid4().hex
        self.pid = os.getpid()
        self.message_count = 0
        self._listener = listener

    def send(  # noqa: PLR0917 - as Session has it
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> dict[str, Any]:
        """Hand a message to the listener; the arguments are those of `Session.send`."""
        message: dict[str, Any] = (
            msg_or_type
            if isinstance(msg_or_type, dict)
            else self.msg(msg_or_type, content, parent, header, metadata)
        )
        packed = self.pack(message["content"])
        given = buffers or message.get("buffers") or ()
        sent = {
            **message,
            "content": self.unpack(packed),
            "buffers": [memoryview(buffer).tobytes() for buffer in given],
        }
        with self.turn:
            if self._listener is not None and os.getpid() == self.pid:
                self._listener(stream, sent, packed)
        return message
