"""The whole demo: each run finds what is wrong, and nothing in its output is a secret.

The package's own search, the tests' and detect-secrets look over every file, and into the records.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings

from cartproof.cli.demo import show as module
from cartproof.run.leak_gate import leaks_in
from cartproof.secrets import Secret
from leak_search import which_in

_HEX = "[0-9a-f]{64}"
EXPLAINED: Mapping[tuple[str, str], str] = {
    ("notebook.ipynb", "id"): "[0-9a-f]{8}",  # of the cell that papermill puts in
    ("notebook.ipynb", "key_id"): "[0-9a-f]{12}",  # names the key of the fingerprints
    ("notebook.ipynb", "runbook_sha256"): _HEX,
    ("journal.jsonl", "notebook.ipynb"): _HEX,
    ("journal.jsonl", "report.html"): _HEX,
    ("journal.jsonl", "report-merchant.html"): _HEX,
    ("record.json", "payload"): "[A-Za-z0-9+/=]{10000,}",
    ("record.json", "keyid"): _HEX,
    ("record.json", "sig"): "[A-Za-z0-9+/]{86}==",
    ("payload.json", "sha256"): _HEX,
    ("payload.json", "body_sha256"): _HEX,
    ("payload.json", "runbook_sha256"): _HEX,
    ("payload.json", "head"): _HEX,
    ("payload.json", "path"): r"/v[23](/[a-z_-]+|/\d{1,10})+",
    ("payload.json", "content_type"): r"application/problem\+json",
    ("payload.json", "key_id"): "[0-9a-f]{12}",
    ("payload.json", "ledger"): "[0-9a-f]{32}",
}
"""What looks random and may: in which file, under which name, of which form."""
NAMES = re.compile(r"[A-Za-z/_-]+\\?|runbook_sha256|\d{8}T\d{6}Z-[0-9a-f]{8}\\?")
"""Words of ours, and run ids: anywhere."""
PLUGINS = [
    {"name": "Base64HighEntropyString", "limit": 3.5},
    {"name": "HexHighEntropyString", "limit": 2.5},
    *({"name": name} for name in ("KeywordDetector", "BasicAuthDetector", "JwtTokenDetector")),
    {"name": "PrivateKeyDetector"},
]
"""Below the scanner's usual limits: a token has 31 signs of 36 kinds."""


@dataclass(frozen=True)
class Demo:
    """What a demo left behind, and the secrets that it ran with."""

    folder: Path
    exit: int
    printed: str
    secrets: tuple[str, ...]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run the demo, and learn the credentials that it makes."""
    folder, printed, made = tmp_path_factory.mktemp("demo"), io.StringIO(), []
    create = module.create_account

    def kept(*given: Any, **named: Any) -> dict[str, str]:
        made.append(create(*given, **named))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setattr(module, "create_account", kept)
        status = module.show(folder, jobs=2)
    names = ("access_token", "client_id", "client_secret")
    secrets = tuple(account[name] for account in made for name in names)
    yield Demo(folder, status, printed.getvalue(), secrets)


def test_each_run_of_the_demo_finds_what_is_wrong(demo: Demo) -> None:
    """As the table of merchants says; 22 runs are filed, none is withheld."""
    assert demo.exit == 0, demo.printed
    assert "Not as it should be" not in demo.printed
    assert len(list(demo.folder.rglob("record.json"))) == 22


def test_no_secret_of_the_demo_stands_in_its_output(demo: Demo) -> None:
    """In none of its files, nor on the terminal; the ledger's records are looked into."""
    assert len(demo.secrets) == 3 * 22
    files = {str(path): path.read_bytes() for path in demo.folder.rglob("*") if path.is_file()}
    files |= {str(number): record for number, record in enumerate(_records(demo.folder))}
    files["terminal"] = demo.printed.encode()
    kinds = ("access_token", "client_id", "client_secret") * 22
    assert leaks_in(files, map(Secret, kinds, demo.secrets)) == []


def _records(folder: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(folder / "ledger.db")) as ledger:
        rows = ledger.execute("SELECT record FROM cartproof_ledger_entries").fetchall()
    assert len(rows) == 22
    yield from (zlib.decompress(row[0]) for row in rows)


def suspected_in(folder: Path) -> set[tuple[str, str, str]]:
    """Return what detect-secrets suspects: file, name before it, value."""
    found: set[tuple[str, str, str]] = set()
    with transient_settings({"plugins_used": PLUGINS}):
        for path in folder.rglob("*"):
            if path.is_file() and "ledger.db" not in path.name:
                collection = SecretsCollection()
                collection.scan_file(str(path))
                lines = path.read_text("utf-8").splitlines()
                for _, one in collection:
                    value = one.secret_value or ""
                    found.add((path.name, _name_of(lines[one.line_number - 1], value), value))
    return found


def _name_of(line: str, value: str) -> str:
    before = re.search(r'"([\w.-]+)\\?": ?\\?"\Z', line.partition(value)[0])
    return before[1] if before else ""


def unexplained(suspected: set[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return what neither is a word of ours nor stands where a digest or signature does."""
    return sorted(
        (file, name, value)
        for file, name, value in suspected
        if not NAMES.fullmatch(value) and not re.fullmatch(EXPLAINED.get((file, name), ""), value)
    )


def test_an_independent_scanner_finds_digests_and_signatures_alone(
    demo: Demo, tmp_path: Path
) -> None:
    """All that detect-secrets suspects in the demo's output is explained by kind and place."""
    suspected = suspected_in(demo.folder)
    for number, record in enumerate(_records(demo.folder)):
        payload = json.loads(base64.b64decode(json.loads(record)["payload"]))
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "payload.json").write_text(json.dumps(payload, indent=1))
    suspected |= suspected_in(tmp_path)
    assert {file for file, _, _ in suspected} >= {"notebook.ipynb", "record.json", "payload.json"}
    assert unexplained(suspected) == []
    assert not which_in("\n".join(value for _, _, value in suspected), demo.secrets)


def test_the_scanner_would_find_each_secret_of_the_demo(demo: Demo, tmp_path: Path) -> None:
    """Put in place of a digest or of a word, none of them would be explained."""
    for number, secret in enumerate(demo.secrets[:6]):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "notebook.ipynb").write_text(f'{{\n "note": "{secret}"\n}}\n')
        assert unexplained(suspected_in(folder)) == [("notebook.ipynb", "note", secret)]
