"""What a Pod's spec refers to by name: ConfigMaps, Secrets, claims, accounts, classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.pod import Container, Path, PodSpec, Volume


class Reference(Struct, frozen=True):
    """A name by which a Pod refers to another object (``kind``), and a ``key`` in it where one is meant."""

    kind: str
    name: str
    key: str | None
    optional: bool
    path: Path
    """Leads to the value that holds the name."""


def pod_references(pod: PodSpec) -> Iterator[Reference]:
    """What a Pod's spec refers to: of containers, of volumes, of the Pod itself."""
    spec, path = pod.value, pod.path
    for container in pod.containers:
        yield from _environment_references(container)
    for volume in pod.volumes:
        yield from _volume_references(volume)
    for index, secret in fields.items(spec, "imagePullSecrets"):
        if name := fields.text(secret, "name"):
            yield Reference("Secret", name, None, False, (*path, "imagePullSecrets", index, "name"))
    for key, kind in (
        ("serviceAccountName", "ServiceAccount"),
        ("priorityClassName", "PriorityClass"),
        ("runtimeClassName", "RuntimeClass"),
    ):
        if name := fields.text(spec, key):
            yield Reference(kind, name, None, False, (*path, key))


def _environment_references(container: Container) -> Iterator[Reference]:
    for index, entry in fields.items(container.value, "env"):
        source = fields.mapping(entry, "valueFrom")
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            if (ref := fields.optional_mapping(source, key)) is not None and (name := fields.text(ref, "name")):
                where = (*container.path, "env", index, "valueFrom", key, "name")
                yield Reference(kind, name, fields.text(ref, "key"), fields.boolean(ref, "optional") or False, where)
    for index, entry in fields.items(container.value, "envFrom"):
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if (ref := fields.optional_mapping(entry, key)) is not None and (name := fields.text(ref, "name")):
                where = (*container.path, "envFrom", index, key, "name")
                yield Reference(kind, name, None, fields.boolean(ref, "optional") or False, where)


def _volume_references(volume: Volume) -> Iterator[Reference]:
    source = fields.mapping(volume.value, volume.source)
    where = (*volume.path, volume.source)
    if volume.source == "configMap":
        yield from _keyed(source, "ConfigMap", "name", where)
    elif volume.source == "secret":
        yield from _keyed(source, "Secret", "secretName", where)
    elif volume.source == "persistentVolumeClaim" and (name := fields.text(source, "claimName")):
        yield Reference("PersistentVolumeClaim", name, None, False, (*where, "claimName"))
    elif volume.source == "projected":
        for index, entry in fields.items(source, "sources"):
            for key, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
                if (inner := fields.optional_mapping(entry, key)) is not None:
                    yield from _keyed(inner, kind, "name", (*where, "sources", index, key))


def _keyed(source: Mapping[str, Any], kind: str, name_key: str, where: Path) -> Iterator[Reference]:
    name = fields.text(source, name_key)
    if not name:
        return
    optional = fields.boolean(source, "optional") or False
    yield Reference(kind, name, None, optional, (*where, name_key))
    for index, item in fields.items(source, "items"):
        if key := fields.text(item, "key"):
            yield Reference(kind, name, key, optional, (*where, "items", index, "key"))
