"""Whether a printed summary can be true: means that no whole answers give, p that does not follow from t."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from services.reporting.evidence.intervals import two_sided


def possible_mean(printed: str, n: int, *, items: int = 1, step: Fraction = Fraction(1)) -> bool:
    """Whether so many people's answers in steps of `step` can have this mean, as printed (GRIM; Brown and Heathers, 2017).

    `printed` is the text, for its decimals count: `3.10` says more than `3.1`. Halves may have been rounded either way.
    """
    low, high = _rounded_from(printed)
    one = step / (n * items)
    return ceil(low / one) <= floor(high / one)


def possible_ns(printed: tuple[str, ...], up_to: int, *, step: Fraction = Fraction(1)) -> list[int]:
    """The numbers of people that could have given all of these means."""
    return [n for n in range(1, up_to + 1) if all(possible_mean(each, n, step=step) for each in printed)]


@dataclass(frozen=True)
class PrintedP:
    """What follows from t, beside what was printed."""

    two_sided: float
    one_sided: float
    agrees: str
    """`two-sided`, `one-sided` or `neither`."""


def p_of(t: float, df: float, printed: str) -> PrintedP:
    """Whether a printed p follows from its t; rounding, of t as of p, is allowed for. `printed` as `.017`, or `<.05`."""
    both = two_sided(t, df)
    if _follows(printed, both, t, df, sides=2):
        return PrintedP(both, both / 2, "two-sided")
    return PrintedP(both, both / 2, "one-sided" if _follows(printed, both / 2, t, df, sides=1) else "neither")


T_ROUNDED_BY = 0.005


def _follows(printed: str, p: float, t: float, df: float, *, sides: int) -> bool:
    if printed.startswith("<"):
        return p < float(printed[1:])
    low, high = _rounded_from(printed)
    smallest = two_sided(abs(t) + T_ROUNDED_BY, df) * sides / 2
    largest = two_sided(max(abs(t) - T_ROUNDED_BY, 0), df) * sides / 2
    return smallest <= high and largest >= low


def _rounded_from(printed: str) -> tuple[Fraction, Fraction]:
    """The least and the most that is printed so."""
    half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
    return Fraction(printed) - half, Fraction(printed) + half


def one_in(rate_per_10_000: float) -> float:
    """1 in how many: to one decimal at least, for a bare 1 in N has been rounded up as often as down."""
    return 10_000 / rate_per_10_000


def implied_population(count: int, rate_per_10_000: float) -> float:
    """The population that a count and its printed rate imply."""
    return 10_000 * count / rate_per_10_000


def open_before(*, at_the_end: int, begun: int, ended: int) -> int:
    """How many must have been open at the start: what stands, less what began, and what ended."""
    return at_the_end - begun + ended
