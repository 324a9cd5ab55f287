"""The invented catalogue: 60 products, 24 of them with options, and their stock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

Data = dict[str, Any]

_KINDS = (
    "Lantern", "Kettle", "Blanket", "Mug", "Trowel", "Basket", "Candle", "Apron", "Stool", "Jar",
)  # fmt: skip
_STYLES = ("Alder", "Birch", "Cedar", "Hazel", "Rowan", "Willow")
_SIZES = ("S", "M", "L", "XL")
_FIRST_ID = 77
_FIRST_VARIANT = 200


def products(now: datetime) -> list[Data]:
    """Return the products in the form of V3, each with its variants."""
    made: list[Data] = []
    next_variant = _FIRST_VARIANT
    for index in range(60):
        product = new_product(
            _FIRST_ID + index,
            {
                "name": f"{_STYLES[index % 6]} {_KINDS[index // 6]}",
                "type": "digital" if index == 59 else "physical",
                "sku": f"FW-{_KINDS[index // 6][:3].upper()}-{index + 1:03d}",
                "price": round(8.5 + index * 1.75, 2),
                "weight": 0 if index == 59 else round(0.4 + index % 7 * 0.3, 1),
                "description": f"<p>A {_STYLES[index % 6].lower()} piece, made to be used.</p>",
                "inventory_tracking": _tracking(index),
                "inventory_level": 40 + index % 13,
            },
            _stamp(now - timedelta(days=200 - index)),
        )
        sizes = _SIZES[: 3 + index % 2] if _tracking(index) == "variant" else ()
        _add_variants(product, next_variant, sizes)
        next_variant += len(product["variants"])
        made.append(product)
    return made


def _tracking(index: int) -> str:
    if index % 5 in (1, 3):
        return "variant"
    return "none" if index % 20 in (9, 19) else "product"


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def new_product(ident: int, fields: Data, stamp: str) -> Data:
    """Return a product with every field, the given ones over the defaults; it has no variants."""
    product: Data = {
        **DEFAULTS,
        **fields,
        "id": ident,
        "date_created": stamp,
        "date_modified": stamp,
        "base_variant_id": None,
        "variants": [],
        "options": [],
        "channels": [1],
    }
    slug = str(product["name"]).lower().replace(" ", "-")
    product["custom_url"] = {"url": f"/{slug}/", "is_customized": False}
    product["calculated_price"] = product["sale_price"] or product["price"]
    return product


def add_base_variant(product: Data, variant_id: int) -> None:
    """Give a product without options its one variant, which carries the product's SKU."""
    _add_variants(product, variant_id, ())


def _add_variants(product: Data, first: int, sizes: tuple[str, ...]) -> None:
    if not sizes:
        product["base_variant_id"] = first
        product["variants"] = [_variant(product, first, product["sku"], [])]
        return
    option = product["id"] + 500
    for place, size in enumerate(sizes):
        value = {
            "id": option * 10 + place,
            "label": size,
            "option_id": option,
            "option_display_name": "Size",
        }
        variant = _variant(product, first + place, f"{product['sku']}-{size}", [value])
        if size == "XL":
            variant["price"] = variant["calculated_price"] = round(product["price"] + 2, 2)
        product["variants"].append(variant)
    product["inventory_level"] = sum(v["inventory_level"] for v in product["variants"])
    product["options"] = [_option(product, option)]


def _option(product: Data, option: int) -> Data:
    values = [v["option_values"][0] for v in product["variants"]]
    return {
        "id": option,
        "product_id": product["id"],
        "display_name": "Size",
        "name": f"Size{option}",
        "type": "rectangles",
        "sort_order": 0,
        "option_values": [
            {"id": v["id"], "label": v["label"], "sort_order": i, "is_default": i == 0}
            for i, v in enumerate(values)
        ],
    }


def _variant(product: Data, ident: int, sku: str, values: list[Data]) -> Data:
    is_base = not values
    return {
        "id": ident,
        "product_id": product["id"],
        "sku": sku,
        "sku_id": ident + 1000,
        "price": None,
        "sale_price": 0,
        "retail_price": 0,
        "cost_price": 0,
        "calculated_price": product["calculated_price"],
        "weight": None,
        "width": 0,
        "height": 0,
        "depth": 0,
        "is_free_shipping": False,
        "fixed_cost_shipping_price": 0,
        "purchasing_disabled": False,
        "purchasing_disabled_message": "",
        "upc": "",
        "mpn": "",
        "gtin": "",
        "inventory_level": product["inventory_level"] if is_base else 10 + ident % 9,
        "inventory_warning_level": 0,
        "bin_picking_number": "",
        "option_values": values,
    }


def stock(products: list[Data], locations: list[Data]) -> list[Data]:
    """Return the stock of every variant at every location; the first is the default one."""
    return [
        stock_row(variant, location["id"], variant["inventory_level"] if place == 0 else 5 * place)
        for product in products
        for variant in product["variants"]
        for place, location in enumerate(locations)
    ]


def stock_row(variant: Data, location_id: int, level: int) -> Data:
    """Return one variant's stock at one location."""
    return {
        "variant_id": variant["id"],
        "location_id": location_id,
        "level": level,
        "settings": {
            "safety_stock": 0,
            "is_in_stock": level > 0,
            "warning_level": 0,
            "bin_picking_number": "",
        },
    }


DEFAULTS: Data = {
    "name": "",
    "type": "physical",
    "sku": "",
    "description": "",
    "weight": 0,
    "width": 0,
    "depth": 0,
    "height": 0,
    "price": 0,
    "cost_price": 0,
    "retail_price": 0,
    "sale_price": 0,
    "map_price": 0,
    "tax_class_id": 0,
    "product_tax_code": "",
    "categories": [23],
    "brand_id": 0,
    "inventory_level": 0,
    "inventory_warning_level": 0,
    "inventory_tracking": "none",
    "fixed_cost_shipping_price": 0,
    "is_free_shipping": False,
    "is_visible": True,
    "is_featured": False,
    "warranty": "",
    "bin_picking_number": "",
    "layout_file": "",
    "upc": "",
    "mpn": "",
    "gtin": "",
    "search_keywords": "",
    "availability": "available",
    "availability_description": "",
    "sort_order": 0,
    "condition": "New",
    "is_condition_shown": False,
    "order_quantity_minimum": 0,
    "order_quantity_maximum": 0,
    "page_title": "",
    "meta_keywords": [],
    "meta_description": "",
    "view_count": 0,
    "preorder_release_date": None,
    "preorder_message": "",
    "is_preorder_only": False,
    "is_price_hidden": False,
    "price_hidden_label": "",
    "total_sold": 0,
}
