"""Why a value that a person pasted on the vendor's side, and back here, is not the right one.

The sentences name no value, neither the right one nor what was pasted: they may be shown and kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cartproof.secrets import Secret
from cartproof.store.pasted import without_invisible

_QUOTES = "\"'`“”„‘’«»"
_PATH = re.compile(
    r"(?:(?P<scheme>[a-z]+)://(?P<host>[^/\s]+))?(?P<stores>/?stores/)(?P<hash>[^/\s?#]+)"
    r"(?P<version>/v[0-9]+)?(?P<slash>/*)",
    re.IGNORECASE,
)
_PANEL = re.compile(r"(?:https?://)?(store-)(?P<hash>[a-z0-9]+)(?:\.mybigcommerce\.com.*)?", re.I)
_NAMES = {
    "access_token": "Access token",
    "client_id": "Client ID",
    "client_secret": "Client secret",
    "store_hash": "store hash",
    "api_path": "API path",
    "account_name": "name of the API account",
}


def why_wrong(expected: str, pasted: str, *, others: Mapping[str, str] | None = None) -> list[str]:
    """Say why a pasted value is wrong.

    Args:
        expected: The right value; a `Secret` is revealed here alone.
        pasted: What was pasted back.
        others: The run's other values by name (`client_id`, `store_hash`, …), so that one of them
            in the wrong place is recognised.

    Returns:
        One sentence for each thing that is wrong; empty when the value is right.
    """
    right, given = _raw(expected), _raw(pasted)
    if right == given:
        return []
    known = {name: _raw(value) for name, value in (others or {}).items() if value}
    found, bare = _peeled(given)
    if bare != right:
        found += _told(right, bare, known)
    return found


def _raw(value: str) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)


def _peeled(given: str) -> tuple[list[str], str]:
    """Take off what a clipboard adds; say what it was."""
    found = []
    steps: tuple[tuple[Callable[[str], str], str], ...] = (
        (lambda text: text.rstrip("\r\n"), "A line break stands at its end."),
        (str.strip, "A space stands before or after it."),
        (lambda text: text.strip(_QUOTES), "Quotes stand around it."),
        (without_invisible, "Invisible characters or line breaks stand in it."),
    )
    for step, sentence in steps:
        peeled = step(given)
        if peeled != given:
            found.append(sentence)
        given = peeled
    return found, given.strip()


def _told(right: str, bare: str, known: Mapping[str, str]) -> list[str]:
    """Try what may be wrong from the surest to the vaguest; the first that says anything holds."""
    if not bare:
        return ["Nothing was pasted."]
    ways: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: _pair(right, bare, known),
        lambda: _path(right, bare),
        lambda: _another(right, bare, known),
        lambda: _shape(right, bare),
    )
    for way in ways:
        if sentences := list(way()):
            return sentences
    return ["It is another value than the one to hand over. Copy it again."]


def _called(text: str, known: Mapping[str, str]) -> str:
    return next((_NAMES.get(name, name) for name, value in known.items() if value == text), "")


def _another(right: str, bare: str, known: Mapping[str, str]) -> Iterator[str]:
    name = _called(bare, known)
    if name:
        wanted = _called(right, known)
        yield f"This is the {name}{f'; the {wanted} belongs here' if wanted else ''}."


def _shape(right: str, bare: str) -> Iterator[str]:
    if bare.casefold() == right.casefold():
        yield "Letter case was changed: small and capital letters must stay as they are."
    elif "".join(bare.split()) == right:
        yield "Spaces stand inside it."
    elif right.startswith(bare) or right.endswith(bare):
        at = "end" if right.startswith(bare) else "beginning"
        yield f"It was cut short at its {at}: {len(bare)} of {len(right)} characters are there."
    elif right in bare:
        yield "More stands around it than the value alone."


@dataclass(frozen=True, slots=True)
class _Path:
    scheme: str
    host: str
    hash: str
    version: str
    slash: str

    @property
    def is_whole(self) -> bool:
        return bool(self.host)


def _parsed(text: str) -> _Path | None:
    found = _PATH.fullmatch(text)
    if found is None:
        return None
    scheme, host, version = found["scheme"] or "", found["host"] or "", found["version"] or ""
    return _Path(scheme, host, found["hash"], version, found["slash"])


def _path(right: str, bare: str) -> Iterator[str]:
    wanted, given, panel = _parsed(right), _parsed(bare), _PANEL.fullmatch(bare)
    if wanted is None and given is not None:
        yield from _hash_wanted(right, given)
    elif wanted is not None and given is not None:
        yield from _paths(wanted, given)
    elif panel and panel["hash"].casefold() in (
        right.casefold(),
        wanted and wanted.hash.casefold(),
    ):
        belongs = "whole API path" if wanted else "bare store hash"
        yield f"The prefix store- is of the control panel's address; the {belongs} belongs here."
    elif wanted is not None and bare.strip("/").casefold() == wanted.hash.casefold():
        yield "Only the store hash was pasted; the path with /stores/ belongs here."


def _hash_wanted(right: str, given: _Path) -> Iterator[str]:
    what = "the full API path" if given.is_whole else "the path with stores/"
    if given.hash.casefold() == right.casefold():
        yield f"It is {what}; only the bare store hash between /stores/ and /v3/ belongs here."
        if given.hash != right:
            yield "Letter case of the store hash was changed."
    elif re.fullmatch(r"[a-z0-9]{5,20}", right):
        yield f"It is {what}, and of another store; the bare store hash belongs here."


def _paths(wanted: _Path, given: _Path) -> Iterator[str]:
    if given.hash.casefold() != wanted.hash.casefold():
        yield "It names another store."
    elif given.hash != wanted.hash:
        yield "Letter case of the store hash was changed."
    if given.is_whole != wanted.is_whole:
        yield (
            "The address before stores/ is not to be there."
            if given.is_whole
            else "The address before /stores/ is missing: it begins with https://."
        )
    elif given.scheme.casefold() != wanted.scheme.casefold():
        yield f"It begins with {given.scheme.lower()}:// instead of {wanted.scheme}://."
    if given.is_whole and wanted.is_whole and given.host.casefold() != wanted.host.casefold():
        yield "It leads to another server."
    yield from _ends(wanted, given)


def _ends(wanted: _Path, given: _Path) -> Iterator[str]:
    if given.version and not wanted.version:
        yield f"{given.version.lower()}/ was left on: the path ends before it here."
    elif wanted.version and not given.version:
        yield f"{wanted.version}/ is missing at its end."
    elif given.version.casefold() != wanted.version.casefold():
        yield f"It ends with {given.version.lower()} instead of {wanted.version}."
    elif bool(given.slash) != bool(wanted.slash):
        yield "A slash was left at its end." if given.slash else "The slash at its end is missing."


def _pair(right: str, bare: str, known: Mapping[str, str]) -> Iterator[str]:
    """Look at two values joined by a colon, such as `ClientID:AccessToken`."""
    if right.count(":") != 1 or "://" in right:
        return
    first, second = right.split(":")
    if ":" not in bare:
        yield from _without_colon(first, second, bare, known)
        return
    if bare.count(":") > 1:
        yield "There is more than one colon; exactly one joins the two values."
    if any(part != part.strip() for part in bare.split(":")):
        yield "A space stands beside the colon; there is none on either side."
    halves = [part.strip() for part in bare.split(":") if part.strip()]
    if halves == [second, first]:
        yield "The two values are swapped: the other one goes before the colon."
    elif len(halves) == 2:
        yield from _half("before", first, halves[0], known)
        yield from _half("after", second, halves[1], known)
    elif bare.count(":") == 1:
        side = "before" if bare.startswith(":") else "after"
        yield f"Nothing stands {side} the colon."


def _without_colon(first: str, second: str, bare: str, known: Mapping[str, str]) -> Iterator[str]:
    if "".join(bare.split()) == first + second:
        yield "The colon between the two values is missing."
    elif bare in (first, second):
        yield "Only one of the two values was pasted; both belong here, joined by one colon."
    elif name := _called(bare, known):
        yield f"This is the {name} alone; two values belong here, joined by one colon."
    else:
        yield "The colon is missing: two values belong here, joined by one colon."


def _half(side: str, wanted: str, given: str, known: Mapping[str, str]) -> Iterator[str]:
    if wanted != given:
        reasons = [*_another(wanted, given, known), *_shape(wanted, given)]
        yield f"What stands {side} the colon is wrong. {' '.join(reasons)}".strip()
