"""Redaction finds every spelling of a secret, whole or in pieces, and touches nothing else."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import random
import string
import uuid
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartproof.secrets import Redactor, Secret
from cartproof.secrets.forms import forms_of
from cartproof.secrets.joined import joined, positions
from cartproof.secrets.nested import as_one_text, redact_nested

TOKEN = "q7w2k9x4m1z8c5v3b6n0a2s4d7f9g1h"
HEX_SECRET = hashlib.sha256(b"an invented client secret").hexdigest()
AWKWARD = 'a"b\\c/d+e=f&g h:i<j>kéł'
VALUES = (TOKEN, HEX_SECRET, AWKWARD)
LOWER = string.ascii_lowercase + string.digits


def wrapped(text: str, width: int, between: str) -> str:
    """Return a text broken into lines."""
    return between.join(text[at : at + width] for at in range(0, len(text), width))


def telling_pieces(value: str) -> set[str]:
    """Return what gives ten characters away: raw, in hex, and in base64 at each offset."""
    raw = value.encode()
    encoded = [base64.b64encode(b"x" * n + raw).decode()[-(-n * 8 // 6) : -4] for n in range(3)]
    forms = [(value, 10), (raw.hex(), 20), *((form, 14) for form in encoded)]
    return {form[i : i + length] for form, length in forms for i in range(len(form) - length + 1)}


SPELLINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "JSON": lambda v: json.dumps({"t": v}),
    "JSON in JSON": lambda v: json.dumps(json.dumps({"t": v})),
    "URL": lambda v: f"https://x.example/?t={quote(v, safe='')}",
    "URL, every byte": lambda v: "".join(f"%{byte:02x}" for byte in v.encode()),
    "base64": lambda v: base64.b64encode(v.encode()).decode(),
    "base64, one off": lambda v: base64.b64encode(b"x" + v.encode()).decode(),
    "base64, two off": lambda v: base64.b64encode(b"xy" + v.encode() + b"z").decode(),
    "URL-safe base64": lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
    "Basic": lambda v: "Basic " + base64.b64encode(b"user:" + v.encode()).decode(),
    "MIME base64": lambda v: base64.encodebytes(b"x" * 48 + v.encode() * 3).decode(),
    "hex": lambda v: v.encode().hex(),
    "capital hex": lambda v: v.encode().hex().upper(),
    "hex dump": lambda v: wrapped(v.encode().hex(" "), 48, "\n"),
    "hex, wrapped at 60": lambda v: wrapped((b"x" * 25 + v.encode()).hex(), 60, "\n"),
    "escaped bytes": lambda v: "".join(f"\\x{byte:02x}" for byte in v.encode()),
    "unicode escapes": lambda v: "".join(f"\\u{ord(char):04x}" for char in v),
    "list of numbers": lambda v: str(list(v.encode())),
    "HTML": html.escape,
    "HTML entities": lambda v: "".join(f"&#{ord(char)};" for char in v),
    "cut": lambda v: f"X-Auth-Token: {v[:18]}...",
    "cut at ten": lambda v: f"client {v[:10]}…",
    "tail": lambda v: f"...{v[-14:]}",
    "repr": lambda v: repr({"token": v}),
    "repr of bytes": lambda v: repr(v.encode()),
    "wrapped by a line break": lambda v: wrapped(v, 7, "\n"),
    "wrapped in a list of lines": lambda v: json.dumps([v[:6] + "\n", v[6:12] + "\n", v[12:]]),
    "quoted in halves": lambda v: f'"{v[:9]}" "{v[9:]}"',
    "coloured": lambda v: f"\x1b[32m{v[:8]}\x1b[0;39m{v[8:]}\x1b[0m",
    "with an unseen space": lambda v: f"{v[:8]}\u200b{v[8:]}",
    "broken by HTML": lambda v: f"{html.escape(v[:8])}<wbr>{html.escape(v[8:])}",
    "UTF-16": lambda v: v.encode("utf-16-le").decode("latin-1"),
}


@pytest.mark.parametrize("value", VALUES, ids=["token", "hex", "awkward"])
@pytest.mark.parametrize("name", list(SPELLINGS))
def test_redaction_leaves_no_piece_of_ten_characters(value: str, name: str) -> None:
    """Whatever the spelling, no ten characters of it survive, and what is around it does."""
    if name == "UTF-16" and not value.isascii():
        value = value.encode("ascii", "replace").decode()
    text = SPELLINGS[name](value)
    redactor = Redactor([Secret("access_token", value)])
    redacted = redactor.redact(f"before {text} after")
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")
    assert "access_token sha256:" in redacted
    assert not redactor.spans(redacted)
    flat = redacted.translate(str.maketrans("", "", "\n \"',\\"))
    assert not {piece for piece in telling_pieces(value) if piece in flat or piece in redacted}


@pytest.mark.parametrize("value", VALUES, ids=["token", "hex", "awkward"])
@pytest.mark.parametrize("offset", range(7))
def test_each_piece_of_ten_is_found_wherever_it_stands(value: str, offset: int) -> None:
    """No piece slips between the places at which the text is sampled."""
    redactor = Redactor([Secret("access_token", value)])
    for start in range(len(value) - 9):
        piece = value[start : start + 10]
        spans = redactor.spans("~" * offset + piece + "~" * 3000)
        assert [(begin, end) for begin, end, _ in spans] == [(offset, offset + 10)]
        assert redactor.spans("~" * 6000 + " " * offset + piece + ".")


@given(st.text("abc \n\\\"'<>/br&;\x1b[0m\u200bé", max_size=60), st.integers(10, 31), st.data())
def test_a_piece_is_found_in_any_surroundings(
    around: str, length: int, data: st.DataObject
) -> None:
    """Colours, tags and line breaks beside a piece hide nothing of it."""
    start = data.draw(st.integers(0, len(TOKEN) - length))
    piece = TOKEN[start : start + length]
    redactor = Redactor([Secret("access_token", TOKEN)])
    for text in (f"{around} {piece}", f"{piece} {around}", f"{around} {piece} {around}"):
        assert piece not in redactor.redact(text)


@given(st.text("ab \n\t\\nrt\"'<>spanwbr/;\x1b[0m\u200bé,:", max_size=80))
def test_positions_say_where_each_joined_byte_stands(text: str) -> None:
    """Both ways of looking through separators see the same text."""
    found = "".join(text[at] for at in positions(text))
    assert found.encode("ascii", "replace") == joined(text)


def test_each_of_many_secrets_is_found_with_what_it_shares_with_others() -> None:
    """As in a session with one customer after another; some begin with the same twelve."""
    shared = "k3v9q2m7x1c8"
    values = [
        f"{shared if n % 2 else ''}{hashlib.sha256(b'%d' % n).hexdigest()}" for n in range(60)
    ]
    redactor = Redactor([])
    for value in values:
        redactor.add(Secret("access_token", value))
    shown = {str(Secret("access_token", value)): value for value in values}
    for told, value in shown.items():
        assert [span[2] for span in redactor.spans(f"a {value[-20:]} z")] == [told]
    (span,) = redactor.spans(f"a {shared} z")
    assert shown[span[2]].startswith(shared)


def test_what_was_clean_is_looked_at_again_for_a_new_secret() -> None:
    """A text that shares five characters with one secret, and ten with the one that comes then."""
    first, second = "k3v9q8w1n5z2y4t6u7r0p3", "k3v9q2m7x1c8b4d6f9g5h0"
    redactor = Redactor([Secret("access_token", first)])
    assert redactor.redact(second[:10]) == second[:10]
    redactor.add(Secret("client_id", second))
    assert redactor.redact(second[:10]) == f"[{Secret('client_id', second)}]"


def test_two_secrets_side_by_side_are_both_gone() -> None:
    """A handover of two values joined leaves nothing of either."""
    other = "p9o8i7u6y5t4r3e2w1q0l9k8j7h6g5f"
    redactor = Redactor([Secret("access_token", TOKEN), Secret("client_id", other)])
    assert redactor.redact(f"{other}:{TOKEN}").count("sha256:") == 2


@given(st.text(max_size=300))
def test_text_without_a_secret_comes_through_unchanged(text: str) -> None:
    """Redaction touches nothing but secrets."""
    redactor = Redactor([Secret("access_token", TOKEN), Secret("client_secret", HEX_SECRET)])
    assert redactor.redact(text) == text


def look_alikes(chance: random.Random) -> str:
    """Return a page of what looks like secrets and is none."""
    noise = chance.randbytes(4000)
    return "\n".join(
        [
            *(hashlib.sha256(chance.randbytes(9)).hexdigest() for _ in range(60)),
            *(f"sha256:{chance.randbytes(6).hex()}" for _ in range(60)),
            *(str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(60)),
            *(f"2026-11-{day:02}T10:{day:02}:00.123456Z" for day in range(1, 30)),
            *(f"20261128T{day:06}Z-{chance.randbytes(4).hex()}" for day in range(60)),
            base64.b64encode(noise).decode(),
            base64.encodebytes(noise).decode(),
            base64.urlsafe_b64encode(b" The store answers; " * 30).decode(),
            noise.hex(" "),
            str(list(noise)),
            "".join(chance.choices(LOWER, k=4000)),
            " ".join(str(chance.getrandbits(40)) for _ in range(300)),
            json.dumps([chr(chance.randint(0x400, 0x4FF)) for _ in range(500)]),
        ]
    )


def random_secrets(chance: random.Random) -> list[Secret]:
    """Return credentials in BigCommerce's shapes, and a password as people make them."""
    return [
        Secret("access_token", "".join(chance.choices(LOWER, k=31))),
        Secret("client_id", "".join(chance.choices(LOWER, k=31))),
        Secret("client_secret", chance.randbytes(32).hex()),
        Secret("password", f"dropstream-{chance.randrange(10_000)}"),
    ]


@pytest.mark.parametrize("seed", range(40))
def test_digests_ids_dates_and_encoded_noise_are_no_secrets(seed: int) -> None:
    """Nothing that only looks like a secret is touched, whatever the secrets are."""
    chance = random.Random(seed)
    page = look_alikes(chance)
    assert Redactor(random_secrets(chance)).redact(page) == page


def digest_like(secret: str, length: int) -> str:
    """Return a digest that agrees with a secret in so many digits, and differs beside them."""
    other = "0" if secret[19] != "0" else "1"
    after = "0" if secret[20 + length] != "0" else "1"
    return f"{other * 20}{secret[20 : 20 + length]}{after * (44 - length)}"


@pytest.mark.parametrize("before", ["", "a", "bc"])
def test_digests_in_the_base64_of_a_record_are_no_secret(before: str) -> None:
    """A record's envelope spells hundreds of digests; nine digits agree once in 16 ** 9.

    From sixteen on they are the secret's, and standing alone from ten on.
    """
    redactor = Redactor([Secret("client_secret", HEX_SECRET)])
    for length, is_secret in ((9, False), (15, False), (18, True)):
        record = json.dumps({before: digest_like(HEX_SECRET, length), "b": "x" * 40})
        text = json.dumps({"payload": base64.b64encode(record.encode()).decode()})
        assert bool(redactor.spans(text)) is is_secret, length
    for length in (10, 11, 13):
        cut = f"{before}{'.' * bool(before)}{HEX_SECRET[20 : 20 + length]}"
        for text in (cut, f"{cut}...", f"secret:{cut}!"):
            alone = base64.b64encode(text.encode()).decode()
            assert redactor.spans(f"cut: {alone}"), (length, text)


@pytest.mark.parametrize("value", [TOKEN, HEX_SECRET], ids=["token", "hex"])
def test_what_a_file_may_hold_a_record_may_spell_in_base64(value: str) -> None:
    """Nine characters that a cut left over are no leak in the clear, nor where they are encoded."""
    redactor = Redactor([Secret("access_token", value)])
    for before in ("", "a", "bc"):
        for length, is_secret in ((9, False), (10, True)):
            text = f"{before}({value[3 : 3 + length]}) and so on"
            encoded = base64.b64encode(text.encode()).decode()
            assert bool(redactor.spans(text)) is is_secret
            assert bool(redactor.spans(encoded)) is is_secret, (before, length)


SIGNS_OF = {"hex": 16, "small letters and digits": 36, "base64": 64, "digests in base64": 64}


@pytest.mark.parametrize("kind", list(SIGNS_OF))
def test_a_false_alarm_is_rarer_than_one_in_a_thousand_million_megabytes(kind: str) -> None:
    """Chance alone makes a piece that counts in less than 1e-9 of the megabytes of noise.

    Counted by rule: each place at which a piece of a spelling could begin in random signs, taken
    in the length from which the piece counts inside a longer word. Where base64 spells digests,
    four signs are as good as three digits.
    """
    signs = SIGNS_OF[kind]
    alphabet = set("0123456789abcdef") if signs == 16 else set(LOWER) if signs == 36 else None
    is_of_digests = kind == "digests in base64"
    expected = 0.0
    for secret in random_secrets(random.Random(kind))[:3]:
        for spelling, form in forms_of(secret.reveal()):
            if is_of_digests and (spelling.base64_bits is None or len(secret.reveal()) != 64):
                continue
            shown, length = form.text.decode(), form.rule.surely or form.rule.piece
            likely = 16.0 ** -(length * 6 // 8) if is_of_digests else float(signs) ** -length
            for start in range(len(shown) - length + 1):
                if alphabet is None or set(shown[start : start + length]) <= alphabet:
                    expected += 1e6 * likely
    assert 0 < expected < 1e-9


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("read", "read-only"),
        ("orders", "reorders and preorders"),
        ("dropstream2024", "Connect DropStream: log in to dropstream as dropstream"),
        ("stone-edge-1", "stone-edge: the runbook stone-edge of Stone Edge"),
        ("stone edge orders", "the stone edge of an order"),
        (HEX_SECRET, f"sha256 {'0' * 20}{HEX_SECRET[20:31]}{'0' * 33}"),
        (TOKEN, f"id zz{TOKEN[3:13]}zz"),
    ],
)
def test_ordinary_words_and_other_ids_stay(value: str, text: str) -> None:
    """Words that a password is made of, and agreements inside longer ids, hide nothing."""
    assert Redactor([Secret("password", value)]).redact(text) == text


@pytest.mark.parametrize("value", ["hunter2!", "orders", "dropstream2024", "correct horse battery"])
def test_a_password_that_a_person_made_is_found_whole(value: str) -> None:
    """However ordinary its words, the whole of it is hidden, and most of it too."""
    redactor = Redactor([Secret("password", value)])
    for text in (f"log in with {value}.", json.dumps({"password": value}), f"({value})"):
        assert value not in redactor.redact(text)
        assert "password sha256:" in redactor.redact(text)
    if len(value) > 12:
        assert redactor.spans(f"{value[: len(value) - 3]}…")


@pytest.mark.parametrize(
    "value",
    [
        TOKEN,
        {TOKEN: 1},
        {"a": [{"b": (TOKEN[:12],)}]},
        {"cut": f"<span {TOKEN}", "closed": "a > b"},
        {"cut": "<span", "next": f"{TOKEN} > b"},
        ["ends in \\", f"n{TOKEN}"],
        [f"first line\n{TOKEN[3:14]}", "é"],
        [f"\x1b[3{TOKEN}", "m"],
        [TOKEN[:5], TOKEN[5:9], TOKEN[9:16]],
        {"lines": ("token:", *TOKEN)},
        [b"\xff\xfe" + TOKEN.encode()],
        {"buffer": memoryview(TOKEN.encode())},
    ],
)
def test_what_redaction_would_change_is_seen_in_one_text(value: object) -> None:
    """The guard looks through a message's texts as one, and leaves alone what has no secret."""
    redactor = Redactor([Secret("access_token", TOKEN)])
    redacted = redact_nested(value, redactor.redact, with_bytes=True)
    assert "access_token sha256" in str(redacted)
    assert redactor.spans(as_one_text(value))


def test_two_texts_of_a_message_are_not_read_as_one() -> None:
    """Keys and values that stand side by side make no secret together."""
    redactor = Redactor([Secret("access_token", TOKEN)])
    apart = {TOKEN[:8]: {"a": TOKEN[8:16], "b": [1, {TOKEN[16:24]: None}]}}
    assert redact_nested(apart, redactor.redact) == apart
    assert not redactor.spans(as_one_text(apart))
