"""A place in the matrix: how a route is tried, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Place:
    """How a route is tried: what it is about, and a request that is right in every way but for who asks."""

    about: str = ""
    """A key of SEES; empty for a route that is about nobody in particular."""
    path: Mapping[str, str] = field(default_factory=dict)
    """Parameter -> kind of id in the world; an empty kind is made up anew each time."""
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    """Fields of the body that name what it is about -> kind of name in the world."""
    lists: str = ""
    """For a list of what is seen: the item's field that holds the id."""


def case(of: str = "referral", **json: Any) -> Place:
    return Place("case", {f"{of}_id": of}, json=json or None)


def pair(**json: Any) -> Place:
    return Place("pair", {"match_id": "match"}, json=json or None)


def post(begins: str = "", **json: Any) -> Place:
    return Place("post", {"reference": "worker"} | ({begins: "=2026-05-11"} if begins else {}), json=json or None)


def handed(**json: Any) -> Place:
    return Place("handover", {"handover_id": "handover"}, json=json)


def aimed(**json: Any) -> Place:
    return Place("case", {"goal_id": "family goal"}, json=json or None)


def offered(**json: Any) -> Place:
    return Place("case", {"offer_id": "offer"}, json=json or None)


def observed(about: str = "observation", **json: Any) -> Place:
    return Place(about, {"observation_id": about}, json=json or None)


def extracted(**json: Any) -> Place:
    return Place("extract", {"extract_id": "extract"}, json=json or None)


def released(**json: Any) -> Place:
    return Place("release", {"release_id": "release"}, json=json or None)


def followed(of: str = "participation", **json: Any) -> Place:
    """A case of a cohort, or one of its waves."""
    return Place("participation", {f"{of}_id": of}, json=json or None)
