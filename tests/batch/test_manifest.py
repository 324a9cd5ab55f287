"""The manifest: every problem at once, with row and column, and nothing guessed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.batch.manifest.loader import load_manifest
from cartproof.errors import CartproofError, ManifestError

TOKEN = "k3v9x2m7q1z8w5t4y6u0p3s2d7f1g9h"
CREDENTIALS = f"ACCESS TOKEN: {TOKEN}\nAPI PATH: https://api.bigcommerce.com/stores/{{}}/v3/\n"
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file beside two stores' credentials, and return its path."""
    for name in ("abc123", "12e4567890"):
        (tmp_path / f"{name}.txt").write_text(CREDENTIALS.format(name))

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    """Write rows into the first sheet of an XLSX file."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


def problems(path: Path) -> list[str]:
    """Return what is wrong with a manifest."""
    with pytest.raises(ManifestError) as refused:
        load_manifest(path)
    assert refused.value.exit_status == 2
    first, *lines = str(refused.value).splitlines()
    assert "Nothing was sent" in first
    return [line.strip() for line in lines]


PLAIN = "customer,runbook,credentials\nAcme,stone-edge,file:abc123.txt\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        "sep=;\n" + PLAIN.replace(",", ";"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("runbook", "integration"),
        "Customer , RUNBOOK,Credentials\nAcme, stone-edge ,file:abc123.txt  \n\n\n",
        '"customer","runbook","credentials"\n"Acme","stone-edge","file:abc123.txt"\n',
    ],
)
def test_what_spreadsheets_write_is_read(
    content: str | bytes, write: Write, tmp_path: Path
) -> None:
    """Any separator, encoding, byte order mark, line end; paths start at the manifest's folder."""
    (row,) = load_manifest(write("m.csv", content)).rows
    assert (row.customer, row.runbook, row.store) == ("Acme", "stone-edge", "abc123")
    assert row.credentials == f"file:{tmp_path / 'abc123.txt'}"


def test_texts_stay_as_they_are_written(write: Write) -> None:
    """Digits, exponents and TRUE are texts where the column is text, and typed where it is not."""
    content = (
        "customer,runbook,credentials,store_hash,tags,legacy,limit_locations\n"
        '00123,order-time,file:12e4567890.txt,12e4567890,vip; eu,TRUE,"00123,TRUE"\n'
        "TRUE,stone-edge,file:abc123.txt,,,,\n"
    )
    first, second = load_manifest(write("m.csv", content)).rows
    assert (first.customer, first.store_hash, first.store) == ("00123", "12e4567890", "12e4567890")
    assert first.tags == ("vip", "eu")
    assert first.parameters == {"legacy": True, "limit_locations": ["00123", "TRUE"]}
    assert (second.customer, second.parameters) == ("TRUE", {})


def test_every_problem_is_told_at_once(write: Write) -> None:
    """One line each, with row and column."""
    write("answers.yaml", "schema: 1\nrunbook: stone-edge\ncustomer: Other\nsteps: {nosuch: {}}\n")
    content = (
        "customer,runbook,credentials,answers,update_inventory,legcy,check_vendor_side\n"
        ",stone-edge,file:abc123.txt,,,,\n"
        "Acme,stone-egde,file:abc123.txt,,,,\n"
        "Acme,order-time,abc123.txt,,yes,,\n"
        f"Acme,order-time,{TOKEN},,,,1\n"
        "Acme,stone-edge,file:abc123.txt,answers.yaml,true,,\n"
        "Acme,stone-edge,file:abc123.txt,gone.yaml,,,\n"
        "Acme,stone-edge,file:abc123.txt\n"
        "index.html,stone-edge,file:abc123.txt,,,,\n"
        "Ac\u200bme,stone-edge,file:abc123.txt,,,,\n"
    )
    told = problems(write("m.csv", content))
    text = "\n".join(told)
    for said in (
        "row 2, customer: is empty",
        "row 3, runbook: there is no runbook 'stone-egde'; did you mean 'stone-edge'?",
        "row 4, credentials: The credentials reference",
        "row 4, update_inventory: 'update_inventory' takes true or false, not 'yes'",
        "row 5, credentials: The credentials reference looks like a secret",
        "row 5, check_vendor_side:",
        "row 6, answers: The answers file",
        "row 6, update_inventory: stone-edge has no such parameter",
        "row 7, answers:",
        "row 8: 3 cells, fewer than the 7 columns",
        "row 9, customer: 'index.html' is the name of a file of the results",
        "row 10, customer:",
        "the column 'legcy' is not known; did you mean 'legacy'?",
    ):
        assert said in text
    assert TOKEN[:10] not in text
    assert "nosuch" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("customer,runbook\nAcme,stone-edge\n", "no column 'credentials'"),
        ("customer,customer,runbook,credentials\na,b,stone-edge,file:x\n", "there twice"),
        ("customer,runbook,,credentials\na,stone-edge,,file:x\n", "column C has no name"),
        ("customer,runbook,credentials\n", "names columns, and no customer"),
        (PLAIN + "Acme,stone-edge,file:abc123.txt\n", "row 3: the same as row 2"),
        (PLAIN.replace("runbook", "runbook,integration").replace("edge", "edge,x"), "keep one"),
        (PLAIN + "Acme,stone-edge,file:a,b\n", "row 3: 4 cells, more than the 3 columns"),
    ],
)
def test_forms_that_cannot_be_meant_are_refused(content: str, said: str, write: Write) -> None:
    """Missing, double and nameless columns; no rows; the same row twice."""
    assert said in "\n".join(problems(write("m.csv", content)))


@pytest.mark.parametrize(
    "content",
    [b"", b" \n", b"\x00\x01\x02", b"a,b\n1,2\n", b'customer,runbook\n"x', b"PK\x03\x04rubbish",
     b"\xd0\xcf\x11\xe0rubbish", b"x" * 11_000_000, b"\xff\xfe\x00"],
    ids=repr,
)  # fmt: skip
def test_what_is_no_manifest_is_one_message(content: bytes, write: Write) -> None:
    """Empty, binary, without header, an open quote, a damaged or old workbook, too large."""
    with pytest.raises(ManifestError) as refused:
        load_manifest(write("m.csv", content))
    assert str(refused.value).count("\n") == 0


def test_a_manifest_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    """A missing file, and a folder."""
    for path in (tmp_path / "gone.csv", tmp_path):
        with pytest.raises(ManifestError, match="There is no manifest"):
            load_manifest(path)


def test_xlsx_cells_keep_the_type_that_the_sheet_gives_them(write: Write, tmp_path: Path) -> None:
    """A number, a date or TRUE in a text column is an error that says so; typed ones are taken."""
    del write  # it made the credentials
    head = ["customer", "runbook", "credentials", "store_hash", "legacy", None]
    good = workbook(
        tmp_path / "good.xlsx",
        [head, ["00123", "order-time", "file:abc123.txt", "abc123", True], [None] * 5],
    )
    (row,) = load_manifest(good).rows
    assert (row.customer, row.parameters) == ("00123", {"legacy": True})
    bad = workbook(
        tmp_path / "bad.xlsx",
        [
            head,
            [123, "order-time", "file:abc123.txt", 12e300, 1],
            [True, "order-time", "file:abc123.txt", date(2026, 1, 2), "TRUE"],
        ],
    )
    text = "\n".join(problems(bad))
    assert "row 2, customer: is a number (123), and this column is text. Format the column" in text
    assert "row 2, store_hash: is a number" in text
    assert "row 2, legacy: 'legacy' takes true or false, not 1" in text
    assert "row 3, customer: is TRUE or FALSE, and this column is text" in text
    assert "row 3, store_hash: is a date" in text


def test_yaml_says_the_line_and_wants_quotes(write: Write) -> None:
    """What YAML reads as a number is refused in a text; lists and mappings are taken."""
    good = (
        "schema: 1\ncustomers:\n"
        "  - {customer: '00123', integration: order-time, credentials: file:abc123.txt,\n"
        "     tags: [vip, eu], parameters: {legacy: true, limit_locations: ['1']}}\n"
    )
    (row,) = load_manifest(write("m.yaml", good)).rows
    assert (row.place, row.customer, row.tags) == ("line 3", "00123", ("vip", "eu"))
    assert row.parameters == {"legacy": True, "limit_locations": ["1"]}
    bad = (
        "- {customer: 00123, runbook: order-time, credentials: file:abc123.txt}\n"
        "- {customer: A, runbook: order-time, credentials: file:abc123.txt, store_hash: 12e4567890}\n"
        "- {customer: B, runbook: order-time, credentials: file:abc123.txt, legacy: 'true'}\n"
        "- {customer: C, runbook: order-time, credentials: file:abc123.txt, parameters: {limit_locations: [1]}}\n"
        "- just a word\n"
        "- {customer: D, customer: E, runbook: order-time, credentials: file:abc123.txt}\n"
        "- {customer: F, runbook: order-time, credentials: file:abc123.txt, tags: [1]}\n"
    )
    text = "\n".join(problems(write("m.yaml", bad)))
    for said in (
        "line 1, customer: is a number (123), and this column is text. Put it in quotes",
        "line 2, store_hash: is a number (inf)",
        "line 3, legacy: 'legacy' takes true or false, not 'true'",
        "line 4, parameters: 'limit_locations' takes a list of texts",
        "line 5: a customer is a mapping",
        "line 6: key 'customer' stands here again",
        "line 7, tags: each tag is a text",
    ):
        assert said in text


@pytest.mark.parametrize(
    "content", ["", "7", "customers: 7", "x: [", "a: 1", "- &a [*a]", "\xff", "[" * 5000]
)
def test_yaml_that_is_no_manifest_is_refused(content: str, write: Write) -> None:
    """Not a list, not YAML, references to itself, no text, nested without end."""
    with pytest.raises(ManifestError):
        load_manifest(write("m.yml", content.encode("latin-1")))


def test_parameters_may_stand_in_one_mapping(write: Write) -> None:
    """JSON or YAML in a cell, typed as it stands; not twice, and not something else."""
    head = "customer,runbook,credentials,parameters,legacy\n"
    cell = json.dumps({"legacy": True}).replace('"', '""')
    (row,) = load_manifest(write("m.csv", f'{head}A,order-time,file:abc123.txt,"{cell}",\n')).rows
    assert row.parameters == {"legacy": True}
    bad = (
        f'{head}A,order-time,file:abc123.txt,"{cell}",true\n'
        "B,order-time,file:abc123.txt,7,\n"
        'C,order-time,file:abc123.txt,"{legacy: [",\n'
        'D,order-time,file:abc123.txt,"{legacy: ""true""}",\n'
        'E,order-time,file:abc123.txt,"{nosuch: 1}",\n'
    )
    text = "\n".join(problems(write("m.csv", bad)))
    for said in (
        "row 2, legacy: is given in the column `parameters` as well",
        "row 3, parameters: is no mapping",
        "row 4, parameters: is neither JSON nor YAML",
        "row 5, parameters: 'legacy' takes true or false, not 'true'",
        "row 6, parameters: unknown parameter 'nosuch'",
    ):
        assert said in text


def test_notes_tell_of_shared_stores_missing_credentials_and_spaces(write: Write) -> None:
    """None of them stops the batch."""
    content = (
        "customer,runbook,credentials\n"
        "Acme,stone-edge,file:abc123.txt\n"
        "Acme,dropstream,file:abc123.txt\n"
        "Bolt ,stone-edge,file:gone.txt\n"
    )
    manifest = load_manifest(write("m.csv", content))
    told = "\n".join(manifest.notes)
    assert "row 2, row 3 are of one store (abc123)" in told
    assert "row 4, credentials: The credentials file" in told
    assert "row 4, customer" in told
    assert manifest.rows[0].shared == manifest.rows[1].shared != manifest.rows[2].shared


def test_a_row_is_known_again_by_its_key_and_by_what_it_runs(write: Write) -> None:
    """Another place in the file changes neither; other parameters change the digest alone."""
    rows = "A,order-time,file:abc123.txt,{}\nB,order-time,file:abc123.txt,\n"
    head = "customer,runbook,credentials,legacy\n"
    a, b = load_manifest(write("m.csv", head + rows.format(""))).rows
    lines = rows.format("true").splitlines()
    b_now, a_now = load_manifest(write("m.csv", f"{head}{lines[1]}\n{lines[0]}\n")).rows
    assert (a.key, b.key) == (a_now.key, b_now.key)
    assert b.digest == b_now.digest
    assert a.digest != a_now.digest


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_rubbish_is_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """Whatever a file holds after a header, the answer is a manifest or one of our errors."""
    path = tmp_path_factory.getbasetemp() / "rubbish.csv"
    for name in ("rubbish.csv", "rubbish.yaml"):
        path = path.with_name(name)
        path.write_bytes(b"customer,runbook,credentials\n" + content)
        try:
            load_manifest(path)
        except CartproofError as error:
            assert isinstance(error, ManifestError)
