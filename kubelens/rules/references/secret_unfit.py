"""A Secret that is there and is of another type, or holds other keys, than its use asks for.

The kubelet takes the credentials for a registry from Secrets of type ``kubernetes.io/dockerconfigjson`` (or the old
``kubernetes.io/dockercfg``) and passes over others without a word: the image is pulled without credentials. Controllers take a
certificate and its key from ``tls.crt`` and ``tls.key``; without them they serve one of their own.

Bad:

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
stringData:
  username: shop
  password: c2hvcA
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  imagePullSecrets:
    - name: hub  # expect: kubernetes.io/dockerconfigjson
  containers:
    - name: web
      image: hub.example.com/shop/web:1.27
```

Good:

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"hub.example.com": {"username": "shop", "password": "c2hvcA"}}}'
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  imagePullSecrets:
    - name: hub
  containers:
    - name: web
      image: hub.example.com/shop/web:1.27
```

References:

- https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.presence import Presence, PresenceOf
from kubelens.predict.references.secret_use import unfit_for
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_namespace


@rule(
    on=(*WORKLOAD_KINDS, "ServiceAccount", "Ingress", "Gateway"),
    severity=Severity.WARNING,
    mentions=("imagePullSecrets", "secretName", "certificateRefs"),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each name, where every Secret of that name among the manifests is unfit."""
    if resource.partial:
        return
    for reference in ctx.ask(ReferencesOf(resource)).answer:
        if reference.kind != "Secret" or not {"imagePullSecrets", "tls"} & set(reference.place.path):
            continue
        found = ctx.ask(PresenceOf(reference.kind, reference.namespace, reference.name, reference.group))
        if found.answer.presence is not Presence.PRESENT or found.answer.makers:
            continue
        secrets = found.answer.objects
        said = [unfit_for(reference, one) for one in secrets]
        if not secrets or not all(said) or not all(share_a_namespace(resource, one, ctx.bundle) for one in secrets):
            continue
        yield ctx.finding(
            f"{reference.target} {said[0]}",
            at=reference.place,
            related=[Related(secrets[0].place.at("metadata", "name"), "the Secret")],
            notes=[
                "the kubelet passes over it and pulls without credentials"
                if "imagePullSecrets" in reference.place.path
                else "the controller serves a certificate of its own, which no browser trusts, or none"
            ],
        )
