"""The vendor's items against the store's: right, and each thing that can be wrong."""

from __future__ import annotations

import csv
import json
import re
import time
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartproof.checks.catalogue import StoreItem
from cartproof.checks.item_texts import is_same_item
from cartproof.checks.shown import FORMULA_STARTS, shown
from cartproof.findings import Finding, Verdict
from cartproof.run.display import step_html
from cartproof.run.results import StepResult

from .checked_store import CheckedStore, bad, titled

MUG = {"sku": "MUG", "name": "Alder Mug", "price": 12.5}
JAR = {
    "sku": "JAR",
    "name": "Jar &amp; Lid",
    "price": 1234.5,
    "variants": [{"sku": "JAR-S", "label": "S"}, {"sku": "JAR-XL", "label": "XL", "price": 1300}],
}
RIGHT = [
    ["SKU", "Description", "Unit Price", "Unit of Measure", "Income account"],
    ["MUG", "ALDER  mug", "12,50", "Each", "Sales"],
    ["JAR-S", "Jar & Lid", "1.234,50", "Each", "Sales"],
    ["JAR-XL", "Jar &amp; Lid - Size XL", "1.300", "Each", "Sales"],
]


def listed(folder: Path, rows: list[list[str]]) -> str:
    """Write rows as a CSV with semicolons and a byte order mark, and return its path."""
    path = folder / "items.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return str(path)


def changed(row: int, column: int, text: str) -> list[list[str]]:
    """Return the right list with one cell changed."""
    return [
        [text if (at, place) == (row, column) else cell for place, cell in enumerate(cells)]
        for at, cells in enumerate(RIGHT)
    ]


@pytest.fixture
def stocked(store: CheckedStore) -> CheckedStore:
    """Return a store with a product without options, and one whose second variant has a price."""
    store.catalogue(MUG, JAR)
    return store


@pytest.mark.parametrize("skus", [[], ["MUG", "JAR-S", "JAR-XL"]])
def test_items_that_match_pass(stocked: CheckedStore, skus: list[str], tmp_path: Path) -> None:
    """A variant without a price has its product's; a parent's own SKU is not missed."""
    found = stocked.findings("items_match", list=listed(tmp_path, RIGHT), skus=skus)
    assert bad(found) == {}
    assert titled(found, "Items match").data == {"same": 3}
    confirm = titled(found, "Unit of measure and default accounts")
    assert "Each (3)" in confirm.message
    assert "Sales (3)" in confirm.message


EVERY_WRONG: list[tuple[list[list[str]], str, str, str]] = [
    (changed(1, 0, "MUC"), "SKUs missing in the vendor's list", "fail", "MUG"),
    (
        [*RIGHT, ["MUG", "Alder Mug", "12,50", "Each", "Sales"]],
        "Duplicate SKUs in the vendor's list",
        "fail",
        "rows 2, 5",
    ),
    (changed(1, 2, "12,51"), "Prices", "fail", "store 12.50, list 12.51"),
    (changed(1, 2, "-12,50"), "Prices", "fail", "list '-12.50"),
    (changed(1, 2, ""), "Prices that cannot be read", "fail", "empty"),
    (changed(1, 2, "12 %"), "Prices that cannot be read", "fail", "percentage"),
    (changed(1, 1, "Birch Mug"), "Names", "warn", "Birch Mug"),
    (changed(2, 1, "Jar & Lid XL"), "Names", "warn", "JAR-S"),
    (changed(1, 1, ""), "Names", "warn", "MUG"),
]


@pytest.mark.parametrize(("rows", "title", "verdict", "words"), EVERY_WRONG)
def test_each_wrong_thing_in_the_list_turns_exactly_its_finding_red(
    stocked: CheckedStore,
    rows: list[list[str]],
    title: str,
    verdict: str,
    words: str,
    tmp_path: Path,
) -> None:
    """Chosen SKUs, one cell wrong: one finding, with a remedy and who is to act."""
    found = stocked.findings(
        "items_match", list=listed(tmp_path, rows), skus=["MUG", "JAR-S", "JAR-XL"]
    )
    assert bad(found) == {title: verdict}
    finding = titled(found, title)
    assert words in finding.message
    assert finding.remedy
    assert finding.who


def test_a_price_that_may_be_read_in_two_ways_is_not_guessed(
    stocked: CheckedStore, tmp_path: Path
) -> None:
    """`1.300` alone is ambiguous until the column or the option `decimal` settles it."""
    path = listed(tmp_path, [RIGHT[0], RIGHT[3]])
    found = stocked.findings("items_match", list=path, skus=["JAR-XL"])
    assert bad(found) == {"Prices that cannot be read": "fail"}
    assert "decimal" in titled(found, "Prices that cannot be read").remedy
    assert bad(stocked.findings("items_match", list=path, skus=["JAR-XL"], decimal=",")) == {}
    assert bad(stocked.findings("items_match", list=path, skus=["JAR-XL"], decimal=".")) == {
        "Prices": "fail"
    }


def test_a_chosen_sku_that_the_store_lacks_is_red(stocked: CheckedStore, tmp_path: Path) -> None:
    """And one that is spelled otherwise there is named."""
    rows = [*RIGHT, ["GONE", "x", "1", "Each", "Sales"]]
    found = stocked.findings("items_match", list=listed(tmp_path, rows), skus=["GONE"])
    assert bad(found) == {"SKUs missing in the store": "fail"}
    found = stocked.findings("items_match", list=listed(tmp_path, RIGHT), skus=["0mug"])
    assert "0mug (there is MUG)" in titled(found, "SKUs missing in the vendor's list").message


def test_of_all_items_those_of_the_vendor_alone_are_a_warning(
    stocked: CheckedStore, tmp_path: Path
) -> None:
    """A vendor may sell elsewhere, too; what the store sells and the vendor lacks is red."""
    extra = ["POS", "Till roll", "1,00", "Each", "Sales"]
    found = stocked.findings("items_match", list=listed(tmp_path, [*RIGHT, extra]))
    assert bad(found) == {"SKUs missing in the store": "warn"}
    found = stocked.findings("items_match", list=listed(tmp_path, RIGHT[:-1]))
    assert bad(found) == {"SKUs missing in the vendor's list": "fail"}


def test_a_parents_own_sku_is_known_where_the_vendor_lists_it(
    stocked: CheckedStore, tmp_path: Path
) -> None:
    """Product SKUs are compared as variant SKUs are."""
    row = ["JAR", "Jar & Lid", "1.234,50", "Each", "Sales"]
    for skus in ([], ["JAR"]):
        found = stocked.findings("items_match", list=listed(tmp_path, [*RIGHT, row]), skus=skus)
        assert bad(found) == {}


@pytest.mark.parametrize("skus", [[], ["MUG"]])
def test_a_sku_twice_in_the_store_is_red(
    store: CheckedStore, skus: list[str], tmp_path: Path
) -> None:
    """On two products, or on a product and another's variant; its price is then not compared."""
    store.catalogue(MUG, {**MUG, "name": "Birch Mug", "price": 1})
    found = store.findings("items_match", list=listed(tmp_path, RIGHT[:2]), skus=skus)
    assert bad(found)["Duplicate SKUs in the store"] == "fail"
    assert not {"Prices", "Names"} & set(bad(found))


def test_rows_without_a_sku_are_counted(stocked: CheckedStore, tmp_path: Path) -> None:
    """They are no items, and no silence is kept about them."""
    found = stocked.findings("items_match", list=listed(tmp_path, [*RIGHT, ["", "x", "1", "", ""]]))
    assert bad(found) == {"Items read": "warn"}
    assert "1 row has no SKU: 5." in titled(found, "Items read").message


def test_a_list_without_names_units_and_accounts_says_what_is_left_to_confirm(
    stocked: CheckedStore, tmp_path: Path
) -> None:
    """Two warnings, the second with the runbook's own words."""
    rows = [[row[0], row[2]] for row in RIGHT]
    path, confirm = listed(tmp_path, rows), ["Each", "Income = {account}"]
    found = stocked.findings("items_match", {"account": "Sales"}, list=path, confirm=confirm)
    assert bad(found) == {"Names": "warn", "Unit of measure and default accounts": "warn"}
    assert "Each; Income = Sales" in titled(found, "Unit of measure and default accounts").remedy


def test_without_a_list_the_chosen_items_are_shown_for_comparing_on_screen(
    stocked: CheckedStore,
) -> None:
    """Inconclusive, which a person's word can settle; a SKU the store lacks is red all the same."""
    found = stocked.findings("items_match", list="", skus="MUG, GONE")
    assert bad(found) == {"Item GONE": "fail", "Vendor's list": "inconclusive"}
    assert titled(found, "Item MUG").data == {"sku": "MUG", "name": "Alder Mug", "price": "12.5"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "No list"),
        ({"list": "{path}"}, "No such file"),
        ({"list": "{path}", "decimal": "x"}, "decimal sign"),
    ],
)
def test_a_list_that_cannot_be_read_is_told_before_anything_is_sent(
    store: CheckedStore, options: dict[str, str], words: str, tmp_path: Path
) -> None:
    """One inconclusive finding, and not one request."""
    found = store.findings("items_match", {"path": str(tmp_path / "gone.csv")}, **options)
    assert bad(found) == {"Vendor's list": "inconclusive"}
    assert words in found[0].message
    assert store.requests() == []


def test_few_skus_are_looked_up_and_many_read_by_pages(
    stocked: CheckedStore, tmp_path: Path
) -> None:
    """One chosen SKU takes three requests at most; all take a page of each kind."""
    path = listed(tmp_path, RIGHT)
    stocked.findings("items_match", list=path, skus=["JAR-S"])
    asked = [seen["query"] for seen in stocked.requests()]
    assert len(asked) == 3
    assert all("JAR-S" in query or "id:in" in query or "id%3Ain" in query for query in asked)
    stocked.findings("items_match", list=path)
    assert len(stocked.requests()) == 5


def test_a_refusal_by_scope_names_the_row(new_store: Any, tmp_path: Path) -> None:
    """Without Products nothing can be told."""
    blind = new_store({"Orders": "read-only"})
    found = blind.findings("items_match", list=listed(tmp_path, RIGHT))
    assert bad(found) == {"Items": "inconclusive"}
    assert "Products" in found[0].remedy


def test_an_empty_store_and_an_empty_list_match_in_nothing(
    store: CheckedStore, tmp_path: Path
) -> None:
    """No item compared is no pass."""
    store.catalogue()
    found = store.findings("items_match", list=listed(tmp_path, RIGHT[:1]))
    assert bad(found)["Items match"] == "inconclusive"


def _large_list(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Items")
    sheet.append(["\ufeffSKU", "Description", "Unit Price"])
    for number in range(5000):
        euros = f"{1000 + number:,}.50".translate(str.maketrans(",.", ".,"))
        sheet.append(
            [f"{number:05}", f"Item {number}", 1000 + number + 0.5 if number % 2 else euros]
        )
    sheet.append(["00007", "Item 7", "1.007,50"])
    sheet.append(["00009", "Item 9", "1.009,50"])
    sheet.append(["NOT-THERE", "Item", "1,00"])
    sheet.append(['=HYPERLINK("http://evil.example","x")', '=cmd|"/c calc"!A1', "1,00"])
    sheet.append(["00123 ", "=1+1", "1.123,50"])
    book.save(path)


def test_five_thousand_rows_are_compared_in_seconds(store: CheckedStore, tmp_path: Path) -> None:
    """Duplicates, missing SKUs, German prices, a BOM and formulas, each told; none passed on."""
    _large_list(tmp_path / "items.xlsx")
    products = [
        {"sku": f"{n:05}", "name": f"Item {n}", "price": 1000 + n + 0.5} for n in range(5000)
    ]
    products[17]["price"] = 3
    store.catalogue(*products, {"sku": "EXTRA", "name": "Extra", "price": 1})
    started = time.monotonic()
    found = store.findings("items_match", list=str(tmp_path / "items.xlsx"))
    assert time.monotonic() - started < 20
    assert bad(found) == {
        "SKUs missing in the store": "warn",
        "SKUs missing in the vendor's list": "fail",
        "Duplicate SKUs in the vendor's list": "fail",
        "SKUs that are formulas": "fail",
        "Prices": "fail",
        "Unit of measure and default accounts": "warn",
    }
    assert [
        row[0] for row in titled(found, "Duplicate SKUs in the vendor's list").data["rows"]
    ] == ["00007", "00009", "00123"]
    assert titled(found, "Prices").data["rows"] == [["00017", "3.00", "1017.50", 19]]
    assert len(store.requests()) == 42
    assert_nothing_executes(found)


def test_long_lists_are_cut_with_their_counts(store: CheckedStore, tmp_path: Path) -> None:
    """Ten are named, two hundred are kept, all are counted."""
    store.catalogue(*({"sku": f"S{n:03}", "name": "x", "price": 1} for n in range(300)))
    found = store.findings("items_match", list=listed(tmp_path, RIGHT[:1]))
    missing = titled(found, "SKUs missing in the vendor's list")
    assert "S009 and 290 more" in missing.message
    assert (missing.data["count"], len(missing.data["rows"])) == (300, 200)
    assert len(json.dumps(missing.as_json())) < 20_000


def assert_nothing_executes(found: list[Finding]) -> None:
    """Fail when any text of the findings, or of their HTML, would run as a formula."""
    kept = json.dumps([finding.as_json() for finding in found], ensure_ascii=False)
    html = unescape(step_html(StepResult("x", "x", "x", Verdict.FAIL, findings=tuple(found))))
    for text in (kept, html):
        assert not re.search(r"(?<!')=(HYPERLINK|cmd|1\+1)", text)
    for text in re.findall(r'"((?:[^"\\]|\\.)*)"', kept):
        assert not text.startswith(tuple(FORMULA_STARTS))
    assert "<a href" not in html


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(
        st.tuples(
            st.sampled_from(FORMULA_STARTS),
            st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=20),
        ).map("".join),
        min_size=3,
        max_size=3,
    ),
    blank=st.sampled_from(["", " ", "\t", "\r", "\u00a0"]),
)
def test_no_cell_of_a_list_is_passed_on_as_a_formula(
    stocked: CheckedStore, cells: list[str], blank: str, tmp_path: Path
) -> None:
    """SKU, name and price that begin as formulas do, behind whatever blank, get an apostrophe."""
    quoted = [blank + cell for cell in cells]
    rows = [RIGHT[0], [*quoted, "=1", "@x"], ["MUG", quoted[1], quoted[2], quoted[0], quoted[0]]]
    found = stocked.findings("items_match", list=listed(tmp_path, rows), skus=[])
    assert_nothing_executes(found)


def test_a_sku_that_only_looks_like_a_formula_is_compared(
    store: CheckedStore, tmp_path: Path
) -> None:
    """The store has it, so it is one; it is shown as text."""
    store.catalogue({"sku": "-A1", "name": "=Mug", "price": 1})
    found = store.findings(
        "items_match", list=listed(tmp_path, [RIGHT[0], ["-A1", "Cup", "1,00", "", ""]])
    )
    assert bad(found) == {"Names": "warn"}
    assert_nothing_executes(found)


@pytest.mark.parametrize(
    ("text", "is_same"),
    [
        ("Alder Mug", True),
        ("  alder\u00a0MUG ", True),
        ("<b>Alder</b> Mug", True),
        ("Alder Mug (Size: XL)", True),
        ("Alder Mug XXL", False),
        ("Alder", False),
        ("", False),
        ("Mug Alder", False),
    ],
)
def test_texts_mean_the_same_item_or_not(text: str, is_same: bool) -> None:
    """Case, blanks, markup and the variant's options do not matter; every other word does."""
    item = StoreItem("S", "1", "Alder Mug", None, choices=("Size", "XL"))
    assert is_same_item(item, text) is is_same


def test_a_text_is_shown_on_one_line_cut_and_never_as_a_formula() -> None:
    """The apostrophe comes after blanks and control characters are gone."""
    assert shown("\t =1+1\n2") == "'=1+1 2"
    assert shown("x" * 90) == "x" * 80 + "…"
    assert shown("12-") == "12-"
