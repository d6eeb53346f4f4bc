"""What `deploy/k8s` declares agrees with the code, with Kubernetes' schemas and with the alerts.

No cluster and no kustomize are needed: `kustomize.py` reads the overlays. kubectl, where it is installed, must agree.
"""

from __future__ import annotations

import ipaddress
import json
import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from streamer.kafka.access import ROLES
from streamer.kafka.topics import SPECS
from streamer.settings import ENVIRONMENT, InvalidSettings, read_settings
from tests.data.make_prometheus_rule import PRINTED, prometheus_rule
from tests.integration.kustomize import Resource, rendered
from tests.integration.test_deploy import (
    DEPLOY,
    KNOWN_COMMANDS,
    ROOT,
    RULES,
    SCRAPED,
    SECRET_VARIABLES,
    called_in,
    command_of,
    web_port_of,
)

K8S = DEPLOY / "k8s"
OVERLAYS = ("small", "production", "autoscaled")
PODS = {
    "streamer-topics": ("topics", "create"),
    "streamer-lists": ("lists", "sync"),
    "streamer-reconcile": ("reconcile",),
    "streamer-worker": ("worker",),
}
"""Workload -> what runs in it."""
ROLE_OF = {
    "streamer-topics": ("streamer-operator", "operator"),
    "streamer-lists": ("streamer-lists", "list-publisher"),
    "streamer-reconcile": ("streamer-reconcile", "reconcile"),
    "streamer-worker": ("streamer-worker", "worker"),
}
"""Workload -> its user of Kafka, which is the name of its secret too, and the role of that user."""
MOUNTED = {
    "streamer-topics": {"kafka-password", "ca.crt"},
    "streamer-lists": {"kafka-password", "ca.crt", "lists-key", "web-token"},
    "streamer-reconcile": {"kafka-password", "ca.crt", "web-token"},
    "streamer-worker": {"kafka-password", "ca.crt", "lists-key", "web-token", "identity-key", "analysts.toml"},
}
"""Written down a second time, by hand: which secrets a pod may see."""
SECRETS = Path("/run/secrets/streamer")
SCHEMAS: dict[str, Any] = json.loads((ROOT / "tests/data/kubernetes.json").read_text("utf-8"))
GUIDE = (K8S / "README.md").read_text("utf-8")
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")


@cache
def overlay(name: str) -> tuple[Resource, ...]:
    return tuple(rendered(K8S / "overlays" / name))


def resources(kind: str, overlay_name: str = "production") -> list[Resource]:
    return [one for one in overlay(overlay_name) if one["kind"] == kind]


def resource(kind: str, name: str, overlay_name: str = "production") -> Resource:
    (found,) = (one for one in resources(kind, overlay_name) if one["metadata"]["name"] == name)
    return found


def workload(name: str, overlay_name: str = "production") -> Resource:
    (found,) = (
        one for one in overlay(overlay_name) if one["metadata"]["name"] == name and "template" in one.get("spec", {})
    )
    return found


def pod(name: str) -> dict[str, Any]:
    template: dict[str, Any] = workload(name)["spec"]["template"]
    return template


def container(name: str) -> dict[str, Any]:
    (found,) = pod(name)["spec"]["containers"]
    return dict(found)


def environment(name: str) -> dict[str, str]:
    """What the pod's process reads, the ConfigMap included."""
    own = {one["name"]: one["value"] for one in container(name)["env"]}
    assert container(name)["envFrom"] == [{"configMapRef": {"name": "streamer"}}]
    return {**resource("ConfigMap", "streamer")["data"], **own}


def secret_files(name: str) -> dict[str, tuple[str, str]]:
    """File below SECRETS -> the secret and the key it comes from."""
    (volume,) = (one for one in pod(name)["spec"]["volumes"] if "projected" in one)
    assert all(set(source) == {"secret"} for source in volume["projected"]["sources"])
    return {
        item["path"]: (source["secret"]["name"], item["key"])
        for source in volume["projected"]["sources"]
        for item in source["secret"]["items"]
    }


# ---------------------------------------------------------------- rendering and schemas


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_resource_is_as_its_api_has_it(name: str) -> None:
    for one in overlay(name):
        schema = SCHEMAS["kinds"][f"{one['apiVersion']} {one['kind']}"]
        jsonschema.Draft202012Validator(schema | {"$defs": SCHEMAS["$defs"]}).validate(one)


def test_the_schemas_refuse_a_field_that_is_none() -> None:
    wrong = json.loads(json.dumps(workload("streamer-worker")))
    wrong["spec"]["template"]["spec"]["containers"][0]["livenessProbe"]["timeoutSecond"] = 1
    schema = SCHEMAS["kinds"]["apps/v1 StatefulSet"] | {"$defs": SCHEMAS["$defs"]}
    assert not jsonschema.Draft202012Validator(schema).is_valid(wrong)


@pytest.mark.parametrize("name", OVERLAYS)
def test_kustomize_renders_what_these_tests_read(name: str) -> None:
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not installed: the overlays are read by tests/integration/kustomize.py alone")
    done = subprocess.run(
        [program, "kustomize", str(K8S / "overlays" / name)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

    def by_name(found: Any) -> dict[tuple[str, str], Resource]:
        return {(one["kind"], one["metadata"]["name"]): one for one in found}

    assert by_name(yaml.safe_load_all(done.stdout)) == by_name(overlay(name))


def test_the_base_names_no_namespace_and_an_overlay_sets_one() -> None:
    assert not any("namespace" in one["metadata"] for one in rendered(K8S / "base"))
    for name in OVERLAYS:
        assert {one["metadata"]["namespace"] for one in overlay(name)} == {"streamer"}


def test_every_file_is_used() -> None:
    used = {K8S / "README.md"}
    for recipe in K8S.rglob("kustomization.yaml"):
        content = yaml.safe_load(recipe.read_text("utf-8"))
        names = [*content.get("resources", ()), *(one["path"] for one in content.get("patches", ()) if "path" in one)]
        used |= {recipe, *((recipe.parent / name).resolve() for name in names)}
    assert {path for path in K8S.rglob("*") if path.is_file()} == {path for path in used if path.is_file()}


def test_the_base_has_the_image_of_this_version_and_production_one_by_digest() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    in_base = {
        one["image"]
        for work in rendered(K8S / "base")
        for one in work.get("spec", {}).get("template", {}).get("spec", {}).get("containers", ())
    }
    assert in_base == {f"streamer:{version}"}
    for name in PODS:
        assert re.fullmatch(r"[a-z./]+/streamer@sha256:[0-9a-f]{64}", container(name)["image"])


# ---------------------------------------------------------------- pods


def test_every_pod_is_known_and_runs_a_command_that_exists() -> None:
    running = {
        one["metadata"]["name"]: command_of(one["spec"]["template"]["spec"]["containers"][0]["args"])
        for one in overlay("production")
        if "template" in one.get("spec", {})
    }
    assert running == PODS
    assert set(running.values()) <= KNOWN_COMMANDS


@pytest.mark.parametrize("name", PODS)
def test_a_pod_can_do_little(name: str) -> None:
    spec = pod(name)["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert resource("ServiceAccount", spec["serviceAccountName"])["automountServiceAccountToken"] is False
    assert spec["serviceAccountName"] == name
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == 10001
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    one = container(name)
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert one["resources"]["limits"].keys() == {"memory"}, "a throttled worker is late"
    volumes = {volume["name"] for volume in spec["volumes"]}
    volumes |= {claim["metadata"]["name"] for claim in workload(name)["spec"].get("volumeClaimTemplates", ())}
    assert {mount["name"] for mount in one["volumeMounts"]} == volumes


@pytest.mark.parametrize("name", PODS)
def test_settings_of_a_pod_exist_and_are_accepted(name: str, tmp_path: Path) -> None:
    given = environment(name)
    assert set(given) <= set(ENVIRONMENT) | SECRET_VARIABLES
    for variable, value in given.items():
        if value.startswith(str(SECRETS)):
            file = tmp_path / Path(value).name
            file.write_text("0123456789abcdef" * 4)
            given[variable] = str(file)
    settings = read_settings(given)
    assert settings.security_protocol == "SASL_SSL"
    assert settings.log_format == "json"
    assert settings.sasl_username == ROLE_OF[name][0]
    mounts = {mount["mountPath"] for mount in container(name)["volumeMounts"]}
    assert "/tmp" in mounts  # noqa: S108 - inside a pod
    if name == "streamer-worker":
        assert str(settings.data_dir) in mounts
        assert settings.store == "rocksdb"
    if name == "streamer-lists":
        assert settings.archive_dir is not None
        assert str(settings.archive_dir.parent) in mounts


@pytest.mark.parametrize("name", PODS)
def test_secrets_are_mounted_only_where_they_are_needed(name: str) -> None:
    files = secret_files(name)
    assert set(files) == MOUNTED[name]
    asked = {Path(value).name for value in environment(name).values() if value.startswith(str(SECRETS))}
    assert asked == set(files)
    (mount,) = (mount for mount in container(name)["volumeMounts"] if mount["name"] == "secrets")
    assert mount == {"name": "secrets", "mountPath": str(SECRETS), "readOnly": True}
    # Nothing by another way: neither whole secrets nor variables that hold one.
    assert not any("secret" in volume for volume in pod(name)["spec"]["volumes"])
    assert not any("valueFrom" in one for one in container(name)["env"])
    assert not {name for name, setting in ENVIRONMENT.items() if setting.secret} & set(environment(name))


def test_the_lists_pod_has_no_identity_key_and_signs_what_the_workers_check() -> None:
    assert not any("IDENTITY" in variable or "COUNTERPARTY" in variable for variable in environment("streamer-lists"))
    assert "streamer-identity" not in {secret for secret, _ in secret_files("streamer-lists").values()}
    keys = {environment(name)["STREAMER_LISTS_KEY_FILE"] for name in ("streamer-lists", "streamer-worker")}
    assert keys == {str(SECRETS / "lists-key")}
    signed = {secret_files(name)["lists-key"] for name in ("streamer-lists", "streamer-worker")}
    assert signed == {("streamer-lists-key", "lists-key")}


def test_each_role_has_a_user_and_a_secret_of_its_own() -> None:
    secrets = {name: secret_files(name)["kafka-password"] for name in PODS}
    assert secrets == {name: (user, "password") for name, (user, _) in ROLE_OF.items()}
    assert len(set(secrets.values())) == len(PODS)
    assert {role for _, role in ROLE_OF.values()} <= ROLES.keys()


def test_a_secret_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    """The files are named: a pod whose secret lacks a key says so instead of running without."""
    given = environment("streamer-worker") | {"STREAMER_LISTS_KEY_FILE": str(tmp_path / "none")}
    with pytest.raises(InvalidSettings):
        read_settings(given)


# ---------------------------------------------------------------- workers


def test_the_worker_survives_a_slow_record() -> None:
    policy = tomllib.loads((ROOT / "streamer/data/policy.toml").read_text("utf-8"))
    budget_seconds = policy["worker"]["budget_seconds"]
    one = container("streamer-worker")
    live = one["livenessProbe"]
    assert live["timeoutSeconds"] >= 4 * budget_seconds
    assert live["timeoutSeconds"] < live["periodSeconds"]
    assert live["periodSeconds"] * live["failureThreshold"] >= 60
    assert live["httpGet"] == {"path": "/health", "port": "web"}
    assert one["startupProbe"]["httpGet"] == {"path": "/health", "port": "web"}
    assert one["startupProbe"]["periodSeconds"] * one["startupProbe"]["failureThreshold"] >= 300
    assert one["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "web"}
    assert one["readinessProbe"]["timeoutSeconds"] > budget_seconds


@pytest.mark.parametrize("name", [name for name in PODS if name != "streamer-topics"])
def test_no_probe_carries_a_token(name: str) -> None:
    assert "STREAMER_WEB_TOKEN_FILE" in environment(name)
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        if probe in container(name):
            assert container(name)[probe]["httpGet"].keys() == {"path", "port"}
            assert container(name)[probe]["httpGet"]["path"] in ("/health", "/ready")


def test_workers_keep_their_disk_through_an_update_and_no_longer_than_they_run() -> None:
    worker = workload("streamer-worker")
    assert worker["kind"] == "StatefulSet"
    assert worker["spec"]["serviceName"] == resource("Service", "streamer-worker")["metadata"]["name"]
    assert worker["spec"]["podManagementPolicy"] == "Parallel", "a spare is not ready, and must not hold up others"
    (claim,) = worker["spec"]["volumeClaimTemplates"]
    mounts = {mount["name"]: mount["mountPath"] for mount in container("streamer-worker")["volumeMounts"]}
    assert mounts[claim["metadata"]["name"]] == environment("streamer-worker")["STREAMER_DATA_DIR"]
    assert worker["spec"]["persistentVolumeClaimRetentionPolicy"] == {"whenScaled": "Delete", "whenDeleted": "Delete"}


def test_replicas_by_overlay() -> None:
    assert workload("streamer-worker", "small")["spec"]["replicas"] == 1
    assert workload("streamer-worker", "production")["spec"]["replicas"] == 3
    assert "replicas" not in workload("streamer-worker", "autoscaled")["spec"]
    assert resource("ConfigMap", "streamer", "small")["data"]["STREAMER_REPLICATION_FACTOR"] == "1"
    assert resource("ConfigMap", "streamer", "production")["data"]["STREAMER_REPLICATION_FACTOR"] == "3"


def test_selectors_find_the_workers_and_nobody_else() -> None:
    labels = pod("streamer-worker")["metadata"]["labels"]
    for selector in (
        workload("streamer-worker")["spec"]["selector"]["matchLabels"],
        resource("Service", "streamer-worker")["spec"]["selector"],
        resource("PodDisruptionBudget", "streamer-worker")["spec"]["selector"]["matchLabels"],
    ):
        assert selector == labels
    assert [name for name in PODS if pod(name)["metadata"]["labels"] == labels] == ["streamer-worker"]


def test_a_drained_node_takes_one_worker_at_a_time() -> None:
    spec = resource("PodDisruptionBudget", "streamer-worker")["spec"]
    assert spec["maxUnavailable"] == 1
    assert spec["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


@pytest.mark.parametrize("name", ["streamer-lists", "streamer-reconcile"])
def test_there_is_one_of_it(name: str) -> None:
    assert workload(name)["spec"]["replicas"] == 1
    assert workload(name)["spec"]["strategy"] == {"type": "Recreate"}


def test_raw_lists_are_kept() -> None:
    volumes = {volume["name"]: volume for volume in pod("streamer-lists")["spec"]["volumes"]}
    assert volumes["archive"]["persistentVolumeClaim"] == {"claimName": "streamer-archive"}
    assert resource("PersistentVolumeClaim", "streamer-archive")


# ---------------------------------------------------------------- network


def policies(name: str, direction: str) -> list[Resource]:
    """The policies that select a pod for `Ingress` or `Egress`."""
    labels = pod(name)["metadata"]["labels"]

    def selects(selector: dict[str, Any]) -> bool:
        assert selector.keys() <= {"matchLabels", "matchExpressions"}
        for expression in selector.get("matchExpressions", ()):
            assert expression["operator"] == "In"
            if labels.get(expression["key"]) not in expression["values"]:
                return False
        return bool(selector["matchLabels"].items() <= labels.items())

    return [
        one
        for one in resources("NetworkPolicy")
        if direction in one["spec"]["policyTypes"] and selects(one["spec"]["podSelector"])
    ]


def ways(name: str, direction: str) -> set[tuple[str, str]]:
    """(namespace or network, port) that a pod may reach or be reached from."""
    key, end = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
    return {
        (
            peer["ipBlock"]["cidr"]
            if "ipBlock" in peer
            else peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"],
            str(port["port"]),
        )
        for one in policies(name, direction)
        for rule in one["spec"].get(key, ())
        for peer in rule[end]
        for port in rule["ports"]
    }


KAFKA_AND_DNS = {("kafka", "9093"), ("kube-system", "53")}


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_shut_in_but_for_what_it_needs(name: str) -> None:
    shut = [one for one in policies(name, "Egress") if not {"ingress", "egress"} & one["spec"].keys()]
    assert [one["spec"]["policyTypes"] for one in shut] == [["Ingress", "Egress"]]
    internet = {("0.0.0.0/0", "443"), ("::/0", "443")} if name == "streamer-lists" else set()
    assert ways(name, "Egress") == KAFKA_AND_DNS | internet
    assert ways(name, "Ingress") == (set() if name == "streamer-topics" else {("monitoring", "web")})


def test_the_way_to_kafka_is_that_of_the_settings() -> None:
    host, _, port = resource("ConfigMap", "streamer")["data"]["STREAMER_BOOTSTRAP_SERVERS"].rpartition(":")
    assert (host.split(".")[1], port) in KAFKA_AND_DNS


@pytest.mark.parametrize("address", ["10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "fd00::1", "fe80::1"])
def test_the_internet_is_not_the_network_of_the_house(address: str) -> None:
    policy = resource("NetworkPolicy", "streamer-lists-to-publishers")
    asked = ipaddress.ip_address(address)
    for peer in policy["spec"]["egress"][0]["to"]:
        block = peer["ipBlock"]
        if ipaddress.ip_network(block["cidr"]).version == asked.version:
            assert any(asked in ipaddress.ip_network(net) for net in block["except"])


# ---------------------------------------------------------------- monitoring


@pytest.mark.parametrize("job", SCRAPED)
def test_every_job_of_prometheus_has_a_pod_and_a_pod_monitor(job: str) -> None:
    (name,) = (name for name, command in PODS.items() if command == SCRAPED[job])
    assert container(name)["ports"] == [{"name": "web", "containerPort": web_port_of(SCRAPED[job])}]
    assert environment(name)["STREAMER_WEB_HOST"] == "0.0.0.0"  # noqa: S104 - inside a pod
    labels = pod(name)["metadata"]["labels"]
    (monitor,) = (
        one for one in resources("PodMonitor") if one["spec"]["selector"]["matchLabels"].items() <= labels.items()
    )
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    assert (endpoint["port"], endpoint["path"]) == ("web", "/metrics")
    assert endpoint["relabelings"] == [{"action": "replace", "targetLabel": "job", "replacement": job}]
    credentials = endpoint["authorization"]["credentials"]
    assert (credentials["name"], credentials["key"]) == secret_files(name)["web-token"]


def test_every_pod_monitor_has_a_job() -> None:
    assert len(resources("PodMonitor")) == len(SCRAPED)


def test_the_alerts_are_those_of_prometheus() -> None:
    assert PRINTED.read_text("utf-8") == prometheus_rule(), "run: python tests/data/make_prometheus_rule.py"
    assert resource("PrometheusRule", "streamer")["spec"] == RULES


# ---------------------------------------------------------------- autoscaling


def test_workers_follow_the_lag_and_are_never_more_than_the_partitions() -> None:
    settings = resource("ConfigMap", "streamer", "autoscaled")["data"]
    (scaled,) = resources("ScaledObject", "autoscaled")
    spec = scaled["spec"]
    worker = workload("streamer-worker", "autoscaled")
    assert spec["scaleTargetRef"] == {
        "apiVersion": worker["apiVersion"],
        "kind": worker["kind"],
        "name": worker["metadata"]["name"],
    }
    assert spec["maxReplicaCount"] == int(settings["STREAMER_PARTITIONS"])
    assert 1 <= spec["minReplicaCount"] <= spec["fallback"]["replicas"] <= spec["maxReplicaCount"]
    (authentication,) = resources("TriggerAuthentication", "autoscaled")
    assert {one["metadata"]["topic"] for one in spec["triggers"]} == {"payments", "payrolls"}
    for trigger in spec["triggers"]:
        assert trigger["type"] == "kafka"
        assert trigger["metadata"]["bootstrapServers"] == settings["STREAMER_BOOTSTRAP_SERVERS"]
        assert trigger["metadata"]["consumerGroup"] == "streamer"
        assert trigger["metadata"]["tls"] == "enable"
        sasl = trigger["metadata"]["sasl"].replace("_", "").upper()
        assert sasl == settings["STREAMER_KAFKA_SASL_MECHANISM"].replace("-", "")
        assert trigger["authenticationRef"]["name"] == authentication["metadata"]["name"]
    secrets = {one["name"] for one in authentication["spec"]["secretTargetRef"]}
    assert secrets == {"streamer-autoscaler", "streamer-kafka-ca"}


# ---------------------------------------------------------------- pages


def test_the_guide_makes_every_secret_and_grants_every_role() -> None:
    made = {
        (name, key)
        for name, rest in re.findall(r"create secret generic (\S+)((?:[^\n]*\\\n)*[^\n]*)", GUIDE)
        for key in re.findall(r"--from-(?:literal|file)=([\w.-]+)=", rest)
    }
    needed = {one for name in PODS for one in secret_files(name).values()}
    (authentication,) = resources("TriggerAuthentication", "autoscaled")
    needed |= {(one["name"], one["key"]) for one in authentication["spec"]["secretTargetRef"]}
    assert made == needed
    granted = {(user, role) for role, user in re.findall(r"--role (\S+)\s+--principal User:(\S+)", GUIDE)}
    assert granted == {*ROLE_OF.values(), ("streamer-autoscaler", "autoscaler")}


@pytest.mark.parametrize("page", [GUIDE, OPERATIONS], ids=["guide", "operations"])
def test_commands_on_a_page_exist(page: str) -> None:
    blocks = re.findall(r"`(streamer [^`]+)`|^    .*?(?<![-\w/])(streamer .+)$", page, re.MULTILINE)
    called = set().union(*(called_in(inline or block.split("#")[0]) for inline, block in blocks))
    assert called
    assert called <= KNOWN_COMMANDS, called - KNOWN_COMMANDS


@pytest.mark.parametrize("page", [K8S / "README.md", ROOT / "docs/operations.md"], ids=lambda page: page.name)
def test_links_on_a_page_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
        if not link.startswith("https://"):
            assert (page.parent / link).exists(), link
    for folder in re.findall(r"deploy/k8s/[\w/.-]+", page.read_text("utf-8")):
        assert (ROOT / folder).exists(), folder


def test_the_page_of_operations_names_every_topic() -> None:
    named = set(re.findall(r"`([\w-]+)`", OPERATIONS))
    names = {f"streamer-{spec.name}-changelog" if spec.changelog else spec.name for spec in SPECS}
    assert names <= named, names - named
    variables = set(re.findall(r"STREAMER_\w+", OPERATIONS + GUIDE))
    assert variables <= set(ENVIRONMENT) | SECRET_VARIABLES
