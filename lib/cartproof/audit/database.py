"""The database behind ledger and batches: a SQLite file, or a PostgreSQL server by URL.

Whoever writes stands in line first: for SQLite at a lock file beside the database, on PostgreSQL
at an advisory lock. Each block is one transaction on a connection of its own, so that forked
processes never share one.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from cartproof.audit.line import WAIT_S, in_line
from cartproof.errors import DamagedLedgerError, LedgerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import URL, Connection, Engine, MetaData

_BUSY_MS = 60_000
_POSTGRESQL_LINE = 0x6361727470726F6F
"""Key of the advisory lock at which writers of cartproof stand in line: `cartproo` in ASCII."""
_LONGEST_CAUSE = 300
_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT", "SQLITE_IOERR_SHORT_READ")


class Database:
    """Read from and write to one database; its tables belong to those who use it."""

    def __init__(self, where: str | Path, *, wait_s: float = WAIT_S) -> None:
        """Name a database; nothing is opened yet.

        Args:
            where: Path of a SQLite file, or a SQLAlchemy URL (`postgresql://…`, `sqlite:///…`).
            wait_s: Seconds that a writer stands in line before it gives up.

        Raises:
            UsageError: It is neither, or its driver is missing.
        """
        self.url = _url(where)
        self.wait_s = wait_s
        self.path = Path(self.url.database) if _is_sqlite(self.url) and self.url.database else None
        self._engine = _engine(self.url, wait_s)

    def __str__(self) -> str:
        """Return where it is, without a password."""
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)

    def exists(self) -> bool:
        """Tell whether there is a file; a server's database always counts as there."""
        return self.path is None or self.path.is_file()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads, and sees one state throughout.

        Raises:
            LedgerError: It is not there, or the database refuses.
        """
        if not self.exists():
            raise LedgerError(f"There is no ledger at {self}.")
        with self._told(), self._engine.connect() as connection:
            if self.path is None:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Wait in line, then open a transaction, which the end of the block commits.

        Raises:
            LedgerError: The turn did not come in time, or the database refuses. Nothing of the
                block is written then.
        """
        with self._told(), self._line(), self._engine.connect() as connection:
            connection.execution_options(cartproof_writes=True)
            with connection.begin():
                if self.path is None:
                    _stand_in_line(connection, self.wait_s)
                yield connection

    def create(self, tables: MetaData) -> None:
        """Make the tables that are not there yet."""
        with self.writing() as connection:
            tables.create_all(connection)

    def _line(self) -> AbstractContextManager[None]:
        if self.path is None:
            return nullcontext()
        self._make_folder()
        return in_line(self.path.with_name(f"{self.path.name}.lock"), wait_s=self.wait_s)

    def _make_folder(self) -> None:
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(
                f"No folder can be made for the ledger {self}: {error.strerror}."
            ) from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in plain words, without a password, what the database refused."""
        try:
            yield
        except UnicodeDecodeError as error:  # what SQLite says of its tables, which it quotes
            raise DamagedLedgerError(f"The ledger's database {self} is damaged.") from error
        except SQLAlchemyError as error:
            cause = " ".join(str(getattr(error, "orig", None) or error).split())
            password = self.url.password
            if password:
                cause = cause.replace(str(password), "***")
            kind = DamagedLedgerError if _is_damage(error) else LedgerError
            raise kind(
                f"The ledger's database {self} refused: {cause[:_LONGEST_CAUSE]}."
            ) from error


def _url(where: str | Path) -> URL:
    if isinstance(where, Path) or "://" not in where:
        path = Path(where).expanduser()
        if not str(where).strip() or path.is_dir():
            raise UsageError(f"The ledger must be a file or a URL, not {str(where)!r}.")
        return make_url("sqlite://").set(database=str(path.absolute()))
    try:
        url = make_url(where)
    except ArgumentError as error:
        raise UsageError("The ledger's URL cannot be read: postgresql://USER@HOST/NAME.") from error
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if _is_sqlite(url) and url.database not in {None, "", ":memory:"}:
        return url
    if url.drivername == "postgresql+psycopg":
        return url
    raise UsageError(f"A ledger is a SQLite file or a PostgreSQL database, not {url.drivername}.")


def _is_damage(error: SQLAlchemyError) -> bool:
    """Tell whether SQLite says of its file that it is none, cut off, altered, or without tables."""
    cause = getattr(error, "orig", None)
    name = str(getattr(cause, "sqlite_errorname", ""))
    if name == "SQLITE_ERROR":
        return str(cause).startswith(("no such table", "no such column"))
    is_text = not name and isinstance(cause, sqlite3.OperationalError)  # not UTF-8
    return is_text or name.startswith(_DAMAGE)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _engine(url: URL, wait_s: float) -> Engine:
    connect: dict[str, Any] = {"connect_timeout": 30}
    if _is_sqlite(url):
        connect = {"timeout": _BUSY_MS / 1000, "check_same_thread": False}
        url = _openable(url)
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=connect, hide_parameters=True)
    except (ImportError, NoSuchModuleError) as error:
        raise UsageError(
            "A ledger on PostgreSQL needs its driver: pip install 'cartproof[postgresql]'."
        ) from error
    if _is_sqlite(url):
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _openable(url: URL) -> URL:
    """Return the URL; for a file in a folder that cannot be written to, one that only reads."""
    path = Path(url.database or "")
    has_log = path.with_name(f"{path.name}-wal").exists()
    if not path.is_file() or has_log or os.access(path.parent, os.W_OK):
        return url
    only_read = {"mode": "ro", "immutable": "1", "uri": "true"}
    return url.set(database=path.absolute().as_uri(), query=only_read)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Let us begin transactions; keep a log beside the file, on disk before a commit returns."""
    connection.isolation_level = None
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("cartproof_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _stand_in_line(connection: Connection, wait_s: float) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = {int(wait_s * 1000)}"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_POSTGRESQL_LINE})"))
