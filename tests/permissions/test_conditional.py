"""Nobody is sent again what they hold, and naming a version opens no door: every route, asked of the running services."""

from services.host import service_named
from shared.web.app import doors_of
from shared.web.conditional import _replaced
from shared.web.guard import act_of, depends_on
from shared.web.roles import Role
from tests.permissions.matrix import Entry, entries
from tests.permissions.sees import SEES
from tests.permissions.world import WHO, World

NEVER_THE_SAME = {
    "GET /metrics",
    "GET /v1/audit/export",
    "GET /v1/audit/seals",
    "GET /v1/returns/cin-census/{year}/file",
}
"""Figures of the moment, what is sent while it is still being read, and what grows by a seal a second."""


def reads() -> list[Entry]:
    return [each for each in entries() if each.act and each.place and each.route.startswith("GET")]


def signed_in(house, entry: Entry, role: Role):
    return getattr(house.signed_in_as(role, **WHO.get(role, {})), entry.service)


def let_in(house, entry: Entry, world: World):
    """Somebody whom the matrix lets in, and the request about what they may see."""
    for role in sorted(entry.act.roles):
        for whose, ids in world.items():
            if not entry.place.about or whose in entry.seen_by(role):
                return signed_in(house, entry, role), entry.request(ids)
    raise AssertionError(f"nobody sees anything at {entry.route}")


async def test_whoever_holds_an_answer_is_told_so_and_not_sent_it_again(house, worlds) -> None:
    for entry in reads():
        client, request = let_in(house, entry, worlds[entry.service])
        first = await client.request(**request)
        assert first.status_code == 200, (entry, first.text)
        if entry.route in NEVER_THE_SAME:
            continue
        assert "ETag" in first.headers, entry
        tag = first.headers["ETag"]
        assert tag.startswith('"'), (entry, tag)
        for held in (tag, f"W/{tag}", f'"older", {tag}', "*"):
            again = await client.request(**request, headers={"If-None-Match": held})
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag), (entry, held)
            assert "content-length" not in again.headers, entry
        for other in ('"older"', tag.strip('"'), "nonsense"):
            assert (await client.request(**request, headers={"If-None-Match": other})).content == first.content, entry


async def test_what_is_foreign_is_not_found_whatever_version_is_named(house, worlds) -> None:
    tried = 0
    for entry in (each for each in reads() if each.place.about in SEES and not each.place.lists):
        world = worlds[entry.service]
        for role in entry.act.roles:
            seen = entry.seen_by(role)
            mine, theirs = seen & {*world}, {*world} - seen
            if not mine or not theirs:
                continue
            client = signed_in(house, entry, role)
            held = await client.request(**entry.request(world[min(mine)]))
            for named in ({"If-None-Match": "*"}, {"If-None-Match": held.headers["ETag"]}, {"If-Match": "*"}):
                answer = await client.request(**entry.request(world[min(theirs)]), headers=named)
                assert (answer.status_code, "ETag" in answer.headers) == (404, False), (entry, role, named)
                tried += 1
    assert tried


STATED_BY_THEIR_MASTER = ("/v1/sources/", "/v1/pulse")
"""A source replaces what it has stated itself and nothing else, and an answer to the pulse is nobody's and new: there is
nobody's work that could be overwritten unread."""


def test_every_edit_names_the_version_it_replaces() -> None:
    blind = {
        f"{method} {route.path}"
        for name in ("intake", "observation", "reporting")
        for router in doors_of(service_named(name))
        for route in router.routes
        for method in route.methods & {"PUT", "PATCH", "DELETE"}
        if act_of(route) and not depends_on(route, _replaced) and not route.path.startswith(STATED_BY_THEIR_MASTER)
    }
    assert blind == set(), "ask for the version with Replaces, and check it where the row is locked"
