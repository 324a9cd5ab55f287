"""Our engine leaves in a notebook what papermill's own leaves, cell by cell.

All kinds, and every notebook of the project, are held by `benchmarks/parity.py`; here a part.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from cartproof.batch.forks import engine
from cartproof.batch.forks.system import can_fork

from .both import executed, notebook_of, what_counts
from .kinds import KINDS

pytestmark = [
    pytest.mark.skipif(not can_fork(), reason="forks need Linux"),
    pytest.mark.filterwarnings("ignore"),  # papermill's and nbclient's own
]
SOME = (
    "Output widget",
    "SystemExit",
    "bash",
    "clear_output",
    "display",
    "error allowed",
    "input",
    "logging",
    "parameters",
    "streams",
    "top-level await",
    "update_display",
)


@pytest.fixture(autouse=True)
def _as_outside_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ipykernel watch its descriptors, as it does where pytest does not run."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")


@pytest.mark.parametrize("kind", SOME)
def test_outputs_are_the_same(kind: str, tmp_path: Path) -> None:
    """Outputs, counts, papermill's metadata and how it ended: all alike."""
    found = []
    for name in (None, "cartproof"):
        folder = tmp_path / (name or "stock")
        folder.mkdir()
        parameters = {"a": 5} if kind == "parameters" else None
        done = executed(notebook_of(KINDS[kind]), folder, name, parameters=parameters)
        found.append(what_counts(done, folder))
    stock, ours = found
    assert ours == stock


def ours(cells: list[Any], folder: Path, **settings: Any) -> Any:
    """Execute cells by our engine; return the notebook, however it ended."""
    output = folder / "out.ipynb"
    papermill.execute_notebook(
        notebook_of(cells), str(output), engine_name="cartproof", progress_bar=False, **settings
    )
    return nbformat.read(output, as_version=4)


def statuses(path: Path) -> list[str]:
    """Return what a notebook's metadata says of each cell."""
    notebook = json.loads((path / "out.ipynb").read_text("utf-8"))
    return [cell["metadata"]["papermill"]["status"] for cell in notebook["cells"]]


DEAF = """
import signal
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
print("deaf", flush=True)
while True:
    try:
        while True: pass
    except BaseException: pass
"""


def test_a_deaf_cell_is_ended_in_time(tmp_path: Path) -> None:
    """A cell that ignores every signal ends at its time-out; what it printed stays."""
    with pytest.raises(CellTimeoutError):
        ours(["print('ran')", DEAF, "print('never')"], tmp_path, execution_timeout=2)
    assert statuses(tmp_path) == ["completed", "failed", "pending"]
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    assert cells[1].outputs[0].text == "deaf\n"
    assert cells[2].execution_count is None


def test_a_dead_kernel_is_told(tmp_path: Path) -> None:
    """A cell that kills its process fails; no later cell says that it ran."""
    with pytest.raises(DeadKernelError):
        ours(["1", "import os\nos.kill(os.getpid(), 9)", "2"], tmp_path)
    assert statuses(tmp_path) == ["completed", "failed", "pending"]


def test_a_notebook_takes_no_more_memory_than_it_may(tmp_path: Path) -> None:
    """More is a MemoryError in its cell, and the machine stays as it is."""
    grab = "try:\n    b = bytearray(500 << 20)\nexcept MemoryError:\n    print('no more')"
    done = ours([grab, "c = bytearray(50 << 20)\nprint('some')"], tmp_path, memory_mb=200)
    assert [cell.outputs[0].text for cell in done.cells] == ["no more\n", "some\n"]


def test_what_a_cell_left_running_is_ended(tmp_path: Path) -> None:
    """A process that a notebook began does not outlive it."""
    begin = "import subprocess\np = subprocess.Popen(['sleep', '600'])\nprint(p.pid)"
    done = ours([begin], tmp_path)
    pid = int(done.cells[0].outputs[0].text)
    state = Path(f"/proc/{pid}/stat")
    assert not state.exists() or ") Z" in state.read_text("ascii")


def test_notebooks_do_not_share_random_numbers_or_names(tmp_path: Path) -> None:
    """Each notebook begins anew, though all come from one server."""
    cells = [
        "import random, numpy, uuid",
        "random.random(), numpy.random.rand(), str(uuid.uuid4())",
    ]
    first, second = (ours([*cells, "'left' in dir()", "left = 1"], tmp_path) for _ in range(2))
    assert first.cells[1].outputs[0].data != second.cells[1].outputs[0].data
    assert second.cells[2].outputs[0].data["text/plain"] == "False"


def test_another_kernel_is_left_to_papermill(caplog: pytest.LogCaptureFixture) -> None:
    """A kernel that is not this Python's own, or not there, is not ours to run; it is said why."""
    assert engine.why_not("python3") == ""
    assert "no kernel 'julia'" in engine.why_not("julia")
