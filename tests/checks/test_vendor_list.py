"""Exported lists in every form that Excel gives them, and files that are none."""

from __future__ import annotations

import io
import os
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartproof.checks import table, workbook
from cartproof.checks.table import TableError
from cartproof.checks.vendor_list import Columns, VendorList, read_vendor_list

PLAIN = "SKU,Description,Unit Price\n00123,Mug,12.00\n"
CELL = '<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def written(folder: Path, content: bytes | str, name: str = "list.csv") -> str:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def read(folder: Path, content: bytes | str, **columns: Any) -> VendorList:
    """Write and read a list."""
    return read_vendor_list(written(folder, content), Columns(**columns))


def workbook_of(*rows: list[Any], sheet: str = "Items", before: str = "") -> bytes:
    """Return an XLSX with these rows, behind another sheet if one is named."""
    book = openpyxl.Workbook()
    sheet_made = book.active
    if before:
        sheet_made.title = before
        sheet_made = book.create_sheet()
    sheet_made.title = sheet
    for row in rows:
        sheet_made.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def repacked(content: bytes, changes: dict[str, bytes | None]) -> bytes:
    """Return a workbook with some of its parts replaced, or taken out."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in {*old.namelist(), *changes}:
            part = changes.get(name, b"") if name in changes else old.read(name)
            if part is not None:
                new.writestr(name, part)
    return made.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_encoding_and_separator_reads_the_same(
    encoding: str, separator: str, tmp_path: Path
) -> None:
    """Umlauts, quotes, a separator and a line break in a cell come through whole."""
    rows = [
        ["SKU", "Description", "Unit Price"],
        ["A-1", f'"Krüge{separator} ""groß""\nund klein €"', '"12,50"'],
    ]
    text = "\r\n".join(separator.join(row) for row in rows)
    (item,) = read(tmp_path, text.encode(encoding)).items
    assert (item.sku, item.name) == ("A-1", f'Krüge{separator} "groß"\nund klein €')
    assert (item.price.value, item.row) == (Decimal("12.50"), 2)


@pytest.mark.parametrize(
    "sku", ["00123", "12e45", "TRUE", "NA", "NaN", "null", "1.0", "2026-11-21", "-", "9" * 30]
)
def test_a_sku_stays_the_text_that_it_is(sku: str, tmp_path: Path) -> None:
    """No number, date, truth value or missing value is made of one, in CSV and in XLSX."""
    (item,) = read(tmp_path, f"SKU,Unit price\n{sku},1\n").items
    (cell,) = read(tmp_path, workbook_of(["SKU", "Unit price"], [sku, "1"])).items
    assert (item.sku, cell.sku) == (sku, sku)


def test_titles_above_blank_rows_and_a_hint_for_excel_are_passed_over(tmp_path: Path) -> None:
    """Rows are numbered as a spreadsheet numbers them."""
    found = read(tmp_path, "sep=;\nItems of 21.11.\n\nSKU;Price\n\nA;1\n;2\n   ;\nB;3\n")
    assert [(item.sku, item.row) for item in found.items] == [("A", 6), ("B", 9)]
    assert found.without_sku == (7,)


def test_columns_are_found_by_any_spelling_of_their_names(tmp_path: Path) -> None:
    """Case, blanks and underscores do not matter; other columns are left alone."""
    found = read(
        tmp_path, "x,unit_price,ITEM  CODE,Unit of Measure,Income Account\n1,2,A,Each,Sales\n"
    )
    (item,) = found.items
    assert (item.sku, item.price.value, item.unit, item.accounts) == ("A", 2, "Each", ("Sales",))
    assert (found.has_names, found.unit_column) == (False, "Unit of Measure")


def test_columns_are_found_by_the_names_given(tmp_path: Path) -> None:
    """A given name goes before the usual ones."""
    text = "SKU,Artikel,Text,Preis,Konto\nno,A,Krug,3,8400\n"
    found = read(tmp_path, text, sku="artikel", name="Text", price="Preis", accounts=("Konto",))
    (item,) = found.items
    assert (item.sku, item.name, item.price.value, item.accounts) == ("A", "Krug", 3, ("8400",))


@pytest.mark.parametrize(
    ("text", "columns", "words"),
    [
        ("Code,Price\nA,1\n", {}, "Code, Price"),
        ("SKU,Cost\nA,1\n", {}, "no column for the price; it has SKU, Cost"),
        (PLAIN, {"price": "Preis"}, "no column 'Preis'"),
        (PLAIN, {"name": "Text"}, "no column 'Text'"),
        ("SKU,SKU,Price\nA,B,1\n", {}, "more than one column"),
        ('SKU,Price\n"A,1\n', {}, "never closed"),
        ("SKU,Price\n" + "A" * 140_000 + ",1\n", {}, "no CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", {}, "neither"),
        (b"\xff\xfe\x00", {}, "neither"),
        ("", {}, "empty"),
        ("  \n\n", {}, "empty"),
        (b"PK\x03\x04 no zip", {}, "damaged"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, {}, "old .xls"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), {}, "password"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_in_words(
    text: str | bytes, columns: dict[str, str], words: str, tmp_path: Path
) -> None:
    """The message says what is there and what to do; nothing is guessed."""
    with pytest.raises(TableError, match=words):
        read(tmp_path, text, **columns)


def test_what_is_no_file_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    """A folder, a pipe that would block, a path that is none, a file that is not there."""
    os.mkfifo(tmp_path / "pipe")
    for name, words in (
        ("", "no file"),
        ("pipe", "no file"),
        ("gone.csv", "No such file"),
        ("a\0b", "not a path"),
    ):
        with pytest.raises(TableError, match=words):
            read_vendor_list(f"{tmp_path}/{name}", Columns())


def test_a_credentials_file_given_by_mistake_is_not_repeated(tmp_path: Path) -> None:
    """The message names columns, but never a run of characters as long as a token."""
    token = "abcdefghijklmnopqrstuvwxyz01234"
    with pytest.raises(TableError) as caught:
        read(tmp_path, f"ACCESS TOKEN: {token}\nCLIENT ID: x\n")
    assert token[:12] not in str(caught.value)


def test_limits_of_size_rows_and_columns_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more than is allowed is refused, in CSV and in XLSX."""
    monkeypatch.setattr(table, "MOST_ROWS", 3)
    four = [["SKU", "Price"], ["A", "1"], ["B", "1"], ["C", "1"]]
    for content in ("\n".join(map(",".join, four)), workbook_of(*four)):
        with pytest.raises(TableError, match="rows"):
            read(tmp_path, content)
    for content in ("SKU,Price" + "," * 499 + "\n", workbook_of(["SKU", "Price", *["x"] * 499])):
        with pytest.raises(TableError, match="columns"):
            read(tmp_path, content)
    monkeypatch.setattr(table, "MOST_BYTES", 10)
    with pytest.raises(TableError, match="50 MB"):
        read(tmp_path, PLAIN)


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    """Half a gigabyte of zeros in half a megabyte is refused by what the zip says of itself."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("xl/workbook.xml", "")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(410):
                part.write(b"\0" * 1024 * 1024)
    assert len(made.getvalue()) < 5_000_000
    with pytest.raises(TableError, match="unpacks to 410 MB"):
        read(tmp_path, made.getvalue())


def test_a_sheet_may_claim_any_size_and_its_cells_may_lie_anywhere(tmp_path: Path) -> None:
    """A cell in the last column is one too many, and no memory is spent on those before it."""
    content = workbook_of(["SKU", "Price"], ["A", "1"])
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheet = packed.read(name).decode()
    claimed = sheet.replace('ref="A1:B2"', 'ref="A1:XFD1048576"')
    assert claimed != sheet
    assert len(read(tmp_path, repacked(content, {name: claimed.encode()})).items) == 1
    far = sheet.replace(
        "</sheetData>", f'<row r="3">{CELL.format(at="XFD3", text="x")}</row></sheetData>'
    )
    assert len(read(tmp_path, repacked(content, {name: far.encode()})).items) == 1


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
@pytest.mark.parametrize("content", [None, b"", b"<x", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'])
def test_a_damaged_workbook_is_refused_or_read(
    part: str, content: bytes | None, tmp_path: Path
) -> None:
    """Whatever openpyxl makes of a broken part, only the documented error comes out."""
    damaged = repacked(workbook_of(["SKU", "Price"], ["A", "1"]), {part: content})
    try:
        read(tmp_path, damaged)
    except TableError as error:
        assert str(error)


def test_the_sheet_is_the_first_with_a_header_or_the_one_named(tmp_path: Path) -> None:
    """A cover sheet is passed over; a name that is not there is answered with those that are."""
    content = workbook_of(["SKU", "Price"], ["A", "1"], before="Cover")
    assert len(read(tmp_path, content).items) == 1
    assert len(read(tmp_path, content, sheet="Items").items) == 1
    with pytest.raises(TableError, match="it has Cover, Items"):
        read(tmp_path, content, sheet="Stock")
    with pytest.raises(TableError, match="names the SKU column"):
        read(tmp_path, content, sheet="Cover")


def test_numbers_of_a_workbook_are_read_as_excel_shows_them(tmp_path: Path) -> None:
    """Fifteen digits, no exponent, no ambiguity; truth values and dates are text."""
    rows = [["SKU", "Price"], [123, 1.234], [True, 0.1 + 0.2], [1e20, 123456789.12], [4.5, 12]]
    found = read(tmp_path, workbook_of(*rows))
    assert [item.sku for item in found.items] == ["123", "TRUE", "100000000000000000000", "4.5"]
    assert [str(item.price.value) for item in found.items] == ["1.234", "0.3", "123456789.12", "12"]


def test_a_percentage_stored_as_a_number_is_no_price(tmp_path: Path) -> None:
    """What Excel shows as 20 % is not read as 0.2."""
    book = openpyxl.Workbook()
    book.active.append(["SKU", "Price"])
    book.active.append(["A", 0.2])
    book.active["B2"].number_format = "0%"
    book.save(tmp_path / "list.xlsx")
    (item,) = read_vendor_list(str(tmp_path / "list.xlsx"), Columns()).items
    assert item.price.problem == "a percentage"


def test_a_formula_is_known_as_one_and_its_last_value_is_read(tmp_path: Path) -> None:
    """Nothing is computed: the value that Excel kept counts, or the formula shows as text."""
    content = workbook_of(["SKU", "Price"], ["=HYPERLINK(A1)", "=1+1"])
    (item,) = read(tmp_path, content).items
    assert (item.is_formula, item.sku, item.price.problem) == (
        True,
        "=HYPERLINK(A1)",
        "not a number",
    )
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheet = packed.read(name).decode()
    kept = sheet.replace("<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>").replace(
        "<f>1+1</f><v />", "<f>1+1</f><v>2</v>"
    )
    assert kept != sheet
    (item,) = read(tmp_path, repacked(content, {name: kept.encode()})).items
    assert item.price.value == 2


def test_the_search_for_formulas_sees_them_across_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag that is cut between two reads is found all the same."""
    content = repacked(
        workbook_of(["SKU"]), {"xl/worksheets/sheet1.xml": b" " * (1024 * 1024 - 1) + b"<f>1</f>"}
    )
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert workbook._has_formula(packed, packed.getinfo("xl/worksheets/sheet1.xml"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        st.binary(max_size=60).map(b"SKU,Price\n".__add__),
        st.binary(max_size=60).map(b"PK\x03\x04".__add__),
    )
)
def test_no_content_breaks_the_reading(content: bytes, tmp_path: Path) -> None:
    """Any bytes are a list or the documented error."""
    try:
        found = read(tmp_path, content)
    except TableError:
        return
    assert all(item.sku for item in found.items)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_a_spreadsheet_writes_is_read_back(
    rows: list[tuple[str, str]], tmp_path: Path
) -> None:
    """Any text in quoted cells comes back as it was, but for blanks around the SKU."""
    cells = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    text = "\r\n".join(["SKU,Description,Price", *(",".join([*row, "1"]) for row in cells)])
    found = read(tmp_path, text.encode("utf-8-sig"))
    assert [(item.sku, item.name) for item in found.items] == [
        (sku.strip(), name) for sku, name in rows if sku.strip()
    ]
