"""What whoever works with a child must know is kept here, and is said to nobody."""

import pytest

from services.intake.children.models import Address, Details
from services.intake.people.models import Child

DETAILS = {
    "unaccompanied": True,
    "unaccompanied_until": "2026-04-01",
    "languages": ["so", "en"],
    "interpreter": "so",
    "safe_contact": "Ring the aunt, never the house, before five",
    "addresses": [
        {"lived_from": "2026-01-01", "line": "2 Example Walk", "postcode": "n1 1aa", "area": "E05000366"},
        {"lived_from": "2024-01-01", "lived_until": "2026-01-01", "postcode": "E8 1AA"},
    ],
}


async def robins(department) -> str:
    (referral,) = await department.referred("ROBIN")
    return f"/v1/children/{referral['child_id']}/details"


async def test_duty_keeps_robins_details_and_reads_them_in_order_of_their_days(department) -> None:
    path = await robins(department)
    answer = await department.duty.put(path, json=DETAILS)
    assert answer.status_code == 204, answer.text
    shown = (await department.norma.get(path)).json()
    assert {name: shown[name] for name in DETAILS if name != "addresses"} == {
        name: value for name, value in DETAILS.items() if name != "addresses"
    }
    assert [(each["lived_from"], each["postcode"], each["area"]) for each in shown["addresses"]] == [
        ("2024-01-01", "E8 1AA", None),
        ("2026-01-01", "N1 1AA", "E05000366"),
    ]
    (child,) = await department.rows(Child)
    assert child.postcode == "N1 1AA"


async def test_nothing_of_them_is_said_or_logged(department, logged) -> None:
    path = await robins(department)
    before = len(await department.said())
    await department.duty.put(path, json=DETAILS)
    assert len(await department.said()) == before
    assert "aunt" not in str(logged())
    assert "Walk" not in str(await department.audited())


async def test_stating_the_same_again_changes_nothing_and_an_edit_names_what_it_replaces(department) -> None:
    path = await robins(department)
    await department.duty.put(path, json=DETAILS)
    tag = (await department.duty.get(path)).headers["etag"]
    again = await department.duty.put(path, json=DETAILS)
    assert (again.status_code, again.headers["etag"]) == (204, tag)
    assert (await department.duty.put(path, json={"languages": ["tr"]})).status_code == 428
    edit = await department.duty.put(path, json={"languages": ["tr"]}, headers={"If-Match": tag})
    assert edit.status_code == 204
    assert (await department.duty.put(path, json=DETAILS, headers={"If-Match": tag})).status_code == 412
    assert await department.rows(Address) == []
    (kept,) = await department.rows(Details)
    assert (kept.languages, kept.safe_contact) == (["tr"], None)


async def test_cleo_of_the_south_team_knows_nothing_of_ashas_case(department) -> None:
    episode = await department.allocated("asha", await department.episode("ROBIN"))
    child = (await department.duty.get(f"/v1/episodes/{episode}")).json()["child_id"]
    path = f"/v1/children/{child}/details"
    assert (await department.asha.put(path, json=DETAILS)).status_code == 204
    assert (
        (await department.cleo.get(path)).status_code == (await department.cleo.put(path, json={})).status_code == 404
    )
    analyst = department.token("performance_analyst")
    assert (await analyst.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"interpreter": "Somali"}, "/interpreter"),
        ({"languages": ["so", "Turkish"]}, "/languages/1"),
        ({"addresses": [{"lived_from": "2026-01-01", "lived_until": "2025-01-01"}]}, "/addresses/0/lived_until"),
        ({"addresses": [{"lived_from": "2026-01-01"}, {"lived_from": "2026-01-01"}]}, "/addresses"),
        ({"addresses": [{"lived_from": "2026-01-01", "postcode": "nowhere"}]}, "/addresses/0/postcode"),
    ],
)
async def test_what_cannot_be_is_refused(department, changes, pointer) -> None:
    answer = await department.duty.put(await robins(department), json=changes)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
