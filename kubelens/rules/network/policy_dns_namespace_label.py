"""An egress rule opens DNS to namespaces by a label that kube-system does not have by itself.

Every Namespace carries ``kubernetes.io/metadata.name``; ``name: kube-system`` or ``k8s-app: kube-dns`` stand on it only
where somebody put them there (``k8s-app`` is a label of the DNS Pods). Without the label the rule opens nothing, and every
look-up times out.

Bad:

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-dns
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              name: kube-system  # expect: kube-system
      ports:
        - protocol: UDP
          port: 53
```

Good:

```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-dns
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
      ports:
        - protocol: UDP
          port: 53
```

References:

- https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.network import PortByNumber
from kubelens.kube.network_policy import PodPeers, PolicyRule, read_network_policy
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Operator, Requirement
from kubelens.predict.network.dns_rules import DNS_NAMESPACE, DNS_PORT
from kubelens.rules.api import Context, Finding, Severity, rule

_MEANT: Final = frozenset({DNS_NAMESPACE, "kube-dns", "coredns"})
"""Values of labels by which the namespace of the DNS server is meant."""


@rule(on="NetworkPolicy", severity=Severity.WARNING, mentions=("amespaceSelector",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for a rule about port 53 alone, each of whose peers asks kube-system for a label it may not have."""
    policy = read_network_policy(resource)
    if policy is None or resource.partial or ctx.bundle.get("Namespace", "", DNS_NAMESPACE) is not None:
        return
    for entry in policy.egress or ():
        asked = [_unsure(peer) for peer in entry.peers if isinstance(peer, PodPeers)]
        if not _is_dns(entry) or not asked or len(asked) != len(entry.peers) or any(one is None for one in asked):
            continue
        first = next(requirement for requirement in asked if requirement is not None)
        peer = next(peer for peer in entry.peers if isinstance(peer, PodPeers))
        place = resource.place.at(*peer.at, "namespaceSelector")
        if first.operator is Operator.IN and len(first.values) == 1:
            place = place.at("matchLabels", first.key)
        yield ctx.finding(
            f"{resource.key} opens DNS to namespaces with {first}, a label that {DNS_NAMESPACE!r} has only where somebody gave it",
            at=place,
            notes=[
                "without it the rule opens nothing and names do not resolve",
                f"every cluster gives it kubernetes.io/metadata.name: {DNS_NAMESPACE}",
            ],
        )


def _is_dns(entry: PolicyRule) -> bool:
    return bool(entry.ports) and all(
        isinstance(port.port, PortByNumber) and port.port.number == DNS_PORT and not port.end_port
        for port in entry.ports
    )


def _unsure(peer: PodPeers) -> Requirement | None:
    """The label by which the namespace of the DNS server is meant, and which nobody gives it by itself."""
    if peer.namespaces is None:
        return None
    return next(
        (
            asked
            for asked in peer.namespaces.requirements
            if asked.key != "kubernetes.io/metadata.name"
            and asked.operator is Operator.IN
            and set(asked.values) <= _MEANT
        ),
        None,
    )
