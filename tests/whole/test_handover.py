"""The handover of a run: what is shown of it, and what is said of a value pasted back."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cartproof import open_run
from cartproof.errors import ParameterError
from cartproof.run.run import Run
from cartproof.runbook.loader import load_runbook
from cartproof.runbook.parameters import applies, typed

from .conftest import Shop

RUNBOOK = load_runbook("dropstream")
STEP = next(s for s in RUNBOOK.steps if s.handover and applies(s.when, typed(RUNBOOK, {})))
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def opened(shop: Callable[..., Shop], tmp_path: Path) -> Callable[[str], tuple[Run, Shop]]:
    """Open a run of DropStream in a mode."""

    def opened_in(mode: str) -> tuple[Run, Shop]:
        made = shop("dropstream")
        credentials, folder = made.reference, str(tmp_path / "run")
        return open_run(
            "dropstream", customer="X", credentials=credentials, folder=folder, mode=mode
        ), made

    return opened_in


def test_headless_a_handover_shows_fingerprints_alone(
    opened: Callable[[str], tuple[Run, Shop]],
) -> None:
    """No widget and no value, neither of the handover nor of its step."""
    run, made = opened("headless")
    handed, step = (
        run.handover(STEP.id)._repr_mimebundle_(),
        run.step(STEP.id)._repr_mimebundle_(),
    )
    assert "sha256:" in handed["text/html"]
    for bundle in (handed, step):
        assert WIDGET not in bundle
        assert made.made["access_token"][:10] not in json.dumps(bundle)


def test_a_pasted_value_is_judged_by_the_run(
    opened: Callable[[str], tuple[Run, Shop]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given, or asked for without an echo; another value of the run is recognised."""
    run, made = opened("interactive")
    ids = {value.id: value.value for value in RUNBOOK.handover}
    token = next(name for name, value in ids.items() if value == "{access_token}")
    assert run.check_pasted(token, made.made["access_token"]).verdict == "pass"
    wrong = run.check_pasted(token, made.made["client_id"])
    assert "Client ID" in wrong.reasons[0]
    assert made.made["client_id"][:8] not in json.dumps(wrong._repr_mimebundle_())
    monkeypatch.setattr(getpass, "getpass", lambda prompt: made.made["access_token"] + "\n")
    assert run.check_pasted(token).reasons == ("A line break stands at its end.",)


def test_what_cannot_be_handed_over_or_checked_is_an_error_in_words(
    opened: Callable[[str], tuple[Run, Shop]],
) -> None:
    """The steps and values that there are, and that nobody can be asked headless."""
    run, _ = opened("headless")
    with pytest.raises(ParameterError, match=STEP.id):
        run.handover("scopes")
    with pytest.raises(ParameterError, match="there are"):
        run.check_pasted("nothing", "x")
    with pytest.raises(ParameterError, match="headless"):
        run.check_pasted(STEP.handover[0])
