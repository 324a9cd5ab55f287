"""Vendors' logins by reference, and addresses that they may be sent to."""

from __future__ import annotations

from pathlib import Path

import pytest

from cartproof.errors import CredentialsError, ParameterError
from cartproof.store.outside import Outside, OutsideAddress, parse_outside
from cartproof.store.references import resolve_values
from cartproof.vendors.credentials import load_vendor_credentials, vendor_credentials_of

VALUES = {
    "SCRIPT URL": "https://c.example.com/x:y=z",
    "CART ID": "shop",
    "CART PASSWORD": "a b:c=d#",
}


def revealed(reference: str) -> dict[str, str]:
    """Return the values behind a reference in the clear."""
    return {k: v.reveal() for k, v in load_vendor_credentials(reference).values.items()}


@pytest.mark.parametrize(
    "text",
    [
        "SCRIPT URL: https://c.example.com/x:y=z\nCART ID: shop\nCART PASSWORD: a b:c=d#\n",
        "\ufeffScript Url = https://c.example.com/x:y=z\r\nCart ID/Username: shop\r\ncart_password:a b:c=d#",
        "our notes\n\nOTHER: 1\ncart-id: shop\nCART PASSWORD:   a b:c=d#  \nscript_url: https://c.example.com/x:y=z",
    ],
    ids=["as asked for", "Windows, vendor's labels", "among notes"],
)
def test_a_file_is_read_however_its_labels_are_spelled(text: str, tmp_path: Path) -> None:
    """Values keep every character inside them, colons and blanks too."""
    (tmp_path / "cart.txt").write_bytes(text.encode())
    assert revealed(f"file:{tmp_path}/cart.txt") == VALUES


def test_the_environment_is_read_by_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    """env:ACME finds ACME_SCRIPT_URL and the others; what is empty does not count."""
    for label, value in VALUES.items():
        monkeypatch.setenv(f"ACME_{label.replace(' ', '_')}", value)
    monkeypatch.setenv("ACME_PASSWORD", "")
    assert revealed("env:ACME") == VALUES


def test_the_keyring_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry holds the same lines as a file."""
    import keyring

    monkeypatch.setattr(
        keyring, "get_password", lambda _service, _name: "USERNAME: ada\nPASSWORD: 12345678"
    )
    assert revealed("keyring:acme") == {"USERNAME": "ada", "PASSWORD": "12345678"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing here", "none of these labels"),
        ("CART ID: a\nCart Id: b\nCART PASSWORD: planted-value", "twice"),
        ("CART PASSWORD:\n", "none of these labels"),
    ],
)
def test_what_cannot_be_used_says_why_and_no_value(text: str, words: str, tmp_path: Path) -> None:
    """The message names the parameter and the label."""
    (tmp_path / "cart.txt").write_text(text)
    with pytest.raises(CredentialsError, match=words) as refused:
        load_vendor_credentials(f"file:{tmp_path}/cart.txt")
    assert "vendor_credentials" in str(refused.value)
    assert "planted" not in str(refused.value)


def test_a_password_in_place_of_a_reference_is_not_repeated() -> None:
    """It is refused, and the message does not show it."""
    with pytest.raises(CredentialsError) as refused:
        load_vendor_credentials("hunter2-planted-password")
    assert "hunter2" not in str(refused.value)


def test_an_empty_parameter_is_no_login_and_a_number_is_refused() -> None:
    """Nothing is resolved where nothing is named."""
    assert vendor_credentials_of({}) is None
    assert vendor_credentials_of({"vendor_credentials": " "}) is None
    with pytest.raises(ParameterError, match="text"):
        vendor_credentials_of({"vendor_credentials": 5})


def test_only_what_opens_something_is_hidden_and_nothing_prints(tmp_path: Path) -> None:
    """A cart id may stand in a report, a password never; all of them print as fingerprints."""
    (tmp_path / "c.txt").write_text("CART ID: fernwick shop\nCART PASSWORD: planted-value")
    login = load_vendor_credentials(f"file:{tmp_path}/c.txt")
    assert [secret.reveal() for secret in login.secrets()] == ["planted-value"]
    assert "planted" not in repr(login)
    assert "fernwick" not in repr(login)


def test_other_values_of_the_same_file_stay_there(tmp_path: Path) -> None:
    """Only the labels wanted are taken."""
    (tmp_path / "c.txt").write_text("CART ID: a\nPASSWORD: b")
    assert list(resolve_values(f"file:{tmp_path}/c.txt", ("CART ID",))) == ["CART ID"]


@pytest.mark.parametrize(
    ("text", "origin", "path", "is_sandbox"),
    [
        ("carts.example.com/x/y.php?z=1", "https://carts.example.com", "/x/y.php?z=1", False),
        (" <HTTPS://Carts.Example.com:443/X> ", "https://carts.example.com", "/X", False),
        ("https://carts.example.com:8443", "https://carts.example.com:8443", "", False),
        ("http://127.0.0.1:5000/s", "http://127.0.0.1:5000", "/s", True),
        ("localhost:5000/s#top", "http://localhost:5000", "/s", True),
        ("http://[::1]:5000/s", "http://[::1]:5000", "/s", True),
    ],
)
def test_addresses_are_read_with_https_added(
    text: str, origin: str, path: str, is_sandbox: bool
) -> None:
    """Without a scheme it is https; http is for this machine alone."""
    assert parse_outside(text, label="Script URL") == OutsideAddress(origin, path, is_sandbox)


@pytest.mark.parametrize(
    "text",
    ["http://carts.example.com", "http://127.0.0.1.example.com/", "http://169.254.1.1/", "file:///etc/passwd",
     "https://a@b.example.com/", "https://a.example.com\\@b.example.com/", "https://exämple.com/",
     "https://a.example.com:99999/", "https:///x", "", "https://a.example.com/\r\nX: y", "x" * 3000],
)  # fmt: skip
def test_other_addresses_are_refused(text: str) -> None:
    """Nothing that could carry a password elsewhere, or in the clear, is taken."""
    with pytest.raises(CredentialsError, match="Script URL"):
        parse_outside(text, label="Script URL")


def test_an_answer_is_bounded_in_size_and_time(programmed, monkeypatch) -> None:
    """A flood is cut off, and so is an answer that never ends."""
    from cartproof.store import outside as module

    monkeypatch.setattr(module, "LARGEST_ANSWER", 1_000_000)
    programmed.answers = [(200, {}, b"x" * 3_000_000)]
    address = parse_outside(programmed.origin, label="BASE URL")
    with Outside(address, allowed=[("GET", "/a")]) as asked:
        assert "larger than 1 MB" in asked.send("GET", "/a").evidence.failure
    ticks = iter(range(0, 10_000, 20))
    with Outside(address, allowed=[("GET", "/a")], clock=lambda: next(ticks)) as asked:
        assert "no whole answer within 30 s" in asked.send("GET", "/a").evidence.failure
