"""Templates: `{name}`, `{name|format}`, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.errors import RunbookError
from cartproof.runbook.formats import FORMATS, IN_WORDS, Slot, describe, render, slots
from cartproof.secrets import Secret

PATH = "https://api.bigcommerce.com/stores/aBc123/v3/"


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("whole", PATH),
        ("without_version", "https://api.bigcommerce.com/stores/aBc123"),
        ("no_trailing_slash", "https://api.bigcommerce.com/stores/aBc123/v3"),
        ("hash_only", "aBc123"),
        ("partial_path", "stores/aBc123"),
        ("permanent_address", "https://store-aBc123.mybigcommerce.com"),
    ],
)
def test_each_format_makes_of_an_api_path_what_a_vendor_wants(name: str, made: str) -> None:
    """Letter case is kept."""
    assert render(f"{{api_path|{name}}}", {"api_path": PATH}) == made


@pytest.mark.parametrize("path", [PATH, PATH[:-1], PATH + "/", PATH[:-4], PATH.replace("v3", "V2")])
def test_a_path_without_version_is_the_same_however_it_was_pasted(path: str) -> None:
    """With or without slash, with or without version."""
    made = render("{api_path | without_version}", {"api_path": path})
    assert made == "https://api.bigcommerce.com/stores/aBc123"


@pytest.mark.parametrize("value", ["aBc123", "stores/aBc123", "/stores/aBc123/", PATH])
def test_the_hash_is_found_in_every_form(value: str) -> None:
    """A bare hash is its own hash."""
    assert render("{x|hash_only}", {"x": value}) == "aBc123"


def test_a_value_made_with_a_secret_is_a_secret() -> None:
    """Client ID and token joined by a colon print as a fingerprint."""
    values = {"client_id": "cid", "access_token": Secret("access_token", "t0ken")}
    made = render("{client_id}:{access_token}", values)
    assert isinstance(made, Secret)
    assert made.reveal() == "cid:t0ken"
    assert "t0ken" not in str(made)
    assert str(made).startswith("access_token sha256:")


def test_a_format_works_on_a_secret_and_keeps_it_one() -> None:
    """Formatting is no way around the fingerprint."""
    made = render("{x|no_trailing_slash}", {"x": Secret("x", "hidden/")})
    assert isinstance(made, Secret)
    assert made.reveal() == "hidden"


def test_text_without_a_secret_stays_text() -> None:
    """Only what holds a secret is hidden; doubled braces are braces."""
    made = render(
        "{{{store_hash}}} is {on}, {list}", {"store_hash": "a", "on": True, "list": ["b"]}
    )
    assert made == "{a} is yes, b"
    assert not isinstance(made, Secret)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{", "single '{'"),
        ("a } b", "single '}'"),
        ("{}", "is neither"),
        ("{a.b}", "is neither"),
        ("{a|b|c}", "is neither"),
        ("{a!r}", "is neither"),
        ("{unknown}", "no value for {unknown}; known: a"),
        ("{a|upper}", "no format 'upper'; known: hash_only"),
    ],
)
def test_a_bad_template_is_refused(template: str, message: str) -> None:
    """There are no expressions, attributes, conversions or chains."""
    with pytest.raises(RunbookError, match=message.replace("{", r"\{").replace("}", r"\}")):
        render(template, {"a": "x"})


@given(st.text())
def test_any_text_with_its_braces_doubled_comes_out_as_it_was(text: str) -> None:
    """Doubling is all that literal braces need."""
    assert render(text.replace("{", "{{").replace("}", "}}"), {}) == text


def test_slots_are_named_in_order() -> None:
    """So that a run can see which values it lacks."""
    assert slots("{a}:{b|whole}{{c}}") == [Slot("a"), Slot("b", "whole")]


def test_a_template_can_be_said_in_words_and_every_format_has_some() -> None:
    """The notebook is written before any value is known."""
    assert set(IN_WORDS) == set(FORMATS)
    words = describe("{api_path|partial_path}, {x}", {"api_path": "API path"})
    assert words == "API path (in the form stores/HASH), x"
