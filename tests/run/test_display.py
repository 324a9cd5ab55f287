"""What a step's result looks like in a notebook: text, and HTML."""

from __future__ import annotations

import pytest

from cartproof.findings import Finding, Verdict
from cartproof.run.display import MOST_OPEN, step_html, step_text
from cartproof.run.results import Attestation, StepResult


def scopes(*verdicts: Verdict) -> StepResult:
    """Return a step with one finding per verdict."""
    findings = tuple(
        Finding(verdict, f"Row {number}", "As found.", remedy="Mend it." * (verdict == "fail"))
        for number, verdict in enumerate(verdicts)
    )
    return StepResult("scopes", "Scopes", "bigcommerce", Verdict.FAIL, findings=findings)


def test_in_a_long_list_what_is_wrong_stands_first_and_open() -> None:
    """An engineer on the phone sees the wrong row at once; the right ones are folded."""
    html = step_html(scopes(*[Verdict.PASS] * 20, Verdict.FAIL, Verdict.ATTESTED, Verdict.WARN))
    assert "1 fail, 1 warn, 1 attested, 20 pass" in html
    assert html.index("Row 20") < html.index("Row 22") < html.index("<details>")
    assert html.index("<details>") < html.index("The 21 others") < html.index("Row 0<")
    assert html.index("Row 0<") < html.index("Row 21") < html.index("</details>")


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.FAIL])
def test_a_short_list_or_one_of_troubles_alone_is_all_open(verdict: Verdict) -> None:
    """Nothing is folded where there is nothing to look past."""
    short = step_html(scopes(*[Verdict.PASS] * MOST_OPEN))
    assert "<details>" not in short
    assert short.count("Row ") == MOST_OPEN
    long = step_html(scopes(*[verdict] * 20))
    assert ("<details>" in long) is (verdict is Verdict.PASS)


def test_the_plain_text_has_everything_in_order() -> None:
    """Logs and screen readers get each finding, with what is to be done."""
    text = step_text(scopes(*[Verdict.PASS] * 20, Verdict.FAIL))
    assert text.index("Row 0 ") < text.index("Row 19") < text.index("Row 20")
    assert "do: Mend it." in text


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("2026-11-22T10:00:59.123Z", "2026-11-22 10:00 UTC"),
        ("2026-11-22T10:00:00+02:00", "2026-11-22 08:00 UTC"),
        ("yesterday", "yesterday"),
        ("2026-11-22T10:00:00", "2026-11-22T10:00:00"),
    ],
)
def test_a_persons_word_has_a_time_that_people_read(when: str, shown: str) -> None:
    """To the minute and in UTC; what is no such time stands as it is."""
    word = StepResult(
        "a", "A", "vendor", Verdict.ATTESTED, attestation=Attestation("Ada", when, "seen")
    )
    assert f"Ada, {shown}: seen" in step_html(word)
    assert f"Ada, {shown} seen" in step_text(word)
