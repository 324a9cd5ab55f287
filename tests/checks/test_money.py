"""Amounts as people write them: read, or said to be ambiguous, never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.checks.money import StoredNumber, column_sign, money, read_amount, read_amounts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("$ 12.00", "12.00"),
        ("US$12.00", "12.00"),
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.345.678", "12345678"),
        ("1,234,567.8", "1234567.8"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        (",5", "0.5"),
        ("1 234,50 €", "1234.50"),
        ("1\u202f234,50 EUR", "1234.50"),
        ("CHF 1'234.50", "1234.50"),
        ("-3.10", "-3.10"),
        ("3.10-", "-3.10"),
        ("−3.10", "-3.10"),
        ("(5.00)", "-5.00"),
        ("  7.00\n", "7.00"),
    ],
)
def test_what_can_be_read_is_read(text: str, value: str) -> None:
    """Grouping, either decimal sign, currencies and three ways of a minus."""
    assert read_amount(text).value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("15%", "a percentage"),
        ("15 %", "a percentage"),
        ("12e45", "not a number"),
        ("1.23.4567,8", "not a number"),
        ("1,23,4", "not a number"),
        ("12 each", "not a number"),
        ("NaN", "not a number"),
        ("=1+1", "not a number"),
        ("١٢", "not a number"),
        ("9" * 60, "not a number"),
        ("TRUE", "not a number"),
    ],
)
def test_what_is_no_amount_is_said_to_be_none(text: str, problem: str) -> None:
    """A percentage, an exponent, words and broken groups have no value."""
    assert (read_amount(text).value, read_amount(text).problem) == (None, problem)


@pytest.mark.parametrize("text", ["1,234", "1.234", "12.000", "$ 999,999"])
def test_three_digits_after_one_sign_are_ambiguous_alone(text: str) -> None:
    """Nothing is guessed where a sign may group or may be the decimal one."""
    amount = read_amount(text)
    assert amount.value is None
    assert amount.problem.startswith("ambiguous")


@pytest.mark.parametrize(
    ("column", "values"),
    [
        (["1,234", "5.00"], ["1234", "5.00"]),
        (["1,234", "5,00"], ["1.234", "5.00"]),
        (["1.234", "1.234,50"], ["1234", "1234.50"]),
        (["1,234", "5.00", "5,00"], [None, "5.00", "5.00"]),
        (["1,234", "12"], [None, "12"]),
    ],
)
def test_the_other_amounts_of_a_column_settle_it(
    column: list[str], values: list[str | None]
) -> None:
    """Clear amounts that agree decide for the ambiguous ones; a contradiction decides nothing."""
    found = [amount.value for amount in read_amounts(column)]
    assert found == [None if value is None else Decimal(value) for value in values]


def test_a_declared_sign_settles_what_is_ambiguous() -> None:
    """The runbook's word holds for the whole column."""
    assert read_amounts(["1,234"], decimal=",")[0].value == Decimal("1.234")
    assert read_amounts(["1,234"], decimal=".")[0].value == Decimal(1234)


def test_a_number_that_a_spreadsheet_stores_is_never_ambiguous() -> None:
    """It has a point, whatever the column's texts say, and tells nothing about them."""
    column = [StoredNumber("1.234"), "1.234,50"]
    assert [a.value for a in read_amounts(column)] == [Decimal("1.234"), Decimal("1234.50")]
    assert column_sign([StoredNumber("1.5")]) == ""


@pytest.mark.parametrize("text", ["nan", "inf", "x", None, "1,5"])
def test_bigcommerce_amounts_are_numbers_or_nothing(text: object) -> None:
    """Not-a-number never becomes an amount."""
    assert money(text) is None


@given(st.text(max_size=60), st.sampled_from(["", ".", ","]))
def test_no_text_breaks_the_reading(text: str, decimal: str) -> None:
    """Either a finite value or a problem, never both, never an exception."""
    amount = read_amount(text, decimal=decimal)
    assert (amount.value is None) == bool(amount.problem)
    assert amount.value is None or amount.value.is_finite()


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.booleans())
def test_both_ways_of_writing_come_to_the_same(value: Decimal, is_german: bool) -> None:
    """Two places and grouped thousands read back exactly, in English and in German."""
    text = f"{value:,.2f}"
    if is_german:
        text = text.translate(str.maketrans(",.", ".,"))
    assert read_amount(text).value == value
