"""IPython's history file: nothing of a guarded kernel's cells is written to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartproof.secrets import Redactor


def stop_writing(shell: Any) -> None:
    """Stop a kernel's history from going to its file; in memory it goes on."""
    history = getattr(shell, "history_manager", None)
    if history is None:
        return
    thread, history.save_thread = history.save_thread, None
    history.using_thread = False
    history.enabled = False
    if thread is not None:
        thread.stop()


def forget(shell: Any, redactor: Redactor) -> None:
    """Redact the lines of this kernel that are in the history file already."""
    history = getattr(shell, "history_manager", None)
    file = Path(str(history.hist_file)) if history is not None else None
    if history is None or file is None or not file.is_file():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(file, timeout=5)) as database:
        database.execute("PRAGMA secure_delete = ON")
        for table, columns in (
            ("history", ("source", "source_raw")),
            ("output_history", ("output",)),
        ):
            for column in columns:
                _forget_in(database, table, column, history.session_number, redactor)
        database.commit()


def _forget_in(
    database: sqlite3.Connection, table: str, column: str, session: int, redactor: Redactor
) -> None:
    rows = database.execute(
        f"SELECT rowid, {column} FROM {table} WHERE session = ?",  # noqa: S608 - our own names
        (session,),
    ).fetchall()
    for rowid, text in rows:
        redacted = redactor.redact(text or "")
        if redacted != (text or ""):
            database.execute(
                f"UPDATE {table} SET {column} = ? WHERE rowid = ?",  # noqa: S608 - our own names
                (redacted, rowid),
            )
