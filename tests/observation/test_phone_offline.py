"""200 forms three times each, shuffled, edits before what they replace, some of cases nobody has heard of: 200 rows."""

import asyncio
from uuid import uuid4

from services.observation.forms.models import Form
from services.observation.practice.models import Observation
from shared.due import due_table
from tests.phone import FORMS, two_weeks_offline

SEED = 20261125


async def test_what_a_phone_saved_offline_for_two_weeks_is_recorded_once_as_it_was_saved_last(department) -> None:
    print(f"seed {SEED}")
    unknown = [uuid4() for _ in range(3)]
    sent, last = two_weeks_offline(SEED, department.form(), [department.episode_id] * 5 + unknown)
    eve, half = department.eve, len(sent) // 2
    answers = []
    for start in range(0, len(sent), 4):  # four at once, as a phone does
        some = sent[start : start + 4]
        answers += await asyncio.gather(*(eve.put(**each.request) for each in some))
        if start <= half < start + 4:
            await department.hears(*(department.child(uuid4(), episode_id=episode) for episode in unknown[:2]))
    await department.hears(department.child(uuid4(), episode_id=unknown[2]))

    assert {answer.status_code for answer in answers} == {200, 201, 202}
    rows = {row.id: row for row in await department.rows(Observation)}
    assert len(rows) == FORMS
    assert {id: (row.version, row.scores) for id, row in rows.items()} == {
        id: (form.replaces + 1, form.body["scores"]) for id, form in last.items()
    }
    assert not any(row.is_parked for row in rows.values())
    assert {row.standing for row in await department.rows(Form)} == {"landed"}
    assert len(await department.rows(Form)) == len(sent) // 3
    newest = {state.observation_id: state for state in await department.said()}
    assert {id: {str(each.skill): each.score for each in state.scores} for id, state in newest.items()} == {
        id: form.body["scores"] for id, form in last.items()
    }
    assert {id: state.n for id, state in newest.items()} == {id: row.n for id, row in rows.items()}
    async with department.database.reading() as session:
        waiting = (await session.execute(due_table.select().where(due_table.c.kind == "form.held"))).all()
    assert waiting == [], "nothing is held any more"
