"""How long it takes from `make lab` to the first panel that can be used, phase by phase.

    python benchmarks/lab_start.py [--times 5] [stone-edge --sandbox …]

Each time in a new session and a new browser profile. On a busy machine the figures say little.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright

from tests.find_browser import FLAGS, browser_path

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

PATIENCE_MS = 120_000
_WIDGET = "window.jupyterapp?.shell?.currentWidget"
PHASES = {
    "page": "() => !!window.jupyterapp",
    "notebook": f"() => !!{_WIDGET}?.context?.isReady",
    "kernel": f"() => ['running', 'run'].includes({_WIDGET}?.node?.dataset?.cartproof)",
}


def once(playwright: Playwright, words: list[str]) -> dict[str, float]:
    """Start, wait for the first panel, and stop; return the seconds at which each phase was over."""
    begun = time.perf_counter()
    at: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        lab = " ".join([*words, "--no-browser", "--out", folder])
        process = subprocess.Popen(
            ["make", "-s", "-C", str(ROOT), "lab", f"LAB={lab}"],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            assert process.stdout
            url = re.search(r"http://\S+", process.stdout.readline())
            assert url
            at["address"] = time.perf_counter() - begun
            browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
            page = browser.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.goto(url[0], wait_until="commit")
            at["browser"] = time.perf_counter() - begun
            for phase, script in PHASES.items():
                page.wait_for_function(script)
                at[phase] = time.perf_counter() - begun
            panel = page.locator("[data-panel=about]")
            panel.get_by_role("button", name="Save", exact=True).wait_for()
            at["first panel"] = time.perf_counter() - begun
            browser.close()
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)
    return at


def main() -> None:
    """Measure as often as asked, and print each time and the median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    asked, words = parser.parse_known_args()
    firsts = []
    with sync_playwright() as playwright:
        for _ in range(asked.times):
            at = once(playwright, words or ["stone-edge", "--sandbox"])
            firsts.append(at["first panel"])
            print("  ".join(f"{phase} {seconds:.2f}" for phase, seconds in at.items()), flush=True)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"first panel: median {statistics.median(firsts):.2f} s, load {load:.1f}")


if __name__ == "__main__":
    main()
