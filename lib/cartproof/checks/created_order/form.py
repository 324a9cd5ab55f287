"""The order that is created: one custom product for nobody, which touches no stock (FACTS d.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cartproof.checks.context import CheckContext
from cartproof.checks.created_order.tag import EMAIL, tag_of
from cartproof.checks.wanted_status import label, option
from cartproof.errors import ParameterError

NAME = "cartproof test order - please ignore"
SKU = "CARTPROOF-TEST"
SOURCE = "cartproof"
_PRICES = {"0": Decimal("0.00"), "1": Decimal("1.00")}
_ADDRESS = {
    "first_name": "Cartproof",
    "last_name": "Test Order",
    "street_1": "1 Example Street",
    "city": "Austin",
    "state": "Texas",
    "zip": "78701",
    "country": "United States",
    "country_iso2": "US",
    "email": EMAIL,
}


@dataclass(frozen=True, slots=True)
class OrderForm:
    """What will be created.

    Attributes:
        status_id: None as long as it is not looked up; the order is not sent before.
        price: Of the one product, in the store's currency, the same with and without tax.
        channel_id: None leaves it to BigCommerce, which takes channel 1.
    """

    tag: str
    status_id: int | None
    status: str
    price: Decimal
    channel_id: int | None = None

    def body(self) -> dict[str, Any]:
        """Return the body of `POST /v2/orders`."""
        price = str(self.price)
        channel = {} if self.channel_id is None else {"channel_id": self.channel_id}
        return {
            "status_id": self.status_id,
            "customer_id": 0,
            "billing_address": dict(_ADDRESS),
            "products": [
                {
                    "name": NAME,
                    "sku": SKU,
                    "quantity": 1,
                    "price_ex_tax": price,
                    "price_inc_tax": price,
                }
            ],
            "external_source": SOURCE,
            "external_order_id": self.tag,
            "staff_notes": f"Test order made by {self.tag}. It is archived at the end of that "
            "run; nothing is to be shipped or charged.",
            **channel,
        }


def form_of(context: CheckContext, status: Mapping[str, Any]) -> OrderForm:
    """Return the order that a step's options ask for.

    Args:
        context: The step's.
        status: The wanted status as the store lists it, or no more than its `name`.

    Raises:
        ParameterError: An option or the status cannot be used; nothing was sent.
    """
    price, channel = (str(option(context, name)).strip() for name in ("price", "channel_id"))
    if price not in {"", *_PRICES}:
        raise ParameterError(f"`price` of the test order is 0 or 1, not {price[:40]!r}.")
    if channel and not (channel.isascii() and channel.isdigit()):
        raise ParameterError(f"`channel_id` of the test order is a number, not {channel[:40]!r}.")
    return OrderForm(
        tag=tag_of(context.run_id),
        status_id=int(status["id"]) if "id" in status else None,
        status=label(status),
        price=_PRICES[price or "1"],
        channel_id=int(channel) if channel else None,
    )
