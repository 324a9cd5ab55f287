"""Take the README's pictures of a report anew: `python tests/take_pictures.py`.

Two runs of one invented merchant on the sandbox, the second with an account that lacks a scope;
then Chromium opens what was filed.
"""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from cartproof.batch.headless import run_headless
from cartproof.batch.job import Job
from cartproof.cli.demo.merchants import (
    Merchant,
    answers_for,
    create_account,
    credentials_file,
    levels_for,
)
from cartproof.filing import MERCHANT_REPORT, REPORT
from cartproof.run.answers import Answers, save_answers
from cartproof.run.journal import iso, utc_now
from cartproof.runbook.loader import load_runbook
from cartproof.sandbox.server import serve
from find_browser import FLAGS, browser_path

PICTURES = Path(__file__).parent.parent / "pictures"
MOST_BYTES = 120_000
RUNBOOK = "stone-edge"
RUNS = (
    Merchant("Northwind Candles", "", "verified"),
    Merchant("Northwind Candles", "", "failed", changed={"Orders": "read-only"}),
)
SHOTS = (
    ("report.png", REPORT, "light", 980, 1250),
    ("report-phone.png", MERCHANT_REPORT, "dark", 400, 1000),
)


def filed_runs(folder: Path) -> Path:
    """Run the merchant once right and once wrong; return the second run's folder."""
    runbook = load_runbook(RUNBOOK)
    with serve(port=0) as sandbox:
        for number, merchant in enumerate(RUNS):
            levels = levels_for(runbook, merchant)
            made = create_account(sandbox.url, merchant, levels, number=1)
            credentials, answers = folder / f"{number}.txt", folder / f"{number}.yaml"
            credentials.write_text(credentials_file(merchant, made), encoding="utf-8")
            given = answers_for(runbook, merchant, levels, when=iso(utc_now()))
            save_answers(answers, Answers.model_validate(given))
            filed = run_headless(
                Job(
                    runbook=RUNBOOK,
                    customer=merchant.name,
                    credentials=f"file:{credentials}",
                    answers=answers,
                    out=folder / "runs",
                )
            )
            assert filed.verdict == merchant.verdict, filed.verdict
    assert filed.folder
    return filed.folder


def take(browser: Browser, page: Path, *, scheme: str, width: int, height: int) -> bytes:
    """Return the top of a page as a small PNG."""
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, color_scheme=scheme)
    tab = context.new_page()
    tab.goto(page.as_uri())
    picture = Image.open(io.BytesIO(tab.screenshot()))
    context.close()
    small = io.BytesIO()
    picture.convert("RGB").quantize(128).save(small, "PNG", optimize=True)
    return small.getvalue()


def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        os.environ["CARTPROOF_HOME"] = str(folder / "home")
        run = filed_runs(folder)
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        for file, report, scheme, width, height in SHOTS:
            content = take(browser, run / report, scheme=scheme, width=width, height=height)
            assert len(content) < MOST_BYTES, (file, len(content))
            (PICTURES / file).write_bytes(content)
            print(f"{PICTURES / file}: {len(content):,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
