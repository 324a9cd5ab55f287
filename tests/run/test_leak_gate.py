"""The leak gate finds secrets in files and their names, however they are wrapped or packed."""

from __future__ import annotations

import base64
import gzip
import io
import json
import random
import string
import struct
import zipfile
import zlib
from collections.abc import Callable

import openpyxl
import pytest

from cartproof.run import layers
from cartproof.run.leak_gate import leaks_in
from cartproof.secrets import Secret

TOKEN = "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h"
SECRETS = [Secret("access_token", TOKEN)]


def picture(*chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG file with these chunks after its header."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    packed = (
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def notebook(output: dict[str, str]) -> bytes:
    """Return a notebook with one output of these MIME types."""
    cell = {"cell_type": "code", "source": [], "outputs": [{"data": output}]}
    return json.dumps({"cells": [cell]}, indent=1).encode()


def workbook(value: str) -> bytes:
    """Return an XLSX file with a value in a cell."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = value
    book.save(file)
    return file.getvalue()


def archive(name: str, content: str) -> bytes:
    """Return a ZIP file with one compressed member."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return file.getvalue()


def embedded(content: bytes) -> bytes:
    """Return a report with a picture in it."""
    return f'<img src="data:image/png;base64,{base64.b64encode(content).decode()}">'.encode()


def payload(value: str) -> bytes:
    """Return a record: base64 around JSON around the value."""
    content = json.dumps({"padding": "x" * 100, "value": value}).encode()
    return json.dumps({"payload": base64.b64encode(content).decode()}).encode()


FILES: dict[str, Callable[[str], bytes]] = {
    "a line": lambda v: f"ok\n{v}\n".encode(),
    "across lines": lambda v: f"{v[:7]}\n{v[7:12]}\n{v[12:]}".encode(),
    "a notebook's lines": lambda v: json.dumps([v[:8] + "\n", v[8:]], indent=1).encode(),
    "a piece": lambda v: f"cut: {v[4:15]}…".encode(),
    "UTF-16": lambda v: v.encode("utf-16"),
    "a picture's text": lambda v: picture((b"tEXt", b"Comment\0" + v.encode())),
    "a picture's packed text": lambda v: picture((b"zTXt", b"C\0\0" + zlib.compress(v.encode() * 3))),
    "a picture's international text": lambda v: picture(
        (b"iTXt", b"C\0\1\0\0\0" + zlib.compress(v.encode() * 3))
    ),
    "a picture in a notebook": lambda v: notebook(
        {"image/png": base64.encodebytes(
            picture((b"zTXt", b"C\0\0" + zlib.compress(v.encode() * 3)))).decode()}
    ),
    "a picture in a report": lambda v: embedded(
        picture((b"zTXt", b"C\0\0" + zlib.compress(v.encode() * 3)))
    ),
    "a workbook": workbook,
    "an archive": lambda v: archive("a.txt", v * 20),
    "a name in an archive": lambda v: archive(f"{v}.txt", ""),
    "an archive in a report": lambda v: embedded(archive("a.txt", v * 20)),
    "a longer archive in a report": lambda v: embedded(archive("ab.txt", v * 20)),
    "the longest archive in a report": lambda v: embedded(archive("abc.txt", v * 20)),
    "a workbook in a notebook": lambda v: notebook(
        {"application/x-xlsx": base64.b64encode(workbook(v)).decode()}
    ),
    "gzip": lambda v: gzip.compress(v.encode() * 3),
    "gzip in base64": lambda v: base64.b64encode(gzip.compress((v + string.printable * 2).encode())),
    "archives that follow a digest in a list": lambda v: json.dumps([
        *("0f" * 32, base64.b64encode(archive("abc.txt", "b")).decode()),
        *("0f" * 32, base64.b64encode(archive("abc.txt", v * 20)).decode()),
    ]).encode(),
    "gzip in base64 between digests": lambda v: "é {0}: {1}; {0}".format(
        "0f" * 32, base64.b64encode(gzip.compress((v + string.printable * 2).encode())).decode()
    ).encode(),
    "a record's payload": payload,
    "hex in a record's payload": lambda v: payload(v.encode().hex()),
}  # fmt: skip


@pytest.mark.parametrize("name", list(FILES))
def test_a_secret_in_a_file_is_found(name: str) -> None:
    """The leak names file and secret, and no value."""
    leaks = leaks_in({"first.txt": b"nothing", "notebook.ipynb": FILES[name](TOKEN)}, SECRETS)
    assert leaks
    assert all(leak.file.startswith("notebook.ipynb") for leak in leaks)
    assert all(leak.secret.startswith("access_token sha256:") for leak in leaks)
    assert TOKEN[:10] not in str(leaks)


@pytest.mark.parametrize("name", list(FILES))
@pytest.mark.parametrize("seed", range(5))
def test_a_file_without_a_secret_passes(name: str, seed: int) -> None:
    """Another value in the same place is no leak."""
    other = "".join(random.Random(seed).choices(string.ascii_lowercase + string.digits, k=31))
    assert leaks_in({"notebook.ipynb": FILES[name](other)}, SECRETS) == []


def test_a_leak_says_in_which_line_it_stands() -> None:
    """The engineer finds the place by its number."""
    [leak] = leaks_in({"a.txt": f"1\n2\n3 {TOKEN}".encode()}, SECRETS)
    assert (leak.file, leak.line) == ("a.txt", 3)
    assert str(leak).startswith("a secret stands in a.txt, line 3: access_token sha256:")


def test_a_file_s_name_is_searched_and_not_repeated() -> None:
    """A secret in a name is told by number."""
    [leak] = leaks_in({"a": b"", f"b-{TOKEN}.html": b""}, SECRETS)
    assert str(leak).startswith("a secret stands in the name of file 2: access_token sha256:")


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"a" * 2_000_000),
        archive("a", "a" * 2_000_000),
        embedded(gzip.compress(b"a" * 2_000_000)),
    ],
    ids=["gzip", "archive", "gzip in a report"],
)
def test_what_cannot_be_searched_whole_is_withheld(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive without end may hold anything."""
    monkeypatch.setattr(layers, "LONGEST_UNPACKED", 1_000_000)
    [leak] = leaks_in({"a.bin": content}, SECRETS)
    assert str(leak) == "a.bin could not be searched: it unpacks to more than can be searched"


def test_a_list_of_archives_is_not_decoded_over_and_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once as one text, and once each: a file of megabytes may hold thousands."""
    decoded: list[int] = []
    decode = base64.b64decode
    monkeypatch.setattr(
        layers.base64, "b64decode", lambda text: decoded.append(len(text)) or decode(text)
    )
    one = base64.b64encode(archive("a", "b")).decode().rstrip("=")
    text = json.dumps([one] * 500)
    assert not leaks_in({"a.json": text.encode()}, SECRETS)
    assert len(decoded) == 500
    assert sum(decoded) < 2 * len(text)


def altered(content: bytes, *, at: int, to: bytes) -> bytes:
    """Return an archive of one member with a field changed, in both of its headers.

    Args:
        at: Where the field begins in the member's own header; in the directory two bytes later.
    """
    made, directory = bytearray(content), content.index(b"PK\x01\x02")
    for begin in (at, directory + at + 2):
        made[begin : begin + len(to)] = to
    return bytes(made)


@pytest.mark.parametrize(
    ("at", "to"),
    [(6, b"\x01\x00"), (8, b"\x62\x00"), (14, b"\x00" * 4)],
    ids=["locked", "packed in an unknown way", "damaged"],
)
@pytest.mark.parametrize("wrapped", [bytes, embedded])
def test_an_archive_that_does_not_open_here_is_withheld(
    at: int, to: bytes, wrapped: Callable[[bytes], bytes]
) -> None:
    """Who has the password, or another program, reads what nobody searched."""
    made = archive("a.txt", TOKEN * 20)
    assert TOKEN not in str(made)
    leaks = leaks_in({"a.bin": wrapped(altered(made, at=at, to=to))}, SECRETS)
    told = "a.bin could not be searched: it holds an archive that is locked, damaged, or packed"
    assert [leak for leak in leaks if str(leak).startswith(told)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\x1f\x8bno",
        picture()[:30],
        b"\xff" * 5000,
        b"PK\x03\x04 and then nothing",
        archive("a.txt", "b" * 500)[:-30],
    ],
    ids=["nothing", "no picture", "no gzip", "half a picture", "no text", "no archive", "cut off"],
)
def test_rubbish_passes(content: bytes) -> None:
    """What is cut off holds nothing, and stops nothing."""
    assert leaks_in({"a.bin": content}, SECRETS) == []
