"""The private folder of one session: its configuration, its sockets, its state.

Nothing in it outlives the session, nothing of the user's own Jupyter is read or written. What a
person keeps, working copies and runs, is not here.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows; what a killed session left there, the system's own cleaning takes
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "cartproof-lab-"
_NEW_S = 60
"""A folder this young may be another session's that has not locked it yet."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of a session, below one that only its user can enter (0700)."""

    root: Path

    @property
    def lab_file(self) -> Path:
        """Return the file that tells a kernel where it is (`cartproof.ui.lab.seat`)."""
        return self.root / "lab.json"

    @property
    def data(self) -> Path:
        """Return the folder of kernel specs and labextensions."""
        return self.root / "data"

    @property
    def labextensions(self) -> Path:
        """Return the folder of the few labextensions that are loaded."""
        return self.data / "labextensions"

    @property
    def voila_templates(self) -> Path:
        """Return the folder in which Voila looks for a template by its name."""
        return self.data / "voila" / "templates"

    @property
    def settings(self) -> Path:
        """Return the folder of settings that override JupyterLab's defaults."""
        return self.root / "settings"

    @property
    def own_settings(self) -> Path:
        """Return the folder of what the user changes in the settings meanwhile."""
        return self.root / "own-settings"

    @property
    def workspaces(self) -> Path:
        """Return the folder of JupyterLab's layouts."""
        return self.root / "workspaces"

    @property
    def runtime(self) -> Path:
        """Return the folder of connection files and sockets; short, since sockets need that."""
        return self.root / "r"

    @property
    def checkpoints(self) -> Path:
        """Return the folder of JupyterLab's checkpoints of notebooks."""
        return self.root / "checkpoints"

    @property
    def guard(self) -> Path:
        """Return the folder in which kernels leave what the save hook must redact."""
        return self.root / "guard"

    def environment(self) -> dict[str, str]:
        """Return the variables that lead Jupyter, IPython and our own code here."""
        return {
            "JUPYTER_CONFIG_DIR": str(self.root / "config"),
            "JUPYTER_CONFIG_PATH": "",
            "JUPYTER_DATA_DIR": str(self.data),
            "JUPYTER_PATH": "",
            "JUPYTER_PREFER_ENV_PATH": "0",
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTERLAB_SETTINGS_DIR": str(self.own_settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.workspaces),
            "IPYTHONDIR": str(self.root / "ipython"),
            "CARTPROOF_GUARD_DIR": str(self.guard),
            "CARTPROOF_LAB": str(self.lab_file),
        }


@contextmanager
def own_places() -> Iterator[Places]:
    """Make the folders of a session, and take them away when it ends."""
    parent = _parent()
    _sweep(parent)
    root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    places = Places(root)
    try:
        with (root / ".lock").open("w") as lock:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            for folder in (places.guard, places.runtime, places.settings, places.labextensions):
                folder.mkdir(mode=0o700, parents=True)
            yield places
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _parent() -> Path:
    """Return where temporary folders go; on macOS not the usual place, too long for sockets."""
    short = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder in it
    return short if os.access(short, os.W_OK) else Path(tempfile.gettempdir())


def _sweep(parent: Path) -> None:
    """Take away what sessions of this user left that were killed: their lock is free."""
    if fcntl is None:
        return
    for root in parent.glob(f"{PREFIX}*"):
        try:
            status = root.lstat()
            if status.st_uid != os.getuid() or time.time() - status.st_mtime < _NEW_S:
                continue
            with (root / ".lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(root, ignore_errors=True)
        except OSError:
            continue
