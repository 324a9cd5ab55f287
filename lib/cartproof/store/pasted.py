"""What people paste: cleaned of what a clipboard adds, and shown without giving it away."""

from __future__ import annotations

import re
import unicodedata

LONGEST_SHOWN = 60
_QUOTES = "\"'`“”„‘’«»<>"
_LONG_RUN = re.compile(r"[A-Za-z0-9_]{24,}")
_LABEL = re.compile(
    r"""^\s*[{]?\s*["']?(?:(?:x[\s_-]auth[\s_-]token|(?:client|access|api|store|auth)[\s_-]?
    (?:token|id|secret|path|hash|url|key|name))["']?\s*[:=]|bearer\s)\s*""",
    re.IGNORECASE | re.VERBOSE,
)


def shown(text: str) -> str:
    """Return a text fit for a message: ASCII, short, without runs long enough to be a secret."""
    cut = _LONG_RUN.sub("…", text[: 4 * LONGEST_SHOWN])
    safe = "".join(character if " " <= character <= "~" else "…" for character in cut)
    return safe if len(safe) <= LONGEST_SHOWN else safe[: LONGEST_SHOWN - 1] + "…"


def without_invisible(text: str) -> str:
    """Return a text without control, zero-width and bidirectional characters."""
    return "".join(
        character for character in text if unicodedata.category(character) not in ("Cc", "Cf")
    )


def without_wrapping(text: str) -> str:
    """Return a text without the blanks and quotes around it."""
    return text.strip().strip(_QUOTES + ",;").strip()


def without_label(text: str) -> str:
    """Return a text without a label such as `ACCESS TOKEN:` in front of it."""
    return _LABEL.sub("", text, count=1)


def clean(label: str, pasted: str) -> tuple[str, tuple[str, ...]]:
    """Return a pasted value as it was meant, with a sentence on each thing taken off.

    Args:
        label: BigCommerce's word for the value, for the sentences: `ACCESS TOKEN`.
        pasted: The value as it came.
    """
    steps = (
        (str.strip, ""),
        (without_label, "a label stood in front of it"),
        (lambda text: "".join(text.split()), "line breaks or spaces stood inside it"),
        (without_invisible, "invisible characters stood in it"),
        (without_wrapping, "quotes or other marks stood around it"),
    )
    warnings = []
    value = pasted.removeprefix("\ufeff")
    for step, found in steps:
        cleaned = step(value)
        if cleaned != value and found:
            warnings.append(
                f"{label}: {found}; taken off. If the store refuses the value, copy it again "
                "from the downloaded file."
            )
        value = cleaned
    return value, tuple(warnings)
