"""The Create API account page, and the command."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
import requests

from cartproof.sandbox.scopes_table import SCREEN_ROWS
from cartproof.sandbox.server import create_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def client() -> FlaskClient:
    """Return a browser of sorts on a fresh sandbox."""
    return create_app(plan="unlimited").test_client()


def test_form_has_every_row_and_level_with_the_default_chosen(client: FlaskClient) -> None:
    """27 rows in the screen's order, each level a labelled radio button, the first one set."""
    page = client.get("/_sandbox/create").text
    legends = re.findall(r'<fieldset class="row"><legend>(.*?)</legend>', page)
    assert legends == [row.name.replace("&", "&amp;") for row in SCREEN_ROWS]
    assert len(legends) == 27
    for number, row in enumerate(SCREEN_ROWS, start=1):
        given = re.findall(rf'id="row-{number}-([\w-]+)" name="row-{number}" .*? (checked)?>', page)
        assert given == [(level, "checked" * (level == row.default)) for level in row.levels]
        assert all(f'<label for="row-{number}-{level}">' in page for level in row.levels)
    assert "SANDBOX" in page


def save(client: FlaskClient, **fields: str) -> str:
    """Send the form and return the page that comes back."""
    return client.post("/_sandbox/create", data=fields).text


def shown(page: str) -> dict[str, str]:
    """Return the values of the downloaded file."""
    link = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', page)
    assert link is not None
    return dict(line.split(": ", 1) for line in unquote(link[1]).splitlines())


def test_saved_account_works_with_the_levels_that_were_chosen(client: FlaskClient) -> None:
    """The downloaded file has BigCommerce's labels in its order, and its token its scopes."""
    page = save(client, name="Order Time", **{"row-7": "read-only"})
    values = shown(page)
    assert list(values) == [
        "ACCESS TOKEN",
        "CLIENT NAME",
        "CLIENT ID",
        "CLIENT SECRET",
        "NAME",
        "API PATH",
    ]
    assert f'download="BigCommerceAPI-credentials-{values["CLIENT ID"]}.txt"' in page
    headers = {"X-Auth-Token": values["ACCESS TOKEN"]}
    base = values["API PATH"].replace("http://127.0.0.1", "").removesuffix("/v3/")
    assert client.get(f"{base}/v2/orders/count", headers=headers).status_code == 200
    assert client.put(f"{base}/v2/orders/1", json={}, headers=headers).status_code == 403
    assert client.get(f"{base}/v2/store", headers=headers).status_code == 403


def test_credentials_are_shown_once_and_deletion_revokes(client: FlaskClient) -> None:
    """The list has the account, but neither token nor secret; after Delete it has nothing."""
    values = shown(save(client, name="Order Time"))
    listed = client.get("/_sandbox/").text
    assert values["CLIENT ID"] in listed
    assert values["ACCESS TOKEN"] not in listed
    assert values["CLIENT SECRET"] not in listed
    client.post(f"/_sandbox/accounts/{values['CLIENT ID']}/delete")
    assert values["CLIENT ID"] not in client.get("/_sandbox/").text
    headers = {"X-Auth-Token": values["ACCESS TOKEN"]}
    assert client.get("/stores/fernwick01/v2/time", headers=headers).status_code == 401


def test_short_names_and_forged_levels_are_refused_and_the_form_kept(client: FlaskClient) -> None:
    """The message is shown with what was filled in; no account is made."""
    page = save(client, name="abc", **{"row-7": "modify"})
    assert "at least 4 characters" in page
    assert re.search(r'id="row-7-modify" .*? checked>', page)
    assert "unknown level" in save(client, name="Order Time", **{"row-7": "king"}).lower()
    assert "There are no accounts yet" in client.get("/_sandbox/").text


def test_names_are_escaped_everywhere(client: FlaskClient) -> None:
    """Markup in a name stays text, and a line break cannot forge a line of the file."""
    page = save(client, name="<script>x</script>\nACCESS TOKEN: evil")
    assert "<script>" not in page + client.get("/_sandbox/").text
    assert shown(page)["ACCESS TOKEN"] != "evil"


def test_stencil_token_opens_no_orders(client: FlaskClient) -> None:
    """The wrong token type gives a token of no use to an integration, whatever was ticked."""
    fields = {"name": "Wrong kind", "token_type": "Stencil-CLI token", "row-7": "modify"}
    headers = {"X-Auth-Token": shown(save(client, **fields))["ACCESS TOKEN"]}
    assert client.get("/stores/fernwick01/v2/orders", headers=headers).status_code == 403


def test_command_says_when_it_is_ready_and_stops_cleanly() -> None:
    """Port 0 picks one; SIGTERM ends it with status 0 and no traceback."""
    command = [str(Path(sys.executable).parent / "cartproof"), "sandbox", "--port", "0"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
    )
    assert process.stdout is not None
    with process:
        line = process.stdout.readline()
        found = re.fullmatch(r"sandbox ready at (http://127\.0\.0\.1:\d+)\n", line)
        assert found, line
        assert requests.get(f"{found[1]}/_sandbox/", timeout=120).status_code == 200
        process.send_signal(signal.SIGTERM)
        said = process.stdout.read()
        assert process.wait(timeout=120) == 0, said
        assert "Traceback" not in said
