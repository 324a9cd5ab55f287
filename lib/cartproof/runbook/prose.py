"""The Markdown of a notebook: what an engineer reads before and above each cell."""

from __future__ import annotations

from collections.abc import Iterator

from cartproof.runbook.account_screen import account_screen, rows_by_level
from cartproof.runbook.formats import describe
from cartproof.runbook.markdown import bullets, condition, joined, labels_of, menu_lines, table
from cartproof.runbook.model import Open, Origin, Page, Runbook, Source, Step

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


def title(runbook: Runbook) -> str:
    """Return the heading and the purpose of a notebook."""
    return f"# {runbook.title}\n\n{runbook.summary}"


def before_you_start(runbook: Runbook) -> str:
    """Return what is needed at hand, the account screen, and what to beware of."""
    parts = [
        "## Before you start",
        _source(runbook.source),
        "**At hand**",
        bullets(runbook.needs_at_hand),
        account_screen(runbook),
        *_open(runbook.open),
    ]
    return joined(parts)


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
    labels = labels_of(runbook)
    parts = [
        f"## {number} · {wanted.title}",
        _byline(wanted),
        _page(wanted.page),
        menu_lines(wanted.menu, wanted.menu_today, origin=wanted.origin),
        describe(wanted.do, labels),
        rows_by_level(runbook.account.scopes) if wanted.shows == "scopes" else "",
        _fields(wanted, labels),
        _handover(runbook, wanted, labels),
        _returned(runbook, wanted),
        f"**Good:** {describe(wanted.good, labels)}" if wanted.good else "",
        *(f"> **Warning:** {warning}" for warning in wanted.warnings),
        f"**To confirm:** {describe(wanted.confirm, labels)}." if wanted.confirm else "",
        _pictures(wanted.pictures),
    ]
    return joined(parts)


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


def _open(entries: list[Open]) -> Iterator[str]:
    for kind, heading in _KINDS.items():
        lines = [_open_line(entry) for entry in entries if entry.kind == kind]
        if lines:
            yield f"### {heading}"
            yield bullets(lines)


def _open_line(entry: Open) -> str:
    marks = ", ".join(filter(None, [_ORIGINS[entry.origin], entry.source]))
    return f"{entry.text} ({marks})" if marks else entry.text


def _byline(wanted: Step) -> str:
    kind = "a person confirms" if wanted.is_for_a_person else "checked by program"
    facts = [
        "" if wanted.check else f"on the {_SIDES[wanted.side]} side",
        kind,
        "" if wanted.required else "not required",
        condition(wanted.when),
        f"article: {wanted.article}" if wanted.article else "",
        _ORIGINS[wanted.origin],
    ]
    line = " · ".join(filter(None, facts))
    return f"*{line[0].upper()}{line[1:]}*"


def _page(page: Page | None) -> str:
    if page is None:
        return ""
    return f"Page: [{page.title}]({page.url})" if page.url else f"Page: {page.title}"


def _fields(wanted: Step, labels: dict[str, str]) -> str:
    rows = [(f.label, describe(f.value, labels), f.note) for f in wanted.fields]
    return table(("Field", "What goes in", "Note"), rows) if rows else ""


def _handover(runbook: Runbook, wanted: Step, labels: dict[str, str]) -> str:
    values = [value for value in runbook.handover if value.id in wanted.handover]
    rows = [(value.label, describe(value.value, labels), value.note) for value in values]
    return table(("Value to hand over", "What goes in", "Note"), rows) if rows else ""


def _returned(runbook: Runbook, wanted: Step) -> str:
    values = [value for value in runbook.returned if value.id in wanted.returned]
    rows = [(value.label, "yes" if value.secret else "no", value.note) for value in values]
    return table(("Value you are given", "Secret", "Note"), rows) if rows else ""


def _pictures(pictures: list[str]) -> str:
    return f"*Pictures in the article: {', '.join(pictures)}*" if pictures else ""
