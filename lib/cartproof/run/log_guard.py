"""Log records of every library, redacted where they are made, wherever they go."""

from __future__ import annotations

import logging
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartproof.secrets import Redactor


def guard_log_records(redactor: Redactor) -> None:
    """Redact each log record of this process from now on: message, arguments, traceback."""
    make = logging.getLogRecordFactory()

    def make_redacted(*args: Any, **named: Any) -> logging.LogRecord:
        record = make(*args, **named)
        with suppress(Exception):  # arguments that do not fit are the handler's to report
            _redact(record, redactor)
        return record

    logging.setLogRecordFactory(make_redacted)


def _redact(record: logging.LogRecord, redactor: Redactor) -> None:
    if record.exc_info and record.exc_info[0]:
        text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if redactor.spans(text):
            record.exc_text, record.exc_info = redactor.redact(text), None
    message = record.getMessage()
    if redactor.spans(message):
        record.msg, record.args = redactor.redact(message), ()
