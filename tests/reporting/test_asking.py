"""Questions that nobody thought of beforehand: answered by the second engine, which reads, and touches no other file."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from services.reporting.recounting.engine import NotAQuestion, SecondEngine
from tests.reporting.indicator_cases import Told, child
from tests.reporting.test_three_engines import histories


@pytest.fixture
def engine() -> Iterator[SecondEngine]:
    told = [child(Told("2026-03-03"), Told("2026-04-01", nfa=True))]
    with SecondEngine(
        histories(told), first="2026-01", last="2026-06", calendar=(date(2026, 1, 1), date(2026, 12, 31))
    ) as engine:
        yield engine


def test_a_question_is_answered_with_its_columns(engine: SecondEngine):
    columns, rows = engine.answer("SELECT count(*) AS referrals, min(received_on) AS first FROM referral;")
    assert (columns, rows) == (["referrals", "first"], [(2, date(2026, 3, 3))])


@pytest.mark.parametrize(
    "question",
    [
        "DROP TABLE referral",
        "SELECT 1; SELECT 2",
        "SET enable_external_access = true",
        "SELECT * FROM nowhere",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM 'https://example.org/a.parquet'",
        "COPY referral TO 'elsewhere.csv'",
        "ATTACH 'another.db'",
        "nonsense",
        "",
    ],
)
def test_what_does_more_than_read_or_reads_elsewhere_is_refused(engine: SecondEngine, question: str):
    with pytest.raises(NotAQuestion):
        engine.answer(question)


def test_an_answer_is_written_as_parquet(engine: SecondEngine, tmp_path: Path):
    to = tmp_path / "it's.parquet"
    engine.write_parquet("SELECT id, received_on FROM referral ORDER BY received_on;", to)
    with duckdb.connect() as reader:
        written = reader.execute("SELECT received_on FROM read_parquet(?)", [str(to)]).fetchall()
    assert written == [(date(2026, 3, 3),), (date(2026, 4, 1),)]


def test_a_parquet_file_is_no_way_to_read_another_file(engine: SecondEngine, tmp_path: Path):
    (tmp_path / "secret.txt").write_text("secret")
    with pytest.raises(NotAQuestion):
        engine.write_parquet(f"SELECT * FROM read_text('{tmp_path}/secret.txt')", tmp_path / "answer.parquet")
