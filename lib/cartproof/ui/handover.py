"""The handover in JupyterLab: a button per value that copies it, and a field to paste it back.

A value leaves the kernel on a click alone, as a custom message, never as a trait. It is sealed with
a pad that the browser made for that click: other windows of the same kernel read only noise, and
the guard of the kernel's output needs no exception.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

if TYPE_CHECKING:
    from cartproof.run.handover import Handover

SHORTEST_PAD = 256


def sealed(value: str, pad: bytes) -> str:
    """Return a value hidden by a one-time pad: its length in two bytes, itself, zeros; base64.

    Raises:
        ValueError: The pad is too short for the value.
    """
    raw = value.encode()
    if len(pad) < max(SHORTEST_PAD, len(raw) + 2):
        raise ValueError("the pad is too short")
    plain = (len(raw).to_bytes(2, "big") + raw).ljust(len(pad), b"\0")
    return base64.b64encode(bytes(a ^ b for a, b in zip(plain, pad, strict=True))).decode()


class HandoverView(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget is read without types
    """Show a handover's labels and fingerprints, and give out a value when asked by a click."""

    _esm = Path(__file__).parent / "handover.js"
    rows = traitlets.List().tag(sync=True)

    def __init__(self, handover: Handover) -> None:
        super().__init__(rows=[asdict(value) for value in handover.values])
        self._handover = handover
        self.on_msg(self._answer)

    def _answer(self, _widget: object, content: Any, _buffers: object) -> None:
        """Answer one message of the browser's; one that is none of ours gets no answer."""
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            return
        try:
            answer = self._answered(content)
        except (KeyError, ValueError, binascii.Error):
            answer = {"error": "This value cannot be given out. Run the cell again."}
        self.send({"id": content["id"], **answer})

    def _answered(self, content: dict[str, Any]) -> dict[str, Any]:
        value_id = content["id"]
        if content.get("ask") == "check":
            result = self._handover.check(value_id, str(content["value"]))
            return {"verdict": str(result.verdict), "reasons": list(result.reasons)}
        pad = base64.b64decode(str(content["pad"]), validate=True)
        return {"sealed": sealed(self._handover.reveal(value_id), pad)}
