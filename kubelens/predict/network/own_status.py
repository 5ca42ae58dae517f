"""What the status of a Pod in the files says of it as an endpoint: ended, not ready, terminating, without an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import Service
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload
from kubelens.predict.api import Ask
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.homeless import pods_that_run
from kubelens.predict.chain.standing import StandingPodsOf
from kubelens.predict.controllers.endpointslice import (
    ENDED,
    address_family,
    addresses_of,
    families_of,
    is_ready,
    is_terminating,
    may_be_endpoint,
    publishes_unready,
)
from kubelens.predict.kubelet.never_ready import NeverReady
from kubelens.predict.network.ends import PodEnd
from kubelens.predict.network.service_slices import shown_families


class Unready(Struct, frozen=True):
    """Why a Pod is no ready endpoint, in words; ``serves``: it is terminating, and answers where no ready one is left."""

    why: str
    serves: bool = False


def states(ask: Ask, service: Service, workload: Workload) -> Mapping[str, Unready | None]:
    """What keeps a workload's Pods from being ready endpoints of a Service, by the status that they have in the files.

    By name: a Pod itself, else the Pods of a workload that are among the files. Those that are not are taken for ready, but
    where none ever is: their state is under the workload's own name.
    """
    families = shown_families(ask)
    own: tuple[Resource, ...] = (workload.resource,)
    if workload.kind != "Pod":
        own = ask(StandingPodsOf(workload.namespace)).answer.get((workload.kind, workload.name), ())
    found = {pod.name: unready(service, pod, families) for pod in own}
    if (
        (all(fields.mapping(pod.value, "status") for pod in own) and own)
        or publishes_unready(service.resource.value)
        or not (never := ask(NeverReady(workload.resource)).answer)
    ):
        return found
    state = Unready(f"{workload.kind} {workload.namespace}/{workload.name} is never ready: {never}")
    return {workload.name: state, **{name: of_pod or state for name, of_pod in found.items()}}


class Readiness(Enum):
    """How far the Pods of an end serve a Service.

    ``LEAVES`` stands for terminating ones that still answer, ``NOBODY`` for Pods that are kept out or do not run.
    """

    READY = "ready"
    LEAVES = "leaves"
    UNREADY = "unready"
    NOBODY = "nobody"


def readiness_of(ask: Ask, service: Service, end: PodEnd) -> Readiness:
    """The best of the Pods of an end, by the status that they have in the files; taken for ready where they have none."""
    own = states(ask, service, end.workload)
    if end.number is not None:
        own = {name: state for name, state in own.items() if name in (end.name, end.workload.name)}
    if end.workload.kind != "Pod" and None in own.values():
        return Readiness.READY
    if not own or None in own.values():
        admitted = ask(Admitted(end.workload.resource)).answer
        return Readiness.NOBODY if next(pods_that_run(ask, admitted), None) is None else Readiness.READY
    return Readiness.LEAVES if any(state and state.serves for state in own.values()) else Readiness.UNREADY


def unready(service: Service, pod: Resource, families: Sequence[str]) -> Unready | None:
    """Why a Pod is no ready endpoint of a Service by its own status.

    Follows endpoint-slice, ``ShouldPodBeInEndpoints`` and ``podToEndpoint``. None where it is a ready one; a Pod without a
    status is taken for ready. ``families``: the cluster's.
    """
    title = f"Pod {pod.namespace}/{pod.name}"
    published = publishes_unready(service.resource.value)
    if not (status := fields.mapping(pod.value, "status")):
        leaving = is_terminating(pod.value) and not published
        return Unready(f"{title} is terminating", not service.headless) if leaving else None
    if not may_be_endpoint(pod.value, terminating=True):
        phase = fields.text(status, "phase")
        return Unready(f"{title} has ended (phase {phase})" if phase in ENDED else f"{title} has no address yet")
    wanted = families_of(service.resource.value, tuple(families))
    if not any(address_family(a) in wanted for a in addresses_of(pod.value)):
        return Unready(f"{title} has no {' or '.join(wanted)} address")
    if published:
        return None
    if is_terminating(pod.value):
        ready = is_ready(pod.value)
        return Unready(f"{title} is terminating{'' if ready else ' and not ready'}", ready and not service.headless)
    return None if is_ready(pod.value) else Unready(f"{title} is not ready")
