"""Jobs on Dask, files on S3 and in memory, the ledger on PostgreSQL: the same results."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import fsspec
import pytest
import s3fs
from benchmarks.fleet import TROUBLES
from moto.server import ThreadedMotoServer

from cartproof.audit.ledger import Ledger
from cartproof.batch.carry_out import carry_out
from cartproof.batch.shelf import Shelf, ShelfError
from cartproof.filing import JOURNAL, NOTEBOOK, RECORD, REPORT

from .test_executor import MakeShop, job, wait_until

COMMAND = Path(sys.executable).with_name("cartproof")
MakeFleet = Callable[..., Path]
FILES = {NOTEBOOK, REPORT, RECORD, JOURNAL}
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket of an S3 on loopback; its address is where fsspec and boto look for it."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    for name, value in {
        **KEYS,
        "AWS_ENDPOINT_URL": address,
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()  # it keeps the address of an earlier test's server
    boto3.client("s3").create_bucket(Bucket="audits")
    yield "s3://audits"
    server.stop()


def objects(url: str) -> set[str]:
    """Return the keys below a place, without its own."""
    files, root = fsspec.core.url_to_fs(url)
    files.invalidate_cache()
    return {path.removeprefix(f"{root}/") for path in files.find(root)}


@pytest.mark.parametrize("kind", ["memory", "s3"])
def test_a_runs_folder_goes_to_any_place_that_fsspec_reaches(
    kind: str, shop: MakeShop, tmp_path: Path, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Whole, with its record and ledger entry, once; nothing stays here."""
    url = "memory://audits" if kind == "memory" else request.getfixturevalue("bucket")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ledger = tmp_path / "elsewhere" / "ledger.db"
    right = shop()
    one = job(right, tmp_path / "unused", shelf=f"{url}/nightly", ledger=str(ledger))
    first = carry_out(one)
    assert first.verdict == "verified", first.reasons
    assert first.folder.startswith(f"{url}/nightly/")
    before = {
        name: Shelf(url) and fsspec.open(f"{url}/{name}").open().read() for name in objects(url)
    }
    assert {name.rsplit("/", 1)[-1] for name in before} >= FILES
    right.fault(kind="status", status=500)
    again = carry_out(one)
    assert (again.verdict, again.folder) == ("verified", first.folder)
    assert {name: fsspec.open(f"{url}/{name}").open().read() for name in objects(url)} == before
    with Ledger(ledger).reading() as reading:
        assert [entry.columns["run"] for entry in reading.entries()] == [one.run_id]
    assert not list(tmp_path.rglob("*.ipynb"))


def test_a_place_that_does_not_answer_is_an_outcome(shop: MakeShop, tmp_path: Path) -> None:
    """No such bucket: the row is incomplete, says so, and is not in the ledger."""
    ledger = tmp_path / "ledger.db"
    outcome = carry_out(job(shop(), tmp_path, shelf="file:///dev/null/x", ledger=str(ledger)))
    assert (outcome.verdict, outcome.exit) == ("incomplete", 3)
    assert "file:///dev/null/x" in outcome.reasons[0]
    with pytest.raises(ShelfError):
        Shelf("file:///dev/null/x").put("a", b"")


def run(*words: object, cwd: Path, status: int = 1) -> dict[str, Any]:
    """Run a batch as a command and return its last line."""
    command = [COMMAND, "batch", *map(str, words), "--json"]
    ran = subprocess.run(command, check=False, cwd=cwd, capture_output=True, text=True, timeout=600)
    assert ran.returncode == status, ran.stdout + ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def results(url: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return customer, verdict and causes of each row of the results in a place."""
    files, root = fsspec.core.url_to_fs(url)
    files.invalidate_cache()
    rows = json.loads(files.cat_file(f"{root}/results.json"))["rows"]
    return [(row["customer"], row["verdict"], tuple(row["causes"])) for row in rows]


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and workers, each a process of its own."""
    found = folder / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    dask += ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(found)]
    log = (folder / "dask.log").open("wb")
    started = [subprocess.Popen(dask, stdout=log, stderr=log)]
    try:
        wait_until(lambda: found.is_file() and found.read_text().strip().endswith("}"))
        address = json.loads(found.read_text())["address"]
        for _ in range(workers):
            words = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny"]
            words += ["--nthreads", "2", "--no-dashboard", "--host", "127.0.0.1"]
            words += ["--local-directory", str(folder), "--death-timeout", "120"]
            started.append(subprocess.Popen(words, stdout=log, stderr=log))
        yield address, started[1:]
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()
        log.close()


def test_two_dask_workers_give_the_results_of_a_local_batch(
    fleet: MakeFleet, bucket: str, postgresql: str, tmp_path: Path
) -> None:
    """Files on S3, ledger on PostgreSQL; one worker is killed midway, and nothing is lost."""
    manifest = fleet(10, troubles=TROUBLES)
    local = run(manifest, "--out", tmp_path / "local", "--jobs", "4", cwd=tmp_path)
    url = f"{bucket}/nightly"
    with cluster(tmp_path, 2) as (address, workers):
        words = [COMMAND, "batch", manifest, "--out", url, "--ledger", postgresql]
        process = subprocess.Popen(
            [*words, "--scheduler", address, "--jobs", "4"], cwd=tmp_path, stdout=subprocess.DEVNULL
        )
        wait_until(lambda: any(name.endswith(RECORD) for name in objects(url)))
        workers[0].kill()
        assert process.wait(600) == local["exit"] == 1
    assert results(url) == results(f"file://{tmp_path / 'local'}")
    names = objects(url)
    assert {"index.html", "results.csv", "junit.xml"} <= names
    folders = {name.rsplit("/", 1)[0] for name in names if name.endswith(NOTEBOOK)}
    assert len(folders) == 10
    assert all({f"{folder}/{file}" for file in FILES} <= names for folder in folders)
    with Ledger(postgresql).reading() as reading:
        runs = [entry.columns["run"] for entry in reading.entries()]
    assert sorted(runs) == sorted(folder.rsplit("/", 1)[1] for folder in folders)
