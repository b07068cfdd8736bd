"""What a report says in words: never more than the data allow."""

from services.reporting.evidence.intervals import Mean

FEWEST_OBSERVATIONS, FEWEST_WORKERS = 5, 3
"""A team's means are shown from five observations of three workers: below that they would describe a person."""
TOO_FEW = f"too few to report: a mean needs {FEWEST_OBSERVATIONS} observations of {FEWEST_WORKERS} workers"

NOTES = (
    "Observations of one worker resemble one another; the intervals treat them as independent and are therefore narrow.",
    "Scores describe the practice that was observed. They say nothing by themselves about what changed for a child.",
    "The figures are provisional until the period is published: observations may still arrive.",
)


def is_enough(found: Mean | None, workers: int) -> bool:
    return found is not None and found.n >= FEWEST_OBSERVATIONS and workers >= FEWEST_WORKERS


def headline(when: str, *, observations: int, workers: int, found: Mean | None) -> str:
    """One sentence with its n and its interval; no comparison, because one period shows no change.

    `found` is the mean of all seven skills, or None when it is of too few.
    """
    if observations == 0:
        return f"No practice was observed in {when}."
    counted = (
        f"{observations} {_plural(observations, 'observation')} of {workers} {_plural(workers, 'worker')} in {when}"
    )
    if found is None:
        return f"{counted}: too few to report a mean."
    if found.interval is None:
        return f"{counted}: mean practice skill {found.mean:.2f} of 5 (n = {found.n})."
    low, high = found.interval.low, found.interval.high
    return (
        f"{counted}: mean practice skill {found.mean:.2f} of 5 (95% interval {low:.2f} to {high:.2f}, n = {found.n})."
    )


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
