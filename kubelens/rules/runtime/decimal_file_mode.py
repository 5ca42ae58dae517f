"""A file mode that reads as octal is written as a decimal number.

YAML reads ``400`` as four hundred, which is 0620: the group may write, and the owner reads and writes. Octal takes a
leading zero.

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
  volumes:
    - name: key
      secret:
        secretName: key
        defaultMode: 400  # expect: 400
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
  volumes:
    - name: key
      secret:
        secretName: key
        defaultMode: 0400
```

References:

- https://kubernetes.io/docs/concepts/storage/volumes/#secret
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.pod import Path
from kubelens.kube.workload import Workload
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.rules.written import written_scalar

_READS_AS_OCTAL: Final = frozenset({"400", "440", "444", "500", "550"})
"""Decimals up to 0777 that are modes of their own when they are read as octal; 420 and 256 are the usual decimals."""
_SOURCES: Final = ("configMap", "secret", "downwardAPI", "projected")


@rule(on=Workload, severity=Severity.WARNING, mentions=("ode",))
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each mode."""
    resource = workload.resource
    for path in _modes(workload):
        written = written_scalar(resource, path)
        if written in _READS_AS_OCTAL:
            at = resource.place.at(*path)
            yield ctx.finding(
                f"{path[-1]} of {resource.key} is the decimal {written}, which is the mode 0{int(written):o}",
                at=at,
                notes=[f"the mode {written} is written 0{written}"],
                fix=Fix(f"0{written}", (SetValue(at, f"0{written}"),), Applicability.UNSAFE),
            )


def _modes(workload: Workload) -> Iterator[Path]:
    for volume in workload.pod.volumes:
        if volume.source not in _SOURCES:
            continue
        source = fields.mapping(volume.value, volume.source)
        at = (*volume.path, volume.source)
        if "defaultMode" in source:
            yield (*at, "defaultMode")
        for index, item in fields.items(source, "items"):
            if "mode" in item:
                yield (*at, "items", index, "mode")
        for index, inner in fields.items(source, "sources"):
            for kind in _SOURCES:
                for position, item in fields.items(fields.mapping(inner, kind), "items"):
                    if "mode" in item:
                        yield (*at, "sources", index, kind, "items", position, "mode")
