"""The Markdown of a notebook: what an engineer reads before and above each cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cartproof.runbook.formats import describe
from cartproof.runbook.model import (
    Account,
    Level,
    Open,
    Origin,
    Page,
    Runbook,
    Scope,
    Source,
    Step,
    When,
)
from cartproof.runbook.vocabulary import VALUES
from cartproof.scopes.catalogue import ROWS, Row, find_row

SCOPES_HEADING = "API account"
_SIDES = {"bigcommerce": "BigCommerce", "vendor": "vendor"}
_KINDS = {
    "warning": "Warnings",
    "gap": "What the article does not say",
    "contradiction": "Where sources disagree",
    "background": "Background",
}
_ORIGINS = {
    Origin.ARTICLE: "",
    Origin.PUBLIC: "from a public page, not in the article",
    Origin.DERIVED: "our reading, not in the article",
    Origin.OURS: "our addition, not in the article",
}
_EDITABLE = {
    True: "The article says that the rights can be changed after Save; BigCommerce does not let them.",
    False: "The rights cannot be changed after Save, says the article: begin again instead.",
    None: "",
}
_STATUSES = {
    "minimum": "at least",
    "conditional": "",
    "unstated": "the article gives no level",
    "inferred": "our reading, not the article's",
}


def title(runbook: Runbook) -> str:
    """Return the heading and the purpose of a notebook."""
    return f"# {runbook.title}\n\n{runbook.summary}"


def before_you_start(runbook: Runbook) -> str:
    """Return what is needed at hand, the account screen, and what to beware of."""
    parts = [
        "## Before you start",
        _source(runbook.source),
        "**At hand**",
        _bullets(runbook.needs_at_hand),
        _account(runbook),
        *_open(runbook.open),
    ]
    return _joined(parts)


def operators_note() -> str:
    """Return the cell in which the engineer writes."""
    return (
        "## Operator's note\n\n"
        "Double-click to write: ticket, who is on the phone, what is special about this store. "
        "No passwords, no tokens: this text is kept with the run."
    )


def parameters_heading() -> str:
    """Return what stands above the parameters cell."""
    return (
        "## Parameters\n\n"
        "Fill these in, or leave them to papermill (`-f params.yaml`). Give text with `-f` or "
        "`-r`, never with `-p`: that turns a store hash like `12e4567890` into a number. "
        "`credentials` is a reference and never the secret itself."
    )


def opening() -> str:
    """Return what stands above the cell that opens the run."""
    return (
        "## Open the run\n\n"
        "Checks the parameters and shows customer, store, and whether this is the sandbox or a "
        "**LIVE** store. Nothing is sent yet.\n\n"
        "**Good:** the customer's name and store are the ones you mean."
    )


def finishing() -> str:
    """Return what stands above the last cell."""
    return (
        "## Finish\n\n"
        "Counts every step that this runbook declares, also those that did not run, and gives the "
        "verdict: `verified`, `failed` or `incomplete`.\n\n"
        "**Good:** `verified`, and no step left open."
    )


def step(runbook: Runbook, wanted: Step, number: int) -> str:
    """Return the text above a step's cell.

    Args:
        runbook: The runbook that holds the step.
        wanted: The step.
        number: Its place in the runbook, from 1.
    """
    labels = _labels(runbook)
    parts = [
        f"## {number} · {wanted.title}",
        _byline(wanted),
        _page(wanted.page),
        _menu(wanted.menu, wanted.menu_today, origin=wanted.origin),
        describe(wanted.do, labels),
        _by_level(runbook.account.scopes) if wanted.shows == "scopes" else "",
        _fields(wanted, labels),
        _handover(runbook, wanted, labels),
        _returned(runbook, wanted),
        f"**Good:** {describe(wanted.good, labels)}" if wanted.good else "",
        *(f"> **Warning:** {warning}" for warning in wanted.warnings),
        f"**To confirm:** {describe(wanted.confirm, labels)}." if wanted.confirm else "",
        _pictures(wanted.pictures),
    ]
    return _joined(parts)


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _labels(runbook: Runbook) -> dict[str, str]:
    return {
        **{name: f"*{words}*" for name, words in VALUES.items()},
        **{value.id: f"the *{value.label}* you were given" for value in runbook.returned},
        **{name: f"given in `{name}`" for name in runbook.parameters},
        "account_name": describe(runbook.account.name, {"customer": "*customer*"}),
    }


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _source(source: Source) -> str:
    name = f"[{source.title}]({source.url})" if source.url else source.title
    facts = [
        f"by {source.author}" if source.author else "",
        f"published {source.published}" if source.published else "",
        f"changed {source.modified}" if source.modified else "",
        f"read {source.read_on}",
    ]
    line = f"**Article:** {name}, {', '.join(filter(None, facts))}."
    return f"{line} {source.note}".strip()


def _account(runbook: Runbook) -> str:
    account = runbook.account
    login = account.login_as or "the article does not say as whom"
    parts = [
        f"### {SCOPES_HEADING}",
        _bullets(
            [
                f"Log in as: **{login}**",
                *_menu(account.menu, account.menu_today).splitlines(),
                f"Token type: **{account.token_type}**",
                f"Name: {_labels(runbook)['account_name']}",
            ]
        ),
        account.note,
        _EDITABLE[account.editable_later],
        _scopes(account.scopes),
        _others(account),
        _dialog(account),
    ]
    return _joined(parts)


def _menu(menu: list[str], menu_today: list[str], *, origin: Origin = Origin.ARTICLE) -> str:
    name = "Menu in the article" if origin is Origin.ARTICLE else "Menu"
    lines = [f"{name}: {_path(menu)}"] if menu else []
    if menu_today and menu_today != menu:
        lines.append(f"Menu today: {_path(menu_today)}")
    return "  \n".join(lines)


def _path(menu: list[str]) -> str:
    return " → ".join(f"**{entry}**" for entry in menu)


def _scopes(scopes: list[Scope]) -> str:
    rows = [
        (str(number), _row_name(scope), f"**{_level(scope.level)}**", _reasons(scope))
        for number, scope in enumerate(scopes, start=1)
    ]
    return _table(("No.", "Row", "Level", "Why, and notes"), rows) if rows else ""


def _level(level: Level) -> str:
    return "not said" if level is Level.UNSTATED else level.capitalize()


def _row_name(scope: Scope) -> str:
    row = find_row(scope.row)
    is_same = row.name.casefold() == scope.row.casefold()
    return scope.row if is_same else f"{scope.row} (on the screen: {row.name})"


def _reasons(scope: Scope) -> str:
    least = "" if scope.level is Level.NONE else _STATUSES.get(scope.status, "")
    reasons = [least, _condition(scope.when), scope.why, scope.note]
    return "; ".join(filter(None, reasons))


def _condition(when: When) -> str:
    if not when:
        return ""
    wanted = (f"`{name}` is {str(value).lower()}" for name, value in when.items())
    return f"only if {' and '.join(wanted)}"


def _others(account: Account) -> str:
    if account.others == "none":
        return "Every row that is not listed stays at None."
    missing = _unlisted(account.scopes)
    if not missing:
        return ""
    names = ", ".join(f"{row.name} ({row.levels[0].capitalize()})" for row in missing)
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


def _open(entries: list[Open]) -> Iterator[str]:
    for kind, heading in _KINDS.items():
        lines = [_open_line(entry) for entry in entries if entry.kind == kind]
        if lines:
            yield f"### {heading}"
            yield _bullets(lines)


def _open_line(entry: Open) -> str:
    marks = ", ".join(filter(None, [_ORIGINS[entry.origin], entry.source]))
    return f"{entry.text} ({marks})" if marks else entry.text


def _byline(wanted: Step) -> str:
    kind = "a person confirms" if wanted.is_for_a_person else "checked by program"
    facts = [
        "" if wanted.check else f"on the {_SIDES[wanted.side]} side",
        kind,
        "" if wanted.required else "not required",
        _condition(wanted.when),
        f"article: {wanted.article}" if wanted.article else "",
        _ORIGINS[wanted.origin],
    ]
    line = " · ".join(filter(None, facts))
    return f"*{line[0].upper()}{line[1:]}*"


def _page(page: Page | None) -> str:
    if page is None:
        return ""
    return f"Page: [{page.title}]({page.url})" if page.url else f"Page: {page.title}"


def _by_level(scopes: list[Scope]) -> str:
    by_level: dict[str, list[str]] = {}
    for scope in scopes:
        condition = _condition(scope.when)
        name = f"{scope.row} ({condition})" if condition else scope.row
        by_level.setdefault(_level(scope.level), []).append(name)
    return _bullets(f"**{level}:** {' · '.join(rows)}" for level, rows in by_level.items())


def _fields(wanted: Step, labels: dict[str, str]) -> str:
    rows = [(f.label, describe(f.value, labels), f.note) for f in wanted.fields]
    return _table(("Field", "What goes in", "Note"), rows) if rows else ""


def _handover(runbook: Runbook, wanted: Step, labels: dict[str, str]) -> str:
    values = [value for value in runbook.handover if value.id in wanted.handover]
    rows = [(value.label, describe(value.value, labels), value.note) for value in values]
    return _table(("Value to hand over", "What goes in", "Note"), rows) if rows else ""


def _returned(runbook: Runbook, wanted: Step) -> str:
    values = [value for value in runbook.returned if value.id in wanted.returned]
    rows = [(value.label, "yes" if value.secret else "no", value.note) for value in values]
    return _table(("Value you are given", "Secret", "Note"), rows) if rows else ""


def _pictures(pictures: list[str]) -> str:
    return f"*Pictures in the article: {', '.join(pictures)}*" if pictures else ""
