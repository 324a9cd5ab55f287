"""The connection to a kernel that is dead: what it had said stands on a tape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbclient.exceptions import DeadKernelError

from cartproof.batch.forks.records import CELL, REPLY, Record, records_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a process is dead.

    Attributes:
        told: In a sentence.
        is_time: Its time had run out, and it was ended.
    """

    told: str
    is_time: bool = False


class Replay:
    """Says again what a kernel had said, cell by cell, up to where it died."""

    def __init__(self, tape: bytes, cause: Cause) -> None:
        from ipykernel.ipkernel import IPythonKernel  # noqa: PLC0415 - where it is there already

        self._cells: dict[int, list[Record]] = {}
        self._cause = cause
        self.language_info: Mapping[str, Any] = IPythonKernel.language_info
        said: list[Record] = []
        for record in records_in(tape):
            if record.kind == CELL:
                said = self._cells.setdefault(record.cell, [])
            else:
                said.append(record)

    def ask(
        self,
        message_type: str,
        content: Mapping[str, Any],
        take: Callable[[Record], None],
        *,
        cell: int,
        timeout_s: float | None,
    ) -> None:
        """Hand on what the kernel had said in a cell; see `Connection.ask`.

        Raises:
            DeadKernelError: It died in this cell, or before it.
            TimeoutError: The same, because its time had run out.
        """
        if message_type != "execute_request":
            return
        said = self._cells.get(cell, [])
        for record in said:
            take(record)
        if not any(record.kind == REPLY for record in said):
            error = TimeoutError if self._cause.is_time else DeadKernelError
            raise error(self._cause.told)
