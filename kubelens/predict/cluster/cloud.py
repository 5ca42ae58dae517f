"""The cloud's own controllers (``cloud-controller-manager``), where somebody says that the cluster has them.

The node lifecycle controller looks every 5 seconds at nodes that are not Ready and deletes those whose machine is no more
(``CloudNodeLifecycleController.MonitorNodes``); the service controller lets a Service of its own go once its load balancer is
taken down (``servicehelper.LoadBalancerCleanupFinalizer``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.world import World

_LOOKS_EVERY: Final = 5
"""Seconds (``--node-monitor-period``)."""
_FINALIZER: Final = "service.kubernetes.io/load-balancer-cleanup"
BALANCED: Final = "LoadBalancer"


class Cloud:
    """Both controllers; ``remove``: what deletes a Node object."""

    def __init__(self, world: World, remove: Callable[[str], None]) -> None:
        self._world = world
        self._remove = remove

    def sync(self) -> None:
        """A look at the machines that have ended and at the Services that are to go."""
        world = self._world
        for name, record in list(world.nodes.items()):
            if record.lost and record.ended is not None:
                ticks = world.tick - record.ended + 1
                if ticks * world.seconds >= _LOOKS_EVERY:
                    world.tell_node(
                        "DeletingNode", name, f"Deleting node {name} because it does not exist in the cloud provider"
                    )
                    self._remove(name)
        for stored in [s for s in world.store.of_kind("Service") if s.deleting and _FINALIZER in s.finalizers]:
            world.finish(stored.key, _FINALIZER)


def without_address(objects: Sequence[Resource], *, cloud: bool) -> Iterator[str]:
    """The Services that wait for an address and get none: a cloud leaves alone what is of a class of load balancers."""
    for service in objects:
        if service.kind != "Service" or fields.text(service.spec, "type") != BALANCED:
            continue
        given = fields.mapping(fields.mapping(service.value, "status"), "loadBalancer").get("ingress")
        if not given and (not cloud or "loadBalancerClass" in service.spec):
            yield f"{service.namespace}/{service.name}"
