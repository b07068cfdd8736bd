"""Reads of the pulse survey: of a quarter that is over, and never of fewer than eight."""

from collections import defaultdict

from sqlmodel import col, select

from services.observation.people.queries import own_team
from services.observation.pulse.anonymity import FEWEST, figures
from services.observation.pulse.models import FigureOut, PulseOut, PulseTally
from services.observation.pulse.survey import Asked, is_over
from services.observation.sight import SEES_ALL_PRACTICE
from shared import clock
from shared.database import Session
from shared.web.roles import Principal


async def pulse(session: Session, quarter: str, *, by: Principal) -> PulseOut:
    """A quarter as far as it may be shown: the whole service's to everybody, a team's to those in it and to guides."""
    over = is_over(quarter, today=clock.today())
    answered: dict[Asked, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    if over:
        for each in await session.exec(select(PulseTally).where(col(PulseTally.quarter) == quarter)):
            answered[Asked(each.asked)][each.team][each.answer] = each.count
    own = await own_team(session, by)
    service: dict[Asked, FigureOut] = {}
    teams: dict[str, dict[Asked, FigureOut]] = defaultdict(dict)
    for asked, by_team in answered.items():
        shown, whole = figures(by_team)
        if whole is not None:
            service[asked] = FigureOut.model_validate(whole)
        for team, figure in shown.items():
            if by.role in SEES_ALL_PRACTICE or team == own:
                teams[team][asked] = FigureOut.model_validate(figure)
    return PulseOut(quarter=quarter, is_over=over, fewest=FEWEST, service=service, teams=teams)
