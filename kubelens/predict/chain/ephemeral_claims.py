"""The claims of generic ephemeral volumes: which the API server refuses, and what is taken for granted of the others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.kube.workload import workloads
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.plugins.resource_quota import usage_of
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.alternatives import seen_from
from kubelens.predict.chain.in_force import in_force
from kubelens.predict.chain.stored import Stored
from kubelens.syntax.place import Place

_KIND: Final = "PersistentVolumeClaim"


class _RefusedTemplate(Struct, frozen=True):
    """Why is no claim of a template made? ``template``: as JSON text; one question for all Pods that bring it."""

    namespace: str
    volume: str
    template: str

    def answer(self, ask: Ask) -> Prediction[str]:
        """The API server's sentence, ``""`` where it lets the claim in."""
        template = json.loads(self.template)
        metadata = {**fields.mapping(template, "metadata"), "name": self.volume, "namespace": self.namespace}
        value = {**template, "apiVersion": "v1", "kind": _KIND, "metadata": metadata}
        claim = Resource(
            ResourceKey(GroupVersionKind("", "v1", _KIND), self.namespace, self.volume), value, Place("", 0)
        )
        denial = ask(Stored(claim)).answer.denial
        return Prediction(denial.sentence if denial is not None else "")


def why_ephemeral_claim_is_refused(ask: Ask, volume: Mapping[str, Any], namespace: str) -> str:
    """Why the API server refuses the claim of a generic ephemeral volume, ``""`` where it takes it.

    The Pod is there before its claims, and waits for each (``ephemeral`` controller, ``handleVolume``: FailedCreate).
    """
    template = fields.mapping(fields.mapping(volume, "ephemeral"), "volumeClaimTemplate")
    if not template:
        return ""
    text = json.dumps(template, sort_keys=True, default=str)
    return ask(_RefusedTemplate(namespace or "default", fields.text(volume, "name"), text)).answer


def taken_of_ephemeral_claims(ask: Ask) -> Iterator[str]:
    """That claims of generic ephemeral volumes find room: a Pod is there before its claims, and waits for one refused."""
    for quota in in_force(ask, "ResourceQuota", group=""):
        counted = fields.mapping(quota.spec, "hard").keys()
        if not counted:
            continue
        for workload in workloads(ask.bundle, quota.namespace):
            if not seen_from(workload.resource, ask).sees(quota):
                continue
            templates = [
                fields.mapping(fields.mapping(volume, "ephemeral"), "volumeClaimTemplate")
                for _, volume in fields.items(workload.pod.value, "volumes")
                if "ephemeral" in volume
            ]
            named = sorted(counted & {name for one in templates for name in usage_of("PersistentVolumeClaim", one)})
            if named and ask(Admitted(workload.resource)).answer.denial is None:
                yield (
                    f"ResourceQuota {quota.name!r} has room for the claims of the ephemeral volumes of "
                    f"{workload.resource.key} ({', '.join(named)}): their Pods wait for those that it refuses"
                )
