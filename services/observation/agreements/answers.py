"""Who may be asked for what, on which lawful basis, what may be answered next, and what is agreed to as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.problems import Conflict, Unprocessable


class Person(StrEnum):
    WORKER = "worker"
    MOTHER = "mother"
    FATHER = "father"
    OTHER_CARER = "other_carer"
    CHILD = "child"


PARENTS = frozenset({Person.MOTHER, Person.FATHER, Person.OTHER_CARER})
FAMILY = PARENTS | {Person.CHILD}


class Purpose(StrEnum):
    OBSERVATION = "observation"
    AUDIO = "audio"
    T1 = "t1"
    T2 = "t2"
    """Being called again after four months; asked at T1."""
    SHARING = "sharing"
    """What the parent said may be shown to the worker."""
    QUOTATION = "quotation"
    LINKAGE = "linkage"
    """Joining what was said with what is on record."""
    RESEARCH = "research"


class LawfulBasis(StrEnum):
    PUBLIC_TASK = "public_task"
    """UK GDPR articles 6(1)(e) and 9(2)(g). To agree is courtesy; to refuse is heeded all the same."""
    CONSENT = "consent"
    """UK GDPR articles 6(1)(a) and 9(2)(a)."""


BASES: Mapping[Purpose, LawfulBasis] = {
    Purpose.OBSERVATION: LawfulBasis.PUBLIC_TASK,
    Purpose.AUDIO: LawfulBasis.CONSENT,
    Purpose.T1: LawfulBasis.PUBLIC_TASK,
    Purpose.T2: LawfulBasis.CONSENT,
    Purpose.SHARING: LawfulBasis.CONSENT,
    Purpose.QUOTATION: LawfulBasis.CONSENT,
    Purpose.LINKAGE: LawfulBasis.PUBLIC_TASK,
    Purpose.RESEARCH: LawfulBasis.CONSENT,
}
"""What this software assumes; the authority decides, and says so in its records of processing."""

ASKED_OF_WORKERS = frozenset({Purpose.OBSERVATION, Purpose.AUDIO, Purpose.RESEARCH})


class Capacity(StrEnum):
    """How a child answers for themself."""

    UNDER_16 = "under_16"
    """Assents; a parent agrees beside it."""
    COMPETENT = "competent"
    """Under sixteen, and found to understand what is asked (Gillick)."""
    FROM_16 = "from_16"


class Answer(StrEnum):
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


LEGAL_MOVES: dict[Answer, dict[Answer, str]] = {
    Answer.ASKED: {Answer.GIVEN: "the person agrees", Answer.REFUSED: "the person does not"},
    Answer.GIVEN: {Answer.WITHDRAWN: "the person changes their mind, at any time, without a reason"},
    Answer.REFUSED: {Answer.GIVEN: "the person agrees after all, without having been pressed"},
    Answer.WITHDRAWN: {Answer.GIVEN: "the person agrees again"},
}


class NotAskedOfThem(Unprocessable):
    title = "This person is not asked for this"
    at = "/purposes"


class CapacityNotStated(Unprocessable):
    title = "Of a child, and of nobody else, it is said how they answer for themself"
    at = "/capacity"


class NothingToForget(Unprocessable):
    title = "What was collected is forgotten at a withdrawal, and at no other answer"
    at = "/past_forgotten"


class AnswerOutOfTurn(Conflict):
    title = "This is no answer to what was answered last"


@dataclass(frozen=True)
class Answered:
    person: Person
    purpose: Purpose
    answer: Answer
    capacity: Capacity | None = None


def check_fits(
    person: Person, purposes: Iterable[Purpose], answer: Answer, capacity: Capacity | None, *, past_forgotten: bool
) -> None:
    """Raise unless this person may be asked for this, and answer it so."""
    if person is Person.WORKER and not ASKED_OF_WORKERS.issuperset(purposes):
        raise NotAskedOfThem("a worker is asked to be observed and recorded, and for research")
    if (person is Person.CHILD) != (capacity is not None):
        raise CapacityNotStated(
            "under 16 a child assents beside a parent; found competent, or from 16, it agrees alone"
        )
    if past_forgotten and answer is not Answer.WITHDRAWN:
        raise NothingToForget("leave past_forgotten out")


def move(now: Answer | None, *, to: Answer) -> Answer:
    """The answer that stands after this one. Whoever was never asked may be asked or may answer at once."""
    legal = LEGAL_MOVES[now] if now else {Answer.ASKED, Answer.GIVEN, Answer.REFUSED}
    if to not in legal:
        raise AnswerOutOfTurn("read what the person answered last; what stands need not be said again")
    return to


def standing(answers: Iterable[Answered]) -> dict[tuple[Person, Purpose], Answered]:
    """What each person answered last, of answers in their order."""
    return {(each.person, each.purpose): each for each in answers}


def agreed(answers: Iterable[Answered], purpose: Purpose, *, by: Iterable[Person] = FAMILY) -> set[Person]:
    """Who of these agrees to a purpose as things stand. A child under sixteen does where a parent does too."""
    given = [each for each in standing(answers).values() if each.purpose is purpose and each.answer is Answer.GIVEN]
    parents = any(each.person in PARENTS for each in given)
    return {each.person for each in given if each.person in by and (each.capacity is not Capacity.UNDER_16 or parents)}


def refused_by_all(answers: Iterable[Answered], purpose: Purpose) -> Answer | None:
    """Whether the family will not have it: refused or withdrawn by everybody who was asked, and how it came last."""
    asked = [each for each in standing(answers).values() if each.purpose is purpose and each.person in FAMILY]
    ends = [each.answer for each in asked]
    if not ends or any(answer in {Answer.ASKED, Answer.GIVEN} for answer in ends):
        return None
    return Answer.WITHDRAWN if Answer.WITHDRAWN in ends else Answer.REFUSED
