"""A Gateway, issuer, store, policy, volume or resource claim that is missing beside one of nearly its name.

A route joins no Gateway of a wrong name and gets no traffic, a Gateway of an unknown class is never programmed, a
certificate or external Secret whose issuer or store is missing is never made, a binding of an admission policy that does
not exist enforces nothing, and a Pod whose resource claim is missing stays Pending. Reported where the run holds an object
of the kind one slip away; of other names nothing is known.

Bad:

```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: public
spec:
  gatewayClassName: envoy
  listeners:
    - name: http
      port: 80
      protocol: HTTP
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs:
    - name: pubilc  # expect: pubilc
  rules:
    - backendRefs:
        - name: shop
          port: 80
```

Good:

```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: public
spec:
  gatewayClassName: envoy
  listeners:
    - name: http
      port: 80
      protocol: HTTP
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs:
    - name: public
  rules:
    - backendRefs:
        - name: shop
          port: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS, read_workload
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.references._unlisted import UNLISTED

_CONSEQUENCES: Final = {
    "Gateway": "the route joins no Gateway and gets no traffic",
    "GatewayClass": "no controller programs the Gateway",
    "Issuer": "the certificate is never issued",
    "ClusterIssuer": "the certificate is never issued",
    "SecretStore": "the Secret is never made",
    "ClusterSecretStore": "the Secret is never made",
    "TriggerAuthentication": "the trigger cannot be asked",
    "ClusterTriggerAuthentication": "the trigger cannot be asked",
    "ResourceClaim": "the Pod stays Pending until it exists",
    "ResourceClaimTemplate": "the Pod stays Pending until it exists",
    "PersistentVolume": "the claim stays Pending until it exists",
    "HelmRepository": "Flux has nothing to install from",
    "GitRepository": "Flux has nothing to apply",
    "OCIRepository": "Flux has nothing to apply",
    "Bucket": "Flux has nothing to apply",
    "VolumeAttributesClass": "the claim stays Pending until it exists",
    "VolumeSnapshot": "the claim stays Pending until it exists",
    "AppProject": "Argo CD refuses to sync the Application: InvalidSpecError",
    "Kustomization": "Flux waits for it and applies nothing: dependency not ready",
    "HelmRelease": "Flux waits for it and installs nothing: dependency not ready",
    "VirtualService": "the Rollout cannot shift traffic",
    "ValidatingAdmissionPolicy": "the binding enforces nothing",
    "MutatingAdmissionPolicy": "the binding changes nothing",
}
_REFERRERS: Final = (
    *WORKLOAD_KINDS,
    *("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute", "Gateway", "Certificate", "ExternalSecret"),
    *("Ingress", "HelmRelease", "Kustomization", "Application", "ApplicationSet", "VirtualService"),
    *("ScaledObject", "PersistentVolumeClaim", "VolumeAttachment"),
    *("ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding"),
)


@rule(on=_REFERRERS, severity=Severity.ERROR, options=[UNLISTED])
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each name."""
    workload = read_workload(resource)
    if workload is not None and "resourceClaims" not in workload.pod.value:
        return
    from kubelens.predict.references.namesake import SIBLINGS  # noqa: PLC0415 - few workloads claim devices
    from kubelens.rules.references._near_miss import missing  # noqa: PLC0415 - as above

    for kind, consequence in _CONSEQUENCES.items():
        kinds = (kind, SIBLINGS[kind]) if kind in SIBLINGS else (kind,)
        if ctx.options["unlisted"] or any(ctx.bundle.all(one) for one in kinds):
            yield from missing(resource, ctx, (kind,), consequence)
