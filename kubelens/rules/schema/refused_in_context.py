"""The API server refuses the object, or the Pods it brings, because of another object of the manifests.

A Namespace that enforces a Pod Security level, a LimitRange, a ResourceQuota, a PriorityClass or RuntimeClass, a
ValidatingAdmissionPolicy: each says no to what would be fine elsewhere. A Deployment is stored all the same; then its
ReplicaSet fails to create Pods (`ReplicaFailure`, reason `FailedCreate`), and none ever runs. A quota counts here only
by what it leaves no room for whatever else runs, be it all Pods or some of them. Where a webhook of the manifests may change Pods first, nothing is said.

The setting `pod-security` names the level that the cluster enforces in namespaces without a label.

Bad:

```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: agent
  namespace: shop
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      hostNetwork: true  # expect: no Pod of Deployment 'shop/agent' is created
      containers:
        - name: agent
          image: shop/agent:1.4
```

Good:

```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: agent
  namespace: shop
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      containers:
        - name: agent
          image: shop/agent:1.4
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.apiserver.plugins import limit_ranger, pod_security, resource_quota
from kubelens.predict.chain.mutation import PoliciesInForce
from kubelens.predict.chain.stored import POLICY_PLUGIN, VALIDATION, Denial, Stored
from kubelens.predict.chain.surroundings import RestrainsObjects, RestrainsPods
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_cluster, share_a_namespace
from kubelens.syntax.place import Place

if TYPE_CHECKING:
    from kubelens.predict.chain.admitted import AdmittedPods

_SHOWN: Final = 8
_COUNTED: Final = ("StatefulSet", "ReplicaSet", "ReplicationController")
_BOUNDING: Final = ("LimitRange", "ResourceQuota")
_SAYS: Final = {
    pod_security.PLUGIN: "this level is enforced here",
    limit_ranger.PLUGIN: "the range",
    resource_quota.PLUGIN: "the quota",
    VALIDATION: "what it gives containers by default",
}


@rule(on=Resource, severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each object: at what is wrong in it, with the object that asks for it as the other end."""
    if resource.partial or not resource.gvk.version:
        return
    if resource.kind in WORKLOAD_KINDS:
        if not ctx.ask(RestrainsPods(resource)).answer and not _has_policies(ctx):
            return
        from kubelens.predict.chain.admitted import Admitted  # noqa: PLC0415 - only where something restrains Pods

        pods = ctx.ask(Admitted(resource)).answer
        if pods.denial is not None and pods.denial.by_others:
            return
        if pods.denial is not None and _is_told_here(pods, pods.denial) and _is_meant(resource, pods.denial, ctx):
            if not pods.unsure:
                yield _finding(resource, pods.denial, pods.refusal, ctx)
        elif pods.cut is not None and not pods.unsure and _is_meant(resource, pods.cut.denial, ctx):
            yield _finding(resource, pods.cut.denial, pods.cut_short, ctx)
        elif pods.denial is None and resource.kind in _COUNTED:
            yield from _cut_short(resource, ctx)
        return
    restrained = ctx.ask(RestrainsObjects(resource)).answer
    if not restrained and not ctx.ask(PoliciesInForce()).answer:
        return
    denial = ctx.ask(Stored(resource)).answer.denial
    if denial is None or denial.plugin in (VALIDATION, POLICY_PLUGIN) or denial.by_others:
        return
    if _is_meant(resource, denial, ctx):
        yield _finding(resource, denial, f"the API server refuses {resource.key}: {denial.sentence}", ctx)


def _cut_short(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """A finding where a quota has no room for all Pods of one workload, whatever else runs.

    What keeps a Deployment from rolling out is told by another rule, and Pods of a Job wait.
    """
    from kubelens.predict.chain.quota_room import HeldByQuotas  # noqa: PLC0415 - only where something restrains Pods

    held = ctx.ask(HeldByQuotas(resource.namespace)).answer.get(id(resource))
    tightest = min(held.rooms, key=lambda room: room.alone, default=None) if held is not None else None
    if held is None or tightest is None or tightest.alone >= held.wanted or tightest.alone == 0:
        return
    if share_a_namespace(resource, tightest.quota, ctx.bundle):
        yield ctx.finding(
            f"{held.wanted - tightest.alone} of {held.wanted} Pods of {resource.key} are not created: "
            f"ResourceQuota '{tightest.quota.name}' allows {tightest.resource}: {tightest.written}, "
            f"room for {tightest.alone}",
            at=resource.place.at("spec", "replicas"),
            related=[Related(tightest.quota.place.at("spec", "hard", tightest.resource), "the quota")],
        )


def _has_policies(ctx: Context) -> bool:
    return bool(ctx.bundle.all("ValidatingAdmissionPolicyBinding") or ctx.ask(PoliciesInForce()).answer)


def _is_told_here(pods: AdmittedPods, denial: Denial) -> bool:
    """Whether no other rule says it: those tell what an object says about itself, and what policies say to it."""
    if not pods.of_object or denial.plugin not in (VALIDATION, POLICY_PLUGIN):
        return True
    return denial.plugin == VALIDATION and denial.asked_by is not None


def _is_meant(resource: Resource, denial: Denial, ctx: Context) -> bool:
    """Whether what refuses stands in the same namespace of the same cluster, as far as the folders tell."""
    other = denial.asked_by
    if other is None:
        return denial.plugin != pod_security.PLUGIN or bool(ctx.bundle.pod_security)
    if other.kind == "Namespace":
        return bool(resource.metadata.get("namespace")) or share_a_cluster(resource, other, ctx.bundle)
    if other.kind in _BOUNDING and _is_a_lesson_s(resource, other, ctx):
        return False
    return (
        share_a_namespace(resource, other, ctx.bundle)
        if other.namespace
        else share_a_cluster(resource, other, ctx.bundle)
    )


def _is_a_lesson_s(resource: Resource, other: Resource, ctx: Context) -> bool:
    """Whether a bare Pod stands among several, each in a file of its own beside that of what bounds them: steps of lessons.

    Nobody applies a folder of bare Pods as a whole; what bounds them comes and goes between the steps.
    """
    place = resource.place
    if resource.kind != "Pod" or ctx.bundle.applied_together or place.uri == other.place.uri:
        return False
    return (
        len({one.place.uri for one in ctx.bundle.all("Pod") if one.place.folder == place.folder} - {other.place.uri})
        > 1
    )


def _finding(resource: Resource, denial: Denial, message: str, ctx: Context) -> Finding:
    shown = denial.faults[:_SHOWN]
    more = len(denial.faults) - len(shown)
    first = denial.faults[0].message
    return ctx.finding(
        message if len(denial.faults) == 1 else f"{message.partition(f': {first}')[0]}: {len(denial.faults)} faults",
        at=resource.place.at(*denial.faults[0].path),
        label=first,
        related=[Related(_asks_at(denial), _SAYS.get(denial.plugin, "this asks for it"))] if denial.asked_by else (),
        notes=[
            *(f.message for f in shown if len(denial.faults) > 1),
            *([f"and {more} more {'fault' if more == 1 else 'faults'} of the same Pod"] if more > 0 else []),
        ],
    )


def _asks_at(denial: Denial) -> Place:
    assert denial.asked_by is not None
    place = denial.asked_by.place
    if denial.plugin == pod_security.PLUGIN:
        return place.at("metadata", "labels", f"{pod_security.LABEL}enforce")
    return place.at("spec") if denial.plugin in _SAYS else place.at("metadata", "name")
