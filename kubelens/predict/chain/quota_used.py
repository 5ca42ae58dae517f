"""``UsedUp``: which objects a quota refuses as those before them in the files have taken its room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.plugins.objects import name_of, of_kind
from kubelens.predict.apiserver.plugins.refusal import Refusal
from kubelens.predict.apiserver.plugins.resource_quota import in_scope, refused_by_quota, usage_of
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.predict.apiserver.standing import exists_already, is_applied
from kubelens.predict.chain.alternatives import SeenFrom
from kubelens.predict.chain.surroundings import AdmissionIn


class Use(Struct, frozen=True, eq=False):
    """``refused``: by the id of an object. ``taken``: the others that count, with what each uses in nano-units."""

    refused: Mapping[int, Refusal] = {}
    taken: tuple[tuple[Resource, Mapping[str, int]], ...] = ()


class UsedUp(Struct, frozen=True):
    """What do the objects of a namespace, Pods aside, use of its quotas, where those first in the files come first?

    ``folder``: as those of that folder find it. A copy of a quota that says its ``status.used`` has counted what the cluster holds.
    """

    namespace: str
    folder: str | None = None

    def answer(self, ask: Ask) -> Prediction[Use]:
        """Nothing without quotas. Objects that are refused for other reasons use nothing."""
        admission = ask(AdmissionIn(self.namespace, self.folder)).answer
        quotas = [one for one in of_kind(admission.objects, "ResourceQuota") if in_scope(one, "", {})]
        if not quotas:
            return Prediction(Use())
        counted = {name for one in quotas for name in fields.mapping(fields.mapping(one, "spec"), "hard")}
        used = {name_of(one): _status(one) for one in quotas}
        refused: dict[int, Refusal] = {}
        taken: list[tuple[Resource, Mapping[str, int]]] = []
        for resource in sorted(self._of(ask), key=lambda one: not exists_already(one.value)):
            if resource.kind != "PersistentVolumeClaim" and counted.isdisjoint(usage_of(resource.kind, resource.value)):
                continue
            there = exists_already(resource.value)
            judged = ask(AdmissionOf(resource, None, ask.bundle.release)).answer
            stored = resource.value if there else judged.stored if judged is not None else None
            if stored is None:
                continue
            obj = {**stored, "spec": dict(fields.mapping(stored, "spec"))}
            if not there and (admission.mutate(resource.kind, obj) or admission.validate(resource.kind, obj)):
                continue
            usage = usage_of(resource.kind, obj)
            refusal = None if there else refused_by_quota(resource.kind, obj, [_with(one, used) for one in quotas])
            if refusal is not None:
                refused[id(resource)] = refusal
                continue
            taken.append((resource, usage))
            for quota in quotas:
                if not (there and _status(quota)):
                    sums = used[name_of(quota)]
                    sums.update({name: sums.get(name, 0) + amount for name, amount in usage.items()})
        return Prediction(Use(refused, tuple(taken)))

    def _of(self, ask: Ask) -> Iterator[Resource]:
        """Each object once, whatever is written twice."""
        view = ask(SeenFrom(self.namespace, self.folder)).answer
        seen: set[tuple[str, str, str]] = set()
        for resource in ask.bundle:
            if resource.namespace != self.namespace or resource.kind in ("Pod", "ResourceQuota") or resource.partial:
                continue
            key = resource.gvk.group, resource.kind, resource.name
            if key not in seen and is_applied(resource) and view.sees(resource):
                seen.add(key)
                yield resource


def _status(quota: Mapping[str, Any]) -> dict[str, int]:
    used = fields.mapping(fields.mapping(quota, "status"), "used")
    return {name: amount.nanos for name, value in used.items() if (amount := read_quantity(value)) is not None}


def _with(quota: Mapping[str, Any], used: Mapping[str, Mapping[str, int]]) -> Mapping[str, Any]:
    amounts = {name: str(Quantity(amount, "DecimalSI")) for name, amount in used[name_of(quota)].items()}
    return {**quota, "status": {**fields.mapping(quota, "status"), "used": amounts}}
