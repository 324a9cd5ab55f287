"""`cartproof audit`: what it prints and how it ends, and verifying without any of our code."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.audit.filed_runs import made_run, publish

from cartproof.audit.keys import keys_folder
from cartproof.audit.publishing import RECORD, REPORT
from cartproof.cli.audit import command
from cartproof.errors import LedgerError, SigningKeyError, UsageError


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTPROOF_KEYS", str(tmp_path / "keys"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder with two filed runs and their ledger."""
    publish(tmp_path / "runs", 1)
    publish(tmp_path / "runs", 2, customer="Bramble", verdict="failed", exit=1, tags=["eu"])
    return tmp_path / "runs"


def audit(*words: str | Path, status: int = 0) -> Result:
    """Run a command of `cartproof audit`."""
    done = CliRunner().invoke(command, [str(word) for word in words])
    assert done.exit_code == status, (done.output, done.exception)
    return done


def test_verify_says_that_all_fits_or_names_what_does_not(out: Path) -> None:
    """Exit status 0 or 1; the last line is the hash to note, or JSON."""
    assert "all fits: 2 entries, head " in audit("verify", "--out", out).output
    (made_run(out, 1).place / REPORT).write_bytes(b"altered")
    done = audit("verify", "--out", out, "--json", status=1)
    assert done.output.startswith("altered: entry 1, 20261122T100000Z-00000001: Its file report")
    told = json.loads(done.output.splitlines()[-1])
    assert (told["fits"], [m["entry"] for m in told["misfits"]]) == (False, [1])
    assert "all fits" in audit("verify", "--out", out, "--no-files").output
    assert "noted earlier" in audit(
        "verify", "--out", out, "--no-files", "--head", "ab" * 32, status=1
    ).output  # fmt: skip


def test_the_public_key_alone_verifies(out: Path, tmp_path: Path) -> None:
    """On a machine without the private key; a stranger's key does not."""
    public = tmp_path / "public.pem"
    audit("key", "export-public", "-o", public)
    keys_folder().rename(tmp_path / "moved")
    assert "all fits" in audit("verify", "--out", out, "--key", public).output
    assert "not known here" in audit("verify", "--out", out, status=1).output
    stranger = tmp_path / "stranger.pem"
    audit("key", "export-public", "-o", stranger)
    assert "not known here" in audit("verify", "--out", out, "--key", stranger, status=1).output


def test_log_lists_the_newest_first(out: Path) -> None:
    """All, some, or of one customer; as lines or as JSON."""
    lines = audit("log", "--out", out).output.splitlines()
    assert "failed" in lines[0]
    assert "Bramble, stone-edge" in lines[0]
    assert lines[-1].startswith("2 entries, head ")
    told = json.loads(audit("log", "--out", out, "--json", "-n", "1").output)
    assert (told["entry"], told["customer"]) == (2, "Bramble")
    only = audit("log", "--out", out, "--customer", "Northwind Candles").output
    assert "Bramble" not in only


def test_show_prints_one_record(out: Path) -> None:
    """By run or number; the statement as it was signed with --json."""
    text = audit("show", "2", "--out", out).output
    assert "Bramble: failed (exit status 1), tagged eu" in text
    assert "signed with key" in text
    assert audit("show", "20261122T100000Z-00000002", "--out", out).output == text
    assert json.loads(audit("show", "1", "--out", out, "--json").output)["subject"]
    for gone in ("7", "9" * 400, "²", "run"):
        done = audit("show", gone, "--out", out, status=1)
        assert isinstance(done.exception, UsageError)


def test_what_a_record_says_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Escapes, line breaks, direction marks and long names are shown as harmless text."""
    name = "Shop\x1b[2J\x1b]0;x\x07\r\n\u202eevil\u200b" + "x" * 9000
    publish(tmp_path, 3, customer=name, tags=["\x1b[31m"])
    for words in (["log"], ["show", "1"], ["verify"], ["show", "1", "--json"], ["log", "--json"]):
        text = audit(*words, "--out", tmp_path).output
        assert not {"\x1b", "\x07", "\r", "\u202e", "\u200b"} & set(text)
        assert "--json" in words or len(text) < 3000


def test_append_makes_good_what_was_cut_off_and_refuses_the_rest(out: Path) -> None:
    """A whole signed folder is appended; a changed one is not."""
    (out / "ledger.db").unlink()
    (made_run(out, 1).place / REPORT).write_bytes(b"altered")
    done = audit("append", "--out", out, status=1)
    assert "appended as entry 1: 20261122T100000Z-00000002" in done.output
    assert "its file report.html was changed" in done.output
    assert "appended" not in audit("append", "--out", out, status=1).stdout


def test_keys_are_shown_rotated_and_handed_out(out: Path) -> None:
    """After a rotation everything filed before still fits."""
    before = audit("key", "show").output.split()[1]
    audit("key", "rotate", "--yes")
    shown = audit("key", "show").output
    assert f"known      {before}" in shown
    assert before not in shown.splitlines()[0]
    publish(out, 3)
    assert "all fits: 3 entries" in audit("verify", "--out", out).output
    assert audit("key", "export-public").output.startswith("-----BEGIN PUBLIC KEY-----")


def test_a_missing_ledger_and_a_broken_key_are_plain_errors(tmp_path: Path) -> None:
    """Nothing is made by looking."""
    done = audit("verify", "--out", tmp_path / "none", status=1)
    assert isinstance(done.exception, LedgerError)
    assert not (tmp_path / "none").exists()
    done = audit("verify", "--key", tmp_path / "gone.pem", status=1)
    assert isinstance(done.exception, SigningKeyError)


def test_a_bundle_is_verified_by_a_script_that_imports_nothing_of_ours(
    out: Path, tmp_path: Path
) -> None:
    """It finds what was changed; the target must be new."""
    bundle = tmp_path / "bundle"
    audit("export", bundle, "--out", out)
    code = (
        "import runpy, sys\n"
        "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "finally: assert not [m for m in sys.modules if m.split('.')[0] == 'cartproof']"
    )

    def verified() -> subprocess.CompletedProcess[str]:
        words = [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.argv = [{str(bundle / 'verify.py')!r}]\n{code}",
        ]
        return subprocess.run(words, check=False, capture_output=True, text=True, timeout=180)

    done = verified()
    assert (done.returncode, done.stdout[:13]) == (0, "2 entries fit"), done.stderr
    record = bundle / "records" / "2.json"
    record.write_bytes(record.read_bytes().replace(b"payload", b"Payload", 1))
    done = verified()
    assert (done.returncode, "entry 2: its record was changed" in done.stdout) == (1, True)
    refused = audit("export", bundle, "--out", out, status=1)
    assert isinstance(refused.exception, UsageError)


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl on the PATH")
def test_openssl_alone_verifies_a_record(out: Path, tmp_path: Path) -> None:
    """By the recipe of VERIFY.md, as it stands there; an altered record does not pass."""
    bundle = tmp_path / "bundle"
    audit("export", bundle, "--out", out)
    recipe = (bundle / "VERIFY.md").read_text().split("```sh\n")[2].split("```")[0]
    key_id = json.loads((bundle / "records" / "1.json").read_bytes())["signatures"][0]["keyid"]
    script = recipe.replace("KEY_ID", key_id)

    def verified() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", script], cwd=bundle, check=False, capture_output=True, text=True, timeout=60
        )  # fmt: skip

    done = verified()
    assert (done.returncode, "Signature Verified Successfully" in done.stdout) == (0, True), done
    sealed = json.loads((bundle / "records" / "1.json").read_bytes())
    payload = base64.b64decode(sealed["payload"]).replace(b"verified", b"Verified", 1)
    sealed["payload"] = base64.b64encode(payload).decode()
    (bundle / "records" / "1.json").write_text(json.dumps(sealed))
    assert verified().returncode != 0


def test_the_record_in_the_folder_is_the_one_of_the_ledger(out: Path) -> None:
    """The bundle's record and the filed one are the same bytes."""
    bundle = out.parent / "bundle"
    audit("export", bundle, "--out", out)
    assert (bundle / "records" / "1.json").read_bytes() == (
        made_run(out, 1).place / RECORD
    ).read_bytes()
