"""The API server refuses the object.

Beyond the schema the server holds several hundred constraints on values and between fields. An object that
breaks one is not stored; nothing of it runs.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      ports:
        - containerPort: 80800  # expect: containerPort
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      ports:
        - containerPort: 8080
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.claims import claimed, declared_by


@rule(
    on=Resource,
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:schema-validation",
        "kube-score:label-values",
        "kube-score:cronjob-restartpolicy",
        "kics:metadata_label_is_invalid",
        "kyverno:pdb-maxunavailable",
        "kubeconform:schema-validation",
        "kubeval:schema-validation",
        "kubectl-validate:schema-validation",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each field the server blames."""
    for place, cause in claimed(resource, ctx, "admission"):
        field = f"{cause.field}: " if cause.field else ""
        yield ctx.finding(
            f"the API server refuses {resource.key}: {field}{cause.message}",
            at=place,
            label=cause.message,
            related=declared_by(resource),
        )
