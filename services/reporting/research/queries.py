"""Reads of the register, and of the histories that an extract is told from."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.reporting.histories.models import ChildHistory, History, ParticipationHistory, PracticeHistory
from services.reporting.research.models import ExtractOut, ResearchExtract
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal, Role

Histories = tuple[Sequence[str], Sequence[str], Sequence[str]]
"""Children, observations and cases of cohorts, each as it was spoken."""


async def extracts_seen(session: Session, *, by: Principal) -> list[ExtractOut]:
    """The register, the newest first; an analyst from outside sees what they asked for themself."""
    wanted = select(ResearchExtract).order_by(col(ResearchExtract.asked_at).desc(), col(ResearchExtract.id))
    if by.role is Role.OUTSIDE_ANALYST:
        wanted = wanted.where(col(ResearchExtract.asked_by) == by.id)
    return [ExtractOut.model_validate(row) for row in (await session.exec(wanted)).all()]


async def extract_seen(session: Session, id: UUID, *, by: Principal) -> ResearchExtract:
    """One extract of the register. Raises `NotFound`."""
    extract = await session.get(ResearchExtract, id)
    if extract is None or (by.role is Role.OUTSIDE_ANALYST and extract.asked_by != by.id):
        raise NotFound("there is no such extract, or it is not yours to see")
    return extract


async def histories(session: Session) -> Histories:
    """Every history there is; whoever was erased has none."""
    children, observed, cases = [
        await _states(session, table) for table in (ChildHistory, PracticeHistory, ParticipationHistory)
    ]
    return children, observed, cases


async def _states(session: Session, table: type[History]) -> list[str]:
    found = await session.exec(select(table.state).where(col(table.state).is_not(None)))
    return [state for state in found.all() if state is not None]
