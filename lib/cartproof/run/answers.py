"""The answers file: people's recorded words, one entry per attested or waived step.

    schema: 1
    runbook: stone-edge
    customer: Northwind Candles
    steps:
      create-account: {verdict: attested, who: Ada Okafor, when: 2026-11-22T10:00:00Z, note: done}
      scopes:
        rows:
          Customers login: {level: none, who: Ada Okafor, when: 2026-11-22T10:05:00Z}
      test-order:
        order: {id: 118, who: Ada Okafor, when: 2026-11-22T10:07:00Z}

It never holds a secret.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_serializer,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cartproof.errors import AnswersError
from cartproof.run.folders import make_folder, write_whole
from cartproof.run.guard import redacted
from cartproof.run.in_line import locked
from cartproof.run.journal import iso
from cartproof.runbook.composed import plain_data
from cartproof.secrets.nested import redact_nested

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

LARGEST_FILE = 1_000_000


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Moment = Annotated[datetime, AfterValidator(_in_utc)]


class _Word(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    who: Name
    when: Moment
    note: str = ""

    @field_serializer("when")
    def _when(self, when: datetime) -> str:
        return iso(when)


class RowAnswer(_Word):
    """What a person read off BigCommerce's screen for one scope row."""

    level: str


class OrderAnswer(_Word):
    """Which of the store's orders a person chose as the test order."""

    id: Annotated[int, Field(ge=1)]


class SignOff(_Word):
    """A person's name under the whole run; the reviewer's is another's than the signer's."""


class StepAnswer(BaseModel):
    """A person's word on one step, on scope rows that no program can see, on which order it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    verdict: Literal["attested", "waived"] | None = None
    who: Name | None = None
    when: Moment | None = None
    note: str = ""
    value: str = ""
    rows: dict[str, RowAnswer] = {}
    order: OrderAnswer | None = None

    @field_serializer("when")
    def _when(self, when: datetime | None) -> str | None:
        return iso(when) if when else None


class Answers(BaseModel):
    """An answers file, whole."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    schema_: Literal[1] = Field(default=1, alias="schema")
    runbook: str
    customer: str
    steps: dict[str, StepAnswer] = {}
    signed: SignOff | None = None
    reviewed: SignOff | None = None

    def step(self, step_id: str) -> StepAnswer:
        """Return the entry of a step, an empty one when there is none."""
        return self.steps.get(step_id, StepAnswer())


def _problems(
    answers: Answers, *, runbook: str, customer: str, steps: Collection[str]
) -> list[str]:
    problems = []
    if answers.runbook != runbook:
        problems.append(f"it is for the runbook {answers.runbook!r}, this run is of {runbook!r}")
    if answers.customer != customer:
        problems.append(
            f"it is for the customer {answers.customer!r}, this run is for {customer!r}"
        )
    for step_id, answer in answers.steps.items():
        if step_id not in steps:
            problems.append(f"steps.{step_id}: the runbook has no such step")
        if answer.verdict and not (answer.who and answer.when):
            problems.append(f"steps.{step_id}: `who` and `when` must say whose word this is")
        if answer.verdict == "waived" and not answer.note.strip():
            problems.append(f"steps.{step_id}: a waiver needs its reason in `note`")
        if answer.verdict is None and (answer.who or answer.value or answer.note):
            problems.append(f"steps.{step_id}: `verdict` is missing: attested or waived")
    return [*problems, *_sign_off_problems(answers)]


def _sign_off_problems(answers: Answers) -> Iterator[str]:
    signed, reviewed = answers.signed, answers.reviewed
    if reviewed and not signed:
        yield "reviewed: nobody has signed what it reviews"
    elif signed and reviewed and _is_same(signed.who, reviewed.who):
        yield "reviewed: a second person must review, not the one who signed"


def _is_same(name: str, other: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(other.split()).casefold()


def load_answers(path: Path, *, runbook: str, customer: str, steps: Collection[str]) -> Answers:
    """Read an answers file.

    Args:
        path: The YAML file.
        runbook: Id of the run's runbook, which the file must name.
        customer: The run's customer, whom the file must name.
        steps: Ids of the runbook's steps.

    Raises:
        AnswersError: It cannot be read, is not valid, or is another run's; says every problem.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AnswersError(f"The answers file {path} cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST_FILE:
        raise AnswersError(
            f"The answers file {path} has {len(content)} bytes: that is no such file."
        )
    try:
        answers = Answers.model_validate(_data_of(content))
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, problem['loc'])) or 'the file'}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise AnswersError(_message(path, lines)) from error
    except (YAMLError, UnicodeDecodeError, ValueError) as error:
        raise AnswersError(f"The answers file {path} is not YAML: {error}") from error
    problems = _problems(answers, runbook=runbook, customer=customer, steps=steps)
    if problems:
        raise AnswersError(_message(path, problems))
    return answers


@lru_cache(maxsize=2)
def _data_of(content: bytes) -> Any:
    """Parse a file once: a run without a person reads it before its notebook and in it."""
    return plain_data(YAML(typ="safe", pure=True), content.decode("utf-8-sig"))


def _message(path: Path, problems: list[str]) -> str:
    return f"The answers file {path} cannot be used:\n" + "\n".join(
        f"  {line}" for line in problems
    )


def change_answers(
    path: Path, empty: Answers, *, steps: Collection[str], change: Callable[[Answers], Answers]
) -> Answers:
    """Change an answers file while nobody else does, and return what stands in it now.

    Writers stand in line at a lock beside the file; each changes what it finds there, so that
    two windows on one run lose nothing of each other's.

    Args:
        path: The YAML file, which need not be there yet.
        empty: What stands in a new one; names the run's runbook and customer.
        steps: Ids of the runbook's steps.
        change: Makes the new content of the one found.

    Raises:
        AnswersError: The file cannot be used or written, or would be too large or not valid.
    """
    runbook, customer = empty.runbook, empty.customer
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path):
            found = empty
            if path.exists():
                found = load_answers(path, runbook=runbook, customer=customer, steps=steps)
            made = change(found)
            problems = _problems(made, runbook=runbook, customer=customer, steps=steps)
            if problems:
                raise AnswersError(_message(path, problems))
            save_answers(path, made)
            return made
    except OSError as error:
        raise AnswersError(
            f"The answers file {path} cannot be written: {error.strerror}. Nothing was saved."
        ) from error


def save_answers(path: Path, answers: Answers) -> None:
    """Write an answers file, whole or not at all, and without the secrets that its kernel knows.

    Raises:
        AnswersError: It would be larger than what can be read again.
    """
    text = io.StringIO()
    yaml = YAML()
    yaml.indent(mapping=2)
    content: dict[str, Any] = answers.model_dump(by_alias=True, exclude_defaults=True)
    yaml.dump({"schema": 1, **redact_nested(content, redacted)}, text)
    raw = text.getvalue().encode("utf-8", "backslashreplace")
    if len(raw) > LARGEST_FILE:
        raise AnswersError(f"The answers would make {path} too large to be read again: not saved.")
    make_folder(path.parent)
    write_whole(path, raw)
