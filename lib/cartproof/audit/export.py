"""Export: a folder with records, public keys and chain that can be verified without cartproof."""

from __future__ import annotations

import json
import secrets
import shutil
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from cartproof.audit.keys import pem_of
from cartproof.audit.ledger import root_of
from cartproof.errors import UsageError
from cartproof.run.folders import sync_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from securesystemslib.signer import SSlibKey

    from cartproof.audit.ledger import Entry, Reading

HOW = ("VERIFY.md", "verify.py")
"""Files of this package that go into each bundle as they are."""


def export(reading: Reading, target: Path, *, keys: Mapping[str, SSlibKey]) -> int:
    """Write a bundle, and return how many records are in it.

    Raises:
        UsageError: Something is at `target` already, or it cannot be written.
    """
    if target.exists():
        raise UsageError(f"{target} is there already: name a new folder.")
    staged = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        count = _write(reading, staged, keys)
        staged.rename(target)
        sync_folder(target.absolute().parent)
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return count


def _write(reading: Reading, staged: Path, keys: Mapping[str, SSlibKey]) -> int:
    for folder in ("records", "keys"):
        (staged / folder).mkdir(parents=True)
    for key_id, key in keys.items():
        write_whole(staged / "keys" / f"{key_id}.pem", pem_of(key))
    for name in HOW:
        content = files("cartproof.audit").joinpath("bundle", name).read_bytes()
        write_whole(staged / name, content)
    head = reading.head
    count = 0
    with (staged / "ledger.jsonl").open("w", encoding="ascii") as lines:
        lines.write(json.dumps({"ledger": head.ledger, "root": root_of(head.ledger)}) + "\n")
        for entry in reading.entries():
            write_whole(staged / "records" / f"{entry.number}.json", entry.record)
            lines.write(_line(entry) + "\n")
            count += 1
    return count


def _line(entry: Entry) -> str:
    return json.dumps(
        {
            "number": entry.number,
            "previous": entry.previous,
            "hash": entry.hash,
            "record_sha256": entry.record_sha256,
            "facts": entry.facts,
        }
    )
