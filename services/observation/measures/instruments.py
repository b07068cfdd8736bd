"""Instruments as data: how many places, what may stand in them, who answers, and how the answers become scores.

Places have numbers and no words: most wording is its owner's, and the authority that has a licence loads it. A version is
never changed, for answers are scored by the version they were given to; another keying is another version.

Sources: bond, task and goal, and the places turned round, as in the short working alliance inventory (Tracey and Kokotovic
1989); the two ways to score twelve items on stress (Goldberg 1978, Likert and 0-0-1-1, a case from 4); the family scale's
three parts (Stratton 2010), turned round so that high is more difficulty.
"""

from collections.abc import Mapping
from dataclasses import replace

from services.observation.measures.goals import HIGHEST_GAIN, HIGHEST_WEIGHT
from services.observation.measures.scoring import CARERS, FAMILY, Better, Instrument, Respondent, Scale, Way
from shared.problems import Unprocessable


class InstrumentNotKnown(Unprocessable):
    title = "There is no such version of such an instrument"
    at = "/instrument"


ALL_12, ALL_15 = tuple(range(1, 13)), tuple(range(1, 16))

HOW_ENGAGED = "How the parent finds working with the worker: bond, task and goal."

ENGAGEMENT = Instrument(
    code="engagement",
    version=1,
    measures=f"{HOW_ENGAGED} Places 4 and 10 are worded the other way round.",
    places=12,
    lowest=1,
    highest=7,
    respondents=FAMILY,
    scales=(
        Scale("mean", ALL_12, Way.MEAN),
        Scale("sum", ALL_12),
        Scale("task", (1, 2, 8, 12), Way.MEAN),
        Scale("bond", (3, 5, 7, 9), Way.MEAN),
        Scale("goal", (4, 6, 10, 11), Way.MEAN),
    ),
    better=Better.HIGHER,
    minutes=4,
    licence="The wording is its owner's: the authority asks for permission and loads it.",
    turned=frozenset({4, 10}),
    youngest=12,
)

INSTRUMENTS: Mapping[tuple[str, int], Instrument] = {
    (each.code, each.version): each
    for each in (
        ENGAGEMENT,
        replace(
            ENGAGEMENT,
            version=2,
            measures=f"{HOW_ENGAGED} Every place is worded the same way round.",
            turned=frozenset(),
        ),
        Instrument(
            code="engagement_as_seen",
            version=1,
            measures="How engaged the parent was, as whoever observed or interviewed rates it. A series of its own.",
            places=1,
            lowest=1,
            highest=7,
            respondents=frozenset({Respondent.RESEARCHER}),
            scales=(Scale("rating", (1,)),),
            better=Better.HIGHER,
            minutes=1,
            licence="Ours.",
            most_missing=0,
        ),
        Instrument(
            code="life_rating",
            version=1,
            measures="How life is going, all in all. Asked of an earlier day it is a memory, and says so.",
            places=1,
            lowest=0,
            highest=10,
            respondents=FAMILY,
            scales=(Scale("rating", (1,)),),
            better=Better.HIGHER,
            minutes=1,
            licence="Ours; for children below eight with faces.",
            most_missing=0,
            youngest=4,
            looks_back=True,
        ),
        Instrument(
            code="stress",
            version=1,
            measures="How strained somebody has been of late, twelve items.",
            places=12,
            lowest=0,
            highest=3,
            respondents=CARERS,
            scales=(
                Scale("likert", ALL_12),
                Scale("caseness", ALL_12, counts_as={1: 0, 2: 1, 3: 1}, case_from=4),
            ),
            better=Better.LOWER,
            minutes=3,
            licence="The wording is licensed: the authority buys the licence and loads it.",
        ),
        Instrument(
            code="family_functioning",
            version=1,
            measures="How the family gets on, fifteen items; high is more difficulty.",
            places=15,
            lowest=1,
            highest=5,
            respondents=FAMILY,
            scales=(
                Scale("sum", ALL_15),
                Scale("mean", ALL_15, Way.MEAN),
                Scale("strengths", (1, 3, 6, 10, 15), Way.MEAN),
                Scale("overwhelmed", (5, 7, 9, 11, 14), Way.MEAN),
                Scale("disrupted_communication", (2, 4, 8, 12, 13), Way.MEAN),
            ),
            better=Better.LOWER,
            minutes=5,
            licence="The wording is free to use and not ours to ship.",
            turned=frozenset({2, 4, 5, 7, 8, 9, 11, 12, 13, 14}),
            youngest=12,
        ),
        Instrument(
            code="goal_attainment",
            version=1,
            measures="How far what was agreed beforehand was attained: each goal from -2, much less than expected, to +2.",
            places=10,
            lowest=-HIGHEST_GAIN,
            highest=HIGHEST_GAIN,
            respondents=FAMILY | {Respondent.WORKER},
            scales=(Scale("t", (), Way.GOAL_ATTAINMENT),),
            better=Better.HIGHER,
            minutes=5,
            licence=f"Free. Each goal has a weight from 1 to {HIGHEST_WEIGHT}; 50 is as expected.",
            most_missing=0,
            youngest=8,
            of_goals=True,
        ),
        Instrument(
            code="goal_based_outcomes",
            version=1,
            measures="How close somebody is to up to three goals of their own, each from 0 to 10.",
            places=3,
            lowest=0,
            highest=10,
            respondents=FAMILY,
            scales=(Scale("mean", (), Way.MEAN),),
            better=Better.HIGHER,
            minutes=3,
            licence="The wording of its forms is licensed for use without profit; none is shipped.",
            most_missing=0,
            youngest=8,
            of_goals=True,
        ),
    )
}
"""Every version that answers were ever given to."""


def instrument_of(code: str, version: int) -> Instrument:
    """The instrument of this code in this version. Raises `InstrumentNotKnown`."""
    if (code, version) not in INSTRUMENTS:
        raise InstrumentNotKnown("read /v1/instruments for those there are")
    return INSTRUMENTS[code, version]
