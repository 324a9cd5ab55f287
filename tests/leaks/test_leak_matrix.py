"""Every way in which a secret can be planted, searched for in every place where it could stay.

SECURITY.md shows the table; a test holds it in step. The search is the tests' own (`leak_search`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from nbclient import NotebookClient

from cartproof.runbook.builder import build
from cartproof.runbook.loader import load_with_digest
from leak_search import which_in
from whole.conftest import CUSTOMER, Shop, sandbox
from whole.conftest import shop as shop_fixture

from .planted import COMMAND_LINES, FORMS, LEARN, cell_of, secret_of

__all__ = ["sandbox"]
SECURITY = Path(__file__).parent.parent.parent / "SECURITY.md"
TYPED = "typed into a cell"
LATE = "printed, then typed"
ANSWER = "typed into a note"
ALL_FORMS = (*FORMS, TYPED, LATE, ANSWER)
NOT_HEADLESS = (TYPED, LATE)
"""What a headless run cannot do: its cells are ours, and its secrets are read at its start."""
HEADLESS = (
    *("notebook", "report", "record", "journal", "ledger", "answers", "index, results"),
    *("terminal", "temporary files", "command lines"),
)
LAB = ("saved notebook", "checkpoint", "history", "server log", "library log")

SUSPICIOUS = [
    {"name": "Base64HighEntropyString", "limit": 3.5},
    {"name": "HexHighEntropyString", "limit": 2.5},
    *({"name": name} for name in ("KeywordDetector", "BasicAuthDetector", "JwtTokenDetector")),
]
"""What detect-secrets looks with, below its usual limits: a token has 31 signs of 36 kinds."""


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which everything that is written lands in a folder."""
    for name in ("tmp", "ipython", "home"):
        (folder / name).mkdir(exist_ok=True)
    own = {
        "TMPDIR": str(folder / "tmp"),
        "IPYTHONDIR": str(folder / "ipython"),
        "HOME": str(folder / "home"),
        "PYTHONPATH": str(Path(__file__).parent),
        "JUPYTER_PLATFORM_DIRS": "0",
    }
    # ipykernel watches no descriptors where this variable tells it that pytest is about.
    return {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"} | own


def texts_of(folder: Path, *patterns: str) -> list[str]:
    """Return names and contents of the files that match; there must be some."""
    files = [path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()]
    assert files, f"nothing to search: {patterns}"
    return [f"{path.name}\n{path.read_bytes().decode('utf-8', 'replace')}" for path in files]


def command(folder: Path, *words: str) -> str:
    """Run a program of the environment, and return all that it printed."""
    program = Path(sys.executable).with_name(words[0])
    ran = subprocess.run(
        [program, *words[1:]], check=False, cwd=folder, env=environment(folder),
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert ran.returncode in (0, 3), ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def headless(sandbox: str, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """Plant every form in a run under stock papermill, file it, and run a batch beside it."""
    folder = tmp_path_factory.mktemp("headless")
    shop: Shop = shop_fixture.__wrapped__(sandbox, folder)()  # type: ignore[attr-defined]
    answers = folder / "mine.yaml"
    shutil.copy(shop.answers, answers)
    notebook = build(load_with_digest("stone-edge"))
    at = next(i for i, cell in enumerate(notebook.cells) if "open_run" in cell.source) + 1
    word = (
        f"""run.attest("save-account", who="Ada", note="the token is " + secret_of({ANSWER!r}))"""
    )
    learn = LEARN.replace("in FORMS]", f"in [*FORMS, {ANSWER!r}]]")
    extra = f"run._stage.learn([Secret('access_token', secret_of({ANSWER!r}))])"
    sources = [learn, extra, *map(cell_of, FORMS), word, COMMAND_LINES]
    notebook.cells[at:at] = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(notebook, folder / "planted.ipynb")
    (folder / "params.yaml").write_text(
        f"customer: {CUSTOMER}\ncredentials: {shop.reference}\nanswers: {answers}\n"
    )
    words = ("planted.ipynb", "out.ipynb", "-f", "params.yaml", "--log-output")
    printed = command(folder, "papermill", *words)
    printed += command(folder, "cartproof", "file", "out.ipynb", "--out", "runs")
    (folder / "m.csv").write_text(
        f"customer,runbook,credentials\n{CUSTOMER},stone-edge,{shop.reference}\n"
    )
    printed += command(folder, "cartproof", "batch", "m.csv", "--out", "runs", "--jobs", "1")
    runs = folder / "runs"
    return {
        "notebook": texts_of(runs, "notebook.ipynb") + texts_of(folder, "out.ipynb"),
        "report": texts_of(runs, "report*.html"),
        "record": texts_of(runs, "record.json"),
        "journal": texts_of(folder, "journal.jsonl"),
        "ledger": texts_of(runs, "ledger.db*"),
        "answers": texts_of(folder, "mine.yaml"),
        "index, results": texts_of(runs, "index.html", "results.*", "junit.xml"),
        "terminal": [printed],
        "temporary files": ["", *(texts_of(folder, "tmp/**/*") if any((folder / "tmp").rglob("*")) else [])],
        "command lines": texts_of(folder, "command-lines.txt"),
        "library log": texts_of(folder, "library.log"),
        "folder": [str(folder)],
    }  # fmt: skip


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """Plant every form in a kernel as JupyterLab starts it, and save while it runs."""
    folder = tmp_path_factory.mktemp("lab")
    for name in ("guard", "root"):
        (folder / name).mkdir()
    typed, late = secret_of(TYPED), secret_of(LATE)
    learn_typed = f"guard_kernel(current_kernel()).learn([Secret('access_token', {typed!r})])"
    learn_late = (
        f"guard_kernel(current_kernel()).learn([Secret('client_secret', secret_of({LATE!r}))])"
    )
    sources = [
        f"typed = {typed!r}",
        LEARN,
        learn_typed,
        f"from planted import secret_of; print(secret_of({LATE!r}))",
        learn_late,
        *map(cell_of, FORMS),
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    history = folder / "history.sqlite"
    client = NotebookClient(
        notebook, kernel_name="python3", allow_errors=True, timeout=300,
        ipython_hist_file=str(history), resources={"metadata": {"path": str(folder)}},
    )  # fmt: skip
    own = environment(folder) | {"CARTPROOF_GUARD_DIR": str(folder / "guard")}
    manager = LargeFileManager(
        root_dir=str(folder / "root"), pre_save_hook="cartproof.ui.save_hook.redact_before_save"
    )
    with (
        (folder / "server.log").open("wb") as log,
        client.setup_kernel(env=own, stdout=log, stderr=log),
    ):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        assert late in str(notebook.cells[3].outputs), "nobody could know it yet"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CARTPROOF_GUARD_DIR", str(folder / "guard"))
            manager.save({"type": "notebook", "format": "json", "content": notebook}, "a.ipynb")
    assert list((folder / "guard").iterdir()) == []
    return {
        "saved notebook": texts_of(folder / "root", "a.ipynb"),
        "checkpoint": texts_of(folder / "root", "*checkpoint.ipynb"),
        "history": texts_of(folder, "history.sqlite*"),
        "server log": texts_of(folder, "server.log"),
        "library log": texts_of(folder, "library.log"),
    }


@dataclass(frozen=True)
class Matrix:
    """How many texts of each place hold each form's secret; None where it was not planted."""

    counts: Mapping[tuple[str, str], int | None]

    def as_markdown(self) -> str:
        """Return the table as SECURITY.md shows it."""
        places = (*HEADLESS, *LAB)
        lines = [f"| planted | {' | '.join(places)} |", "|---" * (len(places) + 1) + "|"]
        for form in ALL_FORMS:
            cells = (self.counts[form, place] for place in places)
            shown = " | ".join("–" if count is None else str(count) for count in cells)
            lines.append(f"| {form} | {shown} |")
        return "\n".join(lines)


@pytest.fixture(scope="module")
def matrix(headless: Mapping[str, list[str]], lab: Mapping[str, list[str]]) -> Matrix:
    """Search every place for every form's secret."""
    secrets = {secret_of(form): form for form in ALL_FORMS}
    counts: dict[tuple[str, str], int | None] = {}
    for places, texts, left_out in ((HEADLESS, headless, NOT_HEADLESS), (LAB, lab, (ANSWER,))):
        for place in places:
            found = [secrets[one] for text in texts[place] for one in which_in(text, secrets)]
            for form in ALL_FORMS:
                counts[form, place] = None if form in left_out else found.count(form)
    return Matrix(counts)


@pytest.mark.parametrize("form", ALL_FORMS)
def test_a_planted_secret_stays_nowhere(form: str, matrix: Matrix) -> None:
    """Whatever its form: in no file, history, log, checkpoint, temporary file or command line."""
    found = {place for (one, place), count in matrix.counts.items() if one == form and count}
    assert found == set()


def test_the_table_in_security_md_is_this_one(matrix: Matrix) -> None:
    """The document shows what was searched, and nothing else.

    Where the table has changed, the right one stands in the message.
    """
    text = SECURITY.read_text("utf-8")
    [table] = re.findall("<!-- leak matrix -->\n(.*?)\n<!-- end of leak matrix -->", text, re.S)
    assert table == matrix.as_markdown(), matrix.as_markdown()


def test_the_planted_cells_said_something(headless: Mapping[str, list[str]]) -> None:
    """Each form left its mark: a fingerprint stands where the secret would."""
    [text] = (t for t in headless["notebook"] if t.startswith("out.ipynb"))
    assert text.count("[access_token sha256:") >= len(FORMS) - 3
    assert "[access_token sha256:" in headless["library log"][0]


def test_the_search_can_find_what_it_looks_for() -> None:
    """The search itself finds each spelling, wrapped or not, of one secret and not of another."""
    secret = secret_of("another")
    secrets = [secret, *map(secret_of, ALL_FORMS)]
    for text in (secret, secret[5:15], secret.encode().hex(), f'"{secret[:8]}",\n  "{secret[8:]}"'):
        assert which_in(text, secrets) == {secret}


def found_by_detect_secrets(folder: Path) -> set[str]:
    """Return all that detect-secrets takes for a secret in the files of a folder."""
    found: set[str] = set()
    with transient_settings({"plugins_used": SUSPICIOUS}):
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix != ".db":
                collection = SecretsCollection()
                collection.scan_file(str(path))
                found |= {s.secret_value or "" for _, s in collection}
    return found


def test_an_independent_scanner_agrees(headless: Mapping[str, list[str]], tmp_path: Path) -> None:
    """What detect-secrets suspects in the filed runs are digests and ids, no piece of a secret."""
    suspected = "\n".join(sorted(found_by_detect_secrets(Path(headless["folder"][0]) / "runs")))
    assert suspected, "the scanner looked at nothing"
    assert not which_in(suspected, map(secret_of, ALL_FORMS))
    planted = "\n".join(f'"access_token": "{secret_of(form)}",' for form in FORMS)
    (tmp_path / "planted.json").write_text(planted)
    caught = "\n".join(found_by_detect_secrets(tmp_path))
    assert all(secret_of(form) in caught for form in FORMS), "the scanner itself can find them"
