"""Copies of what is heard: the newest version only, whatever comes again, late or together."""

from datetime import date
from uuid import uuid4

from services.observation.people.models import KnownCase, KnownChild, KnownWorker
from shared.contracts.intake import TeamMembership


async def test_an_older_worker_changes_nothing_and_a_restored_one_does(bare_department) -> None:
    department = bare_department
    south = (TeamMembership(team="south", team_name="South", member_from=date(2026, 1, 1)),)
    await department.hears(department.worker("asha", n=5))
    await department.hears(department.worker("asha", n=5, memberships=south))
    await department.hears(department.worker("asha", n=4, memberships=south))
    (asha,) = await department.rows(KnownWorker)
    assert (asha.n, asha.team_on(date(2026, 5, 1))) == (5, "north")
    await department.hears(department.worker("asha", n=2, epoch=2, memberships=south))
    (asha,) = await department.rows(KnownWorker)
    assert (asha.epoch, asha.n, asha.team_on(date(2026, 5, 1))) == (2, 2, "south")


async def test_a_case_no_longer_spoken_of_is_dropped_and_an_older_state_does_not_bring_it_back(bare_department) -> None:
    department = bare_department
    await department.hears(department.child(n=1))
    corrected = uuid4()
    await department.hears(department.child(n=3, episode_id=corrected))
    await department.hears(department.child(n=2))
    assert [case.episode_id for case in await department.rows(KnownCase)] == [corrected]


async def test_a_merged_child_and_an_erased_one_keep_no_cases(bare_department) -> None:
    department = bare_department
    await department.hears(department.child(n=1))
    await department.hears(department.child(n=2, merged_into=uuid4()))
    assert await department.rows(KnownCase) == []
    await department.hears(department.child(n=3), department.worker("asha"))
    await department.hears(department.child(n=4, erased=True), department.worker("asha", n=2, erased=True))
    assert await department.rows(KnownCase) == []
    (asha,) = await department.rows(KnownWorker)
    assert (asha.reference, asha.memberships) == ("", [])


async def test_an_episode_that_two_children_claim_in_one_batch_is_kept_once(bare_department) -> None:
    department = bare_department
    await department.hears(department.child(uuid4()), department.child(uuid4()))
    assert len(await department.rows(KnownCase)) == 1


async def test_a_thousand_children_are_kept_in_one_batch(bare_department) -> None:
    department = bare_department
    states = [department.child(uuid4(), episode_id=uuid4()) for _ in range(1000)]
    await department.hears(*states)
    await department.hears(*states)
    assert len(await department.rows(KnownChild)) == len(await department.rows(KnownCase)) == 1000
