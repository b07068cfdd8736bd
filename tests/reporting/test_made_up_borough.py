"""The made-up borough's three census years give exactly the figures counted from the records behind the files.

The files are read here in the plainest way, and not by intake, so that this says something about the indicators alone.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

import pytest

from services.reporting.indicators.flat import lpir_figures
from services.reporting.main import SERVICE
from services.reporting.subscriptions import hear_children
from shared.contracts.intake import (
    Assessment,
    ChildState,
    Conference,
    Episode,
    ProtectionPlan,
    Referral,
    Section47,
)
from shared.database import Database

BOROUGH = Path(__file__).parents[3] / "shared" / "data" / "borough"
HERE = UUID("00000000-0000-7000-8000-000000000206")

pytestmark = pytest.mark.skipif(not BOROUGH.exists(), reason="the made-up borough is not part of the project")

Opened = Callable[..., AbstractAsyncContextManager[Database]]


def day(element: ET.Element, name: str) -> date | None:
    text = element.findtext(name)
    return date.fromisoformat(text) if text else None


def cases() -> dict[tuple[str, str], list[ET.Element]]:
    """Every case, child and referral date, with what each year's file says of it, in order of years."""
    found = defaultdict(list)
    for year in (2024, 2025, 2026):
        for child in ET.parse(BOROUGH / f"cin_{year}.xml").iter("Child"):
            for details in child.iter("CINdetails"):
                key = (child.findtext(".//LAchildID") or "", details.findtext("CINreferralDate") or "")
                found[key].append(details)
    return found


def parts(case: str, name: str, starts: str, said: Iterable[ET.Element]) -> list[tuple[UUID, Any]]:
    """A case's parts of one kind: those of several years are one when they start on the same day, as often as in one year."""
    united: dict[tuple[str, int], ET.Element] = {}
    for details in said:
        seen: dict[str, int] = defaultdict(int)
        for element in details.iter(name):
            start = element.findtext(starts) or ""
            united[start, seen[start]] = element
            seen[start] += 1
    return [(uuid5(HERE, f"{case}/{name}/{start}/{n}"), element) for (start, n), element in united.items()]


def children() -> list[ChildState]:
    told = defaultdict(lambda: {"referrals": [], "episodes": []})
    for (child, received), said in cases().items():
        case, latest = f"{child}/{received}", said[-1]
        no_further_action = latest.findtext("ReferralNFA") in {"1", "true"}
        referral = Referral(
            id=uuid5(HERE, f"{case}/referral"),
            received_on=date.fromisoformat(received),
            no_further_action=no_further_action,
        )
        told[child]["referrals"].append(referral)
        told[child]["episodes"].append(
            Episode(
                id=uuid5(HERE, case),
                referral_id=referral.id,
                started_on=referral.received_on,
                closed_on=day(latest, "CINclosureDate"),
                closure_reason=latest.findtext("ReasonForClosure"),
                assessments=tuple(
                    Assessment(
                        id=id,
                        started_on=day(a, "AssessmentActualStartDate"),
                        authorised_on=day(a, "AssessmentAuthorisationDate"),
                    )
                    for id, a in parts(case, "Assessments", "AssessmentActualStartDate", said)
                ),
                section_47_enquiries=tuple(
                    Section47(id=id, started_on=day(s, "S47ActualStartDate"), conference_on=day(s, "DateOfInitialCPC"))
                    for id, s in parts(case, "Section47", "S47ActualStartDate", said)
                ),
                conferences=tuple(
                    Conference(id=uuid5(HERE, f"{case}/conference/{held}"), held_on=held)
                    for held in sorted({day(d, "DateOfInitialCPC") for d in said} - {None})
                ),
                protection_plans=tuple(
                    ProtectionPlan(
                        id=id,
                        started_on=day(p, "CPPstartDate"),
                        ended_on=day(p, "CPPendDate"),
                        previous_plans=int(p.findtext("NumberOfPreviousCPP") or 0),
                    )
                    for id, p in parts(case, "ChildProtectionPlans", "CPPstartDate", said)
                ),
            )
        )
    return [
        ChildState(authority="206", epoch=1, n=1, child_id=uuid5(HERE, child), **{k: tuple(v) for k, v in what.items()})
        for child, what in told.items()
    ]


async def test_every_figure_of_every_month_and_year_is_the_boroughs(open_database: Opened):
    truth = json.loads((BOROUGH / "truth.json").read_text())
    expected = {
        period: {
            name: {figure: count for figure, count in figures.items() if figure != "rereferral_num_full"}
            for name, figures in truth[period].items()
        }
        for period in ("months", "years")
    }
    heard = children()
    async with open_database(SERVICE) as database:
        for start in range(0, len(heard), 500):
            async with database.transaction() as session:
                await hear_children(session, heard[start : start + 500])
        async with database.reading() as session:
            assert await lpir_figures(session, "2023-04", "2026-03") == expected
