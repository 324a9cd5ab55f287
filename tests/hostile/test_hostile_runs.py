"""Whole runs against a store that attacks: they end, leak nothing, run nothing, and stay small."""

from __future__ import annotations

import csv
import html.parser
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from cartproof.cli.audit import command as audit
from cartproof.cli.batch import command as batch
from leak_search import places_of, which_in

from .conftest import OTHERS, STORES, Attacked
from .hostile_store import ATTACKS, MARK

LARGEST = {
    "notebook.ipynb": 4_000_000,
    "record.json": 3_000_000,
    "report.html": 1_500_000,
    "report-merchant.html": 1_500_000,
    "index.html": 1_000_000,
}
LARGEST_OTHER = 1_000_000
SCRIPTS = {"index.html": 1}
"""A page's own scripts, whose hash its policy names."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def test_attacked_runs_end_with_an_honest_verdict(attacked: Attacked) -> None:
    """Each attacker was asked for something; no attacking store is verified, no run withheld."""
    assert attacked.exit in (1, 3), attacked.printed
    assert all(attacked.asked[mode] > 10 for mode in STORES), attacked.asked
    rows = attacked.rows()
    assert set(rows) == {*STORES, *OTHERS}
    assert "verified" not in {rows[mode]["verdict"] for mode in STORES}
    notebooks = attacked.files("notebook.ipynb")
    assert len(notebooks) == len(rows)
    for notebook in notebooks:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        assert not [output for output in outputs if output["output_type"] == "error"]


@pytest.mark.parametrize(
    ("mode", "step", "words"),
    [
        ("dropstream", "dropstream-side", "DropStream has the store"),
        ("connect2cart", "script-answers", "0wned"),
        ("order-time", "order-time-before", "0wned"),
        ("items-csv", "items-match", "0wned"),
        ("items-xlsx", "items-match", "0wned"),
        ("unending", "products", "this list does not end"),
    ],
)
def test_each_attack_reached_its_step(mode: str, step: str, words: str, attacked: Attacked) -> None:
    """What follows can fail: the hostile words went through the check, into notebook and report."""
    folder = attacked.folder / "runs" / attacked.rows()[mode]["folder"]
    cells = json.loads((folder / "notebook.ipynb").read_text("utf-8"))["cells"]
    [told] = [
        json.dumps(cell["outputs"]) for cell in cells if f'"{step}"' in "".join(cell["source"])
    ]
    assert words in told, told
    assert "0wned" in (folder / "report.html").read_text("utf-8")


def test_a_list_without_end_costs_a_bounded_number_of_requests(attacked: Attacked) -> None:
    """It ends long before the time-out of a cell, as a finding; two checks read such a list."""
    assert 1000 < attacked.asked["unending"] < 2500


def test_what_the_store_echoes_of_its_token_stands_nowhere(attacked: Attacked) -> None:
    """In no file, no file name, and on no terminal; whatever spelling the server chose.

    Vendors echo their passwords as well.
    """
    for out in ("runs", "alone"):
        assert places_of(attacked.folder / out, attacked.secrets) == []
    assert not which_in("\n".join((attacked.printed, *attacked.alone)), attacked.secrets)


def test_nothing_grows_with_what_a_server_sends(attacked: Attacked) -> None:
    """Ten megabytes of title, forty thousand errors, lists of thousands: files stay small."""
    sizes = {p: p.stat().st_size for p in (attacked.folder / "runs").rglob("*") if p.is_file()}
    assert not {
        str(path): size
        for path, size in sizes.items()
        if size > LARGEST.get(path.name, LARGEST_OTHER)
    }
    assert len(attacked.printed) < 20_000


def test_nothing_steers_the_terminal(attacked: Attacked) -> None:
    """No escape code, no bell, no hidden direction, no carriage return in what is printed."""
    listed = CliRunner().invoke(audit, ["log", "--out", str(attacked.folder / "runs")]).output
    for printed in (attacked.printed, listed, *attacked.alone):
        assert MARK in printed
        assert not {c for c in printed if c != "\n" and not c.isprintable()}


def test_no_cell_of_a_table_is_a_formula(attacked: Attacked) -> None:
    """A spreadsheet opens the results, and the fleet's tables, as text; in CSV and in XLSX."""
    cells: list[object] = []
    for table in attacked.files("*.csv"):
        with table.open(newline="", encoding="utf-8-sig") as file:
            cells += [cell for row in csv.reader(file) for cell in row if not _is_number(cell)]
    for path in attacked.files("*.xlsx"):
        for sheet in openpyxl.load_workbook(path).worksheets:
            every = [cell for row in sheet.iter_rows() for cell in row]
            assert not [cell for cell in every if cell.data_type == "f" or cell.hyperlink]
            cells += [cell.value for cell in every if cell.data_type == "s"]
        with zipfile.ZipFile(path) as packed:
            assert not [name for name in packed.namelist() if "external" in name.lower()]
    assert sum("HYPERLINK" in str(cell) for cell in cells) > 2
    assert not [cell for cell in cells if str(cell).lstrip(" \u00a0").startswith(_FORMULA)]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_the_results_for_machines_can_be_read(attacked: Attacked) -> None:
    """XML stays XML, and JSON JSON."""
    [suite] = attacked.files("junit.xml")
    assert ElementTree.parse(suite).getroot().tag in ("testsuites", "testsuite")
    for path in (*attacked.files("*.json"), *attacked.files("*.ipynb")):
        json.loads(path.read_text("utf-8"))


def test_no_name_leaves_the_folder_of_the_runs(attacked: Attacked) -> None:
    """Customers' names become folders below `runs`, and nothing else is written."""
    assert {path.name for path in attacked.folder.iterdir()} == {*attacked.beside, "runs", "alone"}
    above = [*attacked.folder.parents][:4]
    assert not [path for folder in above for path in folder.glob(f"{MARK}*")]
    for path in attacked.files("*"):
        assert not set('<>:"|?*\\').intersection(path.name), path.name


class _Tags(html.parser.HTMLParser):
    """Collects the tags and attributes of a text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def outputs_of(notebook: Path, mime: str) -> list[str]:
    """Return a notebook's outputs of one MIME type."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return ["".join(entry[mime]) for entry in data if mime in entry]


def test_a_notebook_s_html_holds_no_tag_from_outside(attacked: Attacked) -> None:
    """Only the tags and attributes that the package writes; the attack stands there as words."""
    for notebook in attacked.files("notebook.ipynb"):
        found = _Tags("\n".join(outputs_of(notebook, "text/html")))
        assert found.tags <= {"p", "b", "span", "table", "thead", "tbody", "tr", "th", "td", "ul",
                              "li", "br", "code", "details", "summary"}  # fmt: skip
        assert found.attributes <= {"style", "scope"}


def test_a_notebook_s_text_holds_no_code_of_a_terminal(attacked: Attacked) -> None:
    """Plain text goes to terminals too."""
    texts = [t for path in attacked.files("notebook.ipynb") for t in outputs_of(path, "text/plain")]
    assert any(MARK in text for text in texts)
    assert not {c for text in texts for c in text if c not in "\n\t" and not c.isprintable()} - set(
        " "
    )


def test_markdown_cells_hold_nothing_from_outside(attacked: Attacked) -> None:
    """Markdown runs HTML: what a server sent never gets into it."""
    for path in attacked.files("notebook.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                assert MARK not in "".join(cell["source"])
            assert not any("text/markdown" in o.get("data", {}) for o in cell.get("outputs", []))


def opened(browser: Browser, page_file: Path) -> tuple[str, list[str], int]:
    """Open a page; return its title, what it asked for, and how many live elements it has."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri(), wait_until="load", timeout=180_000)
    scripts = SCRIPTS.get(page_file.name, 0)
    live = "iframe, object, embed, form, base, [onerror], [onload], a[href^='javascript']"
    found = page.locator(live).count() + max(page.locator("script").count() - scripts, 0)
    told = page.title(), asked, found
    page.close()
    return told


@pytest.mark.browser
def test_no_attack_runs_in_a_browser(attacked: Attacked, browser: Browser, tmp_path: Path) -> None:
    """Reports, index, and the notebook's HTML without any policy: no script, no request, no link."""
    pages = [*attacked.files("*.html")]
    for number, notebook in enumerate(attacked.files("notebook.ipynb")):
        bare = tmp_path / f"{number}.html"
        body = "\n".join(outputs_of(notebook, "text/html"))
        bare.write_text(f"<!doctype html><meta charset=utf-8><title>bare</title>{body}", "utf-8")
        pages.append(bare)
    for page in pages:
        title, asked, live = opened(browser, page)
        assert title != MARK, page
        assert asked == [page.as_uri()], page
        assert live == 0, page


@pytest.mark.browser
def test_the_attacks_do_run_where_nobody_escapes_them(browser: Browser, tmp_path: Path) -> None:
    """The test above can fail: as they are, the attacks own the page."""
    page = tmp_path / "page.html"
    page.write_text("<title>a</title>" + ATTACKS[0], "utf-8")
    assert opened(browser, page)[0] == MARK


@pytest.mark.parametrize(
    "name",
    [
        "\x1b]0;0wned\x07 Acme",
        "Acme \u202e0wned",
        "Ac\u200bme",
        "Acme" + "x" * 10_000_000,
        "results.csv",
    ],
    ids=["codes", "direction", "unseen", "ten megabytes", "a file of ours"],
)
def test_a_name_that_no_merchant_has_is_refused_before_anything_runs(
    name: str, tmp_path: Path
) -> None:
    """In a few plain words; the name itself steers nothing there either."""
    (tmp_path / "m.yaml").write_text(
        json.dumps([{"customer": name, "runbook": "stone-edge", "credentials": "env:X"}]), "utf-8"
    )
    done = CliRunner().invoke(batch, [str(tmp_path / "m.yaml"), "--out", str(tmp_path / "runs")])
    told = f"{done.output}{done.exception}"
    assert done.exit_code != 0
    assert "customer" in told
    assert len(told) < 2000
    assert not {c for c in told if c != "\n" and not c.isprintable()}
    assert not (tmp_path / "runs").exists()
