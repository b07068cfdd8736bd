"""What a figure looks like in print: to the nearest five, a percentage of what is printed, a symbol where there is none."""

from services.reporting.formats.table import Symbol, Value

TO = 5
FEWEST = 8
"""A count of 1 to 7 is not printed (NHS and OpenSAFELY; DfE's own floor is 1 to 5). Nought is, as DfE does."""


def rounded(count: int) -> int:
    """To the nearest five: no count stands half way."""
    return TO * ((count + TO // 2) // TO)


def could_be(printed: int) -> tuple[int, int]:
    """The least and the most that a printed count may stand for."""
    return (0, 0) if printed == 0 else (max(FEWEST, printed - TO // 2), printed + TO // 2)


def share(numerator: Value, denominator: Value) -> Value:
    """A percentage made of what is printed, so that it tells no more than that."""
    if Symbol.SUPPRESSED in (numerator, denominator):
        return Symbol.SUPPRESSED
    if isinstance(numerator, str) or isinstance(denominator, str) or not denominator:
        return Symbol.NOT_APPLICABLE
    percent = round(100 * numerator / denominator, 1)
    return Symbol.LOW if numerator and not percent else percent
