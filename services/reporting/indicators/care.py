"""Children looked after: how many, how they come into care and leave it, and how often they move; what leads there.

Short breaks (V3, V4) are not counted as being looked after, as in the DfE's return.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from services.reporting.indicators.attribution import STANDS_WITH
from services.reporting.indicators.indicator import CARE_RETURN, DATASET, Contribution, Indicator, Kind, Polarity, done
from services.reporting.indicators.standing import DENOMINATOR, spans, standing
from services.reporting.indicators.timeliness import months_on
from shared.calendar import financial_year, month_of
from shared.contracts.codes import CareCeasedReason, CareStartReason, LegalStatus, MeetingKind
from shared.contracts.intake import CareEpisode, ChildState, Episode

SHORT_BREAKS = (LegalStatus.SHORT_BREAKS, LegalStatus.SHORT_BREAKS_AGREED)
ROUTES = {
    LegalStatus.INTERIM_CARE_ORDER: "care order",
    LegalStatus.FULL_CARE_ORDER: "care order",
    LegalStatus.ACCOMMODATED: "accommodated",
}
OTHER = "other"
REASONS = {
    **dict.fromkeys(("E11", "E12"), "adopted"),
    **dict.fromkeys(("E45", "E46", "E47", "E48"), "special guardianship"),
    **dict.fromkeys(("E4A", "E4B"), "returned home"),
    **dict.fromkeys(("E5", "E6"), "independent"),
    "E41": "child arrangements order",
}
HOME = "returned home"
MANY_PLACEMENTS, PLACEMENTS_MONTHS = 3, 12
LAST_OF_THE_YEAR = "all but the last ceasing of a child in a financial year; short breaks"
CARE_EPISODES = ("care_episodes",)


def _looked_after(child: ChildState) -> Iterator[tuple[Episode, CareEpisode]]:
    for episode in child.episodes:
        for care in episode.care_episodes:
            if care.legal_status not in SHORT_BREAKS:
                yield episode, care


def _ceased(child: ChildState) -> Iterable[tuple[Episode, CareEpisode, date]]:
    """Each child's last ceasing of each financial year, as the DfE counts them."""
    last: dict[int, tuple[Episode, CareEpisode, date]] = {}
    for episode, care in sorted(_looked_after(child), key=lambda each: (each[1].started_on, each[1].id)):
        ended_on = care.ended_on
        if ended_on is not None and care.ceased_reason not in {None, CareCeasedReason.CARE_GOES_ON}:
            year = financial_year(month_of(ended_on))
            if year not in last or last[year][2] <= ended_on:
                last[year] = (episode, care, ended_on)
    return last.values()


def looked_after(child: ChildState) -> Iterable[Contribution]:
    for episode, care in _looked_after(child):
        yield from standing(episode, care.started_on, care.ended_on)


def started_by_route(child: ChildState) -> Iterable[Contribution]:
    for episode, care in _looked_after(child):
        if care.start_reason == CareStartReason.STARTED:
            yield done(episode, care.started_on, band=ROUTES.get(care.legal_status, OTHER))


def ceased_by_reason(child: ChildState) -> Iterable[Contribution]:
    for episode, care, ended_on in _ceased(child):
        yield done(episode, ended_on, band=REASONS.get(str(care.ceased_reason), OTHER))


def ceased_at_18(child: ChildState) -> Iterable[Contribution]:
    for episode, care, ended_on in _ceased(child):
        if care.ceased_at_18 is not None:
            yield done(episode, ended_on, counts=care.ceased_at_18)


def returned_home(child: ChildState) -> Iterable[Contribution]:
    for episode, care, ended_on in _ceased(child):
        yield done(episode, ended_on, counts=REASONS.get(str(care.ceased_reason)) == HOME)


def stayed_home(months: int, child: ChildState) -> Iterable[Contribution]:
    again = [care.started_on for _, care in _looked_after(child) if care.start_reason == CareStartReason.STARTED]
    for episode, care, ended_on in _ceased(child):
        if REASONS.get(str(care.ceased_reason)) == HOME:
            known_on = months_on(ended_on, months)
            back = any(ended_on <= day <= known_on for day in again if day > care.started_on)
            yield done(episode, known_on, counts=not back)


def stayed_home_6_months(child: ChildState) -> Iterable[Contribution]:
    return stayed_home(6, child)


def stayed_home_12_months(child: ChildState) -> Iterable[Contribution]:
    return stayed_home(12, child)


def three_placements(child: ChildState) -> Iterable[Contribution]:
    """A placement counts that began in the 12 months up to the day, or stood as they began."""
    cared = [care for _, care in _looked_after(child)]
    begun = [care.started_on for care in cared if care.start_reason != CareStartReason.LEGAL_STATUS]
    within = [(day, months_on(day, PLACEMENTS_MONTHS)) for day in begun]
    stood = [
        (months_on(care.started_on, PLACEMENTS_MONTHS), care.ended_on and months_on(care.ended_on, PLACEMENTS_MONTHS))
        for care in cared
    ]
    cuts = [day for span in (*within, *stood) for day in span if day]
    for episode, care in _looked_after(child):
        yield from standing(episode, care.started_on, care.ended_on, counts=DENOMINATOR)
        for begins, ends in spans(care.started_on, care.ended_on, cuts):
            placements = sum(since <= begins < until for since, until in within)
            at_first = any(since <= begins and (until is None or begins < until) for since, until in stood)
            if placements + at_first >= MANY_PLACEMENTS:
                yield from standing(episode, begins, ends)


def legal_planning_meetings(child: ChildState) -> Iterable[Contribution]:
    for episode in child.episodes:
        for meeting in episode.meetings:
            if meeting.kind == MeetingKind.LEGAL_PLANNING:
                yield done(episode, meeting.held_on)


CARE = (
    Indicator(
        id="looked_after",
        title="Children looked after",
        sentence="Children looked after at the end of the month's last day, with those who seek asylum unaccompanied.",
        kind=Kind.STOCK,
        numerator="episodes of care begun by then and not ended by the end of that day",
        exclusions="short breaks",
        attribution=STANDS_WITH,
        needs=CARE_EPISODES,
        source=CARE_RETURN,
        contribute=looked_after,
    ),
    Indicator(
        id="care_started_by_route",
        title="Started to be looked after, by route",
        sentence="Children who came into care in the month, by the legal status under which they did.",
        kind=Kind.FLOW,
        numerator="episodes of care begun in the month for reason S, by route",
        exclusions="short breaks",
        bands="care order (C1, C2), accommodated under section 20 (V2), other",
        always=("care order", "accommodated", OTHER),
        needs=CARE_EPISODES,
        source=CARE_RETURN,
        contribute=started_by_route,
    ),
    Indicator(
        id="care_ceased_by_reason",
        title="Ceased to be looked after, by reason",
        sentence="Children who left care in the month, by the reason.",
        kind=Kind.FLOW,
        numerator="children whose care ceased in the month for the reason",
        exclusions=LAST_OF_THE_YEAR,
        bands="groups of the return's reasons",
        always=(*dict.fromkeys(REASONS.values()), OTHER),
        needs=CARE_EPISODES,
        source=CARE_RETURN,
        contribute=ceased_by_reason,
    ),
    Indicator(
        id="care_ceased_at_18",
        title="Left care on the eighteenth birthday",
        sentence="The share of the children who left care in the month that did so on their eighteenth birthday.",
        kind=Kind.FLOW,
        numerator="children whose care ceased on their eighteenth birthday",
        denominator="children whose care ceased in the month",
        exclusions=LAST_OF_THE_YEAR + "; children whose day of birth is not known",
        needs=(*CARE_EPISODES, "ages_on_ceasing"),
        source=CARE_RETURN,
        contribute=ceased_at_18,
    ),
    Indicator(
        id="returned_home",
        title="Returned home from care",
        sentence="The share of the children who left care in the month that returned to parents or relatives.",
        kind=Kind.FLOW,
        numerator="children whose care ceased for reason E4A or E4B",
        denominator="children whose care ceased in the month",
        exclusions=LAST_OF_THE_YEAR,
        needs=CARE_EPISODES,
        source=CARE_RETURN,
        contribute=returned_home,
    ),
    Indicator(
        id="stayed_home_6_months",
        title="Still at home after six months",
        sentence="The share of the children who returned home six months before that were not looked after again since.",
        kind=Kind.FLOW,
        numerator="children who returned home and did not come into care again by the same day six months on",
        denominator="children who returned home six months before, in the month",
        exclusions=LAST_OF_THE_YEAR,
        polarity=Polarity.HIGH_IS_GOOD,
        needs=CARE_EPISODES,
        source=CARE_RETURN,
        contribute=stayed_home_6_months,
    ),
    Indicator(
        id="stayed_home_12_months",
        title="Still at home after twelve months",
        sentence="The share of the children who returned home twelve months before that were not looked after again since.",
        kind=Kind.FLOW,
        numerator="children who returned home and did not come into care again by the same day twelve months on",
        denominator="children who returned home twelve months before, in the month",
        exclusions=LAST_OF_THE_YEAR,
        polarity=Polarity.HIGH_IS_GOOD,
        needs=CARE_EPISODES,
        source=CARE_RETURN,
        contribute=stayed_home_12_months,
    ),
    Indicator(
        id="three_placements_in_12_months",
        title="Three or more placements in 12 months",
        sentence="The share of the children looked after at the end of the month's last day with three placements or more in a year.",
        kind=Kind.STOCK,
        numerator="children with three or more placements that began in the 12 months before, or stood as they began",
        denominator="children looked after at the end of that day",
        exclusions="short breaks; a change of legal status alone is no placement",
        attribution=STANDS_WITH,
        polarity=Polarity.LOW_IS_GOOD,
        needs=CARE_EPISODES,
        source=CARE_RETURN,
        contribute=three_placements,
    ),
    Indicator(
        id="legal_planning_meetings",
        title="Legal planning meetings",
        sentence="Legal planning meetings held in the month.",
        kind=Kind.FLOW,
        numerator="legal planning meetings with a date in the month",
        needs=("meetings:legal_planning",),
        source=DATASET,
        contribute=legal_planning_meetings,
    ),
)
