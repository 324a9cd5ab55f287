"""Customers V3, customer groups V2, stored instruments."""

from __future__ import annotations

from typing import Any

from cartproof.sandbox.answers import Answer, Refusal, data, v2_list, v3_invalid, v3_list
from cartproof.sandbox.call import Call, keep, update
from cartproof.sandbox.seed_people import new_customer
from cartproof.sandbox.state import Data

_FILTERS = {"id": "id", "email": "email", "customer_group_id": "customer_group_id"}


def list_customers(call: Call) -> Answer:
    """List customers."""
    return v3_list(keep(call.store.rows("customers"), call.query, **_FILTERS), call.query)


def _objects(body: Any, *required: str) -> list[Data]:
    """Return the body as a list of objects with the required keys, or refuse with 422."""
    if not isinstance(body, list) or not body:
        raise v3_invalid({"": "error.expected.jsarray"})
    for place, each in enumerate(body):
        missing = [key for key in required if not isinstance(each, dict) or not each.get(key)]
        if missing:
            raise v3_invalid({f"{place}.{key}": "error.path.missing" for key in missing})
    return body


def create_customers(call: Call) -> Answer:
    """Create customers from an array; e-mail and both names are required."""
    given = _objects(call.body, "email", "first_name", "last_name")
    mails = [each["email"] for each in given]
    if any(call.store.find("customers", mail, "email") for mail in mails):
        raise v3_invalid({"0.email": "already in use"})
    made = [new_customer(call.store.next_id("customers"), {}, call.store.now_v3()) for _ in given]
    for customer, each in zip(made, given, strict=True):
        update(customer, each, "date_created", "date_modified")
        call.store.rows("customers").append(customer)
    return data(made)


def update_customers(call: Call) -> Answer:
    """Update customers from an array of objects with an id."""
    given = _objects(call.body, "id")
    found = [call.store.find("customers", each["id"]) for each in given]
    for place, customer in enumerate(found):
        if customer is None:
            raise v3_invalid({f"{place}.id": "no such customer"})
    changed = [customer for customer in found if customer is not None]
    for customer, each in zip(changed, given, strict=True):
        if update(customer, each, "date_created", "date_modified"):
            customer["date_modified"] = call.store.now_v3()
    return data(changed)


def delete_customers(call: Call) -> Answer:
    """Delete the customers that `id:in` names; without it nothing is deleted."""
    if "id:in" not in call.query:
        raise v3_invalid({"id:in": "error.path.missing"})
    gone = keep(call.store.rows("customers"), call.query, id="id")
    call.store.data["customers"] = [c for c in call.store.rows("customers") if c not in gone]
    return Answer(204)


def list_instruments(call: Call) -> Answer:
    """List a customer's stored instruments: the invented shop stores none."""
    return Answer(200, call.store.rows("stored_instruments"))


def instruments_denied() -> Refusal:
    """Return this one route's documented 403 (FACTS.md c.1)."""
    return Refusal(Answer(403, {"code": 403, "message": "Missing scope"}))


def list_groups(call: Call) -> Answer:
    """List the customer groups."""
    return v2_list(call.store.rows("customer_groups"), call.query)


def count_groups(call: Call) -> Answer:
    """Count the customer groups."""
    return Answer(200, {"count": len(call.store.rows("customer_groups"))})


def read_group(call: Call) -> Answer:
    """Read one customer group."""
    return Answer(200, call.one_v2("customer_groups"))


def update_group(call: Call) -> Answer:
    """Update a customer group."""
    group = call.one_v2("customer_groups")
    if update(group, call.fields, "date_created", "date_modified"):
        group["date_modified"] = call.store.now_v2()
    return Answer(200, group)


def count_customers(call: Call) -> Answer:
    """Count the customers, V2."""
    return Answer(200, {"count": len(call.store.rows("customers"))})
