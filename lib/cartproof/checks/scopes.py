"""Has the token each scope that the runbook wants, and no more? One finding per row."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cartproof.checks.context import CheckContext
from cartproof.errors import AnswersError, UsageError
from cartproof.findings import Finding, Verdict
from cartproof.runbook.parameters import applies
from cartproof.scopes.catalogue import ROWS, UNSTATED, find_row
from cartproof.scopes.judge import judge
from cartproof.scopes.wanted import Attested, Wanted, wanted_row
from cartproof.scopes.xray import XRay, xray

if TYPE_CHECKING:
    from cartproof.runbook.model import Scope


def check(context: CheckContext) -> Iterator[Finding]:
    """Answer by the scope x-ray; the 27 rows in the screen's order, baseline trouble first.

    Raises:
        AnswersError: An answer names a row or level that does not exist; nothing was sent then.
    """
    attested_rows(context.answer.get("rows", {}))
    seen = itertools.count(1)
    made = xray(
        context.store,
        client_id=context.credentials.client_id,
        baseline=context.facts.get("baseline"),
        on_row=lambda row: context.tell(row.row, next(seen), len(ROWS)),
    )
    context.facts["xray"] = made
    yield from judged(made, context)


def judged(made: XRay, context: CheckContext) -> Iterator[Finding]:
    """Yield what an x-ray came to; asks nothing, so that a person's word is judged at once."""
    attested = attested_rows(context.answer.get("rows", {}))
    wanted = wanted_rows(context.runbook.account.scopes, context.parameters)
    yield from baseline_findings(made)
    others = context.runbook.account.others
    for row in made.rows:
        yield judge(row, wanted.get(row.row), others, attested=attested.get(row.row))


def baseline_findings(made: XRay) -> Iterator[Finding]:
    """Yield what is wrong with token, store or client id; nothing when all is well."""
    baseline, client_id = made.baseline, made.client_id
    if baseline.verdict is not Verdict.PASS:
        yield Finding(
            baseline.verdict,
            "Access token and store",
            baseline.message,
            baseline.remedy,
            who="merchant" if baseline.verdict is Verdict.FAIL else "engineer",
            evidence=baseline.evidence,
        )
    if client_id is not None and client_id.verdict is Verdict.WARN:
        yield Finding(
            client_id.verdict,
            "Client ID",
            client_id.message,
            client_id.remedy,
            who="engineer",
            evidence=client_id.evidence,
        )


def wanted_rows(scopes: Iterable[Scope], parameters: Mapping[str, Any]) -> dict[str, Wanted]:
    """Return what a runbook wants of each row it mentions, for these parameters.

    Where several entries of a row hold, the highest level counts, and the last of equal ones.
    """
    wanted: dict[str, Wanted] = {}
    for scope in scopes:
        if not applies(scope.when, parameters):
            continue
        asked = wanted_row(
            scope.row, str(scope.level), why=scope.why, note=scope.note, status=scope.status
        )
        before = wanted.get(asked.row)
        if before is None or _height(asked) >= _height(before):
            wanted[asked.row] = asked
    return wanted


def _height(wanted: Wanted) -> int:
    return -1 if wanted.level == UNSTATED else find_row(wanted.row).rank(wanted.level)


def attested_rows(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Attested]:
    """Return what people read off the screen, from the answers file's `rows`.

    Raises:
        AnswersError: A row or a level does not exist.
    """
    attested: dict[str, Attested] = {}
    for name, entry in rows.items():
        try:
            row = find_row(name)
            level = row.level_named(str(entry["level"]))
        except KeyError as exc:
            raise AnswersError(f"answers, rows, {name}: no {exc.args[0]} is given") from exc
        except UsageError as exc:
            raise AnswersError(f"answers, rows: {exc}") from exc
        said = {key: str(entry.get(key, "")) for key in ("who", "when", "note")}
        attested[row.name] = Attested(level, **said)
    return attested
