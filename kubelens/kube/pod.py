"""What Pods are made of: containers, ports, volumes; one typed view for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.kube.selector import read_labels
from kubelens.syntax.place import Step

Path = tuple[Step, ...]


class ContainerPort(Struct, frozen=True):
    """A port a container declares; ``name`` is ``""`` where it has none."""

    name: str
    number: int
    protocol: str
    host_port: int
    host_ip: str
    path: Path


class VolumeMount(Struct, frozen=True):
    """Where a container mounts a volume."""

    volume: str
    mount_path: str
    read_only: bool
    sub_path: str
    path: Path


class _WithValue(Struct, frozen=True, eq=False):
    """Equal by what is typed; ``value``, the decoded map, holds the same once more."""

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        names = (name for name in self.__struct_fields__ if name != "value")
        return all(getattr(self, name) == getattr(other, name) for name in names)

    __hash__ = None  # type: ignore[assignment]


class Container(_WithValue, frozen=True, eq=False):
    """A container of any sort. ``value`` is the decoded map, for fields not typed here."""

    name: str
    image: str
    role: str
    """``app``, ``init``, ``sidecar`` (an init container that restarts always) or ``ephemeral``."""
    ports: tuple[ContainerPort, ...]
    mounts: tuple[VolumeMount, ...]
    requests: Mapping[str, Quantity]
    """As written: defaults (requests from limits) are not applied."""
    limits: Mapping[str, Quantity]
    env: tuple[tuple[str, str | None, Path], ...]
    """(name, literal value or None where it comes from elsewhere, path)."""
    value: Mapping[str, Any]
    path: Path = ()

    @property
    def runs_throughout(self) -> bool:
        """Whether it runs as long as the Pod does: app containers and sidecars."""
        return self.role in ("app", "sidecar")


class Volume(_WithValue, frozen=True, eq=False):
    """A volume of a Pod: ``source`` is the one field beside the name (``configMap``, ``emptyDir`` ...)."""

    name: str
    source: str
    value: Mapping[str, Any]
    path: Path = ()


class PodSpec(_WithValue, frozen=True, eq=False):
    """A Pod's spec with the labels it carries. Paths lead from the object that holds the spec."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    containers: tuple[Container, ...]
    """App containers first, then init containers and sidecars in order, then ephemeral ones."""
    volumes: tuple[Volume, ...]
    service_account: str
    host_network: bool
    hostname: str
    subdomain: str
    restart_policy: str
    value: Mapping[str, Any]
    path: Path = ()
    metadata_path: Path = ()

    def running_containers(self) -> Iterator[Container]:
        """Containers that run as long as the Pod: app containers, then sidecars."""
        return (c for c in self.containers if c.runs_throughout)

    def port_named(self, name: str, protocol: str = "TCP") -> ContainerPort | None:
        """The port of that name and protocol: app containers first, then sidecars (FindPort)."""
        for container in self.running_containers():
            for port in container.ports:
                if port.name == name and port.protocol == protocol:
                    return port
        return None

    def port_numbered(self, number: int, protocol: str = "TCP") -> ContainerPort | None:
        """A declared port of that number and protocol."""
        for container in self.running_containers():
            for port in container.ports:
                if port.number == number and port.protocol == protocol:
                    return port
        return None


_ROLES = (("containers", "app"), ("initContainers", "init"), ("ephemeralContainers", "ephemeral"))


def read_pod_spec(spec: Mapping[str, Any], metadata: Mapping[str, Any], path: Path, metadata_path: Path) -> PodSpec:
    """Read a Pod's spec; ``path`` leads to it, ``metadata_path`` to the metadata that goes with it."""
    containers = tuple(
        _container(item, role, (*path, name, index))
        for name, role in _ROLES
        for index, item in fields.items(spec, name)
    )
    volumes = tuple(_volume(item, (*path, "volumes", index)) for index, item in fields.items(spec, "volumes"))
    return PodSpec(
        labels=read_labels(metadata.get("labels")),
        annotations=read_labels(metadata.get("annotations")),
        containers=containers,
        volumes=volumes,
        service_account=fields.text(spec, "serviceAccountName") or fields.text(spec, "serviceAccount"),
        host_network=fields.boolean(spec, "hostNetwork") or False,
        hostname=fields.text(spec, "hostname"),
        subdomain=fields.text(spec, "subdomain"),
        restart_policy=fields.text(spec, "restartPolicy", "Always"),
        value=spec,
        path=path,
        metadata_path=metadata_path,
    )


def _container(value: Mapping[str, Any], role: str, path: Path) -> Container:
    if role == "init" and value.get("restartPolicy") == "Always":
        role = "sidecar"
    resources = fields.mapping(value, "resources")
    return Container(
        name=fields.text(value, "name"),
        image=fields.text(value, "image"),
        role=role,
        ports=tuple(
            ContainerPort(
                name=fields.text(port, "name"),
                number=fields.integer(port, "containerPort") or 0,
                protocol=fields.text(port, "protocol") or "TCP",
                host_port=fields.integer(port, "hostPort") or 0,
                host_ip=fields.text(port, "hostIP"),
                path=(*path, "ports", index),
            )
            for index, port in fields.items(value, "ports")
        ),
        mounts=tuple(
            VolumeMount(
                volume=fields.text(mount, "name"),
                mount_path=fields.text(mount, "mountPath"),
                read_only=fields.boolean(mount, "readOnly") or False,
                sub_path=fields.text(mount, "subPath"),
                path=(*path, "volumeMounts", index),
            )
            for index, mount in fields.items(value, "volumeMounts")
        ),
        requests=read_resource_list(resources.get("requests")),
        limits=read_resource_list(resources.get("limits")),
        env=tuple(
            (
                fields.text(entry, "name"),
                None if "valueFrom" in entry else fields.text(entry, "value"),
                (*path, "env", index),
            )
            for index, entry in fields.items(value, "env")
        ),
        value=value,
        path=path,
    )


def read_resource_list(value: object) -> dict[str, Quantity]:
    """A map of resource name to quantity; entries that are no quantity are left out."""
    if not isinstance(value, dict):
        return {}
    return {k: q for k, v in value.items() if isinstance(k, str) and (q := read_quantity(v)) is not None}


def _volume(value: Mapping[str, Any], path: Path) -> Volume:
    source = next((key for key in value if key != "name" and value[key] is not None), "emptyDir")
    return Volume(fields.text(value, "name"), source, value, path)
