"""How text from outside is made fit to be shown."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.report.text import brief, duration, moment, quoted, visible, web_address


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Crème Brûlée – 東京, مرحبا", "Crème Brûlée – 東京, مرحبا"),
        ("\x1b[1;31mred\x1b[0m\x1b]8;;http://x\x1b\\link", "redlink"),
        ("a\u202eb", "a‹U+202E›b"),
        ("a\u3164b", "a‹U+3164›b"),
        ("e" + "\u0301" * 40, "e" + "\u0301" * 3),
        ("two\nlines\there", "two\nlines\there"),
        (True, "yes"),
        (None, "none"),
        (["a", 1], "a, 1"),
        ([10**5000], "[a value that cannot be shown]"),
    ],
)
def test_a_value_is_shown_as_visible_text(value: Any, shown: str) -> None:
    """Letters of any script stay; what cannot be seen is spelled out or dropped."""
    assert visible(value) == shown


@given(st.text())
def test_no_invisible_character_is_left(text: str) -> None:
    """Whatever comes in, all of what comes out can be seen, and be written as UTF-8."""
    shown = visible(text)
    assert all(c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"} for c in shown)
    shown.encode("utf-8")


@given(st.text(st.characters(categories=["L", "N", "P", "Z"], exclude_characters="\u3164\uffa0")))
def test_ordinary_words_come_through_unchanged(text: str) -> None:
    """Text of letters, digits, punctuation and blanks is not touched."""
    if not any(c in "\u2028\u2029\u115f\u1160" for c in text):
        assert visible(text) == text


def test_long_text_is_cut_and_says_so() -> None:
    """Ten megabytes become two thousand characters and a count of the rest."""
    shown = visible("A" * 10_000_000)
    assert len(shown) < 2_100
    assert shown.endswith("[9,998,000 more characters are not shown here]")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.com/x",
        "https://user@example.com/",
        "https://exa mple.com/",
        "https://ex\u0430mple.com/",
        "https://[::1/",
        "https:///x",
        "java\nscript:alert(1)",
        "https:\\\\example.com",
        12,
    ],
)
def test_odd_addresses_are_no_links(address: Any) -> None:
    """Other schemes, user names, look-alike hosts and invisible characters stay text."""
    assert web_address(address) == ""


def test_times_are_said_in_utc() -> None:
    """Any offset is turned into UTC; what is no time stays as it is."""
    assert moment("2026-11-22T10:30:00+09:30") == "22 Nov 2026, 01:00:00 UTC"
    assert moment("yesterday") == "yesterday"
    assert moment("") == "not recorded"
    assert moment("0001-01-01T00:00:00+14:00") == "0001-01-01T00:00:00+14:00"


def test_durations_are_short_and_never_negative() -> None:
    """Seconds below a minute, minutes above; a clock that went back gives no number."""
    start = "2026-11-22T01:00:00Z"
    assert duration(start, "2026-11-22T01:00:02.350Z") == "2.4 s"
    assert duration(start, "2026-11-22T01:03:05Z") == "3 min 5 s"
    assert duration(start, "2026-11-22T00:59:00Z") == "–"
    assert duration("", start) == "–"


def test_names_are_listed_as_a_sentence_would() -> None:
    """One more than allowed is still listed; beyond that they are counted."""
    assert quoted(["a"], 3) == "“a”"
    assert quoted(["a", "b"], 3) == "“a” and “b”"
    assert quoted(list("abcd"), 3) == "“a”, “b”, “c” and “d”"
    assert quoted(list("abcdef"), 3) == "“a”, “b”, “c” and 3 more"
    assert brief("x" * 200, 10) == "x" * 9 + "…"
