"""``NeverPlaced``: the Pods that get no node whatever nodes there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.admitted import Admitted, AdmittedPods
from kubelens.predict.chain.mutation import PoliciesInForce
from kubelens.predict.chain.pods_of import MOST_PODS, is_suspended
from kubelens.predict.chain.quota_room import most_pods
from kubelens.predict.kubelet.never_ready import NeverReady

_MANY: Final = 2


class NeverPlaced(Struct, frozen=True):
    """Which Pods wait for a volume that their claims never get, or for somebody who opens a gate?"""

    def answer(self, ask: Ask) -> Prediction[Mapping[str, str]]:
        """``namespace/name`` of each, with why. A DaemonSet's Pods, which are called after nodes, go by its own name."""
        lost = _left_without(ask)
        found: dict[str, str] = {}
        for workload in workloads(ask.bundle):
            if workload.resource.partial or not (_may_wait(workload, lost.answer) or _makes_one(workload, ask)):
                continue
            admitted = ask(Admitted(workload.resource)).answer
            if admitted.pod is not None and not is_suspended(admitted.owner):
                found.update(_of(admitted, lost.answer, ask))
        return Prediction(found, assumptions=lost.assumptions if found else ())


def _left_without(ask: Ask) -> Prediction[Mapping[str, str]]:
    """The claims that get no volume; none where nothing brings a claim."""
    if not _may_bring_claims(ask):
        return Prediction({})
    from kubelens.predict.chain.left_without import LeftWithout  # noqa: PLC0415 - the binder, only where there are claims

    return ask(LeftWithout())


def _may_bring_claims(ask: Ask) -> bool:
    """Whether claims are written, a StatefulSet or a generic ephemeral volume may bring some, or a policy may add such."""
    if any(ask.bundle.has(kind) for kind in ("PersistentVolumeClaim", "StatefulSet")) or ask(PoliciesInForce()).answer:
        return True
    return any(
        "ephemeral" in volume for one in workloads(ask.bundle) for _, volume in fields.items(one.pod.value, "volumes")
    )


def _may_wait(workload: Workload, lost: Mapping[str, str]) -> bool:
    """Whether a Pod of a workload can be one: it has no node, and names claims, or has gates."""
    pod = workload.pod.value
    if workload.kind == "Pod" and fields.text(pod, "nodeName"):
        return False
    volumes = [volume for _, volume in fields.items(pod, "volumes")]
    if fields.items(pod, "schedulingGates") or any("ephemeral" in volume for volume in volumes):
        return True
    return bool(lost) and (workload.kind == "StatefulSet" or bool(volumes))


def _makes_one(workload: Workload, ask: Ask) -> bool:
    """Whether a StatefulSet makes its first Pod alone, as that is never Ready: no other comes into being."""
    if workload.kind != "StatefulSet" or (workload.replicas is not None and workload.replicas < _MANY):
        return False
    from kubelens.predict.controllers.statefulset import makes_in_turn  # noqa: PLC0415 - only for these

    return makes_in_turn(workload.resource.value) and bool(ask(NeverReady(workload.resource)).answer)


def _of(admitted: AdmittedPods, lost: Mapping[str, str], ask: Ask) -> Iterator[tuple[str, str]]:
    from kubelens.predict.chain.turns import turns_of, waits_in_turn  # noqa: PLC0415 - the scheduler, only where one may wait
    from kubelens.predict.controllers.statefulset import makes_in_turn  # noqa: PLC0415 - as above

    owner, first = admitted.owner, ""
    turns = turns_of(ask, admitted)
    for name, pod in islice(_named(admitted, ask), MOST_PODS):
        key = f"{owner.namespace or 'default'}/{name}"
        in_turn = owner.kind == "StatefulSet" and makes_in_turn(owner.value)
        if in_turn and not first and (before := turns.waits_for(name)):
            yield key, waits_in_turn(name, before)
            continue
        why = waits_in_turn(name, first) if first and in_turn else _why(pod, name, owner.namespace, lost, ask)
        if why:
            first = first or name
            yield key, why


def _named(admitted: AdmittedPods, ask: Ask) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if admitted.owner.kind == "DaemonSet" and admitted.pod is not None:
        yield admitted.owner.name, admitted.pod
        return
    from kubelens.predict.chain.placed import missing_pods  # noqa: PLC0415 - the scheduler, only where a Pod may wait

    for pod in missing_pods(ask, admitted, [], most_pods(admitted.owner, ask)):
        yield fields.text(fields.mapping(pod, "metadata"), "name"), pod


def _why(pod: Mapping[str, Any], name: str, namespace: str, lost: Mapping[str, str], ask: Ask) -> str:
    from kubelens.predict.chain.ephemeral_claims import why_ephemeral_claim_is_refused  # noqa: PLC0415 - as in _of
    from kubelens.predict.scheduler.message import GATED  # noqa: PLC0415 - as above
    from kubelens.predict.scheduler.plugins.volume_restrictions import claims_named  # noqa: PLC0415 - as above

    spec = fields.mapping(pod, "spec")
    if fields.items(spec, "schedulingGates"):
        return GATED
    for _, volume in fields.items(spec, "volumes"):
        for claim in claims_named([volume], name):
            if why := lost.get(f"{namespace or 'default'}/{claim}", ""):
                return why
            there = ask.bundle.get("PersistentVolumeClaim", namespace or "default", claim, group="") is not None
            if not there and (why := why_ephemeral_claim_is_refused(ask, volume, namespace)):
                waits = f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{claim}"'
                return f"{waits}: the API server refuses it (FailedCreate): {why}"
    return ""
