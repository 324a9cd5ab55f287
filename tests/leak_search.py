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


def which_in(text: str, values: Iterable[str]) -> set[str]:
    """Return those of the values of which any piece stands in a text, also wrapped or quoted."""
    whose: dict[int, dict[str, str]] = {}
    for value in values:
        for length, pieces in pieces_of(value).items():
            whose.setdefault(length, {}).update(dict.fromkeys(pieces, value))
    flat = _BETWEEN.sub("", text)
    found: set[str] = set()
    for searched, lengths in ((text, (10,)), (flat, tuple(whose))):
        for length in lengths:
            known = whose.get(length, {})
            windows = (searched[i : i + length] for i in range(len(searched) - length + 1))
            found.update(known[window] for window in windows if window in known)
    return found


def places_of(folder: Path, values: Iterable[str]) -> list[str]:
    """Return which files of a folder hold any of the values, in content or name."""
    values = list(values)
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if which_in(path.name, values)
        or (path.is_file() and which_in(path.read_bytes().decode("utf-8", "replace"), values))
    ]
