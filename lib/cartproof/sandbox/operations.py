"""Every operation: method, path below the store, and the rows that open it.

Rows separated by `|` are alternatives; an empty text is the default scope that every token has.
The need follows the method: GET (and HEAD) reads, all else writes. Sources: FACTS.md a and b.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cartproof.sandbox import (
    routes_carts,
    routes_catalog,
    routes_channels,
    routes_content,
    routes_customers,
    routes_inventory,
    routes_order_writes,
    routes_orders,
    routes_payments,
    routes_store,
)
from cartproof.sandbox.answers import Answer, no_scope
from cartproof.sandbox.scopes_table import READ, WRITE, covers

if TYPE_CHECKING:
    from cartproof.sandbox.call import Handler

_INFO = "Information & settings"
_SCRIPTS = "Content|Checkout content"
_ACTIONS = "Orders|Order transactions"
_INSTRUMENTS = "/v3/customers/{id}/stored-instruments"
_IMPERSONATION = "Storefront API customer impersonation tokens"

Entry = tuple[str, str, str, "Handler"]

_STORE: tuple[Entry, ...] = (
    ("GET", "/v2/time", "", routes_store.read_time),
    ("GET", "/v2/store", _INFO, routes_store.read_store),
    ("GET", "/v2/currencies", _INFO, routes_store.list_currencies),
    ("GET", "/v2/currencies/{id}", _INFO, routes_store.read_currency),
    ("PUT", "/v2/currencies/{id}", _INFO, routes_store.update_currency),
    ("GET", "/v2/shipping/zones", _INFO, routes_store.list_zones),
    ("GET", "/v2/shipping/zones/{id}", _INFO, routes_store.read_zone),
    ("PUT", "/v2/shipping/zones/{id}", _INFO, routes_store.update_zone),
    ("GET", "/v3/settings/store/profile", _INFO, routes_store.read_profile),
    ("PUT", "/v3/settings/store/profile", _INFO, routes_store.update_profile),
    ("GET", "/v3/settings/analytics", _INFO, routes_store.list_analytics),
    ("GET", "/v3/settings/analytics/{id}", _INFO, routes_store.read_analytics),
    ("PUT", "/v3/settings/analytics/{id}", _INFO, routes_store.update_analytics),
    ("GET", "/v3/store/metafields", _INFO, routes_store.list_metafields),
    ("GET", "/v3/store/systemlogs", "Store logs", routes_store.list_logs),
    ("GET", "/v3/hooks", "", routes_store.list_hooks),
    ("POST", "/v3/hooks", "", routes_store.create_hook),
    ("DELETE", "/v3/hooks/{id}", "", routes_store.delete_hook),
    (
        "GET",
        "/v3/infrastructure/projects",
        "Infrastructure projects",
        routes_store.infrastructure,
    ),
)
_ORDERS: tuple[Entry, ...] = (
    ("GET", "/v2/orders", "Orders", routes_orders.list_orders),
    ("POST", "/v2/orders", "Orders", routes_order_writes.create_order),
    ("DELETE", "/v2/orders", "Orders", routes_orders.archive_all),
    ("GET", "/v2/orders/count", "Orders", routes_orders.count_orders),
    ("GET", "/v2/orders/{id}", "Orders", routes_orders.read_order),
    ("PUT", "/v2/orders/{id}", "Orders", routes_order_writes.update_order),
    ("DELETE", "/v2/orders/{id}", "Orders", routes_orders.archive_order),
    ("GET", "/v2/orders/{id}/products", "Orders", routes_orders.list_products),
    ("GET", "/v2/orders/{id}/products/{part}", "Orders", routes_orders.read_product),
    ("GET", "/v2/orders/{id}/shipping_addresses", "Orders", routes_orders.list_addresses),
    ("GET", "/v2/orders/{id}/shippingaddresses", "Orders", routes_orders.list_addresses),
    ("GET", "/v2/orders/{id}/shipping_addresses/{part}", "Orders", routes_orders.read_address),
    ("GET", "/v2/orders/{id}/coupons", "Orders", routes_orders.list_coupons),
    ("GET", "/v2/orders/{id}/shipments", "Orders", routes_orders.list_shipments),
    ("POST", "/v2/orders/{id}/shipments", "Orders", routes_orders.create_shipment),
    ("GET", "/v2/orders/{id}/shipments/count", "Orders", routes_orders.count_shipments),
    ("GET", "/v2/orders/{id}/shipments/{part}", "Orders", routes_orders.read_shipment),
    ("GET", "/v2/order_statuses", "Orders", routes_orders.list_statuses),
    ("GET", "/v2/order_statuses/{id}", "Orders", routes_orders.read_status),
    ("GET", "/v3/orders/pickups", "Order fulfillment", routes_inventory.list_pickups),
    ("PUT", "/v3/orders/pickups", "Order fulfillment", routes_inventory.update_pickups),
    (
        "GET",
        "/v3/orders/{id}/transactions",
        "Order transactions",
        routes_payments.list_transactions,
    ),
    (
        "POST",
        "/v3/orders/{id}/payment_actions/refund_quotes",
        _ACTIONS,
        routes_payments.refund_quote,
    ),
    ("POST", "/v3/orders/{id}/payment_actions/refunds", _ACTIONS, routes_payments.refund),
    ("POST", "/v3/orders/{id}/payment_actions/capture", _ACTIONS, routes_payments.capture),
    ("POST", "/v3/orders/{id}/payment_actions/void", _ACTIONS, routes_payments.void),
)
_PAYMENTS: tuple[Entry, ...] = (
    (
        "GET",
        "/v2/payments/methods",
        f"{_INFO}|Get payment methods",
        routes_payments.list_methods_v2,
    ),
    ("GET", "/v3/payments/methods", "Get payment methods", routes_payments.list_methods),
    (
        "POST",
        "/v3/payments/access_tokens",
        "Create payments",
        routes_payments.create_payment_token,
    ),
    ("POST", "/v3/carts", "Carts", routes_carts.create_cart),
    ("GET", "/v3/carts/{id}", "Carts", routes_carts.read_cart),
    ("PUT", "/v3/carts/{id}", "Carts", routes_carts.update_cart),
    ("DELETE", "/v3/carts/{id}", "Carts", routes_carts.delete_cart),
    ("GET", "/v3/checkouts/{id}", "Checkouts", routes_carts.read_checkout),
    (
        "POST",
        "/v3/checkouts/{id}/billing-address",
        "Checkouts",
        routes_carts.add_billing_address,
    ),
    (
        "POST",
        "/v3/storefront/api-token",
        "Storefront API tokens",
        routes_payments.create_storefront_token,
    ),
    (
        "POST",
        "/v3/storefront/api-token-customer-impersonation",
        _IMPERSONATION,
        routes_payments.create_storefront_token,
    ),
)
_CONTENT: tuple[Entry, ...] = (
    ("GET", "/v2/pages", "Content", routes_content.list_pages_v2),
    ("POST", "/v2/pages", "Content", routes_content.create_page_v2),
    ("GET", "/v2/blog/tags", "Content", routes_content.list_tags),
    ("GET", "/v3/content/pages", "Content", routes_content.list_pages),
    ("POST", "/v3/content/pages", "Content", routes_content.create_page),
    ("GET", "/v3/content/pages/{id}", "Content", routes_content.read_page),
    ("PUT", "/v3/content/pages/{id}", "Content", routes_content.update_page),
    ("DELETE", "/v3/content/pages/{id}", "Content", routes_content.delete_page),
    ("GET", "/v3/content/scripts", _SCRIPTS, routes_content.list_scripts),
    ("POST", "/v3/content/scripts", _SCRIPTS, routes_content.create_script),
    ("GET", "/v3/content/scripts/{id}", _SCRIPTS, routes_content.read_script),
    ("PUT", "/v3/content/scripts/{id}", _SCRIPTS, routes_content.update_script),
    ("DELETE", "/v3/content/scripts/{id}", _SCRIPTS, routes_content.delete_script),
    ("GET", "/v3/themes", "Themes", routes_content.list_themes),
    ("POST", "/v3/themes", "Themes", routes_content.upload_theme),
    ("GET", "/v3/themes/{id}", "Themes", routes_content.read_theme),
    ("GET", "/v2/banners", "Marketing", routes_content.list_banners),
    ("POST", "/v2/banners", "Marketing", routes_content.create_banner),
    ("DELETE", "/v2/banners", "Marketing", routes_content.delete_banners),
    ("GET", "/v2/coupons", "Marketing", routes_content.list_coupons),
    ("GET", "/v2/coupons/count", "Marketing", routes_content.count_coupons),
    ("DELETE", "/v2/coupons", "Marketing", routes_content.delete_coupons),
    ("GET", "/v3/promotions", "Marketing", routes_content.list_promotions),
    ("GET", "/v3/promotions/{id}", "Marketing", routes_content.read_promotion),
    ("PUT", "/v3/promotions/{id}", "Marketing", routes_content.update_promotion),
)
_PEOPLE: tuple[Entry, ...] = (
    ("GET", "/v3/customers", "Customers", routes_customers.list_customers),
    ("POST", "/v3/customers", "Customers", routes_customers.create_customers),
    ("PUT", "/v3/customers", "Customers", routes_customers.update_customers),
    ("DELETE", "/v3/customers", "Customers", routes_customers.delete_customers),
    ("GET", "/v2/customers/count", "Customers", routes_customers.count_customers),
    ("GET", "/v2/customer_groups", "Customers", routes_customers.list_groups),
    ("GET", "/v2/customer_groups/count", "Customers", routes_customers.count_groups),
    ("GET", "/v2/customer_groups/{id}", "Customers", routes_customers.read_group),
    ("PUT", "/v2/customer_groups/{id}", "Customers", routes_customers.update_group),
    ("GET", _INSTRUMENTS, "Stored payment instruments", routes_customers.list_instruments),
)
_CATALOG: tuple[Entry, ...] = (
    ("GET", "/v3/catalog/summary", "Products", routes_catalog.summary),
    ("GET", "/v3/catalog/products", "Products", routes_catalog.list_products),
    ("POST", "/v3/catalog/products", "Products", routes_catalog.create_product),
    ("DELETE", "/v3/catalog/products", "Products", routes_catalog.delete_products),
    ("GET", "/v3/catalog/products/{id}", "Products", routes_catalog.read_product),
    ("PUT", "/v3/catalog/products/{id}", "Products", routes_catalog.update_product),
    ("DELETE", "/v3/catalog/products/{id}", "Products", routes_catalog.delete_product),
    (
        "GET",
        "/v3/catalog/products/{id}/variants",
        "Products",
        routes_catalog.list_product_variants,
    ),
    (
        "GET",
        "/v3/catalog/products/{id}/variants/{variant}",
        "Products",
        routes_catalog.read_variant,
    ),
    (
        "PUT",
        "/v3/catalog/products/{id}/variants/{variant}",
        "Products",
        routes_catalog.update_variant,
    ),
    ("GET", "/v3/catalog/variants", "Products", routes_catalog.list_variants),
)
_STOCK: tuple[Entry, ...] = (
    ("GET", "/v3/inventory/locations", "Store locations", routes_inventory.list_locations),
    ("PUT", "/v3/inventory/locations", "Store locations", routes_inventory.update_locations),
    ("GET", "/v3/inventory/items", "Store inventory", routes_inventory.list_items),
    (
        "GET",
        "/v3/inventory/locations/{id}/items",
        "Store inventory",
        routes_inventory.list_location_items,
    ),
    (
        "PUT",
        "/v3/inventory/locations/{id}/items",
        "Store inventory",
        routes_inventory.update_location_items,
    ),
    (
        "PUT",
        "/v3/inventory/adjustments/absolute",
        "Store inventory",
        routes_inventory.adjust_absolute,
    ),
    ("GET", "/v3/pickup/methods", "Fulfillment methods", routes_inventory.list_pickup_methods),
    ("PUT", "/v3/pickup/methods", "Fulfillment methods", routes_inventory.update_pickup_methods),
)
_CHANNELS: tuple[Entry, ...] = (
    ("GET", "/v3/channels", "Channel settings", routes_channels.list_channels),
    (
        "GET",
        "/v3/channels/currency-assignments",
        "Channel settings",
        routes_channels.list_assignments,
    ),
    (
        "POST",
        "/v3/channels/currency-assignments",
        "Channel settings",
        routes_channels.create_assignments,
    ),
    ("GET", "/v3/channels/{id}", "Channel settings", routes_channels.read_channel),
    ("PUT", "/v3/channels/{id}", "Channel settings", routes_channels.update_channel),
    ("GET", "/v3/channels/{id}/listings", "Channel listings", routes_channels.list_listings),
    ("POST", "/v3/channels/{id}/listings", "Channel listings", routes_channels.create_listings),
    ("PUT", "/v3/channels/{id}/listings", "Channel listings", routes_channels.update_listings),
    ("GET", "/v3/sites", "Sites & routes", routes_channels.list_sites),
    ("GET", "/v3/sites/{id}", "Sites & routes", routes_channels.read_site),
    ("PUT", "/v3/sites/{id}", "Sites & routes", routes_channels.update_site),
    ("GET", "/v3/sites/{id}/routes", "Sites & routes", routes_channels.list_routes),
)
TABLE: tuple[Entry, ...] = (
    *_STORE, *_ORDERS, *_PAYMENTS, *_CONTENT, *_PEOPLE, *_CATALOG, *_STOCK, *_CHANNELS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation that the sandbox knows."""

    method: str
    path: str
    rows: tuple[str, ...]
    handler: Handler

    def refuses(self, levels: dict[str, str]) -> Answer | None:
        """Return the 403 that an account of these levels gets, None when it may call."""
        need = READ if self.method == "GET" else WRITE
        if not self.rows or any(covers(levels[row], need) for row in self.rows):
            return None
        if self.path == _INSTRUMENTS:
            return routes_customers.instruments_denied().answer
        return no_scope()


class Router:
    """Find the operation of a request; fixed paths come before those with variable parts."""

    def __init__(self) -> None:
        self._fixed: dict[tuple[str, str], Operation] = {}
        self._variable: dict[tuple[str, int], list[tuple[re.Pattern[str], Operation]]] = {}
        for method, path, rows, handler in sorted(TABLE, key=lambda entry: entry[1].count("{")):
            operation = Operation(method, path, tuple(filter(None, rows.split("|"))), handler)
            if "{" not in path:
                self._fixed[method, path] = operation
                continue
            pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + r"\Z")
            alike = self._variable.setdefault((method, path.count("/")), [])
            alike.append((pattern, operation))

    def match(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation and the variable parts of a path; HEAD is answered as GET."""
        wanted = "GET" if method == "HEAD" else method
        fixed = self._fixed.get((wanted, path))
        if fixed is not None:
            return fixed, {}
        for pattern, operation in self._variable.get((wanted, path.count("/")), ()):
            if found := pattern.match(path):
                return operation, found.groupdict()
        return None
