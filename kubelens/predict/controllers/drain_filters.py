"""What ``kubectl drain`` does with a Pod before it asks for its eviction (``kubectl/pkg/drain/filters.go``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.predict.apiserver.pod.annotations import MIRROR
from kubelens.predict.controllers.endpointslice import ENDED

FORCE: Final = "--force"
EMPTY_DIR: Final = "--delete-emptydir-data"
OF_DAEMON_SETS: Final = "a drain leaves the Pods of DaemonSets (--ignore-daemonsets)"
_STATIC: Final = "kubectl drain skips mirrors of static Pods: the kubelet of their node runs them from its own files"
WHATEVER_BUDGETS_SAY: Final = frozenset({OF_DAEMON_SETS, _STATIC})
"""Why Pods that have a node are left there: a drain never asks for their evictions."""


class Filtered(Struct, frozen=True):
    """``left``: why a Pod is left where it is, ``""`` where it is to go; ``needs``: the flags without which kubectl stops at it."""

    left: str = ""
    needs: tuple[str, ...] = ()


def filtered(pod: Mapping[str, Any]) -> Filtered:
    """``daemonSetFilter``, ``mirrorPodFilter``, ``localStorageFilter`` and ``unreplicatedFilter``, in this order.

    A DaemonSet is taken to be there; ``skipDeletedFilter`` counts with ``--skip-wait-for-delete-timeout`` alone.
    """
    metadata = fields.mapping(pod, "metadata")
    has_ended = fields.text(fields.mapping(pod, "status"), "phase") in ENDED
    controller = next((o for _, o in fields.items(metadata, "ownerReferences") if o.get("controller") is True), None)
    if controller is not None and controller.get("kind") == "DaemonSet" and not has_ended:
        return Filtered(OF_DAEMON_SETS)
    if MIRROR in fields.mapping(metadata, "annotations"):
        return Filtered(_STATIC)
    if has_ended:
        return Filtered()
    needs = [EMPTY_DIR] if _has_local_storage(pod) else []
    needs += [FORCE] if controller is None else []
    return Filtered("", tuple(needs))


def _has_local_storage(pod: Mapping[str, Any]) -> bool:
    """Whether a Pod has an ``emptyDir`` (hasLocalStorage)."""
    return any(volume.get("emptyDir") is not None for _, volume in fields.items(fields.mapping(pod, "spec"), "volumes"))
