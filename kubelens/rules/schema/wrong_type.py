"""A value of the wrong form: a number where text is expected, text where a map is, ``yes`` where nothing but text fits.

The API server cannot decode the object. In YAML the usual reason is a value without quotes: ``y``, ``no``, ``1.10``
and ``08`` are no text.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  debug: no  # expect: not text
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  debug: "no"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.rules.claims import claimed
from kubelens.rules.written import written_scalar


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
    """One finding for each value; quotes are the repair where text is expected and a plain scalar stands there."""
    for place, cause in claimed(resource, ctx, "wrong-type"):
        fix = None
        notes = ["the API server cannot decode the object"]
        written = written_scalar(resource, cause.path)
        if written is not None and cause.message.endswith("not text"):
            fix = Fix(f'"{written}"', (SetValue(place, f'"{written}"'),), Applicability.SAFE)
            notes = [f"without quotes {written} is read as {cause.message.split(' is ')[0]}", *notes]
        field = ".".join(str(step) if isinstance(step, str) else f"[{step}]" for step in cause.path).replace(".[", "[")
        yield ctx.finding(f"{field}: {cause.message}", at=place, fix=fix, notes=notes)
