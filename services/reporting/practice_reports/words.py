"""What a report says in words: every sentence passes the gate."""

from services.reporting.evidence.claims import Basis, Claim, Design, compared, say
from services.reporting.evidence.clusters import FEWEST_WORKERS_TO_TEST
from services.reporting.evidence.intervals import Interval, Mean
from services.reporting.practice_reports.skills import FEWEST_OBSERVATIONS, FEWEST_WORKERS

TOO_FEW = f"too few to report: a mean needs {FEWEST_OBSERVATIONS} observations of {FEWEST_WORKERS} workers"
TOO_FEW_WORKERS = f"a change is tested from {FEWEST_WORKERS_TO_TEST} different workers on"
NO_SPREAD = "the scores do not vary, so there is nothing to judge chance by"
PRIMARY = "the mean of all seven skills in the whole service, beside the period before"

NOTES = (
    "Observations of one worker resemble one another: intervals and tests are by worker, and as wide as that makes them.",
    "Scores of observers who were not certified on the day, and of a worker's own manager, are fed back and not in the means.",
    "Scores describe the practice that was observed. They say nothing by themselves about what changed for a child.",
    "Two periods are of different families, and mostly of the same workers.",
    "Who was asked and declined, and who was lost before the end, is not heard of here and not allowed for.",
    "The figures are provisional until the period is published: observations may still arrive.",
)


def headline(when: str, *, observations: int, workers: int, found: Mean | None) -> Claim:
    """One sentence with its n and its interval, about this period alone.

    `found` is the mean of all seven skills, or None when it is of too few.
    """
    basis = Basis(Design.DESCRIBED, found.n if found else 0, workers=workers)
    if observations == 0:
        return say(f"No practice was observed in {when}.", basis)
    counted = (
        f"{observations} {_plural(observations, 'observation')} of {workers} {_plural(workers, 'worker')} in {when}"
    )
    if found is None:
        return say(f"{counted}: too few to report a mean.", basis)
    mean = f"{counted}: mean practice skill {found.mean:.2f} of 5"
    if found.interval is None:
        return say(f"{mean} (n = {found.n}).", basis)
    low, high = found.interval.low, found.interval.high
    return say(f"{mean} (95% interval {low:.2f} to {high:.2f}, n = {found.n}).", basis)


def comparison(
    difference: float, *, since: str, n: int, workers: int, interval: Interval | None, p: float | None
) -> Claim:
    """How the mean of all seven compares with the period before. `n` is of the smaller period, `p` adjusted."""
    basis = Basis(Design.COMPARED, n, workers=workers, change=interval, p=p, high_is_good=True)
    return compared("Mean practice skill", by=difference, since=since, basis=basis)


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
