"""Find the PostgreSQL server that tests of the ledger use, or install it on a new machine.

    python tests/find_postgresql.py --install

On PATH, else where Debian puts it, else, as root on Debian, its package `postgresql`.
`CARTPROOF_POSTGRESQL` names a folder of its programs. Without one the tests that need it are
skipped with a reason; with `CARTPROOF_REQUIRE_POSTGRESQL=1` they fail instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAMS = ("initdb", "postgres")


def programs() -> Path | None:
    """Return the folder with PostgreSQL's programs, the newest; None when there is none."""
    on_path = [Path(found).resolve().parent for name in PROGRAMS if (found := shutil.which(name))]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    named = os.environ.get("CARTPROOF_POSTGRESQL")
    places = [Path(named)] if named else [*on_path, *debian]
    return next((p for p in places if all((p / name).is_file() for name in PROGRAMS)), None)


def _version(path: Path) -> float:
    try:
        return float(path.parent.name)
    except ValueError:
        return 0.0


def install() -> None:
    """Install a server where there is none; never fail, the tests say what is missing."""
    if programs():
        return
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        print("no PostgreSQL server found: install one for the tests of the ledger on it")
        return
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"]
    print("installing PostgreSQL for the tests:", " ".join(command))
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    # Debian would start a server of its own at once: a policy says that it may not.
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(command, check=False, env={**os.environ, **quiet}, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if "--install" in sys.argv:
        install()
    print(programs() or "no PostgreSQL server found")
