"""What does not add up in a plan as it is stated. Nothing is refused or put right for it: a person should know of it."""

from collections.abc import Iterator

from services.reporting.benefits.plan import PlanIn

HALF_A_POINT = 0.5


def findings(plan: PlanIn) -> list[str]:
    """What whoever quotes the plan should know, in sentences."""
    return [*_totals(plan), *_target(plan), *_ranges(plan), *_gaps(plan)]


def _totals(plan: PlanIn) -> Iterator[str]:
    for total in plan.stated_totals:
        comes_to = sum(total.adds) - sum(total.takes)
        if comes_to != total.printed:
            yield f"{total.what}: printed as £{total.printed:,}, and its parts come to £{comes_to:,}."


def _target(plan: PlanIn) -> Iterator[str]:
    """The target in children and in per cent is of one number, or of two."""
    target, otherwise = plan.target, plan.otherwise.central
    if otherwise and abs((share := 100 * target.fewer_children / otherwise) - target.percent) >= HALF_A_POINT:
        base = 100 * target.fewer_children / target.percent if target.percent else 0
        yield (
            f"{target.fewer_children} fewer children is {share:.1f}% of {otherwise}, not {target.percent:g}%: "
            f"the target is of {base:.0f} children, a number that is not stated."
        )
    if target.now_promised_for != target.first_promised_for:
        yield f"The target was first for {target.first_promised_for} and is now for {target.now_promised_for}."


def _ranges(plan: PlanIn) -> Iterator[str]:
    if all(each.low == each.high for each in plan.cost_assumptions):
        yield "No range is stated for what a year of care costs: the range of what was avoided is too narrow."
    if plan.otherwise.low == plan.otherwise.high:
        yield "No range is stated for how many children would be looked after otherwise: the range of what was avoided is too narrow."


def _gaps(plan: PlanIn) -> Iterator[str]:
    stated = sum(each.actual is not None for each in plan.looked_after)
    if stated < 2:
        yield f"Of {stated} {'month' if stated == 1 else 'months'} the number of children is stated: nothing can be said of what was avoided over time."
