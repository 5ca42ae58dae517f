"""A field that the kind does not have: a typo, the wrong case, or the wrong level.

``kubectl apply`` refuses the object (strict field validation, the default since 1.27). Clients that do not ask
for it lose the field without a word.

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
      imagepullPolicy: Always  # expect: did you mean
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
      imagePullPolicy: Always
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Applicability, Context, Finding, Fix, RenameKey, Severity, rule
from kubelens.rules.claims import claimed, declared_by


@rule(
    on=Resource,
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:schema-validation",
        "kubeconform:schema-validation",
        "kubeval:schema-validation",
        "kubectl-validate:schema-validation",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each unknown field, at its key; a repair where only the case is wrong."""
    for place, cause in claimed(resource, ctx, "unknown-field"):
        written = str(cause.path[-1])
        match = re.search(r"did you mean '([^']+)'", cause.message)
        fix = None
        if match is not None:
            same = match[1].lower() == written.lower()
            applicability = Applicability.SAFE if same else Applicability.UNSAFE
            fix = Fix(match[1], (RenameKey(place, match[1]),), applicability)
        where = ".".join(str(step) for step in cause.path[:-1] if isinstance(step, str)) or resource.kind
        what, hint, better = cause.message.partition("; did you mean")
        yield ctx.finding(
            f"{what} in {where}{hint}{better}",
            at=place,
            fix=fix,
            related=declared_by(resource),
            notes=["kubectl apply refuses the object; clients without strict validation lose the field"],
        )
