"""The gate that every generated sentence passes: it may say no more than design, number and interval allow.

A sentence becomes a `Claim` only here, and whatever shows one takes no plain text. The gate is strict with words and
blind to meaning: a word of direction, of better and worse, or of cause is let through only where it has been earned, and a
sentence that denies one does without the word. What is small, or lost many on the way, says so by itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from services.reporting.evidence.intervals import Interval

Claim = NewType("Claim", str)
"""A sentence that passed the gate."""

FEWEST_TO_DESCRIBE = 10
"""Below it a mean or a share is an illustration."""
FEWEST_TO_COMPARE = 30
"""Below it a change or a difference is an illustration, however small its p."""
FEWEST_WORKERS = 10
LEAST_FOLLOWED = 0.6
"""The share of those who began that must have been followed to the end. The evaluation followed 23 of 101."""
SMALL_P = 0.05


class Design(StrEnum):
    """What was done to come to know it. It decides which words can ever be earned."""

    DESCRIBED = "one period or one group, described"
    COMPARED = "different cases in two periods or two groups"
    ASSOCIATED = "two things known of the same cases"
    PAIRED = "the same people twice"
    RANDOMISED = "people given one thing or another by lot"


class Overclaims(ValueError):
    """A sentence says more than it may. It is a mistake in a template of ours, and never in the data."""


@dataclass(frozen=True)
class Basis:
    """What a sentence rests on."""

    design: Design
    n: int
    """Of the smaller part, where there are two. Nought for a sentence that states no figure of a sample."""
    workers: int | None = None
    """Different workers; None where it is not workers who are observed."""
    change: Interval | None = None
    """Of what changed or differed, in the direction it was measured; None where nothing was tested."""
    p: float | None = None
    """Adjusted for the other tests of the same report."""
    high_is_good: bool | None = None
    """None where neither direction is the good one."""
    followed: float | None = None
    """The share of those who began that this is of; None where nobody had to be followed."""

    @property
    def why_illustrative(self) -> list[str]:
        is_described = self.design is Design.DESCRIBED
        is_few = 0 < self.n < FEWEST_TO_DESCRIBE if is_described else self.n < FEWEST_TO_COMPARE
        reasons = [f"n = {self.n}"] if is_few else []
        if not is_described and self.workers is not None and self.workers < FEWEST_WORKERS:
            reasons.append(f"{self.workers} {'worker' if self.workers == 1 else 'workers'}")
        if self.followed is not None and self.followed < LEAST_FOLLOWED:
            reasons.append(f"{100 * self.followed:.0f}% followed to the end")
        return reasons

    @property
    def direction(self) -> int:
        """1 for upward and 1 for downward beyond chance, by the interval and by the adjusted p; 0 for neither."""
        if self.design is Design.DESCRIBED or self.change is None or not self.change.excludes(0):
            return 0
        if self.p is not None and self.p >= SMALL_P:
            return 0
        return 1 if self.change.low > 0 else -1

    @property
    def verdict(self) -> int:
        """1 for better, -1 for worse, 0 where neither may be said: only of the same people, and of enough of them."""
        if self.design not in {Design.PAIRED, Design.RANDOMISED} or self.why_illustrative or self.high_is_good is None:
            return 0
        return self.direction if self.high_is_good else -self.direction


def say(text: str, basis: Basis, *, names: Iterable[str] = ()) -> Claim:
    """The sentence, with what must be added to it. Raises `Overclaims` for a word that has not been earned.

    `names` are titles of ours that stand in it: what is called `placement moves` is counted, and nothing is claimed by it.
    """
    claimed = text
    for name in names:
        claimed = claimed.replace(name, "it")
    if not PLAIN.fullmatch(claimed):
        raise Overclaims("a sentence is made of plain letters, digits and signs: a look-alike could carry a word past")
    for words, is_earned in _earned(basis):
        for read in _readings(claimed):
            if not is_earned and (found := words.search(read)):
                raise Overclaims(f"{found[0]!r} has not been earned: {basis.design}, n = {basis.n}")
    return Claim(" ".join([text, *_added(basis)]))


def compared(what: str, *, by: float, since: str, basis: Basis, decimals: int = 2) -> Claim:
    """One sentence on how something compares with before, in the strongest words its basis has earned."""
    if basis.change is None:
        return say(f"{what}: {by:+.{decimals}f} beside {since}.", basis)
    within = f"95% interval {basis.change.low:+.{decimals}f} to {basis.change.high:+.{decimals}f}"
    if basis.verdict:
        word = "improved" if basis.verdict > 0 else "worsened"
        return say(f"{what} {word} by {abs(by):.{decimals}f} since {since} ({within}).", basis)
    if basis.direction:
        word = "higher" if basis.direction > 0 else "lower"
        return say(f"{what}: {abs(by):.{decimals}f} {word} than in {since} ({within}).", basis)
    return say(f"{what}: {by:+.{decimals}f} beside {since} ({within}).", basis)


def _added(basis: Basis) -> Iterable[str]:
    if basis.design is not Design.DESCRIBED and not basis.direction:
        yield "Not tested." if basis.change is None else "This cannot be told from chance."
    if reasons := basis.why_illustrative:
        yield f"Illustrative only ({', '.join(reasons)})."


def _earned(basis: Basis) -> Iterable[tuple[re.Pattern[str], bool]]:
    """Which words may be said. Of two things that go together either may be called high or low."""
    goes_together = basis.design is Design.ASSOCIATED and basis.direction != 0
    yield BETTER, basis.verdict > 0
    yield WORSE, basis.verdict < 0
    yield UP, basis.direction > 0 or goes_together
    yield DOWN, basis.direction < 0 or goes_together
    yield CHANGED, basis.direction != 0
    yield CAUSED, basis.design is Design.RANDOMISED and basis.direction != 0 and not basis.why_illustrative
    yield CERTAIN, False


def _readings(text: str) -> Iterable[str]:
    """The ways in which somebody may read it: as it stands, hyphens closed, letters set apart, digits for letters."""
    spaced = re.sub(r"[\s_’'*/.–-]+", " ", text)
    yield spaced
    yield re.sub(r"(?<=\w)[_’'*.–-]+(?=\w)", "", text)
    yield re.sub(r"\b(?:\w ){2,}\w\b", lambda found: found[0].replace(" ", ""), spaced)
    yield text.translate(LOOKALIKES)


PLAIN = re.compile(r"[ -~£–’×≥≤]+")
LOOKALIKES = str.maketrans("013457$@|!", "oieastsail")


def _words(*stems: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(stems)})", re.IGNORECASE)


BETTER = _words(
    r"improv", r"better", r"progress", r"strengthen", r"enhanc(?!ed offer\b)", r"succe", r"thriv", r"gain", r"benefi",
    r"recover", r"safer\b", r"advanc", r"flourish", r"help(?:s|ed|ing|ful)\b", r"(?:more )?effective", r"good progress",
)  # fmt: skip
WORSE = _words(
    r"worse", r"deteriorat", r"weaken", r"fail", r"regress", r"suffer", r"harm(?:ed|ful)\b", r"setback", r"poorer\b",
    r"slipp", r"ineffective",
)  # fmt: skip
UP = _words(
    r"rose\b", r"ris(?:e|en|es|ing)\b", r"increas", r"grew\b", r"grow", r"climb", r"higher\b", r"upturn", r"upward",
    r"(?:go|goes|going|gone|went|moved|up) up\b", r"(?:more|above|greater) than (?:before|in|last)", r"doubl",
)  # fmt: skip
DOWN = _words(
    r"fell\b", r"fall", r"decreas", r"declin", r"drop", r"lower", r"reduc", r"shr[aiu]nk", r"downturn", r"downward",
    r"(?:go|goes|going|gone|went|moved) down\b", r"(?:less|fewer|below) than (?:before|in|last)", r"halv", r"cut\b",
)  # fmt: skip
CHANGED = _words(r"chang", r"shift", r"differ(?!ent workers)", r"turn", r"trend", r"no longer", r"transform", r"mov")
CAUSED = _words(
    r"caus", r"because", r"due to", r"owing to", r"thanks to", r"as a result", r"result(?:ed|s|ing)? (?:in|of|from)",
    r"led to", r"lead(?:s|ing)? to", r"effect(?! size)", r"impact", r"attribut", r"brought", r"made\b", r"driv(?:e|ing)",
    r"drove", r"responsible for", r"credit", r"prov(?:e|ed|es|en|ing|ed)\b", r"work(?:s|ed)\b", r"so that", r"therefore",
    r"explain", r"contribut", r"enabl", r"deliver", r"achiev", r"influenc", r"produc", r"yield", r"in response to",
    r"makes\b", r"since (?:the )?(?:training|programme|introduc)", r"stems? from", r"owes\b", r"why\b",
)  # fmt: skip
CERTAIN = _words(
    r"significan", r"definite", r"certain", r"clearly\b", r"undoubt", r"confirm", r"demonstrat", r"shows? that"
)
