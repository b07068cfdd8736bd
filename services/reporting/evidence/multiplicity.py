"""Many tests at once: one outcome is named beforehand and stands alone, the others are adjusted as one family."""

from collections.abc import Sequence

from scipy import stats


def adjusted(ps: Sequence[float | None]) -> list[float | None]:
    """Benjamini and Hochberg's: of what is called a finding, at most one in twenty is expected to be none.

    Where nothing was tested there is nothing to adjust, and it does not count towards the family.
    """
    tested = [p for p in ps if p is not None]
    if not tested:
        return list(ps)
    found = iter(stats.false_discovery_control(tested).tolist())
    return [None if p is None else float(next(found)) for p in ps]
