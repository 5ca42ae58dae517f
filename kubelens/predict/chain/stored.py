"""``Stored``: what the API server keeps of an object among others, or why it keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.resource import Resource
from kubelens.kube.selector import read_labels
from kubelens.kube.tree_copy import own_copy
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.apiserver.admission import Admission
from kubelens.predict.apiserver.causes import Path
from kubelens.predict.apiserver.plugins.objects import name_of
from kubelens.predict.apiserver.plugins.refusal import Fault, Refusal
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.predict.apiserver.refused_alone import why_unserved
from kubelens.predict.apiserver.registry import strategy_of
from kubelens.predict.apiserver.standing import exists_already, is_applied, standing_causes
from kubelens.predict.apiserver.strategy import refused_in_namespace
from kubelens.predict.chain.alternatives import folder_among_others, namespace_of, seen_from
from kubelens.predict.chain.mutation import MutationOf
from kubelens.predict.chain.policy_denial import denied_by_policy
from kubelens.predict.chain.quota_used import UsedUp
from kubelens.predict.chain.surroundings import admission_of

POLICY_PLUGIN: Final = "ValidatingAdmissionPolicy"
_FILLED: Final = {"PersistentVolumeClaim": ("",), "Ingress": ("networking.k8s.io",)}
"""Kinds that plugins fill in, with their groups, Pods aside."""
VALIDATION: Final = ""
"""Stands for a plugin's name where the server's own validation refuses."""


class Denial(Struct, frozen=True, eq=False):
    """The API server's no: which plugin says it (``VALIDATION``: none), about which fields, and because of what.

    ``asked_by``: the Namespace, range, quota, class or policy that asks for it, where it is among the manifests.
    """

    plugin: str
    sentence: str
    faults: tuple[Fault, ...]
    asked_by: Resource | None = None
    by_others: bool = False
    """Whether a quota would have room for the object, were there not others before it in the files."""


class StoredObject(Struct, frozen=True, eq=False):
    """``value`` is the object as stored, None where it is refused or nothing is known of its kind.

    ``filled``: with the class that a plugin gives a new one, where it gives one; one that exists keeps what it got then.
    """

    value: Mapping[str, Any] | None
    denial: Denial | None = None
    changed_by: tuple[str, ...] = ()
    """Names of the mutating policies that changed it."""
    filled: Mapping[str, Any] | None = None


class Stored(Struct, frozen=True):
    """What does the API server keep of an object? One that a cluster holds already is kept as it is."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[StoredObject]:
        """Policies that change it, validation, then the plugins; a Pod passes all plugins in :class:`Admitted`."""
        if not is_applied(self.resource):
            return Prediction(StoredObject(None))
        if not exists_already(self.resource.value) and (why := why_unserved(self.resource, ask.bundle)):
            return _refused(self.resource, Denial(VALIDATION, why, (Fault(why, ("apiVersion",)),)))
        mutation = ask(MutationOf(self.resource)).answer
        if mutation.refusal is not None:
            return _refused(self.resource, denial_of(mutation.refusal, self.resource, ask))
        resource = mutation.resource
        judged = ask(AdmissionOf(resource, None, ask.bundle.release)).answer
        if exists_already(resource.value):
            return Prediction(StoredObject(judged.stored if judged is not None else None))
        if judged is not None:
            causes = tuple(standing_causes(resource, judged.causes, ask.bundle))
            if causes:
                faults = tuple(Fault(f"{c.field}: {c.message}" if c.field else c.message, c.path) for c in causes)
                return _refused(resource, Denial(VALIDATION, faults[0].message, faults), mutation.by)
        value = judged.stored if judged is not None else None
        denial = _by_namespace(resource, value, ask) or _by_plugin(resource, value, ask) or by_policy(resource, ask)
        denial = denial or _used_up(self.resource, ask)
        if denial is not None:
            return _refused(resource, denial, mutation.by)
        doubts = tuple(Assumption(doubt_about(name, why)) for name, why in mutation.unknown)
        return Prediction(StoredObject(value, None, mutation.by, _filled(resource, value, ask)), (), doubts)


def _filled(resource: Resource, value: Mapping[str, Any] | None, ask: Ask) -> Mapping[str, Any] | None:
    if value is None or resource.kind not in _FILLED or resource.gvk.group not in _FILLED[resource.kind]:
        return value
    obj = own_copy(value)
    admission_of(resource, ask).mutate(resource.kind, obj)
    return obj


def doubt_about(policy: str, why: str) -> str:
    """What is taken for granted where a mutating policy cannot be applied here."""
    return f"MutatingAdmissionPolicy {policy} changes nothing more: {why}"


def _by_namespace(resource: Resource, value: Mapping[str, Any] | None, ask: Ask) -> Denial | None:
    """What the labels of its Namespace forbid, where that is among the manifests and is written out."""
    known = strategy_of(resource.gvk.group, resource.gvk.version, resource.kind)
    if value is None or known is None or known.in_namespace is None:
        return None
    namespace = namespace_of(resource, ask)
    if namespace is None or namespace.partial:
        return None
    causes = refused_in_namespace(own_copy(value), read_labels(namespace.metadata.get("labels")), known)
    faults = tuple(Fault(f"{cause.field}: {cause.message}", cause.path) for cause in causes)
    return Denial(VALIDATION, faults[0].message, faults, namespace) if faults else None


def _by_plugin(resource: Resource, value: Mapping[str, Any] | None, ask: Ask) -> Denial | None:
    if (
        value is None
        or resource.kind == "Pod"
        or strategy_of(resource.gvk.group, resource.gvk.version, resource.kind) is None
    ):
        return None
    admission = admission_of(resource, ask)
    if resource.kind == "PriorityClass":
        admission = _before(admission, resource)
    elif not admission.has("ResourceQuota", "LimitRange"):
        return None
    obj = own_copy(value)
    refusal = admission.mutate(resource.kind, obj) or admission.validate(resource.kind, obj)
    return None if refusal is None else denial_of(refusal, resource, ask)


def _used_up(resource: Resource, ask: Ask) -> Denial | None:
    """The quota that those before it in the files have used up; what Pods use is counted with their workloads."""
    if resource.kind == "Pod" or not ask.bundle.all("ResourceQuota", resource.namespace, group=""):
        return None
    refusal = ask(UsedUp(resource.namespace, folder_among_others(resource, ask))).answer.refused.get(id(resource))
    return None if refusal is None else replace(denial_of(refusal, resource, ask), by_others=True)


def _refused(resource: Resource, denial: Denial, by: tuple[str, ...] = ()) -> Prediction[StoredObject]:
    return Prediction(StoredObject(None, denial, by), (Reason(denial.sentence, resource.place),))


def _before(admission: Admission, resource: Resource) -> Admission:
    """The classes that stand before one: of two defaults the second is refused."""
    objects = list(admission.objects)
    at = next((n for n, one in enumerate(objects) if _is(one, resource)), len(objects))
    return Admission(tuple(objects[:at]), admission.release, complete=False)


def _is(value: Mapping[str, Any], resource: Resource) -> bool:
    return value.get("kind") == resource.kind and name_of(value) == resource.name


def denial_of(refusal: Refusal, resource: Resource, ask: Ask, below: Path = ()) -> Denial:
    """A plugin's refusal, with the object that asks for it; ``below`` leads to where the Pod stands in its workload."""
    by = None
    if refusal.by is not None:
        kind, name = refusal.by
        view = seen_from(resource, ask)
        by = next(filter(view.sees, ask.bundle.named(kind, name, resource.namespace)), None)
        if by is None:
            by = namespace_of(resource, ask) if kind == "Namespace" else ask.bundle.get(kind, "", name)
    faults = tuple(Fault(fault.message, (*below, *fault.path)) for fault in refusal.faults)
    return Denial(refusal.plugin, refusal.why, faults, by)


def by_policy(resource: Resource, ask: Ask, below: Path = ()) -> Denial | None:
    """The denial of the first ValidatingAdmissionPolicy of the manifests that denies an object."""
    verdict = denied_by_policy(resource, ask)
    if verdict is None:
        return None
    policy, binding = verdict.policy.name, verdict.binding.name
    said = f"{POLICY_PLUGIN} {policy!r} with binding {binding!r} denied request: {verdict.message}"
    return Denial(POLICY_PLUGIN, said, (Fault(verdict.message, below),), verdict.policy)
