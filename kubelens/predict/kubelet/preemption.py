"""Which Pods a kubelet ends to make room for a critical one (``pkg/kubelet/preemption``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from kubelens.kube import fields
from kubelens.kube.pod import read_pod_spec
from kubelens.predict.apiserver.plugins.priority import SYSTEM
from kubelens.predict.apiserver.pod.annotations import MIRROR
from kubelens.predict.kubelet.quality import Quality, quality_of
from kubelens.predict.scheduler.plugins.node_resources_fit import Lack
from kubelens.predict.scheduler.pod_info import PodInfo

_CRITICAL: Final = SYSTEM["system-cluster-critical"]
_SOURCE: Final = "kubernetes.io/config.source"


class NoneToGo(Exception):
    """No Pods that may go hold as much as is asked for; the text is the kubelet's."""


def is_static(pod: PodInfo) -> bool:
    """Whether the kubelet has a Pod from a file or address, not from the API server (``IsStaticPod``)."""
    source = fields.text(_annotations(pod), _SOURCE)
    return bool(source) and source != "api"


def is_critical(pod: PodInfo) -> bool:
    """Whether room is made for a Pod (``IsCriticalPod``)."""
    return is_static(pod) or MIRROR in _annotations(pod) or pod.priority >= _CRITICAL


def _annotations(pod: PodInfo) -> Mapping[str, object]:
    return fields.mapping(fields.mapping(pod.value, "metadata"), "annotations")


def pods_to_preempt(pod: PodInfo, others: Iterable[PodInfo], lacks: Iterable[Lack]) -> tuple[PodInfo, ...]:
    """As few as do: of BestEffort, Burstable and Guaranteed Pods, the later ones spared (``getPodsToPreempt``).

    Raises:
        NoneToGo: all together do not hold enough.
    """
    groups: dict[Quality, list[PodInfo]] = {quality: [] for quality in Quality}
    for other in others:
        if (is_critical(pod) and not is_critical(other)) or pod.priority > other.priority:
            groups[_quality(other)].append(other)
    effortless, burstable, guaranteed = (
        groups[q] for q in (Quality.BEST_EFFORT, Quality.BURSTABLE, Quality.GUARANTEED)
    )
    needs = {lack.name: lack.requested - (lack.capacity - lack.used) for lack in lacks}
    _all_met(_less(needs, [*effortless, *burstable, *guaranteed]))
    last = _nearest(guaranteed, _less(needs, [*effortless, *burstable]))
    middle = _nearest(burstable, _less(needs, [*effortless, *last]))
    first = _nearest(effortless, _less(needs, [*middle, *last]))
    return (*first, *middle, *last)


def _quality(pod: PodInfo) -> Quality:
    return quality_of(read_pod_spec(fields.mapping(pod.value, "spec"), {}, (), ()))


def _amount(pod: PodInfo, name: str) -> int:
    return 1 if name == "pods" else pod.requests.get(name, 0)


def _less(needs: Mapping[str, int], pods: Iterable[PodInfo]) -> dict[str, int]:
    """What is still needed once some Pods are gone (``subtract``)."""
    listed = list(pods)
    left = {name: need - sum(_amount(pod, name) for pod in listed) for name, need in needs.items()}
    return {name: need for name, need in left.items() if need > 0}


def _all_met(needs: Mapping[str, int]) -> None:
    if needs:
        told = "".join(f"(res: {name}, q: {need}), " for name, need in needs.items())
        raise NoneToGo(f"no set of running pods found to reclaim resources: [{told}]")


def _nearest(pods: Iterable[PodInfo], needs: dict[str, int]) -> list[PodInfo]:
    """Pod by Pod the one that leaves least to be met, of equal ones the smaller (``getPodsToPreemptByDistance``)."""
    left, chosen = list(pods), []
    while needs:
        if not left:
            _all_met(needs)
        best = left[0]
        for pod in left[1:]:
            near, nearest = _distance(needs, pod), _distance(needs, best)
            if near < nearest or (near == nearest and _size(pod) <= _size(best)):
                best = pod
        needs = _less(needs, [best])
        chosen.append(best)
        left = [pod for pod in left if pod is not best]
    return chosen


def _distance(needs: Mapping[str, int], pod: PodInfo) -> float:
    return sum(float(max(0, need - _amount(pod, name)) / need) ** 2 for name, need in needs.items())


def _size(pod: PodInfo) -> tuple[int, int]:
    return _amount(pod, "memory"), _amount(pod, "cpu")
