"""What is stated of a programme: amounts in whole pounds, months, numbers of children, each with its source."""

from typing import Annotated, Self

from annotated_types import Interval, Len
from pydantic import Field, StringConstraints, model_validator

from shared.calendar import Month
from shared.web.shapes import In, Line

MonthStated = Annotated[str, StringConstraints(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$")]
Pounds = Annotated[int, Interval(ge=0, le=10**9)]
Children = Annotated[int, Interval(ge=0, le=100_000)]


class Phase(In):
    name: Line
    planned_first: MonthStated
    planned_last: MonthStated
    last: MonthStated | None = None
    """When it really ended, or is now expected to; null while the plan holds."""

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not self.planned_first <= self.planned_last:
            raise ValueError("a phase begins before it ends")
        return self


class CostAssumption(In):
    """What a year of care for one child costs, from a month on until another assumption is in force."""

    in_force_from: MonthStated
    low: Pounds
    central: Pounds
    high: Pounds
    source: Line

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not self.low <= self.central <= self.high:
            raise ValueError("low is at most central, and central at most high")
        return self


class Otherwise(In):
    """How many children would be looked after without the programme. Nobody can know: a judgement, and as a range."""

    low: Children
    central: Children
    high: Children
    source: Line

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not self.low <= self.central <= self.high:
            raise ValueError("low is at most central, and central at most high")
        return self


class LookedAfter(In):
    """Children looked after at the end of a month."""

    month: MonthStated
    planned: Children | None = None
    actual: Children | None = None
    source: Line


class Spend(In):
    """What the programme costs in a financial year, which ends in `year`."""

    year: Annotated[int, Interval(ge=1990, le=2200)]
    what: Line
    planned: Pounds
    actual: Pounds | None = None
    source: Line


class Target(In):
    """What the plan promised: so many fewer children, which it calls so many per cent."""

    fewer_children: Children
    percent: Annotated[float, Interval(ge=0, le=100)]
    first_promised_for: MonthStated
    now_promised_for: MonthStated


class StatedTotal(In):
    """A total that somebody printed, with what it is made of."""

    what: Line
    adds: Annotated[list[Pounds], Len(1, 50)]
    takes: Annotated[list[Pounds], Len(0, 50)] = Field(default_factory=list)
    printed: Pounds
    source: Line


class PlanIn(In):
    """A programme as it was planned and as it has gone so far."""

    title: Line
    otherwise: Otherwise
    target: Target
    phases: Annotated[list[Phase], Len(1, 20)]
    cost_assumptions: Annotated[list[CostAssumption], Len(1, 50)]
    looked_after: Annotated[list[LookedAfter], Len(1, 240)]
    spend: Annotated[list[Spend], Len(0, 200)] = Field(default_factory=list)
    stated_totals: Annotated[list[StatedTotal], Len(0, 50)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_each_month_once(self) -> Self:
        for months in ([each.month for each in self.looked_after], [a.in_force_from for a in self.cost_assumptions]):
            if len(set(months)) != len(months):
                raise ValueError("a month is stated once")
        if min(a.in_force_from for a in self.cost_assumptions) > min(each.month for each in self.looked_after):
            raise ValueError("a cost assumption is in force from the first month on")
        return self

    @property
    def months(self) -> list[LookedAfter]:
        return sorted(self.looked_after, key=lambda each: each.month)

    def cost_in(self, month: Month) -> CostAssumption:
        """The assumption in force in a month."""
        in_force = [each for each in self.cost_assumptions if each.in_force_from <= month]
        return max(in_force, key=lambda each: each.in_force_from)
