"""What was known of the whole family when a referral comes in, as far as whoever asks may see it."""


async def history(department, referral: str, who: str = "duty") -> dict[str, dict]:
    answer = await getattr(department, who).get(f"/v1/referrals/{referral}/family-history")
    assert answer.status_code == 200, answer.text
    return {each["la_child_id"] or "": each for each in answer.json()}


async def a_family(department) -> str:
    """Robin was referred last year, held by Cleo and closed; a sister is open with Cleo; now both come in with a baby."""
    first, sister = await department.referred("ROBIN", "SISTER", received_on="2025-03-01")
    closed = (await department.decided(first, "assessment"))["episode_id"]
    await department.allocated("cleo", closed, held_from="2025-03-02")
    await department.vera.post(f"/v1/episodes/{closed}/closure", json={"closed_on": "2025-09-01", "reason": "RC7"})
    await department.allocated("cleo", (await department.decided(sister, "assessment"))["episode_id"])
    robin, *_ = await department.referred("ROBIN", "BABY")
    return robin["id"]


async def test_duty_sees_every_child_of_the_family_with_ended_allocations(department) -> None:
    family = await history(department, await a_family(department))
    assert sorted(family) == ["BABY", "ROBIN", "SISTER"]
    (before,) = family["ROBIN"]["referrals"]
    assert (before["received_on"], before["closed_on"], before["closure_reason"]) == ("2025-03-01", "2025-09-01", "RC7")
    assert before["allocations"] == [
        {"worker": "cleo", "team": "south", "held_from": "2025-03-02", "held_until": "2025-09-01"}
    ]
    assert [each["is_the_child"] for each in (family["ROBIN"], family["SISTER"], family["BABY"])] == [
        True,
        False,
        False,
    ]
    assert (family["SISTER"]["is_open"], family["SISTER"]["worker"], family["SISTER"]["team"]) == (
        True,
        "cleo",
        "south",
    )
    assert (family["ROBIN"]["is_open"], family["ROBIN"]["worker"]) == (False, None)


async def test_norma_learns_that_the_south_team_knows_a_sister_and_no_more_and_that_is_audited(department) -> None:
    referral = await a_family(department)
    family = await history(department, referral, "norma")
    sister = family[""]
    assert (sister["is_open"], sister["worker"], sister["team"], sister["referrals"]) == (True, "cleo", "south", [])
    assert family["ROBIN"]["referrals"] == []
    row = (await department.audited())[-1]
    assert sister["child_id"] in row.subjects


async def test_a_restricted_sister_is_not_in_the_history_of_who_is_not_named(department) -> None:
    referral = await a_family(department)
    sister = (await history(department, referral))["SISTER"]["child_id"]
    await department.vera.put(f"/v1/children/{sister}/restriction", json={"named": ["cleo"]})
    assert sorted(await history(department, referral)) == ["BABY", "ROBIN"]
    assert sorted(await history(department, referral, "vera")) == ["BABY", "ROBIN", "SISTER"]


async def test_a_record_merged_with_the_child_is_part_of_the_childs_own_history(department) -> None:
    referral = await a_family(department)
    await department.referred(children=[{"la_child_id": "AGAIN"}], received_on="2024-01-01")
    pair = (await department.duty.post("/v1/possible-matches", json={"children": ["ROBIN", "AGAIN"]})).json()
    same = {"decision": "same", "keep": "ROBIN"}
    await department.duty.post(f"/v1/possible-matches/{pair['id']}/decision", json=same)
    family = await history(department, referral)
    assert family["AGAIN"]["is_the_child"]
    assert [each["received_on"] for each in family["AGAIN"]["referrals"]] == ["2024-01-01"]


async def test_a_baby_named_with_a_known_brother_is_of_his_family(department) -> None:
    await department.referred("BROTHER")
    _, baby = await department.referred("BROTHER", "BABY")
    (again,) = await department.referred("BABY")
    assert sorted(await history(department, again["id"])) == ["BABY", "BROTHER"]
    assert baby["child_id"] == again["child_id"]
