"""Reads a workforce file: CSV with a header, one post a row. A row that cannot be read is reported; the others go on."""

import csv
from dataclasses import dataclass
from typing import TextIO

from pydantic import TypeAdapter, ValidationError

from services.intake.people.models import WorkerIn
from shared.problems import Unprocessable
from shared.web.shapes import Reference
from shared.web.wording import in_our_words

NEEDED = ("reference", "name", "role", "team", "team_name", "member_from")
OPTIONAL = ("member_until", "registration", "line_manager", "full_time_equivalent_percent", "newly_qualified_from")
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


def read_workforce(file: TextIO) -> list[Post]:
    """Every row of the file. Raises `NotAWorkforceFile` when it cannot be read as one, before anything came of it."""
    rows = csv.DictReader(file)
    try:
        missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
        if missing:
            raise NotAWorkforceFile(f"its first line names the columns; missing: {', '.join(missing)}")
        return [_post(rows.line_num, {name: _cell(row, name) for name in (*NEEDED, *OPTIONAL)}) for row in rows]
    except UnicodeDecodeError:
        raise NotAWorkforceFile("its text is not UTF-8: save it as `CSV UTF-8`") from None
    except csv.Error:
        raise NotAWorkforceFile(f"it is not CSV from line {rows.line_num + 1} on") from None


def _cell(row: dict[str, str | None], name: str) -> str:
    return (row.get(name) or "").strip()


def _post(line: int, row: dict[str, str]) -> Post:
    given = {name: value for name, value in row.items() if value}
    try:
        reference = REFERENCE.validate_python(given.pop("reference", ""))
        return Post(line, reference, WorkerIn.model_validate(given, strict=False))  # a file is all text
    except ValidationError as wrong:
        columns = {
            str(error["loc"][0]) if error["loc"] else "reference": in_our_words(error) for error in wrong.errors()
        }
        missing = [name for name in NEEDED if name not in row or not row[name]]
        said = columns | dict.fromkeys(missing, "this is needed")
        return Post(line, wrong="; ".join(f"{column}: {sentence}" for column, sentence in sorted(said.items())))
