"""The log: JSON lines of ids and codes, never a body, a query string or a name; and what a line belongs to.

Libraries' lines come out the same way. Of theirs only the template is kept, not what was put into it, and of a fault only
where it arose: both may hold what somebody wrote about a child.
"""

import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request (or event) being served: it follows what it causes through logs, audit rows and events."""

traceparent: ContextVar[str] = ContextVar("traceparent", default="")
"""Its place in a trace (W3C Trace Context), so that a caller's tracing and ours are one story."""

TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?")
LONGEST_TEMPLATE = 200


@contextmanager
def following(current: str, sent_traceparent: str = "") -> Iterator[None]:
    """Whatever is logged, audited or said inside belongs to this request or event, and to the trace it came with.

    A step of its own is made in that trace; where none was sent, or nonsense, one begins here.
    """
    sent = TRACEPARENT.fullmatch(sent_traceparent)
    trace, flags = sent.groups()[:2] if sent else (os.urandom(16).hex(), "00")
    before = request_id.set(current), traceparent.set(f"00-{trace}-{os.urandom(8).hex()}-{flags}")
    try:
        yield
    finally:
        request_id.reset(before[0])
        traceparent.reset(before[1])


def start_logging(*, level: int = logging.INFO) -> None:
    """Write the log to standard error as JSON lines, the libraries' as well as ours."""
    ours: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_what_it_belongs_to,
        _places_only,
        structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=ours,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.captureWarnings(capture=True)
    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # hundreds of lines while a broker is away; ours say it once
    root = logging.getLogger()
    if not any(isinstance(each, FromLibraries) for each in root.handlers):
        root.addHandler(FromLibraries(logging.WARNING))


class FromLibraries(logging.Handler):
    """Retells what libraries log, as far as it holds nobody's words."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        fields = (
            {"logger": record.name, "error": type(fault).__name__, "exc_info": fault}
            if fault
            else {"logger": record.name}
        )
        log.log(record.levelno, _template(record), **fields)


def _template(record: logging.LogRecord) -> str:
    """The first line of what the library's author wrote; of a Python warning its place and kind."""
    if record.name == "py.warnings":
        place, _, kind = record.getMessage().partition(": ")
        return f"{place.rpartition('/')[2]} {kind.partition(':')[0]}"
    return str(record.msg).partition("\n")[0][:LONGEST_TEMPLATE]


def _with_what_it_belongs_to(
    _logger: object, _method: str, fields: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if current := request_id.get():
        fields.setdefault("request_id", current)
    if trace := traceparent.get():
        fields.setdefault("trace_id", trace[3:35])
    return fields


def _places_only(_logger: object, _method: str, fields: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Where a fault arose, without its message or any local value: those may hold what somebody wrote."""
    fault = fields.pop("exc_info", None)
    if isinstance(fault, BaseException):
        frames = traceback.extract_tb(fault.__traceback__)
        fields["places"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return fields


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# Never unconfigured: structlog's own default prints local variables.
start_logging()
