"""The systemd units and the Kubernetes sample, read: commands and settings are real, and nothing secret is in them."""

import configparser
import re

import pytest
import yaml

from services.host import NAMES
from services.reference.published import ROOT
from services.reference.routes import health_routes
from services.reference.settings import variables
from shared.settings import Settings
from tests.deploy.test_compose import understood

TEST_ONLY = {"DWC_TEST_SERVERS", "DWC_TEST_KILLS", "DWC_TEST_OPERATIONS", "DWC_DEV_KAFKA_JARS"}
"""Read by tests and by `deploy/dev`, never by a service."""
WRITTEN = [
    path
    for folder in (".", "docs", "docs/decisions", "deploy", "deploy/systemd", "deploy/k8s", "deploy/kafka")
    for path in sorted((ROOT / folder).iterdir())
    if path.suffix in {".md", ".yml", ".yaml", ".example", ".service"}
]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_written_of_is_a_setting(path):
    written = set(re.findall(r"\bDWC_[A-Z_]*[A-Z]\b", path.read_text())) - TEST_ONLY
    assert {name.removesuffix("_FILE") for name in written} <= set(variables())


def unit() -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str
    parsed.read(ROOT / "deploy/systemd/dwc@.service")
    return parsed


@pytest.mark.parametrize("service", NAMES)
def test_a_unit_migrates_and_then_serves(service):
    before, then = unit()["Service"]["ExecStartPre"], unit()["Service"]["ExecStart"]
    for line, verb in ((before, "migrate"), (then, "serve")):
        program, *arguments = line.replace("%i", service).split()
        assert program.endswith("/bin/dwc")
        assert arguments == [verb, service]
        assert understood(arguments)


def test_a_unit_runs_as_an_ordinary_user_who_may_write_nowhere_else():
    service = unit()["Service"]
    assert (service["User"], service["ProtectSystem"], service["NoNewPrivileges"]) == ("dwc", "strict", "yes")


def environment(name: str) -> dict[str, str]:
    lines = (ROOT / "deploy/systemd" / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_settings_of_the_units_are_those_of_production(monkeypatch):
    for variable, value in (environment("dwc.env.example") | environment("intake.env.example")).items():
        monkeypatch.setenv(variable, value)
    settings = Settings()
    settings.check()
    assert settings.production


def documents() -> dict[str, dict]:
    return {each["kind"]: each for each in yaml.safe_load_all((ROOT / "deploy/k8s/intake.yaml").read_text())}


def test_the_kubernetes_sample_migrates_then_serves_with_settings_of_production(monkeypatch):
    pod = documents()["Deployment"]["spec"]["template"]["spec"]
    assert [each["args"] for each in (*pod["initContainers"], *pod["containers"])] == [
        ["migrate", "intake"],
        ["serve", "intake"],
    ]
    for variable, value in documents()["ConfigMap"]["data"].items():
        assert variable in variables()
        monkeypatch.setenv(variable, value)
    settings = Settings()
    settings.check()
    assert settings.production
    assert "Secret" not in documents()


def test_the_kubernetes_sample_asks_for_health_at_doors_there_are():
    pod = documents()["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    asked = {probe["httpGet"]["path"] for name, probe in container.items() if name.endswith("Probe")}
    assert asked <= {route.path for route in health_routes()}
    assert documents()["Service"]["spec"]["ports"][0]["targetPort"] == container["ports"][0]["containerPort"]
