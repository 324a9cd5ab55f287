"""The runbook format: every key that `runbooks/<id>.yaml` may hold, and what it means.

Loading, cross-checks and messages with line numbers are in `loader.py`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Identifier = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=48)
]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\r\n]*$")]
When = dict[str, str | int | bool]


class Level(StrEnum):
    """A level as BigCommerce's Create API account screen offers it."""

    NONE = "none"
    READ_ONLY = "read-only"
    MODIFY = "modify"
    LOGIN = "login"
    CREATE = "create"
    MANAGE = "manage"
    STANDARD = "standard"
    FULL = "full"
    UNSTATED = "unstated"


class Origin(StrEnum):
    """Who says it: the vendor's article, a public page beside it, our reading, or ourselves."""

    ARTICLE = "article"
    PUBLIC = "public"
    DERIVED = "derived"
    OURS = "ours"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Part):
    """The vendor's article, so that a change there can be noticed.

    `is_unconfirmed`: the runbook was written from public pages; nobody at the vendor has seen it.
    """

    title: Text
    url: str = ""
    origin: Origin = Origin.ARTICLE
    author: str = ""
    published: date | None = None
    read_on: date
    modified: date | None = None
    is_unconfirmed: bool = False
    note: str = ""


class Parameter(_Part):
    """A question about the set-up whose answer changes what is wanted or done."""

    type: Literal["str", "bool", "int", "float", "list"]
    default: Any = None
    required: bool = False
    choices: list[str] = []
    pattern: str = ""
    help: Line


class Scope(_Part):
    """One row of the account screen, and the level the article wants there.

    `row` is spelled as the article spells it; where the article's word is no row of the screen,
    that word is `named` and the row is our reading of it. `status` says how firmly the level
    stands: printed as such, as a minimum, for a feature only, named without a level, or our own
    reading. A row both `unstated` and `inferred` may be meant, and none is called missing for it.
    """

    row: Line
    named: str = ""
    level: Level
    why: str = ""
    when: When = {}
    status: Literal["stated", "minimum", "conditional", "unstated", "inferred"] = "stated"
    note: str = ""


class Dialog(_Part):
    """BigCommerce's pop-up that shows the credentials, as the article describes it."""

    fields: list[Text]
    shown_once: bool | None = None
    close_button: str = ""
    file_download: str = ""


class Account(_Part):
    """The Create API account screen, filled in.

    `scopes_from` names a list parameter with `Row: level` entries, for levels that only a picture
    or the vendor can tell: an entry stands for the row of its name, and with the first entry the
    rows that are `inferred` go.
    """

    login_as: str = ""
    menu: list[Text]
    menu_today: list[Text] = []
    token_type: Text
    name: str = ""
    others: Literal["none", "unstated"]
    editable_later: bool | None = None
    scopes: list[Scope]
    scopes_from: str = ""
    dialog: Dialog
    note: str = ""


class HandoverValue(_Part):
    """One value in the vendor's form: its label there, and how it is made."""

    id: Identifier
    label: Line
    value: Text
    secret: bool = False
    note: str = ""


class ReturnedValue(_Part):
    """One value that the vendor gives back."""

    id: Identifier
    label: Line
    secret: bool = False
    note: str = ""


class VendorField(_Part):
    """One field of a vendor's screen, and what goes into it."""

    label: Line
    value: str = ""
    note: str = ""


class Page(_Part):
    """A public page beside the article."""

    title: Text
    url: str = ""


class Step(_Part):
    """One thing to do or to check.

    A step with `check` or `collect` is settled by a program; one with `confirm` by a person.
    `article` names the numbers of the article that the step covers; `origin` and `page` say where
    a step comes from that the article does not hold. `shows: scopes` lists the account's rows
    by level where they are to be ticked.
    """

    id: Identifier
    title: Line
    side: Literal["bigcommerce", "vendor"] = "bigcommerce"
    do: str = ""
    good: str = ""
    confirm: str = ""
    check: str = ""
    options: dict[str, Any] = {}
    collect: Literal["", "credentials"] = ""
    needs: list[Identifier] = []
    when: When = {}
    required: bool = True
    menu: list[Text] = []
    menu_today: list[Text] = []
    fields: list[VendorField] = []
    handover: list[Identifier] = []
    returned: list[Identifier] = []
    warnings: list[Text] = []
    article: str = ""
    origin: Origin = Origin.ARTICLE
    page: Page | None = None
    shows: Literal["", "scopes"] = ""
    pictures: list[Text] = []

    @property
    def is_for_a_person(self) -> bool:
        """Tell whether only a person's word can settle this step."""
        return not self.check and not self.collect


class Open(_Part):
    """What the article leaves open, or says in two ways; never filled with a guess."""

    text: Text
    kind: Literal["gap", "contradiction", "warning", "background"]
    origin: Origin = Origin.ARTICLE
    source: str = ""


class Runbook(_Part):
    """All that is particular to one integration."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal[1] = Field(alias="schema")
    id: Identifier
    title: Line
    source: Source
    summary: Text
    needs_at_hand: list[Text] = []
    parameters: dict[ParameterName, Parameter] = {}
    account: Account
    handover: list[HandoverValue]
    returned: list[ReturnedValue] = []
    steps: list[Step]
    open: list[Open] = []

    def step(self, step_id: str) -> Step | None:
        """Return the step with that id, None when the runbook declares none."""
        return next((step for step in self.steps if step.id == step_id), None)
