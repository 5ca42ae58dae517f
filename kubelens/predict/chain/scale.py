"""``ScaleOf``: how many Pods a workload comes to rest at, once its autoscaler has kept its bounds."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.standing import kept_by_cluster
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.podautoscaler.questions import ReplicasRange, ScalersOf, most_field

SCALED: Final = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout")
_KEDA: Final = "ScaledObject"


class ScaleOf(Struct, frozen=True):
    """How many replicas does a workload have at rest?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[int]:
        """``spec.replicas`` with its default of 1, within the bounds of the autoscaler that names it.

        A HorizontalPodAutoscaler keeps its bounds before it reads a metric, and leaves 0 replicas alone (podautoscaler,
        ``reconcileAutoscaler``); two of one target do nothing. What metrics ask for within the bounds is not known.
        """
        told = fields.integer(fields.mapping(kept_by_cluster(self.resource, "replicas"), "spec"), "replicas")
        written = 1 if told is None else max(told, 0)
        named = ask(ScalersOf(self.resource.namespace)).answer.get((self.resource.kind, self.resource.name), ())
        scalers = [one for one in named if not one.partial and ask(Stored(one)).answer.denial is None]
        if len(scalers) != 1 or (written == 0 and scalers[0].kind != _KEDA):
            return Prediction(written)
        scaler = scalers[0]
        least, most = ask(ReplicasRange(scaler)).answer
        if not least <= most:
            return Prediction(written)
        return Prediction(
            min(max(written, least), most), (), (Assumption(_told(self.resource, scaler, written, least, most)),)
        )


def _told(resource: Resource, scaler: Resource, written: int, least: int, most: int) -> str:
    said = fields.integer(resource.spec, "replicas")
    replicas = f"replicas: {said}" if said is not None else "no replicas"
    by = f"{scaler.kind} {scaler.name!r}"
    if written < least:
        field = "minReplicaCount" if scaler.kind == _KEDA else "minReplicas"
        return f"{resource.key} has {least} Pods, {field} of {by}: it says {replicas}"
    if written > most:
        return f"{resource.key} has {most} Pods, {most_field(scaler)} of {by}: it says {replicas}"
    return f"{resource.key} has {written} Pods, as long as {by} asks for no other number from {least} to {most}"


def at_scale(resource: Resource, ask: Ask) -> Prediction[Resource]:
    """A workload with the replicas that it comes to rest at written out."""
    if resource.kind not in SCALED:
        return Prediction(resource)
    scale = ask(ScaleOf(resource))
    return Prediction(with_replicas(resource, scale.answer), (), scale.assumptions)


def with_replicas(resource: Resource, replicas: int) -> Resource:
    """A workload that asks for so many Pods."""
    return replace(resource, value={**resource.value, "spec": {**resource.spec, "replicas": replicas}})
