"""The children of the borough: who they are, when they were referred, and what came of it.

Drawn in the order of time, so that who is referred again is somebody whose case had closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import heappop, heappush
from random import Random

from services.demo.calibration import (
    AGES,
    DISABLED,
    DISABLED_CHILDREN,
    NEED_IS_DISABILITY,
    NEEDS,
    NO_FURTHER_ACTION,
    OPEN,
    REFERRALS_A_YEAR,
    REFERRED_AGAIN,
    SEASON,
    SEXES,
    Span,
    scaled,
)
from services.demo.cases import as_on, full_case, without_further_action
from services.demo.chances import Quota, age_of_open_episode, days_open, one_of, share_open, strata
from services.intake.sources.document import ChildDocument, StatedCase
from shared.calendar import add_months, first_day, is_working_day, last_day, month_of, months_between
from shared.contracts.codes import Disability, Ethnicity, PrimaryNeed

GONE_FOR_DAYS = 30
"""A child is referred again after at least so many days."""
ELDEST_DAYS = round(17.9 * 365.25)


COMMON_DISABILITIES = (Disability.LEARNING, Disability.AUTISM, Disability.MOBILITY)
OTHER_DISABILITIES = tuple(each for each in Disability if each not in {Disability.NONE, *COMMON_DISABILITIES})


@dataclass
class Child:
    """One child, with all that will ever be recorded."""

    about: ChildDocument
    team: int
    """Place of the team among `TEAMS`: the disabled children's, or the area's."""
    cases: list[StatedCase] = field(default_factory=list)

    @property
    def is_disabled(self) -> bool:
        return self.about.disabilities != (Disability.NONE,)

    @property
    def grown_up_on(self) -> date:
        """The last day on which a case may close: shortly before the eighteenth birthday."""
        assert self.about.born_on is not None
        return self.about.born_on + timedelta(days=ELDEST_DAYS)

    def record_on(self, day: date) -> ChildDocument:
        """What a case system states of the child on a day."""
        return as_on(self.about.model_copy(update={"cases": tuple(self.cases)}), day)

    def is_open_on(self, day: date) -> bool:
        return any(case.closed_on is not None and case.referred_on <= day < case.closed_on for case in self.cases)

    def days_of_news(self) -> Iterator[date]:
        """When a case was opened or closed."""
        for case in self.cases:
            yield case.referred_on
            if case.closed_on is not None:
                yield case.closed_on


def draw_children(chance: Random, span: Span, *, scale: float) -> list[Child]:
    """Everybody with a case open at the beginning of the history or referred since, in that order."""
    return _Borough(chance).filled(span, scale=scale)


class _Borough:
    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._children: list[Child] = []
        self._gone: list[tuple[date, int]] = []
        self._may_return: list[Child] = []

    def filled(self, span: Span, *, scale: float) -> list[Child]:
        """One borough, once."""
        self._begin(span.history_from, scaled(OPEN, scale))
        nothing, again = Quota(NO_FURTHER_ACTION), Quota(REFERRED_AGAIN)
        for days in _arrivals(self._chance, span, scale=scale):
            places = range(len(days))
            turned_away = set(self._chance.sample(places, nothing.of(len(days))))
            returning = set(self._chance.sample(places, again.of(len(days))))
            lengths = iter(strata(self._chance, len(days) - len(turned_away)))
            for place, day in enumerate(days):
                lasting = None if place in turned_away else max(days_open(next(lengths)), 1)
                child = self._one_who_returns(day) if place in returning else None
                self._refer(child or self._newcomer(day, lasting or 0), day, lasting)
        return self._children

    def _begin(self, day: date, count: int) -> None:
        """The cases open on the first day: long ones among them, as an open case is likely to be a long one."""
        for age, left in zip(strata(self._chance, count), strata(self._chance, count), strict=True):
            so_far = max(age_of_open_episode(age), 1)
            lasting = max(days_open(share_open(so_far) * left), so_far + 1)
            self._refer(self._newcomer(day - timedelta(days=so_far), lasting), day - timedelta(days=so_far), lasting)

    def _newcomer(self, referred_on: date, lasting: int) -> Child:
        chance = self._chance
        is_disabled = chance.random() * 100 < DISABLED
        disability = chance.choice(COMMON_DISABILITIES)
        number = len(self._children) + 1
        also = (OTHER_DISABILITIES[number % len(OTHER_DISABILITIES)],) if number % 3 == 0 else ()
        about = ChildDocument(
            la_child_id=f"DEMO{number:06d}",
            born_on=referred_on - timedelta(days=_age_in_days(chance, lasting)),
            sex=one_of(chance, SEXES),
            ethnicity=chance.choice(tuple(Ethnicity)),
            disabilities=(disability, *also) if is_disabled else (Disability.NONE,),
        )
        self._children.append(Child(about, DISABLED_CHILDREN if is_disabled else chance.randrange(DISABLED_CHILDREN)))
        return self._children[-1]

    def _refer(self, child: Child, day: date, lasting: int | None) -> None:
        """A referral, and the case that lasts so many days; None when there is no further action."""
        need = _need(self._chance, child)
        if lasting is not None:
            lasting = min(lasting, (child.grown_up_on - day).days)
        if lasting is None:
            child.cases.append(without_further_action(day, need, self._chance))
        else:
            child.cases.append(full_case(day, day + timedelta(days=lasting), need, self._chance))
        over = day + timedelta(days=(lasting or 0) + GONE_FOR_DAYS)
        heappush(self._gone, (over, int(child.about.la_child_id[4:])))

    def _one_who_returns(self, day: date) -> Child | None:
        """A child whose case is over and whose referral is not yet twelve months past; None while there is none."""
        while self._gone and self._gone[0][0] <= day:
            self._may_return.append(self._children[heappop(self._gone)[1] - 1])
        while self._may_return:
            place = self._chance.randrange(len(self._may_return))
            self._may_return[place], self._may_return[-1] = self._may_return[-1], self._may_return[place]
            child = self._may_return.pop()
            if day <= add_months(child.cases[-1].referred_on, 12) and day < child.grown_up_on:
                return child
        return None


def _arrivals(chance: Random, span: Span, *, scale: float) -> Iterator[list[date]]:
    """The days of each month's referrals, none after today. Every twelve months hold a year's referrals exactly."""
    months = months_between(month_of(span.history_from), month_of(add_months(span.history_from, 47)))
    referrals = Quota(1)
    for start in range(0, len(months), 12):
        year = months[start : start + 12]
        weights = [SEASON[int(month[5:]) - 1] * chance.uniform(0.94, 1.06) for month in year]
        for month, weight in zip(year, weights, strict=True):
            count = referrals.of(REFERRALS_A_YEAR * scale * weight / sum(weights))
            days = [first_day(month) + timedelta(days=n) for n in range(last_day(month).day)]
            drawn = sorted(chance.choices([day for day in days if is_working_day(day)], k=count))
            if drawn := [day for day in drawn if day <= span.today]:
                yield drawn


def _age_in_days(chance: Random, lasting: int) -> int:
    """The age at a referral: whoever has a long case before them is young enough to have it as a child."""
    low, high = chance.choices([years for years, _ in AGES], [percent for _, percent in AGES])[0]
    eldest = max(ELDEST_DAYS - lasting, 1)
    drawn = round(chance.uniform(low, high) * 365.25)
    return drawn if drawn <= eldest else chance.randint(0, eldest)


def _need(chance: Random, child: Child) -> PrimaryNeed:
    if child.is_disabled and chance.random() * DISABLED < NEED_IS_DISABILITY:
        return PrimaryNeed.CHILDS_DISABILITY
    return one_of(chance, NEEDS)
