"""Results for people, spreadsheets, programs and CI; each file whole, and nothing in it alive."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cartproof.audit.database import Database
from cartproof.batch.executor import Outcome
from cartproof.batch.results.writing import write_results
from cartproof.batch.state import BatchState
from cartproof.report.index import IndexRow, grouped

from .fakes import TIME, manifest, row

HOSTILE = (
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\tTab",
    " =1",
    "＝1",
    "<script>alert(1)</script>",
    "a&b<c>\"d'",
    "ünï \U0001f600",
)
FACTS = {"manifest": "customers.csv", "started": TIME}


def settled(run_id: str, customer: str, verdict: str, status: int, *causes: str) -> Outcome:
    """Return an outcome with these causes."""
    return Outcome(
        run_id, customer, "stone-edge", verdict, status, folder="somewhere" if status != 2 else "",
        reasons=tuple(f"{cause}: in full." for cause in causes), causes=causes,
        started=TIME, finished=TIME, seconds=1.25,
        changes=("Scope Orders: Modify before, Read-only now.",) if status == 1 else (),
    )  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> dict[str, bytes]:
    """Write the results of rows of every kind, and return the files."""
    rows = [row(n, customer=name, tags=("=tag", "b")) for n, name in enumerate(HOSTILE)]
    rows.append(row(20, runbook="dropstream"))
    database = Database(tmp_path / "ledger.db")
    what = manifest(tmp_path, *rows)
    state = BatchState.create(database, manifest=what.path, place="here", planned=rows)
    state.begin((each.key, f"id{n}") for n, each in enumerate(rows))
    kinds = (
        ("verified", 0, ()),
        ("failed", 1, ("Products is read-only", "=Orders")),
        ("incomplete", 3, ("\x00\ud800 It took too long",)),
        ("incomplete", 4, ("A person",)),
        ("incomplete", 2, ("No file",)),
    )
    state.settle(
        (
            each.key,
            settled(f"id{n}", each.customer, kinds[n % 5][0], kinds[n % 5][1], *kinds[n % 5][2]),
        )
        for n, each in enumerate(rows[:-1])
    )
    files: dict[str, bytes] = {}
    write_results(
        state, files.__setitem__, facts=FACTS, titles={"stone-edge": "Stone Edge"}, note="Open."
    )
    return files


def test_no_cell_of_the_csv_is_a_formula(written: dict[str, bytes]) -> None:
    """Cells that begin like one get an apostrophe; Excel sees UTF-8; nothing else is changed."""
    content = written["results.csv"]
    assert content.startswith(b"\xef\xbb\xbf")
    cells = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(cells) == len(HOSTILE) + 2
    for line in cells:
        assert not [cell for cell in line if cell.strip(" \u00a0").startswith(tuple("=+-@\t＝"))]
    customers = [line[2] for line in cells[1:]]
    assert customers[0] == f"'{HOSTILE[0]}"
    assert customers[9] == HOSTILE[9]
    assert [line[5] for line in cells[1:4]] == ["verified", "failed", "incomplete"]


def test_the_json_tells_all(written: dict[str, bytes]) -> None:
    """Counts, the worst exit status, and each row with where its files are."""
    told = json.loads(written["results.json"])
    assert told["counts"] == {"failed": 2, "incomplete": 6, "not-run": 1, "verified": 2}
    assert (told["exit"], told["note"], told["manifest"]) == (1, "Open.", "customers.csv")
    first = told["rows"][0]
    assert first["customer"] == HOSTILE[0]
    assert first["folder"] == "_cmd_'_c calc'_A1/stone-edge/id0"
    assert told["rows"][4]["folder"] == ""
    assert told["rows"][-1]["verdict"] == "not-run"


def test_the_junit_file_has_the_common_shape(written: dict[str, bytes]) -> None:
    """The elements, attributes, order and counts that CI systems' schemas want."""
    root = ET.fromstring(written["junit.xml"])
    check_junit(root)
    suites = {suite.get("name"): suite for suite in root}
    edge = suites["stone-edge"].attrib
    assert (edge["tests"], edge["failures"], edge["errors"], edge["skipped"]) == (
        "10",
        "2",
        "6",
        "0",
    )
    assert suites["dropstream"].get("skipped") == "1"
    cases = suites["stone-edge"].findall("testcase")
    assert [case.get("name") for case in cases][7] == f"{HOSTILE[7]} (row 9)"
    failure = cases[1].find("failure")
    assert failure is not None
    assert failure.get("message") == "Products is read-only"
    assert "in full" in (failure.text or "")
    assert {case.find("error").get("type") for case in cases if case.find("error") is not None} == {
        "incomplete",
        "waits-for-a-person",
    }
    assert (cases[0].findtext("system-out") or "").endswith("id0/report.html")


def check_junit(root: ET.Element) -> None:
    """Check what the schemas of Jenkins and of the Ant task have in common."""
    results = {"skipped", "failure", "error"}
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        assert set(suite.keys()) >= {"name", "tests", "failures", "errors", "skipped", "time"}
        stamp = suite.get("timestamp", "2026-01-01T00:00:00")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", stamp)
        kinds = [child.tag for case in suite for child in case if child.tag in results]
        assert len(suite) == int(suite.get("tests", "-1"))
        for kind, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert kinds.count(kind) == int(suite.get(name, "-1"))
        for case in suite:
            assert case.tag == "testcase"
            assert set(case.keys()) == {"name", "classname", "time"}
            assert float(case.get("time", "x")) >= 0
            tags = [child.tag for child in case]
            assert tags == sorted(tags, key=["skipped", "error", "failure", "system-out"].index)
            assert len(results & set(tags)) <= 1
            assert set(tags) <= results | {"system-out"}
    for name in ("tests", "failures", "errors"):
        assert int(root.get(name, "-1")) == sum(int(suite.get(name, "0")) for suite in root)


def test_the_index_shows_hostile_names_as_text(written: dict[str, bytes]) -> None:
    """No markup gets through, and links stay below the index."""
    page = written["index.html"].decode()
    assert "<script>alert" not in page
    assert page.count("<script>") == 1
    links = re.findall(r'href="([^#"][^"]*)"', page)
    assert links
    assert not [link for link in links if link.startswith(("/", "..", "http", "javascript"))]
    assert "Open." in page


def test_the_same_trouble_is_grouped_over_customers() -> None:
    """By how many customers have it; two rows of one customer count once."""
    rows = [
        IndexRow(
            n, f"C{n // 2}", "stone-edge", "Stone Edge", "failed", causes=("Products is read-only",)
        )
        for n in range(28)
    ]
    rows.append(replace(rows[0], customer="D", causes=("Orders is None",)))
    first, second = grouped(rows)
    assert first.sentence == "14 customers: Products is read-only"
    assert second.sentence == "1 customer: Orders is None"
    many = grouped([replace(rows[0], customer=f"E{n}") for n in range(300)])
    assert many[0].sentence == "300 customers: Products is read-only"
    assert len(many[0].rows) < 300


def test_what_changed_since_the_last_run_stands_with_its_row(written: dict[str, bytes]) -> None:
    """In the index folded, in JSON and CSV as sentences: a nightly batch is read for what is new."""
    said = "Scope Orders: Modify before, Read-only now."
    rows = json.loads(written["results.json"])["rows"]
    failed = sum(row["exit"] == 1 for row in rows)
    assert failed
    assert [row["changes"] for row in rows if row["exit"] == 1] == [[said]] * failed
    assert not any(row["changes"] for row in rows if row["exit"] != 1)
    assert written["results.csv"].decode("utf-8-sig").count(said) == failed
    page = written["index.html"].decode()
    assert "1 change since the last run" in page
    assert page.count(said) == failed
