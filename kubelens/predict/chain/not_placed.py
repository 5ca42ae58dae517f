"""What a placement leaves out or takes twice: Pods that operators make, and objects of one name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.apiserver.registry import strategy_of
from kubelens.predict.first_names import first_names

_HOLDS_PODS: Final = ("containers", "replicas", "instances", "podTemplate")
"""Fields by which a custom resource tells its controller of Pods."""
_NO_PODS: Final = ("ScaledObject", "ScaledJob")
_DEEPEST: Final = 6
_MOST_NAMED: Final = 3


def left_to_operators(bundle: Bundle) -> Iterator[str]:
    """Custom resources of which controllers make Pods that nobody knows here, in a sentence."""
    found = [
        str(one.key)
        for one in bundle
        if not one.partial
        and one.kind not in (*WORKLOAD_KINDS, *_NO_PODS)
        and _is_custom(one)
        and _tells_of_pods(one.spec)
    ]
    if found:
        yield f"Pods that operators make of {first_names(found, _MOST_NAMED)} are not among these"


def said_twice(bundle: Bundle) -> Iterator[str]:
    """Workloads that stand several times among the files, in a sentence: a cluster holds one of a name."""
    times: dict[str, int] = {}
    for one in bundle:
        if one.kind in WORKLOAD_KINDS and one.name and not one.partial:
            times[str(one.key)] = times.get(str(one.key), 0) + 1
    found = [f"{key} ({number} times)" for key, number in times.items() if number > 1]
    if found:
        yield f"{first_names(found, _MOST_NAMED)} in the files: each is placed as if it were the only one of that name"


def _is_custom(resource: Resource) -> bool:
    gvk = resource.gvk
    return "." in gvk.group and strategy_of(gvk.group, gvk.version, gvk.kind) is None


def _tells_of_pods(value: Mapping[str, Any], depth: int = 0) -> bool:
    if any(value.get(name) for name in _HOLDS_PODS):
        return True
    below = (one for one in value.values() if isinstance(one, dict))
    return depth < _DEEPEST and any(_tells_of_pods(one, depth + 1) for one in below)
