"""Whether two records are of one child: the evidence, piece by piece, and what it comes to.

Weights are roughly the binary logarithm of how much likelier a finding is of one child than of two (Fellegi and Sunter,
1969). They were set on a made-up register and are held by a test to precision 0.995 and recall 0.95. Brothers, sisters and
twins share everything but the forename: where forenames are other names, nothing but a number makes two records one child.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from rapidfuzz.distance import OSA

from services.intake.people.names import Name, Near, near, parts

LIKELY, POSSIBLE = 22, 17
"""A pair that comes to so much is likely one child, or may be."""

NOT_KNOWN = -2
"""A name that one of them has not."""
FORENAMES = {
    Near.SAME: 8,
    Near.SPELLING: 7,
    Near.PART: 6,
    Near.SLIP: 7,
    Near.ALIKE: 2,
    Near.OTHER: -30,
    Near.UNKNOWN: NOT_KNOWN,
}
SURNAMES = {
    Near.SAME: 7,
    Near.SPELLING: 6,
    Near.PART: 5,
    Near.SLIP: 6,
    Near.ALIKE: 5,
    Near.OTHER: -5,
    Near.UNKNOWN: NOT_KNOWN,
}
CHANGED_PLACES = -1
"""Forename and surname written each in the other's place."""
SAME_SEX, OTHER_SEX = 0, -4
SAME_POSTCODE, OTHER_POSTCODE = 3, -1
OTHER_NUMBER = -12
"""Two different numbers of which each child has one."""
COMMON_NAME = -4
"""Where several children bear the same names, names and a date that is not quite the same are less."""
SEVERAL = 5


class Born(StrEnum):
    SAME = "same"
    SWAPPED = "day_and_month_swapped"
    SLIP = "slip"
    OTHER = "other"
    UNKNOWN = "unknown"


DATES = {Born.SAME: 12, Born.SWAPPED: 9, Born.SLIP: 7, Born.OTHER: -12, Born.UNKNOWN: 0}


class Likeness(StrEnum):
    LIKELY = "likely"
    POSSIBLE = "possible"
    DIFFERENT = "different"


@dataclass(frozen=True)
class Record:
    """What is known of a child that tells one from another."""

    forename: str | None = None
    surname: str | None = None
    born_on: date | None = None
    sex: str | None = None
    upn: str | None = None
    nhs_number: str | None = None
    postcode: str | None = None
    family: object = None
    """What children of one family have in common, if it is known."""

    @cached_property
    def forenames(self) -> Name:
        return parts(self.forename)

    @cached_property
    def surnames(self) -> Name:
        return parts(self.surname)


@dataclass(frozen=True)
class Piece:
    """One piece of evidence: codes, never what was compared."""

    of: str
    found: str
    weight: int


@dataclass(frozen=True)
class Judged:
    """What is to be thought of a pair of records, and why."""

    likeness: Likeness
    weight: int
    evidence: tuple[Piece, ...] = field(default=())


def judge(one: Record, other: Record, *, namesakes: int = 0) -> Judged:
    """Compare two records. `namesakes`: how many others are known whose names sound the same."""
    evidence = tuple(_evidence(one, other, namesakes=namesakes))
    weight = sum(piece.weight for piece in evidence)
    shares_a_number = any(piece.of in {"upn", "nhs_number"} and piece.found == "same" for piece in evidence)
    if shares_a_number:
        # A number may have been given to the wrong twin: then a person must look.
        likeness = Likeness.LIKELY if weight >= POSSIBLE or _is_silent(evidence) else Likeness.POSSIBLE
    elif weight >= LIKELY:
        likeness = Likeness.LIKELY
    else:
        likeness = Likeness.POSSIBLE if weight >= POSSIBLE else Likeness.DIFFERENT
    return Judged(likeness, weight, evidence)


def _is_silent(evidence: tuple[Piece, ...]) -> bool:
    """Nothing but the number was there to be compared, or nothing that was speaks against it."""
    return all(piece.weight >= NOT_KNOWN for piece in evidence)


def _evidence(one: Record, other: Record, *, namesakes: int) -> Iterator[Piece]:
    for number in ("upn", "nhs_number"):
        mine, theirs = getattr(one, number), getattr(other, number)
        if mine and theirs:
            yield Piece(number, "same", 20) if mine == theirs else Piece(number, "other", OTHER_NUMBER)
    forename, surname, changed_places = _names(one, other)
    born = compare_dates(one.born_on, other.born_on)
    if changed_places:
        yield Piece("names", "changed_places", CHANGED_PLACES)
    yield Piece("forename", forename, FORENAMES[forename])
    yield Piece("surname", surname, SURNAMES[surname])
    yield Piece("born_on", born, DATES[born])
    is_the_name = forename in {Near.SAME, Near.SPELLING}
    if born is not Born.SAME and namesakes >= SEVERAL:
        yield Piece("names", "common", COMMON_NAME)
    if one.sex and other.sex and "U" not in (one.sex, other.sex):
        yield Piece("sex", "same", SAME_SEX) if one.sex == other.sex else Piece("sex", "other", OTHER_SEX)
    if one.postcode and other.postcode:
        if one.postcode != other.postcode:
            yield Piece("postcode", "other", OTHER_POSTCODE)
        elif is_the_name:  # brothers and sisters live together
            yield Piece("postcode", "same", SAME_POSTCODE)
    if one.family is not None and one.family == other.family and not is_the_name:
        yield Piece("family", "brother_or_sister", OTHER_NUMBER)


def _names(one: Record, other: Record) -> tuple[Near, Near, bool]:
    """How near forenames and surnames are; each in the other's place where that is nearer by far."""
    straight = near(one.forenames, other.forenames), near(one.surnames, other.surnames)
    if straight[0] is Near.OTHER:
        crossed = near(one.forenames, other.surnames), near(one.surnames, other.forenames)
        if all(SURNAMES[each] > 0 for each in crossed):
            return (*crossed, True)
    return (*straight, False)


def compare_dates(one: date | None, other: date | None) -> Born:
    if one is None or other is None:
        return Born.UNKNOWN
    if one == other:
        return Born.SAME
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return Born.SWAPPED
    return Born.SLIP if OSA.distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}") == 1 else Born.OTHER
