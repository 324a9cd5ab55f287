"""`cartproof lab` in a browser: what is opened runs by itself, calmly, on a copy, and ends."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from lab_program import PATIENCE_S, PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab_driver import LabDriver
    from lab_program import LabProgram

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def fingerprints(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def status_of(url: str) -> int:
    """Return the HTTP status of an address, asked without any cookie."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def is_gone(process: psutil.Process) -> bool:
    """Wait until a process is no more; tell whether that came."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.browser
def test_a_notebook_runs_by_itself_on_a_copy_and_calmly(
    lab: Callable[..., LabProgram], window: Callable[..., LabDriver]
) -> None:
    """Nobody presses Run All; nothing pops up, nothing leaves the machine, no notebook changes.

    A note in the cell for the person's own words leaves the runbook what it is.
    """
    before = fingerprints(NOTEBOOKS)
    session = lab("stone-edge", "--sandbox")
    path = session.copies / "stone_edge.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    note = next(cell for cell in notebook["cells"] if cell["id"] == "operators-note")
    note["source"] = "Ticket 4711, Ada is on the phone."
    path.write_text(json.dumps(notebook), "utf-8")
    driver = window(session.url)
    driver.wait_until_run()
    page = driver.page
    assert page.locator(".jp-OutputArea-output").count() > 0
    assert page.locator(".jp-Dialog, .Toastify__toast, .cartproof-notice").count() == 0
    assert driver.outside_requests() == []
    assert driver.console == []
    assert page.locator(".jp-CodeCell .cm-content >> visible=true").count() <= 1
    assert page.get_by_role("paragraph").filter(has_text="Ticket 4711").is_visible()
    assert driver.other_panel("about").is_visible()
    driver.save()
    saved = json.loads(path.read_text("utf-8"))
    assert any(cell.get("outputs") for cell in saved["cells"])
    assert fingerprints(NOTEBOOKS) == before
    assert session.stop() == 0


@pytest.mark.browser
def test_a_changed_notebook_does_not_run_by_itself(
    lab: Callable[..., LabProgram], window: Callable[..., LabDriver]
) -> None:
    """One cell with other code: nothing runs, and the page says why and what to do."""
    session = lab("stone-edge")
    path = session.copies / "stone_edge.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][-1]["source"] = "open('ran', 'w')"
    path.write_text(json.dumps(notebook), "utf-8")
    driver = window(session.url)
    driver.wait_for_text(driver.page.locator(".cartproof-notice"), "Run All Cells")
    assert driver.page.locator(".jp-OutputArea-output").count() == 0
    assert not (session.folder / "ran").exists()


@pytest.mark.browser
def test_the_export_menu_holds_the_report(
    lab: Callable[..., LabProgram], window: Callable[..., LabDriver]
) -> None:
    """What File, Save and Export Notebook As offers is our page."""
    session = lab("stone-edge")
    driver = window(session.url)
    driver.wait_until_run()
    driver.save()
    page = driver.page
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.get_by_text("Save and Export Notebook As").hover()
    offered = page.locator(".lm-Menu").last.locator(".lm-Menu-itemLabel")
    offered.get_by_text("Cartproof").wait_for()
    assert offered.all_inner_texts() == ["Cartproof"]
    answer = page.context.request.get(
        f"{session.address}/nbconvert/cartproof/stone_edge.ipynb",
        headers={"Referer": session.address},
    )
    assert answer.ok
    assert "Stone Edge" in answer.text()
    assert "<script" not in answer.text()


def kernels_of(process: psutil.Process) -> list[psutil.Process]:
    """Return the kernels below a process; what else it starts may be gone in a moment."""
    found = []
    for child in process.children(recursive=True):
        with suppress(psutil.Error):
            if "ipykernel_launcher" in child.cmdline():
                found.append(child)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_at_once_with_all_that_it_started(
    lab: Callable[..., LabProgram], number: int
) -> None:
    """Told to stop, it takes kernels, sandbox and its private folder along, and says no more."""
    session = lab("stone-edge", "--sandbox")
    assert session.process is not None
    process = psutil.Process(session.process.pid)
    until = time.monotonic() + PATIENCE_S
    while not (kernels := kernels_of(process)) and time.monotonic() < until:
        time.sleep(0.05)
    private = Path(kernels[0].environ()["CARTPROOF_LAB"]).parent
    assert private.stat().st_mode & 0o777 == 0o700
    assert session.stop(number) == 0
    assert kernels
    assert all(is_gone(kernel) for kernel in kernels)
    assert not private.exists()
    assert len(session.log.read_text("utf-8").splitlines()) == 2


def test_a_second_session_runs_beside_the_first(lab: Callable[..., LabProgram]) -> None:
    """Two at once have ports of their own, and neither lets anybody in without its token."""
    first, second = lab("stone-edge"), lab("stone-edge", folder="second")
    for session in (first, second):
        assert status_of(session.url) == 200
        assert status_of(f"{session.address}/api/contents") == 403
        assert status_of(f"{session.address}/api/nbconvert") == 403
    stranger = first.url.split("token=")[0] + second.url.split("?")[1]
    assert "/login" in urllib.request.urlopen(stranger, timeout=PATIENCE_S).url


def test_the_opened_browser_is_let_in_once(lab: Callable[..., LabProgram], tmp_path: Path) -> None:
    """The browser's command line holds a key for one visit; neither it nor a guess works again."""
    called = tmp_path / "called"
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "$@" > {called}.new && mv {called}.new {called}\n')
    program.chmod(0o755)
    session = lab("stone-edge", "--browser", BROWSER=str(program))
    until = time.monotonic() + PATIENCE_S
    while not called.exists() and time.monotonic() < until:
        time.sleep(0.05)
    link = called.read_text().strip()
    assert session.url.split("token=")[1] not in link
    assert status_of(link.replace("key=", "key=x")) == 403
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with visitor.open(link, timeout=PATIENCE_S) as answer:
        assert answer.url == session.url.split("?")[0]
    assert status_of(link) == 403


def test_nothing_of_the_users_own_jupyter_is_read_or_written(
    lab: Callable[..., LabProgram], tmp_path: Path
) -> None:
    """A configuration that would break any other server is passed by, and left as it is."""
    for name in (".jupyter/jupyter_config.py", ".ipython/profile_default/startup/a.py"):
        path = tmp_path / "home" / name
        path.parent.mkdir(parents=True)
        path.write_text("raise SystemExit(7)\n", "utf-8")
    before = fingerprints(tmp_path / "home")
    session = lab("stone-edge")
    assert status_of(session.url) == 200
    assert session.stop() == 0
    assert fingerprints(tmp_path / "home") == before


def test_a_port_in_use_and_a_runbook_that_is_not_there_are_told(tmp_path: Path) -> None:
    """Both end with status 2 and a sentence, not with a traceback."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for words, said in ((["--port", port], port), (["stone-edgy"], "stone-edge")):
            ran = subprocess.run(
                [PROGRAM, "lab", *words, "--no-browser"],
                cwd=tmp_path,
                check=False,
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
            )
            assert ran.returncode == 2
            assert said in ran.stderr
            assert "Traceback" not in ran.stderr
