"""Writes `tests/data/kubernetes.json` and `compose.json`: what Kubernetes and compose take, for the tests.

    pip install kubernetes-validate==1.37.0                                          (only this script needs it)
    go mod download -json github.com/prometheus-operator/prometheus-operator@v0.85.0 \\
      github.com/kedacore/keda/v2@v2.21.0 github.com/compose-spec/compose-go/v2@v2.16.2
    python tests/data/make_deploy_schemas.py PROMETHEUS-OPERATOR KEDA COMPOSE-GO     (the folders that go names)

Kubernetes' own come from kubernetes-validate, PodMonitor and the like from the definitions that the two operators
install, compose's from the library of docker compose (all Apache-2.0). Strict: a field that the API does not know is an
error. Descriptions, two thirds of the text, are left out.
"""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

_KUBERNETES: Final = "v1.37.0-local-strict"
_KINDS: Final = (
    ("v1", "ConfigMap"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("batch/v1", "Job"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("policy/v1", "PodDisruptionBudget"),
)
_DEFINITIONS: Final = (
    (1, "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml"),
    (1, "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml"),
    (2, "config/crd/bases/keda.sh_scaledobjects.yaml"),
    (2, "config/crd/bases/keda.sh_triggerauthentications.yaml"),
)
_ELSEWHERE: Final = "/api/_definitions.json#/$defs/"
_HERE: Final = "#/$defs/"
_FOLDER: Final = Path(__file__).parent


def _plain(schema: Any) -> Any:
    """Without words for people, and with references into this document."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: _plain(one) for name, one in value.items()}
        elif key == "$ref":
            kept[key] = value.replace(_ELSEWHERE, _HERE)
        elif key not in ("description", "$schema", "title") and not key.startswith("x-"):
            kept[key] = _plain(value)
    return kept


def _strict(schema: Any) -> Any:
    """Of a custom resource: no field but those it names, where it names any."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    done = {key: _strict(value) for key, value in schema.items()}
    is_open = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object" and not is_open:
        done["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        done.pop("type", None)
    return done


def _referred(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_referred, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    here = {schema["$ref"].removeprefix(_HERE)} if isinstance(schema.get("$ref"), str) else set()
    return here.union(*map(_referred, schema.values()))


def main() -> None:
    folder = files("kubernetes_validate") / "kubernetes-json-schema" / _KUBERNETES
    known = json.loads((folder / "_definitions.json").read_text("utf-8"))["$defs"]
    kinds: dict[str, Any] = {}
    for version, kind in _KINDS:
        group = f"{version.split('/')[0].split('.')[0]}-{version.split('/')[1]}" if "/" in version else version
        kinds[f"{version} {kind}"] = _plain(json.loads((folder / f"{kind.lower()}-{group}.json").read_text("utf-8")))
    for argument, path in _DEFINITIONS:
        definition = yaml.safe_load((Path(sys.argv[argument]) / path).read_text("utf-8"))["spec"]
        (version,) = (one for one in definition["versions"] if one["storage"])
        schema = _plain(_strict(version["schema"]["openAPIV3Schema"]))
        schema["properties"]["metadata"] = {"$ref": f"{_HERE}io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
        kinds[f"{definition['group']}/{version['name']} {definition['names']['kind']}"] = schema
    needed: dict[str, Any] = {}
    waiting = _referred(kinds)
    while waiting:
        name = waiting.pop()
        needed[name] = _plain(known[name])
        waiting |= _referred(needed[name]) - needed.keys()
    _write("kubernetes.json", {"kinds": kinds, "$defs": needed})
    compose = json.loads((Path(sys.argv[3]) / "schema/compose-spec.json").read_text("utf-8"))
    _write("compose.json", _plain(compose))


def _write(name: str, document: Any) -> None:
    text = json.dumps(document, separators=(",", ":"), sort_keys=True)
    (_FOLDER / name).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
