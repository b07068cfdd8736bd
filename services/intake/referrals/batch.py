"""A batch of referrals as it is sent: one JSON document, or one referral a line. Each is understood by itself."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from services.intake.referrals.models import ReferralIn
from shared.problems import Problem
from shared.web import strict_json
from shared.web.faults import Fault, Faulty, of_shape
from shared.web.problems import Invalid

MOST = 500
"""Referrals of one batch."""
LINES = "application/x-ndjson"


class NotABatch(Faulty):
    status = 422
    title = "This is not a batch of referrals"


class LineNotUnderstood(Faulty):
    status = 422
    title = "This line is not JSON that can be relied on"


def read_batch(body: bytes, media_type: str) -> list[ReferralIn | Problem]:
    """The referrals of a batch, each understood or refused. Raises `NotABatch` when there is nothing to look at singly."""
    is_lines = media_type.partition(";")[0].strip().lower() == LINES
    items = list(_lines(body)) if is_lines else _listed(body)
    if not 1 <= len(items) <= MOST:
        fault = Fault(pointer="/referrals", code="wrong_size", message=f"a batch holds 1 to {MOST} referrals")
        raise NotABatch(f"send {MOST} at most at a time" if items else "there is no referral in it", [fault])
    return [item if isinstance(item, Problem) else _understood(item) for item in items]


def _listed(body: bytes) -> list[Any]:
    """The threshold has seen to it that this is JSON."""
    document = json.loads(body) if body else None
    if not isinstance(document, dict) or set(document) != {"referrals"} or not isinstance(document["referrals"], list):
        fault = Fault(
            pointer="/referrals", code="list_type", message="a list of referrals belongs here, and nothing else"
        )
        raise NotABatch('send {"referrals": […]}, or one referral a line as ' + LINES, [fault])
    return document["referrals"]


def _lines(body: bytes) -> Iterator[Any]:
    for line in body.splitlines():
        if line.strip():
            try:
                yield strict_json.read(line)
            except Faulty as problem:
                yield LineNotUnderstood(problem.detail, problem.faults)


def _understood(item: Any) -> ReferralIn | Problem:
    try:
        return ReferralIn.model_validate(item)
    except ValidationError as wrong:
        errors: list[dict[str, Any]] = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors()]
        return Invalid("correct the fields named in errors and send it again", of_shape(errors, ReferralIn))
