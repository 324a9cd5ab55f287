"""The ledger's tables, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

TABLES = MetaData()

identity = Table("cartproof_ledger", TABLES, Column("id", String(64), primary_key=True))
"""One row: the ledger's id, root of its chain."""

entries = Table(
    "cartproof_ledger_entries",
    TABLES,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("record_sha256", String(64), nullable=False),
    Column("facts", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("run_id", Text, nullable=False, unique=True),
    Column("customer", Text, nullable=False),
    Column("runbook", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("exit", Integer, nullable=False),
    Column("store_hash", Text, nullable=False),
    Column("batch", Text, nullable=False),
    Column("filed_at", Text, nullable=False),
    Index("cartproof_ledger_by_customer", "customer", "runbook", "filed_at"),
    Index("cartproof_ledger_by_batch", "batch"),
    Index("cartproof_ledger_by_time", "filed_at"),
)

COLUMNS = ("run", "customer", "runbook", "verdict", "exit", "store_hash", "batch", "filed_at")
"""Facts that are columns as well; `run` is called `run_id` there."""
