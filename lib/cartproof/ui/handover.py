"""Giving out a handover's values in JupyterLab: one at a time, on a click, sealed.

A value leaves the kernel on a click alone, as a custom message, never as a trait. It is sealed with
a pad that the browser made for that click: other windows of the same kernel read only noise, and
the guard of the kernel's output needs no exception.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def given_out(handover: Handover, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a browser that asks for a value, or what is wrong with one that was pasted back.

    Args:
        handover: The values of the step.
        asked: `id`, and `pad` for the value; or `id`, `ask: check` and the pasted `value`.
    """
    try:
        return _given_out(handover, asked)
    except (KeyError, ValueError, binascii.Error):
        return {"error": "This value cannot be given out: give the credentials, then try again."}


def _given_out(handover: Handover, asked: Mapping[str, Any]) -> dict[str, Any]:
    value_id = str(asked["id"])
    if asked.get("ask") == "check":
        result = handover.check(value_id, str(asked["value"]))
        return {"verdict": str(result.verdict), "reasons": list(result.reasons)}
    pad = base64.b64decode(str(asked["pad"]), validate=True)
    return {"sealed": sealed(handover.reveal(value_id), pad)}
