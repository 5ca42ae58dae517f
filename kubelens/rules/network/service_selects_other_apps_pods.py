"""A Service whose selector catches the Pods of several applications.

Requests go to any Pod that carries the selector's labels. Where the Pods differ in the label that names the application
(``app.kubernetes.io/name``, ``app.kubernetes.io/component``, ``app``, ``k8s-app``) and the selector does not ask for it,
some requests end at a program that was not meant.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    tier: front  # expect: several applications
  ports:
    - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    tier: front
    app: web
spec:
  containers:
    - name: web
      image: web:1
---
apiVersion: v1
kind: Pod
metadata:
  name: admin
  labels:
    tier: front
    app: admin
spec:
  containers:
    - name: admin
      image: admin:1
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    tier: front
    app: web
  ports:
    - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    tier: front
    app: web
spec:
  containers:
    - name: web
      image: web:1
---
apiVersion: v1
kind: Pod
metadata:
  name: admin
  labels:
    tier: front
    app: admin
spec:
  containers:
    - name: admin
      image: admin:1
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.kube.workload import selected_workloads
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule

_NAMING: Final = ("app.kubernetes.io/name", "app.kubernetes.io/component", "app", "k8s-app")


@rule(on="Service", severity=Severity.WARNING, profiles=(Profile.RECOMMENDED,))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each Service, with the second application as the other end."""
    service = read_service(resource)
    if service is None or resource.partial or service.selector is None:
        return
    caught = [
        w
        for w in selected_workloads(ctx.bundle, service.selector, resource.namespace)
        if w.kind not in ("Job", "CronJob")
    ]
    for key in _NAMING:
        if key in service.selector_labels or not caught or not all(key in w.pod.labels for w in caught):
            continue
        names = list(dict.fromkeys(w.pod.labels[key] for w in caught))
        if len(names) < 2:
            continue
        other = next(w for w in caught if w.pod.labels[key] == names[1])
        yield ctx.finding(
            f"Service '{service.name}' selects Pods of several applications: {key} is {' and '.join(repr(n) for n in names[:3])}",
            at=resource.place.at("spec", "selector"),
            related=[Related(other.resource.place.at("metadata", "name"), f"{other.kind} that it selects too")],
            notes=[f"a request may end at any of them; ask for {key} in the selector"],
        )
        return
