"""What intake says and what it writes into the audit: one event a changed subject, in order, and nobody's name."""

from uuid import UUID

from shared.contracts.intake import ChildState, WorkerState
from shared.messaging import outbox

SECRETS = ("Robin", "Example", "breakfast", "2019-05-02", "LA0001", "LA0002", "A123456789012", "Sample")
"""Names, a date of birth, ids of the authority's own and what somebody wrote."""


async def lived(department) -> tuple[list[dict], str]:
    """Two siblings referred; one turned away, the other's case opened, given to Asha, and closed."""
    robin, sky = await department.referred("LA0001", "LA0002", received_on="2026-05-11")
    await department.decided(sky, "no_further_action")
    episode = await department.allocated("asha", (await department.decided(robin, "strategy_discussion"))["episode_id"])
    closure = {"closed_on": "2026-05-14", "reason": "RC7"}
    assert (await department.norma.post(f"/v1/episodes/{episode}/closure", json=closure)).status_code == 200
    return [robin, sky], episode


async def test_each_change_is_said_once_in_order_with_a_rising_version(department) -> None:
    (robin, sky), episode = await lived(department)
    his = await department.said_of(robin["child_id"])
    assert [state.version for state in his] == [(1, 1), (1, 2), (1, 3), (1, 4)]
    assert [[change.what for change in state.changes] for state in his] == [
        ["referral.received"],
        ["referral.decided"],
        ["case.allocated"],
        ["case.closed"],
    ]
    allocation = his[-1].episodes[0].allocations[0]
    assert [str(state.changes[0].item_id) for state in his] == [robin["id"], robin["id"], str(allocation.id), episode]
    hers = await department.said_of(sky["child_id"])
    assert [(state.n, state.changes[0].what) for state in hers] == [(1, "referral.received"), (2, "referral.decided")]
    assert {state.authority for state in his + hers} == {"206"}
    assert all(change.what in ChildState.happenings for state in his + hers for change in state.changes)


async def test_an_event_holds_the_whole_of_a_childs_history(department) -> None:
    await department.episode("C1", received_on="2026-05-01")
    (second,) = await department.referred("C1", received_on="2026-05-12", source="6")
    await department.decided(second, "open_episode")
    state = (await department.said())[-1]
    assert [
        (str(each.received_on), each.source, each.no_further_action, each.joined_open_episode)
        for each in state.referrals
    ] == [
        ("2026-05-01", "2A", False, False),
        ("2026-05-12", "6", False, True),
    ]
    (episode,) = state.episodes
    assert (episode.referral_id, str(episode.started_on), episode.closed_on) == (
        state.referrals[0].id,
        "2026-05-01",
        None,
    )


async def test_several_changes_of_one_child_in_one_transaction_are_one_event(department) -> None:
    from sqlmodel import select

    from services.intake.referrals.models import DecisionIn, Referral, ReferralIn
    from services.intake.referrals.operations import decide, receive
    from shared.web.roles import Principal, Role

    duty = Principal(id="duty", role=Role.DUTY)
    before = len(await department.said())
    async with department.database.transaction() as session:
        await receive(session, [ReferralIn.model_validate(department.form("C1"))], by=duty)
        referral = (await session.exec(select(Referral))).one()
        await decide(session, referral.id, DecisionIn(outcome="assessment"), by=duty)
    (state,) = (await department.said())[before:]
    assert (state.n, [change.what for change in state.changes]) == (1, ["referral.received", "referral.decided"])
    assert len(state.episodes) == 1


async def test_a_refusal_says_nothing(department) -> None:
    episode = await department.allocated("asha")
    (referral,) = await department.referred("C1")
    said = len(await department.said())
    refused = [
        await department.norma.post(f"/v1/episodes/{episode}/allocation", json={"worker": "ben"}),
        await department.duty.post(f"/v1/referrals/{referral['id']}/decision", json={"outcome": "open_episode"}),
        await department.norma.post(
            f"/v1/episodes/{episode}/closure", json={"closed_on": "2026-06-01", "reason": "RC7"}
        ),
        await department.school.post("/v1/referrals", json=department.form("C1", received_on="2026-06-01")),
    ]
    assert [answer.status_code for answer in refused] == [409, 409, 422, 422]
    assert len(await department.said()) == said


async def test_no_event_names_anybody_or_tells_when_a_child_was_born(department) -> None:
    await lived(department)
    async with department.database.reading() as session:
        waiting = await outbox.oldest(session, limit=1000)
    assert {envelope.topic for _, envelope in waiting} == {ChildState.topic, WorkerState.topic}
    for _, envelope in waiting:
        spoken = envelope.data.decode() + repr(envelope.headers())
        assert not [secret for secret in SECRETS if secret in spoken]


async def test_an_event_says_who_caused_it_and_which_request(department) -> None:
    form = department.form("C1")
    await department.school.post("/v1/referrals", json=form, headers={"X-Request-ID": "the-schools-own"})
    async with department.database.reading() as session:
        envelope = (await outbox.oldest(session, limit=1000))[-1][1]
    assert (envelope.actor, envelope.correlation_id, envelope.source) == ("school", "the-schools-own", "/206/intake")


async def test_every_write_and_every_read_of_a_child_leaves_one_audit_row_with_whom_it_was_about(department) -> None:
    before = len(await department.audited())
    (robin, sky), episode = await lived(department)
    await department.norma.get(f"/v1/episodes/{episode}")
    await department.sid.get(f"/v1/episodes/{episode}")
    await department.asha.post(f"/v1/episodes/{episode}/closure", json={"closed_on": "2026-05-14", "reason": "RC7"})
    rows = (await department.audited())[before:]
    assert [(row.actor, row.role, row.act, row.outcome) for row in rows] == [
        ("school", "source_system", "post referrals", rows[0].outcome),
        ("duty", "duty", "decide on referrals", 200),
        ("duty", "duty", "decide on referrals", 200),
        ("vera", "service_manager", "allocate cases", rows[3].outcome),
        ("norma", "team_manager", "close episodes", 200),
        ("norma", "team_manager", "read episodes", 200),
        ("sid", "team_manager", "read episodes", 404),
        ("asha", "social_worker", "close episodes", 403),
    ]
    assert {rows[0].outcome, rows[3].outcome} <= {200, 201}
    assert set(rows[0].subjects) == {robin["id"], sky["id"], robin["child_id"], sky["child_id"]}
    assert set(rows[1].subjects) == {sky["id"], sky["child_id"]}
    assert set(rows[4].subjects) == set(rows[5].subjects) == {episode, robin["child_id"]}
    assert rows[6].subjects == rows[7].subjects == [episode]  # what was asked for, though it was refused
    assert all(UUID(subject) for row in rows for subject in row.subjects)
    told = repr(rows)
    assert not [secret for secret in SECRETS if secret in told]
