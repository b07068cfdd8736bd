"""Who works in the borough, and who has a place for another child."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from services.demo.calibration import DISABLED, DISABLED_CHILDREN, OPEN, TEAMS, Span
from services.intake.allocation.capacity import capacity_of
from services.intake.people.models import WorkerIn
from services.intake.people.terms import terms_on
from shared.calendar import add_months
from shared.contracts.codes import WorkerRole

FORENAMES = (
    *("Amara", "Ben", "Chloe", "Dev", "Esme", "Farid", "Grace", "Hugo", "Ines", "Jonah", "Kezia", "Liam", "Maryam"),
    *("Noor", "Orla", "Pavel", "Quentin", "Rosa", "Samir", "Tessa", "Uma", "Viktor", "Wren", "Yusuf", "Zainab"),
)
SURNAMES = ("Example", "Sample", "Specimen", "Madeup", "Invented", "Placeholder", "Fictional", "Pretend", "Imagined")
NEWLY_QUALIFIED, PART_TIME, SENIOR = "newly qualified", "part time", "senior"
POSTS = ("", "", SENIOR, "", "", "", PART_TIME, "", NEWLY_QUALIFIED, "", "", "", SENIOR)
"""The posts that hold cases, in the order a team grows by; beyond these, full-time social workers."""
FILLED = 0.9
"""How full the places are on the whole: 13 or 14 children where 15 is the limit."""
MOST_POSTS = 90


@dataclass(frozen=True)
class Post:
    """One worker as the workforce record states them, with the place of the team among `TEAMS`."""

    reference: str
    team: int
    stated: WorkerIn

    def limit_on(self, day: date) -> int:
        """The most children to be held; none before the post begins."""
        if day < self.stated.member_from:
            return 0
        return capacity_of(self.stated.role, terms_on(self.stated, (), day), on=day).children


def coach_of(team: int) -> str:
    return f"W{team + 1}01"


def draw_posts(chance: Random, span: Span, *, scale: float) -> Iterator[Post]:
    """Seven teams, each with a manager, a coach, two deputies, and as many others as its children need."""
    for team in range(len(TEAMS)):
        roles = [WorkerRole.TEAM_MANAGER, WorkerRole.COACH, *[WorkerRole.DEPUTY_TEAM_MANAGER] * 2]
        named: set[str] = set()
        for place, role in enumerate(roles):
            yield _post(chance, span, team, place, role=role, named=named)
        children = OPEN * scale * _share_of_children(team)
        places, place = 0, len(roles)
        while places < children / FILLED and place < MOST_POSTS:
            kind = POSTS[place - len(roles)] if place - len(roles) < len(POSTS) else ""
            role = WorkerRole.SENIOR_SOCIAL_WORKER if kind == SENIOR else WorkerRole.SOCIAL_WORKER
            post = _post(chance, span, team, place, role=role, kind=kind, named=named)
            places, place = places + post.limit_on(span.today), place + 1
            yield post


def _share_of_children(team: int) -> float:
    disabled = DISABLED / 100
    return disabled if team == DISABLED_CHILDREN else (1 - disabled) / DISABLED_CHILDREN


def _name(chance: Random, named: set[str]) -> str:
    """A name that nobody else in the team has; where the one drawn is taken, with the next surname that makes it free."""
    forename, first = chance.choice(FORENAMES), SURNAMES.index(chance.choice(SURNAMES))
    ways = [f"{forename} {surname}" for surname in (*SURNAMES[first:], *SURNAMES[:first])]
    name = next((way for way in ways if way not in named), ways[0])
    named.add(name)
    return name


def _post(
    chance: Random, span: Span, team: int, place: int, *, role: WorkerRole, kind: str = "", named: set[str]
) -> Post:
    newly_qualified_from = add_months(span.today, -6) if kind == NEWLY_QUALIFIED else None
    return Post(
        reference=f"W{team + 1}{place:02d}",
        team=team,
        stated=WorkerIn(
            name=_name(chance, named),
            role=role,
            team=f"T{team + 1}",
            team_name=TEAMS[team],
            member_from=newly_qualified_from or span.casework_from - timedelta(days=30),
            full_time_equivalent_percent=60 if kind == PART_TIME else 100,
            newly_qualified_from=newly_qualified_from,
        ),
    )


class Desks:
    """How many children each worker holds, as intake counts it, so that whom to choose need not be asked each time."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self._posts = posts
        self._held = {post.reference: 0 for post in posts}
        self._limits: dict[str, int] = {}

    def open_on(self, day: date) -> None:
        """Settle how many each may hold from a day on; whoever comes into post later holds none yet."""
        self._limits = {post.reference: post.limit_on(day) for post in self._posts}

    def take(self, team: int) -> Post | None:
        """A place with the worker of the team who has most room; of another team when this one is full."""
        own = [post for post in self._posts if post.team == team]
        chosen = self._emptiest(own) or self._emptiest(self._posts)
        if chosen is not None:
            self._held[chosen.reference] += 1
        return chosen

    def leave(self, post: Post) -> None:
        self._held[post.reference] -= 1

    def _emptiest(self, posts: Sequence[Post]) -> Post | None:
        free = [post for post in posts if self._held[post.reference] < self._limits[post.reference]]
        return min(free, key=self._fullness, default=None)

    def _fullness(self, post: Post) -> float:
        return (self._held[post.reference] + 1) / self._limits[post.reference]
