"""What a kernel of `cartproof lab` is told: for whom, where runs go, where to practise.

The command writes it into the session's private folder; `CARTPROOF_LAB` names the file. Nothing
else of the session reaches the kernel, and the notebooks need no edit.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "CARTPROOF_LAB"


@dataclass(frozen=True, slots=True)
class Seat:
    """What `cartproof lab` found out or was told, so that a panel need not ask.

    Attributes:
        out: Absolute path of the folder below which runs go.
        customer: The merchant's name, empty when nobody gave it.
        engineer: Who sits here, as the system knows it; to be offered, not to be believed.
        sandbox: `http://127.0.0.1:PORT` of the sandbox beside it, empty when there is none.
    """

    out: str
    customer: str = ""
    engineer: str = ""
    sandbox: str = ""

    @property
    def account_page(self) -> str:
        """Return the address of the sandbox's *Create API account* page, empty without one."""
        return f"{self.sandbox}/_sandbox/create" if self.sandbox else ""


def write_seat(path: Path, seat: Seat) -> None:
    """Write what the kernels shall know."""
    path.write_text(json.dumps(asdict(seat), ensure_ascii=False), encoding="utf-8")


def seat(environment: Mapping[str, str] = os.environ) -> Seat | None:
    """Return what this kernel was told, None outside `cartproof lab`."""
    path = environment.get(VARIABLE, "")
    try:
        found = json.loads(Path(path).read_bytes()) if path else None
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("out"), str):
        return None
    return Seat(**{one.name: str(found.get(one.name, "")) for one in fields(Seat)})
