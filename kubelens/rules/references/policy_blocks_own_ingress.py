"""An Ingress that leads to a port no NetworkPolicy over the Pods opens for anybody.

The controller's packets end at the Pod's own port. Where policies isolate the Pods and no rule of theirs opens that
port, whatever the peer, every request times out. A policy of another folder counts where both name the namespace.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  defaultBackend:
    service:
      name: web
      port:
        number: 80
---
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
      image: nginx:1.27
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: closed
spec:
  podSelector: {}
  policyTypes: [Ingress]
```

Good:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  defaultBackend:
    service:
      name: web
      port:
        number: 80
---
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
      image: nginx:1.27
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector: {}
  ingress:
    - ports:
        - port: 8080
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.bundle import Bundle
from kubelens.predict.network.ends import selected_ends
from kubelens.predict.network.ingress_reach import ingress_links, served_ports
from kubelens.predict.network.policy import INGRESS, IsolationOf, opened_ports
from kubelens.predict.network.port_set import NO_PORTS
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_namespace


@rule(on=Bundle, kinds=("NetworkPolicy",), severity=Severity.ERROR)
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each backend, at the backend, with the policies as the other end."""
    for link in ingress_links(bundle):
        selector = link.service.selector
        for end in selected_ends(bundle, selector, link.service.namespace) if selector is not None else ():
            wanted = served_ports(link.service, link.port, end)
            policies = ctx.ask(IsolationOf(end.workload.resource, INGRESS)).answer
            if not wanted or not policies or end.workload.pod.host_network:
                continue
            opened = NO_PORTS
            for policy in policies:
                for entry in policy.ingress or ():
                    opened = opened | opened_ports(entry, end)
            if opened & wanted or not any(
                share_a_namespace(p.resource, link.ingress.resource, ctx.bundle) for p in policies
            ):
                continue
            yield ctx.finding(
                f"no NetworkPolicy over {end.workload.resource.key} opens {wanted}, where this leads",
                at=link.place,
                related=[Related(p.resource.place.at("metadata", "name"), "isolates the Pods") for p in policies],
                notes=["requests time out: the packets never reach the Pods"],
            )
            break
