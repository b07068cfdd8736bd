"""What is done about a record that is wrong. What stood before is kept, and the case must be as sound as after any act."""

from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlmodel import col, select

from services.intake.care.models import CareEpisode, PermanencePlan, PreProceedings
from services.intake.corrections.models import Change, Correction, CorrectionIn, Error, ErrorIn, WithdrawalIn
from services.intake.episodes.casework import CaseInHand, case_in_hand
from services.intake.episodes.facts import Fact, Kind
from services.intake.episodes.models import (
    Assessment,
    CINPlan,
    Conference,
    Episode,
    Meeting,
    ProtectionPlan,
    Recorded,
    Section47,
    Visit,
)
from services.intake.people.changes import child_changed
from services.intake.referrals.models import Referral
from shared import audit, clock
from shared.contracts.codes import MeetingKind
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, Unprocessable
from shared.web.roles import Principal


class NotRecorded(Conflict):
    title = "Nothing of the kind is recorded"


class StatedElsewhere(Conflict):
    title = "A source system states this"


class NothingCorrected(Unprocessable):
    title = "This corrects nothing"


class EpisodeOpen(Conflict):
    title = "This episode of need is open"


class LaterEpisode(Conflict):
    title = "A later episode of need has begun"


STANDS_IN: dict[Kind, tuple[Any, str, str | None]] = {
    Kind.ASSESSMENT: (Assessment, "started_on", "authorised_on"),
    Kind.CIN_PLAN: (CINPlan, "started_on", "ended_on"),
    Kind.SECTION_47: (Section47, "started_on", "ended_on"),
    Kind.CONFERENCE: (Conference, "held_on", None),
    Kind.PROTECTION_PLAN: (ProtectionPlan, "started_on", "ended_on"),
    Kind.PRE_PROCEEDINGS: (PreProceedings, "started_on", "ended_on"),
    Kind.CARE: (CareEpisode, "started_on", "ended_on"),
    Kind.PERMANENCE_PLAN: (PermanencePlan, "planned_on", None),
    Kind.MEETING: (Meeting, "held_on", None),
    Kind.VISIT: (Visit, "visited_on", None),
}
"""The table of each kind of fact, and the columns of its days."""


async def correct(session: Session, episode_id: UUID, correction: CorrectionIn, *, by: Principal) -> None:
    """The days of something that was done are put right. Raises `NotRecorded`, `StatedElsewhere`, `NothingCorrected`."""
    async with case_in_hand(session, episode_id, by=by, corrects=True) as case:
        fact, row = await _meant(case, correction)
        values = {name: value for name, value in _right(fact, row, correction).items() if getattr(row, name) != value}
        if not values:
            raise NothingCorrected("give the right day where a wrong one stands")
        if "started_on" in values and hasattr(row, "occurrence"):
            values["occurrence"] = await case.occurrence(type(row), values["started_on"])
        if fact.kind is Kind.CONFERENCE:
            await _move_plan(case, fact, correction)
        _change(case, row, Change.CORRECTED, correction.error, **values)


async def withdraw(session: Session, episode_id: UUID, withdrawal: WithdrawalIn, *, by: Principal) -> None:
    """What was recorded in error is taken back: it stands no longer, and is kept with the reason."""
    async with case_in_hand(session, episode_id, by=by, corrects=True) as case:
        fact, row = await _meant(case, withdrawal)
        if fact.code == MeetingKind.PROTECTION_REVIEW:
            others = [day for day in row.reviewed_on if day != fact.began_on.isoformat()]
            _change(case, row, Change.WITHDRAWN, withdrawal.error, reviewed_on=others)
        elif fact.kind is Kind.CONFERENCE and isinstance(row, Section47):
            _change(case, row, Change.WITHDRAWN, withdrawal.error, **UNENDED)
        else:
            _keep(case, row, Change.WITHDRAWN, withdrawal.error, before=_as_it_stands(row), after=None)
            case.change(row, "record.withdrawn", on=clock.today())
            await session.delete(row)


async def reopen(session: Session, episode_id: UUID, reopening: ErrorIn, *, by: Principal) -> None:
    """A closure was recorded in error: the episode never closed. Nobody holds the case until it is allocated.

    Raises `EpisodeOpen`, `StatedElsewhere`, or `LaterEpisode` when the child was referred again since.
    """
    async with case_in_hand(session, episode_id, by=by, corrects=True) as case:
        episode = case.episode
        if episode.closed_on is None:
            raise EpisodeOpen("there is no closure to undo")
        if await session.scalar(select(Referral.form_id).where(Referral.id == episode.referral_id)) is None:
            raise StatedElsewhere("undo the closure there; it is undone here once that system states it")
        later = select(Episode.id).where(Episode.child_id == episode.child_id, Episode.id != episode.id)
        if (await session.exec(later.where(col(Episode.started_on) >= episode.started_on))).first() is not None:
            raise LaterEpisode("work on with the later one")
        stood = {"closed_on": episode.closed_on, "closure_reason": episode.closure_reason}
        episode.closed_on = episode.closure_reason = None
        _keep(case, episode, Change.REOPENED, reopening.error, before=stood, after=dict.fromkeys(stood))
        child_changed(session, case.child, "case.reopened", item=episode.id, on=clock.today(), by=by.id)


async def _meant(case: CaseInHand, said: WithdrawalIn) -> tuple[Fact, Any]:
    """The fact that is meant, and the row it stands in."""
    wanted = (said.item_id, said.kind, said.began_on)
    fact = next((each for each in case.before.facts if (each.id, each.kind, each.began_on) == wanted), None)
    if fact is None:
        raise NotRecorded("read the episode, and name what is meant as it is shown there")
    row: Recorded = await case.session.get_one(await _table_of(case, fact), fact.id)
    if row.recorded_by is None:
        raise StatedElsewhere("correct it there; it is right here once that system states it")
    return fact, row


async def _table_of(case: CaseInHand, fact: Fact) -> Any:
    """A conference may stand with its enquiry, and a review stands with its plan."""
    if fact.code == MeetingKind.PROTECTION_REVIEW:
        return ProtectionPlan
    if fact.kind is Kind.CONFERENCE and any(each.id == fact.id for each in case.before.of(Kind.SECTION_47)):
        return Section47
    return STANDS_IN[fact.kind][0]


UNENDED: dict[str, Any] = {"conference_on": None, "ended_on": None, "conference_not_required": None}
"""An enquiry of which it is not known any more how it ended."""


def _right(fact: Fact, row: Any, said: CorrectionIn) -> dict[str, Any]:
    """The columns of a row, with what they hold when its days are right."""
    began = said.right_began_on or fact.began_on
    if fact.code == MeetingKind.PROTECTION_REVIEW:
        others = [day for day in row.reviewed_on if day != fact.began_on.isoformat()]
        return {"reviewed_on": sorted([*others, began.isoformat()])}
    if fact.kind is Kind.CONFERENCE:
        return {"conference_on" if isinstance(row, Section47) else "held_on": began}
    _, begins, ends = STANDS_IN[fact.kind]
    values: dict[str, Any] = {begins: began}
    if isinstance(row, Section47) and said.has_not_ended:
        values |= UNENDED
    elif isinstance(row, Section47) and row.conference_on is not None:
        ends = "conference_on"
    if ends is not None and (said.has_not_ended or said.right_ended_on is not None):
        values[ends] = said.right_ended_on
    return values


async def _move_plan(case: CaseInHand, conference: Fact, said: CorrectionIn) -> None:
    """The plan that a conference decided on begins on its day, whichever that was."""
    for decided in case.before.of(Kind.PROTECTION_PLAN):
        if decided.began_on == conference.began_on and said.right_began_on is not None:
            plan = await case.session.get_one(ProtectionPlan, decided.id)
            _change(case, plan, Change.CORRECTED, said.error, started_on=said.right_began_on)


def _change(case: CaseInHand, row: Any, change: Change, error: Error, **values: Any) -> None:
    """Change a row, and keep how it stood."""
    before = _as_it_stands(row)
    case.change(row, f"record.{change}", on=clock.today(), **values)
    _keep(case, row, change, error, before=before, after=_as_it_stands(row))


def _as_it_stands(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def _keep(
    case: CaseInHand, row: Any, change: Change, error: Error, *, before: dict[str, Any], after: dict[str, Any] | None
) -> None:
    """What stood before is not lost: codes, days and ids, as JSON."""
    case.session.add(
        Correction(
            id=new_id(),
            episode_id=case.episode.id,
            item_id=row.id,
            kind=row.__tablename__,
            change=change,
            error=error,
            before=to_jsonable_python(before),
            after=to_jsonable_python(after),
            corrected_at=clock.now(),
            corrected_by=case.by.id,
        )
    )
    audit.touches(case.session, [row.id])
