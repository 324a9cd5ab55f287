"""Kernels of a session: where they start, how they are started, and one before it is asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Unicode

if TYPE_CHECKING:
    from cartproof.ui.lab.places import Places

KERNEL = "python3"
"""The name that the notebooks ask for; ours comes before the installed one."""
_LONGEST_SOCKET = 100
"""Systems allow 104 to 108 bytes in the path of a socket."""


class Kernels(AsyncMappingKernelManager):  # type: ignore[misc]  # read without types
    """Starts every kernel where the command was started, so that relative paths mean the same."""

    start_folder = Unicode(help="Where kernels start.").tag(config=True)

    def cwd_for_path(self, path: str, **_: object) -> str:
        """Return where a kernel starts, whatever notebook it is for."""
        return str(self.start_folder)

    async def start_kernel(self, **wanted: object) -> str:
        """Start a kernel whose own terminal is nowhere: what it writes there, no guard sees."""
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return str(await super().start_kernel(**wanted, **silent))


def write_kernel_spec(places: Places) -> None:
    """Write the kernel of this session: this Python, no history file, our modules imported."""
    folder = places.data / "kernels" / KERNEL
    folder.mkdir(parents=True)
    argv = [
        sys.executable,
        "-m",
        "ipykernel_launcher",
        "-f",
        "{connection_file}",
        "--HistoryManager.enabled=False",
        "--IPKernelApp.extra_extensions=cartproof.ui.lab.warm",
    ]
    spec = {"argv": argv, "display_name": "cartproof", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def transport(places: Places) -> str:
    """Return how kernels are reached: sockets in a private folder, where the system has them."""
    longest = f"{places.runtime}/kernel-{'0' * 36}-ipc-5"
    return "tcp" if sys.platform == "win32" or len(longest) > _LONGEST_SOCKET else "ipc"
