"""What a check says when the token may not read what the check is about."""

from __future__ import annotations

from cartproof.errors import MissingScope
from cartproof.findings import Finding, Verdict


def refused_finding(title: str, row: str, refused: MissingScope) -> Finding:
    """Return the finding for a refusal by scope.

    Args:
        title: What was asked.
        row: The row of the Create API account screen, as it is spelled there.
        refused: BigCommerce's answer.
    """
    return Finding(
        Verdict.INCONCLUSIVE,
        title,
        f"The token has not the scope {row}, so this cannot be told.",
        remedy=f"Grant {row} at read-only or more in a new API account, then run this again.",
        who="merchant",
        data={"row": row},
        evidence=(refused.evidence,),
    )
