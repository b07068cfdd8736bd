"""Uncertified scores feed back and do not report: from the form to the figure, through both services."""

from tests.permissions.bodies import CERTIFICATION


async def test_only_the_certified_observers_scores_come_into_the_figures(borough) -> None:
    async with borough.open() as department:
        await department.staffed()
        await department.lives("C1")
        before = {name: figure for (name, *_), figure in (await department.cells()).items()}
        assert before["observations"] == (1, 1)
        assert not {"practice_all_seven", "practice_empathy"} & before.keys()

        guide = department.signed_in_as("principal_social_worker").observation
        earned = await guide.post("/v1/evaluators/cara/certificates", json=CERTIFICATION)
        assert (earned.status_code, earned.json()[0]["is_earned"]) == (201, True)
        await department.lives("C2")
        after = {(name, band): figure for (name, _, _, band), figure in (await department.cells()).items()}
        assert after["observations", ""] == (2, 2)
        assert after["practice_all_seven", "21/7"] == after["practice_empathy", "3"] == (1, 1)

        shown = (
            await department.signed_in_as("social_worker", worker="asha").observation.get("/v1/observations")
        ).json()
        assert sorted(each["observer_certified"] for each in shown["items"]) == [False, True]
        assert all(each["scores"]["empathy"] == 3 for each in shown["items"]), "both are fed back"
