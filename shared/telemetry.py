"""The log: JSON lines of ids and codes, never a body, a query string or a name."""

import logging
import sys
import traceback
from contextvars import ContextVar

import structlog

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request (or event) being served: it follows what it causes through logs, audit rows and events."""


def _with_request_id(_logger: object, _method: str, fields: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if current := request_id.get():
        fields.setdefault("request_id", current)
    return fields


def _places_only(_logger: object, _method: str, fields: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Where a fault arose, without its message or any local value: those may hold what somebody wrote."""
    fault = fields.pop("exc_info", None)
    if isinstance(fault, BaseException):
        frames = traceback.extract_tb(fault.__traceback__)
        fields["places"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return fields


def start_logging(*, level: int = logging.INFO) -> None:
    """Write the log to standard error as JSON lines."""
    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # hundreds of lines while a broker is away; ours say it once
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_request_id,
            _places_only,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


# Never unconfigured: structlog's own default prints local variables.
start_logging()

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
