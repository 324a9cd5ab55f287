"""The fleet's tables and charts: right numbers, harmless texts, and nothing where nothing is."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from tests.audit.made_records import made_record

from cartproof.audit.ledger import Ledger
from cartproof.errors import LedgerError, ParameterError
from cartproof.fleet.charts import bars
from cartproof.fleet.fleet import Fleet, open_fleet
from cartproof.fleet.table import Table, without_formulas

HOSTILE = '=HYPERLINK("http://x.example")<script>alert(1)</script>'


def scopes(**verdicts: str) -> list[dict[str, Any]]:
    """Return the step that looks at scopes, with a verdict by row."""
    data = {"level": "none", "wanted": "modify", "possible": ["none"]}
    findings = [{"verdict": v, "data": {**data, "row": row}} for row, v in verdicts.items()]
    return [
        {
            "step": {"id": "scopes", "required": True},
            "verdict": "pass",
            "started_at": "2026-11-22T10:00:00.000Z",
            "finished_at": "2026-11-22T10:00:02.000Z",
            "findings": findings,
        }
    ]


@pytest.fixture
def filed(tmp_path: Path) -> Callable[..., None]:
    """Return a function that files a run for a customer on a day in November."""
    ledger = Ledger(tmp_path / "ledger.db")
    numbers = iter(range(1, 1000))

    def file(customer: str, day: int, verdict: str, **more: Any) -> None:
        moment = f"2026-11-{day:02d}T10:00:00.000Z"
        given = {"customer": customer, "verdict": verdict, "filed_at": moment, **more}
        ledger.append(made_record(f"run-{next(numbers)}", **given))

    return file


def opened(tmp_path: Path, **asked: str) -> Fleet:
    """Read the fleet of the test's ledger."""
    return open_fleet(str(tmp_path / "ledger.db"), **asked)


def lines(table: Table) -> list[tuple[Any, ...]]:
    """Return a table's lines."""
    return list(table.frame.itertuples(index=False, name=None))


def test_verdicts_are_those_of_the_last_runs_the_worst_first(
    filed: Callable[..., None], tmp_path: Path
) -> None:
    """An older run of the same customer and integration does not count."""
    filed("Acorn", 1, "failed")
    filed("Acorn", 2, "verified")
    filed("Bramble", 2, "failed", tags=["eu"])
    filed("Acorn", 3, "incomplete", runbook="dropstream")
    fleet = opened(tmp_path)
    assert [line[:3] for line in lines(fleet.verdicts())] == [
        ("Bramble", "stone-edge", "failed"),
        ("Acorn", "dropstream", "incomplete"),
        ("Acorn", "stone-edge", "verified"),
    ]
    assert "stone-edge: 1 verified, 1 failed" in repr(fleet.verdict_chart())
    assert repr(fleet).startswith("4 filed runs of 2 customers and 2 integrations, in 0 batches.")
    one = repr(opened(tmp_path, integration="dropstream"))
    assert one.startswith("1 filed run of 1 customer and 1 integration, in 0 batches.")


def test_what_was_asked_for_alone_is_read(filed: Callable[..., None], tmp_path: Path) -> None:
    """By day, integration and tag; a day that is none is an error."""
    filed("Acorn", 1, "failed", tags=["eu"])
    filed("Bramble", 2, "failed", runbook="dropstream")
    for asked in ({"since": "2026-11-02"}, {"integration": "dropstream"}):
        assert opened(tmp_path, **asked).runs["customer"].tolist() == ["Bramble"]
    assert opened(tmp_path, tag="eu").runs["customer"].tolist() == ["Acorn"]
    with pytest.raises(ParameterError, match="must be a day"):
        opened(tmp_path, since="last week")
    with pytest.raises(LedgerError, match="no ledger"):
        open_fleet(str(tmp_path / "gone.db"))


def test_scopes_count_customers_over_the_last_runs(
    filed: Callable[..., None], tmp_path: Path
) -> None:
    """Missing, more than wanted, in doubt; what is right is not listed."""
    filed("Acorn", 1, "failed", steps=scopes(Orders="fail", Content="fail"))
    filed("Acorn", 2, "failed", steps=scopes(Orders="fail", Products="pass"))
    filed("Bramble", 2, "failed", steps=scopes(Orders="fail", Customers="warn"))
    fleet = opened(tmp_path)
    assert lines(fleet.scopes()) == [
        ("Orders", "missing", 2, "Acorn, Bramble"),
        ("Customers", "more than wanted", 1, "Bramble"),
    ]
    assert "Orders: 2 missing; Customers: 1 more than wanted" in repr(fleet.scope_chart())


def test_drift_is_between_the_last_two_batches(filed: Callable[..., None], tmp_path: Path) -> None:
    """A repetition within one batch is no change; a new row and another verdict are."""
    filed("Acorn", 1, "verified", batch="a", steps=scopes(Orders="pass"))
    filed("Acorn", 2, "incomplete", batch="b", steps=scopes(Orders="pass"))
    filed("Acorn", 3, "failed", batch="b", steps=scopes(Content="pass"))
    filed("Bramble", 3, "failed", batch="b")
    assert [line[2:] for line in lines(opened(tmp_path).drift())] == [
        ("verdict", "verified", "failed", "2026-11-01"),
        ("scope Orders", "none", "not there", "2026-11-01"),
        ("scope Content", "not there", "none", "2026-11-01"),
    ]


def test_the_oldest_verifications_come_first(filed: Callable[..., None], tmp_path: Path) -> None:
    """Whoever was never verified before all others."""
    filed("Acorn", 3, "verified")
    filed("Acorn", 4, "failed")
    filed("Bramble", 1, "verified")
    filed("Copper", 4, "failed")
    found = lines(opened(tmp_path).oldest())
    assert [line[::2] for line in found] == [
        ("Copper", "never"),
        ("Bramble", "2026-11-01"),
        ("Acorn", "2026-11-03"),
    ]
    assert "–" in opened(tmp_path).oldest()._repr_html_()


def test_steps_are_timed(filed: Callable[..., None], tmp_path: Path) -> None:
    """Runs, median and slowest; a step that did not run is not counted."""
    filed("Acorn", 1, "verified", steps=scopes(Orders="pass"))
    not_run = [{"step": {"id": "store"}, "verdict": "not-run", "started_at": "", "finished_at": ""}]
    filed("Acorn", 2, "incomplete", steps=[*scopes(), *not_run])
    assert lines(opened(tmp_path).step_times()) == [("stone-edge", "scopes", 2, 2.0, 2.0)]


def test_an_empty_fleet_says_so_everywhere(filed: Callable[..., None], tmp_path: Path) -> None:
    """No table, no chart, no traceback."""
    filed("Acorn", 1, "verified")
    fleet = opened(tmp_path, integration="dropstream")
    assert repr(fleet).startswith("0 filed runs")
    for shown in (fleet.verdicts(), fleet.scopes(), fleet.drift(), fleet.oldest()):
        assert "<table" not in shown._repr_html_()
    for chart in (fleet.verdict_chart(), fleet.scope_chart(), fleet.time_chart()):
        assert chart._repr_svg_() is None
        assert repr(chart)
    assert lines(fleet.step_times()) == []


def test_hostile_names_are_text_everywhere(filed: Callable[..., None], tmp_path: Path) -> None:
    """On the page, in the chart, in CSV and XLSX: neither markup nor formula."""
    filed(HOSTILE, 1, "failed", runbook="$\\frac{1}{0}$<b>", tags=["@SUM(1)"])
    fleet = opened(tmp_path)
    assert "<script" not in fleet.verdicts()._repr_html_()
    svg = fleet.verdict_chart()._repr_svg_() or ""
    assert "<b>" not in svg
    ElementTree.fromstring(svg)
    fleet.export(str(tmp_path / "tables"))
    text = (tmp_path / "tables" / "runs.csv").read_text("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["customer"][:2], row["tags"]) == ("'=", "'@SUM(1)")
    book = openpyxl.load_workbook(tmp_path / "tables" / "fleet.xlsx")
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert book.sheetnames == ["runs", "verdicts", "scopes", "drift", "oldest", "step_times"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1"])
def test_what_looks_like_a_formula_is_marked(text: str) -> None:
    """In cells and in names of columns; numbers stay numbers."""
    safe = without_formulas(pd.DataFrame({text: [text, "plain"], "n": [-1, 2]}))
    assert list(safe.columns) == [f"'{text}", "n"]
    assert safe.iloc[0].tolist() == [f"'{text}", -1]


def test_a_chart_tells_what_it_shows_and_is_the_same_each_time() -> None:
    """Title and description for who does not see it; no link, no script, no date."""
    frame = pd.DataFrame({"failed": [2, 1]}, index=["a & b", "c"])
    chart = bars(frame, title="Verdicts", unit="customers", empty="none")
    svg = chart._repr_svg_() or ""
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert [root[0].text, root[1].text] == ["Verdicts", "a & b: 2 failed; c: 1 failed"]
    assert "<script" not in svg
    assert svg == bars(frame, title="Verdicts", unit="customers", empty="none").svg


def test_a_long_table_says_how_many_more_there_are() -> None:
    """A page of ten thousand lines helps nobody."""
    table = Table(pd.DataFrame({"n": range(103)}), "Numbers", "none")
    assert table._repr_html_().count("<tr>") == 101
    assert "3 more are in the exported tables." in repr(table)


def test_without_a_ledger_named_the_environment_counts(
    filed: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the one of `runs` here."""
    filed("Acorn", 1, "verified")
    monkeypatch.setenv("CARTPROOF_LEDGER", str(tmp_path / "ledger.db"))
    assert len(open_fleet().runs) == 1
    monkeypatch.delenv("CARTPROOF_LEDGER")
    (tmp_path / "runs").mkdir()
    (tmp_path / "ledger.db").rename(tmp_path / "runs" / "ledger.db")
    monkeypatch.chdir(tmp_path)
    assert len(open_fleet().runs) == 1


def test_the_ledger_on_postgresql_gives_the_same_tables(postgresql: str) -> None:
    """Read by its URL."""
    Ledger(postgresql).append(made_record(customer="Acorn"))
    assert open_fleet(postgresql).runs["customer"].tolist() == ["Acorn"]
