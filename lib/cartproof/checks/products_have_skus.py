"""Has every product a SKU of its own, in each of its variants?

Vendors tell items apart by SKU alone. A product without options has one variant, which carries the
product's SKU; a product with options has one per combination, each needing its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.errors import MissingScope
from cartproof.findings import Finding, Verdict
from cartproof.store.evidence import Evidence, StoreApi

PAGE = "250"
NAMED = 10
"""How many products are named in a finding; the number of all is always given."""


def check(context: CheckContext) -> Iterator[Finding]:
    """Compare all variants of the catalogue; the token needs to read Products."""
    before = len(context.store.evidence)
    try:
        products = {
            str(item.get("id")): str(item.get("name", ""))
            for item in _all(context.store, "/v3/catalog/products", "name,sku")
        }
        variants = list(_all(context.store, "/v3/catalog/variants", "sku,product_id"))
    except MissingScope as refused:
        yield _unreadable(refused)
        return
    evidence = tuple(context.store.evidence[before:])
    yield from _findings(products, variants, evidence)


def _all(store: StoreApi, path: str, fields: str) -> Iterator[Mapping[str, Any]]:
    for page in store.pages_v3(path, params={"include_fields": fields, "limit": PAGE}):
        yield from page


def _unreadable(refused: MissingScope) -> Finding:
    return Finding(
        Verdict.INCONCLUSIVE,
        "Product SKUs",
        "The token may not read products, so their SKUs cannot be checked.",
        remedy="Grant Products at read-only or more in a new API account, then run this again.",
        who="merchant",
        evidence=(refused.evidence,),
    )


def _findings(
    products: Mapping[str, str],
    variants: list[Mapping[str, Any]],
    evidence: tuple[Evidence, ...],
) -> Iterator[Finding]:
    if not products:
        yield Finding(
            Verdict.WARN,
            "Product SKUs",
            "The store has no products.",
            remedy="Ask the merchant to add at least one product with a SKU before the test.",
            who="merchant",
            evidence=evidence,
        )
        return
    skus = [str(variant.get("sku") or "").strip() for variant in variants]
    missing = {str(v.get("product_id")) for v, sku in zip(variants, skus, strict=True) if not sku}
    missing |= set(products) - {str(variant.get("product_id")) for variant in variants}
    doubled = sorted(sku for sku, times in Counter(filter(None, skus)).items() if times > 1)
    if missing:
        yield _missing(sorted(products.get(key, f"product {key}") for key in missing), evidence)
    if doubled:
        yield _doubled(doubled, evidence)
    if not missing and not doubled:
        yield Finding(
            Verdict.PASS,
            "Product SKUs",
            f"All {len(products)} products have SKUs: {len(variants)} variants, none without one, "
            "none twice.",
            data={"products": len(products), "variants": len(variants)},
            evidence=evidence,
        )


def _listed(names: list[str]) -> str:
    shown = ", ".join(name[:80] for name in names[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown


def _missing(names: list[str], evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(
        Verdict.FAIL,
        "Product SKUs",
        f"{len(names)} {'product has' if len(names) == 1 else 'products have'} a variant without "
        f"a SKU: {_listed(names)}.",
        remedy="In BigCommerce, open Products, and give each of these, and each of its variants, "
        "a SKU.",
        who="merchant",
        data={"missing": len(names)},
        evidence=evidence,
    )


def _doubled(skus: list[str], evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(
        Verdict.WARN,
        "Product SKUs",
        f"{len(skus)} {'SKU stands' if len(skus) == 1 else 'SKUs stand'} on more than one variant: "
        f"{_listed(skus)}.",
        remedy="Give each variant a SKU of its own, else orders may be matched to the wrong item.",
        who="merchant",
        data={"doubled": len(skus)},
        evidence=evidence,
    )
