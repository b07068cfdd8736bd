"""Words that only a child's record, a worker's or a token could hold, sent through every route and every kind of
failure, and then looked for wherever they do not belong: logs, refusals, events, figures, and all that reporting keeps.
"""

import json
from typing import Any
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import MetaData, inspect, select

from services.intake.main import SERVICE as INTAKE
from services.intake.people.models import Team
from shared import clock
from shared.contracts.envelope import Envelope
from shared.contracts.intake import ChildState
from shared.ids import new_id
from shared.messaging.transports.embedded import EmbeddedTransport
from shared.web.app import build_app
from shared.web.roles import Role
from tests.permissions.bodies import OBSERVATION
from tests.permissions.matrix import Entry, entries

WORDS = (
    "forename", "surname", "address", "telephone", "concern", "evidence", "strength", "stretch", "goal", "worker_name",
    "source_reference", "aim", "impact", "worker_says", "parent_says", "reason", "decided", "unknown_field", "unknown_value", "query", "path", "agent", "token", "password", "fault",
)  # fmt: skip
CANARY = {word: f"Kanari{number:02d}{word.title().replace('_', '')}" for number, word in enumerate(WORDS, start=1)}
BORN_ON = "2011-02-27"
LA_CHILD_ID = "KANARI99"
SAID_TO_ALL = {"team", "team_name"}
"""Of a worker the staff reference and the team's code and name travel in events; nothing else that is typed in does."""
EVERY_CANARY = (*CANARY.values(), BORN_ON, LA_CHILD_ID)

FORM = {
    "source_reference": CANARY["source_reference"],
    "received_on": "2026-05-01",
    "source": "6",
    "concern": f"{CANARY['concern']} lives at {CANARY['address']}",
    "children": [
        {
            "la_child_id": LA_CHILD_ID,
            "forename": CANARY["forename"],
            "surname": CANARY["surname"],
            "born_on": BORN_ON,
        }
    ],
}
POST = {"role": "social_worker", "team": "north", "team_name": "North", "member_from": "2024-01-01"}


def leaked(text: str) -> list[str]:
    return [canary for canary in EVERY_CANARY if canary.lower() in text.lower()]


class Watch:
    """The whole house, with everything overheard that leaves a request: refusals, and events on their way."""

    def __init__(self, house: Any) -> None:
        self.house = house
        self.refusals: list[tuple[str, str]] = []
        self.events: list[str] = []
        self.statuses: set[int] = set()
        send = house.installation.transport.send

        async def overheard(envelopes: list[Envelope]) -> None:
            self.events += [json.dumps(each.headers()) + each.data.decode() for each in envelopes]
            await send(envelopes)

        house.installation.transport.send = overheard

    async def ask(self, client: AsyncClient, method: str, url: str, **request: Any) -> Any:
        request.setdefault("headers", {})
        request["headers"] |= {"User-Agent": CANARY["agent"], "X-Forwarded-For": CANARY["address"]}
        answer = await client.request(method, url, **request)
        self.statuses.add(answer.status_code)
        if not answer.is_success:
            self.refusals.append((f"{method} {url}", f"{answer.text}{answer.headers}"))
        return answer


@pytest.fixture
async def watch(house) -> Watch:
    return Watch(house)


async def tell_the_story(watch: Watch) -> None:
    """A child's whole way, with everything written down that may be: so that every store holds what it may hold."""
    house = watch.house
    manager, source = house.signed_in_as("service_manager"), house.signed_in_as("source_system", id="case-system")
    for worker, role in (("W1", "social_worker"), ("E1", "practice_evaluator")):
        stated = POST | {"name": CANARY["worker_name"], "role": role}
        assert (await watch.ask(manager.intake, "PUT", f"/v1/workers/{worker}", json=stated)).is_success
    posted = (await watch.ask(source.intake, "POST", "/v1/referrals", json=FORM)).json()
    referral = posted["referrals"][0]["id"]
    decided = await watch.ask(
        manager.intake, "POST", f"/v1/referrals/{referral}/decision", json={"outcome": "assessment"}
    )
    episode = decided.json()["episode_id"]
    held = {"worker": "W1", "held_from": "2026-05-01"}
    assert (await watch.ask(manager.intake, "POST", f"/v1/episodes/{episode}/allocation", json=held)).is_success
    goal = {"on": "2026-05-01", "place": "peers", "aim": CANARY["aim"], "impact": CANARY["impact"]}
    agreed = await watch.ask(manager.intake, "POST", f"/v1/episodes/{episode}/family-goals", json=goal)
    path = f"/v1/family-goals/{agreed.json()['id']}"
    rated = {"on": "2026-05-01", "by_worker": "red", "by_parent": "green"}
    words = {each: CANARY[each] for each in ("worker_says", "parent_says")}
    assert (await watch.ask(manager.intake, "POST", f"{path}/ratings", json=rated | words)).is_success
    discussed = {"on": "2026-05-01", "decided": CANARY["decided"]}
    assert (await watch.ask(manager.intake, "POST", f"{path}/discussion", json=discussed)).is_success
    changed = goal | {"reason": CANARY["reason"]}
    assert (await watch.ask(manager.intake, "POST", f"{path}/change", json=changed)).is_success
    await house.settle()
    evaluator = house.signed_in_as("evaluator", worker="E1").observation
    observation = f"/v1/observations/{uuid4()}"
    seen = {"episode_id": episode, "worker": "W1", "observed_at": "2026-05-02T10:00:00Z"}
    noted = OBSERVATION | seen | {"evidence": {"empathy": CANARY["evidence"]}}
    assert (await watch.ask(evaluator, "PUT", observation, json=noted)).is_success
    feedback = {"strengths": [CANARY["strength"]], "stretch": CANARY["stretch"], "given_on": "2026-05-05"}
    assert (await watch.ask(evaluator, "POST", f"{observation}/feedback", json=feedback)).is_success
    coaching = {"held_on": "2026-05-06", "goal": CANARY["goal"], "review_on": "2026-06-03"}
    assert (await watch.ask(evaluator, "POST", f"{observation}/coaching", json=coaching)).is_success


async def try_every_route(watch: Watch) -> None:
    """Each route, as somebody whose door it is, with canaries in all that can be sent."""
    for entry in (each for each in entries() if each.act):
        client = getattr(watch.house.signed_in_as(_a_role(entry), worker="E1"), entry.service)
        honest = entry.request({})
        method, url = honest["method"], honest["url"]
        wrong_path = entry.route.split(" ")[1].replace("{", f"{CANARY['path']}!").replace("}", "")
        bad_token = {"Authorization": f"Bearer {CANARY['token']}"}
        await watch.ask(client, method, url, json=honest["json"], headers=bad_token)
        await watch.ask(
            client, method, url, json=honest["json"], params={"q": CANARY["query"], "limit": CANARY["query"]}
        )
        await watch.ask(client, method, wrong_path, json=honest["json"])
        headers = {"Idempotency-Key": CANARY["unknown_value"] * 30, "X-Request-ID": f"{CANARY['unknown_value']} !"}
        await watch.ask(client, method, url, json=honest["json"], headers=headers)
        if honest["json"] is None:
            continue
        await watch.ask(client, method, url, json=dict(honest["json"]) | {CANARY["unknown_field"]: CANARY["forename"]})
        for field in honest["json"].keys() - SAID_TO_ALL:
            for value in (CANARY["unknown_value"], [CANARY["surname"]], {CANARY["unknown_field"]: CANARY["telephone"]}):
                await watch.ask(client, method, url, json=dict(honest["json"]) | {field: value})
        broken = json.dumps(honest["json"])[:-1] + f', "{CANARY["surname"]}'
        await watch.ask(client, method, url, content=broken, headers={"Content-Type": "application/json"})


def _a_role(entry: Entry) -> Role:
    assert entry.act is not None
    return Role.SERVICE_MANAGER if Role.SERVICE_MANAGER in entry.act.roles else min(entry.act.roles)


async def fail_in_every_way(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """409 by a rule and by a constraint, 500 by a broken operation, and an event that reporting cannot act on."""
    source = watch.house.signed_in_as("source_system", id="case-system").intake
    assert (await watch.ask(source, "POST", "/v1/referrals", json=FORM | {"source": "1A"})).status_code == 409

    async def twice(session: Any, *_: Any, **__: Any) -> Any:
        session.add_all([Team(code=CANARY["fault"], name=CANARY["address"]) for _ in range(2)])
        await session.flush()

    async def broken(_session: Any, posted: Any, **_: Any) -> Any:
        raise ValueError(f"{CANARY['fault']} while {posted.concern} was read")

    for operation, status in ((twice, 409), (broken, 500)):
        with monkeypatch.context() as patched:
            patched.setattr("services.intake.referrals.operations.receive", operation)
            changed = FORM | {"source_reference": operation.__name__}
            assert (await watch.ask(source, "POST", "/v1/referrals", json=changed)).status_code == status

    async def cannot(*_: Any) -> Any:
        raise ValueError(f"{CANARY['fault']} of {CANARY['forename']}")

    with monkeypatch.context() as patched:
        patched.setattr("services.reporting.subscriptions.keep", cannot)
        changed = FORM | {"source_reference": "poison", "children": [{"la_child_id": "OTHER1"}]}
        assert (await watch.ask(source, "POST", "/v1/referrals", json=changed)).is_success
        await watch.house.settle()


async def lose_the_database(watch: Watch) -> None:
    """503: the same form to a service whose database is away, and whose address holds a password."""
    settings = watch.house.installation.settings
    database = INTAKE.open(f"postgresql+asyncpg://dwc:{CANARY['password']}@127.0.0.1:1/intake", authority="206")
    app = build_app(INTAKE, settings, database, EmbeddedTransport([]))
    source = watch.house.signed_in_as("source_system")
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://intake", headers=source.headers) as client:
        assert (await watch.ask(client, "POST", "/v1/referrals", json=FORM)).status_code == 503
    await database.close()


async def whole_of(database: Any) -> str:
    """Every table of a database, every column of every row."""
    kept = []
    async with database.engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        tables = MetaData()
        await connection.run_sync(lambda sync: tables.reflect(sync, only=names))
        for table in tables.sorted_tables:
            for row in await connection.execute(select(table)):
                kept.append(f"{table.name}: {' | '.join(map(_as_text, row))}")
    return "\n".join(kept)


def _as_text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


WRITTEN_HERE = ("baseline:", "programme_plan:", "programme_decision:", "research_extract:", "published_report:")
"""Why a chart begins afresh, what a programme costs, what an extract is for: about nobody, and by whoever answers for it."""


async def test_what_is_anybodys_own_is_found_nowhere_it_does_not_belong(watch, logged, monkeypatch) -> None:
    await tell_the_story(watch)
    await try_every_route(watch)
    await fail_in_every_way(watch, monkeypatch)
    await lose_the_database(watch)
    await watch.house.settle()
    operator = watch.house.signed_in_as("operator")
    figures = [await each.get("/metrics") for each in (operator.intake, operator.observation, operator.reporting)]
    log = logged()

    assert len(EVERY_CANARY) >= 20
    assert watch.statuses >= {200, 201, 401, 404, 409, 422, 500, 503}, "every kind of answer was had"
    assert {line["event"] for line in log} >= {"request", "fault", "constraint.unforeseen", "token.refused"}
    assert len(watch.events) >= 5
    assert {where: leaked(text) for where, text in watch.refusals if leaked(text)} == {}
    assert [line for line in log if leaked(json.dumps(line))] == []
    assert leaked("\n".join(watch.events)) == []
    assert [leaked(each.text) for each in figures] == [[], [], []]
    kept = {name: await whole_of(database) for name, database in watch.house.databases.items()}
    heard = [row for row in kept["reporting"].splitlines() if not row.startswith(WRITTEN_HERE)]
    assert leaked("\n".join(heard)) == []
    assert "dead_letter:" in kept["reporting"], "what could not be acted on was set aside"
    assert {
        *(CANARY[word] for word in ("forename", "concern", "aim", "worker_says", "decided", "reason")),
        BORN_ON,
    } <= {each for each in EVERY_CANARY if each in kept["intake"]}
    assert CANARY["evidence"] in kept["observation"]
    # What families are asked is worded by whoever runs this, in words of their own.
    assert {*leaked(kept["observation"])} <= {
        CANARY[word] for word in ("evidence", "strength", "stretch", "goal", "unknown_value")
    }


async def test_an_event_from_a_stranger_leaves_its_words_in_no_log(house, logged) -> None:
    state = ChildState(authority="206", epoch=1, n=1, child_id=uuid4(), episodes=())
    honest = json.loads(state.model_dump_json())
    stranger = json.dumps(honest | {"episodes": [{"id": CANARY["forename"]}], "forename": CANARY["surname"]})
    envelope = Envelope.around(
        state,
        id=new_id(),
        service="intake",
        time=clock.now(),
        actor=CANARY["agent"],
        correlation_id="",
        causation_id="",
    )
    poison = Envelope(**(vars(envelope) | {"data": stranger.encode()}))
    await house.installation.transport.send([poison])
    assert leaked(json.dumps(logged())) == []
