"""The indicators as one flat line of short names a month: what `dwc lpir --json` prints, for spreadsheets and checks."""

from services.reporting.indicators.catalogue import LPIR
from services.reporting.indicators.facts import FACTS
from services.reporting.indicators.figures import Found
from services.reporting.indicators.models import Figure
from services.reporting.indicators.queries import counts
from shared.calendar import Month, financial_year, months_between
from shared.contracts.codes import ClosureReason
from shared.database import Session

NUMERATORS = {
    "referrals": "referrals",
    "nfa": "referrals_no_further_action",
    "rereferral_num": "rereferrals_within_12_months",
    "started": "episodes_started",
    "ended": "episodes_ended",
    "ended_6m_num": "episodes_ended_within_6_months",
    "ended_3m_num": "episodes_ended_within_3_months",
    "assessments": "assessments_completed",
    "assessments_45_num": "assessments_within_45_working_days",
    "s47_started": "section_47_started",
    "icpc": "conferences",
    "icpc_15_num": "conferences_within_15_working_days",
    "cpp_started": "protection_plans_started",
    "cpp_second_num": "protection_plans_second_or_subsequent",
    "cpp_ended": "protection_plans_ended",
    "open": "episodes_open",
    "open_2y_num": "episodes_open_2_years",
    "cpp_open": "protection_plans_open",
}
DENOMINATORS = {
    "rereferral_den": "rereferrals_within_12_months",
    "icpc_s47_den": "conferences_within_15_working_days",
}


async def lpir_figures(
    session: Session, first: Month, last: Month, *, authority: str | None = None
) -> dict[str, dict[str, dict[str, int]]]:
    """`{"months": {"2025-04": {"referrals": 38, …}}, "years": {"2026": {…}}}`; only years that are wholly inside."""
    names = [FACTS, *(indicator.id for indicator in LPIR)]
    found = Found(await counts(session, authority=authority, indicators=names, first=first, last=last))
    months = months_between(first, last)
    years: dict[int, list[Month]] = {}
    for month in months:
        years.setdefault(financial_year(month), []).append(month)
    return {
        "months": {month: _flat(found.figures([month], is_over=True)) for month in months},
        "years": {
            str(year): _flat(found.figures(within, is_over=True)) for year, within in years.items() if len(within) == 12
        },
    }


def _flat(shown: list[Figure]) -> dict[str, int]:
    """Whole numbers for whoever reads them by machine: what no source has stated is nothing here."""
    over = {(figure.indicator, figure.band): figure.numerator or 0 for figure in shown}
    under = {figure.indicator: figure.denominator or 0 for figure in shown}
    return {
        **{name: over[indicator, None] for name, indicator in NUMERATORS.items()},
        **{name: under[indicator] for name, indicator in DENOMINATORS.items()},
        **{f"ended_{reason}": over.get(("closures_by_reason", reason), 0) for reason in ClosureReason},
    }
