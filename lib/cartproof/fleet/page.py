"""The fleet's page: the executed notebook as one HTML file, without script and without request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import mistune

_STYLE = """
:root { color-scheme: light }
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  max-width: 62rem; margin: 0 auto; padding: 1rem 1.5rem 4rem }
h1 { font-size: 1.8rem } h2 { font-size: 1.3rem; margin-top: 2.5rem; break-after: avoid }
figure { margin: 1rem 0; break-inside: avoid } svg { max-width: 100%; height: auto }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: .5rem 0 }
caption { text-align: left; font-weight: 600; padding: .3rem 0 }
th, td { border-bottom: 1px solid #c9c9c9; padding: .3rem .6rem .3rem 0; vertical-align: top;
  overflow-wrap: anywhere; min-width: 6rem }
th { white-space: nowrap }
tr { break-inside: avoid } thead { display: table-header-group }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }
.error { border-left: .3rem solid #b00020; padding-left: .8rem }
code { font-family: ui-monospace, monospace }
@media print { body { max-width: none; padding: 0; font-size: 10pt } .wide { overflow: visible } }
"""
_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_CAPTION = re.compile(r"<caption>([^<>\"]{1,200})</caption>")
_LEFT_OUT = frozenset({"before-you-start", "parameters-text"})
_UNSAFE = re.compile(r"<\s*/?\s*(script|iframe|object|embed|link|meta|base|form)\b", re.IGNORECASE)
"""What no table or chart of ours has; a page's policy would not run it, but it stays text."""


def page(notebook: Mapping[str, Any]) -> str:
    """Return the page of an executed fleet notebook."""
    body = "\n".join(part for cell in notebook["cells"] for part in _cell(cell))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_CSP)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Fleet audit</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _cell(cell: Mapping[str, Any]) -> Iterator[str]:
    if cell["cell_type"] == "markdown" and cell.get("id") not in _LEFT_OUT:
        yield str(mistune.create_markdown(escape=True)(_text(cell["source"])))
    for output in cell.get("outputs", ()):
        yield from _output(output)


def _output(output: Mapping[str, Any]) -> Iterator[str]:
    """Yield an output: a chart, a table, text, or what went wrong, in words."""
    if output["output_type"] == "error":
        told = f"{output.get('ename')}: {output.get('evalue')}"
        yield f'<pre class="error">{escape(_ANSI.sub("", told))}</pre>'
        return
    data = output.get("data", {})
    svg, html = _text(data.get("image/svg+xml")), _text(data.get("text/html"))
    if svg and not _UNSAFE.search(svg):
        yield f"<figure>{svg}</figure>"
    elif html and not _UNSAFE.search(html):
        yield _table(html)
    else:
        text = _text(data.get("text/plain")) or _text(output.get("text"))
        yield f"<pre>{escape(_ANSI.sub('', text))}</pre>"


def _table(html: str) -> str:
    """Return a table so that a keyboard can scroll it sideways; what is none as it is."""
    caption = _CAPTION.search(html)
    if not caption:
        return html
    return f'<div class="wide" tabindex="0" role="region" aria-label="{caption[1]}">{html}</div>'


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value or "")
