"""A NetworkPolicy that lets Pods reach other Pods, but no DNS server to look up their names.

Once a policy isolates egress, lookups need an allowance of their own: port 53 of UDP and TCP to the cluster's DNS.
Without it every name of a Service fails to resolve, although the connection itself is allowed. Resolvers ask over UDP, and
over TCP only what was too long an answer for it: port 53 of TCP alone, which is what a port without a protocol is, opens nothing.

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
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Egress]
  egress:  # expect: 53
    - to:
        - podSelector:
            matchLabels:
              app: db
      ports:
        - port: 5432
```

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
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Egress]
  egress:
    - ports:
        - port: 53  # expect: TCP alone
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
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Egress]
  egress:
    - to:
        - podSelector:
            matchLabels:
              app: db
      ports:
        - port: 5432
    - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.network import PortByNumber
from kubelens.kube.network_policy import PodPeers, PolicyPort, PolicyRule, read_network_policy
from kubelens.kube.resource import Resource
from kubelens.predict.network.dns_rules import dns_over_tcp
from kubelens.predict.network.ends import selected_ends
from kubelens.predict.network.policy import ResolvesNames
from kubelens.rules.api import Context, Finding, Related, Severity, rule

_ITS_PORTS: Final = (443, 6443)
"""Of the Service ``kubernetes``, and of the API server itself."""


@rule(on="NetworkPolicy", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for a policy whose rules name Pods, where no policy over one of its Pods opens DNS."""
    policy = read_network_policy(resource)
    if policy is None or resource.partial:
        return
    by_tcp = dns_over_tcp([policy])
    if by_tcp is None and not any(
        isinstance(peer, PodPeers) and not _is_the_api_server(peer, entry)
        for entry in policy.egress or ()
        for peer in entry.peers
    ):
        return
    for end in selected_ends(ctx.bundle, policy.selector, policy.namespace):
        if end.workload.pod.host_network or end.workload.pod.value.get("dnsPolicy") in ("None", "Default"):
            continue
        owner = end.workload.resource
        if ctx.ask(ResolvesNames(owner)).answer:
            continue
        related = [Related(owner.place.at("metadata", "name"), "these Pods are isolated")]
        if by_tcp is None:
            yield ctx.finding(
                f"no egress rule over {owner.key} opens port 53: names of Services do not resolve",
                at=resource.place.at("spec", "egress").key(),
                related=related,
                notes=["a connection by name fails before the policy's own rules are asked"],
            )
        else:
            yield ctx.finding(
                f"port 53 is opened to {owner.key} for TCP alone: names of Services do not resolve",
                at=resource.place.at(*by_tcp.at, "port"),
                related=related,
                notes=["resolvers ask over UDP: write protocol: UDP; a port without a protocol is one of TCP"],
            )
        return


def _is_the_api_server(peer: PodPeers, entry: PolicyRule) -> bool:
    """Whether a peer is the API server, which clients in Pods reach by its address (``KUBERNETES_SERVICE_HOST``)."""
    named = any("kube-apiserver" in requirement.values for requirement in peer.pods.requirements)
    return named or (
        bool(entry.ports) and all(_is_its_port(port) for port in entry.ports) and _may_be_its_namespace(peer)
    )


def _may_be_its_namespace(peer: PodPeers) -> bool:
    """Whether a peer is all of the namespaces in which the API server, or its Service ``kubernetes``, is."""
    if peer.namespaces is None or peer.pods.requirements:
        return False
    values = {value for requirement in peer.namespaces.requirements for value in requirement.values}
    return bool(values) and values <= {"default", "kube-system"}


def _is_its_port(port: PolicyPort) -> bool:
    return not port.end_port and isinstance(port.port, PortByNumber) and port.port.number in _ITS_PORTS
