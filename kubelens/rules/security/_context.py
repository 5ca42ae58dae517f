"""Security settings of a container as the kubelet sees them: its own, else the Pod's."""

from __future__ import annotations

from typing import Any

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.syntax.place import Place


def effective(pc: PodContainer, key: str) -> tuple[Any, Place]:
    """A securityContext setting and where it stands; None and the container's name where it is not set."""
    own = fields.mapping(pc.container.value, "securityContext")
    if own.get(key) is not None:
        return own[key], pc.place("securityContext", key)
    pod = pc.workload.pod
    shared = fields.mapping(pod.value, "securityContext")
    if shared.get(key) is not None:
        return shared[key], pc.workload.resource.place.at(*pod.path, "securityContext", key)
    return None, pc.place("name")


def own_setting(pc: PodContainer, key: str) -> tuple[Any, Place]:
    """A setting that only containers have, and where it stands or is missing."""
    own = fields.mapping(pc.container.value, "securityContext")
    if own.get(key) is not None:
        return own[key], pc.place("securityContext", key)
    return None, pc.place("name")


def capabilities(pc: PodContainer, key: str) -> list[tuple[str, Place]]:
    """The capabilities of ``add`` or ``drop``, in upper case without ``CAP_``, with their places."""
    own = fields.mapping(pc.container.value, "securityContext")
    listed = fields.mapping(own, "capabilities").get(key)
    found = listed if isinstance(listed, list) else []
    return [
        (item.upper().removeprefix("CAP_"), pc.place("securityContext", "capabilities", key, index))
        for index, item in enumerate(found)
        if isinstance(item, str)
    ]
