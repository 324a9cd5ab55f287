"""The vault: credentials as a person gives them, held in the kernel's memory alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartproof.errors import CartproofError
from cartproof.runbook.parameters import applies
from cartproof.store.credentials import credentials_from_values, parse_credentials_text
from cartproof.store.credentials_file import values_by_label
from cartproof.store.references import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartproof.store.credentials import Credentials
    from cartproof.ui.desk import Desk


class Vault:
    """Takes a desk's credentials and lets go of them.

    Attributes:
        trouble: Why a reference that the notebook's cell gave could not be used; else empty.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.trouble = ""

    def look_at(self, fields: Mapping[str, str]) -> list[str]:
        """Say what is odd about pasted fields; nothing is kept or sent.

        Raises:
            CredentialsError: They cannot be used as they are.
        """
        return list(self._of_fields(fields).warnings)

    def _of_fields(self, fields: Mapping[str, str]) -> Credentials:
        values = {name: text for name, text in fields.items() if text.strip()}
        made = credentials_from_values(values_by_label(values))
        self._desk.learn(made.secrets())
        return made

    def take_fields(self, fields: Mapping[str, str]) -> str:
        """Use credentials whose values were pasted one by one."""
        return self._take(self._of_fields(fields))

    def take_text(self, text: str, store_hash: str = "") -> str:
        """Use credentials from the text of BigCommerce's file."""
        made = parse_credentials_text(text, store_hash=store_hash)
        self._desk.learn(made.secrets())
        return self._take(made)

    def take_reference(self, reference: str, store_hash: str = "") -> str:
        """Use credentials that a reference leads to."""
        return self._take(resolve(reference, store_hash=store_hash), reference)

    def take_given(self, reference: str, store_hash: str) -> None:
        """Use the reference that the cell gave; what is wrong with it is shown in the panel."""
        try:
            self.take_reference(reference, store_hash)
        except CartproofError as error:
            self.trouble = str(error)

    def _take(self, credentials: Credentials, reference: str = "") -> str:
        run = self._desk.opened()
        self._desk.checks.refuse_while_running()
        held = run.stage.credentials
        if held is not None and held.address != credentials.address:
            self._desk.refuse_while_order_is_open()
        run.use_credentials(credentials, reference=reference, gate=self._desk.worker.gate)
        run.settle_people()
        for secret in credentials.secrets():
            self._desk.redactor.add(secret)
        self.trouble = ""
        self._desk.saved()
        first = next((s for s in run.runbook.steps if s.collect), None)
        if first is not None and applies(first.when, run.stage.parameters):
            self._desk.checks.begin(first.id)
        return "Taken. They are in this kernel's memory alone."

    def forget(self) -> str:
        """Let go of the credentials."""
        run = self._desk.opened()
        self._desk.checks.refuse_while_running()
        self._desk.refuse_while_order_is_open()
        run.forget_credentials()
        self._desk.saved()
        return "Forgotten: this kernel holds them no more."
