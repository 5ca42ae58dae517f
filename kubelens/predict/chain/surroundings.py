"""What the API server's plugins find beside an object: its Namespace, the ranges and quotas there, the cluster's classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.admission import Admission
from kubelens.predict.apiserver.answer import Warning
from kubelens.predict.apiserver.judge import stored_before
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.plugins.objects import indexed
from kubelens.predict.apiserver.plugins.pod_security import PRIVILEGED
from kubelens.predict.apiserver.plugins.priority import second_default_priority
from kubelens.predict.apiserver.refused_alone import RefusedAlone
from kubelens.predict.apiserver.standing import exists_already
from kubelens.predict.chain.alternatives import SeenFrom, folder_among_others, namespace_of
from kubelens.predict.chain.policy_denial import denied_by_policy

_IN_NAMESPACE: Final = (("LimitRange", ""), ("ResourceQuota", ""), ("ServiceAccount", ""))
_IN_CLUSTER: Final = (
    ("PriorityClass", "scheduling.k8s.io"),
    ("RuntimeClass", "node.k8s.io"),
    ("StorageClass", "storage.k8s.io"),
    ("IngressClass", "networking.k8s.io"),
)


class AdmissionIn(Struct, frozen=True):
    """The admission plugins as they meet objects of a namespace (``""``: of none), of a folder where one is given."""

    namespace: str
    folder: str | None = None

    def answer(self, ask: Ask) -> Prediction[Admission]:
        """The plugins among the objects of the bundle as a server reads them; one that it refuses is none.

        What is not among these may exist all the same.
        """
        bundle = ask.bundle
        read = (ask(_Read(resource)).answer for resource in self._objects(ask) if not resource.partial)
        objects: list[Mapping[str, Any]] = []
        for value in read:
            if value is not None and not (value.get("kind") == "PriorityClass" and _is_second(value, objects)):
                objects.append(value)
        enforced = bundle.pod_security or PRIVILEGED
        return Prediction(Admission(tuple(objects), bundle.release, complete=False, accounts=True, enforced=enforced))

    def _objects(self, ask: Ask) -> Iterator[Resource]:
        bundle = ask.bundle
        if self.namespace:
            view = ask(SeenFrom(self.namespace, self.folder)).answer
            named = bundle.named("Namespace", self.namespace, "")
            yield from [one for one in named if not one.gvk.group and view.sees(one)][:1]
            for kind, group in _IN_NAMESPACE:
                yield from filter(view.sees, bundle.all(kind, self.namespace, group=group))
        for kind, group in _IN_CLUSTER:
            yield from bundle.all(kind, group=group)


def admission_of(resource: Resource, ask: Ask) -> Admission:
    """The plugins as they meet an object, among what is applied beside it."""
    return ask(AdmissionIn(resource.namespace, folder_among_others(resource, ask))).answer


class SurroundingsOf(Struct, frozen=True):
    """Which Namespace, and which plugins, does an object meet?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[Resource | None, Admission]]:
        """Those that are applied beside it."""
        return Prediction((namespace_of(self.resource, ask), admission_of(self.resource, ask)))


def warned_of(resource: Resource, stored: Mapping[str, Any] | None, admission: Admission) -> tuple[Warning, ...]:
    """What the plugins of a workload's namespace say to it, as it is stored, beside taking it.

    A Namespace that is not among the files says nothing (``pod-security.kubernetes.io/warn``, PodSecurity's own warnings).
    """
    if resource.kind not in WORKLOAD_KINDS or stored is None:
        return ()
    return admission.warnings(resource.kind, stored)


class RestrainsPods(Struct, frozen=True):
    """Whether a plugin has something to hold against Pods of an object that are valid."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[bool]:
        """By what is in the bundle."""
        return Prediction(admission_of(self.resource, ask).restrains_pods())


class RestrainsObjects(Struct, frozen=True):
    """Whether a plugin has something to hold against an object that makes no Pods."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[bool]:
        """What counts and bounds them; of classes for Pods one is the default."""
        held = admission_of(self.resource, ask).has("ResourceQuota", "LimitRange")
        return Prediction(held or self.resource.kind == "PriorityClass")


class _Read(Struct, frozen=True):
    """How does a server that holds an object read it? As it is written where the release does not know its kind."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[Mapping[str, Any] | None]:
        """Decoded and with defaults; None where it is refused, by itself or by a policy."""
        value, gvk, release = self.resource.value, self.resource.gvk, ask.bundle.release
        if schemas(release).kind(gvk) is None:
            return Prediction(value)
        if ask(RefusedAlone(self.resource)).answer or denied_by_policy(self.resource, ask) is not None:
            return Prediction(None)
        return Prediction(stored_before(value, gvk, Options(release=release)))


def _is_second(new: Mapping[str, Any], there: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a PriorityClass is refused as there is a default before it; of one name the first counts."""
    return not exists_already(new) and second_default_priority(new, indexed(there)) is not None


class MutatingPodWebhooks(Struct, frozen=True):
    """Which webhooks of the manifests may change new Pods before the plugins judge them?"""

    def answer(self, ask: Ask) -> Prediction[tuple[Resource, ...]]:
        """Those whose rules name Pods and that are not refused; their selectors are taken to match."""
        held = [one for one in ask.bundle.all("MutatingWebhookConfiguration") if not ask(RefusedAlone(one)).answer]
        return Prediction(tuple(one for one in held if _has_rule_for_pods(one.value, "webhooks")))


def _has_rule_for_pods(value: Mapping[str, Any], key: str) -> bool:
    """Whether a webhook names Pods; one without rules gets them from its operator when that runs."""
    return any(not webhook.get("rules") or _names_pods(webhook) for _, webhook in fields.items(value, key))


def _names_pods(webhook: Mapping[str, Any]) -> bool:
    return any(
        {"", "*"} & set(fields.texts(rule, "apiGroups")) and {"pods", "*", "*/*"} & set(fields.texts(rule, "resources"))
        for _, rule in fields.items(webhook, "rules")
    )
