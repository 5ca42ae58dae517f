"""What a cluster holds, read by way of ``kubectl``: for answers about room, quotas and what cannot change.

``kubectl get`` is all that is run, with the context and the rights of whoever asked.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

KINDS: Final = (
    "nodes",
    "namespaces",
    "pods",
    "services",
    "endpointslices.discovery.k8s.io",
    "configmaps",
    "secrets",
    "serviceaccounts",
    "persistentvolumeclaims",
    "persistentvolumes",
    "storageclasses.storage.k8s.io",
    "priorityclasses.scheduling.k8s.io",
    "resourcequotas",
    "limitranges",
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "jobs.batch",
    "cronjobs.batch",
    "horizontalpodautoscalers.autoscaling",
    "poddisruptionbudgets.policy",
    "ingresses.networking.k8s.io",
    "ingressclasses.networking.k8s.io",
    "networkpolicies.networking.k8s.io",
    "roles.rbac.authorization.k8s.io",
    "rolebindings.rbac.authorization.k8s.io",
    "clusterroles.rbac.authorization.k8s.io",
    "clusterrolebindings.rbac.authorization.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io",
)
"""As ``kubectl get`` names them, those first that others refer to."""
_SECONDS: Final = 120
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_LEFT_OUT: Final = ("managedFields", "selfLink")


class Taken(Struct, frozen=True):
    """The objects, and why some kinds are not among them: ``secrets: forbidden ...``."""

    objects: tuple[Mapping[str, Any], ...]
    missing: tuple[str, ...]


def take_snapshot(kinds: Sequence[str] = KINDS, *, context: str = "", namespace: str = "") -> Taken:
    """Ask for one kind after the other, in all namespaces unless one is named.

    Raises:
        FileNotFoundError: there is no kubectl on PATH.
    """
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        raise FileNotFoundError("kubectl is not on PATH")
    base = [kubectl, *(["--context", context] if context else [])]
    where = ["--namespace", namespace] if namespace else ["--all-namespaces"]
    objects: list[Mapping[str, Any]] = []
    missing: list[str] = []
    for kind in kinds:
        command = [*base, "get", *where, "--output", "json", "--", kind]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            missing.append(f"{kind}: no answer within {_SECONDS} s")
            continue
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["kubectl says nothing"]
            missing.append(f"{kind}: {said[-1]}")
            continue
        items = json.loads(done.stdout).get("items")
        objects += [without_secrets(one) for one in items if isinstance(one, dict)] if isinstance(items, list) else []
    return Taken(tuple(objects), tuple(missing))


def without_secrets(obj: Mapping[str, Any]) -> dict[str, Any]:
    """An object that can be kept: values of Secrets emptied, and nothing that repeats what was applied."""
    found = dict(obj)
    metadata = found.get("metadata")
    if isinstance(metadata, Mapping):
        metadata = {key: value for key, value in metadata.items() if key not in _LEFT_OUT}
        said = metadata.get("annotations")
        if isinstance(said, Mapping):
            metadata["annotations"] = {key: value for key, value in said.items() if key != _LAST_APPLIED}
        found["metadata"] = metadata
    if found.get("kind") == "Secret":
        for key in ("data", "stringData"):
            if isinstance(found.get(key), Mapping):
                found[key] = dict.fromkeys(found[key], "")
    return found
