"""The state of a batch: each row waits, runs or is settled; on disk before anything goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from cartproof.batch.executor import Outcome
from cartproof.batch.tables import TABLES, batches, rows
from cartproof.run.folders import new_run_id
from cartproof.run.journal import iso, utc_now

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from cartproof.audit.database import Database
    from cartproof.batch.manifest.row import Row


class Stage(StrEnum):
    """How far a row is."""

    WAITING = "waiting"
    RUNNING = "running"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class RowState:
    """A row of a batch as the database has it.

    Attributes:
        place: Where it stands in the manifest.
        run_id: Of its run; empty while it waits for its first.
        attempts: How often it was begun.
        outcome: What came of it; None until it is settled.
    """

    key: str
    place: str
    customer: str
    runbook: str
    tags: tuple[str, ...]
    digest: str
    stage: Stage
    run_id: str
    attempts: int
    outcome: Outcome | None


class BatchState:
    """The rows of one batch; every change is committed before the call returns."""

    def __init__(self, database: Database, batch: str) -> None:
        self.batch = batch
        self._database = database

    @classmethod
    def create(
        cls, database: Database, *, manifest: Path, place: str, planned: Iterable[Row]
    ) -> BatchState:
        """Begin a batch in which every row waits.

        Args:
            database: The ledger's.
            manifest: Its file; by that and `place` it is found again.
            place: Where its results go.
            planned: Its rows.
        """
        database.create(TABLES)
        now = utc_now()
        state = cls(database, new_run_id(now))
        told = {"manifest": str(manifest.absolute()), "place": place, "started_at": iso(now)}
        with database.writing() as connection:
            connection.execute(insert(batches).values(id=state.batch, ended_at="", **told))
            values = [state._new(at, row) for at, row in enumerate(planned)]
            connection.execute(insert(rows), values)
        return state

    @classmethod
    def last(cls, database: Database, *, manifest: Path, place: str) -> BatchState | None:
        """Return the newest batch of a manifest with results in this place; None without one."""
        if not database.exists():
            return None
        database.create(TABLES)
        query = select(batches.c.id).where(
            batches.c.manifest == str(manifest.absolute()), batches.c.place == place
        )
        with database.reading() as connection:
            found = connection.execute(query.order_by(batches.c.id.desc()).limit(1)).scalar()
        return cls(database, found) if found else None

    def rows(self) -> Iterator[RowState]:
        """Yield all rows in the manifest's order."""
        query = select(rows).where(rows.c.batch == self.batch).order_by(rows.c.position)
        with self._database.reading() as connection:
            found = connection.execution_options(yield_per=200).execute(query)
            for row in found.mappings():
                yield _row_state(row)

    def started_at(self) -> str:
        """Return when the batch was begun, ISO 8601 in UTC."""
        query = select(batches.c.started_at).where(batches.c.id == self.batch)
        with self._database.reading() as connection:
            return str(connection.execute(query).scalar_one())

    def follow(self, planned: Iterable[Row], *, joins: Callable[[Row], bool]) -> None:
        """Take over a manifest that may have been changed since.

        Rows that are gone from it leave the batch, and those that would run something else now
        wait again.

        Args:
            planned: All its rows.
            joins: Tells whether a row that the batch does not have joins it.
        """
        there = {row.key: row for row in self.rows()}
        now = {row.key: (at, row) for at, row in enumerate(planned)}
        mine = rows.c.batch == self.batch
        with self._database.writing() as connection:
            for key in there.keys() - now.keys():
                connection.execute(delete(rows).where(mine, rows.c.key == key))
            for key, (at, row) in now.items():
                known = there.get(key)
                if known is None and not joins(row):
                    continue
                if known is None:
                    connection.execute(insert(rows).values(self._new(at, row)))
                elif known.digest != row.digest:
                    again = self._new(at, row)
                    connection.execute(update(rows).where(mine, rows.c.key == key).values(again))
                else:
                    values = {"position": at, "facts": _facts(row)}
                    connection.execute(update(rows).where(mine, rows.c.key == key).values(values))

    def again(self, keys: Iterable[str]) -> None:
        """Let settled rows wait for a new run."""
        anew = {"state": Stage.WAITING, "run_id": "", "outcome": ""}
        with self._database.writing() as connection:
            for key in keys:
                chosen = (rows.c.batch == self.batch, rows.c.key == key)
                connection.execute(update(rows).where(*chosen).values(anew))

    def begin(self, begun: Iterable[tuple[str, str]]) -> None:
        """Keep that rows are begun, each with the id of its run."""
        with self._database.writing() as connection:
            for key, run_id in begun:
                chosen = (rows.c.batch == self.batch, rows.c.key == key)
                values = {
                    "state": Stage.RUNNING,
                    "run_id": run_id,
                    "attempts": rows.c.attempts + 1,
                }
                connection.execute(update(rows).where(*chosen).values(values))

    def settle(self, settled: Iterable[tuple[str, Outcome]]) -> None:
        """Keep what came of rows."""
        with self._database.writing() as connection:
            for key, outcome in settled:
                chosen = (rows.c.batch == self.batch, rows.c.key == key)
                values = {"state": Stage.SETTLED, "outcome": json.dumps(asdict(outcome))}
                connection.execute(update(rows).where(*chosen).values(values))

    def end(self) -> None:
        """Keep when the batch came to its end."""
        ended = {"ended_at": iso(utc_now())}
        with self._database.writing() as connection:
            connection.execute(update(batches).where(batches.c.id == self.batch).values(ended))

    def _new(self, position: int, row: Row) -> dict[str, Any]:
        return {
            "batch": self.batch,
            "key": row.key,
            "position": position,
            "facts": _facts(row),
            "digest": row.digest,
            "state": Stage.WAITING,
            "run_id": "",
            "attempts": 0,
            "outcome": "",
        }


def _facts(row: Row) -> str:
    told = {
        "place": row.place,
        "customer": row.customer,
        "runbook": row.runbook,
        "tags": row.tags,
    }
    return json.dumps(told)


def _row_state(row: RowMapping) -> RowState:
    facts = json.loads(row["facts"])
    return RowState(
        key=row["key"],
        place=facts["place"],
        customer=facts["customer"],
        runbook=facts["runbook"],
        tags=tuple(facts["tags"]),
        digest=row["digest"],
        stage=Stage(row["state"]),
        run_id=row["run_id"],
        attempts=row["attempts"],
        outcome=_outcome(row["outcome"]),
    )


def _outcome(text: str) -> Outcome | None:
    if not text:
        return None
    told: dict[str, Any] = json.loads(text)
    return Outcome(
        **{
            **told,
            "reasons": tuple(told["reasons"]),
            "causes": tuple(told["causes"]),
            "changes": tuple(told.get("changes", ())),
        }
    )
