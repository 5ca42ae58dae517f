"""A variable's value uses ``$(NAME)`` of a variable that is set later, or nowhere.

The kubelet expands values in the order of the list. What is not set yet stays as it is written, ``$(NAME)`` and all.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: shop/web:1.27
      env:
        - name: URL
          value: http://$(HOST):8080  # expect: HOST
        - name: HOST
          value: cart
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
      image: shop/web:1.27
      env:
        - name: HOST
          value: cart
        - name: URL
          value: http://$(HOST):8080
```

References:

- https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.syntax.pattern import pattern

_USE: Final = pattern(r"(\$*)\$\(([-._A-Za-z][-._A-Za-z0-9]*)\)")
_OF_SERVICES: Final = pattern(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_\w+)*)$")


@rule(on=PodContainer, severity=Severity.WARNING, mentions=("$(",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each value and name; quiet where ``envFrom`` may set it, and for the variables of Services."""
    from_objects = _set_by_objects(pc, ctx)
    if from_objects is None:
        return
    position = {name: index for index, (name, _, _) in reversed(list(enumerate(pc.container.env)))}
    for index, (own, value, path) in enumerate(pc.container.env):
        for name in dict.fromkeys(_used(value or "")):
            first = position.get(name)
            if (first is not None and first < index) or name in from_objects or _OF_SERVICES.search(name):
                continue
            at = pc.workload.resource.place.at(*path, "value")
            related: list[Related] = []
            if first is None:
                if pc.workload.resource.transformed:
                    continue
                said = f"variable {own!r} of {pc.title()} uses {name!r}, which is set nowhere"
            elif first == index:
                said = f"variable {own!r} of {pc.title()} uses itself: an earlier value, as the image has, is not known"
            else:
                said = f"variable {own!r} of {pc.title()} uses {name!r} before it is set"
                set_at = pc.workload.resource.place.at(*pc.container.env[first][2], "name")
                related = [Related(set_at, f"{name!r} is set here")]
            yield ctx.finding(said, at=at, related=related, notes=[f"the container sees the text $({name})"])


def _set_by_objects(pc: PodContainer, ctx: Context) -> frozenset[str] | None:
    """The variables that ``envFrom`` sets, before all others; None where an object's keys are not known."""
    names: set[str] = set()
    for _, entry in fields.items(pc.container.value, "envFrom"):
        prefix = fields.text(entry, "prefix")
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if field not in entry:
                continue
            source = ctx.bundle.get(kind, pc.workload.namespace, fields.text(fields.mapping(entry, field), "name"))
            if source is None or source.partial or source.transformed or ctx.bundle.is_patched(source):
                return None
            for keys in ("data", "stringData"):
                names.update(f"{prefix}{key}" for key in fields.mapping(source.value, keys))
    return frozenset(names)


def _used(value: str) -> Iterator[str]:
    """Names that a value expands: an even number of dollars before ``$(`` are pairs that stand for themselves."""
    for found in _USE.finditer(value):
        if len(found[1]) % 2 == 0:
            yield found[2]
