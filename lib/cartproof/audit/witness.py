"""The witness: which end of a ledger this machine saw last, kept beside its keys.

A chain cannot show by itself that its last entries were cut off. What was seen here can.
"""

from __future__ import annotations

import json
import re
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from cartproof.audit.ledger import Head
from cartproof.secrets import config_folder

if TYPE_CHECKING:
    from pathlib import Path

_ID = re.compile(r"[0-9a-f]{32}")


def note(head: Head) -> None:
    """Keep the end of a ledger; where it cannot be kept, verifying does without."""
    path = _path(head.ledger)
    if path is None:
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        temporary.write_text(json.dumps({"number": head.number, "hash": head.hash}))
        temporary.replace(path)


def seen(ledger: str) -> Head | None:
    """Return the end of a ledger as it was seen last; None when it never was."""
    path = _path(ledger)
    try:
        told = json.loads(path.read_text()) if path else None
        return Head(ledger, int(told["number"]), str(told["hash"])) if told else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _path(ledger: str) -> Path | None:
    is_ours = _ID.fullmatch(ledger) is not None
    return config_folder() / "heads" / f"{ledger}.json" if is_ours else None
