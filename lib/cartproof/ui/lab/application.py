"""JupyterLab's page and settings, served by a server of ours with nothing else in it.

`jupyterlab.labapp` brings an extension manager, a builder and news, and looks for node.js when it
is imported: two to three seconds. Its page needs none of that, only the files of the package.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from jupyter_server import version_info
from jupyter_server.serverapp import ServerApp
from jupyterlab_server import LabServerApp
from traitlets import Dict

from cartproof.ui.lab.routes import ROUTES

if TYPE_CHECKING:
    import socket

EXTENSION = __name__
_PATIENCE_S = 8
"""How long kernels and all else may take to end."""


class Lab(LabServerApp):  # type: ignore[misc]  # jupyterlab_server is read without types
    """JupyterLab's pages."""

    name = "lab"
    app_name = "JupyterLab"
    load_other_extensions = False
    page = Dict(help="What our own labextension finds in the page's configuration.").tag(
        config=True
    )

    def initialize_handlers(self) -> None:
        """Add what the page wants to know to its configuration, then the routes."""
        page = self.serverapp.web_app.settings.setdefault("page_config_data", {})
        page |= {
            "cartproof": dict(self.page),
            "devMode": False,
            "exposeAppInBrowser": True,
            "notebookVersion": json.dumps(version_info),
            "quitButton": False,
            "token": self.serverapp.identity_provider.token,
        }
        self.handlers.extend(ROUTES)
        super().initialize_handlers()


class Server(ServerApp):  # type: ignore[misc]  # jupyter_server is read without types
    """A Jupyter server on a socket that is bound already, which stops when it is told to."""

    bound: socket.socket

    def init_signal(self) -> None:
        """Leave the signals to the command that started the server."""

    def _find_http_port(self) -> None:
        self.port = self.bound.getsockname()[1]

    def _bind_http_server_tcp(self) -> bool:
        self.http_server.add_socket(self.bound)
        return True

    async def _stop(self) -> None:
        """Stop even where something that is to be cleaned up hangs or fails."""
        try:
            await asyncio.wait_for(self._cleanup(), _PATIENCE_S)
        except Exception:
            self.log.exception("not all could be cleaned up")
        finally:
            self.io_loop.stop()


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": EXTENSION, "app": Lab}]
