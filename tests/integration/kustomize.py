"""As much of kustomize as `deploy/k8s` uses, so that its overlays are tested where kustomize is not installed.

Whatever it does not know, it refuses. `test_kubernetes.py` holds it against kustomize itself where that is there.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

Resource = dict[str, Any]

_KNOWN = {"apiVersion", "kind", "namespace", "resources", "components", "patches", "images"}


def rendered(folder: Path) -> list[Resource]:
    """What `kubectl kustomize FOLDER` prints, in no order. Raises NotImplementedError for what we do not use."""
    return _applied(folder, [])


def _applied(folder: Path, before: list[Resource]) -> list[Resource]:
    """`before` is what the overlay that names a component has so far; a component may change it."""
    recipe = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    if unknown := recipe.keys() - _KNOWN:
        raise NotImplementedError(f"{folder}: {', '.join(sorted(unknown))}")
    found = list(before)
    for name in recipe.get("resources", ()):
        path = (folder / name).resolve()
        found += rendered(path) if path.is_dir() else list(yaml.safe_load_all(path.read_text("utf-8")))
    for name in recipe.get("components", ()):
        found = _applied((folder / name).resolve(), found)
    for patch in recipe.get("patches", ()):
        _patch(found, patch, folder)
    for one in found:
        for image in recipe.get("images", ()):
            _set_image(one, image)
        if "namespace" in recipe:
            one["metadata"]["namespace"] = recipe["namespace"]
    return found


def _patch(found: list[Resource], patch: dict[str, Any], folder: Path) -> None:
    if set(patch) == {"path"}:
        change = yaml.safe_load((folder / patch["path"]).read_text("utf-8"))
        (met,) = (one for one in found if _named(one) == _named(change))
        met.update(_merged(met, change))
    elif set(patch) == {"target", "patch"}:
        target = patch["target"]
        (met,) = (one for one in found if _named(one) == (target["kind"], target["name"]))
        for step in yaml.safe_load(patch["patch"]):
            if step["op"] != "remove":
                raise NotImplementedError(step)
            *way, last = step["path"].strip("/").split("/")
            place = met
            for key in way:
                place = place[key]
            del place[last]
    else:
        raise NotImplementedError(patch)


def _named(one: Resource) -> tuple[str, str]:
    return one["kind"], one["metadata"]["name"]


def _merged(old: Any, new: Any) -> Any:
    """A strategic merge: maps by key, lists of named things by name, all else replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        merged = {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}
        return {key: value for key, value in merged.items() if value is not None}
    if isinstance(old, list) and isinstance(new, list) and all("name" in one for one in (*old, *new)):
        changes = {one["name"]: one for one in new}
        kept = [_merged(one, changes.pop(one["name"], {})) for one in old]
        return [*kept, *changes.values()]
    return deepcopy(new)


def _set_image(one: Resource, image: dict[str, str]) -> None:
    template = one.get("spec", {}).get("template", {})
    for container in template.get("spec", {}).get("containers", ()):
        if container["image"].split(":")[0] == image["name"]:
            container["image"] = f"{image['newName']}@{image['digest']}"
