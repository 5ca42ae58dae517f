"""What the API server's plugins find beside an object: its Namespace, the ranges and quotas there, the cluster's classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
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
from kubelens.predict.chain.policy_denial import denied_by_policy

_IN_NAMESPACE: Final = (("LimitRange", ""), ("ResourceQuota", ""), ("ServiceAccount", ""))
_IN_CLUSTER: Final = (
    ("PriorityClass", "scheduling.k8s.io"),
    ("RuntimeClass", "node.k8s.io"),
    ("StorageClass", "storage.k8s.io"),
    ("IngressClass", "networking.k8s.io"),
)


class AdmissionIn(Struct, frozen=True):
    """The admission plugins as they meet objects of a namespace (``""``: of none)."""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[Admission]:
        """The plugins among the objects of the bundle as a server reads them; one that it refuses is none.

        What is not among these may exist all the same.
        """
        bundle = ask.bundle
        read = (ask(_Read(resource)).answer for resource in self._objects(bundle) if not resource.partial)
        objects: list[Mapping[str, Any]] = []
        for value in read:
            if value is not None and not (value.get("kind") == "PriorityClass" and _is_second(value, objects)):
                objects.append(value)
        enforced = bundle.pod_security or PRIVILEGED
        return Prediction(Admission(tuple(objects), bundle.release, complete=False, accounts=True, enforced=enforced))

    def _objects(self, bundle: Bundle) -> Iterator[Resource]:
        if self.namespace:
            namespace = bundle.get("Namespace", "", self.namespace, group="")
            if namespace is not None:
                yield namespace
            for kind, group in _IN_NAMESPACE:
                yield from bundle.all(kind, self.namespace, group=group)
        for kind, group in _IN_CLUSTER:
            yield from bundle.all(kind, group=group)


def warned_of(resource: Resource, stored: Mapping[str, Any] | None, admission: Admission) -> tuple[Warning, ...]:
    """What the plugins of a workload's namespace say to it, as it is stored, beside taking it.

    A Namespace that is not among the files says nothing (``pod-security.kubernetes.io/warn``, PodSecurity's own warnings).
    """
    if resource.kind not in WORKLOAD_KINDS or stored is None:
        return ()
    return admission.warnings(resource.kind, stored)


class RestrainsPods(Struct, frozen=True):
    """Whether a plugin has something to hold against Pods of a namespace that are valid."""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[bool]:
        """By what is in the bundle."""
        return Prediction(ask(AdmissionIn(self.namespace)).answer.restrains_pods())


class RestrainsObjects(Struct, frozen=True):
    """Whether a plugin has something to hold against objects of a kind, no Pods, in a namespace (``""``: in none)."""

    kind: str
    namespace: str

    def answer(self, ask: Ask) -> Prediction[bool]:
        """What counts and bounds them; of classes for Pods one is the default."""
        held = ask(AdmissionIn(self.namespace)).answer.has("ResourceQuota", "LimitRange")
        return Prediction(held or self.kind == "PriorityClass")


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
