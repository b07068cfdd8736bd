"""`docker-compose.yml` and the image, read as far as they can be without Docker: names, commands and settings are real."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.engine import make_url
from typer.main import get_command

from services.cli import app
from services.host import NAMES
from services.reference.published import ROOT
from services.reference.settings import variables
from shared.settings import Misconfigured, Settings, TransportKind, database_url

COMPOSE = (ROOT / "docker-compose.yml").read_text()
ENV_EXAMPLE = (ROOT / "deploy/env.example").read_text()
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
ASKED = re.compile(r"\$\{(\w+)(:[-?][^}]*)?\}")
IDENTITY_PROVIDER = {"DWC_JWKS": "https://login.example/keys", "DWC_ISSUER": "https://login.example/"}


def composed(**env: str) -> dict[str, Any]:
    """The file as compose would read it with this `.env`."""

    def value(found: re.Match[str]) -> str:
        name, otherwise = found[1], found[2] or ""
        if name in env:
            return env[name]
        assert not otherwise.startswith(":?"), f"{name} has to be set"
        return otherwise.removeprefix(":-")

    def interpolated(at: Any) -> Any:
        if isinstance(at, dict):
            return {name: interpolated(each) for name, each in at.items()}
        if isinstance(at, list):
            return [interpolated(each) for each in at]
        return ASKED.sub(value, at) if isinstance(at, str) else at

    return interpolated(yaml.safe_load(COMPOSE))


def filled() -> dict[str, str]:
    """`.env` as somebody fills in what is asked for, and nothing more."""
    asked = re.findall(r"^([A-Z_]+)=$", ENV_EXAMPLE, re.MULTILINE)
    return {name: "206" if name == "DWC_AUTHORITY" else f"secret-of-{name.lower()}" for name in asked}


HOUSE = composed(**filled())
SERVICES: dict[str, dict[str, Any]] = HOUSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "doing-what-counts"}


def test_there_are_the_three_services_with_postgresql_and_the_kafka_they_are_tested_with():
    assert {*NAMES, "postgres", "kafka"} <= SERVICES.keys()
    tested_with = re.search(
        r"kafka_2\.13</artifactId>\s*<version>([\d.]+)<", (ROOT / "deploy/dev/kafka/pom.xml").read_text()
    )
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{tested_with[1]}"
    assert SERVICES["postgres"]["image"].startswith("postgres:")


@pytest.mark.parametrize("name", OURS)
def test_every_setting_that_is_set_is_a_setting(name):
    assert set(OURS[name].get("environment", {})) <= set(variables())


@pytest.mark.parametrize("env", [{}, {**IDENTITY_PROVIDER, "DWC_PRODUCTION": "true"}], ids=["trial", "production"])
@pytest.mark.parametrize("name", NAMES)
def test_a_service_starts_with_the_settings_it_is_given(name, env, monkeypatch):
    for variable, value in composed(**filled(), **env)["services"][name]["environment"].items():
        monkeypatch.setenv(variable, value)
    settings = Settings()
    settings.check()
    assert settings.transport is TransportKind.KAFKA
    host, _, port = settings.kafka_bootstrap.partition(":")
    assert f"PLAINTEXT://{host}:{port}" in SERVICES[host]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    url = make_url(database_url(name, settings))
    assert (url.username, url.database, url.host) == (name, name, "postgres")
    assert (
        url.password
        == filled()[f"{name.upper()}_PASSWORD"]
        == SERVICES["postgres"]["environment"][f"{name.upper()}_PASSWORD"]
    )


def test_production_without_an_identity_provider_refuses_to_start(monkeypatch):
    for variable, value in composed(**filled(), DWC_PRODUCTION="true")["services"]["intake"]["environment"].items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(Misconfigured):
        Settings().check()


def understood(arguments: list[str]) -> bool:
    """Whether `dwc` knows this command and its arguments."""
    command = get_command(app)
    context = command.make_context("dwc", list(arguments))
    _, inner, rest = command.resolve_command(context, list(arguments))
    inner.make_context(inner.name, rest)
    return True


@pytest.mark.parametrize("name", [name for name in OURS if "command" in OURS[name]])
def test_every_command_is_one_that_dwc_knows(name):
    assert understood(OURS[name]["command"])


def test_the_tools_call_commands_that_dwc_knows():
    assert OURS["token"]["entrypoint"] == ["dwc", "token"]
    assert understood(["token", "--role", "team_manager", "--worker", "W100"])
    assert OURS["keys"]["entrypoint"][2].startswith("dwc keys /issuer && ")
    assert understood(["keys", "/issuer"])


@pytest.mark.parametrize("name", NAMES)
def test_a_service_waits_for_its_tables_its_keys_and_the_broker(name):
    waits = SERVICES[name]["depends_on"]
    assert waits[f"migrate-{name}"] == waits["keys"] == {"condition": "service_completed_successfully"}
    assert waits["kafka"] == {"condition": "service_healthy"}
    assert SERVICES[f"migrate-{name}"]["command"] == ["migrate", name]
    assert SERVICES[f"migrate-{name}"]["environment"] == SERVICES[name]["environment"]


def test_whatever_is_waited_for_is_there_and_tells_when_it_is_healthy():
    for service in SERVICES.values():
        for name, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in SERVICES[name]


def test_nothing_listens_beyond_this_machine():
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(ports) == len(NAMES)
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert len({port.split(":")[1] for port in ports}) == len(ports)


def test_no_secret_is_in_the_repository():
    raw = yaml.safe_load(COMPOSE)
    for service in raw["services"].values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or ASKED.fullmatch(value)
            assert "DATABASE_URL" not in name or re.search(r"://\w+:\$\{", value)
    assert not [line for line in ENV_EXAMPLE.splitlines() if re.match(r"\w*PASSWORD=.", line)]


def test_everything_asked_of_the_env_file_is_explained_in_its_example():
    explained = set(re.findall(r"^#?([A-Z_]+)=", ENV_EXAMPLE, re.MULTILINE))
    assert {found[1] for found in ASKED.finditer(COMPOSE)} == explained


def test_volumes_are_declared_and_what_is_mounted_is_there():
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith(".") else source in HOUSE["volumes"]


def test_only_what_signs_is_given_the_signing_key():
    holders = {
        name for name, service in SERVICES.items() if any(v.startswith("issuer:") for v in service.get("volumes", ()))
    }
    assert holders == {"keys", "token"}


def test_our_containers_may_change_nothing_and_gain_nothing():
    for service in OURS.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_the_image_is_built_from_what_is_there_as_an_ordinary_user():
    build = OURS["intake"]["build"]
    assert build == {"context": ".", "dockerfile": "deploy/Dockerfile"}
    kept = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists()
            assert Path(source).parts[0] in kept
    assert re.search(r"^USER dwc$", DOCKERFILE, re.MULTILINE)
    assert 'ENTRYPOINT ["dwc"]' in DOCKERFILE
    bases = set(re.findall(r"^FROM python:(\d\.\d+)-slim", DOCKERFILE, re.MULTILINE))
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    assert bases == {oldest}


def test_health_is_asked_at_a_door_there_is():
    assert "http://127.0.0.1:8000/health/ready" in SERVICES["intake"]["healthcheck"]["test"][3]
    assert str(Settings.model_fields["port"].default) == "8000"
