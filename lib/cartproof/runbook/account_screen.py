"""The Create API account screen in words: login, menu, name, rows and levels, dialog."""

from __future__ import annotations

from cartproof.runbook.markdown import bullets, condition, joined, labels_of, menu_lines, table
from cartproof.runbook.model import Account, Level, Runbook, Scope
from cartproof.scopes.catalogue import ROWS, Row, find_row

SCOPES_HEADING = "API account"
_EDITABLE = {
    True: "The article says that the rights can be changed after Save; BigCommerce says no.",
    False: "The rights cannot be changed after Save, says the article: begin again instead.",
    None: "",
}
_STATUSES = {
    "minimum": "at least",
    "conditional": "",
    "unstated": "the article gives no level",
    "inferred": "our reading, not the article's",
}


def account_screen(runbook: Runbook) -> str:
    """Return how the Create API account screen is to be filled in."""
    account = runbook.account
    login = account.login_as or "the article does not say as whom"
    parts = [
        f"### {SCOPES_HEADING}",
        bullets(
            [
                f"Log in as: **{login}**",
                *menu_lines(account.menu, account.menu_today).splitlines(),
                f"Token type: **{account.token_type}**",
                f"Name: {labels_of(runbook)['account_name']}",
            ]
        ),
        account.note,
        _EDITABLE[account.editable_later],
        _scopes(account.scopes),
        _filled_in(account),
        _others(account),
        _dialog(account),
    ]
    return joined(parts)


def _scopes(scopes: list[Scope]) -> str:
    rows = [
        (str(number), _row_name(scope), f"**{_level(scope.level)}**", _reasons(scope))
        for number, scope in enumerate(scopes, start=1)
    ]
    return table(("No.", "Row", "Level", "Why, and notes"), rows) if rows else ""


def _level(level: Level) -> str:
    return "not said" if level is Level.UNSTATED else level.capitalize()


def _row_name(scope: Scope) -> str:
    if scope.named:
        return f"{scope.named} (our reading: {scope.row})"
    row = find_row(scope.row)
    is_same = row.name.casefold() == scope.row.casefold()
    return scope.row if is_same else f"{scope.row} (on the screen: {row.name})"


def _filled_in(account: Account) -> str:
    if not account.scopes_from:
        return ""
    return (
        f"**To fill in:** once rows and levels are known, write them into `{account.scopes_from}` "
        'as `["Orders: modify", "Products: read-only"]`. An entry stands for the row of its name; '
        "with the first entry, the rows that are only our reading go."
    )


def _reasons(scope: Scope) -> str:
    least = "" if scope.level is Level.NONE else _STATUSES.get(scope.status, "")
    if scope.level is Level.UNSTATED and scope.status == "inferred":
        least = "may be meant; ask the vendor"
    reasons = [least, condition(scope.when), scope.why, scope.note]
    return "; ".join(filter(None, reasons))


def _others(account: Account) -> str:
    if account.others == "none":
        return "Every row that is not listed stays at None."
    missing = _unlisted(account.scopes)
    if not missing:
        return ""
    names = ", ".join(f"{row.name} ({row.levels[0].capitalize()})" for row in missing)
    if all(scope.status == "inferred" for scope in account.scopes):
        return f"Of the other rows nothing is known until then: {names}."
    return (
        "The article says nothing of the rows that it does not list. "
        f"Leave them as BigCommerce has them at first: {names}."
    )


def _unlisted(scopes: list[Scope]) -> list[Row]:
    listed = {find_row(scope.row).name for scope in scopes}
    return [row for row in ROWS if row.name not in listed]


def _dialog(account: Account) -> str:
    dialog = account.dialog
    once = {True: "once only", False: "again at any time", None: ""}[dialog.shown_once]
    shown = f"After Save a dialog shows {_listed(dialog.fields)}{f', {once}' if once else ''}."
    unsaid = "" if once else " The article does not say that it does so once only; it does."
    close = f" It closes with **{dialog.close_button}**." if dialog.close_button else ""
    file = f" File: {dialog.file_download}." if dialog.file_download else ""
    return f"{shown}{unsaid}{close}{file}"


def _listed(names: list[str]) -> str:
    bold = [f"**{name}**" for name in names]
    return " and ".join(filter(None, [", ".join(bold[:-1]), bold[-1]])) if bold else "nothing"


def rows_by_level(scopes: list[Scope]) -> str:
    """Return the rows grouped by level, for ticking them off."""
    by_level: dict[str, list[str]] = {}
    for scope in scopes:
        only_if = condition(scope.when)
        row = f"{scope.named} (our reading: {scope.row})" if scope.named else scope.row
        name = f"{row} ({only_if})" if only_if else row
        by_level.setdefault(_level(scope.level), []).append(name)
    return bullets(f"**{level}:** {' · '.join(rows)}" for level, rows in by_level.items())
