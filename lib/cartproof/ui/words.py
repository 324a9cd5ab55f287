"""People's words on a run: confirmed, let pass, read off a screen, signed; saved at each click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.errors import UsageError
from cartproof.run.answers import OrderAnswer, RowAnswer, SignOff, StepAnswer
from cartproof.scopes.catalogue import find_row
from cartproof.secrets import Redactor
from cartproof.ui.state import State, standing_of

if TYPE_CHECKING:
    from cartproof.runbook.model import Step
    from cartproof.ui.desk import Desk

LONGEST_NOTE = 2000


class Words:
    """Takes what people say at a desk; on disk before a method returns."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def attest(self, step_id: str, *, who: str, note: str = "", value: str = "") -> str:
        """Keep a person's word that a step is done."""
        return self._word(step_id, "attested", who, note, value)

    def waive(self, step_id: str, *, who: str, note: str) -> str:
        """Keep that a person lets a step pass, and why."""
        if not note.strip():
            raise UsageError("Say why it may pass: a waiver needs its reason.")
        return self._word(step_id, "waived", who, note)

    def _word(self, step_id: str, verdict: Any, who: str, note: str, value: str = "") -> str:
        run, step = self._desk.opened(), self._desk.step_of(step_id)
        self._refuse_word(step, verdict)
        entry = StepAnswer(
            verdict=verdict,
            who=self._named(who),
            when=run.stage.now(),
            note=self._plain(note),
            value=self._plain(value),
        )
        run.answer(step.id, entry)
        self._desk.saved(step.id)
        return f"Saved: {entry.who}."

    def _refuse_word(self, step: Step, verdict: str) -> None:
        standing = standing_of(step, self._desk.run, self._desk.checks.running)
        if standing.state is State.RUNNING:
            raise UsageError("Its check is under way: wait for it, or stop it.")
        if standing.state is State.SKIPPED:
            raise UsageError(f"This step does not apply. {standing.sentences[0]}")
        is_early = standing.state in (State.TO_DO, State.BLOCKED)
        if verdict == "attested" and step.is_for_a_person and is_early:
            raise UsageError(" ".join(standing.sentences))

    def take_back(self, step_id: str) -> str:
        """Take a person's word on a step back."""
        self._desk.opened().answer(self._desk.step_of(step_id).id, None)
        self._desk.saved(step_id)
        return "Taken back."

    def read_row(self, step_id: str, *, row: str, level: str, who: str, note: str = "") -> str:
        """Keep the level that a person read off BigCommerce's screen for one scope row."""
        run, found = self._desk.opened(), find_row(row)
        word = RowAnswer(
            who=self._named(who),
            when=run.stage.now(),
            note=self._plain(note),
            level=found.level_named(level),
        )
        run.answer_row(self._desk.step_of(step_id).id, found.name, word)
        self._desk.saved(step_id)
        return f"Saved: {row}, read by {word.who}."

    def choose_order(self, step_id: str, *, order_id: int, who: str) -> str:
        """Keep which order is the test, 0 to leave it to the check, and have it looked at.

        Raises:
            UsageError: There are no credentials, its check is under way, or nobody is named.
        """
        run = self._desk.opened()
        self._desk.checks.refuse_while_running()
        if run.stage.credentials is None:
            raise UsageError("Give the credentials first: the order is looked at once chosen.")
        step, word = self._desk.step_of(step_id), None
        if order_id:
            word = OrderAnswer(id=order_id, who=self._named(who), when=run.stage.now())
        run.choose_order(step.id, word)
        self._desk.keeping.save(self._desk)
        self._desk.checks.begin(step.id)
        return f"Saved: order {order_id}, chosen by {word.who}." if word else "Left to the check."

    def sign(self, role: str, *, who: str, note: str = "") -> str:
        """Put a name under the run: `signed`, or `reviewed` by a second person."""
        if role not in ("signed", "reviewed"):
            raise UsageError("A run is signed or reviewed.")
        run = self._desk.opened()
        name = who.strip() or ("" if role == "reviewed" else self._desk.engineer)
        word = SignOff(who=self._named(name), when=run.stage.now(), note=self._plain(note))
        run.sign(role, word)
        self._desk.saved()
        return f"{role.capitalize()} by {word.who}."

    def _named(self, who: str) -> str:
        name = self._plain(who)[:200] or self._desk.engineer
        if not name:
            raise UsageError("Give your name: it stands in the record.")
        self._desk.engineer = self._desk.engineer or name
        return name

    def _plain(self, text: str) -> str:
        """Return what a person typed, without what must not be kept: secrets, control marks."""
        if len(text) > LONGEST_NOTE:
            raise UsageError(
                f"{len(text)} characters; at most {LONGEST_NOTE} are kept. Shorten it."
            )
        vendor = self._desk.run.stage.vendor if self._desk.run else None
        theirs = Redactor(vendor.secrets() if vendor else ())
        if self._desk.redactor.spans(text) or theirs.spans(text):
            raise UsageError(
                "That holds one of the credentials, which are never kept. Take it out."
            )
        return "".join(c if c.isprintable() or c == "\n" else " " for c in text).strip()
