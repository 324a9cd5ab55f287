"""The tables of batches, in the ledger's database."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text

TABLES = MetaData()

batches = Table(
    "cartproof_batches",
    TABLES,
    Column("id", String(64), primary_key=True),
    Column("manifest", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text, nullable=False),
)

rows = Table(
    "cartproof_batch_rows",
    TABLES,
    Column("batch", String(64), ForeignKey(batches.c.id), primary_key=True),
    Column("key", String(800), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("facts", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("run_id", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
)
