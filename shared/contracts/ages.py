"""The bands in which a child's age is said, in place of a day of birth."""

from enum import StrEnum


class AgeBand(StrEnum):
    """A child's age in the bands that the DfE publishes."""

    UNBORN = "unborn"
    UNDER_1 = "under 1"
    FROM_1 = "1 to 4"
    FROM_5 = "5 to 9"
    FROM_10 = "10 to 15"
    FROM_16 = "16 and over"
