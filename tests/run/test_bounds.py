"""Whatever a check finds, what is kept of it has an end, and every character of it shows."""

from __future__ import annotations

import json

import pytest

from cartproof.findings import Finding, Verdict, worst
from cartproof.run.bounds import LONGEST_TEXT, MOST_EVIDENCE, MOST_FINDINGS, bounded
from cartproof.run.display import step_html, step_text
from cartproof.run.results import StepResult
from cartproof.store.evidence import Evidence

HUGE = "x" * 10_000_000


def result(*findings: Finding) -> StepResult:
    """Return a step's result with these findings."""
    return StepResult("a", "A step", "bigcommerce", Verdict.FAIL, findings=findings)


def test_texts_of_ten_megabytes_become_a_page() -> None:
    """Title, message, remedy, address and data are cut, and say so."""
    nested: dict[str, object] = {"a": [HUGE] * 5000}
    for _ in range(50):
        nested = {"deeper": nested, HUGE: HUGE}
    [kept] = bounded([Finding(Verdict.FAIL, HUGE, HUGE, HUGE, uri=HUGE, data=nested)])
    assert len(json.dumps(kept.as_json())) < 40 * LONGEST_TEXT
    assert kept.message.endswith(f"({10_000_000 - LONGEST_TEXT} more characters)")


@pytest.mark.parametrize("last", list(Verdict))
def test_findings_without_end_are_summed_up_under_the_gravest_verdict(last: Verdict) -> None:
    """What is left out never makes a step better than it is."""
    findings = [Finding(Verdict.PASS, "a", "b")] * (3 * MOST_FINDINGS) + [Finding(last, "c", "d")]
    kept = bounded(findings)
    assert len(kept) == MOST_FINDINGS + 1
    assert worst(f.verdict for f in kept) == worst(f.verdict for f in findings)
    assert str(last) in kept[-1].message


def test_a_few_findings_stay_as_they_are() -> None:
    """The bounds touch nothing that fits them."""
    evidence = (Evidence("GET", "/v2/time", 200),)
    findings = (Finding(Verdict.PASS, "a", "b", data={"n": 1, "l": [None]}, evidence=evidence),)
    assert bounded(findings) == findings


def test_requests_without_end_are_cut_over_the_whole_step() -> None:
    """A thousand findings with a thousand requests each do not make a million."""
    evidence = (Evidence("GET", "/v2/time", 200),) * 700
    kept = bounded([Finding(Verdict.PASS, "a", "b", evidence=evidence)] * 5)
    assert sum(len(finding.evidence) for finding in kept) == MOST_EVIDENCE


@pytest.mark.parametrize("odd", ["\x1b[31m", "\u202e", "\u200b", "\x07", "\ud800", "\u2028"])
def test_what_steers_a_terminal_or_hides_is_shown_as_a_sign(odd: str) -> None:
    """Neither text nor HTML of a cell holds a character that does not show."""
    step = result(Finding(Verdict.FAIL, f"a{odd}b", f"<b>{odd}</b>\nnext line", f"{odd}"))
    for shown in (step_text(step), step_html(step)):
        assert odd[0] not in shown
        assert "�" in shown
        assert "next line" in shown
    assert "<b>�" not in step_html(step)


def test_half_characters_do_not_end_a_run() -> None:
    """JSON can hold half a character, which no message to the notebook can."""
    [kept] = bounded([Finding(Verdict.FAIL, "a\ud800", "b\udfff", data={"\ud800": ["\ud800"]})])
    json.dumps(kept.as_json(), ensure_ascii=False).encode()
    assert kept.title == "a�"
