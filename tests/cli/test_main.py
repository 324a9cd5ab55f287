"""The command line as a whole: exit statuses, messages, and how it is told to stop."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from cartproof import cli
from cartproof.errors import CredentialsError, LeakError, NotebookError

PROGRAM = Path(sys.executable).with_name("cartproof")


@pytest.mark.parametrize(
    ("raised", "status", "said"),
    [
        (CredentialsError("the file is gone"), 2, "the file is gone"),
        (NotebookError("no notebook"), 3, "no notebook"),
        (LeakError("a secret in report.html"), 5, "report.html"),
        (PermissionError(13, "Permission denied", "/runs"), 3, "/runs: Permission denied"),
        (OSError(28, "No space left on device"), 3, "No space left"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (ZeroDivisionError("ours"), 3, "fault of cartproof"),
        (click.UsageError("no such option"), 2, "no such option"),
        (click.exceptions.Exit(4), 4, ""),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_kind_of_end_has_its_exit_status(
    raised: BaseException,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An expected error is a message; only a fault of ours shows its traceback."""

    @click.command()
    def broken() -> None:
        raise raised

    monkeypatch.setattr(cli, "group", broken)
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["cartproof"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    err = capsys.readouterr().err
    assert ended.value.code == status
    assert said in err
    assert ("Traceback" in err) == isinstance(raised, ZeroDivisionError)


def test_every_command_has_help_and_is_in_the_readme() -> None:
    """No command is undocumented, and each can be imported."""
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")
    for name in cli._COMMANDS:
        command = cli.group.get_command(click.Context(cli.group), name)
        assert command is not None
        assert command.help
        assert f"cartproof {name}" in readme or f"make {name}" in readme


def test_an_output_folder_that_cannot_be_made_is_bad_usage(tmp_path: Path) -> None:
    """A file where the folder should be is named; there is no traceback."""
    (tmp_path / "file").write_text("")
    (tmp_path / "c.txt").write_text(
        "ACCESS TOKEN: q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h\nAPI PATH: http://127.0.0.1:9/stores/abcde/v3/\n"
    )
    words = [
        "run",
        "stone-edge",
        "--customer",
        "A",
        "--credentials",
        "file:c.txt",
        "--out",
        "file/x",
    ]
    ran = subprocess.run(
        [PROGRAM, *words], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert "file/x" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
def test_a_run_told_to_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    """SIGTERM midway ends with status 130, no staged folder and no kernel; the ledger is empty."""
    (tmp_path / "c.txt").write_text(
        "ACCESS TOKEN: q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h\nAPI PATH: http://127.0.0.1:9/stores/abcde/v3/\n"
    )
    words = ["run", "stone-edge", "--customer", "A", "--credentials", "file:c.txt", "--out", "o"]
    process = subprocess.Popen([PROGRAM, *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 30
    while not list(tmp_path.glob("o/.*.part")) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "interrupted" in said
    left = {path.name for path in (tmp_path / "o").iterdir()}
    assert {name for name in left if not name.startswith("ledger.db")} == set()
