"""BigCommerce's credentials file, in every layout that is met."""

from __future__ import annotations

import copy
import itertools
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programmed_server import CLIENT_ID, CLIENT_SECRET, LIVE_TEXT, TOKEN

from cartproof.errors import CredentialsError
from cartproof.secrets import Redactor
from cartproof.store.credentials import Credentials, parse_credentials_text

LINES = LIVE_TEXT.splitlines()


def assert_whole(read: Credentials) -> None:
    """Assert that all values of the usual file are there."""
    assert read.access_token.reveal() == TOKEN
    assert read.client_id is not None
    assert read.client_id.reveal() == CLIENT_ID
    assert read.client_secret is not None
    assert read.client_secret.reveal() == CLIENT_SECRET
    assert read.address.store_hash == read.store_hash == "abc123def4"


def test_the_usual_file_is_read_without_a_warning() -> None:
    """The file as BigCommerce writes it is right as it is."""
    read = parse_credentials_text(LIVE_TEXT, reference="file:acme.txt")
    assert_whole(read)
    assert (read.account_name, read.reference) == ("Acme - Order Time", "file:acme.txt")
    assert read.warnings == ()


@pytest.mark.parametrize("order", list(itertools.permutations(range(6)))[::37])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", " ", "\n\n"])
def test_labels_stand_in_any_order_with_any_line_ending(
    order: tuple[int, ...], ending: str
) -> None:
    """Also when the whole file is one line."""
    assert_whole(parse_credentials_text(ending.join(LINES[index] for index in order)))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_windows_encodings_are_read(encoding: str) -> None:
    """Notepad's UTF-16 and a BOM do no harm."""
    data = LIVE_TEXT.replace("Acme - Order Time", "Acmé").encode(encoding)
    read = parse_credentials_text(data)
    assert_whole(read)
    assert read.account_name == "Acmé"


def test_name_stands_in_for_client_name() -> None:
    """One layout has CLIENT NAME, another NAME, some both."""
    assert parse_credentials_text(_without("CLIENT NAME")).account_name == "Acme"


def test_a_colon_in_the_name_is_no_label() -> None:
    """Where labels stand on their own lines, a name may hold what looks like one."""
    text = LIVE_TEXT.replace("Acme - Order Time", "Acme CLIENT ID: 7")
    read = parse_credentials_text(text)
    assert_whole(read)
    assert read.account_name == "Acme CLIENT ID: 7"


def test_env_and_json_spellings_of_labels_are_read() -> None:
    """People keep the same lines with underscores, equals signs and quotes."""
    text = f'access_token="{TOKEN}"\nclient_id={CLIENT_ID}\napi_path=stores/abc123def4\n'
    read = parse_credentials_text(text)
    assert read.access_token.reveal() == TOKEN
    assert read.client_id is not None
    assert read.client_id.reveal() == CLIENT_ID


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (TOKEN[:12] + "\n" + TOKEN[12:], "line breaks or spaces"),
        (TOKEN[:12] + " " + TOKEN[12:], "line breaks or spaces"),
        (TOKEN[:12] + " " + TOKEN[12:15] + " " + TOKEN[15:], "line breaks or spaces"),
        (f"“{TOKEN}”", "quotes"),
        (f"X-Auth-Token: {TOKEN}", "a label stood in front"),
        (TOKEN[:12] + "\u200b" + TOKEN[12:], "invisible"),
    ],
)
def test_a_damaged_token_is_mended_with_a_warning(broken: str, words: str) -> None:
    """What a clipboard adds is taken off, said, and known to redactors in both forms."""
    read = parse_credentials_text(LIVE_TEXT.replace(TOKEN, broken))
    assert_whole(read)
    assert any(words in warning for warning in read.warnings)
    redactor = Redactor(read.secrets())
    assert TOKEN[:12] not in redactor.redact(broken)
    assert redactor.redact("X-Auth-Token: access token “”") == "X-Auth-Token: access token “”"


def test_the_raw_form_of_a_mended_token_is_known_as_well() -> None:
    """A short piece between two blanks is part of no 10 characters of the mended token."""
    broken = " ".join((TOKEN[:8], TOKEN[8:16], TOKEN[16:24], TOKEN[24:]))
    read = parse_credentials_text(LIVE_TEXT.replace(TOKEN, broken))
    assert broken in [secret.reveal() for secret in read.secrets()]
    assert TOKEN[8:16] not in Redactor(read.secrets()).redact(f"got {broken}!")


def test_text_behind_a_blank_line_is_no_part_of_a_value() -> None:
    """A note at the end of the file does not get into the last value."""
    assert_whole(parse_credentials_text(LIVE_TEXT + "\n\nKeep this safe!\n"))


def test_an_unknown_label_is_ignored_with_a_warning() -> None:
    """BigCommerce may add lines."""
    read = parse_credentials_text(LIVE_TEXT + "SCOPES GRANTED: all\n")
    assert_whole(read)
    assert any("'SCOPES GRANTED'" in warning for warning in read.warnings)


@pytest.mark.parametrize("label", ["ACCESS TOKEN", "CLIENT ID", "API PATH"])
def test_a_label_that_stands_twice_is_refused(label: str) -> None:
    """Two accounts in one file cannot be told apart."""
    line = next(line for line in LINES if line.startswith(label))
    with pytest.raises(CredentialsError, match=f"label {label} stands in the credentials twice"):
        parse_credentials_text(LIVE_TEXT + line)


@pytest.mark.parametrize("text", ["", "hello", TOKEN, "a: b\nc: d", "https://x.example/"])
def test_a_text_without_labels_is_refused_and_not_repeated(text: str) -> None:
    """The message says what is expected."""
    with pytest.raises(CredentialsError, match="none of BigCommerce's labels") as caught:
        parse_credentials_text(text)
    assert TOKEN not in str(caught.value)


def test_a_missing_access_token_is_named_by_its_label() -> None:
    """The engineer knows which line to look for."""
    with pytest.raises(CredentialsError, match=r"of file:x .*label ACCESS TOKEN is missing"):
        parse_credentials_text(_without("ACCESS TOKEN"), reference="file:x")
    with pytest.raises(CredentialsError, match="ACCESS TOKEN"):
        parse_credentials_text(LIVE_TEXT.replace(TOKEN, ""))


def test_a_missing_api_path_is_filled_in_by_the_store_hash() -> None:
    """One vendor's sample lacks the line."""
    text = _without("API PATH")
    assert_whole(parse_credentials_text(text, store_hash="abc123def4"))
    assert_whole(parse_credentials_text(text, store_hash="stores/abc123def4/v3/"))
    with pytest.raises(CredentialsError, match="label API PATH is missing"):
        parse_credentials_text(text)


def test_another_store_than_the_one_asked_for_is_refused() -> None:
    """A mix-up of customers is found before anything is sent."""
    with pytest.raises(CredentialsError, match=r"different stores: .*abc123def4 and .*zzz999"):
        parse_credentials_text(LIVE_TEXT, store_hash="zzz999")
    assert_whole(parse_credentials_text(LIVE_TEXT, store_hash="ABC123DEF4"))


def test_a_sandbox_and_a_live_host_do_not_mix() -> None:
    """A bare hash says nothing of the host; two hosts that differ are an error."""
    sandbox = LIVE_TEXT.replace("https://api.bigcommerce.com", "http://127.0.0.1:8765")
    read = parse_credentials_text(sandbox, store_hash="abc123def4")
    assert read.address.origin == "http://127.0.0.1:8765"
    with pytest.raises(CredentialsError, match="different stores"):
        parse_credentials_text(sandbox, store_hash="https://api.bigcommerce.com/stores/abc123def4")
    with pytest.raises(CredentialsError, match="different stores"):
        parse_credentials_text(LIVE_TEXT, store_hash="http://127.0.0.1:8765/stores/abc123def4")


def test_nothing_printed_holds_a_secret() -> None:
    """Neither repr nor pickle nor JSON nor the reference, which may name a client id."""
    read = parse_credentials_text(
        LIVE_TEXT.replace("Acme - Order Time", f"Acme {TOKEN}"),
        reference=f"file:/x/BigCommerceAPI-credentials-{CLIENT_ID}-1.txt",
    )
    texts = (repr(read), str(read), read.reference, read.account_name, json.dumps(read.secrets()))
    raw = pickle.dumps(read) + pickle.dumps(copy.deepcopy(read))
    for secret in (TOKEN, CLIENT_ID, CLIENT_SECRET):
        assert not any(secret in text for text in texts)
        assert secret.encode() not in raw


@given(st.text() | st.binary())
def test_arbitrary_input_raises_nothing_but_a_credentials_error(text: str | bytes) -> None:
    """Whatever file is dropped, the answer is a sentence."""
    try:
        parse_credentials_text(text)
    except CredentialsError:
        return


@given(
    st.lists(
        st.sampled_from(
            [
                *LINES,
                "\n",
                "\r\n",
                "CLIENT ID:",
                "NAME=",
                "\ufeff",
                "\0",
                "x: y",
                "::",
                "STORE HASH: q",
            ]
        ),
        max_size=12,
    ),
    st.sampled_from(["", "\n", " ", "\t"]),
)
def test_shuffled_pieces_raise_nothing_but_a_credentials_error(
    pieces: list[str], between: str
) -> None:
    """Pieces of the real file in any order end in credentials or in a sentence without values."""
    try:
        read = parse_credentials_text(between.join(pieces))
    except CredentialsError as exc:
        assert TOKEN not in str(exc)
        assert CLIENT_SECRET not in str(exc)
    else:
        assert TOKEN not in repr(read)


def _without(label: str) -> str:
    return "\n".join(line for line in LINES if not line.startswith(label))
