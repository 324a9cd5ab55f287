"""The probe table, and the requests that must never be sent."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cartproof.scopes.catalogue import ROWS
from cartproof.scopes.probe import VOID_ID, VOID_UUID, Probe, Safety
from cartproof.scopes.probes import NEVER, PROBES, never_reason, probes_of

_SPECS = Path(os.environ.get("CARTPROOF_SPECS", "../shared/bigcommerce/specs"))
_BY_NAME = {row.name: row for row in ROWS}


def _label(probe: Probe) -> str:
    return f"{probe.method} {probe.path}"


@pytest.mark.parametrize("probe", PROBES, ids=_label)
def test_no_probe_is_on_the_never_list(probe: Probe) -> None:
    """None of the probes, fallbacks included, is a request that must never be sent."""
    assert never_reason(probe.method, probe.path) == ""


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/v2/orders"),
        ("DELETE", "/v3/catalog/products/2147483647"),
        ("PUT", "/v3/settings/store/profile"),
        ("PUT", "/v3/settings/analytics"),
        ("PUT", "/v2/settings/analytics/1"),
        ("POST", "/v3/checkouts/abc/orders"),
        ("POST", "/v3/orders/1/payment_actions/capture"),
        ("POST", "/v3/orders/1/payment_actions/void"),
        ("POST", "/v3/orders/1/payment_actions/refunds"),
        ("POST", "/v3/themes/actions/activate"),
        ("POST", "/v3/hooks"),
        ("PUT", "/v3/store/metafields"),
        ("GET", "https://payments.bigcommerce.com/stores/abc/payments"),
    ],
)
def test_the_never_list_catches_what_facts_names(method: str, path: str) -> None:
    """Each request of the hard list is caught."""
    assert never_reason(method, path)


def test_a_refund_quote_is_no_refund() -> None:
    """The one payment action that only computes is not caught by mistake."""
    assert never_reason("POST", f"/v3/orders/{VOID_ID}/payment_actions/refund_quotes") == ""
    assert all(never.why for never in NEVER)


@pytest.mark.parametrize("probe", [p for p in PROBES if not p.is_read], ids=_label)
def test_every_modify_probe_carries_an_empty_object(probe: Probe) -> None:
    """A PUT names a void target or lacks what it needs; a POST lacks what it needs."""
    assert probe.body == {}
    is_void = VOID_ID in probe.path or VOID_UUID in probe.path
    if probe.safety in (Safety.VOID, Safety.COMPUTES):
        assert is_void
    assert probe.safety is not Safety.READS
    assert 200 not in probe.granted
    assert 201 not in probe.granted


@pytest.mark.parametrize("probe", [p for p in PROBES if p.is_read], ids=_label)
def test_every_read_probe_is_a_get_without_a_body(probe: Probe) -> None:
    """Reading sends no body."""
    assert (probe.method, probe.body, probe.safety) == ("GET", None, Safety.READS)


def test_no_path_ends_in_a_slash() -> None:
    """A trailing slash once gave 403 for another reason (FACTS b.1)."""
    assert not [probe.path for probe in PROBES if probe.path.endswith("/")]


def test_every_probe_shows_a_level_of_its_row() -> None:
    """Row and level are the catalogue's, and the row's first level needs no probe."""
    for probe in PROBES:
        assert probe.level in _BY_NAME[probe.row].levels[1:]


def test_rows_without_a_probe_are_those_that_facts_names() -> None:
    """Only Customers login and Metafield ownership have none at all."""
    without = [
        row.name
        for row in ROWS
        if not probes_of(row.name, reads=True) and not probes_of(row.name, reads=False)
    ]
    assert without == ["Customers login", "Metafield ownership"]


def test_the_main_probe_comes_before_its_fallbacks() -> None:
    """Each row and side has one main probe, and it stands first."""
    for row in ROWS:
        for reads in (True, False):
            found = [probe.is_fallback for probe in probes_of(row.name, reads=reads)]
            assert found == sorted(found)
            assert found.count(False) == (1 if found else 0)


def test_liveness_is_never_taken_for_information_and_settings() -> None:
    """`/v2/time` needs no scope, so it is no probe of any row (FACTS 0.4)."""
    assert not [probe for probe in PROBES if probe.path == "/v2/time"]


@pytest.mark.skipif(not _SPECS.is_dir(), reason="BigCommerce's OpenAPI files are not at hand")
@pytest.mark.parametrize("probe", PROBES, ids=_label)
def test_every_probe_is_an_operation_of_its_spec(probe: Probe) -> None:
    """The spec file named as source has the path, with the probe's method under it."""
    text = (_SPECS / probe.source.split(", ")[-1]).read_text(encoding="utf-8")
    bare = probe.path.removeprefix("/v2").removeprefix("/v3")
    parts = [
        re.escape(part) if part not in (VOID_ID, VOID_UUID, "1") else r"\{\w+\}"
        for part in bare.split("/")
    ]
    pattern = rf"^ +['\"]?(?:/v[23])?{'/'.join(parts)}['\"]?:\n((?:    .*\n|\n)+)"
    found = re.search(pattern, text, re.MULTILINE)
    assert found, f"{bare} is not in {probe.source}"
    assert re.search(rf"^ +{probe.method.lower()}:", found.group(1), re.MULTILINE)
