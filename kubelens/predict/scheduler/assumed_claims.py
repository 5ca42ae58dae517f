"""Claims as they stand once the controllers of a cluster have seen them: made of templates, and given volumes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.selector import read_labels
from kubelens.predict.scheduler.pending import PendingPod
from kubelens.predict.scheduler.plugins.volume_binding import storage_class_of
from kubelens.predict.scheduler.state import ClusterState

_DEFAULT: Final = "storageclass.kubernetes.io/is-default-class"
_STATIC: Final = ("", "kubernetes.io/no-provisioner")
_WAITS: Final = "WaitForFirstConsumer"
_MOST: Final = 20_000


def make_claims(stateful_sets: Iterable[Resource], pending: Iterable[PendingPod], state: ClusterState) -> None:
    """The claims that StatefulSets and generic ephemeral volumes bring."""
    for resource in stateful_sets:
        start = fields.integer(fields.mapping(resource.spec, "ordinals"), "start") or 0
        count = fields.integer(resource.spec, "replicas")
        for _, template in fields.items(resource.spec, "volumeClaimTemplates"):
            name = fields.text(fields.mapping(template, "metadata"), "name")
            for ordinal in range(start, start + min(1 if count is None else max(count, 0), _MOST)):
                _make(f"{name}-{resource.name}-{ordinal}", resource.namespace or "default", template, state)
    for pod in pending:
        metadata = pod.value["metadata"]
        for _, volume in fields.items(pod.value["spec"], "volumes"):
            template = fields.mapping(fields.mapping(volume, "ephemeral"), "volumeClaimTemplate")
            if template:
                name = f"{metadata['name']}-{fields.text(volume, 'name')}"
                _make(name, metadata["namespace"], template, state)


def _make(name: str, namespace: str, template: Mapping[str, Any], state: ClusterState) -> None:
    value = {"metadata": {"name": name, "namespace": namespace}, "spec": dict(fields.mapping(template, "spec"))}
    state.claims.setdefault((namespace, name), value)


def give_classes(state: ClusterState) -> tuple[str, ...]:
    """Let claims without a volume be provided for where their Pod goes; what that takes for granted.

    A class that binds at once has done so before a Pod is looked at, and one that is not among the files is the
    cluster's own.
    """
    default = next((name for name, one in state.storage_classes.items() if _is_default(one)), None)
    unknown: set[str] = set()
    for key, claim in list(state.claims.items()):
        spec = fields.mapping(claim, "spec")
        if fields.text(spec, "volumeName"):
            continue
        name = storage_class_of(claim)
        if default is not None and not name and "storageClassName" not in spec:
            name = default
            state.claims[key] = {**claim, "spec": {**spec, "storageClassName": name}}
        found = state.storage_classes.get(name)
        if found is None:
            unknown.add(name)
            state.storage_classes[name] = {"provisioner": "<the cluster's>", "volumeBindingMode": _WAITS}
        elif fields.text(found, "provisioner") not in _STATIC:
            state.storage_classes[name] = {**found, "volumeBindingMode": _WAITS}
    return tuple(
        f"claims of {f'storage class {name!r}' if name else 'the default storage class'} get a volume where their Pod goes"
        for name in sorted(unknown)
    )


def _is_default(value: Mapping[str, Any]) -> bool:
    return read_labels(fields.mapping(value, "metadata").get("annotations")).get(_DEFAULT) == "true"
