"""The rows of the account screen."""

from __future__ import annotations

import pytest

from cartproof.errors import UsageError
from cartproof.scopes.catalogue import ABSENT_ROWS, LEVELS, ROWS, find_row
from cartproof.scopes.power import POWER


def test_there_are_27_rows_in_the_screens_order() -> None:
    """Rows are numbered 1 to 27, and the first and last are the screen's."""
    assert [row.number for row in ROWS] == list(range(1, 28))
    assert (ROWS[0].name, ROWS[4].name, ROWS[26].name) == (
        "Content",
        "Information & settings",
        "Metafields access",
    )


def test_every_row_says_what_it_lets_an_app_do() -> None:
    """The sentences on power are exactly those of the rows, and each level is a known word."""
    assert list(POWER) == [row.name for row in ROWS]
    assert {level for row in ROWS for level in row.levels} == set(LEVELS)


def test_only_metafields_access_has_no_none() -> None:
    """Every other row can be left at None."""
    assert [row.name for row in ROWS if not row.has_none] == ["Metafields access"]


def test_every_level_above_none_has_its_oauth_parameter() -> None:
    """Each row names one parameter for each level that grants something."""
    for row in ROWS:
        assert list(row.parameters) == [level for level in row.levels if level != "none"]
    assert len({name for row in ROWS for name in row.parameters.values()}) == 47


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Information & Settings", "Information & settings"),
        ("information and settings", "Information & settings"),
        ("Store Logs", "Store logs"),
        ("Stored Payment instruments", "Stored payment instruments"),
        ("Metafields Access", "Metafields access"),
        ("Sites  &  routes", "Sites & routes"),
        ("B2B edition", "B2B Edition"),
    ],
)
def test_vendors_spellings_find_their_row(spelling: str, name: str) -> None:
    """Case, `and` for `&` and spaces do not matter."""
    assert find_row(spelling).name == name


def test_an_unknown_row_names_the_nearest() -> None:
    """A slip of the pen is answered with the row that was probably meant."""
    with pytest.raises(UsageError, match="did you mean 'Channel listings'"):
        find_row("Chanel listing")
    with pytest.raises(UsageError, match="no row 'shipping methods'"):
        find_row("shipping methods")


def test_docs_words_for_a_single_grant_are_its_level() -> None:
    """Docs call Create and Manage `modify`; the screen's word is kept."""
    assert find_row("Create payments").level_named("modify") == "create"
    assert find_row("Storefront API tokens").level_named("Manage") == "manage"
    assert find_row("Orders").level_named("Read only") == "read-only"


def test_a_level_that_a_row_does_not_offer_is_refused() -> None:
    """Store logs can be read only, and the message names what the screen offers."""
    with pytest.raises(UsageError, match="None, Read-only"):
        find_row("Store logs").level_named("modify")


def test_rows_of_some_stores_only_are_marked() -> None:
    """Rows 28 to 30 may be absent, and are none of the 27."""
    assert [row.number for row in ABSENT_ROWS] == [28, 29, 30]
    assert all(row.may_be_absent for row in ABSENT_ROWS)
    assert not any(row.may_be_absent for row in ROWS)
