"""Settings come from the environment or from files, say where they come from, and never show a secret."""

import json

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.operating.configuration import configuration
from services.reference.settings import variables
from shared.settings import Misconfigured, ServiceSettings, Settings, database_url

SECRET_URL = "postgresql+asyncpg://dwc:kanari-secret@db.council.example/intake"


def test_a_secret_may_stand_in_a_file(tmp_path, monkeypatch) -> None:
    (tmp_path / "url").write_text(SECRET_URL + "\n")
    monkeypatch.setenv("DWC_INTAKE_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert ServiceSettings.of("intake").database_url == SECRET_URL
    assert database_url("observation", Settings()).startswith("sqlite+aiosqlite:///")


def test_a_setting_given_twice_or_in_a_file_that_is_not_there_is_refused_without_its_value(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("DWC_INTAKE_DATABASE_URL_FILE", str(tmp_path / "nonesuch"))
    with pytest.raises(Misconfigured, match=r"DWC_INTAKE_DATABASE_URL_FILE names no file"):
        ServiceSettings.of("intake")
    monkeypatch.setenv("DWC_INTAKE_DATABASE_URL", SECRET_URL)
    with pytest.raises(Misconfigured, match="both set") as refused:
        ServiceSettings.of("intake")
    assert "kanari" not in str(refused.value)


def test_a_value_a_setting_cannot_have_ends_the_command_with_its_name_and_status_2(monkeypatch) -> None:
    monkeypatch.setenv("DWC_PORT", "kanari")
    ended = CliRunner().invoke(app, ["config", "show"])
    assert ended.exit_code == 2
    assert "DWC_PORT" in ended.output
    assert "kanari" not in ended.output


def test_every_setting_is_shown_with_where_it_comes_from_and_no_secret(tmp_path, monkeypatch) -> None:
    (tmp_path / "issuer").write_text("https://login.council.example")
    monkeypatch.setenv("DWC_INTAKE_DATABASE_URL", SECRET_URL)
    monkeypatch.setenv("DWC_ISSUER_FILE", str(tmp_path / "issuer"))
    shown = {each.variable: each for each in configuration()}
    assert shown.keys() == variables().keys()
    assert (shown["DWC_INTAKE_DATABASE_URL"].value, shown["DWC_INTAKE_DATABASE_URL"].origin) == (
        "postgresql+asyncpg://dwc:***@db.council.example/intake",
        "environment",
    )
    assert shown["DWC_ISSUER"].value == "https://login.council.example"
    assert shown["DWC_ISSUER"].origin == str(tmp_path / "issuer")
    assert shown["DWC_PORT"].origin == "default"
    told = CliRunner().invoke(app, ["config", "show", "--json"])
    assert {each["variable"] for each in json.loads(told.output)} == variables().keys()
    assert "kanari" not in told.output + CliRunner().invoke(app, ["config", "show"]).output
