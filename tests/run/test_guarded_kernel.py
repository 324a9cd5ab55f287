"""What a guarded kernel leaves on the disk: no history, no log line, no hash, no echo."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from cartproof.secrets import Redactor, Secret
from cartproof.secrets.keyed import SUFFIX, read_keyed

TOKEN = "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h"
LATE = "p9o8i7u6y5t4r3e2w1q0l9k8j7h6g5f"
SECRETS = [Secret("access_token", TOKEN), Secret("client_secret", LATE)]

GUARD = f"""
import logging, os, sys
from cartproof.run.guard import current_kernel, guard_kernel
from cartproof.secrets import Secret
logging.basicConfig(filename="library.log", level=logging.DEBUG)
guard = guard_kernel(current_kernel())
guard.learn([Secret("access_token", {TOKEN!r})])
"""
LOGGED = f"""
token = {TOKEN!r}
log = logging.getLogger("library")
log.debug("sent X-Auth-Token: %s", token)
log.info("the arguments do not fit %s %s", "one")
try:
    raise ValueError(token)
except ValueError:
    log.exception("could not send")
log.warning("an ordinary line")
os.write(2, token.encode())
"""
LATER = f"""
print({LATE!r})
guard.learn([Secret("client_secret", {LATE!r})])
"""


@dataclass
class Kernel:
    """A kernel with folders of its own, as JupyterLab starts one."""

    folder: Path
    client: BlockingKernelClient
    manager: KernelManager

    def run(self, source: str) -> str:
        """Run a cell and return what it sent, as JSON."""
        sent: list[Any] = []
        reply = self.client.execute_interactive(
            source, timeout=120, output_hook=lambda message: sent.append(message["content"])
        )
        assert reply["content"]["status"] == "ok", sent
        return json.dumps([*sent, reply["content"]], default=str)

    def hashes(self) -> list[Path]:
        """Return the files for the server's hook."""
        return list((self.folder / "guard").glob(f"*{SUFFIX}"))

    def end(self) -> None:
        """Shut the kernel down as JupyterLab does."""
        self.client.stop_channels()
        self.manager.shutdown_kernel()


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    """Start a kernel whose history goes to a file and whose output goes to a server's log."""
    (tmp_path / "guard").mkdir()
    own = {
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "CARTPROOF_GUARD_DIR": str(tmp_path / "guard"),
        "TMPDIR": str(tmp_path),
    }
    # ipykernel watches no descriptors where this variable tells it that pytest is about.
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"} | own
    sockets = {"transport": "ipc", "ip": str(tmp_path / "s")} if len(str(tmp_path)) < 80 else {}
    manager = KernelManager(kernel_name="python3", **sockets)
    with (tmp_path / "server.log").open("wb") as log:
        manager.start_kernel(env=environment, cwd=str(tmp_path), stdout=log, stderr=log)
        client = manager.blocking_client()
        client.start_channels()
        client.wait_for_ready(timeout=120)
        yield Kernel(tmp_path, client, manager)
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)
        client.stop_channels()
        manager.cleanup_resources()


def test_a_guarded_kernel_leaves_no_secret_on_the_disk(kernel: Kernel) -> None:
    """Not in the history, a library's log file, the server's log, nor in what is for its hook.

    The first cell names the token before anything is guarded, as a pasted cell would.
    """
    kernel.run(f"typed = {TOKEN!r}  # {TOKEN}")
    kernel.run(GUARD)
    assert TOKEN not in kernel.run(LOGGED)
    assert LATE in kernel.run(LATER), "nobody could know it yet"
    assert LATE not in kernel.run(f"print({LATE!r})")
    [hashes] = kernel.hashes()
    assert stat.S_IMODE(hashes.stat().st_mode) == 0o600
    assert "client_secret" in read_keyed(hashes).redact(f"late = {LATE}")
    assert "access_token" in read_keyed(hashes).redact(f"early = {TOKEN}")
    kernel.end()
    assert not kernel.hashes()
    found = Redactor(SECRETS)
    files = [path for path in kernel.folder.rglob("*") if path.is_file()]
    assert {"history.sqlite", "library.log", "server.log"} <= {path.name for path in files}
    assert not [path.name for path in files if found.spans(path.read_bytes().decode("latin-1"))]
    log = (kernel.folder / "library.log").read_text()
    assert "sent X-Auth-Token: [access_token sha256:" in log
    assert "ValueError: [access_token sha256:" in log
    assert "an ordinary line" in log


def test_a_folder_that_cannot_be_written_stops_the_run(kernel: Kernel) -> None:
    """Where the server cannot learn what not to save, no secret is used."""
    (kernel.folder / "guard").rmdir()
    (kernel.folder / "guard").write_text("")
    message = kernel.run(
        f"try:\n    exec({GUARD!r})\nexcept Exception as error:\n    print(repr(error))"
    )
    assert "UsageError" in message
    assert "Start `cartproof lab` again" in message
