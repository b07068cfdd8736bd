"""What is done with forms: received, landed in the order of their versions, forced when one never came, settled by a person."""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.observation.coding.operations import draw, was_certified
from services.observation.coding.queries import is_second_coded
from services.observation.concerns.operations import raise_concern
from services.observation.forms.landing import HELD_FOR, HELD_TOO_LONG, Dispute, Standing, landing
from services.observation.forms.models import Form, SettlementIn, Sheet
from services.observation.forms.queries import form as form_seen
from services.observation.people.models import KnownWorker
from services.observation.people.operations import case_as_seen, hold_case
from services.observation.people.queries import colleague
from services.observation.practice.independence import OwnManager
from services.observation.practice.models import Observation, ObservationIn
from services.observation.practice.operations import Checked, check, edit, record
from services.observation.practice.queries import NOT_SEEN
from services.observation.sight import is_hidden
from shared import audit, clock, due
from shared.database import Session, insert_or
from shared.ids import new_id
from shared.problems import Conflict, NotFound, Problem
from shared.web.roles import Principal


class NotDisputed(Conflict):
    title = "There is nothing to be settled about this form"


async def receive(
    session: Session,
    observation_id: UUID,
    posted: ObservationIn,
    *,
    replaces: Callable[[int], int],
    by: Principal,
    own_manager_may: bool = False,
) -> tuple[Form, bool]:
    """Take in a form; returns it, and whether it was new. The same form again is the first one, whatever became of it.

    `replaces` is told which version stands, and says which one the form replaces; 0 is none. Raises `OwnManager` unless
    policy lets managers observe their own team, and whatever else speaks against it.
    """
    observer = await colleague(session, by)
    await _hold_sheet(session, observation_id)
    case = await case_as_seen(session, posted.episode_id, by=by)
    observation = await _observation(session, observation_id)
    if observation is not None and await is_hidden(session, observation.child_id, by=by):
        raise NotFound(NOT_SEEN)
    replaced = replaces(observation.version if observation else 0)
    fingerprint = _fingerprint(posted, observer)
    same = select(Form).where(Form.observation_id == observation_id, Form.version == replaced + 1)
    if first := (await session.exec(same.where(Form.fingerprint == fingerprint))).one_or_none():
        return first, False
    form = Form(
        id=new_id(),
        observation_id=observation_id,
        version=replaced + 1,
        fingerprint=fingerprint,
        episode_id=posted.episode_id,
        observer_id=observer.worker_id,
        name=posted.form,
        sent=posted.model_dump(mode="json", exclude_defaults=True),
        saved_at=posted.saved_at,
        received_at=clock.now(),
        standing=Standing.HELD,
    )
    audit.touches(session, [observation_id, form.id])
    found = await check(session, posted, observer=observer, case=case)
    if found.by_own_manager and not own_manager_may:
        raise OwnManager("ask an evaluator, or a manager of another team")
    outcome = await _outcome(session, form, observation)
    if outcome is Standing.LANDED:
        await _land(session, form, observation, posted, found, by=by.id)
        await _land_held(session, observation_id, by=by.id)
    else:
        await _raise_its_concern(session, form, posted, found)
        if isinstance(outcome, Dispute):
            _dispute(form, outcome)
        else:
            await _await_the_missing(session, form)
    session.add(form)
    return form, True


async def force(session: Session, observations: Sequence[UUID]) -> None:
    """Land what has been held too long on what there is: the versions in between never came."""
    for observation_id in sorted(observations):
        await _hold_sheet(session, observation_id)
        await _land_held(session, observation_id, by=session.info["service"], forced=True)


async def settle(session: Session, form_id: UUID, settlement: SettlementIn, *, by: Principal) -> None:
    """Decide on a form that contradicts another: it replaces what stands, or is set aside. Raises `NotDisputed`, `NotFound`."""
    await colleague(session, by)
    await _hold_sheet(session, (await form_seen(session, form_id, by=by)).observation_id)
    form = (await session.exec(_fresh(Form).where(Form.id == form_id))).one()
    if form.standing != Standing.DISPUTED:
        raise NotDisputed("it was settled already, or nothing contradicts it: read it again")
    form.settled_at, form.settled_by, form.settled_because = clock.now(), by.id, settlement.reason
    if not settlement.adopt:
        form.standing = Standing.SET_ASIDE
        return
    await _land_kept(session, form, by=by.id)


async def forget_what_was_sent(session: Session, children: Collection[UUID]) -> None:
    """Let go of what forms noted about these children, who were erased; the fingerprint stays, so that the same form sent
    again brings nothing back.
    """
    about = select(Observation.id).where(col(Observation.child_id).in_(children))
    for form in await session.exec(_fresh(Form).where(col(Form.observation_id).in_(about))):
        form.sent = {name: value for name, value in form.sent.items() if name != "evidence"}
        form.settled_because = None


async def _hold_sheet(session: Session, observation_id: UUID) -> None:
    """Nobody else brings a form of this observation until this transaction ends."""
    entered = insert_or(session, Sheet).values(observation_id=observation_id)
    held = entered.on_conflict_do_update(
        index_elements=["observation_id"], set_={"observation_id": entered.excluded.observation_id}
    )
    await session.execute(held)


async def _observation(session: Session, observation_id: UUID) -> Observation | None:
    """The observation, locked. Its case is held first, as whoever hears of the case does."""
    wanted = _fresh(Observation).where(col(Observation.id) == observation_id).with_for_update()
    found: Observation | None = (await session.exec(wanted)).one_or_none()
    return found


async def _outcome(
    session: Session, form: Form, observation: Observation | None, *, forced: bool = False
) -> Standing | Dispute:
    standing = observation.version if observation else 0
    return landing(
        replaces=form.version - 1,
        standing=max(standing, form.version - 1) if forced else standing,
        same_observer=observation is None or observation.observer_id == form.observer_id,
        fed_back=observation is not None and observation.feedback_given_on is not None,
        second_coded=form.version > 1 and await is_second_coded(session, form.observation_id),
    )


async def _land(
    session: Session,
    form: Form,
    observation: Observation | None,
    posted: ObservationIn,
    found: Checked,
    *,
    by: str,
) -> None:
    """Make the observation what the form says; a new one may be drawn to be scored a second time."""
    version = max(form.version, observation.version + 1 if observation else 1)
    is_certified = await was_certified(session, form.observer_id, on=found.observed_on)
    if observation is None:
        recorded = await record(
            session, form.observation_id, posted, found=found, is_certified=is_certified, version=version, by=by
        )
        await draw(session, recorded)
    else:
        await edit(session, observation, posted, found=found, is_certified=is_certified, version=version, by=by)
    form.standing, form.landed_as = Standing.LANDED, version


async def _land_held(session: Session, observation_id: UUID, *, by: str, forced: bool = False) -> None:
    """Land those held forms whose turn has come, in the order of their versions; forced, every one."""
    waiting = _fresh(Form).where(Form.observation_id == observation_id, Form.standing == Standing.HELD)
    left = False
    for form in (await session.exec(waiting.order_by(col(Form.version), col(Form.id)))).all():
        try:
            left |= await _land_kept(session, form, by=by, forced=forced) is Standing.HELD
        except Problem:  # could have landed when it came, and nobody is there to be told
            _dispute(form, Dispute.REFUSED)
    if not left and not forced:
        await due.cancel(session, HELD_TOO_LONG, observation_id)


async def _land_kept(session: Session, form: Form, *, by: str, forced: bool = False) -> Standing | Dispute:
    """Land a form that was kept, if its turn has come; returns what became of it. One a person decided for has its turn."""
    case = await hold_case(session, form.episode_id)
    observation = await _observation(session, form.observation_id)
    outcome = Standing.LANDED if form.settled_by else await _outcome(session, form, observation, forced=forced)
    if isinstance(outcome, Dispute):
        _dispute(form, outcome)
    elif outcome is Standing.LANDED:
        observer = await session.get_one(KnownWorker, form.observer_id)
        posted = ObservationIn.model_validate(form.sent)
        found = await check(session, posted, observer=observer, case=case)
        form.is_forced = forced and form.version - 1 != (observation.version if observation else 0)
        await _land(session, form, observation, posted, found, by=by)
    return outcome


def _dispute(form: Form, why: Dispute) -> None:
    form.standing, form.disputed_because = Standing.DISPUTED, why


async def _raise_its_concern(session: Session, form: Form, posted: ObservationIn, found: Checked) -> None:
    """The safety concern on a form that does not land waits for nothing."""
    if posted.safety_concern:
        await raise_concern(
            session,
            form.observation_id,
            episode_id=posted.episode_id,
            worker_id=found.worker.worker_id,
            team=found.team,
            observer_id=found.observer.worker_id,
            observed_on=found.observed_on,
        )


async def _await_the_missing(session: Session, form: Form) -> None:
    """The clock runs from the first form that is held, and is not set back by the next."""
    others = select(Form.id).where(Form.observation_id == form.observation_id, Form.standing == Standing.HELD).limit(1)
    if (await session.exec(others)).one_or_none() is None:
        await due.at(session, HELD_TOO_LONG, form.observation_id, form.received_at + HELD_FOR)


def _fingerprint(posted: ObservationIn, observer: KnownWorker) -> bytes:
    """Of meaning: neither the order of fields, nor the zone or the time of the clock, nor the release of the app makes another
    form; another observer does. What is left at its default counts as not said, so that a new field changes no old form.
    """
    said = posted.model_dump(mode="json", exclude_defaults=True, exclude={"saved_at", "form"})
    meaning = said | {"evidence": posted.notes, "observer": str(observer.worker_id)}
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).digest()


def _fresh(table: type) -> Any:
    """A look at rows that others change meanwhile: what was read before the sheet was held says nothing."""
    return select(table).execution_options(populate_existing=True)
