"""The layout of BigCommerce's downloaded credentials file, as it is met in the field.

Labels stand in any order, `CLIENT NAME` or `NAME` or both, `API PATH` at times missing; lines end
as Windows or Unix ends them, or the whole file is one line (FACTS g, VENDORS B6).
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from cartproof.errors import CredentialsError
from cartproof.store.pasted import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCESS_TOKEN = "ACCESS TOKEN"  # noqa: S105 - a label, not a value
API_PATH = "API PATH"
CLIENT_ID = "CLIENT ID"
CLIENT_NAME = "CLIENT NAME"
CLIENT_SECRET = "CLIENT SECRET"  # noqa: S105 - a label, not a value
NAME = "NAME"
STORE_HASH = "STORE HASH"
LABELS = (ACCESS_TOKEN, CLIENT_NAME, CLIENT_ID, CLIENT_SECRET, API_PATH, STORE_HASH, NAME)

_LONGEST = 64 * 1024
_KNOWN = "|".join(label.replace(" ", "[ _-]?") for label in LABELS)
_AT_LINE_START = re.compile(
    rf"""^[^\S\n]*["']?(?:(?P<known>{_KNOWN})|(?P<other>(?!https?:)[A-Za-z][A-Za-z _-]{{1,40}}?))
    ["']?[^\S\n]*(?:[:=])(?!//)""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_ANYWHERE = re.compile(
    rf"""(?<![A-Za-z0-9])(?:(?P<known>(?i:{_KNOWN}))|(?P<other>[A-Z]+(?:[ ][A-Z]+)*))[^\S\n]*[:=]
    (?!//)""",
    re.VERBOSE,
)
_BLANK_LINE = re.compile(r"\n\s*\n")


def decode(data: bytes) -> str:
    """Return the text of a file as Windows, macOS or Linux wrote it.

    Raises:
        CredentialsError: The bytes are no text.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif data[1:2] == b"\0":
        encoding = "utf-16-le"
    elif data[:1] == b"\0":
        encoding = "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_labels(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the values by label, and warnings about what was not understood.

    Raises:
        CredentialsError: No label, a label twice, or no text at all.
    """
    if len(text) > _LONGEST:
        raise CredentialsError("The credentials text is longer than 64 kB: not BigCommerce's file.")
    if "\0" in text:
        raise CredentialsError(
            "The credentials are not text. Use the .txt file that BigCommerce offers for download."
        )
    lines = "\n".join(text.removeprefix("\ufeff").splitlines())
    values: dict[str, str] = {}
    unknown: list[str] = []
    for label, value in _labelled(lines):
        known = _known(label)
        if known is None:
            unknown.append(f"The line {shown(label)!r} in the credentials is not known; ignored.")
        elif known in values:
            raise CredentialsError(
                f"The label {known} stands in the credentials twice. Keep one account's lines only."
            )
        else:
            values[known] = value
    if not values:
        raise CredentialsError(
            "The credentials hold none of BigCommerce's labels. Lines such as `ACCESS TOKEN: …` "
            "and `API PATH: …` are expected: use the downloaded .txt file as it is."
        )
    return values, tuple(unknown)


def values_by_label(held: Mapping[str, str]) -> dict[str, str]:
    """Return a mapping's values under BigCommerce's labels, `access_token` as `ACCESS TOKEN`."""
    values: dict[str, str] = {}
    for name, value in held.items():
        known = _known(str(name))
        if known in values:
            raise CredentialsError(f"The credentials hold {known} twice. Keep one of them.")
        if known is not None and value:
            values[known] = str(value)
    return values


def _labelled(text: str) -> list[tuple[str, str]]:
    """Return labels with their values; labels inside a line count in one-line files only."""
    found = list(_AT_LINE_START.finditer(text))
    if sum(match["known"] is not None for match in found) < 2:
        found = list(_ANYWHERE.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [
        (match["known"] or match["other"], _first_paragraph(text[match.end() : end]))
        for match, end in zip(found, ends, strict=False)
    ]


def _first_paragraph(value: str) -> str:
    return _BLANK_LINE.split(value.strip(), maxsplit=1)[0]


def _known(label: str) -> str | None:
    plain = re.sub(r"[ _-]", "", label).upper()
    return next((known for known in LABELS if known.replace(" ", "") == plain), None)
