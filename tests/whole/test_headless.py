"""Runs through papermill, in kernels of their own: green, red, and cut off midway."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest

from cartproof.audit.envelope import opened
from cartproof.batch import headless
from cartproof.batch.headless import Job, run_headless
from cartproof.filing import JOURNAL, MERCHANT_REPORT, NOTEBOOK, RECORD, REPORT, Filed
from cartproof.run.reading import read_notebook
from cartproof.runbook.loader import load_runbook

from .conftest import CUSTOMER, Shop

MakeShop = Callable[..., Shop]
NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"


def job(shop: Shop, out: Path, **more: object) -> Job:
    """Return the job of running a shop, with its answers."""
    given = {
        "customer": shop.customer,
        "credentials": shop.reference,
        "answers": shop.answers,
        "out": out,
    }
    return Job(runbook=shop.runbook, **{**given, **more})  # type: ignore[arg-type]


def command(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment as a person would."""
    program = Path(sys.executable).with_name(str(words[0]))
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    return subprocess.run(
        [program, *words[1:]],
        check=False,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def pieces_of(shop: Shop) -> set[str]:
    """Return all runs of ten characters of the shop's secrets, in every spelling."""
    values = [shop.made["access_token"], shop.made["client_secret"]]
    forms = []
    for value in values:
        forms += [value, quote(value), json.dumps(value)[1:-1], value.encode().hex()]
        for before in (b"", b"x", b"xy", b"user:", shop.made["client_id"].encode() + b":"):
            encoded = base64.b64encode(before + value.encode()).decode()
            forms.append(encoded[len(before) * 4 // 3 + 2 : -4])
    return {form[i : i + 10] for form in forms for i in range(len(form) - 9)}


def searched(folder: Path, pieces: set[str], *texts: str | None) -> list[str]:
    """Return where any piece stands in the files of a folder, their names, or texts."""
    found = [f"text {n}" for n, text in enumerate(texts) if text and any(p in text for p in pieces)]
    for path in folder.rglob("*"):
        content = path.read_text("utf-8", "replace") if path.is_file() else ""
        if any(piece in content or piece in path.name for piece in pieces):
            found.append(str(path))
    return found


@pytest.fixture(scope="module")
def verified(sandbox: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Filed]:
    """One right store, run once for the tests that only look at what came out."""
    from .conftest import shop as shop_fixture

    folder = tmp_path_factory.mktemp("verified")
    shop = shop_fixture.__wrapped__(sandbox, folder)()  # type: ignore[attr-defined]
    return shop, run_headless(job(shop, folder / "runs"))


def test_a_right_store_leaves_five_whole_files(verified: tuple[Shop, Filed]) -> None:
    """Notebook, reports, record and journal lie in customer, runbook and run id, nothing else."""
    _shop, filed = verified
    assert (filed.verdict, filed.exit) == ("verified", 0)
    assert filed.folder is not None
    assert filed.folder.parts[-3:] == (CUSTOMER, "stone-edge", filed.run_id)
    assert {p.name for p in filed.folder.iterdir()} == {
        NOTEBOOK,
        REPORT,
        MERCHANT_REPORT,
        RECORD,
        JOURNAL,
    }
    assert [p.name for p in filed.folder.parent.iterdir()] == [filed.run_id]
    events = [
        json.loads(line)["event"] for line in (filed.folder / JOURNAL).read_text().splitlines()
    ]
    assert (events[0], events[-2:]) == ("opened", ["finished", "filed"])


def test_the_record_is_an_in_toto_statement_on_the_files(verified: tuple[Shop, Filed]) -> None:
    """Its subjects' hashes are those of notebook and report, its predicate the run's verdicts."""
    _, filed = verified
    assert filed.folder is not None
    record = opened((filed.folder / RECORD).read_bytes())
    assert record["_type"] == "https://in-toto.io/Statement/v1"
    assert record["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    for subject in record["subject"]:
        content = (filed.folder / subject["name"]).read_bytes()
        assert subject["digest"]["sha256"] == hashlib.sha256(content).hexdigest()
    predicate = record["predicate"]
    assert (predicate["result"], predicate["failedTests"]) == ("PASSED", [])
    declared = [step.id for step in load_runbook("stone-edge").steps]
    assert [step["step"]["id"] for step in predicate["cartproof"]["steps"]] == declared


def test_the_notebook_alone_gives_verdict_and_report_again(verified: tuple[Shop, Filed]) -> None:
    """Reading the filed notebook gives the same verdict; it is valid nbformat without widgets."""
    _, filed = verified
    assert filed.folder is not None
    notebook = nbformat.read(filed.folder / NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    assert read_notebook(filed.folder / NOTEBOOK).verdict == "verified"


def test_stock_papermill_runs_the_notebook_and_file_files_it(
    shop: MakeShop, tmp_path: Path
) -> None:
    """With nothing of ours on papermill's command line; filing twice is harmless.

    The credentials file has the name that BigCommerce gives it, with the Client ID in it.
    """
    right = shop("dropstream")
    name = f"BigCommerceAPI-credentials-{right.made['client_id']}.txt"
    right = replace(right, credentials=right.credentials.rename(tmp_path / name))
    params = f"customer: {CUSTOMER}\ncredentials: {right.reference}\nanswers: {right.answers}\n"
    (tmp_path / "params.yaml").write_text(params)
    words = ("papermill", NOTEBOOKS / "dropstream.ipynb", "out.ipynb", "-f", "params.yaml")
    ran = command(*words, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    filed = command("cartproof", "file", "out.ipynb", "--out", "filed", "--json", cwd=tmp_path)
    last = json.loads(filed.stdout.splitlines()[-1])
    assert (filed.returncode, last["verdict"], last["exit"]) == (0, "verified", 0)
    assert {p.name for p in (tmp_path / last["folder"]).iterdir()} == {
        NOTEBOOK,
        REPORT,
        MERCHANT_REPORT,
        RECORD,
        JOURNAL,
    }
    again = command("cartproof", "file", "out.ipynb", "--out", "filed", "--json", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (0, filed.stdout)
    right.credentials.rename(tmp_path / "moved.txt")
    refused = command("cartproof", "file", "out.ipynb", "--out", "elsewhere", cwd=tmp_path)
    assert (refused.returncode, (tmp_path / "elsewhere").exists()) == (2, False)
    assert "--credentials" in refused.stderr
    assert (
        searched(tmp_path / "filed", pieces_of(right), ran.stdout, ran.stderr, filed.stdout) == []
    )


CUT = {
    "kernel killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "process ended": "import os; os._exit(0)",
    "sys.exit": "import sys; sys.exit()",
    "sys.exit with an error": "import sys; sys.exit(3)",
    "time-out": "import time; time.sleep(60)",
    "exception with the token": "raise ValueError(run._stage.credentials.access_token.reveal())",
    "memory error": "raise MemoryError",
}


@pytest.mark.parametrize("name", list(CUT))
def test_a_run_cut_off_midway_is_incomplete_and_says_which_steps_did_not_run(
    name: str, shop: MakeShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends a notebook early, verdict and exit status are honest and nothing leaks."""
    build = headless.build

    def with_cut(loaded):
        notebook = build(loaded)
        at = next(n for n, cell in enumerate(notebook.cells) if 'run.step("scopes")' in cell.source)
        notebook.cells.insert(at, nbformat.v4.new_code_cell(CUT[name], id="cut"))
        return notebook

    monkeypatch.setattr(headless, "build", with_cut)
    right = shop()
    filed = run_headless(job(right, tmp_path / "runs", cell_timeout_s=8))
    assert (filed.verdict, filed.exit) == ("incomplete", 3)
    assert filed.folder is not None
    verdicts = {step.step_id: str(step.verdict) for step in filed.reading.steps}
    assert verdicts["credentials"] == "pass"
    assert verdicts["scopes"] == verdicts["test-order"] == "not-run"
    report = (filed.folder / REPORT).read_text()
    assert filed.reading.interruption
    assert "Not run" in report or "not run" in report
    assert not list((tmp_path / "runs").rglob(".*"))
    assert searched(tmp_path / "runs", pieces_of(right)) == []


@pytest.mark.parametrize(
    ("trouble", "exit_status"),
    [({}, 0), ({"changed": {"Orders": "read-only"}}, 1), ({"variant": "suspended"}, 3)],
    ids=["right", "wrong", "suspended"],
)
def test_no_secret_stands_in_files_or_output(
    trouble: dict, exit_status: int, shop: MakeShop, tmp_path: Path
) -> None:
    """`cartproof run` as a command: good, failing and broken runs leave no piece of a secret."""
    made = shop(**trouble)
    ran = command(
        "cartproof", "run", "stone-edge", "--customer", CUSTOMER, "--credentials", made.reference,
        "--answers", made.answers, "--out", "runs", "--json", cwd=tmp_path,
    )  # fmt: skip
    last = json.loads(ran.stdout.splitlines()[-1])
    assert (ran.returncode, last["exit"]) == (exit_status, exit_status), ran.stderr
    assert set(last) == {"run", "verdict", "folder", "exit", "changes"}
    assert (tmp_path / last["folder"] / REPORT).is_file()
    assert "Traceback" not in ran.stdout + ran.stderr
    assert searched(tmp_path / "runs", pieces_of(made), ran.stdout, ran.stderr) == []
    assert searched(tmp_path, pieces_of(made)) == [str(made.credentials)]


def test_the_leak_gate_withholds_a_run_that_shows_a_secret(shop: MakeShop, tmp_path: Path) -> None:
    """A token pasted as the customer's name reaches the notebook's source: nothing is published."""
    right = shop()
    name = f"Shop {right.made['access_token']}"
    ran = command(
        "cartproof", "run", "stone-edge", "--customer", name, "--credentials", right.reference,
        "--out", "runs", "--json", cwd=tmp_path,
    )  # fmt: skip
    last = json.loads(ran.stdout.splitlines()[-1])
    assert (ran.returncode, last["exit"], last["verdict"]) == (5, 5, "incomplete")
    assert last["folder"] is None
    assert "notebook.ipynb" in ran.stderr
    assert searched(tmp_path / "runs", pieces_of(right), ran.stdout, ran.stderr) == []


def test_two_runs_at_once_do_not_meet(shop: MakeShop, tmp_path: Path) -> None:
    """The same command twice at the same time gives two folders, both whole."""
    from concurrent.futures import ThreadPoolExecutor

    right = shop()
    words = ("cartproof", "run", "stone-edge", "--customer", CUSTOMER, "--credentials",
             right.reference, "--answers", right.answers, "--out", "runs", "--json")  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: command(*words, cwd=tmp_path), range(2)))
    folders = {json.loads(ran.stdout.splitlines()[-1])["folder"] for ran in both}
    assert [ran.returncode for ran in both] == [0, 0]
    assert len(folders) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nosuch"], "nosuch"),
        (["stone-edge", "-p", "test_order_state=x"], "test_order_status"),
        (["stone-edge", "-p", "x"], "NAME=VALUE"),
        (["stone-edge", "--credentials", "file:gone.txt"], "gone.txt"),
        (["stone-edge", "--credentials", "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h"], "reference"),
        (["stone-edge", "--answers", "gone.yaml"], "gone.yaml"),
    ],
)
def test_bad_usage_is_one_message_and_exit_status_2(
    words: list[str], said: str, shop: MakeShop, tmp_path: Path
) -> None:
    """Nothing is written, no traceback is shown, no secret is repeated."""
    right = shop()
    given = [
        "--customer",
        CUSTOMER,
        *([] if "--credentials" in words else ["--credentials", right.reference]),
    ]
    ran = command("cartproof", "run", *words, *given, "--out", "runs", cwd=tmp_path)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "q7w2k9x4m1" not in ran.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"cells": []}', b"\x00\xff", b'{"metadata": {"cartproof": 7}}'],
)
def test_what_is_no_run_of_ours_is_not_filed(content: bytes, tmp_path: Path) -> None:
    """`file` says that it is none, and writes nothing."""
    (tmp_path / "out.ipynb").write_bytes(content)
    ran = command("cartproof", "file", "out.ipynb", "--out", "filed", cwd=tmp_path)
    assert ran.returncode == 3
    assert "out.ipynb" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "filed").exists()
