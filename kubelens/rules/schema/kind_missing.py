"""An object does not say its kind.

Without ``kind`` nobody knows what the object is: kubectl ends with ``Object 'Kind' is missing``. Keys are told apart by
case, so ``Kind`` is another key.

Bad:

```yaml
apiVersion: v1
Kind: ConfigMap  # expect: is missing
metadata:
  name: settings
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.kube.schema import known_groups
from kubelens.predict.apiserver.causes import shown
from kubelens.rules.api import Applicability, Context, Finding, Fix, RenameKey, Severity, rule
from kubelens.syntax.pattern import pattern

_OF_OBJECTS: Final = ("metadata", "spec", "data", "items", "rules", "subjects")
"""Keys at the top of objects; a file of another tool that has an apiVersion has none of them."""

_OF_ANOTHER_TOOL: Final = pattern(r"\d+([.]\d+)+([-+].*)?")
"""The version of a format by itself, ``1.0.0``, as Devfiles have it; those of Kubernetes begin with ``v``."""


@rule(on=Resource, severity=Severity.ERROR, aliases=("kubeconform:schema-validation",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding, where an object of a built-in group says no kind."""
    value = resource.value
    if resource.kind or resource.gvk.group not in known_groups() or not any(key in value for key in _OF_OBJECTS):
        return
    if _OF_ANOTHER_TOOL.fullmatch(resource.gvk.version):
        return
    written = next((key for key in value if isinstance(key, str) and key != "kind" and key.lower() == "kind"), None)
    name = f" of {resource.name!r}" if resource.name else ""
    notes = ["kubectl refuses it: Object 'Kind' is missing"]
    if written is not None:
        at = resource.place.at(written).key()
        fix = Fix("kind", (RenameKey(at, "kind"),), Applicability.SAFE)
        yield ctx.finding(
            f"the kind{name} is missing; did you mean 'kind' for {written!r}?", at=at, notes=notes, fix=fix
        )
    elif "kind" in value:
        said = "empty" if value["kind"] in (None, "") else shown(value["kind"])
        yield ctx.finding(
            f"the kind{name} must be the name of a kind, is {said}", at=resource.place.at("kind"), notes=notes
        )
    else:
        yield ctx.finding(f"the kind{name} is missing", at=resource.place.at("apiVersion"), notes=notes)
