"""One child's case, told as it happens: every line is the answer of a door to a request."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from httpx import ASGITransport, AsyncClient, Response

from services.host import Installation
from shared.calendar import LONDON, financial_year, month_of
from shared.contracts.codes import PracticeSkill
from shared.ids import new_id
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key

SKILLS = dict(zip(PracticeSkill, (3, 4, 3, 4, 3, 2, 4), strict=True))


class Cast:
    """The people of the story, each with a token and a way to the three services."""

    def __init__(self, house: Installation) -> None:
        self._house = house
        self._key = trial_key(house.settings.data_dir)

    def _client(self, service: str, principal: Principal) -> AsyncClient:
        token = sign_token(self._key, principal, issuer=self._house.settings.issuer, minutes=30)
        return AsyncClient(
            transport=ASGITransport(self._house.apps[service]),
            base_url=f"http://{service}",
            headers={"Authorization": f"Bearer {token}"},
        )

    def case_system(self) -> AsyncClient:
        return self._client("intake", Principal(id="case-system", role=Role.SOURCE_SYSTEM))

    def manager(self, service: str = "intake") -> AsyncClient:
        return self._client(service, Principal(id="W100", role=Role.TEAM_MANAGER, worker="W100"))

    def coach(self) -> AsyncClient:
        return self._client("observation", Principal(id="W101", role=Role.COACH, worker="W101"))

    def analyst(self) -> AsyncClient:
        return self._client("reporting", Principal(id="analyst", role=Role.PERFORMANCE_ANALYST))


def _ok(answer: Response) -> Any:
    if answer.is_error:
        raise RuntimeError(f"the story broke off: {answer.status_code} {answer.text}")
    return answer.json()


async def tell(house: Installation, today: date) -> AsyncIterator[str]:
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
        yield line
        episode, line = await _decide(manager, referral)
        yield line
        worker, line = await _allocate(manager, referral, episode)
        yield line
        await house.settle()
        observation, line = await _observe(coach, episode, worker, today)
        yield line
        yield await _feed_back(coach, observation, today)
        await house.settle()
        yield await _report(analyst, today)
        after = await _referrals(analyst, month)
        yield f"LPIR        referrals in {month}: {before} before, {after} now; counted once, within moments"


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
    referral = _ok(first)["referrals"][0]
    same = _ok(again)["referrals"][0]["id"] == referral["id"]
    due = date.fromisoformat(referral["decision_due_on"])
    said = "sent twice, stored once" if same else "STORED TWICE"
    return referral["id"], f"referral    {reference} from a school; {said}; to be decided by {due:%d %B %Y}"


async def _decide(manager: AsyncClient, referral: str) -> tuple[str, str]:
    decided = _ok(await manager.post(f"/v1/referrals/{referral}/decision", json={"outcome": "assessment"}))
    return decided["episode_id"], "decided     assessment: an episode of need opens"


async def _allocate(manager: AsyncClient, referral: str, episode: str) -> tuple[str, str]:
    ranked = _ok(await manager.get(f"/v1/referrals/{referral}/recommended-workers"))
    best = ranked[0]
    given = _ok(await manager.post(f"/v1/episodes/{episode}/allocation", json={"worker": best["worker"]}))
    full = sum(not each["fits"] for each in ranked)
    passed = f"; {full} of {len(ranked)} had no place" if full else f"; first of {len(ranked)}"
    line = (
        f"allocated   to {best['name']} ({best['team']}): {best['reasons'][0]}; limit {given['caseload_limit']}{passed}"
    )
    return best["worker"], line


async def _observe(coach: AsyncClient, episode: str, worker: str, today: date) -> tuple[UUID, str]:
    rubric = _ok(await coach.get("/v1/rubric"))["version"]
    observation = new_id()
    body = {
        "episode_id": episode,
        "worker": worker,
        "observed_at": datetime.combine(today, time(0, 1), LONDON).isoformat(),
        "contact": "home_visit",
        "purpose": "sampled",
        "rubric": rubric,
        "scores": {skill.value: score for skill, score in SKILLS.items()},
        "child_seen_alone": True,
    }
    first = await coach.put(f"/v1/observations/{observation}", json=body)
    again = await coach.put(f"/v1/observations/{observation}", json=body)
    seen = _ok(first)
    _ok(again)
    due = date.fromisoformat(seen["feedback_due_on"])
    mean = sum(SKILLS.values()) / len(SKILLS)
    answered = f"sent twice ({first.status_code}, {again.status_code})"
    return (
        observation,
        f"observed    in the home, {answered}; mean of seven skills {mean:.2f}; feedback due {due:%d %B %Y}",
    )


async def _feed_back(coach: AsyncClient, observation: UUID, today: date) -> str:
    feedback = {
        "strengths": ["Kept Robin's day in view."],
        "stretch": "Say plainly what worries you.",
        "given_on": today.isoformat(),
    }
    _ok(await coach.post(f"/v1/observations/{observation}/feedback", json=feedback))
    coaching = {
        "held_on": today.isoformat(),
        "goal": "Name one concern and ask what the family makes of it.",
        "review_on": (today + timedelta(days=42)).isoformat(),
    }
    _ok(await coach.post(f"/v1/observations/{observation}/coaching", json=coaching))
    return "fed back    the same day, coaching held, one practice goal agreed"


async def _report(analyst: AsyncClient, today: date) -> str:
    report = _ok(await analyst.get(f"/v1/practice-reports/{quarter_of(today)}"))
    service = report["service"]
    in_time = service["feedback_within_seven_days"]
    return (
        f"report      {service['headline']} Feedback within seven days: "
        f"{in_time['numerator']} of {in_time['denominator']}."
    )


async def _referrals(analyst: AsyncClient, month: str) -> int:
    found = _ok(await analyst.get("/v1/lpir", params={"from": month, "to": month}))
    return next(int(each["numerator"]) for each in found["months"][0]["figures"] if each["indicator"] == "referrals")


def quarter_of(day: date) -> str:
    """The quarter of the financial year a day lies in, as reports name it."""
    year = financial_year(month_of(day)) - 1
    return f"{year}-{(year + 1) % 100:02d}-Q{(day.month - 4) % 12 // 3 + 1}"
