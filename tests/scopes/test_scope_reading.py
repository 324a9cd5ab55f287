"""Reading a row's level out of its answers, the two shared rows above all."""

from __future__ import annotations

import pytest
from fake_store import DENIED, exchange

from cartproof.scopes.classify import AnswerClass, classify
from cartproof.scopes.probe import Probe
from cartproof.scopes.probes import probes_of
from cartproof.scopes.reading import read_rows
from cartproof.scopes.row_result import Answer, Cause, RowResult

_ALL = ("none", "read-only", "modify")


def _answer(probe: Probe, word: str) -> Answer:
    status, body = {
        "yes": (404, {"status": 404, "title": "Not found"}),
        "no": (403, DENIED),
        "busy": (500, None),
        "gone": (405, None),
    }[word]
    if word == "yes" and probe.row in ("Customers", "Themes"):
        status = 200 if probe.is_read else 400
    answer = exchange(status, body, method=probe.method, path=probe.path)
    return Answer(probe, classify(probe, answer), answer)


def _answers(**rows: str) -> dict[str, list[Answer]]:
    """Return answers from `Orders="yes no"`: read, then modify; `-` for one that was not sent."""
    found: dict[str, list[Answer]] = {}
    for key, words in rows.items():
        row = key.replace("_", " ")
        for reads, word in zip((True, False), words.split(), strict=True):
            if word != "-":
                found.setdefault(row, []).append(_answer(probes_of(row, reads=reads)[0], word))
    return found


def _read(row: str, **rows: str) -> RowResult:
    results = read_rows(_answers(**rows), unasked="the time was used up")
    return next(result for result in results if result.row == row)


@pytest.mark.parametrize(
    ("words", "possible", "cause"),
    [
        ("no no", ("none",), Cause.SETTLED),
        ("yes no", ("read-only",), Cause.SETTLED),
        ("yes yes", ("modify",), Cause.SETTLED),
        ("no yes", _ALL, Cause.CONTRADICTION),
        ("yes busy", ("read-only", "modify"), Cause.UNANSWERED),
        ("busy yes", ("modify",), Cause.SETTLED),
        ("busy no", ("none", "read-only"), Cause.UNANSWERED),
        ("no busy", ("none",), Cause.SETTLED),
        ("busy gone", _ALL, Cause.UNANSWERED),
        ("- -", _ALL, Cause.UNANSWERED),
    ],
)
def test_read_and_modify_combine(words: str, possible: tuple[str, ...], cause: Cause) -> None:
    """Each answer strikes the levels that do not fit it."""
    result = _read("Products", Products=words)
    assert (result.possible, result.cause) == (possible, cause)


@pytest.mark.parametrize(
    ("content", "scripts", "possible", "cause"),
    [
        ("no no", "no no", ("none",), Cause.SETTLED),
        ("no no", "yes no", ("read-only",), Cause.SETTLED),
        ("no no", "yes yes", ("modify",), Cause.SETTLED),
        ("yes no", "yes yes", ("modify",), Cause.SETTLED),
        ("yes no", "yes no", ("none", "read-only"), Cause.BEYOND_REST),
        ("yes yes", "yes yes", _ALL, Cause.BEYOND_REST),
        ("yes yes", "no no", ("none",), Cause.SETTLED),
        ("yes yes", "no yes", _ALL, Cause.CONTRADICTION),
        ("yes busy", "yes yes", _ALL, Cause.UNANSWERED),
        ("busy busy", "yes no", ("none", "read-only"), Cause.UNANSWERED),
    ],
)
def test_checkout_content_is_told_only_where_content_cannot_explain_it(
    content: str, scripts: str, possible: tuple[str, ...], cause: Cause
) -> None:
    """Both rows open the script routes, so that Content hides Checkout content."""
    result = _read("Checkout content", Content=content, Checkout_content=scripts)
    assert (result.possible, result.cause) == (possible, cause)


@pytest.mark.parametrize(
    ("orders", "transactions", "possible", "cause"),
    [
        ("no no", "no no", ("none",), Cause.SETTLED),
        ("yes no", "yes no", ("read-only",), Cause.SETTLED),
        ("yes no", "yes yes", ("modify",), Cause.SETTLED),
        ("yes yes", "no -", ("none",), Cause.SETTLED),
        ("yes yes", "yes -", ("read-only", "modify"), Cause.BEYOND_REST),
        ("yes busy", "yes yes", ("read-only", "modify"), Cause.UNANSWERED),
        ("yes busy", "yes no", ("read-only",), Cause.SETTLED),
        ("no no", "no yes", _ALL, Cause.CONTRADICTION),
    ],
)
def test_order_transactions_at_modify_hides_behind_orders(
    orders: str, transactions: str, possible: tuple[str, ...], cause: Cause
) -> None:
    """Orders at Modify opens the payment actions too; reading is Order transactions' own."""
    result = _read("Order transactions", Orders=orders, Order_transactions=transactions)
    assert (result.possible, result.cause) == (possible, cause)


def test_stored_payment_instruments_cannot_be_told_above_reading() -> None:
    """No request needs Modify there, and none granted leaves None alone."""
    row = "Stored payment instruments"
    probe = probes_of(row, reads=True)[0]
    granted = read_rows({row: [_answer(probe, "yes")]})[10]
    denied = read_rows({row: [_answer(probe, "no")]})[10]
    assert (granted.possible, granted.cause) == (("read-only", "modify"), Cause.BEYOND_REST)
    assert denied.level == "none"


def test_rows_that_no_request_needs_are_never_told() -> None:
    """Customers login, Metafield ownership and Metafields access stay open."""
    results = {result.row: result for result in read_rows({})}
    for row in ("Customers login", "Metafield ownership", "Metafields access"):
        assert results[row].level is None
        assert results[row].cause is Cause.BEYOND_REST


def test_a_fallback_counts_only_where_the_main_probe_said_nothing() -> None:
    """A missing route is made up for by the alternative; a clear answer is not overruled."""
    main, other = probes_of("Orders", reads=True)
    missing = read_rows({"Orders": [_answer(main, "gone"), _answer(other, "no")]})[6]
    clear = read_rows({"Orders": [_answer(main, "no"), _answer(other, "yes")]})[6]
    assert missing.level == "none"
    assert clear.level == "none"


def test_an_unsent_probe_is_explained() -> None:
    """The reason says why nothing was asked, and what was seen of the rest."""
    result = _read("Products", Products="yes -")
    assert result.reason.startswith("the time was used up; GET /v3/catalog/summary answered")


def test_the_grade_is_the_weakest_of_the_probes_that_decided() -> None:
    """Orders is read by a C and a D; a probe that told nothing does not count."""
    assert _read("Orders", Orders="yes no").grade == "D"
    assert _read("Orders", Orders="yes busy").grade == "C"
    assert _answer(probes_of("Orders", reads=True)[0], "busy").kind is AnswerClass.BUSY
