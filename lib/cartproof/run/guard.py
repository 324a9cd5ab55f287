"""The guard: every message that leaves the kernel is redacted, whatever made it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from cartproof.secrets import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartproof.secrets import Secret


def redact_content(value: Any, redactor: Redactor) -> Any:
    """Return a message's content with every text in it redacted, keys included."""
    match value:
        case str():
            return redactor.redact(value)
        case dict():
            return {
                redact_content(key, redactor): redact_content(item, redactor)
                for key, item in value.items()
            }
        case list() | tuple():
            return [redact_content(item, redactor) for item in value]
    return value


class Guard:
    """Redacts what a kernel sends. One per kernel process: `install` again only adds secrets."""

    def __init__(self) -> None:
        self.redactor = Redactor()

    def install(self, kernel: Any) -> None:
        """Wrap the kernel's one way out, and silence the echo to its descriptors."""
        session = kernel.session
        send = session.send
        redactor = self.redactor

        def guarded(
            stream: Any, msg_or_type: Any, content: Any = None, *rest: Any, **named: Any
        ) -> Any:
            if isinstance(msg_or_type, dict) and "content" in msg_or_type:
                msg_or_type["content"] = redact_content(msg_or_type["content"], redactor)
            return send(stream, msg_or_type, redact_content(content, redactor), *rest, **named)

        session.send = guarded
        silence_descriptor_echo()

    def learn(self, secrets: Iterable[Secret]) -> None:
        """Redact these values as well from now on."""
        for secret in secrets:
            self.redactor.add(secret)


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
