"""What is said to have changed between two runs of a customer, and what is not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartproof.audit.changes import MOST, Changes, changes_since


def step(step_id: str, verdict: str = "pass", **values: Any) -> dict[str, Any]:
    """Return a step as a record holds it."""
    title = step_id.replace("-", " ").capitalize()
    return {"step": {"id": step_id, "title": title}, "verdict": verdict, "findings": [], **values}


def row(name: str, level: str | None, *, wanted: str = "modify", **data: Any) -> dict[str, Any]:
    """Return the finding on one row of the account screen."""
    facts = {"row": name, "level": level, "wanted": wanted, **data}
    return {"verdict": "pass", "title": name, "message": f"It has {level}.", "data": facts}


def order(**data: Any) -> dict[str, Any]:
    """Return the finding on a test order."""
    facts = {"order_id": 118, "status_id": 11, "total_inc_tax": "48.0000", "currency_code": "USD"}
    return {"verdict": "pass", "title": "Test order", "message": "Found.", "data": facts | data}


def told(**changed: Any) -> dict[str, Any]:
    """Return what a record tells of a run."""
    opened = {
        "store_hash": "abc123de",
        "parameters": {"test_order_status": "Awaiting Fulfillment", "use_channels": True},
        "fingerprints": ["access_token sha256:1a2b", "client_id sha256:3c4d"],
        "key_id": "9f8e",
        "versions": {"cartproof": "0.1.0"},
    }
    run = {
        "run": "20261121T100000Z-1a2b3c4d",
        "filed_at": "2026-11-21T10:00:00Z",
        "verdict": "verified",
        "runbook_sha256": "ab" * 32,
        "opened": opened | changed.pop("opened", {}),
        "steps": [
            step("scopes", findings=[row("Orders", "modify"), row("Products", "read-only")]),
            step("test-order", findings=[order()]),
            step("save", "attested", attestation={"who": "Ada"}),
        ],
    }
    return run | changed


def sentences(before: Any, now: Any) -> list[str]:
    """Return what changed, in words."""
    return list(changes_since(before, now).sentences())


def test_a_first_run_has_nothing_to_be_compared_with() -> None:
    """No run before: that is said, and is not the same as no change."""
    assert changes_since(None, told()) == Changes()
    assert changes_since(None, told()).is_first
    assert not changes_since(told(), told()).is_first


def test_times_words_and_evidence_are_no_change() -> None:
    """Another run id, later times, other requests and another message of a pass say nothing."""
    now = told(run="20261122T100000Z-1a2b3c4d", filed_at="2026-11-22T10:00:00Z")
    now["steps"][0]["started_at"] = "2026-11-22T10:00:00Z"
    now["steps"][1]["findings"][0] |= {"message": "Found again.", "evidence": [{"ms": 7}]}
    assert sentences(told(), now) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"verdict": "failed"}, "The run: verified before, failed now."),
        ({"opened": {"store_hash": "zzz"}}, "The store that was asked: abc123de before, zzz now."),
        (
            {"runbook_sha256": "cd" * 32},
            "Version of the runbook: abababababab before, cdcdcdcdcdcd now.",
        ),
        (
            {"opened": {"versions": {"cartproof": "0.2.0"}}},
            "Version of cartproof: 0.1.0 before, 0.2.0 now.",
        ),
        (
            {"opened": {"parameters": {"test_order_status": "Shipped", "use_channels": True}}},
            "Setting test_order_status: Awaiting Fulfillment before, Shipped now.",
        ),
        (
            {"opened": {"fingerprints": ["access_token sha256:9999", "client_id sha256:3c4d"]}},
            "Credentials, access token: sha256:1a2b before, sha256:9999 now.",
        ),
    ],
)
def test_each_kind_of_change_is_a_sentence(changed: Any, sentence: str) -> None:
    """One thing differs, one sentence says which, how it was, and how it is."""
    assert sentences(told(), told(**changed)) == [sentence]


def test_scopes_are_compared_by_row_and_level() -> None:
    """A level found, a level wanted, a row that cannot be told, a row that is new."""
    now = told()
    now["steps"][0]["findings"] = [
        row("Orders", "read-only"),
        row("Products", None, wanted="read-only", possible=["none", "read-only"]),
        row("Carts", "none", wanted="none"),
    ]
    assert sentences(told(), now) == [
        "Scope Orders: Modify before, Read-only now.",
        "Scope Products: Read-only before, None or Read-only now.",
        "Scope Carts: – before, None now.",
        "Scope Products, as wanted: Modify before, Read-only now.",
        "Scope Carts, as wanted: – before, None now.",
    ]


def test_steps_are_compared_by_verdict_trouble_and_who_vouches() -> None:
    """A new step, one that is gone, another verdict, another trouble, another person."""
    bad = {"verdict": "fail", "title": "Lines", "message": "One has no SKU.", "who": "merchant"}
    before = told(steps=[step("a"), step("b", "fail", findings=[bad]), step("d", "attested")])
    other = bad | {"message": "Two have no SKU."}
    now = told(
        steps=[
            step("a", "warn"),
            step("b", "fail", findings=[other, other]),
            step("c"),
            step("d", "attested", attestation={"who": "Bo"}),
        ]
    )
    before["steps"].append(step("e"))
    assert sentences(before, now) == [
        "“A”: pass before, warn now.",
        "“B”: Lines: One has no SKU. before, Lines: Two have no SKU. and 1 more now.",
        "“C”: – before, pass now.",
        "“D”, on whose word: – before, Bo now.",
        "“E”: pass before, – now.",
    ]


def test_the_test_order_is_compared_unless_each_run_makes_its_own() -> None:
    """Another order, or none, is one change; what it costs is another; a made one is always new."""
    other, gone = told(), told()
    other["steps"][1]["findings"] = [order(order_id=120, total_inc_tax="50.0000")]
    gone["steps"][1]["findings"] = []
    assert sentences(told(), other) == [
        "Test order: order 118 before, order 120 now.",
        "Total of the test order: 48.0000 before, 50.0000 now.",
    ]
    assert sentences(told(), gone) == ["Test order: order 118 before, – now."]
    made = {"parameters": {"create_test_order": True}}
    first, second = told(opened=made), told(opened=made)
    second["steps"][1]["findings"] = [order(order_id=120)]
    assert sentences(first, second) == []


def test_fingerprints_of_two_keys_are_not_compared() -> None:
    """Whether the credentials are the same is then not known, and that is said once."""
    now = told(opened={"key_id": "other", "fingerprints": ["access_token sha256:ffff"]})
    (said,) = sentences(told(), now)
    assert "is not known: 9f8e before, other now." in said


def test_what_only_the_engineer_may_read_is_marked() -> None:
    """Settings, versions and the engineer's own troubles; a scope is for all."""
    trouble = {"verdict": "inconclusive", "title": "Store", "message": "503", "who": "engineer"}
    before = told(steps=[step("store", "inconclusive", findings=[trouble])])
    now = told(
        verdict="failed",
        runbook_sha256="cd" * 32,
        opened={"parameters": {}},
        steps=[step("store", "inconclusive", findings=[trouble | {"message": "/home/ada"}])],
    )
    marked = {change.about: change.is_internal for change in changes_since(before, now).entries}
    assert marked == {"run": False, "step": True, "setting": True, "runbook": True}


def test_there_are_never_more_changes_than_can_be_read() -> None:
    """The rest is counted."""
    now = told(steps=[step(f"s{number}") for number in range(1000)])
    changes = changes_since(told(), now)
    assert (len(changes.entries), changes.left_out) == (MOST, 1008 - MOST)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
KEYS = st.sampled_from(
    [*told(), *told()["opened"], *told()["steps"][0], "id", "title", "row", "level", "data"]
)
ANYTHING = st.recursive(
    LEAVES, lambda part: st.lists(part, max_size=3) | st.dictionaries(KEYS, part, max_size=5)
)


@settings(max_examples=150, deadline=None)
@given(before=ANYTHING.filter(lambda value: isinstance(value, dict)), data=st.data())
def test_any_json_is_compared_without_breaking(before: dict[str, Any], data: Any) -> None:
    """Records come from files: whatever stands in one, a comparison comes of it."""
    damaged = copy.deepcopy(told())
    damaged[data.draw(st.sampled_from([*damaged]))] = data.draw(ANYTHING)
    for one, other in ((before, told()), (told(), before), (damaged, told())):
        assert all(isinstance(text, str) for text in sentences(one, other))
