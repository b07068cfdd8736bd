"""When the waves of a case are: counted from the day on which it was first allocated, in London, whatever happens to it after."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.observation.waves.stages import Stage
from shared.calendar import add_months, beginning_of

OPENS, UNBOOKED, CLOSES = "wave.opened", "wave.unbooked", "wave.closed"
"""The timers that run beside a wave: its window opens; it is due, with no day agreed on; its window has closed."""

T3_MONTHS = 12


class WaveName(StrEnum):
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    """Read off the records, for every case in the frame: nobody is asked."""


ASKED = (WaveName.T1, WaveName.T2)
"""The waves in which people are asked."""
DAYS = {WaveName.T1: (28, 21, 42), WaveName.T2: (122, 105, 150)}
"""Days after the allocation: due, the first of the window, the last of it. Four weeks and four months, as the evaluation of
2017 had them; the windows are ours. The 140 days of the earlier trial lie in the second.
"""


@dataclass(frozen=True)
class Window:
    due_on: date
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def opens_at(self) -> datetime:
        return beginning_of(self.first)

    @property
    def due_at(self) -> datetime:
        """The day on which it is due has begun."""
        return beginning_of(self.due_on)

    @property
    def closed_at(self) -> datetime:
        """The midnight in London that ends the last day of the window."""
        return beginning_of(self.last + timedelta(days=1))

    def stage_on(self, day: date) -> Stage:
        """Where a wave stands on a day of which nothing else is known."""
        if day < self.first:
            return Stage.PLANNED
        return Stage.OPEN if day <= self.last else Stage.LOST


def window(wave: WaveName, allocated_on: date) -> Window:
    """When a wave is, for a case allocated on a day."""
    if wave is WaveName.T3:
        day = add_months(allocated_on, T3_MONTHS)
        return Window(day, day, day)
    due, first, last = (allocated_on + timedelta(days=days) for days in DAYS[wave])
    return Window(due, first, last)
