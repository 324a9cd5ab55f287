"""`cartproof lab` as a person starts it, with a throw-away home, for tests."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

PROGRAM = Path(sys.executable).with_name("cartproof")
PATIENCE_S = 120
"""How long anything may take on a machine that is busy with other things."""
ACCOUNT = "/_sandbox/api-accounts"


@dataclass
class LabProgram:
    """A session that runs; use it as a context manager.

    Attributes:
        folder: Where it is started: `runs` is made there, relative paths begin there.
        arguments: What follows `cartproof lab --no-browser`.
        url: Address of the first notebook, with the token.
        sandbox: Address of the sandbox, empty without `--sandbox`.
        copies: Folder of the working copies.
    """

    folder: Path
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    url: str = ""
    sandbox: str = ""
    copies: Path = Path()
    process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        """Return the home of the person who sits here."""
        return self.folder / "home"

    @property
    def address(self) -> str:
        """Return the server's address, without a page and without the token."""
        return "/".join(self.url.split("/")[:3])

    @property
    def log(self) -> Path:
        """Return the file that holds all that the program said."""
        return self.folder / "lab.log"

    def start(self) -> Self:
        """Start it, and wait until it has said where it is."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "lab", "--no-browser", *self.arguments],
                cwd=self.folder,
                env=self.environ(),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        self.url = self._said(r"(?:JupyterLab|Voila): (\S+)")
        told = self._said(r"Your working copy is in (.*)\n")
        self.copies = self.folder / told.split(". Practise at ")[0].split(". Ctrl-C")[0]
        practise = re.search(r"Practise at (\S+)/_sandbox", told)
        self.sandbox = practise[1] if practise else ""
        return self

    def environ(self) -> dict[str, str]:
        """Return the environment of a program that this person starts."""
        kept = {name: value for name, value in os.environ.items() if not _leads_elsewhere(name)}
        own = {"HOME": str(self.home), "CARTPROOF_HOME": str(self.home / "cartproof")}
        return kept | own | {"PYTHONUNBUFFERED": "1"} | self.environment

    def _said(self, pattern: str) -> str:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            found = re.search(pattern, self.log.read_text("utf-8"))
            if found:
                return found[1]
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text("utf-8")
            time.sleep(0.05)
        raise AssertionError(f"never said {pattern}: {self.log.read_text('utf-8')}")

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does, and return its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()

    def account(
        self, scopes: dict[str, str], name: str = "Northwind Candles", variant: str = ""
    ) -> dict[str, Any]:
        """Make an API account on the sandbox, past its page; return its credentials."""
        made: dict[str, Any] = self.post(
            ACCOUNT, {"name": name, "scopes": scopes, "variant": variant}
        )
        return made

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Send JSON to the sandbox's machine interface, and return its answer."""
        head = {"Content-Type": "application/json"}
        content = json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.sandbox}{path}", data=content, headers=head)
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def get(self, path: str) -> Any:
        """Return what the sandbox says at a path, as JSON."""
        with urllib.request.urlopen(f"{self.sandbox}{path}", timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def private_folder(self) -> Path:
        """Return the folder in which this session's servers and kernels keep what goes with it."""
        for told in Path(tempfile.gettempdir()).glob("cartproof-lab-*/lab.json"):
            if json.loads(told.read_text("utf-8"))["out"].startswith(f"{self.folder}/"):
                return told.parent
        raise AssertionError("the session has no private folder")

    def put_setting(self, plugin: str, key: str, value: Any) -> None:
        """Change a setting of this JupyterLab, as its Settings editor does; before it is opened."""
        token = self.url.split("token=")[1]
        asked = urllib.request.Request(
            f"{self.address}/lab/api/settings/{plugin}",
            data=json.dumps({"raw": json.dumps({key: value})}).encode(),
            headers={"Authorization": f"token {token}"},
            method="PUT",
        )
        urllib.request.urlopen(asked, timeout=PATIENCE_S).close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.stop()


def _leads_elsewhere(name: str) -> bool:
    """Tell whether a variable would lead Jupyter or us to what is the tests' own."""
    return name.startswith(("JUPYTER", "IPYTHON", "XDG_", "CARTPROOF_")) or name in {
        "PYTHONDONTWRITEBYTECODE",
        "BROWSER",
    }
