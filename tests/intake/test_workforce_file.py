"""A workforce file, row by row: what can be read is taken, what cannot is reported with its line."""

import io

import pytest

from services.intake.people.workforce_file import NotAWorkforceFile, read_workforce
from shared.contracts.codes import WorkerRole

HEADER = "reference,name,role,team,team_name,member_from"
ROLES = f"one of {', '.join(WorkerRole)}: docs/codes.md says what each means"
A_DATE = "a date is text: YYYY-MM-DD"
A_REFERENCE = "1 to 100 letters, digits and _ . : / -, without spaces"
ZOE = "zoe,Zoe Sample,social_worker,north,North,2024-01-01"


def read(*lines: str) -> list:
    return read_workforce(io.StringIO("\r\n".join(lines) + "\r\n", newline=""))


def test_a_row_is_a_post() -> None:
    (post,) = read(HEADER, ZOE)
    assert (post.line, post.reference, post.wrong) == (2, "zoe", "")
    assert (post.stated.name, post.stated.role, str(post.stated.member_from)) == (
        "Zoe Sample",
        "social_worker",
        "2024-01-01",
    )
    assert (post.stated.full_time_equivalent_percent, post.stated.member_until) == (100, None)


def test_columns_may_come_in_any_order_with_others_between() -> None:
    (post,) = read(
        "payroll,full_time_equivalent_percent,member_from,team_name,team,role,name,reference,member_until",
        "77,60,2024-01-01,North,north,social_worker,Zoe Sample,zoe,2026-01-01",
    )
    assert (post.reference, post.stated.full_time_equivalent_percent, str(post.stated.member_until)) == (
        "zoe",
        60,
        "2026-01-01",
    )


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("zoe,Zoe Sample,boss,north,North,2024-01-01", f"role: {ROLES}"),
        ("zoe,,social_worker,north,North,01/01/2024", f"member_from: {A_DATE}; name: this is needed"),
        ("zoe,Zoe Sample,social_worker,north,North,20240101", f"member_from: {A_DATE}"),
        ("zoe,Zoe Sample,social_worker,north,North", "member_from: this is needed"),
        (",Zoe Sample,social_worker,north,North,2024-01-01", "reference: this is needed"),
        ("z o e,Zoe Sample,social_worker,north,North,2024-01-01", f"reference: {A_REFERENCE}"),
        ("", None),
    ],
)
def test_a_wrong_row_is_reported_with_its_line_and_columns_and_its_neighbours_go_on(
    row: str, wrong: str | None
) -> None:
    posts = read(HEADER, ZOE, row, ZOE)
    assert [post.line for post in posts if post.stated] == [2, 4]
    assert [(post.line, post.wrong) for post in posts if not post.stated] == ([(3, wrong)] if wrong else [])


def test_a_cell_over_two_lines_keeps_the_count_of_lines() -> None:
    posts = read(HEADER.replace("name", "payroll,name", 1), f'z1,"a\r\nb",{ZOE[4:]}', f"z2,,{ZOE[4:]}", "bad,,,,,,")
    assert [(post.line, bool(post.stated)) for post in posts] == [(3, True), (4, True), (5, False)]


@pytest.mark.parametrize(
    ("lines", "missing"),
    [([""], "reference, name, role, team, team_name, member_from"), ([HEADER.replace(",role", ""), ZOE], "role")],
)
def test_a_file_without_the_columns_is_refused_and_told_which(lines: list[str], missing: str) -> None:
    with pytest.raises(NotAWorkforceFile, match=f"missing: {missing}$"):
        read(*lines)


def test_a_file_that_is_not_csv_is_refused_and_told_from_which_line() -> None:
    with pytest.raises(NotAWorkforceFile, match="not CSV from line 3 on"):
        read(HEADER, ZOE, f"zoe,{'x' * 200_000},social_worker,north,North,2024-01-01")


def test_a_file_in_another_encoding_is_refused_and_told_how_to_save_it() -> None:
    as_excel_saves_it = f"{HEADER}\r\n{ZOE.replace('Zoe', 'Zoë')}\r\n".encode("cp1252")
    with pytest.raises(NotAWorkforceFile, match="CSV UTF-8"):
        read_workforce(io.TextIOWrapper(io.BytesIO(as_excel_saves_it), encoding="utf-8-sig", newline=""))
