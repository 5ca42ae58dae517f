"""A Service whose `targetPort` number is none of those its Pods' containers declare.

`containerPort` is for information only: traffic reaches a port nobody declares, if something listens there. But where
every container says which ports it has and the Service asks for another, one of the two is mostly a slip, and every
connection is refused. Containers that declare no port at all keep the rule quiet. Names are the business of
named-target-port-missing, which the cluster itself decides.

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
    - name: http
      port: 80
      targetPort: 8080
    - name: admin
      port: 81
      targetPort: 8000  # expect: 8000
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
      image: shop/web:1.27
      ports:
        - name: http
          containerPort: 8080
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
      targetPort: 8080
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
      image: shop/web:1.27
      ports:
        - name: http
          containerPort: 8080
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.network import PortByNumber, read_service
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, selected_workloads
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule
from kubelens.rules.references._only_port import only_port_meant
from kubelens.rules.references._served_by_words import says_port


def _says_its_ports(workload: Workload) -> bool:
    containers = list(workload.pod.running_containers())
    return bool(containers) and all(container.ports for container in containers)


@rule(
    on="Service",
    severity=Severity.WARNING,
    profiles=(Profile.WORKS,),
    aliases=("kics:service_does_not_target_pod",),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each port no selected Pod declares, with the ports they do declare as the other end.

    Where only one port can be meant, ``service-port-mismatch`` tells it.
    """
    service = read_service(resource)
    if service is None or resource.partial or service.selector is None:
        return
    if not any(isinstance(port.target, PortByNumber) for port in service.ports):
        return
    if only_port_meant(resource, ctx.bundle) is not None:
        return
    pods = selected_workloads(ctx.bundle, service.selector, service.namespace)
    if not pods or not all(_says_its_ports(w) and not ctx.bundle.is_patched(w.resource) for w in pods):
        return
    for port in service.ports:
        if not isinstance(port.target, PortByNumber):
            continue
        number = port.target.number
        if any(w.pod.port_numbered(number, port.protocol) for w in pods):
            continue
        if any(says_port(container, number) for w in pods for container in w.pod.running_containers()):
            continue
        declared = [(w, p) for w in pods for c in w.pod.running_containers() for p in c.ports]
        at = resource.place.at("spec", "ports", port.index, "targetPort")
        yield ctx.finding(
            f"no Pod this Service selects declares {port.protocol} port {number}",
            at=at,
            related=[
                Related(w.resource.place.at(*p.path), f"{w.resource.key} declares {p.protocol} port {p.number}")
                for w, p in declared[:3]
            ],
            notes=["connections are refused unless something listens there undeclared"],
        )
