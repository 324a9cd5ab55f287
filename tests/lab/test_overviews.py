"""The two notebooks of no runbook, in a browser: they show the runs of the session's own folder."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from engineer import CUSTOMER
from lab_program import PATIENCE_S, PROGRAM
from playwright.sync_api import expect

from cartproof.cli.demo.merchants import MERCHANTS, credentials_file, levels_for
from cartproof.runbook.loader import load_runbook

if TYPE_CHECKING:
    from pathlib import Path

    from lab_program import LabProgram

pytestmark = pytest.mark.browser


def file_a_run(session: LabProgram, out: Path) -> None:
    """File a run that waits for people, as a batch at night would."""
    made = session.account(levels_for(load_runbook("duoplane"), MERCHANTS[0]), CUSTOMER)
    credentials = session.folder / "northwind.txt"
    credentials.write_text(credentials_file(MERCHANTS[0], made), encoding="utf-8")
    words = ["run", "duoplane", f"--customer={CUSTOMER}", f"--credentials=file:{credentials}"]
    ran = subprocess.run(
        [PROGRAM, *words, f"--out={out}"],
        check=False,
        capture_output=True,
        env=session.environ(),
        timeout=PATIENCE_S,
    )
    assert list(out.rglob("record.json")), ran.stderr


def test_the_fleet_and_the_first_page_show_the_runs_of_the_folder_in_use(
    lab: Any, window: Any, tmp_path: Path
) -> None:
    """`cartproof lab fleet-audit --out` opens the audit; the first page leads there as well."""
    out = tmp_path / "elsewhere"
    session = lab("fleet-audit", "--sandbox", "--out", str(out))
    assert session.url.split("?")[0].endswith("/fleet_audit.ipynb")
    file_a_run(session, out)
    driver = window(session.url)
    driver.wait_until_run()
    outputs = driver.page.locator(".jp-OutputArea-output")
    expect(outputs.first).to_contain_text("1 filed run of 1 customer")
    expect(driver.page.locator(".jp-Notebook")).to_contain_text(CUSTOMER)
    assert driver.page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0

    first = lab("--out", str(out), folder="second")
    driver.open(first.url)
    driver.wait_until_run()
    page = driver.page.locator(".jp-Notebook")
    expect(page).to_contain_text(f"1 runs in {out}")
    expect(page).to_contain_text(CUSTOMER)
    assert page.get_by_role("link", name="Fleet audit").is_visible()
    assert (first.copies / "fleet_audit.ipynb").is_file()


def test_where_nothing_is_filed_yet_both_say_so(lab: Any, window: Any) -> None:
    """No traceback for a folder that is new, though `runs` beside the notebooks may hold some."""
    session = lab("fleet-audit", "--out", "new")
    driver = window(session.url)
    driver.wait_until_run()
    expect(driver.page.locator(".jp-Notebook")).to_contain_text("No run is filed yet")
    assert "Traceback" not in driver.page.locator(".jp-Notebook").inner_text()
