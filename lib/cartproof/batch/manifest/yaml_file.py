"""A manifest in YAML 1.2: a list of customers, alone or under the key `customers`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cartproof.batch.manifest.sheet import Entry, Sheet, check_size
from cartproof.errors import ManifestError, RunbookError
from cartproof.runbook.document import Document, Place, parsed

TOP = "customers"


def read_yaml(path: Path, content: bytes) -> Sheet:
    """Read a YAML file.

    Raises:
        ManifestError: It is no YAML, or holds no list of customers.
    """
    document = _parsed(path, content)
    listed, top = _listed(path, document)
    check_size(path, rows=len(listed), columns=0)
    problems = [f"line {each.line}: {each.message}" for each in sorted(document.problems)]
    sheet = Sheet(path, "yaml", problems=problems)
    names: dict[str, None] = {}
    for at, cells in enumerate(listed):
        place = f"line {document.line((*top, at))}"
        if isinstance(cells, dict):
            sheet.entries.append(Entry(place, cells))
            names.update(dict.fromkeys(cells))
        else:
            sheet.problems.append(f"{place}: a customer is a mapping of keys to values")
    sheet.columns = tuple(names)
    return sheet


def _parsed(path: Path, content: bytes) -> Document:
    try:
        return parsed(content.decode("utf-8-sig"), path, noun="manifest")
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path} is no text in UTF-8.") from error
    except RunbookError as error:
        raise ManifestError(str(error)) from error


def _listed(path: Path, document: Document) -> tuple[list[Any], Place]:
    data, top = document.data, ()
    if isinstance(data, dict):
        others = [key for key in data if key not in {TOP, "schema"}]
        if others or data.get("schema", 1) != 1:
            raise ManifestError(f"{path}: wanted are `schema: 1` and `{TOP}:`, nothing else.")
        data = data.get(TOP)
        return (data, (TOP,)) if isinstance(data, list) else _no_list(path)
    return (data, top) if isinstance(data, list) else _no_list(path)


def _no_list(path: Path) -> Any:
    raise ManifestError(
        f"{path} holds no list of customers. Each begins with a dash: "
        "`- {customer: …, runbook: …, credentials: …}`."
    )
