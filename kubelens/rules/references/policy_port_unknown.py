"""A NetworkPolicy that allows a port by a name none of its Pods declares.

A named port is looked up among the container ports of the Pods the traffic goes to, with its protocol. Where none
has it, the entry lets nothing through.

Bad:

```yaml
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
          containerPort: 8080
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
    - ports:
        - port: web  # expect: web
```

Good:

```yaml
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
          containerPort: 8080
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
    - ports:
        - port: http
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.network import PortByName
from kubelens.kube.network_policy import read_network_policy
from kubelens.kube.resource import Resource
from kubelens.predict.network.ends import selected_ends
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.references._where_ports_stand import where_ports_stand


@rule(on="NetworkPolicy", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each port of an ingress rule."""
    policy = read_network_policy(resource)
    if policy is None or resource.partial:
        return
    if not any(isinstance(port.port, PortByName) for entry in policy.ingress or () for port in entry.ports):
        return
    pods = [end.workload for end in selected_ends(ctx.bundle, policy.selector, policy.namespace)]
    if not pods:
        return
    for entry in policy.ingress or ():
        for port in entry.ports:
            if not isinstance(port.port, PortByName):
                continue
            name = port.port.name
            if not any(w.pod.port_named(name, port.protocol) for w in pods):
                yield ctx.finding(
                    f"no Pod this policy selects declares a {port.protocol} port named '{name}'",
                    at=resource.place.at(*port.at, "port"),
                    related=[Related(where_ports_stand(w), f"{w.resource.key} is selected") for w in pods[:3]],
                    notes=["the entry lets nothing through"],
                )
