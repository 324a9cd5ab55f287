"""Results as JUnit XML, in the form that Jenkins, GitLab and GitHub's readers take.

An integration is a test suite, a customer a test case: `failed` is a failure, `incomplete` an
error, and a row that was not run is skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from cartproof.batch.results.line import Line

_KINDS = {"failed": "failure", "incomplete": "error", "not-run": "skipped"}
_NAMES = {"failure": "failures", "error": "errors", "skipped": "skipped"}
_LONGEST = 5_000


def as_junit(lines: Sequence[Line], *, name: str) -> bytes:
    """Return the results as JUnit XML.

    Args:
        lines: The rows.
        name: What the whole is called.
    """
    root = ET.Element("testsuites", {"name": _legal(name), **_counts(lines)})
    for runbook in dict.fromkeys(line.runbook for line in lines):
        of_runbook = [line for line in lines if line.runbook == runbook]
        root.append(_suite(runbook, of_runbook))
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _suite(runbook: str, lines: Sequence[Line]) -> ET.Element:
    began = min((line.started for line in lines if line.started), default="")
    attributes = {"name": runbook, **_counts(lines)}
    if began:
        attributes["timestamp"] = began.partition(".")[0].removesuffix("Z")
    suite = ET.Element("testsuite", attributes)
    suite.extend(_case(line) for line in lines)
    return suite


def _case(line: Line) -> ET.Element:
    name = f"{line.customer} ({line.place})"
    case = ET.Element(
        "testcase",
        {"classname": f"cartproof.{line.runbook}", "name": _legal(name), "time": _time([line])},
    )
    kind = _KINDS.get(line.verdict)
    if kind:
        message = line.causes[0] if line.causes else "".join(line.reasons[:1])
        told = ET.SubElement(case, kind, {"message": _legal(message)})
        if kind != "skipped":
            told.set("type", _type(line))
            told.text = _legal("\n".join(line.reasons))
    if line.folder:
        ET.SubElement(case, "system-out").text = _legal(f"{line.folder}/report.html")
    return case


def _type(line: Line) -> str:
    return "waits-for-a-person" if line.exit == 4 else line.verdict


def _counts(lines: Sequence[Line]) -> dict[str, str]:
    found = Counter(_KINDS.get(line.verdict, "") for line in lines)
    counts = {name: str(found[kind]) for kind, name in _NAMES.items()}
    return {"tests": str(len(lines)), **counts, "time": _time(lines)}


def _time(lines: Sequence[Line]) -> str:
    return f"{sum(line.seconds for line in lines):.3f}"


def _legal(text: str) -> str:
    """Return a text without the characters that XML 1.0 has no place for."""
    return "".join(
        c if c in "\t\n" or (c.isprintable() and c < "\ufffe") or c > "\uffff" else "�"
        for c in text[:_LONGEST]
    )
