"""One child's case, told as it happens: every line is the answer of a door to a request."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import TypeAlias
from uuid import UUID

from httpx import AsyncClient

from services.demo.cast import Cast, told
from services.demo.figures import quarter_of
from services.host import Installation
from shared import clock
from shared.calendar import month_of
from shared.contracts.codes import PracticeSkill
from shared.ids import new_id

SKILLS = dict(zip(PracticeSkill, (3, 4, 3, 4, 3, 2, 4), strict=True))

Line: TypeAlias = tuple[str, str]
"""What happened, in a word or two, and how."""


async def tell(house: Installation, today: date) -> AsyncIterator[Line]:
    """The story, a line at a time."""
    cast = Cast(house)
    async with (
        cast.case_system() as source,
        cast.manager() as manager,
        cast.coach() as coach,
        cast.analyst() as analyst,
    ):
        month = month_of(today)
        before = await _referrals(analyst, month)
        referral, line = await _refer(source, today)
        yield "referral", line
        episode, line = await _decide(manager, referral)
        yield "decided", line
        worker, line = await _allocate(manager, referral, episode)
        yield "allocated", line
        await house.settle()
        observation, line = await _observe(coach, episode, worker)
        yield "observed", line
        yield "fed back", await _feed_back(coach, observation, today)
        yield "coached", await _coach(coach, observation, today)
        await house.settle()
        yield "report", await _report(analyst, today)
        after = await _referrals(analyst, month)
        yield "LPIR", f"referrals in {today:%B %Y}: {before} before, {after} now; counted once, within moments"


async def _refer(source: AsyncClient, today: date) -> tuple[str, str]:
    reference = f"STORY-{today:%Y%m%d}-{new_id().hex[-6:]}"
    body = {
        "source_reference": reference,
        "received_on": today.isoformat(),
        "source": "2A",
        "primary_need": "N1",
        "concern": "Synthetic: a teacher is worried.",
        "children": [{"la_child_id": f"STORY{new_id().hex[-8:].upper()}", "forename": "Robin", "surname": "Example"}],
    }
    headers = {"Idempotency-Key": reference}
    first = await source.post("/v1/referrals", json=body, headers=headers)
    again = await source.post("/v1/referrals", json=body, headers=headers)
    referral = told(first)["referrals"][0]
    same = told(again)["referrals"][0]["id"] == referral["id"]
    said = "sent twice, stored once" if same else "STORED TWICE"
    due = _day(referral["decision_due_on"])
    return referral["id"], f"{reference} from a school; {said}; to be decided by {due}"


async def _decide(manager: AsyncClient, referral: str) -> tuple[str, str]:
    decided = told(await manager.post(f"/v1/referrals/{referral}/decision", json={"outcome": "assessment"}))
    return decided["episode_id"], f"{decided['outcome']}: an episode of need opens"


async def _allocate(manager: AsyncClient, referral: str, episode: str) -> tuple[str, str]:
    ranked = told(await manager.get(f"/v1/referrals/{referral}/recommended-workers"))
    best = ranked[0]
    given = told(await manager.post(f"/v1/episodes/{episode}/allocation", json={"worker": best["worker"]}))
    full = sum(not each["fits"] for each in ranked)
    others = f"first of {len(ranked)}, {full} of whom had no place" if full else f"first of {len(ranked)}"
    return given["worker"], f"to {best['name']} of team {given['team']}, {others}: {best['reasons'][0]}"


async def _observe(coach: AsyncClient, episode: str, worker: str) -> tuple[UUID, str]:
    rubric = told(await coach.get("/v1/rubric"))["version"]
    observation = new_id()
    body = {
        "episode_id": episode,
        "worker": worker,
        "observed_at": clock.now().isoformat(),
        "contact": "home_visit",
        "purpose": "sampled",
        "rubric": rubric,
        "scores": {skill.value: score for skill, score in SKILLS.items()},
        "evidence": {skill.value: [{"at": "12:40", "note": "as noted on the visit"}] for skill in SKILLS},
        "child_seen_alone": True,
    }
    first = await coach.put(f"/v1/observations/{observation}", json=body)
    again = await coach.put(f"/v1/observations/{observation}", json=body)
    seen, answers = told(first), f"{first.status_code}, then {again.status_code}"
    told(again)
    mean, due = seen["composites"]["all7_mean"], _day(seen["feedback_due_on"])
    return observation, f"in the home; sent twice ({answers}); mean of seven skills {mean:.2f}; feedback due {due}"


async def _feed_back(coach: AsyncClient, observation: UUID, today: date) -> str:
    feedback = {
        "strengths": ["Kept Robin's day in view."],
        "stretch": "Say plainly what worries you.",
        "given_on": today.isoformat(),
    }
    given = told(await coach.post(f"/v1/observations/{observation}/feedback", json=feedback))
    early = (date.fromisoformat(given["due_on"]) - date.fromisoformat(given["given_on"])).days
    return f"{early} days before it was due; one strength, and one stretch: {given['stretch']}"


async def _coach(coach: AsyncClient, observation: UUID, today: date) -> str:
    coaching = {
        "held_on": today.isoformat(),
        "goal": "Name one concern and ask what the family makes of it.",
        "review_on": (today + timedelta(days=42)).isoformat(),
    }
    held = told(await coach.post(f"/v1/observations/{observation}/coaching", json=coaching))["coaching"]
    return f"one practice goal, to be reviewed on {_day(held['review_on'])}: {held['goal']}"


async def _report(analyst: AsyncClient, today: date) -> str:
    report = told(await analyst.get(f"/v1/practice-reports/{quarter_of(today)}"))
    in_time = report["service"]["feedback_within_seven_days"]
    judged = f"feedback within seven days: {in_time['numerator']} of the {in_time['denominator']} given or due by now"
    return f"{report['service']['headline']} {judged.capitalize()}."


async def _referrals(analyst: AsyncClient, month: str) -> int:
    found = told(await analyst.get("/v1/lpir", params={"from": month, "to": month}))
    return next(int(each["numerator"]) for each in found["months"][0]["figures"] if each["indicator"] == "referrals")


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
