"""What a program reads of an answer, and the evidence that is kept of it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cartproof.store import answers
from cartproof.store.evidence import Evidence, Exchange
from cartproof.store.transport import Answer

if TYPE_CHECKING:
    from cartproof.secrets import Redactor
    from cartproof.store.sender import Sent

TEXT_LENGTH = 500


def exchange_of(sent: Sent, path: str, *, redactor: Redactor, is_text: bool = False) -> Exchange:
    """Return a carried-out request as program and record may see it.

    Args:
        path: What the record shows as the request's path.
        redactor: Knows what must not stand in anything kept.
        is_text: Whether something other than JSON is a good answer, too.
    """
    answer = sent.answer or Answer()
    body, is_json, failure = answers.read_body(sent.method, answer)
    if is_text and answer.body and 200 <= (answer.status or 0) < 300:
        failure = ""
    text = "" if is_json else answer.body[:4000].decode("utf-8", "replace")
    is_error = answer.status is not None and answer.status >= 300
    kept = answers.kept_headers(answer.headers)
    content_type = answers.header(answer.headers, "content-type")
    evidence = Evidence(
        method=sent.method,
        path=redactor.redact(path),
        status=answer.status,
        title=fit_to_keep(answers.title_of(body, text), redactor) if is_error else "",
        failure=redactor.redact(failure),
        ms=sent.ms,
        attempts=sent.attempts,
        content_type=fit_to_keep(content_type, redactor),
        headers={name: fit_to_keep(value, redactor) for name, value in kept.items()},
        body_sha256=hashlib.sha256(answer.body).hexdigest() if answer.status else "",
        body_bytes=len(answer.body),
        at=sent.at,
    )
    return Exchange(evidence, body, is_json, fit_to_keep(text, redactor, TEXT_LENGTH))


def fit_to_keep(text: str, redactor: Redactor, length: int = answers.TITLE_LENGTH) -> str:
    """Return a server's words: no secret, no mail address, one line, cut."""
    return answers.plain(redactor.redact(answers.plain(text, 4000)), length)
