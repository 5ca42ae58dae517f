"""A nodePort outside the range of the cluster, or one that goes with no node port at all.

The API server gives out node ports from one range (30000-32767 unless the cluster is set up otherwise; see the
setting ``node-port-range``) and refuses a Service that asks for another.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
    - port: 80
      nodePort: 8080  # expect: 30000
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
    - port: 80
      nodePort: 30080
```

One number may stand for the same port of two protocols.

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: dns
spec:
  type: NodePort
  selector:
    app: dns
  ports:
    - name: tcp
      port: 53
      nodePort: 30053
    - name: udp
      port: 53
      nodePort: 30053
      protocol: UDP
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.claims import claimed
from kubelens.rules.written import value_at


@rule(on="Service", severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each port that is refused."""
    told: set[tuple[str | int, ...]] = set()
    for place, cause in claimed(resource, ctx, "node-port-range"):
        told.add(cause.path)
        yield ctx.finding(f"nodePort: {cause.message}", at=place, notes=["the API server refuses the Service"])
    low, high = ctx.facts.node_port_range
    ports = value_at(resource, ("spec", "ports"))
    if value_at(resource, ("spec", "type")) not in ("NodePort", "LoadBalancer") or not isinstance(ports, list):
        return
    for index, port in enumerate(ports):
        number = port.get("nodePort") if isinstance(port, dict) else None
        path = ("spec", "ports", index, "nodePort")
        if isinstance(number, int) and number and not low <= number <= high and path not in told:
            yield ctx.finding(
                f"nodePort {number} is outside {low}-{high}",
                at=resource.place.at(*path),
                notes=["the API server refuses the Service; another range is set with node-port-range"],
            )
