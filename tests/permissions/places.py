"""The place of every route in the matrix: what it is about, and a request that is right in every way but for who asks."""

from collections.abc import Mapping

from tests.permissions.bodies import (
    AIM,
    ANSWERS,
    ASKED,
    ATTENDANCE,
    CERTIFICATION,
    COHORT,
    CONTACT,
    DECISION,
    DECLINE,
    DOCUMENT,
    EXTRACT,
    FORM,
    GOAL,
    NEVER_RECORDED,
    OBSERVATION,
    PLAN,
    POST,
    QUALITY,
    RATING,
    REMIT,
    SAFE,
    SAID,
    SCREENING,
    SUPERVISION,
    VOICE,
    WORDING,
)
from tests.permissions.place import (
    Place,
    aimed,
    case,
    extracted,
    followed,
    handed,
    observed,
    offered,
    pair,
    post,
    released,
)

EVERYWHERE = {
    "GET /metrics": Place(),
    "GET /v1/audit": Place(),
    "GET /v1/audit/export": Place(),
    "GET /v1/audit/seals": Place(),
    "GET /v1/dead-letters": Place(),
    "GET /v1/dead-letters/{letter_id}": Place("letter", {"letter_id": "letter"}),
    "POST /v1/dead-letters/{letter_id}/replay": Place("letter", {"letter_id": "letter"}),
}

PLACES: Mapping[str, Mapping[str, Place]] = {
    "intake": EVERYWHERE
    | {
        "PUT /v1/sources/{system}/children/{la_child_id}": Place(
            path={"system": "=case-system", "la_child_id": "=NEW2"}, json=DOCUMENT
        ),
        "PUT /v1/sources/{system}/children": Place(
            path={"system": "=case-system"}, json={"children": [{"la_child_id": "NEW3", **DOCUMENT}]}
        ),
        "GET /v1/sources/findings": Place(),
        "GET /v1/sources/{system}/write-backs": Place(path={"system": "=case-system"}),
        "GET /v1/sources/{system}/write-backs/key": Place(path={"system": "=case-system"}),
        "POST /v1/sources/{system}/write-backs/{message_id}/receipt": Place(
            "message", {"system": "=case-system", "message_id": "message"}, json={"standing": "taken"}
        ),
        "GET /v1/write-backs": Place("case", lists="id"),
        "POST /v1/contacts": Place(json=CONTACT),
        "GET /v1/contacts": Place("case", lists="id"),
        "GET /v1/contacts/{contact_id}": case("contact"),
        "POST /v1/contacts/{contact_id}/screening": case("contact", proposed="early_help", found="known at school"),
        "POST /v1/contacts/{contact_id}/decision": case("contact", outcome="early_help"),
        "POST /v1/referrals": Place(json=FORM),
        "POST /v1/referrals/batch": Place(json={"referrals": [FORM]}),
        "GET /v1/referrals": Place("case", lists="id"),
        "GET /v1/referrals/forms/{form_id}": Place("case", {"form_id": "referral form"}),
        "GET /v1/referrals/{referral_id}": case(),
        "POST /v1/referrals/{referral_id}/decision": case(outcome="assessment"),
        "GET /v1/referrals/{referral_id}/recommended-workers": case(),
        "GET /v1/children": Place(query={"la_child_id": "=C0"}),
        "GET /v1/children/{child_id}": case("child"),
        "GET /v1/children/{child_id}/details": case("child"),
        "PUT /v1/children/{child_id}/details": case("child", languages=["tr"]),
        "GET /v1/children/{child_id}/restriction": case("child"),
        "PUT /v1/children/{child_id}/restriction": case("child", named=["asha"]),
        "DELETE /v1/children/{child_id}/restriction": case("child"),
        "GET /v1/referrals/{referral_id}/family-history": case(),
        "GET /v1/possible-matches": Place("pair", lists="id"),
        "POST /v1/possible-matches": Place(json={"children": ["C0", "D0"]}),
        "GET /v1/possible-matches/{match_id}": pair(),
        "POST /v1/possible-matches/{match_id}/decision": pair(decision="different"),
        "POST /v1/possible-matches/{match_id}/decision/withdrawal": pair(),
        "GET /v1/episodes/{episode_id}": case("episode"),
        "POST /v1/episodes/{episode_id}/allocation": case("episode", worker="ari"),
        "POST /v1/episodes/{episode_id}/assessment": case("episode", on="2026-05-12"),
        "POST /v1/episodes/{episode_id}/assessment/authorisation": case("episode", on="2026-05-12", factors=["1A"]),
        "POST /v1/episodes/{episode_id}/cin-plan": case("episode", on="2026-05-12"),
        "POST /v1/episodes/{episode_id}/cin-plan/end": case("episode", on="2026-05-12"),
        "POST /v1/episodes/{episode_id}/section-47": case("episode", on="2026-05-12"),
        "POST /v1/episodes/{episode_id}/section-47/end": case("episode", on="2026-05-12"),
        "POST /v1/episodes/{episode_id}/conference": case("episode", on="2026-05-12", category="NEG"),
        "POST /v1/episodes/{episode_id}/protection-plan/end": case("episode", on="2026-05-12"),
        "POST /v1/episodes/{episode_id}/meetings": case("episode", on="2026-05-12", kind="legal_planning"),
        "POST /v1/episodes/{episode_id}/visits": case(
            "episode", on="2026-05-12", kind="assessment", child_seen=True, seen_alone=True
        ),
        "POST /v1/episodes/{episode_id}/pre-proceedings": case("episode", on="2026-05-12"),
        "POST /v1/episodes/{episode_id}/pre-proceedings/end": case("episode", on="2026-05-12", outcome="stepped_down"),
        "POST /v1/episodes/{episode_id}/care": case(
            "episode", on="2026-05-12", start_reason="S", legal_status="V2", placement="U4"
        ),
        "POST /v1/episodes/{episode_id}/care/end": case("episode", on="2026-05-12", reason="E4A"),
        "POST /v1/episodes/{episode_id}/permanence-plan": case("episode", on="2026-05-12", permanence="adoption"),
        "GET /v1/episodes/{episode_id}/clocks": case("episode"),
        "GET /v1/family-goals": Place("case", lists="episode_id"),
        "GET /v1/family-goals/board": Place(),
        "GET /v1/risk-prompts": Place(),
        "GET /v1/episodes/{episode_id}/risk-prompts": case("episode"),
        "GET /v1/episodes/{episode_id}/family-goals": case("episode"),
        "POST /v1/episodes/{episode_id}/family-goals": case("episode", **AIM),
        "GET /v1/family-goals/{goal_id}": aimed(),
        "POST /v1/family-goals/{goal_id}/ratings": aimed(**RATING),
        "POST /v1/family-goals/{goal_id}/ratings/{rating_id}/correction": Place(
            "case", {"goal_id": "family goal", "rating_id": "rating"}, json=RATING
        ),
        "POST /v1/family-goals/{goal_id}/discussion": aimed(on="2026-05-14", decided="talk with both"),
        "POST /v1/family-goals/{goal_id}/change": aimed(**AIM, reason="the family moved"),
        "POST /v1/family-goals/{goal_id}/end": aimed(on="2026-05-14", ending="met", reason="they sleep"),
        "GET /v1/tasks": Place("case", query={"until": "=2026-12-31"}, lists="episode_id"),
        "GET /v1/drift": Place(),
        "GET /v1/offers": Place("case", lists="id"),
        "GET /v1/enhanced-offer": Place(),
        "GET /v1/episodes/{episode_id}/offers": case("episode"),
        "POST /v1/episodes/{episode_id}/core-offer": case("episode", on="2026-05-12"),
        "POST /v1/episodes/{episode_id}/enhanced-offer": case("episode", **ASKED),
        "GET /v1/offers/{offer_id}": offered(),
        "PUT /v1/offers/{offer_id}": offered(**ASKED),
        "POST /v1/offers/{offer_id}/acceptance": offered(discretion="trauma"),
        "POST /v1/offers/{offer_id}/refusal": offered(reason="criteria_not_met"),
        "POST /v1/offers/{offer_id}/deferral": offered(reason="more_information"),
        "POST /v1/offers/{offer_id}/withdrawal": offered(),
        "POST /v1/offers/{offer_id}/place": offered(on="2026-05-14", clinician="chloe"),
        "POST /v1/offers/{offer_id}/sessions": offered(on="2026-05-14", attendance="given"),
        "POST /v1/offers/{offer_id}/step-down": offered(on="2026-05-14"),
        "POST /v1/offers/{offer_id}/end": offered(on="2026-05-14", reason="moved_away"),
        "GET /v1/transfers": Place(),
        "GET /v1/episodes/{episode_id}/transfers": case("episode"),
        "POST /v1/episodes/{episode_id}/transfer": case("episode", to_team="practice", trigger="move"),
        "POST /v1/episodes/{episode_id}/transfer/acceptance": case("episode", worker="ari"),
        "POST /v1/episodes/{episode_id}/transfer/refusal": case("episode", reason="no_capacity"),
        "POST /v1/episodes/{episode_id}/transfer/withdrawal": case("episode"),
        "POST /v1/episodes/{episode_id}/transfer/completion": case(
            "episode", on="2026-05-14", joint_visit_on="2026-05-13"
        ),
        "GET /v1/episodes/{episode_id}/corrections": case("episode"),
        "POST /v1/episodes/{episode_id}/corrections": case("episode", **NEVER_RECORDED, right_began_on="2026-05-13"),
        "POST /v1/episodes/{episode_id}/withdrawals": case("episode", **NEVER_RECORDED),
        "POST /v1/episodes/{episode_id}/reopening": case("episode", error="did_not_happen"),
        "POST /v1/episodes/{episode_id}/closure": case("episode", closed_on="2026-05-14", reason="RC7"),
        "POST /v1/break-glass": Place(
            "glass", json={"reason": "found alone at the station"}, named={"la_child_id": "la_child_id"}
        ),
        "GET /v1/break-glass": Place(),
        "GET /v1/break-glass/{glass_id}/reads": Place("glass", {"glass_id": "glass"}),
        "GET /v1/teams": Place(),
        "GET /v1/teams/{code}/remits": Place(path={"code": "=north"}),
        "POST /v1/teams/{code}/remits": Place(path={"code": "=practice"}, json=REMIT),
        "POST /v1/teams/{code}/allocation-modes": Place(
            path={"code": "=north"}, json={"in_force_from": "2026-05-01", "mode": "mirrored"}
        ),
        "POST /v1/episodes/{episode_id}/handovers": case("episode", worker="bob", reason="caseload"),
        "GET /v1/handovers": Place("handover", lists="id"),
        "POST /v1/handovers/{handover_id}/acceptance": handed(),
        "POST /v1/handovers/{handover_id}/refusal": handed(reason="no_room"),
        "POST /v1/handovers/{handover_id}/withdrawal": Place("handover", {"handover_id": "handover"}),
        "GET /v1/caseload-breaches": Place(),
        "GET /v1/awaiting-allocation": Place(),
        "POST /v1/episodes/{episode_id}/duty-worker": case("episode", worker="ari"),
        "POST /v1/allocations/plan": Place(json={"team": "north"}),
        "GET /v1/allocation-plans/{plan_id}": Place("plan", {"plan_id": "plan"}),
        "POST /v1/allocation-plans/{plan_id}/acceptance": Place("plan", {"plan_id": "plan"}),
        "GET /v1/overrides": Place(),
        "POST /v1/overrides/{override_id}/countersignature": Place("override", {"override_id": "override"}),
        "GET /v1/returns/cin-census/{year}": Place(path={"year": "=2027"}),
        "GET /v1/returns/cin-census/{year}/findings": Place("case", {"year": "=2027"}, lists="episode_id"),
        "GET /v1/returns/cin-census/{year}/file": Place(path={"year": "=2027"}),
        "GET /v1/workers": Place(),
        "PUT /v1/workers/{reference}": Place(path={"reference": ""}, json=POST),
        "GET /v1/workers/{reference}": post(),
        "PUT /v1/workers/{reference}/terms/{in_force_from}": post("in_force_from", full_time_equivalent_percent=50),
        "DELETE /v1/workers/{reference}/terms/{in_force_from}": post("in_force_from"),
        "PUT /v1/workers/{reference}/absences/{away_from}": post("away_from", back_on="2026-05-18"),
        "DELETE /v1/workers/{reference}/absences/{away_from}": post("away_from"),
    },
    "observation": EVERYWHERE
    | {
        "PUT /v1/observations/{observation_id}": Place(path={"observation_id": ""}, json=OBSERVATION),
        "GET /v1/observations": Place("observation", lists="id"),
        "GET /v1/observations/{observation_id}": observed(),
        "POST /v1/observations/{observation_id}/feedback": observed(
            strengths=["warm"], stretch="say the worry", given_on="2026-05-14"
        ),
        "POST /v1/observations/{observation_id}/coaching": observed(
            held_on="2026-05-14", goal="say the worry", review_on="2026-06-11"
        ),
        "GET /v1/observations/{observation_id}/feedback": observed("feedback"),
        "GET /v1/observations/{observation_id}/feedback/draft": Place("form", {"observation_id": "observation"}),
        "PUT /v1/observations/{observation_id}/reflection": Place(
            "own practice", {"observation_id": "feedback"}, json={"words": "fair"}
        ),
        "POST /v1/observations/{observation_id}/contest": Place(
            "own practice", {"observation_id": "feedback"}, json={"skills": ["empathy"], "words": "she was heard"}
        ),
        "GET /v1/observations/{observation_id}/use": Place("use", {"observation_id": "observation"}),
        "GET /v1/feedback/overdue": Place("observation", lists="observation_id"),
        "GET /v1/rubric": Place(),
        "GET /v1/rubrics": Place(),
        "PUT /v1/declines/{decline_id}": Place(path={"decline_id": ""}, json=DECLINE),
        "GET /v1/declines": Place("observation", lists="id"),
        "GET /v1/declines/counts": Place(query={"since": "=2026-05-01", "until": "=2026-05-31"}),
        "GET /v1/instruments": Place(),
        "PUT /v1/instruments/{code}/{version}/texts": Place(
            path={"code": "=life_rating", "version": "=1"}, json={"texts": ["How is life?"]}
        ),
        "PUT /v1/answers/{answers_id}": Place(path={"answers_id": ""}, json=ANSWERS),
        "GET /v1/answers": Place("answers", lists="id"),
        "GET /v1/answers/{answers_id}": Place("answers", {"answers_id": "answers"}),
        "GET /v1/cases/{episode_id}/scores": Place("answers", {"episode_id": "episode"}),
        "PUT /v1/goals/{goal_id}": Place(path={"goal_id": ""}, json=GOAL),
        "GET /v1/goals": Place("answers", lists="id"),
        "PUT /v1/voices/{voice_id}": Place(path={"voice_id": ""}, json=VOICE),
        "GET /v1/voices": Place("answers", lists="id"),
        "GET /v1/voices/coverage": Place(query={"since": "=2026-05-01", "until": "=2026-05-31"}),
        "GET /v1/pulse/questions": Place(),
        "PUT /v1/pulse": Place(json={"answers": {"trust": 5}}),
        "GET /v1/pulse": Place(query={"quarter": "=2026-27-Q1"}),
        "PUT /v1/said-and-done/{id}": Place(path={"id": ""}, json=SAID),
        "GET /v1/said-and-done": Place(),
        "GET /v1/supervisions/rubric": Place(),
        "PUT /v1/supervisions/{supervision_id}": Place(path={"supervision_id": ""}, json=SUPERVISION),
        "GET /v1/supervisions": Place("supervision", lists="id"),
        "PUT /v1/supervisions/{supervision_id}/quality": Place(
            "supervision", {"supervision_id": "supervision"}, json=QUALITY
        ),
        "PUT /v1/attendances/{attendance_id}": Place(path={"attendance_id": ""}, json=ATTENDANCE),
        "PUT /v1/workers/{reference}/screening": Place(path={"reference": "=ari"}, json=SCREENING),
        "GET /v1/workers/{reference}/development": Place("development", {"reference": "worker"}),
        "GET /v1/second-codings": Place(),
        "POST /v1/observations/{observation_id}/second-coding": Place(
            "second score", {"observation_id": "observation"}, json={"basis": "audio", "scores": OBSERVATION["scores"]}
        ),
        "GET /v1/observations/{observation_id}/second-coding": Place("form", {"observation_id": "observation"}),
        "POST /v1/observations/{observation_id}/consensus": Place(
            "form", {"observation_id": "observation"}, json={"scores": {"empathy": 3}}
        ),
        "GET /v1/reliability": Place(),
        "POST /v1/evaluators/{reference}/certificates": Place(path={"reference": "=eve"}, json=CERTIFICATION),
        "GET /v1/evaluators/{reference}/certificates": Place(path={"reference": "=eve"}),
        "GET /v1/forms": Place("form", lists="observation_id"),
        "POST /v1/forms/{form_id}/settlement": Place(
            "form", {"form_id": "form"}, json={"adopt": False, "reason": "sent by mistake"}
        ),
        "POST /v1/cohorts": Place(json=COHORT),
        "GET /v1/cohorts": Place(),
        "GET /v1/cohorts/{cohort_id}": Place("cohort", {"cohort_id": "cohort"}),
        "GET /v1/participations": Place("participation", lists="id"),
        "GET /v1/participations/{participation_id}": followed(),
        "POST /v1/participations/{participation_id}/setting-aside": followed(reason="moved_away"),
        "POST /v1/participations/{participation_id}/follower": followed(worker="ella"),
        "POST /v1/wordings": Place(json=WORDING | {"reference": "ask-2"}),
        "GET /v1/wordings": Place(),
        "GET /v1/participations/{participation_id}/agreements": followed(),
        "POST /v1/participations/{participation_id}/agreements": followed(
            person="worker", purposes=["observation"], answer="given", wording="ask-1", on="2026-05-14"
        ),
        "GET /v1/waves": Place("participation", query={"stage": "=planned", "name": "=T1"}, lists="id"),
        "GET /v1/waves/{wave_id}": followed("wave"),
        "GET /v1/waves/{wave_id}/contacts": followed("wave"),
        "POST /v1/waves/{wave_id}/safe-contact-checks": followed("wave", **SAFE),
        "POST /v1/waves/{wave_id}/contacts": followed(
            "wave", check_id="00000000-0000-7000-8000-000000000001", channel="phone", reached="no_answer"
        ),
        "POST /v1/waves/{wave_id}/loss": followed("wave", reason="moved_away"),
        "GET /v1/concerns": Place("concern", lists="observation_id"),
        "POST /v1/concerns/{observation_id}/taking-up": Place(
            "concern", {"observation_id": "observation"}, json={"action": "told duty"}
        ),
    },
    "reporting": EVERYWHERE
    | {
        "GET /v1/indicators": Place(),
        "GET /v1/breakdowns": Place(),
        "GET /v1/indicators/{indicator}/by/{breakdown}": Place(
            path={"indicator": "=referrals", "breakdown": "=need"}, query={"from": "=2026-04", "to": "=2026-05"}
        ),
        "GET /v1/control-charts/{indicator}": Place(
            "figures", {"indicator": "=referrals"}, {"team": "team", "from": "=2025-04", "to": "=2026-03"}
        ),
        "GET /v1/funnels/{indicator}": Place(
            path={"indicator": "=conferences_within_15_working_days"}, query={"from": "=2025-04", "to": "=2026-03"}
        ),
        "GET /v1/baselines": Place(),
        "POST /v1/baselines": Place(json={"indicator": "referrals", "begins_on": "2026-04", "reason": "a new form"}),
        "GET /v1/comparisons/{year}": Place(path={"year": "=2026"}),
        "GET /v1/published-figures": Place(),
        "GET /v1/populations": Place(),
        "GET /v1/follow-up": Place(query={"from": "=2026-04", "to": "=2026-05"}),
        "GET /v1/skill-and-outcome": Place(query={"from": "=2026-04", "to": "=2026-05"}),
        "GET /v1/benefits": Place(),
        "GET /v1/benefits/{programme}": Place("programme", {"programme": "programme"}),
        "PUT /v1/benefits/{programme}": Place(path={"programme": ""}, json=PLAN),
        "GET /v1/benefits/{programme}/decisions": Place("programme", {"programme": "programme"}),
        "POST /v1/benefits/{programme}/decisions": Place("programme", {"programme": "programme"}, json=DECISION),
        "GET /v1/research-extracts": Place(),
        "POST /v1/research-extracts": Place(json=EXTRACT),
        "GET /v1/research-extracts/{extract_id}": extracted(),
        "POST /v1/research-extracts/{extract_id}/approval": extracted(),
        "POST /v1/research-extracts/{extract_id}/refusal": extracted(reason="no agreement"),
        "POST /v1/research-extracts/{extract_id}/withdrawal": extracted(),
        "POST /v1/research-extracts/{extract_id}/collection": extracted(),
        "GET /v1/releases": Place(),
        "POST /v1/releases": Place(json={"month": "2026-04"}),
        "GET /v1/releases/{release_id}": released(),
        "GET /v1/releases/{release_id}/documents/{name}": Place(
            "release", {"release_id": "release", "name": "=service.csv"}
        ),
        "POST /v1/releases/{release_id}/approval": released(),
        "POST /v1/releases/{release_id}/refusal": released(reason="too early"),
        "POST /v1/releases/{release_id}/withdrawal": released(),
        "GET /v1/lpir": Place("figures", query={"team": "team", "from": "=2026-04", "to": "=2026-05"}),
        "GET /v1/practice-reports/{period}/versions": Place(path={"period": "=2026-04"}),
        "POST /v1/practice-reports/{period}/versions": Place(
            path={"period": "=2026-03"}, json={"explanation": "the first"}
        ),
        "GET /v1/practice-reports/{period}/versions/{n}": Place(path={"period": "=2026-04", "n": "=1"}),
        "GET /v1/practice-reports/{period}/board": Place(path={"period": "=2026-04"}),
        "GET /v1/practice-reports/{period}": Place("figures", {"period": "=2026-05"}, {"team": "team"}),
    },
}
