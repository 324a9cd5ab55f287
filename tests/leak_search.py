"""A search for secrets that shares nothing with the package's own: every piece, spelled out."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

_BETWEEN = re.compile(r"\\+[nrt]|[\s\"',:\\]|\x1b\[[0-9;]*m")


def pieces_of(value: str) -> dict[int, set[str]]:
    """Return what gives ten characters of a value away, by length: raw, URL, hex, base64, ….

    Base64 is cut where what stands before or after the value begins to matter.
    """
    raw = value.encode()
    plain = {value, quote(value, safe=""), json.dumps(value)[1:-1], html.escape(value)}
    found = {
        10: plain,
        14: {
            form.translate(alphabet)
            for offset in range(3)
            for form in [base64.b64encode(b"-" * offset + raw).decode()[-(-offset * 8 // 6) : -4]]
            for alphabet in ({}, str.maketrans("+/", "-_"))
        },
        20: {raw.hex(), raw.hex().upper()},
        30: {"".join(f"%{byte:02{case}}" for byte in raw) for case in "xX"},
        50: {"".join(f"u{ord(sign):04x}" for sign in value)},
        26: {"".join(str(byte) for byte in raw)},
    }
    return {
        length: {form[i : i + length] for form in forms for i in range(len(form) - length + 1)}
        for length, forms in found.items()
    }


def is_in(text: str, pieces: dict[int, set[str]]) -> bool:
    """Tell whether any piece stands in a text, as it is or without what wraps and quotes."""
    for flat in (text, _BETWEEN.sub("", text)):
        for length, of_length in pieces.items():
            if any(flat[i : i + length] in of_length for i in range(len(flat) - length + 1)):
                return True
    return False


def places_of(folder: Path, values: Iterable[str]) -> list[str]:
    """Return which files of a folder hold any of the values, in content or name."""
    together: dict[int, set[str]] = {}
    for value in values:
        for length, pieces in pieces_of(value).items():
            together.setdefault(length, set()).update(pieces)
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if is_in(path.name, together)
        or (path.is_file() and is_in(path.read_bytes().decode("utf-8", "replace"), together))
    ]
