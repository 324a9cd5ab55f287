"""Find the Chromium that browser tests use, or install it as a new machine needs it.

    python tests/find_browser.py --install

As root on Debian: its package `chromium`. Elsewhere: Playwright's own. `CARTPROOF_BROWSER` names
another one. Without a browser the tests that need one are skipped with a reason; with
`CARTPROOF_REQUIRE_BROWSER=1` they fail instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
]


def browser_path() -> str | None:
    """Return the path of a Chromium on this machine, None when there is none."""
    named = os.environ.get("CARTPROOF_BROWSER")
    return named or next(filter(None, map(shutil.which, NAMES)), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def install() -> None:
    """Install a Chromium where there is none; never fail, the tests say what is missing."""
    if browser_path():
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    else:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
    print("installing Chromium for the browser tests:", " ".join(command))
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, check=False, env={**os.environ, **quiet}, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if "--install" in sys.argv:
        install()
    print(browser_path() or "no Chromium found")
