"""Records: what a kernel says while cells run, one line of JSON each.

A tape of them is enough to rebuild the outputs of a notebook whose process was killed.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IOPUB, REPLY, CELL = "iopub", "reply", "cell"


@dataclass(frozen=True, slots=True)
class Record:
    """One line.

    Attributes:
        kind: `iopub` a message for the notebook, `reply` a cell's end, `cell` a cell's beginning.
        message: The message, in the form in which nbclient takes it; empty for `cell`.
        cell: Index of the cell that begins; -1 otherwise.
    """

    kind: str
    message: dict[str, Any] = field(default_factory=dict)
    cell: int = -1


def line_of(kind: str, message: Mapping[str, Any], packed: bytes) -> bytes:
    """Return a message as a line.

    Args:
        kind: `iopub` or `reply`.
        message: The message.
        packed: Its content, as JSON already.
    """
    header = message["header"]
    head = {
        "kind": kind,
        "type": message["msg_type"],
        "id": header["msg_id"],
        "date": header["date"].isoformat(),
        "parent": message["parent_header"].get("msg_id", ""),
        "buffers": [base64.b64encode(buffer).decode() for buffer in message.get("buffers", ())],
    }
    return json.dumps(head).encode()[:-1] + b', "content": ' + packed + b"}\n"


def line_of_cell(index: int) -> bytes:
    """Return the line that says that a cell begins."""
    return json.dumps({"kind": CELL, "cell": index}).encode() + b"\n"


def record_of(line: bytes) -> Record:
    """Return the record that stands in a line.

    Raises:
        ValueError: It is none, or was cut off.
    """
    read = json.loads(line.decode("utf-8", "surrogateescape"))
    if read["kind"] == CELL:
        return Record(CELL, cell=read["cell"])
    header = {
        "msg_id": read["id"],
        "msg_type": read["type"],
        "date": datetime.fromisoformat(read["date"]),
    }
    message = {
        "header": header,
        "msg_id": read["id"],
        "msg_type": read["type"],
        "parent_header": {"msg_id": read["parent"]},
        "metadata": {},
        "content": read["content"],
        "buffers": [base64.b64decode(buffer) for buffer in read["buffers"]],
    }
    return Record(read["kind"], message)


def records_in(tape: bytes) -> Iterator[Record]:
    """Yield the records of a tape; a line that a kill cut off is none."""
    for line in tape.split(b"\n"):
        try:
            yield record_of(line)
        except (ValueError, KeyError):
            continue
