"""What is done about the pulse survey: an answer is added to the counts, and that somebody answered to a list."""

from sqlalchemy import Table, delete
from sqlmodel import col

from services.observation.people.queries import colleague
from services.observation.pulse.models import PulseAnswered, PulseIn, PulseTally
from services.observation.pulse.survey import quarter_of
from shared import clock
from shared.database import Session, insert_or
from shared.problems import Unprocessable
from shared.web.roles import Principal

TALLIES: Table = PulseTally.__table__  # type: ignore[attr-defined]


class InNoTeamToday(Unprocessable):
    title = "You belong to no team today, and the survey is counted by team"


async def answer(session: Session, posted: PulseIn, *, by: Principal) -> tuple[str, bool]:
    """Count somebody's answers in this quarter; returns the quarter, and whether they are the first. A second time counts nothing.

    The audit keeps that somebody answered; it is told of no subject. Who answered in quarters before is forgotten.
    """
    worker, today = await colleague(session, by), clock.today()
    team, quarter = worker.team_on(today), quarter_of(today)
    if team is None:
        raise InNoTeamToday("have the workforce record corrected, or answer once you have joined a team")
    await session.execute(delete(PulseAnswered).where(col(PulseAnswered.quarter) < quarter))
    answered = insert_or(session, PulseAnswered).values(quarter=quarter, worker_id=worker.worker_id)
    if not (await session.execute(answered.on_conflict_do_nothing())).rowcount:  # type: ignore[attr-defined]
        return quarter, False
    given = sorted(posted.answers.items())  # two who answer at once count in one order
    counted = insert_or(session, TALLIES)
    more = counted.on_conflict_do_update(
        index_elements=["quarter", "team", "asked", "answer"], set_={"count": TALLIES.c.count + 1}
    )
    rows = [{"quarter": quarter, "team": team, "asked": asked, "answer": mark, "count": 1} for asked, mark in given]
    await session.execute(more, rows)
    return quarter, True
