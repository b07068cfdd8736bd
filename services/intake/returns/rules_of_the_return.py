"""The DfE's rules on a return as a whole (census 2025 to 2026): they point at no child, and small returns break them in truth."""

from dataclasses import dataclass, field

from services.intake.returns.findings import Finding
from services.intake.returns.rules_of_the_case import Year, within
from services.intake.sources.document import ChildDocument
from shared.contracts.codes import Disability, Sex

MOST_OF_UNKNOWN_SEX = 0.02
FEWEST_DISABILITIES = 8


@dataclass
class Whole:
    """A return being counted, child by child."""

    year: Year
    children: int = 0
    cases: int = 0
    _of_unknown_sex: int = 0
    _with_several_disabilities: int = 0
    _plans_begun: int = 0
    _conferences: int = 0
    _disabilities: set[Disability] = field(default_factory=set)

    def count(self, child: ChildDocument) -> None:
        disabilities = {*child.disabilities} - {Disability.NONE}
        self.children += 1
        self.cases += len(child.cases)
        self._of_unknown_sex += child.expected_on is None and child.sex in {None, Sex.UNKNOWN}
        self._disabilities |= disabilities
        self._with_several_disabilities += len(disabilities) > 1
        for case in child.cases:
            held = [each.held_on for each in case.conferences]
            held += [each.conference_on for each in case.section_47_enquiries if each.conference_on]
            self._conferences += sum(within(day, self.year) for day in held)
            self._plans_begun += sum(within(plan.started_on, self.year) for plan in case.protection_plans)

    def findings(self) -> list[Finding]:
        """What the rules find in all that was counted."""
        broken = {
            ("2883", "CPPstartDate", "more protection plans begin than conferences are held"): self._plans_begun
            > self._conferences,
            ("2886Q", "Sex", "the sex of many children is unknown"): self._of_unknown_sex
            > MOST_OF_UNKNOWN_SEX * self.children,
            ("2887Q", "Disability", "few kinds of disability are stated in the whole return"): len(self._disabilities)
            < FEWEST_DISABILITIES,
            ("2888Q", "Disability", "no child of the whole return has more than one disability"): (
                not self._with_several_disabilities
            ),
        }
        return [
            Finding("", element, rule, sentence)
            for (rule, element, sentence), is_broken in broken.items()
            if is_broken and self.children
        ]
