"""The report: one self-contained HTML page, made from what an executed notebook says of its run."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cartproof.report import actions, tables, text, wording
from cartproof.report.editions import Edition, changes_for_merchant, for_merchant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template

    from cartproof.audit.changes import Changes
    from cartproof.run.reading import RunReading

_TEMPLATES = Path(__file__).parent / "templates"


def render(
    reading: RunReading,
    *,
    files: Mapping[str, str] | None = None,
    edition: str = Edition.INTERNAL,
    changes: Changes | None = None,
) -> str:
    """Render the report.

    The page holds no script, asks for nothing and shows every value from outside as plain text.
    The same arguments make the same page, byte for byte.

    Args:
        reading: What `cartproof.run.reading.read_notebook` found.
        files: SHA-256 by name of the files that were filed with this run, as hex.
        edition: `internal` for all of it, `merchant` for what the merchant may read.
        changes: What changed since the run before; None where nothing was compared.
    """
    ours = actions.count_for_engineer(reading)
    is_internal = Edition(edition) is Edition.INTERNAL
    if not is_internal:
        reading = for_merchant(reading)
        changes = changes_for_merchant(changes) if changes else None
    to_do = actions.to_do(reading)
    return template().render(
        reading=reading,
        header=reading.header,
        edition=str(edition),
        is_internal=is_internal,
        sentence=wording.verdict_sentence(reading),
        counts=tables.verdict_counts(reading),
        to_do=to_do if is_internal else [one for one in to_do if one.who != "engineer"],
        ours=ours,
        warnings=actions.warnings(reading, but="" if is_internal else "engineer"),
        changes=changes,
        account_name=tables.account_name(reading.header),
        scopes=tables.scope_rows(reading),
        order=tables.order_facts(reading),
        words=tables.words(reading),
        steps=tables.step_rows(reading),
        evidence=tables.step_evidence(reading),
        files=dict(files or {}),
    )


@functools.cache
def template() -> Template:
    """Return the report's template, compiled at first use."""
    return environment().get_template("report.html.j2")


@functools.cache
def environment() -> Environment:
    """Return what pages are made with: escaping, our style sheet, and the words of verdicts."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.globals.update(
        css=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our file
        most_requests=tables.MOST_REQUESTS,
        run_words=wording.RUN_WORDS,
        run_marks=wording.RUN_MARKS,
        verdict_words=wording.VERDICT_WORDS,
        badges=_badges(),
        web_address=text.web_address,
    )
    made.filters.update(moment=text.moment, count_of=text.count_of, brief=text.brief)
    return made


def _badges() -> dict[str, Markup]:
    """Return each verdict as it is shown: its mark, and its word."""
    words = {str(word): (str(word), name) for word, (name, _) in wording.VERDICT_WORDS.items()}
    for word, mark in wording.RUN_MARKS.items():
        words[str(word)] = (str(mark), wording.RUN_WORDS[word][0])
    badge = Markup(
        '<span class="badge {0}"><svg class="mark" aria-hidden="true"><use href="#m-{1}"/></svg>'
        "{2}</span>"
    )
    return {word: badge.format(word, mark, name) for word, (mark, name) in words.items()}


def _shown(value: Any) -> Any:
    return value if isinstance(value, Markup) else text.visible(value)
