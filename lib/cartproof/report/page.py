"""The report: one self-contained HTML page, made from what an executed notebook says of its run."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cartproof.report import actions, tables, text, wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.run.reading import RunReading

_TEMPLATES = Path(__file__).parent / "templates"


def render(reading: RunReading, *, files: Mapping[str, str] | None = None) -> str:
    """Render the report.

    The page holds no script, asks for nothing and shows every value from outside as plain text.
    The same reading makes the same page, byte for byte.

    Args:
        reading: What `cartproof.run.reading.read_notebook` found.
        files: SHA-256 by name of the files that were filed with this run, as hex.
    """
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            reading=reading,
            header=reading.header,
            sentence=wording.verdict_sentence(reading),
            to_do=actions.to_do(reading),
            warnings=actions.warnings(reading),
            account_name=tables.account_name(reading.header),
            scopes=tables.scope_rows(reading),
            order=tables.order_facts(reading),
            steps=tables.step_rows(reading),
            evidence=tables.step_evidence(reading),
            files=dict(files or {}),
        )
    )


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
    )
    made.globals.update(
        css=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our file
        most_requests=tables.MOST_REQUESTS,
        run_words=wording.RUN_WORDS,
        verdict_words=wording.VERDICT_WORDS,
        web_address=text.web_address,
    )
    made.filters.update(moment=text.moment, count_of=text.count_of, brief=text.brief)
    return made


def _shown(value: Any) -> Any:
    return value if isinstance(value, Markup) else text.visible(value)
