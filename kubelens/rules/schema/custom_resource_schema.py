"""A custom resource breaks the schema of its operator.

The schemas of common operators come along (Argo CD, Flux, cert-manager, Prometheus, External Secrets, KEDA and some 400
API groups more), and judge objects that no CustomResourceDefinition among the manifests or given with `--crd` declares. A
misspelt field, a value of the wrong type or a required field that is missing is told here: the API server refuses the
object, or the operator never sees what was meant.

They are of one release of each operator, and the finding says of which group, version and month. A cluster may run another:
what a newer release may well have is told by `custom-field-unknown`, which only the strict profile has. `--crd` with the
definitions that the cluster has makes both exact.

Bad:

```yaml
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: shop
spec:
  secretNames: shop-tls  # expect: did you mean
  dnsNames:
    - shop.example
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
  dnsNames:
    - shop.example
  issuerRef:
    name: public
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.causes import Cause, CauseReason
from kubelens.predict.apiserver.standing import is_applied, standing_causes
from kubelens.rules.api import Applicability, Context, Finding, Fix, RenameKey, Severity, rule
from kubelens.rules.claims import place_of
from kubelens.syntax.place import Place


@rule(
    on=Resource,
    severity=Severity.WARNING,
    aliases=(
        "kube-linter:schema-validation",
        "kubeconform:schema-validation",
        "kubeval:schema-validation",
        "kubectl-validate:schema-validation",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each field that hardly any release takes, at its key or value."""
    definition = resource.definition
    if definition is None or not is_applied(resource):
        return
    from kubelens.predict.apiserver.cataloged import CatalogVerdictOf  # noqa: PLC0415 - only for custom resources

    found = ctx.ask(CatalogVerdictOf(resource)).answer.wrong
    told: set[tuple[str | int, ...]] = set()
    for cause in standing_causes(resource, found, ctx.bundle):
        if cause.path in told:
            continue
        told.add(cause.path)
        place = place_of(resource, cause)
        what = f"{cause.field}: {cause.message}" if cause.field else cause.message
        yield ctx.finding(
            f"{resource.key} breaks the schema of {resource.gvk.api_version}: {what}",
            at=place,
            label=cause.message,
            notes=[f"judged by {definition.origin}; --crd names the definitions that a cluster has"],
            fix=_renamed(cause, place),
        )


def _renamed(cause: Cause, place: Place) -> Fix | None:
    """The field that is meant, where one is nearly the same."""
    meant = re.search(r"did you mean '([^']+)'", cause.message)
    if cause.reason is not CauseReason.UNKNOWN_FIELD or meant is None:
        return None
    return Fix(meant[1], (RenameKey(place, meant[1]),), Applicability.UNSAFE)
