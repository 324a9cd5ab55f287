"""Answers with one word of a person more, or less."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartproof.run.answers import Answers, OrderAnswer, RowAnswer, StepAnswer


def with_word(answers: Answers, step_id: str, word: StepAnswer) -> Answers:
    """Return answers with a word on a step, unless a later one stands there."""
    return _put(answers, step_id, _newer(answers.step(step_id), word))


def _newer(found: StepAnswer, word: StepAnswer) -> StepAnswer:
    if found.when is not None and word.when is not None and found.when > word.when:
        return found
    kept = {"rows": {**found.rows, **word.rows}, "order": word.order or found.order}
    return word.model_copy(update=kept)


def with_row(answers: Answers, step_id: str, row: str, word: RowAnswer) -> Answers:
    """Return answers with what was read of one scope row, unless a later one stands there."""
    found = answers.step(step_id)
    before = found.rows.get(row)
    is_later = before is not None and before.when > word.when
    rows = found.rows if is_later else {**found.rows, row: word}
    return _put(answers, step_id, found.model_copy(update={"rows": rows}))


def with_order(answers: Answers, step_id: str, word: OrderAnswer | None) -> Answers:
    """Return answers with the order that was chosen for a step; None for none."""
    return _put(answers, step_id, answers.step(step_id).model_copy(update={"order": word}))


def _put(answers: Answers, step_id: str, word: StepAnswer) -> Answers:
    return answers.model_copy(update={"steps": {**answers.steps, step_id: word}})


def without(answers: Answers, step_ids: Iterable[str]) -> Answers:
    """Return answers without a word on these steps."""
    gone = set(step_ids)
    kept = {name: word for name, word in answers.steps.items() if name not in gone}
    return answers.model_copy(update={"steps": kept})
