"""The guard: every message that leaves the kernel is redacted, whatever made it."""

from __future__ import annotations

import atexit
import os
import secrets as random_secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartproof.errors import UsageError
from cartproof.run import history_guard
from cartproof.run.log_guard import guard_log_records
from cartproof.run.streams import Streams
from cartproof.secrets import Redactor
from cartproof.secrets.keyed import GUARD_DIR, SUFFIX, write_keyed
from cartproof.secrets.nested import as_one_text, redact_nested

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartproof.secrets import Secret

_FURTHER = ("parent", "ident", "buffers", "track", "header", "metadata")
"""The arguments of `Session.send` after type and content, in their order."""


class Guard:
    """Redacts what a kernel sends. One per kernel process: `install` again only adds secrets."""

    def __init__(self) -> None:
        self.redactor = Redactor()
        self._streams = Streams(self.redactor)
        self._secrets: list[Secret] = []
        self._shell: Any = None
        self._hashes: Path | None = None

    def install(self, kernel: Any) -> None:
        """Wrap the kernel's one way out, its log and history; silence the echo of its output."""
        session = kernel.session
        send = session.send

        def guarded(
            stream: Any, msg_or_type: Any, content: Any = None, *rest: Any, **named: Any
        ) -> Any:
            if isinstance(msg_or_type, dict):
                self._redact_message(msg_or_type)
            elif msg_or_type == "stream":
                content = self._streams.redact(content)
            else:
                content = self._redacted(content)
            named.update(zip(_FURTHER, rest, strict=False))
            self._redact_parts(named)
            return send(stream, msg_or_type, content, **named)

        session.send = guarded
        self._shell = getattr(kernel, "shell", None)
        history_guard.stop_writing(self._shell)
        guard_log_records(self.redactor)
        silence_descriptor_echo()

    def _redact_message(self, message: dict[str, Any]) -> None:
        is_stream = message.get("msg_type") == "stream"
        content = message.get("content")
        message["content"] = self._streams.redact(content) if is_stream else self._redacted(content)
        self._redact_parts(message)

    def _redact_parts(self, parts: dict[str, Any]) -> None:
        for name in ("metadata", "buffers"):
            if parts.get(name):
                parts[name] = self._redacted(parts[name])

    def _redacted(self, value: Any) -> Any:
        if not self.redactor.spans(as_one_text(value)):
            return value
        return redact_nested(value, self.redactor.redact, with_bytes=True)

    def learn(self, secrets: Iterable[Secret]) -> None:
        """Redact these values as well from now on, and have the server's pre-save hook do so.

        Raises:
            UsageError: The hook's folder cannot be written: what is saved would not be searched.
        """
        for secret in secrets:
            self.redactor.add(secret)
            self._secrets.append(secret)
        history_guard.forget(self._shell, self.redactor)
        self._tell_the_server()

    def _tell_the_server(self) -> None:
        """Leave keyed hashes of the secrets' pieces where the server's pre-save hook looks."""
        folder = os.environ.get(GUARD_DIR)
        if not folder or not self._secrets:
            return
        if self._hashes is None:
            name = f"{os.getpid()}-{random_secrets.token_hex(8)}{SUFFIX}"
            self._hashes = Path(folder) / name
            atexit.register(self._remove_hashes, os.getpid())
        try:
            write_keyed(self._hashes, self._secrets)
        except OSError as error:
            raise UsageError(
                f"The folder {folder}, through which the Jupyter server learns what not to save, "
                f"cannot be written: {error.strerror}. Start `cartproof lab` again."
            ) from error

    def _remove_hashes(self, process: int) -> None:
        if self._hashes and process == os.getpid():  # not in a child that was forked off
            with suppress(OSError):
                self._hashes.unlink()


def silence_descriptor_echo() -> None:
    """Stop ipykernel 7 from copying what is written to descriptors 1 and 2 to its own terminal.

    The copy would pass by the guard. The attribute is private; `test_guard.py` fails when a new
    ipykernel names it otherwise.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for stream in (sys.stdout, sys.stderr):
            copy = getattr(stream, "_original_stdstream_copy", None)
            if copy is not None:
                os.dup2(nowhere, copy)
    finally:
        os.close(nowhere)


def current_kernel() -> Any:
    """Return the kernel that this process is, None outside Jupyter."""
    if "IPython" not in sys.modules:
        return None
    shell = sys.modules["IPython"].get_ipython()
    return getattr(shell, "kernel", None)


def guard_kernel(kernel: Any) -> Guard:
    """Return the kernel's guard, installing it the first time."""
    guard = getattr(kernel, "_cartproof_guard", None)
    if not isinstance(guard, Guard):
        guard = Guard()
        guard.install(kernel)
        kernel._cartproof_guard = guard
    return guard


def redacted(text: str) -> str:
    """Return a text without the secrets that this kernel knows; as it is where none is guarded."""
    guard = getattr(current_kernel(), "_cartproof_guard", None)
    return guard.redactor.redact(text) if isinstance(guard, Guard) else text
