"""The fleet's notebook and its page: in step, thin, executed for real, safe to open."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tests.audit.made_records import made_record

from cartproof.audit.ledger import Ledger
from cartproof.errors import NotebookError
from cartproof.fleet.notebook import NAME, fleet_notebook
from cartproof.fleet.page import page
from cartproof.fleet.report import EXECUTED, fleet_report
from cartproof.runbook.builder import as_text

ROOT = Path(__file__).parent.parent.parent
HOSTILE = "<script>alert(1)</script> onload=1 =1+1"


def test_it_is_in_step_and_thin() -> None:
    """`cartproof build` has nothing to write; each cell is one call."""
    committed = (ROOT / "notebooks" / NAME).read_text(encoding="utf-8")
    assert committed == as_text(fleet_notebook()) == as_text(fleet_notebook())
    code = [cell for cell in fleet_notebook().cells if cell.cell_type == "code"]
    assert code[0].metadata["tags"] == ["parameters"]
    for cell in code[1:]:
        assert len(ast.parse(cell.source).body) <= 3


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a small fleet, executed once by stock papermill."""
    folder = tmp_path_factory.mktemp("fleet")
    ledger = Ledger(folder / "ledger.db")
    for number, verdict in enumerate(("verified", "failed", "incomplete")):
        ledger.append(made_record(f"run-{number}", customer=f"Acorn {number}", verdict=verdict))
    ledger.append(made_record("run-9", customer=HOSTILE, verdict="failed"))
    return fleet_report(folder / "out", ledger=folder / "ledger.db")


def test_stock_papermill_executes_it_and_the_page_holds_all_of_it(report: Path) -> None:
    """Tables, charts, and the tables as files beside it."""
    text = report.read_text()
    headings = re.findall(r"<h2>(.*?)</h2>", text)
    assert headings == [
        "Read the ledger",
        "Verdicts",
        "Scopes missing or too many",
        "What changed",
        "Oldest verifications",
        "Time per step",
        "Export",
    ]
    assert text.count("<figure>") == 3
    assert "Acorn 1" in text
    assert {path.suffix for path in (report.parent / "fleet").iterdir()} == {".csv", ".xlsx"}
    assert (report.parent / EXECUTED).is_file()
    assert len(text) < 400_000


def test_the_page_has_no_script_and_asks_for_nothing(report: Path) -> None:
    """A policy that allows nothing, and names from outside as text."""
    text = report.read_text()
    assert "default-src 'none'".replace("'", "&#x27;") in text
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; onload=1" in text
    addresses = re.findall(r"""(?:href|src)=["']?(?!#)[^"'>\s]+""", text)
    assert addresses == []


@pytest.mark.browser
def test_it_opens_without_request_or_violation_and_prints(report: Path, browser: Any) -> None:
    """In Chromium: axe-core finds nothing, the console stays silent, a PDF comes out."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(bypass_csp=True)
    opened = context.new_page()
    said: list[str] = []
    opened.on("request", lambda request: said.append(request.url))
    opened.goto(report.as_uri())
    assert said == [report.as_uri()]
    found = Axe().run(opened).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert opened.pdf(format="A4").startswith(b"%PDF")
    context.close()


def test_what_stops_it_is_on_the_page_and_is_an_error(tmp_path: Path) -> None:
    """A ledger that is not there; no traceback, no escape codes."""
    with pytest.raises(NotebookError, match=r"fleet\.html says where"):
        fleet_report(tmp_path / "out", ledger=tmp_path / "gone.db")
    text = (tmp_path / "out" / "fleet.html").read_text()
    assert "LedgerError: There is no ledger at" in text
    assert "\x1b" not in text


def test_a_password_is_not_written_into_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reaches the kernel by the environment, which is then as before."""
    monkeypatch.setenv("CARTPROOF_LEDGER", "before")
    seen: dict[str, Any] = {}

    def execute(notebook: Any, executed: Path, parameters: Any) -> None:
        seen.update(parameters, environment=os.environ["CARTPROOF_LEDGER"])
        nbformat.write(notebook, executed)

    url = "postgresql://ada:hunter2secret@127.0.0.1/x"
    fleet_report(tmp_path, ledger=url, execute=execute)
    assert (seen["ledger"], seen["environment"]) == ("", url)
    assert os.environ["CARTPROOF_LEDGER"] == "before"


def test_outputs_that_are_not_ours_stay_text() -> None:
    """An executed notebook that somebody put a script into."""
    cell = nbformat.v4.new_code_cell("x", outputs=[])
    for mime in ("text/html", "image/svg+xml"):
        data = {mime: "<p><SCRIPT>alert(1)</SCRIPT></p>", "text/plain": "<b>"}
        cell.outputs.append(nbformat.v4.new_output("display_data", data=data))
    made = page(nbformat.v4.new_notebook(cells=[cell]))
    assert "<SCRIPT" not in made
    assert made.count("<pre>&lt;b&gt;</pre>") == 2
