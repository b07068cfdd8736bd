"""The borough in figures: each of them asked of a door, as anybody else would."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from httpx import AsyncClient

from services.demo.calibration import Span
from services.demo.cast import Cast, told
from services.host import Installation
from shared.calendar import add_months, financial_year, first_day, month_of
from shared.contracts.codes import WorkerRole


async def in_figures(house: Installation, made_on: date) -> tuple[str, list[tuple[str, str]]]:
    """The programme's year in words, and the figures of it with what each is of."""
    span, cast = Span(made_on), Cast(house)
    first, last = month_of(span.programme_from), month_of(add_months(span.this_quarter, -1))
    async with cast.analyst() as reporting, cast.analyst("intake") as intake:
        lpir = told(await reporting.get("/v1/lpir", params={"from": first, "to": last, "year_to_date": False}))
        workers = told(await intake.get("/v1/workers"))
        before = [await _quarter(reporting, add_months(span.casework_from, months)) for months in (0, 3, 6, 9)]
        during = [await _quarter(reporting, add_months(span.programme_from, months)) for months in (0, 3, 6, 9, 12)]
    months = lpir["months"]
    return f"{first_day(first):%B %Y} to {first_day(last):%B %Y}", [
        ("referrals", f"{_total(months, 'referrals'):,}"),
        ("referred again within 12 months", _share(months, "rereferrals_within_12_months")),
        ("episodes of need started", f"{_total(months, 'episodes_started'):,}"),
        ("closed within six months", _share(months, "episodes_ended_within_6_months")),
        ("open at the end", _open(months[-1:])),
        ("children a full-time worker holds", _caseload(workers)),
        ("practice skill, year before", _skill(before)),
        ("practice skill, to today", _skill(during)),
        ("feedback within a week, to today", _in_time(during)),
    ]


def _total(months: Sequence[Any], indicator: str, part: str = "numerator") -> int:
    figures = (figure for month in months for figure in month["figures"] if figure["indicator"] == indicator)
    return sum(int(figure[part] or 0) for figure in figures)


def _share(months: Sequence[Any], indicator: str) -> str:
    counted, of = _total(months, indicator), _total(months, indicator, "denominator")
    return f"{_percent(counted, of)} of {of:,}"


def _open(last: Sequence[Any]) -> str:
    standing, long = _total(last, "episodes_open"), _total(last, "episodes_open_2_years")
    return f"{standing:,}, of them {_percent(long, standing)} for two years or more"


def _caseload(workers: Sequence[Any]) -> str:
    full = [each for each in workers if each["role"] == WorkerRole.SOCIAL_WORKER and each["caseload_limit"] == 15]
    held = [each["children_held"] for each in full if each["children_held"]]
    return (
        f"{sum(held) / len(held):.1f}, from {min(held)} to {max(held)}, where 15 is the limit" if held else "no worker"
    )


async def _quarter(reporting: AsyncClient, day: date) -> Any:
    return told(await reporting.get(f"/v1/practice-reports/{quarter_of(day)}"))["service"]


def _skill(quarters: Sequence[Any]) -> str:
    """The mean of all seven skills over some quarters, and in each; a quarter with too few observations gives none."""
    found = [(each["all_seven"]["n"], each["all_seven"]["mean"]) for each in quarters]
    given = [(n, mean) for n, mean in found if mean is not None]
    observed = sum(n for n, _ in given)
    if not observed:
        return "too few observations"
    by_quarter = "  ".join("-" if mean is None else f"{mean:.2f}" for _, mean in found)
    return (
        f"{sum(n * mean for n, mean in given) / observed:.2f} of 5 in {observed} observations; by quarter {by_quarter}"
    )


def _in_time(quarters: Sequence[Any]) -> str:
    shares = [each["feedback_within_seven_days"] for each in quarters]
    counted, of = sum(each["numerator"] for each in shares), sum(each["denominator"] for each in shares)
    return f"{_percent(counted, of)} of {of} observations"


def _percent(counted: int, of: int) -> str:
    return f"{100 * counted / of:.1f}%" if of else "none"


def quarter_of(day: date) -> str:
    """The quarter of the financial year a day lies in, as reports name it."""
    year = financial_year(month_of(day)) - 1
    return f"{year}-{(year + 1) % 100:02d}-Q{(day.month - 4) % 12 // 3 + 1}"
