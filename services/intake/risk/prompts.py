"""Questions to ask before a goal is rated, in our own words. They structure a judgement, and do not make it.

A factor that an assessment found is a reason to ask, and proves nothing of this goal; nor is a question left out because no
factor was found. A set that changes is another version: a rating keeps that under which it was made.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from shared.contracts.codes import PlaceOfHarm


@dataclass(frozen=True)
class Prompt:
    code: str
    place: PlaceOfHarm | None
    """Where the harm is of which it asks; None for what is asked of every goal."""
    question: str
    factors: frozenset[str] = frozenset()
    """Assessment factors of the census that are a reason to ask, whatever the place."""


def _prompt(code: str, place: PlaceOfHarm | None, question: str, *factors: str) -> Prompt:
    return Prompt(code, place, question, frozenset(factors))


HOME, PEERS, SCHOOL, NEIGHBOURHOOD, ONLINE = PlaceOfHarm

OF_2026 = (
    _prompt("green_day", None, "What would each of you see on a day that was green, and what keeps today from being one?"),
    _prompt("child_says", None, "What does the child say of it, and when was the child last asked alone?"),
    _prompt("since_then", None, "What has been different since it was last rated, and who made it so?"),
    _prompt("worst", None, "If nothing changes, what is the worst that could come of it, and how likely does each of you think that is?"),
    _prompt("safe_with", None, "When it is at its worst, who and what keeps the child safe?"),
    _prompt("cared_for", HOME, "When the child is hungry, ill or afraid, who notices, and what do they do?", "16A", "17A"),
    _prompt("quarrels", HOME, "When the grown-ups quarrel, what happens, and where is the child then?", "3A", "3B", "3C"),
    _prompt("drink_and_drugs", HOME, "On a day when somebody drinks or uses drugs, how is the child looked after?", "1B", "1C", "2B", "2C"),
    _prompt("unwell", HOME, "On a day when a parent is low or unwell, how is the child looked after?", "4B", "4C", "5B", "5C", "6B", "6C"),
    _prompt("hurt_at_home", HOME, "Has anybody at home hurt or touched the child, or is the child afraid of it?", "18C", "19C"),
    _prompt("custom", HOME, "Is anything planned for the child, or done to it, in the name of custom or belief?", "22A", "23A"),
    _prompt("carer", HOME, "What does the child do for others at home, and what does that leave no time for?", "7A"),
    _prompt("company", PEERS, "With whom does the child spend time whom nobody at home knows?", "10A", "11A", "13A", "24A"),
    _prompt("hurt_by_peers", PEERS, "Do other young people hurt, threaten or shame the child, or does the child do so to them?", "14A", "18B", "19B"),
    _prompt("in_debt", PEERS, "Does the child owe anybody, carry things for anybody, or have things that nobody bought?", "2A", "12A", "13A", "24A"),
    _prompt("called_love", PEERS, "Is there somebody, older perhaps, who calls it love or friendship, and what do they ask for?", "11A", "19B"),
    _prompt("school_day", SCHOOL, "Is the child in school all day, and where on the days when not?", "10A", "24A"),
    _prompt("unsafe_at_school", SCHOOL, "Where at school, or on the way there, does the child not feel safe?", "18B", "19B"),
    _prompt("school_adult", SCHOOL, "Which adult at school would the child tell, and does that adult know what to do?"),
    _prompt("avoided", NEIGHBOURHOOD, "Which streets, shops or parks does the child keep away from, or go to and not speak of?", "13A", "24A"),
    _prompt("missing", NEIGHBOURHOOD, "When the child is missing, from where, with whom, and where found?", "10A", "11A", "12A"),
    _prompt("taken", NEIGHBOURHOOD, "Is the child sent or taken anywhere further away, by whom, and who pays?", "12A", "24A"),
    _prompt("guardians", NEIGHBOURHOOD, "Who is about in that place, and what would make it safer for every child there?", "13A"),
    _prompt("strangers_online", ONLINE, "Who talks with the child online whom the child has never met?", "11A", "12A", "19C"),
    _prompt("pictures", ONLINE, "Has anybody asked for, kept or passed on pictures of the child?", "11A", "19B"),
    _prompt("drawn_in", ONLINE, "Does anything the child sees or plays online draw it into harm, to itself or to others?", "14A", "15A", "24A"),
)  # fmt: skip

PROMPTS = {"2026": OF_2026}
"""By version."""
CURRENT = "2026"
CODES = frozenset(prompt.code for prompt in PROMPTS[CURRENT])


@dataclass(frozen=True)
class Asked:
    """A question to be asked, and the factors found that are a reason to."""

    prompt: Prompt
    because_of: tuple[str, ...]


def to_be_asked(places: Collection[PlaceOfHarm], found: Collection[str]) -> Iterator[Asked]:
    """What to ask of a case whose goals are about these places, when assessments found these factors: what is asked of every
    goal, what belongs to its places, and what a factor suggests, wherever the harm is.
    """
    for prompt in PROMPTS[CURRENT]:
        because_of = tuple(sorted(prompt.factors.intersection(found)))
        if prompt.place is None or prompt.place in places or because_of:
            yield Asked(prompt, because_of)
