"""Who belongs together: children who came on one form, and whoever came on another with one of them."""

from collections.abc import Iterable
from uuid import UUID


def families(came_together: Iterable[tuple[UUID, UUID]]) -> dict[UUID, UUID]:
    """The family of each child, from pairs of a child and what it shares with others: the least of what they share."""
    parents: dict[UUID, UUID] = {}

    def root(of: UUID) -> UUID:
        while (parent := parents.setdefault(of, of)) != of:
            parents[of] = parents[parent]
            of = parents[of]
        return of

    children = set()
    for child, shared in came_together:
        children.add(child)
        one, other = root(child), root(shared)
        parents[max(one, other)] = min(one, other)
    return {child: root(child) for child in children}
