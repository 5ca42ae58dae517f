"""A container has no readiness probe: its Pod gets requests before it can answer them.

Without one a Pod counts as ready as soon as its containers run, and a rolling update goes on whether or not the new
version works.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web  # expect: readiness
          image: shop/web:1.27
          ports:
            - containerPort: 8080
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.reliability._kinds import LONG_RUNNING
from kubelens.rules.reliability._over_pods import services_over


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    options=(
        Option("only-serving", True, "only report containers that declare a port or that a Service selects"),
        Option(
            "only-behind-service", False, "only report Pods that a Service selects and of which no container has one"
        ),
    ),
    aliases=(
        "kube-linter:no-readiness-probe",
        "kube-score:pod-probes",
        "polaris:readinessProbeMissing",
        "checkov:CKV_K8S_9",
        "kics:readiness_probe_is_not_configured",
        "kubescape:C-0018",
        "kyverno:require-pod-probes",
        "gatekeeper:requiredprobes",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if pc.workload.kind not in LONG_RUNNING or pc.container.role != "app" or pc.container.value.get("readinessProbe"):
        return
    if ctx.options["only-serving"] and not pc.container.ports and not services_over(pc.workload, ctx.bundle):
        return
    if ctx.options["only-behind-service"]:
        app = [c for c in pc.workload.pod.containers if c.role == "app"]
        if any(c.value.get("readinessProbe") for c in app) or not services_over(pc.workload, ctx.bundle):
            return
    yield ctx.finding(f"{pc.title()} has no readiness probe", at=pc.place("name"))
