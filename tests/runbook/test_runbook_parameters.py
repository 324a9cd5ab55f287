"""A run's parameters: typed, complete, and never guessed."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from cartproof.errors import ParameterError
from cartproof.runbook.model import Parameter, Runbook
from cartproof.runbook.parameters import accepted, typed

DECLARED = {
    "name": Parameter(type="str", required=True, help="x"),
    "status": Parameter(type="str", default="Open", choices=["Open", "Shut"], help="x"),
    "on": Parameter(type="bool", default=False, help="x"),
    "number": Parameter(type="int", default=3, help="x"),
    "share": Parameter(type="float", help="x"),
    "skus": Parameter(type="list", help="x"),
    "code": Parameter(type="str", pattern="[a-z]{3}", help="x"),
}


@pytest.fixture
def runbook() -> Runbook:
    """Return a runbook of which only the parameters matter."""
    return Runbook.model_construct(id="some", parameters=DECLARED)


def test_defaults_fill_in_what_is_not_given(runbook: Runbook) -> None:
    """Every declared parameter has a value afterwards."""
    assert typed(runbook, {"name": "A"}) == {
        "name": "A",
        "status": "Open",
        "on": False,
        "number": 3,
        "share": None,
        "skus": [],
        "code": "",
    }


def test_given_values_of_the_right_type_are_taken_as_they_are(runbook: Runbook) -> None:
    """A whole number does for a float."""
    given = {"name": "00123", "on": True, "number": 0, "share": 1, "skus": ["a"], "code": "abc"}
    values = typed(runbook, given)
    assert {name: values[name] for name in given} == given
    assert isinstance(values["share"], float)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", math.inf, r"'name' takes text, not inf\. papermill's -p .* -r NAME VALUE.* -f"),
        ("name", 123, "'name' takes text, not 123. papermill's -p"),
        ("name", True, "'name' takes text, not True"),
        ("name", date(2026, 1, 1), "'name' takes text, not datetime"),
        ("name", "  ", "'name' is required and empty; accepted: text"),
        ("name", None, "'name' is required and empty"),
        ("status", "open", "'status' takes Open or Shut, not 'open'; did you mean 'Open'"),
        ("status", "", "'status' takes Open or Shut, not ''"),
        ("on", "true", "'on' takes true or false, not 'true'"),
        ("on", 1, "'on' takes true or false, not 1"),
        ("number", True, "'number' takes a whole number, not True"),
        ("number", 3.0, "'number' takes a whole number, not 3.0"),
        ("share", math.nan, "'share' takes a number, not nan"),
        ("skus", "a,b", "'skus' takes a list of texts, not 'a,b'"),
        ("skus", [1], r"'skus' takes a list of texts, not \[1\]"),
        ("code", "abcd", r"'code' takes text of the form \[a-z\]\{3\}, not 'abcd'"),
        ("stauts", "Open", "unknown parameter 'stauts'; did you mean 'status'"),
    ],
)
def test_a_wrong_value_names_the_parameter_and_what_it_takes(
    runbook: Runbook, name: str, value: Any, message: str
) -> None:
    """Nothing is coerced."""
    with pytest.raises(ParameterError, match=message):
        typed(runbook, {"name": "A", name: value})


def test_everything_wrong_is_told_at_once(runbook: Runbook) -> None:
    """One line for each, under the name of the runbook."""
    with pytest.raises(ParameterError) as caught:
        typed(runbook, {"on": "x", "number": "y", "more": 1})
    lines = str(caught.value).splitlines()
    assert lines[0] == "parameters of some:"
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("name", "00123", "00123"),
        ("name", "12e4567890", "12e4567890"),
        ("name", "true", "true"),
        ("on", "True", True),
        ("on", " false ", False),
        ("number", "3", 3),
        ("share", "0.5", 0.5),
        ("skus", "a, b,", ["a", "b"]),
        ("skus", '["a,b"]', ["a,b"]),
    ],
)
def test_a_command_lines_text_is_read_by_the_declared_type(
    runbook: Runbook, name: str, text: str, value: Any
) -> None:
    """Text stays text where text is declared."""
    assert typed(runbook, {"name": "A", name: text}, from_text=True)[name] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("on", "yes"), ("number", "3.5"), ("share", "inf"), ("share", "x"), ("skus", "[1")],
)
def test_a_command_lines_text_that_does_not_fit_is_refused(
    runbook: Runbook, name: str, text: str
) -> None:
    """What cannot be read is refused by its type, not guessed."""
    with pytest.raises(ParameterError, match=f"'{name}' takes"):
        typed(runbook, {"name": "A", name: text}, from_text=True)


def test_what_is_accepted_is_said_in_words() -> None:
    """Choices by name, else the type."""
    assert accepted(DECLARED["status"]) == "Open or Shut"
    assert accepted(DECLARED["skus"]) == "a list of texts"


def test_no_value_is_shared_between_two_runs(runbook: Runbook) -> None:
    """An empty list of one run must not fill up in the next."""
    typed(runbook, {"name": "A"})["skus"].append("left over")
    assert typed(runbook, {"name": "A"})["skus"] == []
