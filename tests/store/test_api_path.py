"""Every spelling of an API path gives the store; nothing else gets a token."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.errors import CredentialsError
from cartproof.store.api_path import LIVE_ORIGIN, parse_api_path

HASHES = st.text(string.ascii_lowercase + string.digits, min_size=4, max_size=12)
SPELLINGS = (
    "https://api.bigcommerce.com/stores/{}/v3/",
    "https://api.bigcommerce.com/stores/{}/v3",
    "https://api.bigcommerce.com/stores/{}/v2/",
    "https://api.bigcommerce.com/stores/{}/v2",
    "https://api.bigcommerce.com/stores/{}/",
    "https://api.bigcommerce.com/stores/{}",
    "HTTPS://API.BigCommerce.com/Stores/{}/V3/",
    "http://api.bigcommerce.com/stores/{}/v3/",
    "https://api.bigcommerce.com:443/stores/{}/v3/",
    "//api.bigcommerce.com/stores/{}",
    "api.bigcommerce.com/stores/{}/v3/",
    "https://api.bigcommerce.com/stores/store-{}/v3/",
    "https://store-{}.mybigcommerce.com/manage/dashboard?x=1#/y",
    "https://store-{}.mybigcommerce.com",
    "store-{}.mybigcommerce.com/manage",
    "https://store-{}-1.mybigcommerce.com/manage",
    "{}",
    "{}/",
    "{}/v3/",
    "store-{}",
    "stores/{}",
    "/stores/{}/v3/",
    "  'https://api.bigcommerce.com/stores/{}/v3/' ",
    "“https://api.bigcommerce.com/stores/{}/v3/”",
    "API PATH: https://api.bigcommerce.com/stores/{}/v3/\r\n",
    "api_path=https://api.bigcommerce.com/stores/{}/v3/",
    "\ufeff\u200bhttps://api.bigcommerce.com/stores/{}\u202c/v3/",
    "https://api.bigcommerce.com/\nstores/{}/v3/",
)


@given(HASHES, st.sampled_from(SPELLINGS))
def test_any_spelling_of_a_hash_gives_the_hash(store_hash: str, spelling: str) -> None:
    """Whatever was pasted around it, the store and BigCommerce's own origin come out."""
    address = parse_api_path(spelling.format(store_hash))
    assert (address.store_hash, address.origin) == (store_hash, LIVE_ORIGIN)
    assert not address.is_sandbox
    assert address.base_url == f"https://api.bigcommerce.com/stores/{store_hash}"
    assert address.api_path == f"https://api.bigcommerce.com/stores/{store_hash}/v3/"


@given(st.text(max_size=300) | st.from_regex(r"[a-z:/@.\\%\[\]store-v3{}0-9]{0,60}"))
def test_arbitrary_text_raises_nothing_but_a_credentials_error(text: str) -> None:
    """Nothing that is typed ends in another exception, or in a foreign origin."""
    try:
        address = parse_api_path(text)
    except CredentialsError:
        return
    assert address.store_hash.isascii()
    assert address.store_hash.isalnum()
    assert address.is_sandbox == (address.origin != LIVE_ORIGIN)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://127.0.0.1:8765/stores/abc123/v3/", "http://127.0.0.1:8765"),
        ("127.0.0.1:8765/stores/abc123", "http://127.0.0.1:8765"),
        ("http://127.9.8.7/stores/abc123", "http://127.9.8.7"),
        ("http://localhost:80/stores/abc123", "http://localhost:80"),
        ("LOCALHOST:8765/stores/abc123/v2", "http://localhost:8765"),
        ("localhost/stores/abc123", "http://localhost"),
        ("https://localhost:8443/stores/abc123", "https://localhost:8443"),
        ("http://[::1]:8765/stores/abc123", "http://[::1]:8765"),
    ],
)
def test_loopback_is_the_sandbox(text: str, origin: str) -> None:
    """Scheme and port of a loopback address are kept."""
    address = parse_api_path(text)
    assert (address.origin, address.is_sandbox, address.store_hash) == (origin, True, "abc123")


@pytest.mark.parametrize(
    "text",
    [
        "https://api.bigcommerce.com.evil.example/stores/abc123/v3/",
        "https://evil.example/stores/abc123/v3/",
        "https://evil.example/https://api.bigcommerce.com/stores/abc123/v3/",
        "http://127.0.0.1.evil.example/stores/abc123",
        "http://127.0.0.1@evil.example/stores/abc123",
        "http://api.bigcommerce.com@evil.example/stores/abc123",
        "https://user:pass@api.bigcommerce.com/stores/abc123",
        "https://evil.example\\@api.bigcommerce.com/stores/abc123",
        "https://api.bigcommerce.com\\.evil.example/stores/abc123",
        "http://127.1/stores/abc123",
        "http://2130706433/stores/abc123",
        "http://0x7f.0.0.1/stores/abc123",
        "http://0177.0.0.1/stores/abc123",
        "http://0.0.0.0/stores/abc123",
        "http://10.0.0.1/stores/abc123",
        "http://[::ffff:127.0.0.1]/stores/abc123",
        "http://[::]/stores/abc123",
        "http://[::1%25eth0]/stores/abc123",
        "http://localhost.evil.example/stores/abc123",
        "https://api%2ebigcommerce.com/stores/abc123",
        "https://аpi.bigcommerce.com/stores/abc123",
        "https://api.bigcommerce。com/stores/abc123",
        "https://api.bigcommerce.com:8443/stores/abc123",
        "http://localhost:99999/stores/abc123",
        "http://localhost:0/stores/abc123",
        "https://store-abc123.mybigcommerce.com.evil.example/manage",
        "https://store-abc123.mybigcommerce.com:8443/manage",
        "https://evil.example/store-abc123.mybigcommerce.com/manage",
        "https://payments.bigcommerce.com/stores/abc123",
        "ftp://api.bigcommerce.com/stores/abc123",
        "javascript://api.bigcommerce.com/stores/abc123",
        "https://api.bigcommerce.com.:443/stores/abc123",
    ],
)
def test_any_other_host_is_refused(text: str) -> None:
    """Look-alikes, user names, odd address spellings: none of them becomes an origin."""
    with pytest.raises(CredentialsError, match="Accepted are"):
        parse_api_path(text)


def test_a_user_name_in_the_path_is_named() -> None:
    """The engineer is told what is wrong; the password in it is not repeated."""
    with pytest.raises(CredentialsError, match="holds a user name") as caught:
        parse_api_path("https://me:pass@api.bigcommerce.com/stores/abc123")
    assert "pass" not in str(caught.value)


def test_the_refusal_names_the_host() -> None:
    """The engineer sees which host was meant, and what is accepted instead."""
    with pytest.raises(CredentialsError, match=r"'shop\.example'.*store hash alone"):
        parse_api_path("https://shop.example/stores/abc123/v3/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "API PATH:",
        "https://api.bigcommerce.com/",
        "https://api.bigcommerce.com/stores/",
        "https://api.bigcommerce.com/v3/",
        "https://api.bigcommerce.com/stores/{store_hash}/v3/",
        "https://api.bigcommerce.com/stores/abc%2f123/v3/",
        "https://api.bigcommerce.com/stores/../admin",
        "abc 123",
        "Acme Shop",
        "abc_123",
        "äbc123",
        "http://",
    ],
)
def test_a_text_without_a_store_hash_is_refused(text: str) -> None:
    """Only letters and digits may get into a URL."""
    with pytest.raises(CredentialsError):
        parse_api_path(text)


@pytest.mark.parametrize(
    "text", ["https://store-abc123.mybigcommerce.com/api/v2/", "https://www.acme.example/api/v2"]
)
def test_a_legacy_path_asks_for_a_store_level_account(text: str) -> None:
    """Legacy accounts have no scopes, so they are named for what they are."""
    with pytest.raises(CredentialsError, match=r"no longer issues.*create a store-level"):
        parse_api_path(text)


@pytest.mark.parametrize(
    ("text", "store_hash", "words"),
    [
        ("store-abc123", "abc123", "taken off"),
        ("AbC123", "AbC123", "is unusual"),
        ("https://store-AbC123.mybigcommerce.com/manage", "AbC123", "is unusual"),
        ("abc", "abc", "is unusual"),
        ("abc\u200b123", "abc123", "invisible characters"),
        ("stores/abc123/catalog", "abc123", "is ignored"),
    ],
)
def test_oddities_are_warned_about_and_kept(text: str, store_hash: str, words: str) -> None:
    """A shape that is only unusual never stops anyone."""
    address = parse_api_path(text)
    assert address.store_hash == store_hash
    assert any(words in warning for warning in address.warnings)


def test_the_usual_path_gives_no_warning() -> None:
    """What BigCommerce's screen prints is right as it is."""
    assert parse_api_path("https://api.bigcommerce.com/stores/abc123def4/v3/").warnings == ()


@pytest.mark.parametrize("size", [31, 64, 500, 10_000_000])
def test_a_long_paste_is_not_repeated(size: int) -> None:
    """A token or a whole file in the field is neither shown nor put into a URL."""
    with pytest.raises(CredentialsError) as caught:
        parse_api_path("a1" * (size // 2 + 1))
    assert "a1a1a1a1" not in str(caught.value)
    assert len(str(caught.value)) < 500


@given(st.text(string.ascii_lowercase + string.digits, min_size=30, max_size=80))
def test_a_secret_as_host_is_not_repeated(secret: str) -> None:
    """A token pasted where a host belongs stays out of the message."""
    with pytest.raises(CredentialsError) as caught:
        parse_api_path(f"https://{secret}/stores/abc123")
    assert secret[:24] not in str(caught.value)
