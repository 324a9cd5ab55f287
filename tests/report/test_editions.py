"""What the merchant's edition leaves out, by the data and not by looking at texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import executed
import pytest

from cartproof.audit.changes import Change, Changes
from cartproof.findings import Finding, Verdict
from cartproof.report.editions import CUT_OFF, OURS_TO_DO, for_merchant
from cartproof.report.page import render
from cartproof.run.reading import read_notebook

INSIDE = "inside-knowledge"


def internal_run() -> dict[str, Any]:
    """Return a run in which everything that is ours alone carries one word."""
    step = executed.result
    engineers = [
        Finding(verdict, f"{INSIDE} title", f"{INSIDE} message", remedy=f"{INSIDE} remedy", who=who)
        for verdict in (Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE)
        for who in ("engineer", "", INSIDE)
    ]
    merchants = Finding(
        Verdict.FAIL, "Orders", "Two lines have no SKU.", remedy="Give them one.", who="merchant",
        data={"row": "Orders", "wanted": "modify", "level": "none", "note": INSIDE,
              "attested": {"who": "Ada Okafor", "when": "2026-11-22T01:00:00Z", "note": INSIDE}},
        evidence=(executed.evidence(f"/v2/{INSIDE}", title=INSIDE),),
    )  # fmt: skip
    word = executed.Attestation("Jo Park", "2026-11-22T01:10:00Z", INSIDE, INSIDE)
    steps = (
        step("credentials", Verdict.FAIL, findings=(*engineers, merchants), reason=INSIDE),
        step("store", Verdict.SKIPPED, reason=f"Only when {INSIDE} is true."),
        step("scopes", Verdict.BLOCKED, reason=INSIDE, awaits_person=True),
        step("enter-values", Verdict.ATTESTED, attestation=word),
        step("import-orders", Verdict.WAIVED, attestation=word, reason=INSIDE),
    )
    opened = executed.header(
        parameters={INSIDE: INSIDE},
        mode=INSIDE,
        journal=INSIDE,
        credentials={
            "reference": f"file:{INSIDE}",
            "fingerprints": [f"access_token {INSIDE}"],
            "warnings": [INSIDE],
        },
    )
    opened["store"]["origin"] = f"https://{INSIDE}.example"
    early = executed.step_cell(step("credentials", Verdict.FAIL, reason=INSIDE))
    stray = executed.step_cell(step(INSIDE))
    stopped = executed.cell("run.finish()", executed.error("KeyError", INSIDE))
    cells = [executed.open_cell(opened), early, *map(executed.step_cell, steps), stray, stopped]
    return executed.notebook(*cells)


def both(notebook: dict[str, Any], **options: Any) -> tuple[str, str]:
    """Return both editions of a run's report."""
    reading = read_notebook(notebook)
    first, second = (render(reading, edition=name, **options) for name in ("internal", "merchant"))
    return first, second


def test_nothing_internal_stands_in_the_merchants_edition() -> None:
    """Notes, settings, references, requests, causes and our own to-do list are not in it."""
    inside, outside = both(internal_run())
    assert inside.count(INSIDE) > 40
    assert INSIDE not in outside
    assert CUT_OFF in outside


def test_each_internal_field_is_shown_in_the_internal_edition() -> None:
    """What one edition leaves out, the other has: each of them once in a while."""
    inside, _ = both(internal_run())
    for words in ("title", "message", "remedy"):
        assert f"{INSIDE} {words}" in inside
    for place in (f"file:{INSIDE}", f"/v2/{INSIDE}", f"https://{INSIDE}.example", "KeyError"):
        assert place in inside


def test_the_merchant_reads_what_is_theirs_to_do_and_how_much_is_ours() -> None:
    """Theirs in full; ours counted; verdicts, scopes and who vouched stay."""
    _, outside = both(internal_run())
    assert "Give them one." in outside
    assert "The support engineer has " in outside
    assert OURS_TO_DO in outside
    for words in ("Jo Park", "Ada Okafor", "Two lines have no SKU.", "Failed"):
        assert words in outside


def test_a_good_run_has_nothing_of_ours_to_do() -> None:
    """Where nothing is open, the merchant reads just that."""
    _, outside = both(executed.good())
    assert "Nothing: no required step is open." in outside
    assert "The support engineer has" not in outside


@pytest.mark.parametrize("name", ["good", "failing", "interrupted", "hostile"])
def test_no_edition_changes_a_verdict(name: str) -> None:
    """Run, steps and rows have the same verdicts, in the same order, in both."""
    reading = read_notebook(getattr(executed, name)())
    shown = for_merchant(reading)
    assert shown.verdict == reading.verdict
    assert [s.verdict for s in shown.steps] == [s.verdict for s in reading.steps]
    rows = [[f.title for f in s.findings if "row" in f.data] for s in reading.steps]
    assert [[f.title for f in s.findings if "row" in f.data] for s in shown.steps] == [
        list(dict.fromkeys(titles)) if name == "hostile" else titles for titles in rows
    ]


def test_changes_are_on_top_and_the_internal_ones_are_ours() -> None:
    """Before the scopes; a setting only in our edition."""
    changes = Changes(
        "20261121T100000Z-1a2b3c4d",
        "2026-11-21T10:00:00Z",
        (
            Change("scope", "Scope Orders", "Modify", "Read-only"),
            Change("setting", f"Setting {INSIDE}", "no", "yes", is_internal=True),
        ),
    )
    inside, outside = both(executed.failing(), changes=changes)
    assert inside.index("What to do next") < inside.index("Scope Orders") < inside.index("OAuth")
    assert INSIDE in inside
    assert "Scope Orders" in outside
    assert INSIDE not in outside


def test_a_first_run_and_an_unchanged_one_say_so() -> None:
    """And a report that compared nothing claims nothing."""
    first, _ = both(executed.good(), changes=Changes())
    same, _ = both(executed.good(), changes=Changes("r", "2026-11-21T10:00:00Z"))
    silent, _ = both(executed.good())
    assert "This is the first filed run" in first
    assert "as they were in the run filed on 21 Nov 2026" in same
    assert "What changed" not in silent


def test_an_edition_that_there_is_not_is_an_error() -> None:
    """A mistyped edition must not fall back to the one with everything in it."""
    with pytest.raises(ValueError, match="merchnat"):
        render(read_notebook(executed.good()), edition="merchnat")


def test_a_finding_of_ours_is_told_once_per_verdict() -> None:
    """Three of our findings on one step are one line for the merchant."""
    reading = read_notebook(internal_run())
    step = replace(reading.steps[0], findings=reading.steps[0].findings)
    titles = [f.title for f in for_merchant(replace(reading, steps=(step,))).steps[0].findings]
    assert titles == [step.title] * 3 + ["Orders"]
