"""“File the record”: what the child is told, by which way, and what comes of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cartproof.audit.envelope import opened
from cartproof.errors import UsageError
from cartproof.run.answers import load_answers
from cartproof.ui.desk import Desk
from cartproof.ui.looks import finish_look
from cartproof.ui.record import PREFIX, carry_out, order_for

from .conftest import Shop

LONG_S = 180


def answered(desk: Desk, made: Shop) -> None:
    """Answer as the engineer did who saw every screen."""
    steps = [step.id for step in desk.runbook.steps]
    given = load_answers(
        made.answers, runbook="order-time", customer="Northwind Candles", steps=steps
    )
    assert desk.run is not None
    for step_id, word in given.steps.items():
        desk.run.answer(step_id, word)


def test_typed_credentials_go_by_the_childs_environment_alone(
    desk: Callable[..., Desk], shop: Callable[..., Shop], tmp_path: Path
) -> None:
    """No word of the command holds one; a reference goes as it was given, with no environment."""
    made, there = desk(), shop("order-time")
    made.vault.take_text(there.credentials.read_text())
    assert made.run is not None
    order = order_for(made.run, answers=there.answers, out=tmp_path)
    words = json.dumps(order.words)
    for name in ("access_token", "client_id", "client_secret"):
        assert there.made[name][:8] not in words + repr(order)
        assert order.environment[f"{PREFIX}_{name.upper()}"] == there.made[name]
    made.vault.take_reference(there.reference)
    order = order_for(made.run, answers=there.answers, out=tmp_path)
    assert f"--credentials={there.reference}" in order.words
    assert not order.environment


def test_without_credentials_nothing_is_filed(desk: Callable[..., Desk], tmp_path: Path) -> None:
    """They are asked for again first."""
    made = desk()
    assert made.run is not None
    with pytest.raises(UsageError, match="Give the credentials"):
        order_for(made.run, answers=tmp_path / "a", out=tmp_path)


def test_a_trouble_of_the_child_is_told_in_its_words(
    desk: Callable[..., Desk], shop: Callable[..., Shop], tmp_path: Path
) -> None:
    """What it printed last."""
    made, there = desk(), shop("order-time")
    made.vault.take_text(there.credentials.read_text())
    there.answers.write_text("schema: 7")
    assert made.run is not None
    came = carry_out(order_for(made.run, answers=there.answers, out=tmp_path))
    assert "answers" in came["trouble"]


def test_the_record_is_filed_with_words_and_names(
    desk: Callable[..., Desk], shop: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notebook runs headless in a process of its own; the names stand in the record."""
    made, there = desk(), shop("order-time")
    made.vault.take_text(there.credentials.read_text())
    answered(made, there)
    made.words.sign("signed", who="Ada Okafor")
    made.words.sign("reviewed", who="Ben Achebe")
    told = threading.Event()
    made.observe(
        lambda _: told.set() if made.filing.state.get("running") is False else None, "changed"
    )
    made.filing.file()
    with pytest.raises(UsageError, match="being filed"):
        made.filing.file()
    assert told.wait(LONG_S)
    filing = finish_look(made)["filing"]
    assert filing.get("verdict") == "verified", filing
    folder = Path(filing["folder"])
    notebook = (folder / "notebook.ipynb").read_text()
    assert '"who": "Ben Achebe"' in notebook
    assert f"env:{PREFIX}" in notebook
    report = (folder / "report.html").read_text()
    assert "Signed: the whole run" in report
    assert "Ben Achebe" in report
    predicate = opened((folder / "record.json").read_bytes())["predicate"]["cartproof"]
    assert (predicate["signed"]["who"], predicate["reviewed"]["who"]) == (
        "Ada Okafor",
        "Ben Achebe",
    )
    every = b"".join(path.read_bytes() for path in folder.iterdir())
    assert there.made["access_token"][:10].encode() not in every
