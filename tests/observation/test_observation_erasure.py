"""When intake says that a child was erased, what was noted about that child goes, and what the worker was scored stays."""

from uuid import uuid4

from services.observation.people.models import KnownCase
from services.observation.practice.models import Observation


async def test_notes_about_an_erased_child_go_and_everybody_elses_stay(department) -> None:
    robin = await department.observed()
    other_child, other_episode = uuid4(), uuid4()
    await department.hears(department.child(other_child, episode_id=other_episode))
    sam = await department.observed(episode_id=str(other_episode))
    said_before = len(await department.said())
    await department.hears(department.child(n=2, episodes=(), erased=True))
    kept = {row.id: row for row in await department.rows(Observation)}
    assert kept[robin].evidence == {}
    assert kept[robin].scores["empathy"] == 4
    assert kept[sam].evidence == {"empathy": [{"at": "12:40", "note": "named what Mum had not said"}]}
    assert [case.child_id for case in await department.rows(KnownCase)] == [other_child]
    assert len(await department.said()) == said_before, "nothing that is said of an observation has changed"


async def test_old_news_of_an_erasure_takes_nothing(department) -> None:
    robin = await department.observed()
    await department.hears(department.child(n=5))
    await department.hears(department.child(n=4, episodes=(), erased=True))
    (row,) = [each for each in await department.rows(Observation) if each.id == robin]
    assert row.evidence != {}
