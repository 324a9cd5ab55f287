"""All probes, how they are found by row, and the requests that must never be sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from cartproof.scopes.modify_probes import MODIFY_PROBES
from cartproof.scopes.probe import Probe
from cartproof.scopes.read_probes import READ_PROBES

BASELINE_PATH = "/v2/time"
"""Answers 200 to any token of the store, whatever its scopes [S48]."""

HOOKS_PATH = "/v3/hooks"
"""Needs no scope either; a webhook names the client id of its account (webhooks.v3.yml)."""

PROBES: tuple[Probe, ...] = (*READ_PROBES, *MODIFY_PROBES)


@cache
def probes_of(row: str, *, reads: bool) -> tuple[Probe, ...]:
    """Return a row's read or modify probes: the main one, then its fallbacks; maybe none."""
    return tuple(probe for probe in PROBES if probe.row == row and probe.is_read is reads)


@dataclass(frozen=True, slots=True)
class Never:
    """A kind of request that no probe may ever be, whatever the token.

    Attributes:
        methods: The methods it is about; `*` for all.
        path: What its path below the store, or its whole URL, matches from the start.
    """

    methods: tuple[str, ...]
    path: str
    why: str

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a request is of this kind."""
        is_method = "*" in self.methods or method.upper() in self.methods
        return is_method and re.match(self.path, path.partition("?")[0]) is not None


_WRITES = ("POST", "PUT", "PATCH", "DELETE")

NEVER: tuple[Never, ...] = (
    Never(("DELETE",), ".*", "it deletes; on a collection it deletes or archives everything"),
    Never(
        ("PUT", "POST", "PATCH"),
        r"/v[23]/settings(?!/analytics/2147483647$)(/.*)?$",
        "there is one of it in each store, so that even an empty body could be a real write",
    ),
    Never(("POST",), r"/v3/checkouts/[^/]+/orders", "it places an order"),
    Never(
        ("POST",),
        r"/v3/orders/[^/]+/payment_actions/(capture|void|refunds)",
        "it moves money",
    ),
    Never(("POST",), "/v3/themes/actions/activate", "it changes the live storefront"),
    Never(_WRITES, "/v3/hooks", "it makes or changes webhooks"),
    Never(_WRITES, r".*/metafields", "it writes metafields"),
    Never(("*",), r"https?://payments\.bigcommerce\.com", "it takes payments"),
)
"""FACTS.md b.4, the hard list."""


def never_reason(method: str, path: str) -> str:
    """Return why a request must never be sent, empty when it may be."""
    return next((never.why for never in NEVER if never.matches(method, path)), "")
