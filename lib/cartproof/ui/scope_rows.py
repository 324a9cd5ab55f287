"""The account screen's rows as the scope panel shows them: wanted, found, and what to click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartproof.checks.scopes import wanted_rows
from cartproof.run.display import SHAPES
from cartproof.scopes.catalogue import ROWS, UNSTATED, screen_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.findings import Finding
    from cartproof.run.results import StepResult
    from cartproof.runbook.model import Runbook

_QUIET = frozenset({"pass", "skipped"})


def rows_of(
    runbook: Runbook, parameters: Mapping[str, Any], result: StepResult | None
) -> list[dict[str, Any]]:
    """Return the 27 rows in the screen's order and words.

    Args:
        runbook: The runbook, scopes filled in.
        parameters: The run's parameters, which decide what is wanted.
        result: What the x-ray came to; None before it ran.
    """
    wanted = wanted_rows(runbook.account.scopes, parameters)
    found = {f.data["row"]: f for f in result.findings if "row" in f.data} if result else {}
    unlisted = runbook.account.others == "none"
    return [
        {
            "row": row.name,
            "levels": [{"level": level, "words": screen_word(level)} for level in row.levels],
            "wanted": _wanted(wanted[row.name].level if row.name in wanted else None)
            or (screen_word(row.levels[0]) if unlisted else "not said"),
            **_found(found.get(row.name)),
            "matters": _matters(row.name in wanted, found.get(row.name)),
        }
        for row in ROWS
    ]


def _wanted(level: str | None) -> str:
    if level is None:
        return ""
    return "some level" if level == UNSTATED else screen_word(level)


def _found(finding: Finding | None) -> dict[str, Any]:
    if finding is None:
        return {"found": "", "verdict": "", "shape": "", "message": "", "remedy": "", "ask": False}
    possible = [screen_word(level) for level in finding.data.get("possible", ())]
    verdict = str(finding.verdict)
    return {
        "found": " or ".join(possible) if len(possible) < 3 else "cannot be told",
        "verdict": verdict,
        "shape": SHAPES[finding.verdict],
        "message": finding.message,
        "remedy": finding.remedy,
        "ask": verdict in ("inconclusive", "attested"),
    }


def _matters(is_wanted: bool, finding: Finding | None) -> bool:
    return is_wanted if finding is None else is_wanted or str(finding.verdict) not in _QUIET


def to_click(runbook: Runbook, parameters: Mapping[str, Any]) -> list[str]:
    """Return what to click so that the account is made anew with the right boxes."""
    wanted = wanted_rows(runbook.account.scopes, parameters)
    account = runbook.account
    menu = " → ".join(account.menu_today or account.menu)
    rows = [
        f"{row.name}: {screen_word(wanted[row.name].level)}"
        for row in ROWS
        if row.name in wanted and wanted[row.name].level not in (UNSTATED, "none")
    ]
    rest = "every other row: as the screen has it at first"
    if account.others == "none":
        rest = "every other row: None (Metafields access: Standard)"
    return [menu, f"Token type: {account.token_type}", *rows, rest, "Save, and keep the file."]
