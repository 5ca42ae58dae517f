"""``Admitted``: the Pods of a workload as the API server lets them in, or why none comes into being."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.node import Node
from kubelens.kube.resource import Resource
from kubelens.kube.tree_copy import own_copy
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.apiserver.admission import Admission
from kubelens.predict.apiserver.causes import CauseReason, Path
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.plugins import limit_ranger
from kubelens.predict.apiserver.plugins.policies_in_force import Mutated
from kubelens.predict.apiserver.plugins.refusal import Fault, Refusal
from kubelens.predict.apiserver.registry import strategy_of
from kubelens.predict.apiserver.standing import exists_already, standing_causes
from kubelens.predict.apiserver.strategy import apply_defaults, decode_object, validate
from kubelens.predict.chain.alternatives import namespace_of, seen_from
from kubelens.predict.chain.in_force import in_force
from kubelens.predict.chain.mutation import PoliciesInForce, applied_beside
from kubelens.predict.chain.numbers_refused import CutByPolicy, cut_by_policy, numbered_as_resource
from kubelens.predict.chain.pod_webhooks import PodWebhooks, asked_about
from kubelens.predict.chain.pods_of import MadePods, PodsOf, ending_of, is_suspended
from kubelens.predict.chain.policy_denial import undecided
from kubelens.predict.chain.stored import VALIDATION, Denial, Stored, by_policy, denial_of, doubt_about
from kubelens.predict.chain.surroundings import MutatingPodWebhooks, admission_of

POD: Final = GroupVersionKind("", "v1", "Pod")
_TAKEN: Final = {
    "PriorityClass": "priority 0 is taken",
    "RuntimeClass": "no overhead, nodeSelector or tolerations of its own are taken",
}
"""What stands in for a class that is not given."""


class AdmittedPods(Struct, frozen=True, eq=False):
    """The Pods of one object of the bundle.

    ``denial``: why there are none; ``of_object``: the object itself is refused, so that no controller sees it.
    ``pod``: what all Pods have in common, as stored.
    """

    owner: Resource
    made: MadePods | None = None
    pod: Mapping[str, Any] | None = None
    denial: Denial | None = None
    of_object: bool = False
    unsure: bool = False
    """Whether a policy or webhook may change the Pods in a way that is not known."""
    changed_by: tuple[str, ...] = ()
    """Names of the mutating policies that changed them."""
    cut: CutByPolicy | None = None
    """Some of them alone are let in."""

    @property
    def refusal(self) -> str:
        """Why there are no Pods in a sentence, ``""`` where there are."""
        if self.denial is None:
            return ""
        if self.of_object:
            return f"the API server refuses {self.owner.key}: {self.denial.sentence}"
        return f"no Pod of {self.owner.key} is created: {_forbidden(self.denial)}"

    @property
    def cut_short(self) -> str:
        """Which of them a policy refuses, and how many are not made for that, in a sentence; ``""`` for none."""
        if self.cut is None:
            return ""
        left = self.cut.pods - len(self.cut.made)
        return f"{left} of {self.cut.pods} Pods of {self.owner.key} are not created: {self.cut.why}"

    def pods(self, nodes: Iterable[Node] = ()) -> Iterator[dict[str, Any]]:
        """Every Pod as stored; for a DaemonSet one on each node that is to run one; none of what is suspended or over.

        Where policies refuse some, those that are made come first, and the others after them.
        """
        if self.made is None or self.pod is None or is_suspended(self.owner):
            return
        if self.owner.kind == "Job" and ending_of(self.owner):
            return
        if self.made.workload.kind == "DaemonSet":
            yield from self.made.on_nodes(self.pod, nodes)
            return
        numbers: Iterable[int] = self.made.numbers
        if self.cut is not None:
            numbers = (*self.cut.made, *(n for n in self.made.numbers if n not in self.cut.made))
        for number in numbers:
            yield self.made.one(self.pod, number)


def _forbidden(denial: Denial) -> str:
    return denial.sentence if denial.plugin in ("", "ValidatingAdmissionPolicy") else f"forbidden: {denial.sentence}"


class Admitted(Struct, frozen=True):
    """Which Pods of an object does the API server let in?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[AdmittedPods]:
        """Those its controller sends, through the plugins; none where the object itself is refused."""
        resource = self.resource
        asked = ask(PodsOf(resource))
        made = asked.answer
        if made is None:
            return Prediction(AdmittedPods(resource))
        stored = ask(Stored(resource)).answer
        if stored.denial is not None:
            return _refused(AdmittedPods(resource, made, None, stored.denial, of_object=True))
        if exists_already(resource.value) and resource.kind == "Pod":
            return Prediction(AdmittedPods(resource, made, standing_pod(made.common, ask.bundle.release)))
        admission = admission_of(made.workload.resource, ask)
        unknown = admission.unknown_classes(made.common)
        way, denial = self._admit(made, admission, ask)
        of_object, unsure = resource.kind == "Pod", bool(way.unknown)
        if denial is not None:
            webhooks = ask(MutatingPodWebhooks()).answer
            doubts = (*(doubt_about(name, why) for name, why in way.unknown), *map(_changes_nothing, webhooks))
            return _refused(AdmittedPods(resource, made, None, denial, of_object, bool(doubts)), doubts)
        assumptions = [
            f"{kind} {name!r} exists in the cluster, as it is not among the files: {_TAKEN[kind]}"
            for kind, name in unknown
        ]
        if admission.is_unknown_account(account := made.workload.pod.service_account):
            key = f"{made.workload.namespace or 'default'}/{account}"
            assumptions.append(
                f"ServiceAccount {key!r} exists in the cluster, as it is not among the files: where it does not, its Pods "
                "are refused"
            )
        assumptions += [doubt_about(name, why) for name, why in way.unknown]
        if gates := [fields.text(g, "name") for _, g in fields.items(way.value["spec"], "schedulingGates")]:
            named = f"the gate{'s' if len(gates) > 1 else ''} {', '.join(map(repr, gates))} of {resource.key}"
            assumptions.append(f"nothing takes {named} away: who is to do so is not known here")
        if resource.kind == "Deployment" and fields.boolean(resource.spec, "paused"):
            before = f"{resource.key}, which is paused, has the Pods from before it was"
            assumptions.append(f"{before}: where it is created so, it has none until it goes on")
        namespace = namespace_of(made.workload.resource, ask)
        if namespace is not None and not namespace.partial and ask(Stored(namespace)).answer.denial is not None:
            assumptions.append(f"{namespace.key} is there already, as the API server refuses the one of the files")
        first = made.one(way.value, next(iter(made.numbers), 0))
        assumptions += undecided(numbered_as_resource(resource, made, first), ask)
        assumptions += [one.told for one in asked_about(ask(PodWebhooks()).answer, way.value, ask.bundle)]
        cut = cut_by_policy(resource, made, way.value, ask)
        found = AdmittedPods(resource, made, way.value, unsure=unsure, changed_by=way.by, cut=cut)
        return Prediction(found, (), (*asked.assumptions, *map(Assumption, assumptions)))

    def _admit(self, made: MadePods, admission: Admission, ask: Ask) -> tuple[Mutated, Denial | None]:
        below = made.workload.pod.path[:-1]
        options = Options(release=admission.release)
        known = strategy_of("", "v1", "Pod")
        way = sent_through(self.resource, made, admission, ask)
        pod, refusal = way.value, way.refusal
        if refusal is not None:
            return way, denial_of(refusal, made.workload.resource, ask, below)
        first = made.one(pod, next(iter(made.numbers), 0))
        if (denial := self._invalid(first, validate(own_copy(first), known, options), ask, below)) is not None:
            return way, denial
        if (denial := self._of_claims(made, admission, ask)) is not None:
            return way, denial
        refusal = admission.validate("Pod", first)
        if refusal is not None:
            return way, denial_of(refusal, made.workload.resource, ask, below)
        return way, by_policy(
            numbered_as_resource(self.resource, made, first), ask, below
        ) if made.workload.kind != "Pod" else None

    def _of_claims(self, made: MadePods, admission: Admission, ask: Ask) -> Denial | None:
        """What a LimitRange refuses of a StatefulSet's claims, which come before each Pod (``CreateStatefulPod``)."""
        stored = made.workload.resource
        if stored.kind != "StatefulSet":
            return None
        items = limit_ranger.items_of(admission.objects)
        for number, template in fields.items(stored.spec, "volumeClaimTemplates") if items else ():
            name = f"{fields.text(fields.mapping(template, 'metadata'), 'name')}-{stored.name}-{made.numbers.start}"
            if ask.bundle.get("PersistentVolumeClaim", stored.namespace, name) is not None:
                continue
            refusal = limit_ranger.refused_claim(template, items)
            if refusal is not None:
                return denial_of(refusal, stored, ask, ("spec", "volumeClaimTemplates", number))
        return None

    def _invalid(self, pod: Mapping[str, Any], causes: Iterable[Any], ask: Ask, below: Path) -> Denial | None:
        found = tuple(causes)
        if not found:
            return None
        meant = Resource(_key(self.resource), pod, self.resource.place, transformed=self.resource.transformed)
        lost = [c for c in found if c.reason is CauseReason.REQUIRED and _is_there(self.resource, (*below, *c.path))]
        standing = tuple(c for c in standing_causes(meant, found, ask.bundle) if c not in lost)
        if not standing:
            return None
        faults = tuple(Fault(f"{c.field}: {c.message}" if c.field else c.message, (*below, *c.path)) for c in standing)
        return Denial(VALIDATION, faults[0].message, faults, _given_by(self.resource, pod, ask))


def why_no_other(owner: Resource, ask: Ask) -> str:
    """Why a controller makes no Pod in the place of one that goes; ``""`` where it does, or where that is not certain."""
    admitted = ask(Admitted(owner)).answer
    return "" if admitted.of_object or admitted.unsure else admitted.refusal


def _key(owner: Resource) -> ResourceKey:
    return ResourceKey(POD, owner.namespace or "default", "")


def _as_resource(owner: Resource, made: MadePods, pod: Mapping[str, Any]) -> Resource:
    return Resource(_key(owner), pod, owner.place.at(*made.workload.pod.path[:-1]))


def sent_through(owner: Resource, made: MadePods, admission: Admission, ask: Ask) -> Mutated:
    """The Pods of an object as mutating admission leaves them: plugins, then the policies of the manifests."""
    entered, refusal = entering_pod(made.common, admission)
    policies = applied_beside(owner, ask(PoliciesInForce()).answer, ask)
    if not policies or refusal is not None:
        return Mutated(entered, refusal=refusal)
    from kubelens.predict.apiserver.plugins.mutating_admission_policy import mutated  # noqa: PLC0415 - as there

    known = strategy_of("", "v1", "Pod")

    def settle(obj: dict[str, Any]) -> Refusal | None:
        apply_defaults(obj, known)
        return admission.mutate("Pod", obj)

    return mutated(_as_resource(owner, made, entered), entered, policies, ask.bundle, settle, made.differing)


def entering_pod(value: Mapping[str, Any], admission: Admission) -> tuple[dict[str, Any], Refusal | None]:
    """A new Pod decoded, with the API's defaults and what mutating plugins give it; the refusal of one of these."""
    pod, _, _ = decode_object(value, POD, admission.release)
    apply_defaults(pod, strategy_of("", "v1", "Pod"))
    return pod, admission.mutate("Pod", pod)


def standing_pod(value: Mapping[str, Any], release: str) -> dict[str, Any]:
    """A Pod that a cluster holds, with the API's own defaults and nothing that plugins would give a new one."""
    pod, _, _ = decode_object(value, POD, release)
    apply_defaults(pod, strategy_of("", "v1", "Pod"))
    pod["spec"].setdefault("priority", 0)
    return pod


def _is_there(resource: Resource, path: Path) -> bool:
    """Whether something is written that decoding could not take, such as a word for a number: told where it stands."""
    return fields.at(resource.value, path) not in (None, "", 0, {}, [])


def _given_by(resource: Resource, pod: Mapping[str, Any], ask: Ask) -> Resource | None:
    """The LimitRange whose defaults a Pod got: they may go badly with what its template says."""
    metadata = pod["metadata"]
    if limit_ranger.ANNOTATION not in (metadata.get("annotations") or {}):
        return None
    ranges = filter(seen_from(resource, ask).sees, in_force(ask, "LimitRange", metadata["namespace"], group=""))
    return next((one for one in ranges if any("default" in item for _, item in fields.items(one.spec, "limits"))), None)


def _changes_nothing(webhook: Resource) -> str:
    return f"{webhook.key} changes nothing of new Pods that are refused as they are"


def _refused(pods: AdmittedPods, doubts: Iterable[str] = ()) -> Prediction[AdmittedPods]:
    return Prediction(pods, (Reason(pods.refusal, pods.owner.place),), tuple(map(Assumption, doubts)))
