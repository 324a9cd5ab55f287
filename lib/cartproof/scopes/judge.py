"""Judge a row: what the token may have, against what is wanted, as a finding in plain words."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from cartproof.findings import Finding, Verdict
from cartproof.scopes.catalogue import UNSTATED, Row, find_row, screen_word
from cartproof.scopes.row_result import Cause
from cartproof.scopes.wanted import Wanted

if TYPE_CHECKING:
    from cartproof.scopes.row_result import RowResult
    from cartproof.scopes.wanted import Attested, Others

RECREATE = (
    "The scopes of an API account cannot be changed: create a new account with the right boxes "
    "(Settings > Store-level API accounts > Create API account), use its credentials everywhere, "
    "then delete the old one."
)
_FIRMNESS = {
    "minimum": "at least ",
    "inferred": "by our reading of the article ",
    "conditional": "for the chosen options ",
}
_Judgement = tuple[Verdict, str, str, str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a row."""

    row: Row
    wanted: Wanted | None
    others: Others


def judge(
    result: RowResult,
    wanted: Wanted | None,
    others: Others = "unasked",
    *,
    attested: Attested | None = None,
) -> Finding:
    """Return the finding on one row.

    Args:
        result: What the x-ray found.
        wanted: What the runbook wants there; None when it does not mention the row.
        others: What not being mentioned means.
        attested: What a person read off the screen. It settles what the x-ray could not, and
            never overrides what it proved: where they contradict, the row is inconclusive.
    """
    asked = _Asked(find_row(result.row), wanted, others)
    finding = _judged(asked, result)
    if attested is None or finding.verdict in (Verdict.BLOCKED, Verdict.SKIPPED):
        return finding
    return _with_attestation(asked, result, finding, attested)


def _judged(asked: _Asked, result: RowResult) -> Finding:
    row, wanted = asked.row, asked.wanted
    if result.cause is Cause.BLOCKED:
        judgement = _blocked(result)
    elif wanted is None:
        judgement = _unmentioned(row, result, asked.others)
    elif wanted.level == UNSTATED:
        judgement = _named_only(row, result, is_sure=wanted.status != "inferred")
    else:
        judgement = _compared(row, result, wanted)
    return _finding(asked, result, judgement)


def _finding(asked: _Asked, result: RowResult, judgement: _Judgement) -> Finding:
    verdict, message, remedy, who = judgement
    row, wanted = asked.row, asked.wanted
    if wanted and wanted.why and verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE):
        message = f"{message} Needed because: {_sentence(wanted.why)}"
    unmentioned = row.levels[0] if asked.others == "none" else None
    data = {
        "row": row.name,
        "level": result.level,
        "wanted": wanted.level if wanted else unmentioned,
        "possible": list(result.possible),
        "grade": result.grade,
    }
    return Finding(verdict, row.name, message, remedy, who=who, data=data, evidence=result.evidence)


def _blocked(result: RowResult) -> _Judgement:
    return Verdict.BLOCKED, _sentence(result.reason), "", ""


def _unmentioned(row: Row, result: RowResult, others: Others) -> _Judgement:
    lowest = row.levels[0]
    if others == "none":
        return _compared(row, result, Wanted(row.name, lowest))
    if others == "unasked":
        if result.level is not None:
            return Verdict.PASS, f"The token has {screen_word(result.level)}.", "", ""
        return _cannot_tell(row, result, "")
    if result.floor != lowest:
        return _more(row, result, "the article does not mention this row", enough=lowest)
    return Verdict.SKIPPED, f"The article does not mention this row; {_found(result)}.", "", ""


def _named_only(row: Row, result: RowResult, *, is_sure: bool) -> _Judgement:
    if not is_sure:
        return _perhaps_meant(row, result)
    named = "The article names this row without a level"
    if result.floor != "none":
        return Verdict.PASS, f"{named}; {_found(result)}.", "", ""
    if result.level == "none":
        remedy = f"Ask the vendor which level of {row.name} is needed. {RECREATE}"
        return Verdict.FAIL, f"{named}; the token has None.", remedy, "merchant"
    return _cannot_tell(row, result, f"{named}. ")


def _perhaps_meant(row: Row, result: RowResult) -> _Judgement:
    verdict = Verdict.SKIPPED if result.floor == row.levels[0] else Verdict.PASS
    return verdict, f"The article may mean this row: ask the vendor; {_found(result)}.", "", ""


def _compared(row: Row, result: RowResult, wanted: Wanted) -> _Judgement:
    need = row.rank(wanted.level)
    lowest, highest = row.rank(result.floor), row.rank(result.possible[-1])
    firmness = _FIRMNESS.get(wanted.status, "") if need else ""
    asked = f"{firmness}{screen_word(wanted.level)}"
    if lowest == highest == need:
        by = "our reading of the article wants" if wanted.status == "inferred" else "wanted"
        return Verdict.PASS, f"The token has {screen_word(wanted.level)}, as {by}.", "", ""
    if highest < need:
        remedy = f"Set {row.name} to {screen_word(wanted.level)}. {RECREATE}"
        return Verdict.FAIL, f"Wanted is {asked}; {_found(result)}.", remedy, "merchant"
    if lowest > need:
        return _more(row, result, f"wanted is {asked}", enough=wanted.level)
    if lowest == need and need > 0:
        note = f"More cannot be excluded: {result.reason}"
        return Verdict.PASS, _sentence(f"The token has at least what is wanted. {note}"), "", ""
    return _cannot_tell(row, result, f"Wanted is {asked}. ")


def _more(row: Row, result: RowResult, than: str, *, enough: str) -> _Judgement:
    message = f"More than wanted: {than}, and {_found(result)}; it lets an app {row.power}."
    remedy = (
        f"Set {row.name} to {screen_word(enough)}, since a leaked token can do all that it is "
        f"allowed to. {RECREATE}"
    )
    return Verdict.WARN, message, remedy, "merchant"


def _cannot_tell(row: Row, result: RowResult, before: str) -> _Judgement:
    message = f"{before}It cannot be told from outside: {_found(result)} ({result.reason})"
    read = f"{row.name} off the account's screen with the merchant and record what it says."
    is_beyond = result.cause is Cause.BEYOND_REST
    remedy = f"Read {read}" if is_beyond else f"Run this again. If it stays, read {read}"
    return Verdict.INCONCLUSIVE, _sentence(message), remedy, "engineer"


def _with_attestation(
    asked: _Asked, result: RowResult, finding: Finding, attested: Attested
) -> Finding:
    level = asked.row.level_named(attested.level)
    said = f"{attested.who} read {screen_word(level)} off the screen"
    word = {"attested": asdict(attested)}
    if level not in result.possible:
        message = f"{said}, but {_found(result)}: {result.reason}"
        remedy = "Look at the screen again: is it this account, and this store?"
        return replace(
            finding,
            verdict=Verdict.INCONCLUSIVE,
            message=_sentence(message),
            remedy=remedy,
            who="engineer",
            data={**finding.data, **word},
        )
    if result.level is not None:
        return finding
    narrowed = replace(result, possible=(level,), cause=Cause.SETTLED)
    judged = _judged(asked, narrowed)
    is_open = finding.verdict is Verdict.INCONCLUSIVE and judged.verdict is Verdict.PASS
    verdict = Verdict.ATTESTED if is_open else judged.verdict
    data = {**judged.data, **word, "level": None, "possible": list(result.possible)}
    message = f"{judged.message} {_sentence(said)}"
    return replace(judged, verdict=verdict, message=message, data=data)


def _found(result: RowResult) -> str:
    if result.level is not None:
        return f"the token has {screen_word(result.level)}"
    words = [screen_word(level) for level in result.possible]
    return f"the token has {', '.join(words[:-1])} or {words[-1]}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
