"""The store's items by SKU: products and variants, a variant's price inherited where it has none.

`price` is the default price, as the product's screen shows it, before sales and price lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cartproof.checks.money import money
from cartproof.store.evidence import StoreApi

PAGE = "250"
PRODUCT_FIELDS = "name,sku,price"
VARIANT_FIELDS = "sku,product_id,price,option_values"


@dataclass(frozen=True, slots=True)
class StoreItem:
    """What a SKU stands for in the store.

    Attributes:
        price: None where BigCommerce gives none.
        choices: Words of the variant's options, `Size`, `XL`.
        is_sold: False for a product whose variants have SKUs of their own: orders carry theirs.
    """

    sku: str
    product_id: str
    name: str
    price: Decimal | None
    choices: tuple[str, ...] = ()
    is_sold: bool = True


def all_items(store: StoreApi) -> list[StoreItem]:
    """Return all items of the catalogue, page by page."""
    products = _pages(store, "/v3/catalog/products", {"include_fields": PRODUCT_FIELDS})
    variants = _pages(store, "/v3/catalog/variants", {"include_fields": VARIANT_FIELDS})
    return list(_items(list(products), list(variants)))


def items_with(store: StoreApi, skus: Iterable[str]) -> list[StoreItem]:
    """Return the items that have one of a few SKUs, looked up one by one."""
    products: dict[str, Mapping[str, Any]] = {}
    variants: list[Mapping[str, Any]] = []
    wanted = set(skus)
    for sku in wanted:
        found = _pages(
            store, "/v3/catalog/products", {"sku": sku, "include_fields": PRODUCT_FIELDS}
        )
        products |= {str(product.get("id")): product for product in found}
        fields = {"sku": sku, "include_fields": VARIANT_FIELDS}
        variants += _pages(store, "/v3/catalog/variants", fields)
    parents = {str(variant.get("product_id")) for variant in variants} - set(products)
    if parents:
        ids = {"id:in": ",".join(sorted(parents)), "include_fields": PRODUCT_FIELDS}
        found = _pages(store, "/v3/catalog/products", ids)
        products |= {str(product.get("id")): product for product in found}
    return [item for item in _items(list(products.values()), variants) if item.sku in wanted]


def _pages(store: StoreApi, path: str, params: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    for page in store.pages_v3(path, params={"limit": PAGE, **params}):
        yield from (entry for entry in page if isinstance(entry, Mapping))


def _items(
    products: list[Mapping[str, Any]], variants: list[Mapping[str, Any]]
) -> Iterator[StoreItem]:
    by_id = {str(product.get("id")): product for product in products}
    own: set[tuple[str, str]] = set()
    has_variants: set[str] = set()
    for variant in variants:
        product_id, sku = str(variant.get("product_id")), _sku(variant)
        own.add((product_id, sku))
        has_variants.add(product_id)
        yield _variant_item(sku, product_id, variant, by_id.get(product_id, {}))
    for product_id, product in by_id.items():
        if (product_id, _sku(product)) not in own:
            yield StoreItem(
                sku=_sku(product),
                product_id=product_id,
                name=str(product.get("name") or ""),
                price=money(product.get("price")),
                is_sold=product_id not in has_variants,
            )


def _variant_item(
    sku: str, product_id: str, variant: Mapping[str, Any], product: Mapping[str, Any]
) -> StoreItem:
    own_price = variant.get("price")
    values = variant.get("option_values")
    options = [value for value in values or [] if isinstance(value, Mapping)]
    return StoreItem(
        sku=sku,
        product_id=product_id,
        name=str(product.get("name") or ""),
        price=money(product.get("price") if own_price is None else own_price),
        choices=tuple(
            str(option.get(key) or "")
            for option in options
            for key in ("option_display_name", "label")
        ),
    )


def _sku(entry: Mapping[str, Any]) -> str:
    return str(entry.get("sku") or "").strip()
