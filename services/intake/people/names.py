"""How near two names are, and under which keys records of one child meet.

Names come in any script, order, spelling and haste; what is compared is their letters.
"""

import re
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from anyascii import anyascii
from rapidfuzz.distance import OSA, JaroWinkler

Name: TypeAlias = tuple[str, ...]
"""The parts of a name in small Latin letters: `("okeefe", "jones")`; empty where there is none."""


class Near(StrEnum):
    """How near two names are, nearest first."""

    SAME = "same"
    SPELLING = "another_spelling"
    """A known spelling of the same name: Mohammed and Muhammad."""
    PART = "part_of_it"
    """Of a name of several parts one is the same."""
    SLIP = "slip"
    """A letter too many, too few, or two that changed places."""
    ALIKE = "alike"
    """It sounds alike or a letter is another: a slip, or the name of a twin."""
    OTHER = "other"
    UNKNOWN = "unknown"


SPELLINGS = (
    "mohammed muhammad mohamed mohammad muhammed mohamad mohamud muhamed mohamoud mhmd",
    "ahmed ahmad achmed ahmet",
    "yusuf yousef youssef yousuf yusef joseph josef jusuf",
    "ibrahim ebrahim abraham ibraheem",
    "hussain hussein husain hussien husayn",
    "hassan hasan hasaan",
    "aisha aysha ayesha aicha aiesha",
    "fatima fatimah fatma fatema faatima",
    "zainab zaynab zeinab zaineb",
    "khadija khadijah kadija hadiya",
    "abdullah abdulla abdallah",
    "abdirahman abdurahman abdulrahman abdelrahman abdurrahman",
    "osman othman usman uthman",
    "maryam mariam maryama meryem miriam",
    "sara sarah zara",
    "sean shaun shawn",
    "steven stephen",
    "catherine katherine kathryn katharine catharine",
    "geoffrey jeffrey",
    "philip phillip",
    "isobel isabel isabelle isabella",
    "alexander aleksander alexandre aleksandr alejandro",
    "nicholas nikolas nicolas nikolai",
    "matthew mathew matteo mateo mateusz",
    "daniel danyal daniyal",
    "aiden aidan ayden",
    "zoe zoey",
    "sophia sofia zofia",
    "elisabeth elizabeth",
    "thomas tomas tomasz",
    "michael michal mikhail",
    "john jon jan",
    "oluwaseun seun",
    "tom thomas",
    "alex alexander alexandra",
    "sam samuel samantha",
    "ben benjamin",
    "josh joshua",
    "dan daniel",
    "matt matthew",
    "mo mohammed",
    "abdi abdirahman",
    "kate catherine",
    "katie catherine",
    "lizzie elizabeth",
    "beth elizabeth",
    "ellie eleanor",
    "charlie charles charlotte",
    "harry harold henry",
    "jack john",
    "will william",
    "billy william",
    "tony anthony",
    "joe joseph",
    "max maximilian maxwell",
    "izzy isobel",
    "megan meghan",
    "chris christopher christian",
    "nick nicholas",
    "andy andrew",
    "rob robert",
    "bobby robert",
    "eddie edward",
    "ted edward",
    "archie archibald",
    "freddie frederick",
    "theo theodore",
    "gabby gabriella",
    "vicky victoria",
    "maddie madeleine madeline",
)
"""Spellings and short forms that are one name. A short form stands with several: it is a spelling of each."""

NOBODYS = frozenset({"unknown", "unborn", "baby", "notknown", "na", "nk", "anon", "anonymous", "test"})
"""What is written where a name is not known."""

BEGINNINGS = re.compile(r"\b(o|mc|mac|al|el|abdul|abdel) (?=[a-z]{2})")
"""What begins a name and is written apart from it or not."""

SPELLED: dict[str, frozenset[str]] = {}
for group in map(frozenset, map(str.split, SPELLINGS)):
    for each in group:
        SPELLED[each] = SPELLED.get(each, frozenset()) | group

SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"gh(?=[^aeiou]|$)"), ""),
    (re.compile(r"(?:sch|sh|ch|cz|sz|tch)"), "s"),
    (re.compile(r"(?:kh|ck|qu|[cqgx])(?![eiy])"), "k"),
    (re.compile(r"c"), "s"),
    (re.compile(r"[jg]"), "j"),
    (re.compile(r"z"), "s"),
    (re.compile(r"w"), "v"),
    (re.compile(r"dh|th"), "t"),
    (re.compile(r"d$"), "t"),
)


@lru_cache(maxsize=20_000)
def parts(name: str | None) -> Name:
    """A name as its parts, whatever its script, accents, hyphens, apostrophes and capitals."""
    letters = re.sub(r"['’`ʼ.]", "", anyascii(name or "")).casefold()
    whole = BEGINNINGS.sub(r"\1", letters)
    return tuple(part for part in re.findall(r"[a-z]+", whole) if part not in NOBODYS)


@lru_cache(maxsize=20_000)
def sound(part: str) -> str:
    """What is heard of a part of a name: its consonants, like ones as one, and whether it begins with a vowel."""
    heard = part
    for written, as_heard in SOUNDS:
        heard = written.sub(as_heard, heard)
    first, rest = heard[:1], re.sub(r"[aeiouyh]", "", heard[1:])
    return re.sub(r"(.)\1+", r"\1", ("a" if first in "aeiouyh" else first) + rest)


def near(one: Name, other: Name) -> Near:
    """How near two names are, taken as wholes and then part by part."""
    if not one or not other:
        return Near.UNKNOWN
    whole, other_whole = "".join(one), "".join(other)
    if whole == other_whole or sorted(one) == sorted(other):
        return Near.SAME
    if len(one) == len(other) and all(b in SPELLED.get(a, (a,)) for a, b in zip(one, other, strict=True)):
        return Near.SPELLING
    if len(one) != len(other) or len(one) > 1:
        shared = [(a, b) for a in one for b in other if len(a) > 2 and (a == b or b in SPELLED.get(a, ()))]
        if shared:
            return Near.PART
    return _in_letters(whole, other_whole)


def _in_letters(one: str, other: str) -> Near:
    wrong = OSA.distance(one, other, score_cutoff=3)
    longest = max(len(one), len(other))
    if wrong == 1 and longest > 3 and (len(one) != len(other) or sorted(one) == sorted(other)):
        return Near.SLIP
    if sound(one) == sound(other) and wrong <= 3:
        return Near.ALIKE
    if wrong == 1 and longest > 3:
        return Near.ALIKE
    is_near = wrong == 2 and longest > 6 and JaroWinkler.similarity(one, other) > 0.9
    return Near.ALIKE if is_near else Near.OTHER


def keys(forename: str | None, surname: str | None, born_on: date | None) -> dict[str, str | None]:
    """Under which keys records of one child meet, by the column that keeps each."""
    return {"name_key": name_key(forename, surname), "born_key": born_key(forename, surname, born_on)}


def name_key(forename: str | None, surname: str | None) -> str | None:
    """How the names sound, whichever of the two came first. None where there are not both."""
    forenames, surnames = parts(forename), parts(surname)
    return " ".join(sorted((sound(forenames[0]), sound(surnames[-1])))) if forenames and surnames else None


def born_key(forename: str | None, surname: str | None, born_on: date | None) -> str | None:
    """The date of birth, whichever of day and month came first. None without a name: a date alone is no reason to look."""
    if born_on is None or not (parts(forename) or parts(surname)):
        return None
    low, high = sorted((born_on.day, born_on.month))
    return f"{born_on.year:04}{low:02}{high:02}"
