"""Whole runs against a store that attacks: they end, leak nothing, run nothing, and stay small."""

from __future__ import annotations

import csv
import html.parser
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from leak_search import places_of, which_in

from .hostile_store import ATTACKS, MARK, attacking

MODES = {"errors": "stone-edge", "endless": "order-time", "lists": "dropstream"}
TOKENS = {
    "errors": "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h",
    "endless": "p9o8i7u6y5t4r3e2w1q0l9k8j7h6g5f",
    "lists": "m1n2b3v4c5x6z7l8k9j0h1g2f3d4s5a",
}
CUSTOMERS = {
    "errors": '=HYPERLINK("http://attacker.invalid","x")<script>document.title=\'0wned\'</script>',
    "endless": "+cmd|' /C calc'!A0 <img src=x onerror=\"document.title='0wned'\">",
    "lists": "@SUM(1) [click](javascript:document.title='0wned')",
}
LARGEST = {
    "notebook.ipynb": 4_000_000,
    "record.json": 3_000_000,
    "report.html": 1_500_000,
    "report-merchant.html": 1_500_000,
    "index.html": 1_000_000,
}
LARGEST_OTHER = 1_000_000


@dataclass(frozen=True)
class Attacked:
    """What a batch of attacked runs left behind."""

    folder: Path
    exit: int
    printed: str
    asked: dict[str, int]

    def files(self, pattern: str) -> list[Path]:
        """Return the files of this name, of which there must be some."""
        found = sorted((self.folder / "runs").rglob(pattern))
        assert found, f"no {pattern}"
        return found


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """Run a customer per attack in one batch, as a team does at night."""
    folder = tmp_path_factory.mktemp("attacked")
    with attacking() as attacker, (folder / "m.csv").open("w", newline="") as manifest:
        rows = csv.writer(manifest)
        rows.writerow(("customer", "runbook", "credentials"))
        for mode, runbook in MODES.items():
            token = TOKENS[mode]
            (folder / f"{mode}.txt").write_text(
                f"ACCESS TOKEN: {token}\nCLIENT ID: {token[::-1]}\n"
                f"API PATH: {attacker.origin}/stores/{mode}/v3/\n"
            )
            rows.writerow((CUSTOMERS[mode], runbook, f"file:{mode}.txt"))
        manifest.flush()
        program = Path(sys.executable).with_name("cartproof")
        done = subprocess.run(
            [program, "batch", "m.csv", "--out", "runs", "--jobs", "2", "--json"],
            check=False, cwd=folder, capture_output=True, timeout=800,
            env={k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"},
        )  # fmt: skip
        printed = (done.stdout + done.stderr).decode("utf-8")
        yield Attacked(folder, done.returncode, printed, attacker.asked)


def test_attacked_runs_end_with_an_honest_verdict(attacked: Attacked) -> None:
    """Each store was asked for more than its clock, no run is verified, none is withheld."""
    assert attacked.exit in (1, 3), attacked.printed
    assert all(count > 10 for count in attacked.asked.values())
    results = json.loads(attacked.files("results.json")[0].read_text("utf-8"))
    assert "verified" not in set(_verdicts(results))
    notebooks = attacked.files("notebook.ipynb")
    assert len(notebooks) == len(MODES)
    for notebook in notebooks:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        assert not [output for output in outputs if output["output_type"] == "error"]


def _verdicts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (str(v) for k, v in value.items() if k == "verdict")
        for item in value.values():
            yield from _verdicts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _verdicts(item)


def test_what_the_store_echoes_of_its_token_stands_nowhere(attacked: Attacked) -> None:
    """In no file, no file name, and on no terminal; whatever spelling the server chose."""
    assert places_of(attacked.folder / "runs", TOKENS.values()) == []
    assert not which_in(attacked.printed, TOKENS.values())


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
    assert MARK in attacked.printed or "attacker" in attacked.printed
    odd = {c for c in attacked.printed if c != "\n" and not c.isprintable()}
    assert not odd


def test_no_cell_of_the_table_is_a_formula(attacked: Attacked) -> None:
    """A spreadsheet opens the results as text."""
    [table] = attacked.files("results.csv")
    with table.open(newline="", encoding="utf-8-sig") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [
        cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))
    ]


def test_the_results_for_machines_can_be_read(attacked: Attacked) -> None:
    """XML stays XML, and JSON JSON."""
    [suite] = attacked.files("junit.xml")
    assert ElementTree.parse(suite).getroot().tag in ("testsuites", "testsuite")
    for path in (*attacked.files("*.json"), *attacked.files("*.ipynb")):
        json.loads(path.read_text("utf-8"))


def test_no_name_leaves_the_folder_of_the_runs(attacked: Attacked) -> None:
    """Customers' names become folders below `runs`, and nothing else is written."""
    beside = {path.name for path in attacked.folder.iterdir()}
    assert beside == {"m.csv", "runs", *(f"{mode}.txt" for mode in MODES)}
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
    scripts = 1 if page_file.name == "index.html" else 0  # its own, whose hash its policy names
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
