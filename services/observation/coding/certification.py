"""Who may be relied on to score: whoever scored recordings as those did who know them, and not longer ago than half a year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from services.observation.coding.agreement import FEWEST, icc, quadratic_kappa
from shared.calendar import add_months
from shared.contracts.codes import PracticeSkill

MONTHS = 6
"""A certificate lasts half a year: scorers drift."""
LEAST_KAPPA = LEAST_ICC = 0.60
MOST_BIAS = 0.5
"""In points: on average no skill may be scored further from the master's."""

Scores = Mapping[PracticeSkill, int]


@dataclass(frozen=True)
class Trial:
    """One recording: all seven skills as the masters scored it, and as whoever is to be certified did."""

    master: Scores
    coder: Scores


@dataclass(frozen=True)
class Verdict:
    recordings: int
    kappa: float | None
    icc: float | None
    biases: Mapping[PracticeSkill, float]
    """How many points above the masters each skill was scored, on average."""

    @property
    def falls_short_by(self) -> list[str]:
        """What speaks against a certificate, in words; nothing where it is earned."""
        off = [skill for skill, bias in self.biases.items() if abs(bias) > MOST_BIAS]
        return [
            *([f"{FEWEST} recordings are needed"] if self.recordings < FEWEST else []),
            *([f"weighted kappa is below {LEAST_KAPPA:.2f}"] if (self.kappa or 0) < LEAST_KAPPA else []),
            *([f"ICC(2,1) of the mean is below {LEAST_ICC:.2f}"] if (self.icc or 0) < LEAST_ICC else []),
            *([f"more than {MOST_BIAS} points off in {', '.join(off)}"] if off else []),
        ]


def judge(trials: Sequence[Trial]) -> Verdict:
    """What the trials show: kappa over all scores, the ICC of the means of seven, and the bias skill by skill."""
    pairs = [(trial.coder[skill], trial.master[skill]) for trial in trials for skill in PracticeSkill]
    means = icc([(fmean(trial.coder.values()), fmean(trial.master.values())) for trial in trials])
    return Verdict(
        recordings=len(trials),
        kappa=quadratic_kappa([coder for coder, _ in pairs], [master for _, master in pairs]),
        icc=means.value if means else None,
        biases={skill: fmean(trial.coder[skill] - trial.master[skill] for trial in trials) for skill in PracticeSkill},
    )


def valid_until(certified_on: date) -> date:
    """The day from which a certificate is worth nothing any more."""
    return add_months(certified_on, MONTHS)
