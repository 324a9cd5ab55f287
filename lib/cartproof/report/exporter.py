"""The report as an nbconvert exporter, for `nbconvert --to cartproof` and JupyterLab's menu."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException

from cartproof.errors import NotebookError
from cartproof.report.page import render
from cartproof.run.reading import read_notebook


class ReportExporter(Exporter):  # type: ignore[misc]  # nbconvert has no types
    """Export an executed runbook notebook as the cartproof report."""

    export_from_notebook = "cartproof report"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: Any, resources: Any | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the report as HTML.

        Raises:
            ConversionException: The notebook is not a cartproof run.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        try:
            return render(read_notebook(notebook)), resources
        except NotebookError as exc:
            raise ConversionException(str(exc)) from exc
