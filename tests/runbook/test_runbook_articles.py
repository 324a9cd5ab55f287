"""The runbooks against the vendors' own articles, where these are at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from small_runbook import ROOT

from cartproof.checks.scopes import wanted_rows
from cartproof.runbook.filled_in import with_filled_in_scopes
from cartproof.runbook.formats import render
from cartproof.runbook.loader import load_runbook
from cartproof.runbook.model import Runbook
from cartproof.runbook.parameters import typed

BESIDE = [parent / "shared" / "seeds" for parent in ROOT.parents]
SEEDS = next((folder for folder in BESIDE if folder.is_dir()), BESIDE[0])
pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the vendors' articles are not beside this checkout"
)
LEVELS = "none|read-only|modify|login|standard"


def _rows(seed: str) -> Iterator[tuple[str, str]]:
    """Yield row and level as the article prints them: `- **Row: level**` or `Row Level`."""
    for line in (SEEDS / seed).read_text(encoding="utf-8").splitlines():
        plain = line.strip().removeprefix("- ").strip("*")
        found = re.fullmatch(rf"(.+?):? ({LEVELS})", plain, flags=re.IGNORECASE)
        if found:
            yield found[1], found[2].lower()


@pytest.mark.parametrize("runbook_id", ["stone-edge", "dropstream"])
def test_the_scope_rows_equal_the_articles_row_for_row(runbook_id: str) -> None:
    """Twenty-five rows each, in the article's order and spelling, with its levels."""
    stated = list(_rows(f"{runbook_id}.txt"))
    scopes = load_runbook(runbook_id).account.scopes
    assert len(stated) == 25
    assert [(scope.row, str(scope.level)) for scope in scopes] == stated


def test_stone_edges_bold_rows_are_those_above_none() -> None:
    """The account's note says so; this is where it comes from."""
    text = (SEEDS / "stone-edge.txt").read_text(encoding="utf-8")
    bold = re.findall(r"^- \*\*(.+?): ", text, flags=re.MULTILINE)
    scopes = load_runbook("stone-edge").account.scopes
    assert bold == [scope.row for scope in scopes if scope.level != "none"]
    assert len(bold) == 12


@pytest.mark.parametrize("runbook_id", ["stone-edge", "dropstream"])
def test_each_picture_of_the_article_is_named(runbook_id: str) -> None:
    """A picture tells the engineer which screen the article means."""
    text = (SEEDS / f"{runbook_id}.txt").read_text(encoding="utf-8")
    named = {name for step in load_runbook(runbook_id).steps for name in step.pictures}
    assert named == set(re.findall(r"[\w-]+\.png", text))


def _wanted(runbook: Runbook, **given: object) -> dict[str, str]:
    values = typed(runbook, given)
    scopes = with_filled_in_scopes(runbook, values).account.scopes
    return {row: wanted.level for row, wanted in wanted_rows(scopes, values).items()}


@pytest.mark.parametrize(
    ("inventory", "status", "products", "orders"),
    [
        (False, False, "read-only", "read-only"),
        (True, False, "modify", "read-only"),
        (False, True, "read-only", "modify"),
        (True, True, "modify", "modify"),
    ],
)
def test_order_times_rows_follow_what_it_shall_do(
    inventory: bool, status: bool, products: str, orders: str
) -> None:
    """Read-only on three rows; Modify on Products for inventory, on Orders for the status."""
    text = " ".join((SEEDS / "order-time.txt").read_text(encoding="utf-8").split())
    assert "Customers, Orders and Products set to read-only" in text
    assert "update Inventory, then Products needs to be set to modify" in text
    assert "update Order Status, then Orders needs to be set to modify" in text
    given = {"update_inventory": inventory, "update_order_status": status}
    assert _wanted(load_runbook("order-time"), **given) == {
        "Customers": "read-only",
        "Orders": orders,
        "Products": products,
    }


def test_storeautomators_four_names_have_no_level() -> None:
    """In the article's words and order; what is no row of the screen is shown as a reading."""
    text = (SEEDS / "storeautomator.txt").read_text(encoding="utf-8")
    named = re.search(r"following permissions: (.+),$", text, flags=re.MULTILINE)
    assert named is not None
    scopes = load_runbook("storeautomator").account.scopes
    assert [scope.named or scope.row for scope in scopes] == re.split(r", | and ", named[1])
    assert {str(scope.level) for scope in scopes} == {"unstated"}
    assert "Products" not in named[1]


def test_salesorders_text_holds_no_scope_and_the_runbook_claims_none() -> None:
    """The list was a picture: what stands in the runbook is marked as our reading."""
    text = (SEEDS / "salesorder.txt").read_text(encoding="utf-8")
    assert "set the OAuth Scopes to:\n\nSave" in text
    account = load_runbook("salesorder").account
    assert {scope.status for scope in account.scopes} == {"inferred"}
    assert account.scopes_from == "scopes_read_off"


@pytest.mark.parametrize(
    ("runbook_id", "made"),
    [
        ("order-time", ["cid", "https://api.bigcommerce.com/stores/kl28jKd3w5o", "tok"]),
        ("storeautomator", ["kl28jKd3w5o", "cid", "tok"]),
        ("salesorder", ["Shop", "https://api.bigcommerce.com/stores/kl28jKd3w5o/v3/", "cid:tok"]),
        ("starshipit", ["https://api.bigcommerce.com/stores/kl28jKd3w5o/v3/", "cid", "tok"]),
        ("sumtracker", ["cid", "sec", "tok", "https://store-kl28jKd3w5o.mybigcommerce.com"]),
        ("duoplane", ["stores/kl28jKd3w5o", "tok"]),
    ],
)
def test_each_vendor_gets_its_values_in_its_own_form(runbook_id: str, made: list[str]) -> None:
    """Path stripped, bare hash, whole path, joined by one colon, partial path; case is kept."""
    values = {
        "account_name": "Shop",
        "store_hash": "kl28jKd3w5o",
        "api_path": "https://api.bigcommerce.com/stores/kl28jKd3w5o/v3/",
        "client_id": "cid",
        "client_secret": "sec",
        "access_token": "tok",
    }
    handover = load_runbook(runbook_id).handover
    assert [render(value.value, values) for value in handover] == made


ARTICLES = {
    "stone-edge": [
        *("store owner", "Settings", "Store-level API accounts", "Create API Account", "Save"),
        *("V2/V3 API token", "Store Hash Key", "/stores/*******/v3/", "Client ID", "Done"),
        *("Client secret", "Access token", "sales@stoneedge.com", "Cart ID/Username"),
        *("Cart Password", "Script URL", "Setting Up a Connect2Cart Channel"),
    ],
    "dropstream": [
        *("Settings", "Store-Level API Accounts", "Create API Account", "V2/V3 API token", "Save"),
        *("abcde", "Store Hash", "API Credentials", "Client ID", "Client Secret", "Access Token"),
        *("store them securely", "Done", "Enable API Access", "share the credentials"),
    ],
    "order-time": [
        *("Advanced Settings", "API Accounts", "Create API Account", "Gear icon", "General"),
        *("Ecommerce Integration", "Active", "Add Cart", "Website Name", "Username", "Password"),
        *("API Key", "API URL", "Test Connection", "Save", "Done", "Create a Legacy API Account"),
        "Need a legacy API key? Click here.",
    ],
    "storeautomator": [
        *("All Channels", "Channel settings", "API Connection", "Store Hash", "Client ID"),
        *("Access Token", "kl28jKd3w5o", "Stencil-CLI", "store owner", "Close", "2018"),
    ],
    "salesorder": [
        *("New BigCommerce Cart", "Cart Name", "Cart Connect URL", "API Version", "Version 3"),
        *("BigCommerce API Credentials", "Save As", "MyStoreAPICredentials", "Test Connection"),
        *("Items (Cart)", "List Items", "Export Selected Items", "Import Data", "Each", "Sales"),
        *("Cost of Goods Sold", "Stock Asset", "Import Cart Orders as", "Pending Cash Sales"),
        *("Pending Sales Orders", "Pending Sales Invoices", "Import Orders with Status"),
        *("Awaiting fulfillment", "Auto-sync", "Stopped", "Orders (Cart)", "List Orders"),
        *("Import Selected Orders", "List Pending Orders", "Shopping carts (B2C)"),
    ],
}


@pytest.mark.parametrize("runbook_id", ARTICLES)
def test_the_articles_own_words_for_screens_and_fields_are_in_the_runbook(runbook_id: str) -> None:
    """Every menu, field, button and setting that the article names."""
    text = (ROOT / "runbooks" / f"{runbook_id}.yaml").read_text(encoding="utf-8").casefold()
    assert [word for word in ARTICLES[runbook_id] if word.casefold() not in text] == []


@pytest.mark.parametrize(
    ("runbook_id", "steps"),
    [
        ("order-time", {"Generating Connection Credentials": 12, "Adding Connection Settings": 8}),
        ("storeautomator", {"": 8}),
    ],
)
def test_every_numbered_step_is_named_by_a_step_of_the_runbook(
    runbook_id: str, steps: dict[str, int]
) -> None:
    """`article:` says which numbers a step covers; together they cover all."""
    covered: dict[str, set[int]] = {section: set() for section in steps}
    for step in load_runbook(runbook_id).steps:
        for section in steps:
            found = re.match(rf"{section}(?:, )?steps? (\d+)(?: (to|and) (\d+))?", step.article)
            if found:
                first, last = int(found[1]), int(found[3] or found[1])
                covered[section] |= set(range(first, last + 1))
    assert covered == {section: set(range(1, last + 1)) for section, last in steps.items()}
