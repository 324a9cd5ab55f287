"""The server of a session: configured here and nowhere else, run until it is told to stop."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import warnings
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from jupyter_core.paths import jupyter_path
from traitlets.config import Config

from cartproof.run import mode
from cartproof.ui.lab import application, calm, kernels, routes
from cartproof.ui.save_hook import redact_before_save

if TYPE_CHECKING:
    import socket

    from cartproof.ui.lab.places import Places

LABEXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
"""Those of others that panels need; no other is loaded, whatever is installed."""
OURS = "cartproof-lab"
"""The name of our own; it stands in its package.json and its lab.js as well."""
VOILA = "voila.server_extension"
_NO_FORMULAS = (
    "data:text/javascript,"
    "MathJax={Hub:{Config(){},Configured(){},Queue(){},Register:{StartupHook(){}}},Ajax:{}}//"
)
"""What Voila loads in place of MathJax, which it would ask a server on the internet for."""
_TEMPLATE = Path(__file__).parent / "voila" / "cartproof"
"""Our page for Voila; its folder's name is the template's."""
_OUR_FILES = Path(__file__).parent / "labextension"
_UNUSED = shutil.ignore_patterns("*.map", "*.txt")
_PATIENCE_S = 3
"""How long a kernel may take to end; one with a test order open archives it then."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a session offers.

    Attributes:
        notebooks: The folder of working copies.
        first: File name of the notebook that is opened first.
        digests: Digests of the built notebooks, which may run by themselves.
        start_folder: Where the command was started.
        bound: The listening socket.
        token: What the browser must show.
        key: What lets in one browser, once.
        page: Path of the page that is opened first.
        is_voila: Whether Voila shows the notebook, without JupyterLab around it.
    """

    notebooks: Path
    first: str
    digests: tuple[str, ...]
    start_folder: Path
    bound: socket.socket
    token: str
    key: str
    page: str
    is_voila: bool = False


def configuration(offer: Offer, places: Places) -> Config:
    """Return the whole configuration of the server."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return Config(
        {
            "ServerApp": {
                "allow_root": is_root,
                "allow_remote_access": False,
                "ip": "127.0.0.1",
                "jpserver_extensions": {application.EXTENSION: True, VOILA: offer.is_voila},
                "kernel_manager_class": kernels.Kernels,
                "log_level": "CRITICAL",
                "open_browser": False,
                "root_dir": str(offer.notebooks),
                "terminals_enabled": False,
                "tornado_settings": {
                    "headers": {"Content-Security-Policy": _policy(offer.bound)},
                    routes.ENTRY: (offer.key, offer.page),
                    "mathjax_url": _NO_FORMULAS,
                },
            },
            "VoilaConfiguration": {
                "file_allowlist": [],
                "strip_sources": True,
                "template": _TEMPLATE.name,
            },
            "IdentityProvider": {"token": offer.token},
            "Lab": {
                **_lab_files(),
                "app_settings_dir": str(places.settings),
                "user_settings_dir": str(places.own_settings),
                "workspaces_dir": str(places.workspaces),
                "labextensions_path": [str(places.labextensions)],
                "page": {"digests": list(offer.digests)},
            },
            "Kernels": {"start_folder": str(offer.start_folder)},
            "KernelManager": {
                "shutdown_wait_time": _PATIENCE_S,
                "transport": kernels.transport(places),
            },
            "FileContentsManager": {"delete_to_trash": False, "pre_save_hook": redact_before_save},
            "FileCheckpoints": {"checkpoint_dir": str(places.checkpoints)},
        }
    )


def _policy(bound: socket.socket) -> str:
    """Return what pages may load: from this server alone, whatever an output asks for."""
    sockets = f"ws://127.0.0.1:{bound.getsockname()[1]}"
    return (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
        f"connect-src 'self' {sockets} data: blob:; "
        "frame-ancestors 'self'; object-src 'none'; base-uri 'self'"
    )


def _lab_files() -> dict[str, str]:
    """Return where the installed JupyterLab's files are, without importing it."""
    spec = find_spec("jupyterlab")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("jupyterlab is not installed", name="jupyterlab")
    folder = Path(spec.submodule_search_locations[0])
    return {
        "static_dir": str(folder / "static"),
        "templates_dir": str(folder / "static"),
        "schemas_dir": str(folder / "schemas"),
        "themes_dir": str(folder / "themes"),
    }


def prepare(places: Places) -> None:
    """Write what the server and its kernels read from the session's folder."""
    calm.write_settings(places.settings)
    kernels.write_kernel_spec(places)
    shutil.copytree(_OUR_FILES, places.labextensions / OURS)
    shutil.copytree(_TEMPLATE, places.voila_templates / _TEMPLATE.name)
    for name in LABEXTENSIONS:
        # Copied, not linked: some routes serve no links, and some systems make none.
        shutil.copytree(_labextension(name), places.labextensions / name, ignore=_UNUSED)


def _labextension(name: str) -> Path:
    for folder in jupyter_path("labextensions"):
        if (Path(folder) / name / "package.json").is_file():
            return Path(folder) / name
    raise ModuleNotFoundError(f"the labextension {name} is not installed", name=name)


def make_server(offer: Offer, places: Places) -> application.Server:
    """Return the server, ready to be run."""
    prepare(places)
    os.environ |= places.environment()
    if offer.is_voila:
        os.environ |= {mode.VARIABLE: mode.Mode.INTERACTIVE}
    server: application.Server = application.Server.instance(config=configuration(offer, places))
    server.bound = offer.bound
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Overriding existing pre_save_hook", UserWarning)
        server.initialize(argv=[], find_extensions=False)
    for name in ("asyncio", "tornado.application"):  # a window that is closed is no news
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return server


def run(server: application.Server, first: str = "") -> None:
    """Serve until a signal says stop; then end kernels, and what they started, at once.

    Args:
        server: As `make_server` made it.
        first: The notebook whose kernel is started before a browser asks for it; empty for none.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: _told_to_stop(server))
    server.start_app()
    if first:
        server.io_loop.add_callback(_start_kernel, server, first)
    try:
        server.start_ioloop()
    finally:
        _end_the_rest()


def _told_to_stop(server: application.Server) -> None:
    """Stop; told again, do not wait for anything any more."""
    if server._stopping:
        _end_the_rest()
        os._exit(130)
    server.stop(from_signal=True)


async def _start_kernel(server: application.Server, notebook: str) -> None:
    await server.session_manager.create_session(
        path=notebook, name=notebook, type="notebook", kernel_name=kernels.KERNEL
    )


def _end_the_rest() -> None:
    """Kill what kernels may have left behind."""
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            child.kill()
