"""What the report says, in which order, and what it makes of hostile input."""

from __future__ import annotations

import copy
import re
from html.parser import HTMLParser
from typing import Any

import executed
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartproof.errors import NotebookError
from cartproof.report.page import render
from cartproof.run.reading import read_notebook
from cartproof.run.results import FINISH_MIME, RUN_MIME, STEP_MIME


def page_of(notebook: dict[str, Any], **options: Any) -> str:
    """Render a notebook's report."""
    return render(read_notebook(notebook), **options)


class _Words(HTMLParser):
    """Gathers the visible words, the ids, and the link targets of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def parsed(page: str) -> _Words:
    """Parse a page as a browser would."""
    words = _Words()
    words.feed(page)
    words.close()
    return words


def text_of(page: str) -> str:
    """Return a page's words, with single spaces."""
    return " ".join(" ".join(parsed(page).words).split())


def test_a_good_run_says_so_first_and_names_what_and_whose_it_is() -> None:
    """Integration, customer, store, kind of store, time and verdict stand above all else."""
    text = text_of(page_of(executed.good()))
    top = text[: text.index("What to do next")]
    for words in (
        "Stone Edge Order Manager",
        "Harbour Candles",
        "abc123de",
        "Live store",
        "22 Nov 2026, 01:16:12 UTC",
        "20261122T011612Z-1a2b3c4d",
        "All 6 required steps are settled (2 on a person's word)",
    ):
        assert words in top
    assert "Nothing: no required step is open. See the warnings below." in text


def test_a_sandbox_is_called_one() -> None:
    """A run on the sandbox cannot be taken for one on a store."""
    text = text_of(page_of(executed.failing()))
    assert "Sandbox : an imitation of BigCommerce, no real store" in text
    assert "Live store" not in text


def test_a_run_without_credentials_is_called_neither_live_nor_sandbox() -> None:
    """Where no store hash is known, the page does not guess."""
    opened = executed.header(store={"hash": "", "origin": "", "is_sandbox": False})
    text = text_of(page_of(executed.notebook(executed.open_cell(opened))))
    assert "Not known: no credentials were given" in text
    assert "Live store" not in text


def test_the_next_actions_are_grouped_by_who_must_act_and_by_what_to_do() -> None:
    """Two missing scopes are one action of the merchant's; the engineer's stand below."""
    text = text_of(page_of(executed.failing()))
    todo = text[text.index("What to do next") : text.index("OAuth scopes")]
    merchant, engineer = todo.index("The merchant,"), todo.index("The support engineer,")
    assert merchant < todo.index("Orders is read-only") < engineer
    assert todo.count("The scopes of an API account cannot be changed") == 1
    assert "Orders is read-only, and must be modify. Set Orders to modify." in todo
    assert engineer < todo.index("BigCommerce answered 503 three times.")
    assert engineer < todo.index("Nobody has confirmed this step yet.")
    assert "It needs “A test order is there” first." in todo
    assert todo.count("BigCommerce answered 503") == 1
    assert "Open the notebook in JupyterLab and answer there" in todo


def test_the_matrix_has_every_row_once_with_what_was_wanted_and_found() -> None:
    """27 rows; a missing scope stands there with both levels and the remedy."""
    page = page_of(executed.failing())
    matrix = page[page.index('<table class="scopes stack">') :]
    matrix = matrix[: matrix.index("</table>")]
    assert matrix.count('<th scope="row">') == 27
    orders = text_of(next(row for row in matrix.split("<tr>") if '<th scope="row">Orders<' in row))
    assert orders.startswith(
        "Orders Modify Read-only Fail Orders is read-only, and must be modify."
    )


def test_a_level_that_cannot_be_told_is_shown_with_all_that_are_possible() -> None:
    """`None or Login` says more than that nobody knows."""
    row = executed.scope_finding(
        "Customers login",
        "none",
        None,
        data={"row": "Customers login", "level": None, "possible": ["none", "login"]},
    )
    step = executed.result("scopes", findings=(row,))
    text = text_of(page_of(executed.notebook(executed.open_cell(), executed.step_cell(step))))
    assert "Customers login None None or Login Attested" in text


def test_steps_that_only_wait_are_told_together() -> None:
    """A chain of waiting steps is one entry, not one each."""
    waiting = [
        executed.result(name, executed.Verdict.BLOCKED, reason=f"Waits for {name}.")
        for name in ("enter-values", "import-orders")
    ]
    cells = map(executed.step_cell, waiting)
    text = text_of(page_of(executed.notebook(executed.open_cell(), *cells)))
    todo = text[text.index("What to do next") : text.index("OAuth scopes")]
    assert "“Hand the API information to Stone Edge” and “Import the test order”" in todo
    assert "They wait for what stands above." in todo


def test_scopes_that_nobody_asked_for_still_stand_there_as_wanted() -> None:
    """When the kernel died before the scopes, the wanted rows say `Not asked`."""
    text = text_of(page_of(executed.interrupted()))
    assert "Customers Read-only Not asked Not run" in text


def test_an_interrupted_run_says_where_it_stopped_and_what_did_not_run() -> None:
    """Banner, sentence and action name the cause and the steps."""
    text = text_of(page_of(executed.interrupted()))
    assert "Interrupted: the notebook did not run to its end" in text
    assert "Stopped at the step “Scopes of the token”: the kernel died" in text
    assert "4 of 6 required steps did not settle" in text
    assert "Run the notebook again from its first cell." in text
    assert text.count("the kernel died or was shut down") == 2


def test_a_finding_that_did_not_run_is_told_once() -> None:
    """A step whose finding says what to do is not listed a second time by its own verdict."""
    finding = executed.Finding(
        executed.Verdict.NOT_RUN, "Orders", "Not asked: the token is dead.", remedy="Fix the token."
    )
    step = executed.result("store", executed.Verdict.NOT_RUN, findings=(finding,))
    text = text_of(page_of(executed.notebook(executed.open_cell(), executed.step_cell(step))))
    todo = text[text.index("What to do next") : text.index("OAuth scopes")]
    assert "Fix the token. Not run Orders Not asked: the token is dead." in todo
    assert "“Store answers”" not in todo


def test_every_request_is_shown_once_with_its_answer_and_digest() -> None:
    """A request that two findings lean on stands there once."""
    page = page_of(executed.good())
    assert page.count("GET /v2/orders/118/products") == 1
    assert "60 requests behind these findings" in page
    again = executed.order_step()
    doubled = executed.notebook(executed.open_cell(), executed.step_cell(again))
    doubled["cells"].append(executed.step_cell({**again.as_json(), "step": {"id": "store"}}))
    assert page_of(doubled).count("GET /v2/orders/118/products") == 1


def test_handover_attestations_versions_and_hashes_are_there() -> None:
    """Labels with fingerprints, people with their words, and what can be checked later."""
    text = text_of(page_of(executed.good(), files={"notebook.ipynb": "ab" * 32}))
    for words in (
        "Access Token sha256:1a2b3c4d5e6f by the vault, not by mail",
        "Jo Park 22 Nov 2026, 01:12:30 UTC order 118 arrived Value given: 118",
        "made with key 9f8e7d6c",
        "python 3.11.2",
        "notebook.ipynb " + "ab" * 32,
        executed.header()["runbook"]["sha256"],
    ):
        assert words in text


@pytest.mark.parametrize("name", ["good", "failing", "interrupted", "hostile"])
def test_links_lead_somewhere_and_ids_are_unique(name: str) -> None:
    """Every link is to http(s) or to an id that is on the page."""
    page = parsed(page_of(getattr(executed, name)(), files={"a": "b"}))
    assert len(set(page.ids)) == len(page.ids)
    for link in page.links:
        assert link.startswith(("https://", "http://")) or link.removeprefix("#") in page.ids
    assert not {"script", "img", "iframe", "link", "base", "form", "object"} & set(page.tags)


@pytest.mark.parametrize("name", ["good", "failing", "interrupted", "hostile"])
def test_a_report_is_small_and_the_same_each_time(name: str) -> None:
    """Under 150 kB, even with megabytes of hostile text; no clock and no chance in it."""
    notebook = getattr(executed, name)()
    page = page_of(notebook)
    assert len(page.encode()) < 150_000
    assert page == page_of(notebook)


def test_hostile_text_comes_out_as_plain_visible_text() -> None:
    """No tag, escape sequence, invisible or direction character of it survives as such."""
    page = page_of(executed.hostile())
    assert not re.search(r"(?i)<script|onerror=\"document|<svg onload|href=\"javascript", page)
    assert not set("\x1b\x00\x07\u202e\u200b\u2066\ud800") & set(page)
    assert "‹U+202E›" in page
    assert "[31m" not in page
    assert "more characters are not shown here]" in page
    assert "{{ 7*7 }}" in page
    page.encode("utf-8")


def test_only_plain_web_addresses_become_links() -> None:
    """The vendor's article is a link; an address with a user name in it is not."""
    opened = executed.header()
    opened["runbook"]["source"]["url"] = "https://bigcommerce.com@evil.example/"
    page = page_of(executed.notebook(executed.open_cell(opened)))
    assert "evil.example" not in page
    links = re.findall(r'<a [^>]*href="http[^>]*>', page_of(executed.good()))
    assert len(links) == 3
    assert all('rel="noopener noreferrer"' in link for link in links)


WORDS = st.sampled_from(
    [executed.HOSTILE, "<script>alert(1)</script>", "", "fail", "pass", "stone-edge", "1e999"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS
KEYS = st.sampled_from(
    [
        *executed.header(),
        *executed.header()["runbook"],
        *executed.order_step().as_json(),
        *executed.order_step().findings[0].as_json(),
        *executed.evidence("/").as_json(),
        *("id", "row", "level", "wanted", "order_id", "who", "when", "hash", "is_sandbox"),
    ]
) | st.text(max_size=10)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6)


ANYTHING = st.recursive(LEAVES, _nested, max_leaves=12)


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value in a JSON value."""
    inner: Any = enumerate(value) if isinstance(value, list) else ()
    inner = value.items() if isinstance(value, dict) else inner
    below = [_places(v, (*place, k)) for k, v in inner]
    return [place, *(way for ways in below for way in ways)]


def _put(value: Any, place: tuple[Any, ...], other: Any) -> None:
    for key in place[:-1]:
        value = value[key]
    value[place[-1]] = other
    if other == "gone":
        del value[place[-1]]


def check_harmless(notebook: dict[str, Any]) -> None:
    """Read and render; nothing but a NotebookError may come of it, and no script."""
    try:
        page = render(read_notebook(notebook))
    except NotebookError:
        return
    assert "<script" not in page.lower()
    assert "\u202e" not in page
    page.encode("utf-8")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(opened=ANYTHING, step=ANYTHING, finish=ANYTHING, metadata=ANYTHING)
def test_any_json_in_the_outputs_is_harmless(
    opened: Any, step: Any, finish: Any, metadata: Any
) -> None:
    """Whatever stands under our MIME types, reading and rendering do not break."""
    notebook = executed.notebook(
        executed.cell("run", executed.shown(RUN_MIME, opened)),
        executed.step_cell(executed.store_step()),
        executed.cell("step", executed.shown(STEP_MIME, step)),
        executed.cell("finish", executed.shown(FINISH_MIME, finish)),
    )
    check_harmless(notebook)
    notebook["metadata"]["cartproof"] = metadata
    check_harmless(notebook)


def small_run() -> dict[str, Any]:
    """Return a run with one of everything."""
    row = executed.scope_finding("Orders", "modify", "modify")
    return executed.notebook(
        executed.open_cell(),
        executed.step_cell(executed.result("scopes", findings=(row,))),
        executed.step_cell(executed.order_step()),
        executed.step_cell(executed.vendor_steps()[0]),
        executed.finish_cell("verified"),
    )


@pytest.mark.parametrize("other", ["gone", None, "<script>", [[]]], ids=repr)
def test_any_one_value_may_be_missing_or_of_another_type(other: Any) -> None:
    """Every value in the notebook in turn: it is read, or refused as a NotebookError."""
    notebook = small_run()
    for place in _places(notebook)[1:]:
        damaged = copy.deepcopy(notebook)
        _put(damaged, place, other)
        check_harmless(damaged)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_one_value_of_a_notebook_may_be_anything(data: st.DataObject) -> None:
    """A good notebook with one value replaced is read, or refused as a NotebookError."""
    notebook = small_run()
    place = data.draw(st.sampled_from(_places(notebook)[1:]))
    _put(notebook, place, data.draw(ANYTHING))
    check_harmless(notebook)
