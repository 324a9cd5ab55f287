"""Answers of our own where the stock ones take seconds: each is asked for before a page shows."""

from __future__ import annotations

import hmac
import json

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado import web

from cartproof.ui.lab.session import ENTRANCE

EXPORTS = {"cartproof": {"output_mimetype": "text/html"}}
"""What the menu offers to export a notebook as; the stock answer loads every exporter there is."""
_ENGLISH = {"en": {"displayName": "English", "nativeName": "English"}}


ENTRY = "cartproof_entry"
"""The server's setting that holds the key which lets one browser in, once, and the page for it."""


class EntranceHandler(JupyterHandler):  # type: ignore[misc]  # jupyter_server is read without types
    """Lets in the browser that the command opened.

    A browser's command line can be read by everybody on a machine. The key that stands there is
    good for one visit, while the token would be good for the whole session.
    """

    async def get(self) -> None:
        """Give the cookie that the token gives, for the key, once."""
        key, page = self.settings.get(ENTRY) or ("", "")
        if not key or not hmac.compare_digest(self.get_argument("key", "").encode(), key.encode()):
            raise web.HTTPError(403, "This link was used already. Use the address in the terminal.")
        self.settings[ENTRY] = None
        provider = self.identity_provider
        provider.set_login_cookie(self, provider.generate_anonymous_user(self))
        self.redirect(page)

    get = allow_unauthenticated(get)


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
    (ENTRANCE, EntranceHandler),
    (r"/api/nbconvert", ExportsHandler),
    (r"/lab/api/translations/?", LanguagesHandler),
    (r"/lab/api/translations/(?P<locale>.+)", LanguagesHandler),
]
