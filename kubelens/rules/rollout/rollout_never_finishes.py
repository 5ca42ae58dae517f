"""A rolling update that cannot finish: its new Pods find no room, or cannot be ready before the deadline.

A rolling update that may not take an old Pod away first needs room for one Pod more. Where a host port, an
anti-affinity by host name, a quota or a volume for one Pod leaves no room, the new Pod waits for ever and the old
version keeps serving. A DaemonSet with `maxSurge` puts the new Pod beside the old one, where a host port is taken. And a Pod that its own probes keep from being ready until `progressDeadlineSeconds` have passed
makes every rollout report `ProgressDeadlineExceeded`. Nodes of a folder beside the Deployment's are taken for another
cluster's, and a quota too unless both name the namespace.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  progressDeadlineSeconds: 60
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: web:1.4
        readinessProbe:
          initialDelaySeconds: 90  # expect: ready after 90 s
          httpGet: {port: 8080}
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  progressDeadlineSeconds: 300
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: web:1.4
        readinessProbe:
          initialDelaySeconds: 90
          httpGet: {port: 8080}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.controllers.fields import part
from kubelens.predict.controllers.host_ports import host_ports
from kubelens.predict.controllers.rollout.capacity import LimitsOf
from kubelens.predict.controllers.rollout.durations import ready_deadline
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_folder, share_a_namespace


@rule(on=("Deployment", "DaemonSet"), severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for want of room, one for want of time; what is never created is told elsewhere."""
    if _is_bounded(resource, ctx) and _is_let_in(resource, ctx):
        from kubelens.predict.controllers.rollout.rollout import NextRollout  # noqa: PLC0415 - where room is bounded
        from kubelens.predict.controllers.ticks.timeline import End  # noqa: PLC0415

        rollout = ctx.ask(NextRollout(resource)).answer
        if rollout.end is End.STUCK:
            related = [Related(limit.place, limit.reason) for limit in rollout.limits if limit.place is not None]
            strategy = "strategy" if resource.kind == "Deployment" else "updateStrategy"
            yield ctx.finding(
                f"a rollout of {resource.key} never finishes: {rollout.stuck}",
                at=resource.place.at("spec", strategy) if strategy in resource.spec else resource.place.at("spec"),
                related=related,
            )
    late = ready_deadline(resource) if resource.kind == "Deployment" else None
    if late is not None:
        container, seconds, deadline = late
        yield ctx.finding(
            f"a Pod of {resource.key} is ready after {seconds} s at the earliest, "
            f"and progressDeadlineSeconds is {deadline}: every rollout reports ProgressDeadlineExceeded",
            at=resource.place.at(
                "spec", "template", "spec", "containers", container, "readinessProbe", "initialDelaySeconds"
            ),
        )


def _is_let_in(resource: Resource, ctx: Context) -> bool:
    from kubelens.predict.chain.admitted import Admitted  # noqa: PLC0415 - only where room is bounded

    return ctx.ask(Admitted(resource)).answer.denial is None


def _is_bounded(resource: Resource, ctx: Context) -> bool:
    """Whether something may keep new Pods from having room beside the old ones."""
    if resource.kind == "DaemonSet":
        from kubelens.predict.controllers.daemonset import surges  # noqa: PLC0415 - with its controller

        return surges(resource.value) and bool(host_ports(part(resource.spec, "template", "spec")))
    bounded = any(limit.pods is not None for limit in ctx.ask(LimitsOf(resource)).answer)
    return bounded and _is_their_cluster(resource, ctx)


def _is_their_cluster(resource: Resource, ctx: Context) -> bool:
    """Whether the quotas and nodes that bound a Deployment stand where it stands, as far as the folders tell."""
    quotas = ctx.bundle.all("ResourceQuota", resource.namespace)
    return all(share_a_namespace(resource, quota, ctx.bundle) for quota in quotas) and all(
        share_a_folder(resource, node) for node in ctx.bundle.all("Node")
    )
