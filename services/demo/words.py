"""What is said in feedback, by skill: made up like everything here."""

from collections.abc import Mapping

from shared.contracts.codes import PracticeSkill

STRENGTHS: Mapping[PracticeSkill, str] = {
    PracticeSkill.EVOCATION: "Asked what she herself would want to be different, and waited for the answer.",
    PracticeSkill.COLLABORATION: "Let the family put two things on the agenda before your own.",
    PracticeSkill.AUTONOMY: "Said plainly what was theirs to decide and what was not.",
    PracticeSkill.EMPATHY: "Heard how tired he was behind what he said, and let him see that.",
    PracticeSkill.PURPOSEFULNESS: "Everybody in the room knew why you had come and what would happen next.",
    PracticeSkill.CLARITY_ABOUT_CONCERNS: "Named the worry with the days on which it showed, without blame.",
    PracticeSkill.CHILD_FOCUS: "Came back to what the child's morning is like, again and again.",
}
STRETCHES: Mapping[PracticeSkill, str] = {
    PracticeSkill.EVOCATION: "Before advising, ask for their own reasons.",
    PracticeSkill.COLLABORATION: "Share the agenda at the door, not at the end.",
    PracticeSkill.AUTONOMY: "Offer two ways of doing it and let them choose.",
    PracticeSkill.EMPATHY: "Say back what you think it is like for them before you go on.",
    PracticeSkill.PURPOSEFULNESS: "Say in one sentence what today is for.",
    PracticeSkill.CLARITY_ABOUT_CONCERNS: "Name the worry in the first ten minutes.",
    PracticeSkill.CHILD_FOCUS: "Ask what the child did and felt that day.",
}
GOALS: Mapping[PracticeSkill, str] = {
    PracticeSkill.EVOCATION: "Draw out one reason for change in the person's own words at each visit.",
    PracticeSkill.COLLABORATION: "Agree the agenda together at the start of the next three visits.",
    PracticeSkill.AUTONOMY: "Name one thing at each visit that is the family's own choice.",
    PracticeSkill.EMPATHY: "Use one reflection before each question.",
    PracticeSkill.PURPOSEFULNESS: "Write the purpose of each visit before it, and check it after.",
    PracticeSkill.CLARITY_ABOUT_CONCERNS: "Name one concern and ask what the family makes of it.",
    PracticeSkill.CHILD_FOCUS: "Bring the child's own words to the next review.",
}
