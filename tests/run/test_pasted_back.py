"""Why a pasted value is wrong, in words that hold no value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.run.pasted_back import why_wrong
from cartproof.secrets import Secret

TOKEN = "6lvgbwgt11nh8h5w3b62z6ew6e58zbz"
CLIENT = "oy19srrsgo1w2t2b3l84iv5e52caaf0"
HIDDEN = "f0" * 32
HASH = "a1b2c3d4e5"
PATH = f"https://api.bigcommerce.com/stores/{HASH}/v3/"
SHORT = f"https://api.bigcommerce.com/stores/{HASH}"
OTHERS = {
    "access_token": Secret("access_token", TOKEN),
    "client_id": CLIENT,
    "client_secret": Secret("client_secret", HIDDEN),
    "store_hash": HASH,
    "api_path": PATH,
}
PAIR = f"{CLIENT}:{TOKEN}"

CASES = [
    (HASH, PATH, "full API path"),
    (HASH, f"stores/{HASH}", "bare store hash"),
    (HASH, f"store-{HASH}", "prefix store-"),
    (HASH, f"https://store-{HASH}.mybigcommerce.com/manage", "prefix store-"),
    (HASH, HASH.upper(), "Letter case"),
    (HASH, "https://api.bigcommerce.com/stores/zzzzz99999/v3/", "another store"),
    (SHORT, PATH, "/v3/ was left on"),
    (SHORT, SHORT + "/", "slash was left"),
    (PATH, PATH[:-1], "slash at its end is missing"),
    (PATH, SHORT, "/v3/ is missing"),
    (PATH, HASH, "Only the store hash"),
    (PATH, PATH.replace("https", "http"), "http:// instead of https"),
    (PATH, PATH.replace(HASH, "zzzzz99999"), "another store"),
    (PATH, PATH.replace(HASH, HASH.upper()), "Letter case"),
    (PATH, PATH.replace("v3", "v2"), "/v2 instead of /v3"),
    (PATH, PATH.replace("api.big", "api.pig"), "another server"),
    (PATH, PATH.split("://")[1].split("/", 1)[1], "begins with https"),
    (f"stores/{HASH}", SHORT, "not to be there"),
    (TOKEN, CLIENT, "This is the Client ID; the Access token belongs here"),
    (TOKEN, HIDDEN, "This is the Client secret"),
    (TOKEN, TOKEN + "\n", "line break"),
    (TOKEN, f" {TOKEN}", "space stands before"),
    (TOKEN, f'"{TOKEN}"', "Quotes"),
    (TOKEN, TOKEN[:5] + "\u200b" + TOKEN[5:], "Invisible"),
    (TOKEN, TOKEN[:5] + " " + TOKEN[5:], "Spaces stand inside"),
    (TOKEN, TOKEN[:-3], "cut short at its end: 28 of 31"),
    (TOKEN, TOKEN[3:], "cut short at its beginning"),
    (TOKEN, f"ACCESS TOKEN: {TOKEN}", "More stands around it"),
    (TOKEN, TOKEN.upper(), "Letter case"),
    (TOKEN, "", "Nothing was pasted"),
    (TOKEN, "q" * 31, "another value"),
    (PAIR, f"{CLIENT}: {TOKEN}", "space stands beside the colon"),
    (PAIR, f"{CLIENT} :{TOKEN}", "space stands beside the colon"),
    (PAIR, f"{CLIENT}::{TOKEN}", "more than one colon"),
    (PAIR, f"{CLIENT}{TOKEN}", "colon between the two values is missing"),
    (PAIR, f"{TOKEN}:{CLIENT}", "swapped"),
    (PAIR, TOKEN, "Only one of the two"),
    (PAIR, HIDDEN, "This is the Client secret alone"),
    (PAIR, "q" * 40, "colon is missing"),
    (PAIR, f"{CLIENT}:{HIDDEN}", "after the colon is wrong. This is the Client secret"),
    (PAIR, f"{CLIENT}:", "Nothing stands after the colon"),
    (PAIR, f":{TOKEN}", "Nothing stands before the colon"),
    (PAIR, f"{CLIENT}:{TOKEN[:-1]}", "cut short"),
]


@pytest.mark.parametrize("is_secret", [False, True])
@pytest.mark.parametrize(("expected", "pasted", "words"), CASES)
def test_each_mistake_has_its_sentence(
    expected: str, pasted: str, words: str, is_secret: bool
) -> None:
    """The reason is told, and neither the right value nor the pasted one."""
    right = Secret("value", expected) if is_secret else expected
    reasons = why_wrong(right, pasted, others=OTHERS)
    said = " ".join(reasons)
    assert words in said
    for value in (TOKEN, CLIENT, HIDDEN, HASH, "zzzzz99999", "q" * 10):
        assert value[:10] not in said


@pytest.mark.parametrize("expected", [TOKEN, PATH, HASH, PAIR, SHORT])
def test_the_right_value_has_nothing_wrong(expected: str) -> None:
    """Plain or secret, it is right, and no reason is given."""
    assert why_wrong(expected, expected, others=OTHERS) == []
    assert why_wrong(Secret("value", expected), expected) == []


def test_two_mistakes_are_both_told() -> None:
    """Another scheme and what was left on at the end."""
    reasons = why_wrong(SHORT, PATH.replace("https", "http") + "\n", others=OTHERS)
    assert len(reasons) == 3


@given(st.text(max_size=40), st.text(max_size=60))
def test_only_the_value_itself_is_right(expected: str, pasted: str) -> None:
    """For any two texts: no reason exactly when they are equal, and no exception."""
    assert bool(why_wrong(expected, pasted)) == (expected != pasted)


@given(st.text('abcdefghij:/ .\n"', min_size=1, max_size=40))
def test_no_paste_of_the_values_characters_breaks_it(pasted: str) -> None:
    """Colons, slashes and blanks anywhere are told without repeating what was pasted."""
    for expected in (PAIR, PATH, HASH):
        assert why_wrong(expected, pasted, others=OTHERS)
