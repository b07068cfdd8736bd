"""The schedule of waves: in step with their case, whatever becomes of it, and prompting each once on its day."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from services.observation.cohort.models import Participation
from services.observation.cohort.stages import Stage as CaseStage
from services.observation.speaking import participations_changed
from services.observation.waves.models import ContactAttempt, Wave
from services.observation.waves.stages import AWAITING, Lost, Stage, move
from services.observation.waves.windows import ASKED, CLOSES, OPENS, UNBOOKED, WaveName, window
from shared import clock, due
from shared.contracts.state import Change
from shared.database import Session
from shared.ids import new_id

FOLLOWED = frozenset({CaseStage.SELECTED, CaseStage.APPROACHED})
BY_THE_CLOCK = frozenset({Lost.NOT_REACHED, Lost.NOT_TRIED})


async def keep_in_step(session: Session, participations: Sequence[Participation]) -> dict[UUID, list[Change]]:
    """Plan, move, call off and take up the waves of cases that this transaction has entered or locked, so that they are as the
    case is now; returns what changed, by participation. Done twice it is done once.
    """
    ids = [each.id for each in participations]
    kept: dict[UUID, dict[str, Wave]] = defaultdict(dict)
    for wave in await session.exec(select(Wave).where(col(Wave.participation_id).in_(ids))):
        kept[wave.participation_id][wave.name] = wave
    today, changes = clock.today(), {}
    for case in participations:
        for name in WaveName:
            if name not in kept[case.id] and _is_wanted(name, case):
                kept[case.id][name] = _planned(name, case)
        waves = list(kept[case.id].values())
        session.add_all(waves)
        changes[case.id] = [change for wave in waves for change in _in_step(wave, case, today)]
        for wave in waves:
            await set_timers(session, wave)
    return changes


def _is_wanted(name: str, case: Participation) -> bool:
    """T3 is of every case in the frame, the others are of those that are followed; none is of a case that is gone."""
    if case.gone_on is not None:
        return False
    return name == WaveName.T3 or (case.stage in FOLLOWED and not case.died)


def _planned(name: WaveName, case: Participation) -> Wave:
    when = window(name, case.allocated_on)
    return Wave(
        id=new_id(),
        participation_id=case.id,
        name=name,
        stage=Stage.PLANNED,
        due_on=when.due_on,
        window_from=when.first,
        window_until=when.last,
    )


def _in_step(wave: Wave, case: Participation, today: date) -> list[Change]:
    if not _is_wanted(wave.name, case):
        return [call_off(wave, today)] if wave.stage in AWAITING else []
    when = window(WaveName(wave.name), case.allocated_on)
    is_moved = when != wave.window
    wave.due_on, wave.window_from, wave.window_until = when.due_on, when.first, when.last
    closed_by_the_clock = wave.stage == Stage.LOST and wave.lost_because in BY_THE_CLOCK
    if wave.stage in {Stage.PLANNED, Stage.CALLED_OFF} or (
        is_moved and (wave.stage == Stage.OPEN or closed_by_the_clock)
    ):
        return stand(wave, today)
    return []


def stand(wave: Wave, today: date) -> list[Change]:
    """Move a wave to where the day alone has it, as if nothing had been done about it yet."""
    at = wave.window.stage_on(today)
    if wave.name == WaveName.T3 and at is not Stage.PLANNED:
        return [take(wave, wave.due_on)]
    if at == wave.stage:
        return []
    wave.stage = move(Stage(wave.stage), to=at)
    wave.lost_on = wave.lost_because = None
    if at is Stage.PLANNED:
        wave.opened_on = wave.unbooked_flagged_on = None
        return []
    opened = [] if wave.opened_on else [Change(what="wave.opened", item_id=wave.id, on=today)]
    wave.opened_on = wave.opened_on or today
    if at is Stage.OPEN:
        return opened
    wave.lost_on, wave.lost_because = today, Lost.NOT_TRIED
    return [*opened, Change(what="wave.lost", item_id=wave.id, on=today)]


def take(wave: Wave, on: date) -> Change:
    wave.stage, wave.taken_on = move(Stage(wave.stage), to=Stage.TAKEN), on
    wave.lost_on = wave.lost_because = None
    return Change(what="wave.taken", item_id=wave.id, on=on)


def lose(wave: Wave, because: Lost, on: date) -> Change:
    wave.stage, wave.lost_on, wave.lost_because = move(Stage(wave.stage), to=Stage.LOST), on, because
    wave.taken_on = wave.booked_for = None
    return Change(what="wave.lost", item_id=wave.id, on=on)


def call_off(wave: Wave, on: date) -> Change:
    wave.stage, wave.booked_for = move(Stage(wave.stage), to=Stage.CALLED_OFF), None
    return Change(what="wave.called_off", item_id=wave.id, on=on)


async def set_timers(session: Session, wave: Wave) -> None:
    """What is to happen to a wave by itself from here on. Whoever moves one comes past here."""
    when, awaits = wave.window, wave.stage in AWAITING
    is_asked = wave.name in ASKED
    wanted = {
        OPENS: when.opens_at if wave.stage == Stage.PLANNED else None,
        UNBOOKED: when.due_at if awaits and is_asked and wave.unbooked_flagged_on is None else None,
        CLOSES: when.closed_at if awaits and is_asked else None,
    }
    for kind, instant in wanted.items():
        if instant is None:
            await due.cancel(session, kind, wave.id)
        else:
            await due.at(session, kind, wave.id, instant)


async def open_windows(session: Session, waves: Sequence[UUID]) -> None:
    """Say, once, which of these may be asked now; what is on record after twelve months is then known."""
    today = clock.today()
    await _prompt(session, waves, lambda wave: stand(wave, today) if wave.stage == Stage.PLANNED else [])


async def flag_unbooked(session: Session, waves: Sequence[UUID]) -> None:
    """Say, once, which of these are due with no day agreed on that is yet to come: who is not asked now is lost."""
    today = clock.today()

    def flagged(wave: Wave) -> list[Change]:
        is_booked = wave.booked_for is not None and wave.booked_for >= today
        if wave.stage not in AWAITING or is_booked or wave.unbooked_flagged_on is not None:
            return []
        wave.unbooked_flagged_on = today
        return [Change(what="wave.unbooked", item_id=wave.id, on=today)]

    await _prompt(session, waves, flagged)


async def close_windows(session: Session, waves: Sequence[UUID]) -> None:
    """Say, once, which of these were lost because their window has closed, and whether anybody had tried."""
    today = clock.today()
    tried = select(ContactAttempt.wave_id).where(col(ContactAttempt.wave_id).in_(waves)).distinct()
    were_tried = set((await session.exec(tried)).all())

    def closed(wave: Wave) -> list[Change]:
        if wave.stage not in AWAITING:
            return []
        opened = [] if wave.opened_on else [Change(what="wave.opened", item_id=wave.id, on=today)]
        wave.opened_on = wave.opened_on or today
        return [*opened, lose(wave, Lost.NOT_REACHED if wave.id in were_tried else Lost.NOT_TRIED, today)]

    await _prompt(session, waves, closed)


async def _prompt(session: Session, waves: Sequence[UUID], step: Callable[[Wave], list[Change]]) -> None:
    """Let a step happen to waves whose timers have fired: their cases are locked first, as by whoever changes them."""
    wanted = (
        select(Participation, Wave)
        .join(Wave, col(Wave.participation_id) == Participation.id)
        .where(col(Wave.id).in_(waves))
        .order_by(col(Participation.id), col(Wave.name))
        .with_for_update(of=Participation)
    )
    happened: dict[UUID, tuple[Participation, list[Change]]] = {}
    for case, wave in await session.exec(wanted.execution_options(populate_existing=True)):
        if changes := step(wave):
            happened.setdefault(case.id, (case, []))[1].extend(changes)
    await participations_changed(session, list(happened.values()), by=session.info["service"])
