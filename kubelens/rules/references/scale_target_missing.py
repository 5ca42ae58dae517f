"""An autoscaler whose target is missing beside a workload of the same name and another kind, or of nearly its name.

The autoscaler reports FailedGetScale and never scales anything. So it does where the target is of a kind that has no number of
replicas, such as a DaemonSet or a Job, and where ``apiVersion`` names a group that does not
have the kind, as old manifests do: ``extensions/v1beta1`` for a Deployment.

Bad:

```yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: cart
spec:
  serviceName: cart
  selector:
    matchLabels:
      app: cart
  template:
    metadata:
      labels:
        app: cart
    spec:
      containers:
        - name: cart
          image: nginx:1.27
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: cart
spec:
  maxReplicas: 5
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: cart  # expect: Deployment
```

```yaml
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: logs
spec:
  maxReplicas: 5
  scaleTargetRef:
    apiVersion: apps/v1
    kind: DaemonSet  # expect: cannot be scaled
    name: logs
```

Good:

```yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: cart
spec:
  serviceName: cart
  selector:
    matchLabels:
      app: cart
  template:
    metadata:
      labels:
        app: cart
    spec:
      containers:
        - name: cart
          image: nginx:1.27
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: cart
spec:
  maxReplicas: 5
  scaleTargetRef:
    apiVersion: apps/v1
    kind: StatefulSet
    name: cart
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.controllers.podautoscaler.target import has_scale, unmapped_target
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.namesake import NamesakeOf
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_cluster

_SCALABLE = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout")


@rule(
    on=("HorizontalPodAutoscaler", "ScaledObject", "VerticalPodAutoscaler"),
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:dangling-horizontalpodautoscaler",
        "kube-score:horizontalpodautoscaler-has-target",
        "kubescape:C-0300",
        "kics:hpa_targets_invalid_object",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding, at the name of the target."""
    if resource.partial:
        return
    if resource.kind == "HorizontalPodAutoscaler" and (unmapped := unmapped_target(resource)):
        yield ctx.finding(
            f"the target of {resource.key}: {unmapped}",
            at=resource.place.at("spec", "scaleTargetRef", "apiVersion"),
            notes=["the autoscaler finds nothing to scale: FailedGetScale"],
        )
        return
    target = fields.mapping(resource.spec, "scaleTargetRef")
    if not has_scale(fields.text(target, "kind")):
        yield ctx.finding(
            f"{fields.text(target, 'kind')} '{fields.text(target, 'name')}' cannot be scaled: its kind has no replicas to set",
            at=resource.place.at("spec", "scaleTargetRef", "kind"),
            notes=["the autoscaler finds no subresource scale: FailedGetScale"],
        )
        return
    for reference in ctx.ask(ReferencesOf(resource)).answer:
        if reference.place.path[-2:-1] not in (("scaleTargetRef",), ("targetRef",)) or reference.kind not in _SCALABLE:
            continue
        if ctx.facts.exists_elsewhere(reference.kind, reference.name, reference.namespace):
            continue
        found = ctx.ask(PresenceOf(reference.kind, reference.namespace, reference.name)).answer
        if found.presence in (Presence.PRESENT, Presence.MADE):
            continue
        # Beside a Deployment of its name a Rollout may well be somewhere else: it takes the template over.
        kinds = (*_SCALABLE, "DaemonSet") if reference.kind != "Rollout" else ()
        others = (ctx.bundle.get(kind, reference.namespace, reference.name) for kind in kinds)
        meant = next(iter(found.objects), None) or next((o for o in others if o is not None), None)
        elsewhere = ctx.ask(NamesakeOf(reference)).answer if meant is None else None
        if elsewhere is not None and share_a_cluster(resource, elsewhere, ctx.bundle):
            yield ctx.finding(
                f"{resource.key}: {reference.kind} '{reference.name}' is in namespace '{elsewhere.namespace}', "
                f"not in '{reference.namespace}'",
                at=reference.place,
                related=[Related(elsewhere.place.at("metadata", "namespace"), f"{elsewhere.key} is here")],
                notes=["the autoscaler looks in its own namespace only and finds nothing to scale: FailedGetScale"],
                severity=Severity.WARNING,
            )
        of_own_name = None
        if meant is None and elsewhere is None and resource.name != reference.name:
            of_own_name = ctx.bundle.get(reference.kind, resource.namespace, resource.name)
        if meant is None and of_own_name is not None and not ctx.bundle.is_patched(resource):
            yield ctx.finding(
                f"{reference.target} is not among the manifests; {of_own_name.key}, which has the autoscaler's name, is",
                at=reference.place,
                related=[Related(of_own_name.place.at("metadata", "name"), "this one is there")],
                notes=["unless it is applied elsewhere, the autoscaler finds nothing to scale: FailedGetScale"],
                severity=Severity.WARNING,
            )
        if meant is not None:
            yield ctx.finding(
                f"{reference.target} is not among the manifests; {meant.key} is",
                at=reference.place,
                related=[
                    Related(meant.place.at("kind" if meant.name == reference.name else "metadata"), "this one is there")
                ],
                notes=["the autoscaler finds nothing to scale: FailedGetScale"],
            )
