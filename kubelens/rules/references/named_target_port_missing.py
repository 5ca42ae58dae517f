"""A Service whose named `targetPort` none, or only some, of its Pods declare.

The name is looked up in each Pod the Service selects, with the port's protocol. Pods without it get no traffic on
that port; where no Pod has it the Service has no endpoints there. That some lack it is reported where all of them stand in
the Service's own folder: other folders often hold variants of one application. A Service whose own file has Pods with
the name is left alone, and so are Pods of another component (`app.kubernetes.io/component`, `component`, `role`): a
Service over all roles of an application has ports that one of them alone serves. Of a headless Service it is a note, and
only where none of its Pods has the name: nobody is routed by its ports.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: web  # expect: web
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      ports:
        - name: http
          containerPort: 80
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: http
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      ports:
        - name: http
          containerPort: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube.network import PortByName, read_service
from kubelens.kube.placeholder import stands_for_a_number, stands_for_a_value
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, selected_workloads
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import folder_of
from kubelens.rules.references._where_ports_stand import where_ports_stand

_COMPONENTS: Final = ("app.kubernetes.io/component", "component", "role")
"""Labels that tell the roles of one application apart."""


def _of_other_components(lacking: Sequence[Workload], pods: Sequence[Workload]) -> bool:
    """Whether each that lacks the name is another component than those that have it."""
    without = set(map(id, lacking))
    serving = {_component(w) for w in pods if id(w) not in without}
    return all((own := _component(w)) is not None and own not in serving for w in lacking) and None not in serving


def _component(workload: Workload) -> tuple[str, str] | None:
    labels = workload.pod.labels
    return next(((key, labels[key]) for key in _COMPONENTS if key in labels), None)


def _what_follows(*, some: bool, headless: bool) -> str:
    if headless:
        return "names still resolve to the Pods; only this port is not listed for them, nor in SRV records"
    return "Pods without the name get no traffic" if some else "the Service has no endpoints on this port"


@rule(on="Service", severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each port, with the Pods that lack the name as the other end."""
    service = read_service(resource)
    if service is None or resource.partial or service.selector is None:
        return
    if not any(isinstance(port.target, PortByName) for port in service.ports):
        return
    pods = [
        w
        for w in selected_workloads(ctx.bundle, service.selector, service.namespace)
        if w.kind not in ("Job", "CronJob") and w.pod.restart_policy == "Always"
    ]
    for port in service.ports:
        if not isinstance(port.target, PortByName):
            continue
        name = port.target.name
        if name.isdigit() or stands_for_a_value(name) or stands_for_a_number(name):
            continue  # digits are no name at all: the API server refuses them
        lacking = [w for w in pods if w.pod.port_named(name, port.protocol) is None]
        if not lacking:
            continue
        if any(ctx.bundle.is_patched(w.resource) for w in lacking):
            continue
        some = len(lacking) < len(pods)
        if some and (service.headless or _of_other_components(lacking, pods)):
            continue
        if some and any(folder_of(w.resource, ctx.bundle) != folder_of(resource, ctx.bundle) for w in pods):
            continue
        beside = {w.resource.place.uri for w in pods} - {w.resource.place.uri for w in lacking}
        if resource.place.uri in beside and not ctx.bundle.applied_together:
            continue  # a file with all the Service needs; the others are samples of their own
        of_them = f"{len(lacking)} of the {len(pods)} workloads" if some else "no Pod"
        verb = "declare no" if some else "declares a"
        yield ctx.finding(
            f"{of_them} this Service selects {verb} {port.protocol} port named '{name}'",
            at=resource.place.at("spec", "ports", port.index, "targetPort"),
            related=[Related(where_ports_stand(w), f"{w.resource.key} lacks it") for w in lacking[:3]],
            notes=[_what_follows(some=some, headless=service.headless)],
            severity=Severity.INFO if service.headless else Severity.WARNING if some else None,
        )
