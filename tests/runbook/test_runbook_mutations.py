"""Spoiling the project's own runbooks in every place."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from small_runbook import ROOT

from cartproof.errors import RunbookError
from cartproof.runbook.loader import load_runbook

yaml = YAML(typ="safe", pure=True)
RUNBOOKS = {
    path.stem: yaml.load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "runbooks").glob("*.yaml"))
}
ODD: list[Any] = [None, "", 0, 1e999, True, [], {}, [None], {"a": [1]}, "{x", "{a|b}", "x" * 3000]


def _places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries:
        yield (*place, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*place, key))


PLACES = [(name, place) for name, data in RUNBOOKS.items() for place in _places(data)]


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    at=st.sampled_from(PLACES),
    how=st.sampled_from(["delete", "rename", "replace", "twice"]),
    odd=st.sampled_from(ODD),
)
def test_a_spoilt_runbook_is_valid_or_a_runbook_error(
    at: tuple[str, tuple[Any, ...]], how: str, odd: Any, tmp_path: Path
) -> None:
    """Whatever is deleted, renamed or replaced, nothing but a RunbookError ever comes out."""
    name, place = at
    data = copy.deepcopy(RUNBOOKS[name])
    _spoil(data, place, how, odd)
    path = tmp_path / f"{name}.yaml"
    buffer = io.StringIO()
    yaml.dump(data, buffer)
    path.write_text(buffer.getvalue(), encoding="utf-8")
    try:
        assert load_runbook(path).steps
    except RunbookError as error:
        assert all(line.startswith(f"{path}:") for line in str(error).splitlines())


def _spoil(data: Any, place: tuple[Any, ...], how: str, odd: Any) -> None:
    holder = data
    for key in place[:-1]:
        holder = holder[key]
    key = place[-1]
    if how == "delete":
        del holder[key]
    elif how == "rename" and isinstance(holder, dict):
        holder[f"{key}x"] = holder.pop(key)
    elif how == "twice" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        holder[key] = odd


@pytest.mark.parametrize("name", RUNBOOKS)
@pytest.mark.parametrize("end", range(0, 100, 7))
def test_a_runbook_cut_off_anywhere_is_a_runbook_error(name: str, end: int, tmp_path: Path) -> None:
    """A half-written file never passes for a runbook."""
    text = (ROOT / "runbooks" / f"{name}.yaml").read_text(encoding="utf-8")
    path = tmp_path / f"{name}.yaml"
    path.write_text(text[: len(text) * end // 200], encoding="utf-8")
    with pytest.raises(RunbookError):
        load_runbook(path)
