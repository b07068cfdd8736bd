"""What is published of a contract describes what is said: nothing said is outside it, nothing odd is within it."""

import json

import pytest
from jsonschema import Draft202012Validator

from services.reference.contracts import schema_text, states
from tests.contracts.samples import sample

STATES = [pytest.param(state, id=state.topic) for state in states()]
PERSONAL = {"name", "forename", "surname", "born_on", "date_of_birth", "address", "postcode", "la_child_id", "upn"}
WRITTEN = {"concern", "evidence", "note", "notes", "strengths", "stretch", "goal", "text", "narrative"}


def validator(state) -> Draft202012Validator:
    published = json.loads(schema_text(state))
    Draft202012Validator.check_schema(published)
    return Draft202012Validator(published, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("state", STATES)
def test_what_a_speaker_says_is_what_was_published(state):
    said = json.loads(sample(state).model_dump_json())
    assert [fault.message for fault in validator(state).iter_errors(said)] == []


@pytest.mark.parametrize("state", STATES)
def test_a_hearer_passes_over_what_it_does_not_know(state):
    said = json.loads(sample(state).model_dump_json()) | {"a_field_of_next_year": {"whatever": 1}}
    assert validator(state).is_valid(said)
    assert state.model_validate(said) == sample(state)


@pytest.mark.parametrize("state", STATES)
def test_a_word_that_no_contract_has_is_outside_it(state):
    said = json.loads(sample(state).model_dump_json())
    said["changes"][0]["what"] = "child.vanished"
    assert not validator(state).is_valid(said)


@pytest.mark.parametrize("needed", ["authority", "epoch", "n"])
@pytest.mark.parametrize("state", STATES)
def test_a_state_without_authority_or_version_is_outside_it(state, needed):
    said = json.loads(sample(state).model_dump_json())
    del said[needed]
    assert not validator(state).is_valid(said)


@pytest.mark.parametrize("state", STATES)
def test_no_state_has_a_field_for_a_name_an_address_a_date_of_birth_or_what_somebody_wrote(state):
    published = json.loads(schema_text(state))
    shapes = [published, *(shape for shape in published["$defs"].values() if "properties" in shape)]
    assert {field for shape in shapes for field in shape["properties"]}.isdisjoint(PERSONAL | WRITTEN)
