"""The check of one row: against its runbook, its answers file and the form of its reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cartproof.batch.manifest.cells import Cells
from cartproof.batch.manifest.row import Row
from cartproof.batch.manifest.sheet import Entry, Sheet
from cartproof.errors import AnswersError, CredentialsError, ParameterError, RunbookError
from cartproof.run.answers import load_answers
from cartproof.run.folders import checked_customer, folder_name
from cartproof.runbook.loader import load_runbook, runbook_ids
from cartproof.runbook.model import Runbook
from cartproof.runbook.parameters import judged
from cartproof.runbook.vocabulary import VENDOR_CREDENTIALS
from cartproof.runbook.wording import meant
from cartproof.store.references import check_form, resolve

COLUMNS = (
    "customer",
    "runbook",
    "credentials",
    "store_hash",
    "answers",
    "tags",
    "parameters",
)
ALIASES = {"integration": "runbook", "tag": "tags"}
_RESERVED = (
    "index.html",
    "results.csv",
    "results.json",
    "junit.xml",
    "fleet.html",
    "fleet_audit.ipynb",
    "fleet",
    "unfiled",
    "ledger.db",
)
_MOST_NOTES = 10


class RowCheck:
    """Checks rows of one sheet; runbooks and credentials are read once each."""

    def __init__(self, sheet: Sheet) -> None:
        self.problems: list[str] = []
        self._sheet = sheet
        self._folder = sheet.path.absolute().parent
        self._runbooks: dict[str, Runbook | str] = {}
        self._stores: dict[tuple[str, str], tuple[str, str]] = {}
        self._absent: list[str] = []
        self._trimmed: list[str] = []
        self._undeclared: list[tuple[str, str, str]] = []
        self._known = runbook_ids()

    @property
    def parameters(self) -> frozenset[str]:
        """Return the names of all parameters that the runbooks of the rows seen declare."""
        found = (one for one in self._runbooks.values() if isinstance(one, Runbook))
        return frozenset(name for runbook in found for name in runbook.parameters)

    def row(self, entry: Entry) -> Row | None:
        """Return a checked row; None, with its problems kept, for one that cannot be run."""
        cells = Cells(entry.place, entry.cells, self._sheet.kind)
        customer = self._customer(cells)
        runbook = self._runbook(cells)
        credentials, store = self._credentials(cells)
        tags = cells.tags()
        answers, values = "", {}
        if runbook is not None:
            answers = self._answers(cells, runbook, customer)
            values = self._parameters(cells, runbook)
        self.problems += cells.problems
        self._trimmed += [f"{cells.place}, {column}" for column in cells.trimmed]
        if cells.problems or runbook is None:
            return None
        return Row(
            place=entry.place,
            customer=customer,
            runbook=runbook.id,
            credentials=credentials,
            store_hash=cells.text("store_hash"),
            answers=answers,
            parameters=values,
            tags=tags,
            store=store,
        )

    def undeclared(self) -> Iterator[str]:
        """Yield filled cells that their row's runbook has no use for, where another's has."""
        for place, name, runbook in self._undeclared:
            if name in self.parameters:
                yield f"{place}, {name}: {runbook} has no such parameter; leave the cell empty"

    def notes(self) -> Iterator[str]:
        """Yield what is worth knowing of the rows, and stops nothing."""
        yield from self._absent[:_MOST_NOTES]
        if len(self._absent) > _MOST_NOTES:
            yield f"and {len(self._absent) - _MOST_NOTES} more rows whose credentials are not there"
        if self._trimmed:
            more = len(self._trimmed) - _MOST_NOTES
            end = f" and {more} more" if more > 0 else ""
            yield f"spaces at an end were taken off: {'; '.join(self._trimmed[:_MOST_NOTES])}{end}"

    def _customer(self, cells: Cells) -> str:
        name = cells.needed("customer", "the merchant's name")
        if not name:
            return ""
        try:
            name = checked_customer(name)
        except ParameterError as error:
            cells.wrong("customer", str(error))
            return ""
        if folder_name(name).casefold() in _RESERVED:
            cells.wrong("customer", f"{name!r} is the name of a file of the results. Add a word")
        return name

    def _runbook(self, cells: Cells) -> Runbook | None:
        named = cells.needed("runbook", f"one of: {', '.join(self._known)}")
        if not named:
            return None
        if named not in self._runbooks:
            self._runbooks[named] = self._loaded(named)
        found = self._runbooks[named]
        if isinstance(found, str):
            cells.wrong("runbook", found)
            return None
        return found

    def _loaded(self, named: str) -> Runbook | str:
        if named not in self._known:
            return f"there is no runbook {named!r}{meant(named, self._known)}"
        try:
            return load_runbook(named)
        except RunbookError as error:
            return str(error)

    def _credentials(self, cells: Cells) -> tuple[str, str]:
        """Return the reference, and the store's hash if what it leads to can be read here."""
        given = cells.needed("credentials", "file:PATH, env:PREFIX or keyring:NAME")
        store_hash = cells.text("store_hash")
        if not given:
            return "", ""
        try:
            check_form(given)
        except CredentialsError as error:
            cells.wrong("credentials", str(error))
            return "", ""
        reference = self._from_folder(given)
        key = (reference, store_hash)
        if key not in self._stores:
            self._stores[key] = _store_of(reference, store_hash)
        store, trouble = self._stores[key]
        if trouble:
            self._absent.append(
                f"{cells.place}, credentials: {trouble} This row will be incomplete, the others run"
            )
        return reference, store

    def _from_folder(self, reference: str) -> str:
        scheme, _, rest = reference.partition(":")
        if scheme != "file":
            return reference
        return f"file:{self._folder / Path(rest.strip()).expanduser()}"

    def _answers(self, cells: Cells, runbook: Runbook, customer: str) -> str:
        given = cells.text("answers")
        if not given:
            return ""
        path = self._folder / Path(given).expanduser()
        steps = [step.id for step in runbook.steps]
        try:
            load_answers(path, runbook=runbook.id, customer=customer, steps=steps)
        except AnswersError as error:
            cells.wrong("answers", "; ".join(map(str.strip, str(error).splitlines())))
        except ValueError:
            cells.wrong("answers", "is no path")
        return str(path)

    def _parameters(self, cells: Cells, runbook: Runbook) -> dict[str, Any]:
        """Return the parameters that were given, in columns of their own or in one mapping."""
        given: dict[str, Any] = dict(cells.mapping(self._sheet.path))
        found, wrong = judged(runbook, given)
        columns = self._columns(cells, runbook, given)
        is_text = self._sheet.kind != "yaml"
        typed, wrong_too = judged(runbook, columns, from_text=is_text)
        for name, message in wrong:
            if name in given:
                cells.wrong("parameters", message)
            elif name not in columns:
                cells.wrong(name, message)
        for name, message in wrong_too:
            if name in columns:
                cells.wrong(name, message)
        values = {name: value for name, value in found.items() if name in given}
        values |= {name: value for name, value in typed.items() if name in columns}
        if values.get(VENDOR_CREDENTIALS):
            values[VENDOR_CREDENTIALS] = self._from_folder(values[VENDOR_CREDENTIALS])
        return values

    def _columns(self, cells: Cells, runbook: Runbook, given: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in cells.others(frozenset(COLUMNS)):
            declared = runbook.parameters.get(name)
            if declared is None:
                self._undeclared.append((cells.place, name, runbook.id))
                continue
            if name in given:
                cells.wrong(name, "is given in the column `parameters` as well")
            value = cells.parameter(name, is_text=declared.type == "str")
            if value is not None:
                found[name] = value
        return found


def _store_of(reference: str, store_hash: str) -> tuple[str, str]:
    try:
        return resolve(reference, store_hash=store_hash).address.store_hash, ""
    except CredentialsError as error:
        return "", str(error)
