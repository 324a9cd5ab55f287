"""The `cartproof` command: one thin module per subcommand, imported when it is called."""

from __future__ import annotations

import importlib
import signal
import sys
import traceback

import click

from cartproof import __version__
from cartproof.errors import CartproofError

_COMMANDS = {
    "audit": "Verify, list, show or export what was filed; the key that signs.",
    "batch": "Run every customer of a manifest, headless.",
    "build": "Write the notebooks from their runbooks.",
    "demo": "Run both integrations for eight invented merchants, on the sandbox.",
    "file": "Make report and record from a notebook that stock papermill executed.",
    "lab": "Open the runbook notebooks in JupyterLab.",
    "report": "Write the HTML report of an executed notebook.",
    "run": "Run one runbook for one customer, headless.",
    "runbook": "List, check, begin or describe runbooks.",
    "sandbox": "Serve a local imitation of BigCommerce.",
    "scopes": "Show which scopes a token has (the scope x-ray).",
}
"""Each is `command` in the module of its name."""


class _Late(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"cartproof.cli.{cmd_name}")
        command = module.command
        assert isinstance(command, click.Command)  # noqa: S101 - a slip of ours, not of a user
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.group(cls=_Late, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cartproof")
def group() -> None:
    """Connect a BigCommerce store to another system, and prove that it is connected right.

    Exit status: 0 verified, 1 failed, 2 bad usage, 3 incomplete, 4 blocked at a person's step,
    5 a secret was found in a file, 130 interrupted.
    """


def main() -> None:
    """Run the command line; an expected error is one line on stderr, never a traceback."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        status = group(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except CartproofError as error:
        click.echo("\n".join([f"cartproof: {error}", *getattr(error, "__notes__", ())]), err=True)
        sys.exit(error.exit_status)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        refused = f"cartproof: the system refused{where}: {error.strerror or error}"
        click.echo("\n".join([refused, *getattr(error, "__notes__", ())]), err=True)
        sys.exit(3)
    except Exception:  # noqa: BLE001 - a fault of ours is told from a failed run by its status
        traceback.print_exc()
        click.echo("cartproof: this is a fault of cartproof; nothing was verified.", err=True)
        sys.exit(3)


def _interrupt(_number: int, _frame: object) -> None:
    """End a command that is told to stop as Ctrl-C does: what it staged is cleared away."""
    raise KeyboardInterrupt
