"""Answers of our own where the stock ones take seconds: each is asked for before a page shows."""

from __future__ import annotations

import json

from jupyter_server.base.handlers import APIHandler
from tornado import web

EXPORTS = {"cartproof": {"output_mimetype": "text/html"}}
"""What the menu offers to export a notebook as; the stock answer loads every exporter there is."""
_ENGLISH = {"en": {"displayName": "English", "nativeName": "English"}}


class ExportsHandler(APIHandler):  # type: ignore[misc]  # jupyter_server is read without types
    """What a notebook can be exported as: our report."""

    @web.authenticated
    async def get(self) -> None:
        """Answer."""
        self.finish(json.dumps(EXPORTS))


class LanguagesHandler(APIHandler):  # type: ignore[misc]  # jupyter_server is read without types
    """Which languages JupyterLab speaks here: the one in which runbooks are written."""

    @web.authenticated
    async def get(self, locale: str = "") -> None:
        """Answer with the list, or with a language's words: English needs none."""
        self.finish(json.dumps({"data": {} if locale else _ENGLISH, "message": ""}))


ROUTES = [
    (r"/api/nbconvert", ExportsHandler),
    (r"/lab/api/translations/?", LanguagesHandler),
    (r"/lab/api/translations/(?P<locale>.+)", LanguagesHandler),
]
