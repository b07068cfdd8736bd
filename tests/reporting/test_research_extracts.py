"""An extract for evaluators outside: asked for, decided on by another, collected once, and nobody in it by name."""

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from services.reporting.research.dictionary import FILES
from services.reporting.research.pseudonyms import FURTHEST_DAYS, Pseudonyms
from services.reporting.research.stages import (
    DECIDED_BY_ANOTHER,
    LEGAL_MOVES,
    AskedByAnother,
    ExtractElsewhere,
    Stage,
    move,
)
from services.reporting.research.telling import LawfulBasis, tell
from shared.clock import held_at
from shared.contracts.codes import PracticeSkill
from shared.contracts.intake import ChildState, Episode, Referral
from shared.contracts.observation import Agreement, FollowedCase, ParticipationState
from tests.permissions.bodies import EXTRACT
from tests.reporting.observed import practice
from tests.reporting.test_practice_reports import heard, two_quarters

AT = "/v1/research-extracts"
TODAY = date(2026, 7, 20)


@pytest.fixture(autouse=True)
def in_july():
    with held_at(datetime(2026, 7, 20, 11, tzinfo=UTC)):
        yield


async def collected(house: Any, **changes: Any) -> zipfile.ZipFile:
    """As it is done: the analyst asks, Mia approves, the analyst collects."""
    ann = house.signed_in_as("performance_analyst", id="ann").reporting
    mia = house.signed_in_as("service_manager", id="mia").reporting
    asked = await ann.post(AT, json=EXTRACT | {"first_month": "2026-01", "last_month": "2026-06"} | changes)
    assert asked.status_code == 201, asked.text
    extract = f"{AT}/{asked.json()['id']}"
    assert (await ann.post(f"{extract}/collection")).json()["type"] == "urn:dwc:problem:extract-elsewhere"
    assert (await ann.post(f"{extract}/approval")).status_code == 403
    assert (await mia.post(f"{extract}/approval")).json()["stage"] == "approved"
    answer = await ann.post(f"{extract}/collection", headers={"Idempotency-Key": extract})
    assert answer.headers["content-type"] == "application/zip"
    assert (await ann.post(f"{extract}/collection", headers={"Idempotency-Key": extract})).status_code == 409
    told = (await mia.get(extract)).json()
    assert (told["stage"], told["decided_by"], told["asked_by"], len(told["sha256"])) == ("collected", "mia", "ann", 64)
    outside = house.signed_in_as("outside_analyst").reporting
    assert (await outside.get(extract)).status_code == 404
    assert (await outside.get(AT)).json() == []
    rows = (await house.signed_in_as("auditor").reporting.get("/v1/audit", params={"subject": told["id"]})).json()
    assert [(row["actor"], row["outcome"]) for row in rows["items"] if row["outcome"] < 300] == [
        ("ann", 201), ("mia", 200), ("ann", 200),
    ]  # fmt: skip
    return zipfile.ZipFile(io.BytesIO(answer.content))


def read(archive: zipfile.ZipFile, name: str) -> pd.DataFrame:
    return pd.read_csv(archive.open(name), keep_default_na=False, na_values=[""])


COMPOSITES = {
    "relationship": ["collaboration", "autonomy", "empathy"],
    "good_authority": ["purposefulness", "clarity_about_concerns", "child_focus"],
    "motivational_four": ["evocation", "collaboration", "autonomy", "empathy"],
}


class SecondStatistician:
    """Works out a whole report from the observations of an extract, one formula at a time."""

    def __init__(self, observations: pd.DataFrame) -> None:
        self.all = observations.assign(
            period=["2026-27-Q1" if month >= "2026-04" else "2025-26-Q4" for month in observations.observed_in]
        )
        skills = [str(skill) for skill in PracticeSkill]
        given = self.all[skills]
        self.all["all_seven"] = given.mean(axis=1).where(given.notna().sum(axis=1) >= 6)
        for name, parts in COMPOSITES.items():
            self.all[name] = self.all[parts].mean(axis=1, skipna=False)
        self.measures = ["all_seven", *skills, *COMPOSITES]

    def scored(self, team: str | None, period: str, measure: str) -> pd.DataFrame:
        of = self.all[(self.all.period == period) & self.all.counted]
        of = of if team is None else of[of.team == team]
        return of[["worker", measure]].dropna().rename(columns={measure: "score"})

    def mean(self, team: str | None, period: str, measure: str) -> dict[str, float] | None:
        of = self.scored(team, period, measure)
        n, workers = len(of), of.worker.nunique()
        if n < 5 or workers < 3:
            return None
        mean = of.score.sum() / n
        away = [(scores - mean).sum() / n for _, scores in of.groupby("worker").score]
        error = np.sqrt(workers / (workers - 1) * sum(each**2 for each in away))
        half = stats.t.ppf(0.975, workers - 1) * error
        return {"n": n, "workers": workers, "mean": mean, "low_95": mean - half, "high_95": mean + half}

    def change(self, team: str | None, measure: str) -> dict[str, float] | None:
        then, now = (self.scored(team, period, measure) for period in ("2025-26-Q4", "2026-27-Q1"))
        if self.mean(team, "2025-26-Q4", measure) is None or self.mean(team, "2026-27-Q1", measure) is None:
            return None
        change = now.score.mean() - then.score.mean()
        adds: dict[str, float] = {}
        for of, sign in ((now, 1), (then, -1)):
            for worker, scores in of.groupby("worker").score:
                adds[worker] = adds.get(worker, 0) + sign * (scores - of.score.mean()).sum() / len(of)
        workers = len(adds)
        if workers < 10:
            return {"change": change}
        error = np.sqrt(workers / (workers - 1) * sum(each**2 for each in adds.values()))
        half = stats.t.ppf(0.975, workers - 1) * error
        p = 2 * stats.t.sf(abs(change / error), workers - 1)
        return {"change": change, "change_low_95": change - half, "change_high_95": change + half, "p": p}

    def adjusted(self, ps: dict[Any, float]) -> dict[Any, float]:
        """Benjamini and Hochberg by hand."""
        falling, least, found = sorted(ps, key=lambda each: -ps[each]), 1.0, {}
        for place, each in enumerate(falling):
            least = min(least, ps[each] * len(ps) / (len(ps) - place))
            found[each] = least
        return found


@pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
async def test_a_second_statistician_works_out_the_whole_report_from_an_extract_and_comes_to_the_same(house):
    await heard(house, two_quarters())
    second = SecondStatistician(read(await collected(house), "observations.csv"))
    analyst = house.signed_in_as("performance_analyst").reporting
    answer = await analyst.get("/v1/practice-reports/2026-27-Q1?format=csv")
    told = (
        pd.read_csv(io.BytesIO(answer.content), na_values=["z", "u"])
        .set_index(["team", "measure", "period"])
        .sort_index()
    )
    called = {int(size): team for team, size in second.all.team.value_counts().items()}
    sizes = {name: int(told.loc[name, "coaching_held"].denominator.sum()) for name in ("north", "south")}
    teams = {"Total": None, **{name: called[size] for name, size in sizes.items()}}
    ps, tried = {}, 0
    for name, team in teams.items():
        for measure in second.measures:
            for period in ("2025-26-Q4", "2026-27-Q1"):
                row, mean = told.loc[name, measure, period], second.mean(team, period, measure)
                assert (mean is None) == pd.isna(row["mean"]), (name, measure, period)
                for figure, value in (mean or {}).items():
                    assert row[figure] == pytest.approx(value, abs=6e-5), (name, measure, period, figure)
                    tried += 1
            row, change = told.loc[name, measure, "2026-27-Q1"], second.change(team, measure)
            for figure, value in (change or {}).items():
                assert row[figure] == pytest.approx(value, abs=6e-5), (name, measure, figure)
                tried += 1
            if change and "p" in change and (name, measure) != ("Total", "all_seven"):
                ps[name, measure] = change["p"]
    for (name, measure), p in second.adjusted(ps).items():
        assert told.loc[name, measure, "2026-27-Q1"].p_adjusted == pytest.approx(p, abs=2e-6)
    for name, team in teams.items():
        of = second.all[second.all.period == "2026-27-Q1"]
        of = of if team is None else of[of.team == team]
        feedback = told.loc[name, "feedback_within_seven_days", "2026-27-Q1"]
        assert (feedback.numerator, feedback.denominator) == (
            of.feedback_in_time.sum(),
            of.feedback_in_time.notna().sum(),
        )
        coaching = told.loc[name, "coaching_held", "2026-27-Q1"]
        assert (coaching.numerator, coaching.denominator) == (of.coaching_held.sum(), len(of))
    assert tried > 300
    assert len(ps) >= 10


@pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
async def test_every_column_is_in_the_dictionary_and_nothing_can_be_joined_with_another_extract(house):
    states = two_quarters()
    await heard(house, states)
    first, again = await collected(house), await collected(house)
    assert set(first.namelist()) == {"about.csv", "dictionary.csv", *FILES}
    dictionary = read(first, "dictionary.csv")
    for name in FILES:
        assert read(first, name).columns.tolist() == dictionary[dictionary.file == name].column.tolist()
    assert dictionary.means.notna().all()
    about = read(first, "about.csv").set_index("what").said
    assert (about["purpose"], about["approved by"], about["destroy by"]) == (EXTRACT["purpose"], "mia", "2028-05-31")
    one, other = read(first, "observations.csv"), read(again, "observations.csv")
    assert len(one) == len(other) == len(states)
    for column in ("observation", "episode", "team", "worker"):
        assert not {*one[column]} & {*other[column]}, column
    whole = b"".join(first.read(name) for name in first.namelist()).decode()
    for state in states:
        assert not any(
            str(id) in whole for id in (state.observation_id, state.child_id, state.episode_id, state.worker_id)
        )
        assert str(state.observed_on) not in whole


def child(*, restricted: bool = False, started_on: date = date(2026, 4, 14)) -> ChildState:
    referral = Referral(id=uuid4(), received_on=started_on)
    episode = Episode(id=uuid4(), referral_id=referral.id, started_on=started_on, closed_on=date(2026, 6, 20))
    return ChildState(
        authority="206",
        epoch=1,
        n=1,
        child_id=uuid4(),
        referrals=(referral,),
        episodes=(episode,),
        restricted=restricted,
    )


def case(of: ChildState, *answers: str) -> ParticipationState:
    episode = of.episodes[0]
    agreements = tuple(
        Agreement(id=uuid4(), person=person, purpose="research", basis="consent", wording="1", answer=answer, on=TODAY)
        for person, answer in (each.split(" ") for each in answers)
    )
    followed = FollowedCase(
        cohort_id=uuid4(), episode_id=episode.id, child_id=of.child_id, worker_id=uuid4(), stratum="north", offer="core",
        allocated_on=TODAY, drawn_on=TODAY, probability=0.5,
    )  # fmt: skip
    return ParticipationState(
        authority="206", epoch=1, n=1, participation_id=uuid4(), case=followed, agreements=agreements
    )


@pytest.mark.parametrize(
    ("answers", "basis", "is_told"),
    [
        ((), LawfulBasis.PUBLIC_TASK, True),
        (("mother refused",), LawfulBasis.PUBLIC_TASK, False),
        (("mother given", "mother withdrawn"), LawfulBasis.PUBLIC_TASK, False),
        (("mother given", "father refused"), LawfulBasis.PUBLIC_TASK, False),
        ((), LawfulBasis.CONSENT, False),
        (("mother asked",), LawfulBasis.CONSENT, False),
        (("mother given",), LawfulBasis.CONSENT, True),
        (("mother refused", "mother given"), LawfulBasis.CONSENT, True),
        (("mother given", "child refused"), LawfulBasis.CONSENT, False),
    ],
)
def test_whoever_said_no_to_research_is_in_no_extract_and_on_consent_nobody_is_who_did_not_say_yes(
    answers, basis, is_told
):
    one = child()
    seen = practice(1, "w1", "north", date(2026, 5, 4), [3] * 7).model_copy(
        update={"episode_id": one.episodes[0].id, "child_id": one.child_id}
    )
    told = tell([one], [seen], [case(one, *answers)], first="2026-04", last="2026-06", basis=basis, today=TODAY)
    assert [len(rows) for rows in (told.children, told.episodes, told.observations)] == [int(is_told)] * 3


def test_a_restricted_child_is_in_no_extract_and_neither_is_practice_observed_with_them():
    hidden, earlier = child(restricted=True), child(started_on=date(2026, 3, 31))
    seen = practice(1, "w1", "north", date(2026, 5, 4), [3] * 7).model_copy(update={"child_id": hidden.child_id})
    told = tell(
        [hidden, earlier], [seen], [], first="2026-04", last="2026-06", basis=LawfulBasis.PUBLIC_TASK, today=TODAY
    )
    assert (told.children, told.episodes, told.observations) == ([], [], [])


def test_a_childs_dates_are_moved_together_so_that_what_lies_between_them_stays():
    pseudonyms = Pseudonyms()
    moved = set()
    for _ in range(60):
        one = uuid4()
        first, last = (pseudonyms.shifted(day, of=one) for day in (date(2026, 4, 14), date(2026, 6, 20)))
        assert (last - first).days == 67
        moved.add((first - date(2026, 4, 14)).days)
    assert len(moved) > 20
    assert max(map(abs, moved)) <= FURTHEST_DAYS
    one = uuid4()
    assert pseudonyms.name("child", one) == pseudonyms.name("child", one) != Pseudonyms().name("child", one)
    assert pseudonyms.name("child", one) != pseudonyms.name("episode", one)


@pytest.mark.parametrize("now", Stage)
@pytest.mark.parametrize("to", Stage)
@pytest.mark.parametrize("by", ["ann", "mia"])
def test_an_extract_moves_by_the_dictionary_and_two_people_stand_for_it(now, to, by):
    if to not in LEGAL_MOVES[now]:
        with pytest.raises(ExtractElsewhere):
            move(now, to=to, asked_by="ann", by=by)
    elif (by == "ann") is (to in DECIDED_BY_ANOTHER):
        with pytest.raises(AskedByAnother):
            move(now, to=to, asked_by="ann", by=by)
    else:
        assert move(now, to=to, asked_by="ann", by=by) is to
