"""What each row of the account screen lets an app do, in words for whoever grants too much."""

from __future__ import annotations

POWER: dict[str, str] = {
    "Content": "read pages, blog and scripts, and at Modify change what shoppers see",
    "Checkout content": "read the checkout's scripts, and at Modify run code where cards are typed",
    "Customers": "read all customers' names and addresses, and at Modify change or delete them",
    "Customers login": "sign in to the storefront as any customer",
    "Information & settings": "read the store's settings, and at Modify change tax and shipping",
    "Marketing": "read coupons and promotions, and at Modify give discounts away",
    "Orders": "read every order with the buyer's data, and at Modify change and refund orders",
    "Order transactions": "read orders' payments, and at Modify capture, void and refund them",
    "Create payments": "take payments for orders",
    "Get payment methods": "see how the store accepts payment",
    "Stored payment instruments": "see the cards that customers stored, and at Modify change them",
    "Products": "read the catalog with cost prices, and at Modify change prices or delete products",
    "Themes": "read the themes, and at Modify replace the look and the code of the storefront",
    "Carts": "read shoppers' carts, and at Modify change what is in them",
    "Checkouts": "read shoppers' checkouts with addresses, and at Modify change them",
    "Sites & routes": "read the storefronts' addresses, and at Modify send shoppers elsewhere",
    "Channel settings": "read the sales channels, and at Modify create or switch them off",
    "Channel listings": "read what each channel sells, and at Modify list or delist products",
    "Storefront API tokens": "make and revoke tokens that read the storefront as a shopper",
    "Storefront API customer impersonation tokens": "act on the storefront as any customer",
    "Store logs": "read the store's logs, which can hold names and e-mail addresses",
    "Store locations": "read the stock locations, and at Modify add, change or delete them",
    "Store inventory": "read stock levels, and at Modify overwrite them",
    "Fulfillment methods": "read the pickup methods, and at Modify change them",
    "Order fulfillment": "read how orders are picked up, and at Modify change it",
    "Metafield ownership": "take over metafields that belong to other apps",
    "Metafields access": "read and change metafields of other apps, private ones too",
}
"""Read after "it lets an app"."""
