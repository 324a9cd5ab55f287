"""The answers file: read strictly, written whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartproof.errors import AnswersError
from cartproof.run.answers import Answers, StepAnswer, load_answers, save_answers

GOOD = """
schema: 1
runbook: stone-edge
customer: Northwind Candles
steps:
  save-account: {verdict: attested, who: Ada Okafor, when: 2026-11-22T10:00:00Z, note: done}
  products: {verdict: waived, who: Ada Okafor, when: 2026-11-22T10:00:00+01:00, note: two drafts}
  scopes:
    rows:
      Customers login: {level: none, who: Ada Okafor, when: 2026-11-22T10:05:00Z}
"""


def load(text: str | bytes, folder: Path) -> Answers:
    """Read this text as the answers of one customer."""
    path = folder / "answers.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_answers(
        path,
        runbook="stone-edge",
        customer="Northwind Candles",
        steps=["save-account", "products", "scopes"],
    )


def test_a_good_file_is_read_with_times_in_utc(tmp_path: Path) -> None:
    """Words, rows and times come out as they were meant."""
    answers = load(GOOD, tmp_path)
    assert answers.step("save-account").who == "Ada Okafor"
    assert answers.step("products").when == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert answers.step("scopes").rows["Customers login"].level == "none"
    assert answers.step("store") == StepAnswer()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("schema: 1", "schema: 2"), "schema"),
        (("runbook: stone-edge", "runbook: dropstream"), "for the runbook 'dropstream'"),
        (("Northwind Candles", "Others"), "for the customer 'Others'"),
        (("save-account:", "save-acount:"), "no such step"),
        (("note: two drafts", "note: ''"), "a waiver needs its reason"),
        (("who: Ada Okafor, when: 2026-11-22T10:00:00Z, note: done", "note: done"), "`who` and `when`"),
        (("verdict: attested, ", ""), "`verdict` is missing"),
        (("verdict: attested", "verdict: pass"), "attested"),
        (("note: done", "token: x"), "Extra inputs"),
        (("when: 2026-11-22T10:05:00Z", "when: soon"), "when"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(change: tuple[str, str], message: str, tmp_path: Path) -> None:
    """Each kind of mistake is refused with words that name it."""
    assert change[0] in GOOD
    with pytest.raises(AnswersError, match=message):
        load(GOOD.replace(*change), tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\x00\x01", b"a: [", b"\xff\xfe", b"x" * 2_000_000]
)
def test_what_is_no_answers_file_is_refused(content: bytes, tmp_path: Path) -> None:
    """Empty, binary, broken and huge files are told from answers."""
    with pytest.raises(AnswersError):
        load(content, tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The message says which file cannot be read."""
    with pytest.raises(AnswersError, match=r"gone\.yaml"):
        load_answers(tmp_path / "gone.yaml", runbook="x", customer="y", steps=[])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_content_gives_anything_but_answers_or_an_error(tmp_path: Path, content: bytes) -> None:
    """Whatever stands in the file, no other exception comes out."""
    with pytest.raises(AnswersError):
        load(content, tmp_path)


def test_what_is_saved_is_read_back_the_same(tmp_path: Path) -> None:
    """Saving and loading an answers file changes nothing, and leaves no other file behind."""
    answers = load(GOOD, tmp_path)
    path = tmp_path / "new" / "answers.yaml"
    save_answers(path, answers)
    again = load(path.read_bytes(), tmp_path)
    assert again == answers
    assert [file.name for file in path.parent.iterdir()] == ["answers.yaml"]


def test_what_was_read_once_is_nobody_elses(tmp_path: Path) -> None:
    """Two readers of one file share nothing that either could change, and see what is new in it."""
    first = load(GOOD, tmp_path)
    first.steps.clear()
    assert set(load(GOOD, tmp_path).steps) == {"save-account", "products", "scopes"}
    assert load(GOOD.replace("note: done", "note: late"), tmp_path).step("save-account").note == (
        "late"
    )
