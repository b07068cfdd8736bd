"""Whose figures may be seen: a manager the own team's and the service's, leaders every team's."""

from sqlmodel import col, select

from services.reporting.people.models import KnownWorker
from shared import clock
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal, Role

SEES_ONE_TEAM = frozenset({Role.TEAM_MANAGER, Role.DEPUTY_TEAM_MANAGER})
SEES_NO_TEAM = frozenset({Role.COACH})


async def team_names(session: Session) -> dict[str, str]:
    """The teams there are, by code, with the name each has last been given."""
    names: dict[str, str] = {}
    for memberships in (await session.exec(select(KnownWorker.memberships).order_by(col(KnownWorker.reference)))).all():
        names |= {str(each["team"]): str(each["team_name"]) for each in memberships}
    return names


async def own_team(session: Session, by: Principal) -> str | None:
    """The team whoever asks belongs to today; the team a cover token names, if there is such a team."""
    if by.team:
        return by.team if by.team in await team_names(session) else None
    held = (await session.exec(select(KnownWorker.memberships).where(KnownWorker.reference == by.worker))).first()
    today = clock.today().isoformat()
    for each in reversed(held or []):
        if str(each["member_from"]) <= today and (each["member_until"] is None or str(each["member_until"]) > today):
            return str(each["team"])
    return None


async def teams_seen_by(session: Session, by: Principal) -> dict[str, str]:
    """The teams whose own figures whoever asks may see, with their names."""
    if by.role in SEES_NO_TEAM:
        return {}
    names = await team_names(session)
    if by.role in SEES_ONE_TEAM:
        own = await own_team(session, by)
        return {own: names[own]} if own in names else {}
    return names


async def teams_asked_for(session: Session, team: str | None, by: Principal) -> dict[str, str]:
    """The team asked for, or all that whoever asks may see, with their names. Raises `NotFound` for a team that is not there
    or not theirs to see.
    """
    seen = await teams_seen_by(session, by)
    if team is None:
        return seen
    if team not in seen:
        raise NotFound("there is no such team, or its figures are not yours to see")
    return {team: seen[team]}


async def check_sees_team(session: Session, team: str | None, by: Principal) -> None:
    """Raise as `teams_asked_for` does; the service as a whole is everyone's."""
    if team is not None:
        await teams_asked_for(session, team, by)
