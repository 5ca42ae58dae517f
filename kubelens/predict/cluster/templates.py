"""The Pods of a workload's templates as the API server lets them in, worked out once for each template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.bundle import Bundle
from kubelens.kube.node import Node
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.plugins.resource_quota import usage_of
from kubelens.predict.chain.admitted import Admitted, AdmittedPods
from kubelens.predict.chain.let_in import taken_to_let_in
from kubelens.predict.cluster.world import World
from kubelens.predict.scheduler.pod_info import PodInfo, read_pod
from kubelens.predict.store.objects import ObjectKey

_BESIDE: Final = (
    "Namespace",
    "LimitRange",
    "ServiceAccount",
    "PriorityClass",
    "RuntimeClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
)
"""What decides how a Pod is let in, ResourceQuotas apart: these are asked for each Pod."""


class PodForm(Struct, frozen=True, eq=False):
    """A Pod before it has a name: its manifest, what the scheduler reads of it, and what quotas count."""

    value: dict[str, Any]
    info: PodInfo
    usage: Mapping[str, int]

    def named(self, name: str) -> PodInfo:
        """What the scheduler reads of a Pod of that name."""
        return replace(self.info, name=name)


class Templates:
    """Admission of Pods, remembered until an object changes that decides it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._admitted: dict[Resource, AdmittedPods] = {}
        self._forms: dict[tuple[Resource, int | None, str], PodForm] = {}
        self._taken: dict[Resource, tuple[str, ...]] = {}
        world.object_watchers.append(self._changed)

    def _changed(self, key: ObjectKey) -> None:
        if key.kind in _BESIDE:
            self._admitted.clear()
            self._forms.clear()

    def admitted(self, resource: Resource) -> AdmittedPods:
        """What the API server says to the Pods of an object, quotas apart."""
        known = self._admitted.get(resource)
        if known is None:
            bundle = Bundle([*self._world.resources(*_BESIDE), resource], self._world.release)
            ask = Oracle(bundle)
            known = self._admitted[resource] = ask(Admitted(resource)).answer
            self._taken[resource] = tuple(one.text for one in taken_to_let_in(ask, [resource]))
        return known

    def assumed(self) -> tuple[str, ...]:
        """What is taken for granted of all that were ever let in, beside the objects that are there now."""
        for resource in self._taken:
            self.admitted(resource)
        return tuple(dict.fromkeys(text for texts in self._taken.values() for text in texts))

    def form(self, resource: Resource, number: int | None = None, node: Node | None = None) -> PodForm | None:
        """A Pod of an object: the ``number``-th of those that are numbered, that of a node; None where it is refused."""
        admitted = self.admitted(resource)
        if admitted.made is None or admitted.pod is None:
            return None
        if admitted.cut is not None and number in admitted.cut.denied:
            return None
        key = (resource, number, node.name if node is not None else "")
        known = self._forms.get(key)
        if known is None:
            if node is not None:
                value = next(iter(admitted.made.on_nodes(admitted.pod, [node])), None)
                if value is None:
                    return None
            else:
                value = admitted.made.one(admitted.pod, number or 0)
            known = self._forms[key] = PodForm(value, read_pod(value), usage_of("Pod", value))
        return known
