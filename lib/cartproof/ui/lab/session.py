"""A session of `cartproof lab`, from the command to Ctrl-C.

The browser is opened before the server is there: its socket listens already, so both start at
once.
"""

from __future__ import annotations

import getpass
import secrets
import socket
import sys
import webbrowser
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from cartproof.run.folders import checked_customer, folder_name
from cartproof.ui.lab import copies
from cartproof.ui.lab.places import Places, own_places
from cartproof.ui.lab.seat import Seat, write_seat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager


ENTRANCE = "/cartproof/enter"
"""Where the browser that is opened is let in (`cartproof.ui.lab.routes`, imported late)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asked for.

    Attributes:
        runbook: Id of the runbook, or `fleet-audit`; empty for the page that leads to all of them.
        customer: The merchant's name, empty when it is not known yet.
        out: Folder for working copies and runs.
        port: Port on 127.0.0.1; 0 for a free one.
        opens_browser: Whether to open the person's browser.
        is_voila: Whether Voila shows the notebook, without JupyterLab around it.
    """

    runbook: str
    customer: str
    out: Path
    port: int = 0
    opens_browser: bool = True
    is_voila: bool = False


def hold(
    wanted: Wanted,
    *,
    sandbox: AbstractContextManager[str],
    say: Callable[[str], None],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Hold a session until it is told to stop.

    Args:
        sandbox: Gives the sandbox's address while it runs, or an empty text.
        say: Tells the person one line.
        now: Clock, for the folder of working copies.
    """
    customer = checked_customer(wanted.customer) if wanted.customer else ""
    folder = _folder(wanted, customer, now())
    opened = copies.make_copies(wanted.runbook, folder)
    token, key = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    with _listening(wanted.port) as bound, own_places() as places:
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        page = f"/{'voila/render' if wanted.is_voila else 'doc/tree'}/{opened.first}"
        if wanted.opens_browser:
            link = f"{address}{ENTRANCE}?key={key}"
            Thread(target=webbrowser.open, args=(link,), daemon=True).start()
        with sandbox as practise:
            seat = Seat(str(wanted.out.absolute()), customer, _engineer(), practise)
            write_seat(places.lab_file, seat)
            say(f"{'Voila' if wanted.is_voila else 'JupyterLab'}: {address}{page}?token={token}")
            say(_what_to_do(folder, seat))
            offer = {
                "notebooks": folder.absolute(),
                "first": opened.first,
                "digests": opened.digests,
                "start_folder": Path.cwd(),
                "out": wanted.out.absolute(),
                "bound": bound,
                "token": token,
                "key": key,
                "page": page,
                "is_voila": wanted.is_voila,
            }
            _serve(offer, places)


def _folder(wanted: Wanted, customer: str, now: datetime) -> Path:
    """Return where working copies go: beside the customer's runs, else a folder of their own."""
    if customer and wanted.runbook:
        return wanted.out / folder_name(customer) / wanted.runbook
    return wanted.out / "lab" / f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def _serve(offered: Mapping[str, Any], places: Places) -> None:
    """Serve; what takes long to import is imported here, while the browser starts."""
    # jsonschema offers formats that nobody uses here; this one builds a grammar for a second.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # "not installed"
    from cartproof.ui.lab import server  # noqa: PLC0415

    offer = server.Offer(**offered)
    server.run(server.make_server(offer, places), "" if offer.is_voila else offer.first)


def _listening(port: int) -> socket.socket:
    bound = socket.create_server(("127.0.0.1", port), backlog=128)
    bound.setblocking(False)
    return bound


def _engineer() -> str:
    with suppress(Exception):  # a system without a user database
        return getpass.getuser()
    return ""


def _what_to_do(folder: Path, seat: Seat) -> str:
    practise = f" Practise at {seat.account_page}." if seat.sandbox else ""
    return f"Your working copy is in {folder}.{practise} Ctrl-C ends it all."
