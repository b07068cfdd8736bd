"""By what figures are broken down: each case stands under one category of each, told by its referral and its child.

One breakdown at a time, and of all teams together: every cross of two would multiply the cells, and single out children.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from shared.contracts.codes import EXTRA_FAMILIAL, Disability, Ethnicity, OfferKind
from shared.contracts.intake import ChildState, Referral

NOT_STATED = "not stated"
Categories: TypeAlias = tuple[tuple[str, str], ...]
"""Under which category of each breakdown a case stands, as (breakdown, category)."""

ETHNIC_GROUPS = {
    **dict.fromkeys(("WBRI", "WIRI", "WIRT", "WOTH", "WROM"), "white"),
    **dict.fromkeys(("MWBC", "MWBA", "MWAS", "MOTH"), "mixed"),
    **dict.fromkeys(("AIND", "APKN", "ABAN", "AOTH", "CHNE"), "asian"),
    **dict.fromkeys(("BCRB", "BAFR", "BOTH"), "black"),
    "OOTH": "other",
}
"""As the DfE publishes them; Chinese stands with Asian since the census of 2011."""


@dataclass(frozen=True)
class Breakdown:
    """One thing figures are broken down by."""

    id: str
    title: str
    sentence: str
    category: Callable[[ChildState, Referral], str] | None = None
    """None where no source states it yet."""


def _need(_child: ChildState, referral: Referral) -> str:
    return str(referral.primary_need or NOT_STATED)


def _source(_child: ChildState, referral: Referral) -> str:
    return source_group(referral)


def source_group(referral: Referral) -> str:
    """The group of the DfE's code: `3` of `3C`."""
    return str(referral.source).rstrip("ABCDEF") if referral.source else NOT_STATED


def _age(_child: ChildState, referral: Referral) -> str:
    return str(referral.age_band or NOT_STATED)


def _sex(child: ChildState, _referral: Referral) -> str:
    return str(child.sex or NOT_STATED)


def _ethnicity(child: ChildState, _referral: Referral) -> str:
    told = child.ethnicity not in {None, Ethnicity.REFUSED, Ethnicity.NOT_OBTAINED}
    return ETHNIC_GROUPS[str(child.ethnicity)] if told else NOT_STATED


def _disability(child: ChildState, _referral: Referral) -> str:
    if not child.disabilities:
        return NOT_STATED
    return "disabled" if set(child.disabilities) - {Disability.NONE} else "not disabled"


def _harm(child: ChildState, referral: Referral) -> str:
    """By the places of all goals of the case, so that it does not change as goals are met."""
    of_case = (each for each in child.episodes if each.referral_id == referral.id)
    outside = {goal.place in EXTRA_FAMILIAL for episode in of_case for goal in episode.goals}
    return {(): NOT_STATED, (False,): "home", (True,): "outside the home"}.get(tuple(outside), "home and outside")


def _offer(child: ChildState, referral: Referral) -> str:
    """A case once given the enhanced offer stays one of those chosen for it."""
    of_case = (each for each in child.episodes if each.referral_id == referral.id)
    given = {offer.offer for episode in of_case for offer in episode.offers if offer.given_from is not None}
    return str(OfferKind.ENHANCED if OfferKind.ENHANCED in given else next(iter(given), NOT_STATED))


BREAKDOWNS = (
    Breakdown("need", "Primary need", "The primary need of the referral, N0 to N9.", _need),
    Breakdown("source", "Source of referral", "Who referred: the group of the DfE's code, 1 to 10.", _source),
    Breakdown("age", "Age at referral", "The child's age on the day of the referral, in the DfE's bands.", _age),
    Breakdown("sex", "Sex", "As recorded of the child: M, F or U.", _sex),
    Breakdown("ethnicity", "Ethnic group", "The group of the child's ethnicity as recorded.", _ethnicity),
    Breakdown("disability", "Disability", "Whether any disability is recorded of the child.", _disability),
    Breakdown("harm", "Where the harm is", "Where the family's goals of the case say that the harm is.", _harm),
    Breakdown("offer", "Offer", "The offer that the family was given, the enhanced one if it ever was.", _offer),
    Breakdown("deprivation", "Deprivation", "The deprivation band of where the child lives."),
)
BY_WHAT = {each.id: each for each in BREAKDOWNS}
STATED = tuple((each.id, each.category) for each in BREAKDOWNS if each.category is not None)


def categories(child: ChildState) -> dict[UUID, Categories]:
    """Under what each case of a child stands, by its referral."""
    return {
        referral.id: tuple((name, category(child, referral)) for name, category in STATED)
        for referral in child.referrals
    }
