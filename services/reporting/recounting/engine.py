"""DuckDB with every history in it, in memory: counts all figures again, and answers questions that only read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from services.reporting.recounting.counting import Statement, in_a_month, statements
from services.reporting.recounting.tables import DUCKDB, VIEWS, made_from_histories, month_ends, working_days
from shared.calendar import Month, first_day, last_day
from shared.problems import Unprocessable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class NoSecondEngine(Unprocessable):
    title = "The second engine is not installed"


class NotAQuestion(Unprocessable):
    title = "This is not a question that only reads"


@dataclass(frozen=True)
class Histories:
    """States of children and of observations, as they are kept: text."""

    children: Sequence[str]
    practice: Sequence[str]


class SecondEngine:
    """Use it in a `with`; what it holds is gone afterwards."""

    def __init__(self, histories: Histories, *, first: Month, last: Month, calendar: tuple[date, date]) -> None:
        try:
            import duckdb
        except ImportError:
            raise NoSecondEngine('it is an extra: `pip install "doing-what-counts[duckdb]"`') from None
        self._connection: DuckDBPyConnection = duckdb.connect(":memory:")
        self.first, self.last = first, last
        self._fill(histories, calendar)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _fill(self, histories: Histories, calendar: tuple[date, date]) -> None:
        make = "CREATE TABLE {} AS SELECT unnest(?::VARCHAR[]) AS state"
        self._connection.execute(make.format("child_history"), [list(histories.children)])
        self._connection.execute(make.format("practice_history"), [list(histories.practice)])
        self._connection.execute(
            "CREATE TABLE calendar AS SELECT unnest(?::DATE[]) AS day, unnest(?::INTEGER[]) AS ordinal",
            list(working_days(*calendar)),
        )
        self._connection.execute(
            "CREATE TABLE month_end AS SELECT unnest(?::VARCHAR[]) AS month, unnest(?::DATE[]) AS day",
            list(month_ends(self.first, self.last)),
        )
        for statement in (*made_from_histories(DUCKDB), *VIEWS):
            self._connection.execute(statement)

    def counted(self) -> Iterator[tuple[Statement, Counter[tuple[str, ...]], Counter[tuple[str, ...]]]]:
        """Each indicator by each table's keys, as numerators and denominators: by month, and what stands at its end."""
        for statement in statements():
            rows = self._connection.execute(statement.sql, [self.first, self.last]).fetchall()
            yield statement, *in_a_month(rows)

    def answer(self, question: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The columns and rows that answer one SELECT. Raises `NotAQuestion`; nothing outside is read or written."""
        self._check(question)
        self._shut_in()
        found = self._asked(question)
        return [column[0] for column in found.description or ()], found.fetchall()

    def write_parquet(self, question: str, to: Path) -> None:
        """The answer as a Parquet file, and no other file read or written."""
        self._check(question)
        path = str(to.absolute()).replace("'", "''")
        self._shut_in(path)
        self._asked(f"COPY ({question.rstrip().rstrip(';')}) TO '{path}' (FORMAT parquet)")

    def _shut_in(self, *paths: str) -> None:
        """From here on no file is touched, nor is anything fetched, but at these paths."""
        allowed = ", ".join(f"'{path}'" for path in paths)
        self._connection.execute(f"SET allowed_paths = [{allowed}]")
        self._connection.execute("SET enable_external_access = false")

    def _check(self, question: str) -> None:
        import duckdb

        try:
            asked = duckdb.extract_statements(question)
        except duckdb.Error as wrong:
            raise NotAQuestion(str(wrong).splitlines()[0]) from None
        if len(asked) != 1 or asked[0].type != duckdb.StatementType.SELECT:
            raise NotAQuestion("ask one SELECT")

    def _asked(self, question: str) -> "DuckDBPyConnection":
        import duckdb

        try:
            return self._connection.execute(question)
        except duckdb.Error as wrong:
            raise NotAQuestion(str(wrong).splitlines()[0]) from None


def calendar_of(first: Month, last: Month) -> tuple[date, date]:
    return first_day(first), last_day(last)
