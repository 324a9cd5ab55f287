"""One batch of attacked customers: by their stores, their vendors, their lists, their own names."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cartproof.cli.demo.merchants import (
    Merchant,
    answers_for,
    create_account,
    credentials_file,
    levels_for,
)
from cartproof.run.answers import Answers, save_answers
from cartproof.runbook.loader import load_runbook
from cartproof.sandbox.server import serve

from .hostile_files import write_csv, write_xlsx
from .hostile_store import ATTACKS, Attacker, attacking

STORES = {
    "errors": "stone-edge",
    "endless": "order-time",
    "lists": "dropstream",
    "unending": "sumtracker",
}
"""Stores that attack, and what is run against each."""
OTHERS = {
    "dropstream": "dropstream",
    "connect2cart": "stone-edge",
    "order-time": "order-time",
    "items-csv": "salesorder",
    "items-xlsx": "salesorder",
}
"""Right stores on the sandbox, whose vendors or lists attack."""
TOKENS = {
    "errors": "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h",
    "endless": "p9o8i7u6y5t4r3e2w1q0l9k8j7h6g5f",
    "lists": "m1n2b3v4c5x6z7l8k9j0h1g2f3d4s5a",
    "unending": "z0x9c8v7b6n5m4a3s2d1f0g9h8j7k6l",
}
LOGINS = {
    "dropstream": {"BASE URL": "", "USERNAME": "ann@example.com", "PASSWORD": "u8Hq-2LmZx_71Vb"},
    "connect2cart": {"SCRIPT URL": "", "CART ID": "cart-7", "CART PASSWORD": "r4Tn-9QwKs_30Yc"},
    "order-time": {
        "BASE URL": "",
        "API KEY": "5e2d9c41b7a80f63",
        "EMAIL": "ann@example.com",
        "PASSWORD": "g6Pd-5XvRj_82Mf",
    },
}
CUSTOMERS = {
    "errors": '=HYPERLINK("http://attacker.invalid","x")<script>document.title=\'0wned\'</script>',
    "endless": "+cmd|' /C calc'!A0 <img src=x onerror=\"document.title='0wned'\">",
    "lists": "@SUM(1) [click](javascript:document.title='0wned')",
    "unending": "con.txt <b onclick=document.title='0wned'>",
    "dropstream": "../../../0wned/<svg onload=document.title='0wned'>",
    "connect2cart": "`touch 0wned` $(touch 0wned) {{7*7}} {% raw %} ${7*7} %n%s",
    "order-time": "-2+3'\"></title></style><img src=x onerror=document.title='0wned'>",
    "items-csv": "..\\..\\0wned |\n![x](http://attacker.invalid/0wned.png)".replace("\n", ""),
    "items-xlsx": "＝1+1 --><script>document.title='0wned'</script>",
}
TAGS = "<b>0wned</b>; =1+1"


@dataclass(frozen=True)
class Attacked:
    """What a batch of attacked runs left behind.

    Attributes:
        alone: What commands for one customer printed.
        beside: Names of what lay beside the runs' folder before.
        secrets: All that must stand nowhere.
    """

    folder: Path
    exit: int
    printed: str
    alone: tuple[str, ...]
    asked: dict[str, int]
    beside: set[str]
    secrets: tuple[str, ...]

    def files(self, pattern: str) -> list[Path]:
        """Return the files of this name, of which there must be some."""
        found = sorted((self.folder / "runs").rglob(pattern))
        assert found, f"no {pattern}"
        return found

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the results by mode."""
        results = json.loads(self.files("results.json")[0].read_text("utf-8"))
        modes = {customer: mode for mode, customer in CUSTOMERS.items()}
        return {modes[row["customer"]]: row for row in results["rows"]}


def of_attacking_store(folder: Path, attacker: Attacker, mode: str) -> dict[str, str]:
    """Write the credentials of a store that attacks; return its row."""
    token = TOKENS[mode]
    (folder / f"{mode}.txt").write_text(
        f"ACCESS TOKEN: {token}\nCLIENT ID: {token[::-1]}\n"
        f"API PATH: {attacker.origin}/stores/{mode}/v3/\n"
    )
    return {"runbook": STORES[mode]}


def of_right_store(
    folder: Path, attacker: Attacker, mode: str, sandbox: str, number: int
) -> tuple[dict[str, str], list[str]]:
    """Make a right store on the sandbox and what attacks beside it; return row and secrets.

    The engineer's words are attacks as well: they were pasted from a mail.
    """
    runbook = load_runbook(OTHERS[mode])
    merchant = Merchant(CUSTOMERS[mode], "", "")
    levels = levels_for(runbook, merchant)
    made = create_account(sandbox, Merchant("shop", "", ""), levels, number=number)
    (folder / f"{mode}.txt").write_text(credentials_file(merchant, made), "utf-8")
    given = answers_for(runbook, merchant, levels, when="2026-11-22T10:00:00Z")
    for at, step in enumerate(given["steps"].values()):
        if "note" in step:
            note = ATTACKS[at % len(ATTACKS)].encode("utf-8", "replace").decode()
            step |= {"note": note, "who": ATTACKS[at % 3]}
    save_answers(folder / f"{mode}.yaml", Answers.model_validate(given))
    row = {"runbook": runbook.id, "answers": f"{mode}.yaml", "tags": TAGS}
    return {**row, **_attack(folder, attacker, mode)}, [
        made["access_token"],
        made["client_secret"],
        *(LOGINS[mode][key] for key in LOGINS.get(mode, {}) if "PASSWORD" in key),
    ]


def _attack(folder: Path, attacker: Attacker, mode: str) -> dict[str, str]:
    if mode in LOGINS:
        address = f"{attacker.origin}/vendors/{mode}"
        login = {key: value or address for key, value in LOGINS[mode].items()}
        attacker.known[mode] = next(value for key, value in login.items() if "PASSWORD" in key)
        lines = [f"{key}: {value}" for key, value in login.items()]
        (folder / f"{mode}-login.txt").write_text("\n".join(lines))
        return {"check_vendor_side": "true", "vendor_credentials": f"file:{mode}-login.txt"}
    kind = mode.removeprefix("items-")
    items = folder / f"=<img src=x onerror=document.title='0wned'>.{kind}"
    (write_csv if kind == "csv" else write_xlsx)(items, ATTACKS)
    return {"compare_items_list": "true", "items_list": str(items)}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """Run a customer per attack in one batch, as a team does at night."""
    folder = tmp_path_factory.mktemp("attacked")
    secrets = list(TOKENS.values())
    with attacking() as attacker, serve(port=0, plan="pro") as sandbox:
        rows = [{"mode": mode, **of_attacking_store(folder, attacker, mode)} for mode in STORES]
        for number, mode in enumerate(OTHERS):
            row, known = of_right_store(folder, attacker, mode, sandbox.url, number)
            rows.append({"mode": mode, **row})
            secrets += known
        _write_manifest(folder / "m.csv", rows)
        beside = {path.name for path in folder.iterdir()}
        words = ("batch", "m.csv", "--out", "runs", "--jobs", "2", "--fleet-report", "--json")
        done = _command(folder, *words)
        alone = [_command(folder, *words).stdout for words in _alone()]
        asked = dict(attacker.asked)
    yield Attacked(
        folder, done.returncode, done.stdout, tuple(alone), asked, beside, tuple(secrets)
    )


def _alone() -> Iterator[tuple[str, ...]]:
    """Yield commands that speak of one attacked customer: a run, and an x-ray."""
    of_vendor = OTHERS["connect2cart"], "--credentials", "file:connect2cart.txt"
    asks = "check_vendor_side=true", "-p", "vendor_credentials=file:connect2cart-login.txt"
    customer = "--customer", CUSTOMERS["connect2cart"]
    yield ("run", *of_vendor, *customer, "-p", *asks, "--out", "alone")
    yield ("scopes", "--credentials", "file:errors.txt", "--runbook", STORES["errors"])


def _command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of cartproof, with all that it prints as its output."""
    program = Path(sys.executable).with_name("cartproof")
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    return subprocess.run(
        [program, *words], check=False, cwd=folder, env=environment, timeout=800,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip


def _write_manifest(path: Path, rows: list[dict[str, str]]) -> None:
    columns = ["customer", "credentials", *dict.fromkeys(name for row in rows for name in row)]
    columns.remove("mode")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            mode = row["mode"]
            told = {"customer": CUSTOMERS[mode], "credentials": f"file:{mode}.txt"}
            writer.writerow({**told, **row})
