"""How results look in a notebook: plain text, and HTML that needs nothing from outside."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from cartproof.findings import WORST_FIRST, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cartproof.findings import Finding
    from cartproof.run.results import StepResult

SHAPES: Mapping[Verdict, str] = {
    Verdict.PASS: "✓",
    Verdict.WARN: "▲",
    Verdict.FAIL: "✗",
    Verdict.INCONCLUSIVE: "?",
    Verdict.BLOCKED: "■",
    Verdict.NOT_RUN: "○",
    Verdict.SKIPPED: "–",
    Verdict.ATTESTED: "✎",
    Verdict.WAIVED: "↷",
}
_COLOURS: Mapping[Verdict, str] = {
    Verdict.PASS: "#1a7f37",
    Verdict.ATTESTED: "#1a7f37",
    Verdict.WARN: "#9a6700",
    Verdict.WAIVED: "#9a6700",
    Verdict.FAIL: "#cf222e",
}
_GREY = "#57606a"
_TROUBLE = frozenset(
    {Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.BLOCKED, Verdict.NOT_RUN, Verdict.WARN}
)
MOST_OPEN = 8
"""Findings that are all shown open; of a longer list only those that are not right are."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def seen(text: str) -> str:
    """Return a text in which every character shows: no terminal codes, no hidden direction.

    What steers a terminal, turns the reading direction or has no width is shown as `�`.
    """
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(character if _is_shown(character) else "�" for character in text)


def _is_shown(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in _UNSEEN


def _moment(when: str) -> str:
    """Return an ISO 8601 time to the minute, as `2026-11-22 10:00 UTC`; other text as it is."""
    try:
        moment = datetime.fromisoformat(when[:40])
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment.tzinfo else when
    except (ValueError, OverflowError):
        return when


def badge(verdict: Verdict) -> str:
    """Return a verdict as a word with a shape; the colour only repeats it."""
    colour = _COLOURS.get(verdict, _GREY)
    return (
        f'<span style="color:#fff;background:{colour};border-radius:3px;padding:1px 7px;'
        f'white-space:nowrap;font-weight:600">{SHAPES[verdict]} {verdict}</span>'
    )


def _finding_row(finding: Finding) -> str:
    remedy = f"<br><b>Do:</b> {escape(finding.remedy)}" if finding.remedy else ""
    cells = (badge(finding.verdict), escape(finding.title), escape(finding.message) + remedy)
    return (
        "<tr>"
        + "".join(f'<td style="text-align:left;vertical-align:top">{c}</td>' for c in cells)
        + "</tr>"
    )


def _details(result: StepResult) -> list[str]:
    lines = [f"<p>{escape(result.reason)}</p>"] if result.reason else []
    if result.attestation:
        word = result.attestation
        note = f": {escape(word.note)}" if word.note else ""
        lines.append(f"<p>{escape(word.who)}, {escape(_moment(word.when))}{note}</p>")
    if result.handover:
        values = "".join(
            f"<li>{escape(value.label)}: <code>{escape(value.fingerprint)}</code>"
            f"{' – ' + escape(value.note) if value.note else ''}</li>"
            for value in result.handover
        )
        lines.append(f"<ul>{values}</ul>")
    if result.findings:
        lines += _findings(result.findings)
    return lines


def _findings(findings: tuple[Finding, ...]) -> list[str]:
    """Return tables of findings; of a long list what is not right stands first, the rest folded."""
    trouble = [finding for finding in findings if finding.verdict in _TROUBLE]
    good = [finding for finding in findings if finding.verdict not in _TROUBLE]
    if len(findings) <= MOST_OPEN or not good:
        return [_table(findings)]
    verdicts = [finding.verdict for finding in findings]
    counts = ", ".join(f"{verdicts.count(v)} {v}" for v in WORST_FIRST if v in verdicts)
    words = f"The {len(good)} others" if trouble else f"All {len(good)}"
    folded = f"<details><summary>{words}</summary>{_table(good)}</details>"
    return [f"<p>{counts}</p>", *([_table(trouble)] if trouble else []), folded]


def _table(findings: Iterable[Finding]) -> str:
    rows = "".join(_finding_row(finding) for finding in findings)
    head = "".join(
        f'<th scope="col" style="text-align:left">{name}</th>'
        for name in ("Verdict", "What", "Finding")
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def step_html(result: StepResult) -> str:
    """Return a step's result as self-contained HTML; every value in it is escaped."""
    head = f"<p>{badge(result.verdict)} <b>{escape(result.title)}</b></p>"
    return seen("\n".join([head, *_details(result)]))


def step_text(result: StepResult) -> str:
    """Return a step's result as plain text."""
    lines = [f"{SHAPES[result.verdict]} {result.verdict}: {result.title}"]
    if result.reason:
        lines.append(f"  {result.reason}")
    if result.attestation:
        word = result.attestation
        lines.append(f"  {word.who}, {_moment(word.when)} {word.note}".rstrip())
    lines += [f"  {value.label}: {value.fingerprint}" for value in result.handover]
    for finding in result.findings:
        lines.append(
            f"  {SHAPES[finding.verdict]} {finding.verdict}: {finding.title} – {finding.message}"
        )
        if finding.remedy:
            lines.append(f"      do: {finding.remedy}")
    return seen("\n".join(lines))


def table_html(rows: Mapping[str, str]) -> str:
    """Return names and values as a two-column table; values are HTML already."""
    body = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(name)}</th>'
        f'<td style="text-align:left">{value}</td></tr>'
        for name, value in rows.items()
    )
    return seen(f"<table>{body}</table>")
