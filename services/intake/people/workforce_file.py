"""Reads a workforce file: CSV with a header, one post a row. A row that cannot be read is reported; the others go on."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from pydantic import TypeAdapter, ValidationError

from services.intake.people.models import WorkerIn
from shared.problems import Unprocessable
from shared.web.shapes import Reference

NEEDED = ("reference", "name", "role", "team", "team_name", "member_from")
OPTIONAL = ("member_until", "full_time_equivalent_percent", "newly_qualified_from")
REFERENCE: TypeAdapter[str] = TypeAdapter(Reference)


class NotAWorkforceFile(Unprocessable):
    title = "This is not a workforce file"


@dataclass(frozen=True)
class Post:
    """One row: a worker and the post held; or, in place of both, what is wrong with it."""

    line: int
    reference: str = ""
    stated: WorkerIn | None = None
    wrong: str = ""


def read_workforce(file: TextIO) -> Iterator[Post]:
    """Every row of the file. Raises `NotAWorkforceFile` when a needed column is missing."""
    rows = csv.DictReader(file)
    missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        raise NotAWorkforceFile(f"its first line names the columns; missing: {', '.join(missing)}")
    for row in rows:
        yield _post(rows.line_num, {name: (row.get(name) or "").strip() for name in (*NEEDED, *OPTIONAL)})


def _post(line: int, row: dict[str, str]) -> Post:
    given = {name: value for name, value in row.items() if value}
    try:
        reference = REFERENCE.validate_python(given.pop("reference", ""))
        return Post(line, reference, WorkerIn.model_validate(given, strict=False))  # a file is all text
    except ValidationError as wrong:
        columns = sorted({str(error["loc"][0]) if error["loc"] else "reference" for error in wrong.errors()})
        return Post(line, wrong=f"missing or not understood: {', '.join(columns)}")
