"""Bodies that are right in every way but for who sends them."""

FORM = {
    "source_reference": "NEW-1",
    "received_on": "2026-05-11",
    "source": "6",
    "children": [{"la_child_id": "NEW1"}],
}
CONTACT = {
    "source_reference": "NEW-2",
    "received_on": "2026-05-11",
    "source": "6",
    "concern": "out late",
    "child": {"la_child_id": "NEW4"},
}
DOCUMENT = {
    "scope": ["cases"],
    "since": "2026-04-01",
    "until": "2026-05-14",
    "child": {"forename": "A"},
    "cases": [{"referred_on": "2026-05-11"}],
}
OBSERVATION = {
    "episode_id": "00000000-0000-7000-8000-000000000001",
    "worker": "ari",
    "observed_at": "2026-05-12T10:30:00+01:00",
    "contact": "home_visit",
    "purpose": "sampled",
    "rubric": "msw-7.1",
    "scores": {
        "evocation": 2,
        "collaboration": 3,
        "autonomy": 3,
        "empathy": 4,
        "purposefulness": 3,
        "clarity_about_concerns": 3,
        "child_focus": 4,
    },
    "safety_concern": True,
}
LEVELS = [dict.fromkeys(OBSERVATION["scores"], level) for level in (1, 2, 3, 4, 5) * 2]
CERTIFICATION = {"on": "2026-05-01", "trials": [{"master": level, "coder": level} for level in LEVELS]}
DECLINE = {
    "episode_id": "00000000-0000-7000-8000-000000000001",
    "worker": "ari",
    "planned_for": "2026-05-12",
    "purpose": "sampled",
    "outcome": "declined",
    "whose": "parent",
    "reason": "too_much_going_on",
}
ANSWERS = {
    "episode_id": "00000000-0000-7000-8000-000000000001",
    "instrument": "life_rating",
    "version": 1,
    "respondent": "mother",
    "mode": "telephone",
    "asked_on": "2026-05-12",
    "answers": [6],
    "worker_may_see": True,
}
GOAL = {"episode_id": ANSWERS["episode_id"], "set_by": "mother", "set_on": "2026-05-12", "words": "school by nine"}
COHORT = {"name": "2027", "allocated_from": "2027-04-01", "allocated_until": "2028-03-31", "share": 0.1}
WORDING = {
    "reference": "ask-1",
    "purposes": ["observation", "t1"],
    "text": "May we come along, and ask you afterwards how it was?",
}
SAFE = {"domestic_abuse": "clear", "death": "clear", "placement": "with_care"}
AIM = {"on": "2026-05-12", "place": "home", "aim": "we all sleep", "impact": "she is tired at school"}
RATING = {"on": "2026-05-12", "by_worker": "red", "by_parent": "amber"}
POST = {
    "name": "A",
    "role": "social_worker",
    "team": "north",
    "team_name": "North",
    "member_from": "2026-01-01",
}

ASKED = {
    "why": "two assessments and no change",
    "criteria": ["edge_of_care"],
    "severity": 2,
    "imminence": 1,
    "changeability": 2,
}
REMIT = {"in_force_from": "2024-01-01", "remit": "other", "areas": ["W1"]}
NEVER_RECORDED = {
    "item_id": "00000000-0000-7000-8000-000000000001",
    "kind": "visit",
    "began_on": "2026-05-12",
    "error": "duplicate",
}
VOICE = {"episode_id": ANSWERS["episode_id"], "on": "2026-05-12", "age": 9, "way": "talked", "worker_may_see": True}
SAID = {"on": "2026-05-12", "who": "parents", "how_many": 6, "said": "letters come late"}
SUPERVISION = {"kind": "individual", "workers": ["ari"], "held_on": "2026-05-12", "minutes": 60}
QUALITY = {
    "scores": {
        "child_focus": 3,
        "clarity_about_risk": 3,
        "support_for_practice": 3,
        "purposefulness": 3,
        "collaboration": 3,
    }
}
ATTENDANCE = {"worker": "ari", "course": "four_day", "day": 1, "on": "2026-05-12", "minutes": 360}
SCREENING = {"screened_on": "2026-05-12", "empathy": 4, "collaboration": 3, "child_focus": 5}

PLAN = {
    "title": "A programme",
    "otherwise": {"low": 290, "central": 300, "high": 310, "source": "judged"},
    "target": {
        "fewer_children": 48,
        "percent": 16,
        "first_promised_for": "2027-03",
        "now_promised_for": "2027-03",
    },
    "phases": [{"name": "first", "planned_first": "2026-04", "planned_last": "2027-03"}],
    "cost_assumptions": [
        {"in_force_from": "2026-04", "low": 40_000, "central": 60_000, "high": 90_000, "source": "finance"}
    ],
    "looked_after": [{"month": "2026-04", "planned": 300, "actual": 300, "source": "counted"}],
    "spend": [{"year": 2027, "what": "coaches", "planned": 500_000, "source": "budget"}],
    "stated_totals": [{"what": "all", "adds": [500_000], "takes": [1], "printed": 499_999, "source": "budget"}],
}
DECISION = {"decided_on": "2026-05-12", "what": "go on", "why": "it is too early to say"}
EXTRACT = {
    "purpose": "whether practice goes with outcomes",
    "lawful_basis": "public_task",
    "recipient": "a university",
    "approval_reference": "REC 26/1",
    "first_month": "2026-04",
    "last_month": "2026-05",
    "destroy_by": "2028-05-31",
}
