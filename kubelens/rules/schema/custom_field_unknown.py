"""A custom resource has a field, or a value of a closed list, that the schema of its operator does not have.

The schemas that come along are of one release of each operator. A cluster that runs a newer one may know the field; one that
does not refuses the object under `kubectl apply`, and drops the field without a word elsewhere. `--crd` with the definitions
that the cluster has says which.

Bad:

```yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: shop
spec:
  secretName: shop-tls
  rotateEvery: 30d  # expect: rotateEvery
  issuerRef:
    name: public
```

Good:

```yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: shop
spec:
  secretName: shop-tls
  duration: 720h
  issuerRef:
    name: public
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.cataloged import CatalogVerdictOf
from kubelens.predict.apiserver.standing import is_applied, standing_causes
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.claims import place_of


@rule(on=Resource, severity=Severity.INFO, profiles=(), aliases=("kubeconform:schema-validation",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each field or value that another release may have."""
    definition = resource.definition
    if definition is None or not is_applied(resource):
        return
    for cause in standing_causes(resource, ctx.ask(CatalogVerdictOf(resource)).answer.unknown, ctx.bundle):
        yield ctx.finding(
            f"{resource.gvk.api_version} has nothing like it in {resource.key}: {cause.field}: {cause.message}",
            at=place_of(resource, cause),
            label=cause.message,
            notes=[f"judged by {definition.origin}; --crd names the definitions that a cluster has"],
        )
