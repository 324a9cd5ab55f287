"""A fleet of invented merchants on a sandbox, with their credentials, answers and manifest."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from cartproof.cli.demo.merchants import (
    MERCHANTS,
    Merchant,
    answers_for,
    create_account,
    credentials_file,
    levels_for,
)
from cartproof.run.answers import Answers, save_answers
from cartproof.runbook.loader import load_runbook

COLUMNS = ("customer", "runbook", "credentials", "answers", "tags")
RIGHT = MERCHANTS[0]
TROUBLES = (
    replace(RIGHT, changed={"Products": "read-only"}),
    replace(RIGHT, is_revoked=True),
    replace(RIGHT, variant="suspended"),
)


def make_fleet(
    sandbox: str,
    folder: Path,
    count: int,
    *,
    runbook: str = "stone-edge",
    troubles: tuple[Merchant, ...] = (),
    every: int = 10,
    first: int = 0,
) -> Path:
    """Make stores and accounts on a sandbox, and return the path of their manifest.

    Args:
        sandbox: Its address.
        folder: Where credentials, answers and manifest go.
        count: How many customers.
        runbook: What is run for all of them.
        troubles: What is wrong with the first ones of each ten, in turn.
        every: Of so many rows the first ones have a trouble each.
        first: Number of the first store, so that two fleets on one sandbox share none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    loaded = load_runbook(runbook)
    rows = []
    for number in range(count):
        at = number % every
        kind = troubles[at] if at < len(troubles) else RIGHT
        merchant = replace(kind, name=f"Merchant {number:04}")
        levels = levels_for(loaded, merchant)
        made = create_account(sandbox, merchant, levels, number=first + number)
        credentials, answers = folder / f"{number}.txt", folder / f"{number}.yaml"
        credentials.touch(mode=0o600)
        credentials.write_text(credentials_file(merchant, made), encoding="utf-8")
        given = answers_for(loaded, merchant, levels, when="2026-11-22T10:00:00Z")
        save_answers(answers, Answers.model_validate(given))
        tags = "night" if number % 2 else "day"
        rows.append((merchant.name, runbook, f"file:{credentials.name}", answers.name, tags))
    manifest = folder / "customers.csv"
    with manifest.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return manifest
