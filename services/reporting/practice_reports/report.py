"""Puts what was weighed into the shape of a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.reporting.evidence.charts import Chart, p_chart, xmr
from services.reporting.evidence.claims import Claim
from services.reporting.evidence.clusters import FEWEST_WORKERS_TO_TEST, Floats
from services.reporting.evidence.funnels import funnel
from services.reporting.evidence.intervals import Interval, Mean, share_interval
from services.reporting.evidence.published import OF_THE_EVALUATION, against
from services.reporting.indicators.indicator import percent
from services.reporting.practice_reports import words
from services.reporting.practice_reports.models import (
    BesidePublished,
    ChangeOut,
    ChartOut,
    FunnelOut,
    PeriodOut,
    PlacedTeam,
    PracticeOut,
    PracticeReportOut,
    Range,
    ReferenceLine,
    ShareOut,
    ShareSeriesOut,
    SkillOut,
    SkillSeriesOut,
)
from services.reporting.practice_reports.period import Period
from services.reporting.practice_reports.skills import ALL_SEVEN, COMPOSITES, MEASURES, SKILLS, Observed, Weighed, weigh

FEEDBACK, COACHING = "feedback_within_seven_days", "coaching_held"
SHARES = (FEEDBACK, COACHING)
PLACES = 4
Shares = Mapping[tuple[str | None, str], Sequence[tuple[int, int]]]
"""Numerator and denominator in each period, by team (None: the whole service) and share."""

REFERENCE_LINES = [
    ReferenceLine(
        label=study.label,
        value=study.mean,
        population=study.population,
        composite=study.composite,
        n=study.n,
        sd=study.sd,
        source=study.source,
    )
    for study in OF_THE_EVALUATION
]


def report_of(
    periods: Sequence[Period], observed: Sequence[Observed], shares: Shares, *, teams: Mapping[str, str]
) -> PracticeReportOut:
    """The report on the last of the periods, for the service and the teams given by code and name.

    Teams that are not shown are weighed all the same: how many tests there were does not depend on who asks.
    """
    covered = periods[-1]
    weighed = weigh(observed, teams, len(periods))
    told = _Teller(weighed, _Columns.of(weighed), shares, periods)
    return PracticeReportOut(
        period=covered.name,
        first=covered.first,
        last=covered.last,
        periods=[PeriodOut(name=each.name, first=each.first, last=each.last) for each in periods],
        service=told.practice(None, "The whole service"),
        teams=[told.practice(code, name) for code, name in sorted(teams.items())],
        funnels=[_funnel(what, shares, sorted(teams)) for what in SHARES],
        reference_lines=REFERENCE_LINES,
        primary_outcome=words.PRIMARY,
        tests_in_family=weighed.family,
        notes=list(words.NOTES),
    )


@dataclass(frozen=True)
class _Columns:
    """The arrays as nested lists of unit, measure and period, rounded, with None where there is no number."""

    n: list[list[list[int]]]
    workers: list[list[list[int]]]
    mean: list[list[list[float | None]]]
    low: list[list[list[float | None]]]
    high: list[list[list[float | None]]]
    change: list[list[list[float | None]]]
    change_low: list[list[list[float | None]]]
    change_high: list[list[list[float | None]]]
    p: list[list[list[float | None]]]

    @classmethod
    def of(cls, weighed: Weighed) -> "_Columns":
        return cls(
            n=weighed.n.astype(int).transpose(0, 2, 1).tolist(),
            workers=weighed.workers.astype(int).transpose(0, 2, 1).tolist(),
            mean=_listed(weighed.mean),
            low=_listed(weighed.low),
            high=_listed(weighed.high),
            change=_listed(weighed.change),
            change_low=_listed(weighed.change_low),
            change_high=_listed(weighed.change_high),
            p=_listed(weighed.p, places=6),
        )


def _listed(figures: Floats, *, places: int = PLACES) -> list[list[list[float | None]]]:
    rounded = np.round(figures.transpose(0, 2, 1), places)
    told = rounded.astype(object)
    told[np.isnan(rounded)] = None
    listed: list[list[list[float | None]]] = told.tolist()
    return listed


@dataclass(frozen=True)
class _Teller:
    """Tells of one unit after another out of the same arrays."""

    weighed: Weighed
    columns: _Columns
    shares: Shares
    periods: Sequence[Period]

    def practice(self, team: str | None, name: str) -> PracticeOut:
        unit = self.weighed.units[team]
        observations = int(self.weighed.observations[unit, -1])
        workers = int(self.weighed.workers_observed[unit, -1])
        told = {measure: self._skill(unit, place, measure) for place, measure in enumerate(MEASURES)}
        all_seven = self._mean(unit)
        return PracticeOut(
            team=team,
            team_name=name,
            headline=words.headline(
                self.periods[-1].in_words, observations=observations, workers=workers, found=all_seven
            ),
            comparison=self._comparison(unit, told[ALL_SEVEN].change),
            observations=observations,
            workers=workers,
            all_seven=told[ALL_SEVEN],
            skills=[told[skill] for skill in SKILLS],
            composites=[told[name] for name in COMPOSITES],
            beside_published=self._beside_published(unit, all_seven),
            feedback_within_seven_days=_share(self.shares.get((team, FEEDBACK), ()), len(self.periods)),
            coaching_held=_share(self.shares.get((team, COACHING), ()), len(self.periods)),
        )

    def _mean(self, unit: int) -> Mean | None:
        """The mean of all seven in the period reported on."""
        mean, sd, low, high = (
            float(each[unit, -1, 0])
            for each in (self.weighed.mean, self.weighed.sd, self.weighed.low, self.weighed.high)
        )
        if np.isnan(mean):
            return None
        return Mean(
            int(self.weighed.n[unit, -1, 0]),
            mean,
            None if np.isnan(sd) else sd,
            None if np.isnan(low) else Interval(low, high),
        )

    def _skill(self, unit: int, place: int, name: str) -> SkillOut:
        of = self.columns
        mean, low, high = of.mean[unit][place][-1], of.low[unit][place][-1], of.high[unit][place][-1]
        return SkillOut(
            skill=name,
            n=of.n[unit][place][-1],
            workers=of.workers[unit][place][-1],
            mean=mean,
            sd=_number(self.weighed.sd[unit, -1, place]),
            interval_95=_range(low, high),
            design_effect=_number(self.weighed.design_effect[unit, -1, place]),
            not_given_because=words.TOO_FEW if mean is None else None,
            spread=self.weighed.spread.get((unit, place)),
            change=self._change(unit, place),
            series=SkillSeriesOut(
                n=of.n[unit][place],
                workers=of.workers[unit][place],
                mean=of.mean[unit][place],
                low_95=of.low[unit][place],
                high_95=of.high[unit][place],
                change=of.change[unit][place],
                change_low_95=of.change_low[unit][place],
                change_high_95=of.change_high[unit][place],
                p=of.p[unit][place],
                chart=None if name in COMPOSITES else _chart(xmr(of.mean[unit][place], baseline=len(self.periods) - 1)),
            ),
        )

    def _change(self, unit: int, place: int) -> ChangeOut | None:
        of = self.columns
        difference = of.change[unit][place][-1]
        if difference is None:
            return None
        workers, p = int(self.weighed.change_workers[unit, -1, place]), of.p[unit][place][-1]
        why = words.TOO_FEW_WORKERS if workers < FEWEST_WORKERS_TO_TEST else words.NO_SPREAD
        return ChangeOut(
            since=self.periods[-2].name,
            difference=difference,
            interval_95=_range(of.change_low[unit][place][-1], of.change_high[unit][place][-1]),
            workers=workers,
            p=p,
            p_adjusted=_number(self.weighed.adjusted[unit, place], places=6),
            not_tested_because=why if p is None else None,
        )

    def _comparison(self, unit: int, change: ChangeOut | None) -> Claim | None:
        if change is None:
            return None
        between = change.interval_95
        return words.comparison(
            change.difference,
            since=self.periods[-2].in_words,
            n=min(self.columns.n[unit][0][-2:]),
            workers=change.workers,
            interval=Interval(between.low, between.high) if between else None,
            p=change.p_adjusted,
        )

    def _beside_published(self, unit: int, ours: Mean | None) -> list[BesidePublished]:
        if ours is None:
            return []
        widened_by = _number(self.weighed.design_effect[unit, -1, 0]) or 1.0
        found = [against(study, ours, widened_by=widened_by) for study in OF_THE_EVALUATION]
        return [
            BesidePublished(
                label=each.study.label,
                difference=round(each.difference, PLACES),
                interval_95=each.interval and _range(each.interval.low, each.interval.high),
                p=each.p,
                caveat=each.caveat,
            )
            for each in found
        ]


def _number(value: float, *, places: int = PLACES) -> float | None:
    return None if np.isnan(value) else round(float(value), places)


def _range(low: float | None, high: float | None) -> Range | None:
    return None if low is None or high is None else Range(low=round(low, PLACES), high=round(high, PLACES))


def _chart(chart: Chart) -> ChartOut:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, PLACES)

    return ChartOut(
        kind=chart.kind,
        rules=sorted(chart.rules),
        centre=[rounded(point.centre) for point in chart.points],
        low=[rounded(point.low) for point in chart.points],
        high=[rounded(point.high) for point in chart.points],
        signals=[list(point.signals) for point in chart.points],
        no_limits_because=chart.why_no_limits,
    )


def _share(counts: Sequence[tuple[int, int]], periods: int) -> ShareOut:
    counts = counts or [(0, 0)] * periods
    numerator, denominator = counts[-1]
    found = share_interval(numerator, denominator)
    return ShareOut(
        numerator=numerator,
        denominator=denominator,
        percent=percent(numerator, denominator),
        interval_95_percent=Range(low=round(100 * found.low, 1), high=round(100 * found.high, 1)) if found else None,
        series=ShareSeriesOut(
            numerator=[over for over, _ in counts],
            denominator=[under for _, under in counts],
            percent=[percent(over, under) for over, under in counts],
            chart=_chart(p_chart(counts, baseline=periods - 1)),
        ),
    )


def _funnel(what: str, shares: Shares, teams: Sequence[str]) -> FunnelOut:
    """The teams shown, around the whole service's share."""
    over, under = shares[None, what][-1] if (None, what) in shares else (0, 0)
    target = over / under if under else None
    counts = [shares[team, what][-1] if (team, what) in shares else (0, 0) for team in teams]
    placed = funnel(counts, target or 0.0)
    return FunnelOut(
        what=what,
        target=None if target is None else round(target, PLACES),
        teams=[
            PlacedTeam(
                team=team,
                numerator=each.numerator,
                denominator=each.denominator,
                low_95=each.limits and round(each.limits.low_95, PLACES),
                high_95=each.limits and round(each.limits.high_95, PLACES),
                low_998=each.limits and round(each.limits.low_998, PLACES),
                high_998=each.limits and round(each.limits.high_998, PLACES),
                look=each.look,
            )
            for team, each in zip(teams, placed, strict=True)
        ],
    )
