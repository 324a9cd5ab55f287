"""The kernel of a notebook in this process: ipykernel's own, with its own shell."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ipykernel.ipkernel import IPythonKernel
from IPython.core.profiledir import ProfileDir
from tornado.ioloop import IOLoop
from traitlets.config import Config

from cartproof.batch.forks.session import Channel, DirectSession
from cartproof.batch.forks.streams import StandIns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.batch.forks.session import Listener

_log = logging.getLogger(__name__)
_log.setLevel(logging.WARNING)  # as ipykernel's own, whatever cells do to the root logger
_SETTINGS = Config({"HistoryManager": {"enabled": False, "hist_file": ":memory:"}})


class DirectKernel(IPythonKernel):  # type: ignore[misc]  # ipykernel has no types
    """ipykernel's kernel, spoken to by calls."""

    _execute_sleep = 0

    @property
    def _supports_kernel_subshells(self) -> bool:
        return False

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Do nothing: no request waits behind another here."""


class Kernel:
    """Runs cells, one after another.

    Made before the fork, since that is half of the work; `begin` belongs after it.
    """

    def __init__(self) -> None:
        self.session = DirectSession()
        self._iopub, self._shell = Channel("iopub"), Channel("shell")
        self._kernel: Any = DirectKernel.instance(
            session=self.session,
            iopub_socket=self._iopub,
            config=_SETTINGS,
            log=_log,
            profile_dir=ProfileDir(),
        )
        self._kernel.shell.display_formatter.format(None)  # makes all its formatters
        with suppress(ImportError, OSError):
            self._kernel.shell.extension_manager.load_extension("storemagic")

    @property
    def language_info(self) -> Mapping[str, Any]:
        """Return what a notebook says of the language its cells are in."""
        return dict(self._kernel.language_info)

    @property
    def has_left(self) -> bool:
        """Tell whether a cell asked the kernel to end, by `exit()` or `quit()`."""
        return bool(self._kernel.shell.exit_now)

    def begin(self, listener: Listener) -> None:
        """Take over this process' streams and event loop, and tell the listener all from now on.

        Args:
            listener: Called with channel, message and packed content of whatever is sent.
        """
        self.session.listen(listener)
        self._kernel.shell.init_environment()
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        _find_modules_beside_the_notebook()
        sys.argv = ["ipykernel_launcher"]
        self._streams = StandIns(self.session, self._iopub)
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._kernel.io_loop = _NoStop()
        self._kernel.shell_channel_thread = _MainThread()
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def end(self) -> None:
        """Give this process' streams back."""
        self._streams.close()

    def request(self, message_type: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return a request, to be handed to `handle`."""
        return {**self.session.msg(message_type, dict(content)), "buffers": []}

    def run(self, request: Mapping[str, Any]) -> None:
        """Handle a request to its end; what comes of it goes to the listener."""
        self._loop.run_until_complete(self._loop.create_task(self._handle(request)))
        self._loop.run_until_complete(_a_little_while())

    async def _handle(self, request: Mapping[str, Any]) -> None:
        """Handle a request as `dispatch_shell` does."""
        kernel = self._kernel
        kernel.set_parent([], request, channel="shell")
        self._say("busy", request)
        kernel.pre_handler_hook()
        try:
            answer = kernel.shell_handlers[request["msg_type"]](self._shell, [], request)
            if inspect.isawaitable(answer):
                await answer
        except Exception:
            kernel.log.exception("Exception in message handler:")
        except KeyboardInterrupt:
            kernel.log.error("KeyboardInterrupt caught in kernel.")  # noqa: TRY400 - as ipykernel
        finally:
            kernel.post_handler_hook()
        sys.stdout.flush()
        sys.stderr.flush()
        self._say("idle", request)

    def _say(self, state: str, request: Mapping[str, Any]) -> None:
        self.session.send(self._iopub, "status", {"execution_state": state}, parent=request)


class _MainThread:
    """What ipykernel asks of the thread that takes its messages: which thread runs the cells."""

    parent_thread = threading.main_thread()


class _NoStop:
    """The kernel's loop as ipykernel sees it; `exit()` in a cell must not stop it midway."""

    def call_later(self, *_: Any) -> None:
        """Do nothing: whoever runs the cells asks `has_left` after each."""

    def stop(self) -> None:
        """Do nothing, for the same reason."""

    def add_callback(self, callback: Any, *arguments: Any) -> None:
        """Call soon, from a signal handler as well."""
        IOLoop.current().add_callback_from_signal(callback, *arguments)


async def _a_little_while() -> None:
    """Let tasks that a cell left behind go on, as they would between two cells."""
    for _ in range(3):
        await asyncio.sleep(0)


def _find_modules_beside_the_notebook() -> None:
    """Put the working folder on the path where IPython puts it: before what is installed."""
    places = [
        at for at, path in enumerate(sys.path) if path.endswith(("site-packages", "dist-packages"))
    ]
    if "" not in sys.path:
        sys.path.insert(places[0] if places else len(sys.path), "")
