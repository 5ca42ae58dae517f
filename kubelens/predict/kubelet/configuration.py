"""Which Pods read a ConfigMap or Secret, and when they see a change of it.

The kubelet sets variables and files mounted by ``subPath`` when a container starts; folders that are mounted whole it
writes anew within its sync period (``kubelet/volumemanager``, ``util/manager/watch_based_manager``).
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, read_workload
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.references.graph import ReferrersOf
from kubelens.predict.references.reference import Reference


class Seen(Enum):
    """When a running Pod sees a new value."""

    AT_START = "at start"
    """When its containers start the next time."""
    SOON = "soon"
    """Within about a minute, in its files."""


class Reader(Struct, frozen=True, eq=False):
    """A workload that reads a key, by one reference."""

    workload: Workload
    reference: Reference
    key: str
    seen: Seen


class ReadersOf(Struct, frozen=True):
    """Who reads some keys of a ConfigMap or Secret?"""

    kind: str
    namespace: str
    name: str
    keys: tuple[str, ...]

    def answer(self, ask: Ask) -> Prediction[tuple[Reader, ...]]:
        """In the order of the references, each with its keys in their order."""
        found = []
        for reference in ask(ReferrersOf(self.kind, self.namespace, self.name)).answer:
            workload = read_workload(reference.source) if not reference.source.partial else None
            if workload is None:
                continue
            for key in self.keys:
                seen = _seen(workload, reference, key)
                if seen is not None:
                    found.append(Reader(workload, reference, key, seen))
        return Prediction(tuple(found))


def _seen(workload: Workload, reference: Reference, key: str) -> Seen | None:
    """How a reference reads a key; None where it reads others alone."""
    path = reference.place.path
    if "env" in path:
        return Seen.AT_START if reference.key == key else None
    if "envFrom" in path:
        return Seen.AT_START
    if "volumes" not in path:
        return None
    volume = _at(workload.resource, path[: path.index("volumes") + 2])
    items = [item for _, item in fields.items(_source(volume), "items")]
    file = next((fields.text(item, "path") for item in items if fields.text(item, "key") == key), key)
    if items and all(fields.text(item, "key") != key for item in items):
        return None
    mounts = [
        mount
        for container in workload.pod.containers
        for mount in container.mounts
        if mount.volume == fields.text(volume, "name")
    ]
    if any(mount.sub_path == file for mount in mounts):
        return Seen.AT_START
    return Seen.SOON if any(not mount.sub_path for mount in mounts) else None


def _source(volume: fields.Value) -> fields.Value:
    return fields.mapping(volume, "configMap") or fields.mapping(volume, "secret")


def _at(resource: Resource, path: tuple[str | int, ...]) -> fields.Value:
    found = fields.at(resource.value, path[len(resource.place.path) :])
    return found if isinstance(found, dict) else {}
