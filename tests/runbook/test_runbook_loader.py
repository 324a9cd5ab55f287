"""Loading runbooks, and what is said about those that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from small_runbook import ROOT, SMALL

from cartproof.errors import RunbookError
from cartproof.runbook import loader
from cartproof.runbook.loader import load_runbook, load_with_digest, runbook_ids, runbooks_folder
from cartproof.runbook.model import Level

Write = Callable[[str], Path]

SLIPS = {
    "an unknown key at the top": (
        "summary: Connects",
        "sumary: Connects",
        5,
        "unknown key 'sumary'; did you mean 'summary'?",
    ),
    "an unknown key in a step": (
        "check: scopes",
        "chek: scopes",
        24,
        "unknown key 'chek' in steps; did you mean 'check'?",
    ),
    "an unknown key of a parameter": (
        "default: false",
        "defualt: false",
        7,
        "unknown key 'defualt' in parameters.update; did you mean 'default'?",
    ),
    "a missing key": ("title: Small\n", "", 1, "'title' is missing"),
    "an unknown check": (
        "check: scopes",
        "check: scoops",
        24,
        "unknown check 'scoops'; did you mean 'scopes'?",
    ),
    "an unknown option": (
        "options: {status:",
        "options: {statis:",
        28,
        "unknown option 'statis'; did you mean",
    ),
    "an unknown scope row": (
        "row: Orders,",
        "row: Oders,",
        15,
        "account screen has no row 'Oders'; did you mean 'Orders'?",
    ),
    "an unknown level": (
        "level: read-only",
        "level: read-onyl",
        15,
        "'read-onyl' is no level in account.scopes; did you mean 'read-only'?",
    ),
    "a level that the row does not offer": (
        "level: read-only",
        "level: manage",
        15,
        "Orders has no level manage; offered: none, read-only, modify",
    ),
    "a scope row twice": (
        "row: Products, level: modify, when: {update: true}",
        "row: ORDERS, level: modify",
        16,
        "scope row 'ORDERS' stands twice",
    ),
    "a fill-in parameter that is not there": (
        "  dialog: {fields",
        "  scopes_from: updat\n  dialog: {fields",
        17,
        "scopes_from names unknown parameter 'updat'; did you mean 'update'?",
    ),
    "a fill-in parameter that is no list": (
        "  dialog: {fields",
        "  scopes_from: status\n  dialog: {fields",
        17,
        "scopes_from needs a list parameter; 'status' is a str",
    ),
    "a fill-in default that is no row": (
        "account:\n",
        "  rows: {type: list, default: ['Oders: modify'], help: rows}\naccount:\n  scopes_from: rows\n",
        9,
        "default of 'rows', entry 'Oders: modify': BigCommerce's account screen has no row 'Oders'",
    ),
    "the id of the first notebook": (
        "id: small",
        "id: start-here",
        2,
        "'start-here' is the name of a notebook that is of no runbook",
    ),
    "an unknown value": (
        "{api_path|without_version}",
        "{api_pth|without_version}",
        19,
        "unknown value {api_pth}; did you mean 'api_path'?",
    ),
    "an unknown format": (
        "{api_path|without_version}",
        "{api_path|without_versoin}",
        19,
        "unknown format 'without_versoin'; did you mean 'without_version'?",
    ),
    "an expression in braces": (
        "{api_path|without_version}",
        "{api_path + 1}",
        19,
        "{api_path + 1} is neither {name} nor {name|format}",
    ),
    "a single brace": ("{{these}}", "{these", 32, "a single '{' in 'Type {these in.'"),
    "a secret outside the handover": (
        'value: "{cart_id}"',
        'value: "{access_token}"',
        36,
        "{access_token} is a secret: only a handover value may hold it",
    ),
    "an account name made from itself": (
        "{customer} - Small",
        "{account_name}",
        12,
        "the account's name cannot be made from itself",
    ),
    "an unknown step in needs": (
        "needs: [scopes]",
        "needs: [scope]",
        38,
        "needs unknown step 'scope'; did you mean 'scopes'?",
    ),
    "a need that comes later": (
        "needs: [credentials]",
        "needs: [test-order]",
        24,
        "step 'scopes' needs 'test-order', which comes only after it",
    ),
    "a circle of needs": (
        "needs: [credentials]",
        "needs: [enter]",
        24,
        "needs goes in a circle: scopes → enter → scopes",
    ),
    "an order created that no step archives": (
        'options: {status: "{status}"}',
        'options: {status: "{status}", create: true}',
        28,
        "step 'test-order' creates an order, no later one archives it",
    ),
    "an archiving step that waits for others": (
        "check: scopes, needs: [credentials]",
        "check: archive_test_order, needs: [credentials]",
        24,
        "step 'scopes' archives, so it waits for none",
    ),
    "an arrival that no person sees": (
        "check: scopes, needs: [credentials]",
        "check: archive_test_order, options: {arrival: [credentials]}",
        24,
        "'credentials' is no earlier step for a person",
    ),
    "a step that needs itself": (
        "needs: [scopes]",
        "needs: [enter]",
        38,
        "needs goes in a circle: enter → enter",
    ),
    "an unknown handover value": (
        "handover: [path]",
        "handover: [pth]",
        33,
        "handover value 'pth' is unknown; did you mean 'path'?",
    ),
    "an unknown returned value": (
        "returned: [cart_id]",
        "returned: [cart_no]",
        34,
        "returned value 'cart_no' is unknown; did you mean 'cart_id'?",
    ),
    "a handover value in no step": (
        "    handover: [path]\n",
        "",
        19,
        "handover value 'path' stands in no step",
    ),
    "a returned value named like another": (
        "returned:\n  - {id: cart_id",
        "returned:\n  - {id: store_hash",
        21,
        "'store_hash' is already the name of another value",
    ),
    "an unused parameter": (
        '"{status}"',
        "Open",
        8,
        "parameter 'status' is never used, in no text, option or `when`",
    ),
    "a parameter with a name that runs keep": (
        "  update: {type",
        "  mode: {type",
        7,
        "parameter 'mode' has a name that is taken",
    ),
    "a parameter named like a word of Python": (
        "  update: {type",
        "  class: {type",
        7,
        "parameter 'class' has a name that is taken",
    ),
    "a parameter name with a dash": (
        "  update: {type",
        "  up-date: {type",
        7,
        "'up-date' is not small letters, digits and underscores",
    ),
    "a step id twice": ("id: scopes,", "id: credentials,", 24, "id 'credentials' stands twice"),
    "a key twice": (
        "title: Small\n",
        "title: Small\ntitle: Big\n",
        4,
        "key 'title' stands here again; first on line 3",
    ),
    "a when on an unknown parameter": (
        "when: {update: true}",
        "when: {updat: true}",
        16,
        "`when` names unknown parameter 'updat'; did you mean 'update'?",
    ),
    "a when of the wrong type": (
        "when: {update: true}",
        "when: {update: maybe}",
        16,
        "`when`: 'update' takes true or false, not 'maybe'",
    ),
    "a when on a value that is no choice": (
        "confirm: They are in",
        "confirm: They are in\n    when: {status: Opne}",
        38,
        "`when`: 'status' takes Open or Shut, not 'Opne'; did you mean 'Open'?",
    ),
    "a step that nothing settles": (
        "    confirm: They are in\n",
        "",
        29,
        "nothing settles step 'enter': give it check, collect or confirm",
    ),
    "a step settled twice": (
        "check: scopes,",
        "check: scopes, collect: credentials,",
        24,
        "step 'scopes' has both check and collect; make it two",
    ),
    "no steps at all": (SMALL[SMALL.index("steps:") :], "steps: []\n", 22, "at least one step"),
    "a default of the wrong type": (
        "default: false",
        "default: 3",
        7,
        "default of 'update' takes true or false, not 3",
    ),
    "a default that is no choice": (
        "default: Open",
        "default: Closed",
        8,
        "default of 'status' takes Open or Shut, not 'Closed'",
    ),
    "choices for a switch": (
        "default: false",
        "choices: [a]",
        7,
        "choices are for str and list, not bool",
    ),
    "a pattern that is none": (
        "choices: [Open, Shut]",
        "pattern: '['",
        8,
        "'[' is not a regular expression",
    ),
    "a help too long for its line": (
        "help: status of the order",
        "help: status of the order " + "x" * 90,
        8,
        "characters too long for the notebook",
    ),
    "a wrong kind of value": (
        "others: unstated",
        "others: unsaid",
        13,
        "'unsaid' is no others in account; did you mean 'unstated'?",
    ),
    "a list where text belongs": ("title: Small", "title: [Small]", 3, "title: input should be"),
    "an id with capitals": ("id: small", "id: Small", 2, "is not small letters, digits and dashes"),
    "an anchor": ("title: Small", "title: &a Small", 3, "anchors and aliases (&, *)"),
    "a Python object": (
        "title: Small",
        "title: !!python/object/apply:os.system [ls]",
        3,
        "title: input should be a valid string",
    ),
    "an unknown tag": ("title: Small", "title: !secret Small", 3, "'Small' cannot be read"),
}


def _problems(path: Path) -> list[str]:
    with pytest.raises(RunbookError) as caught:
        load_runbook(path)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("slip", SLIPS)
def test_each_slip_is_told_with_file_and_line(slip: str, written: Write) -> None:
    """What is wrong, on which line, and what was perhaps meant."""
    old, new, line, message = SLIPS[slip]
    assert SMALL.count(old) == 1
    path = written(SMALL.replace(old, new))
    assert any(
        told.startswith(f"{path}:{line}: ") and message in told for told in _problems(path)
    ), _problems(path)


def test_a_good_runbook_loads_with_its_levels_typed(written: Write) -> None:
    """The small runbook is the ground that the slips are made on."""
    runbook = load_runbook(written(SMALL))
    assert runbook.account.scopes[0].level is Level.READ_ONLY
    assert [step.id for step in runbook.steps if step.is_for_a_person] == ["enter"]


def test_all_problems_are_told_at_once_in_the_order_of_the_file(written: Write) -> None:
    """A misspelt key does not hide an unknown check, nor a key that stands twice."""
    text = SMALL.replace("summary:", "sumary:").replace("check: scopes", "check: scoops")
    text = text.replace("row: Orders", "row: Oders").replace(
        "title: Test", "title: T\n    title: T"
    )
    path = written(text)
    told = _problems(path)
    assert [line.removeprefix(f"{path}:").split(":")[0] for line in told] == ["5", "15", "24", "27"]


def test_a_misspelt_key_is_not_also_called_missing(written: Write) -> None:
    """What a slip clearly meant is taken as meant, so one slip is one problem."""
    path = written(SMALL.replace("    confirm: They", "    confrim: They"))
    assert len(_problems(path)) == 1


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "this is empty"),
        (b"- a\n- b\n", "this is a list"),
        (b"just words", "this is a single value"),
        (b"a: [1, 2", "this is not YAML"),
        (b"a: 1\n---\nb: 2\n", "this is not YAML"),
        (b"\x00\x01\x02", "this is not YAML"),
        (b"\xff\xfe\x80binary", "this is not a text file"),
        (b"a: " + b"[" * 5000, "nested too deeply"),
        (b"x" * 10_000_000, "10,000,000 bytes; a runbook has at most 500,000"),
        (b"a: &a [*a]", "anchors and aliases"),
        (b"a: &a [1]\nb: [*a, *a]", "anchors and aliases"),
        (b"? [a, b]\n: 1\n", "a key must be a word"),
    ],
)
def test_a_file_that_is_no_runbook_is_refused_in_plain_words(
    raw: bytes, message: str, tmp_path: Path
) -> None:
    """Whatever the bytes, the answer is a RunbookError that says what they are."""
    path = tmp_path / "odd.yaml"
    path.write_bytes(raw)
    assert any(message in line for line in _problems(path))


def test_a_byte_order_mark_and_crlf_do_no_harm(tmp_path: Path) -> None:
    """Windows editors write both."""
    path = tmp_path / "small.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load_runbook(path).id == "small"


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "/etc/passwd", "Stone Edge", "", "..", "x\x00y", "stone-edge.json"]
)
def test_what_is_no_id_is_refused(name: str) -> None:
    """An id never leads out of the runbooks folder."""
    with pytest.raises(RunbookError, match="is not a runbook's id"):
        load_runbook(name)


def test_an_unknown_id_names_the_nearest() -> None:
    """A slip in the id is answered with the id that was perhaps meant."""
    with pytest.raises(RunbookError, match="did you mean 'stone-edge'"):
        load_runbook("stonedge")


@pytest.mark.parametrize("name", ["nowhere.yaml", ".yaml"])
def test_a_file_that_is_not_there_is_said_to_be_so(name: str, tmp_path: Path) -> None:
    """Nor is a folder a runbook."""
    with pytest.raises(RunbookError, match=r"no such file|ends in \.yaml"):
        load_runbook(tmp_path / name)
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(RunbookError, match="no such file"):
        load_runbook(tmp_path / "folder.yaml")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Only .yaml and .yml are looked into."""
    with pytest.raises(RunbookError, match=r"ends in \.yaml"):
        load_runbook(tmp_path / "secrets.txt")


def test_the_folder_can_be_named_and_must_hold_what_it_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """CARTPROOF_RUNBOOKS moves the folder; there a file's name is its id."""
    monkeypatch.setenv("CARTPROOF_RUNBOOKS", str(tmp_path))
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "other.yaml").write_text(SMALL)
    (tmp_path / "Not An Id.yaml").write_text(SMALL)
    assert runbook_ids() == ["other", "small"]
    assert load_runbook("small").id == "small"
    with pytest.raises(RunbookError, match=r"other.yaml:2: the id is 'small', but the file"):
        load_runbook("other")


def test_a_link_out_of_the_folder_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An id stands for a file of the folder and for nothing else."""
    folder = tmp_path / "runbooks"
    folder.mkdir()
    (tmp_path / "small.yaml").write_text(SMALL)
    (folder / "small.yaml").symlink_to(tmp_path / "small.yaml")
    monkeypatch.setenv("CARTPROOF_RUNBOOKS", str(folder))
    with pytest.raises(RunbookError, match="leads out of the runbooks folder"):
        load_runbook("small")


def test_the_folder_is_the_checkouts_else_the_packages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An installed package carries its runbooks inside."""
    monkeypatch.delenv("CARTPROOF_RUNBOOKS", raising=False)
    assert runbooks_folder() == ROOT / "runbooks"
    monkeypatch.setattr(loader, "_PACKAGE", tmp_path / "site-packages" / "cartproof")
    assert runbooks_folder() == tmp_path / "site-packages" / "cartproof" / "_runbooks"


def test_the_digest_is_that_of_the_files_bytes(written: Write) -> None:
    """One byte more in the file, another version in the record."""
    first = load_with_digest(written(SMALL))
    second = load_with_digest(written(SMALL + "\n"))
    assert first.runbook == second.runbook
    assert len(first.sha256) == 64
    assert first.sha256 != second.sha256
