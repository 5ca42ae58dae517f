"""A Service leads to Tiller, the server of Helm 2.

Tiller does what it is told by whoever reaches it, with the rights of its account: mostly cluster-admin.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: tiller-deploy  # expect: Tiller
  namespace: kube-system
spec:
  selector:
    app: helm
    name: tiller
  ports:
    - port: 44134
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector:
    app: web
  ports:
    - port: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on="Service",
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_44",
        "kics:tiller_service_is_not_deleted",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each Service."""
    words = [resource.name, *fields.mapping(resource.spec, "selector").values(), *resource.labels.values()]
    if any(isinstance(word, str) and "tiller" in word.lower() for word in words):
        yield ctx.finding(f"{resource.key} leads to Tiller", at=resource.place.at("metadata", "name"))
