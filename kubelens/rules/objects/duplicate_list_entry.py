"""Two entries of a list have the key by which Kubernetes tells entries apart.

The API server takes such a list with a warning. Server-side apply refuses it, a later client-side ``kubectl apply`` loses
entries, and Argo CD stays OutOfSync.

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
      ports:
        - name: http
          containerPort: 8080
        - name: metrics
          containerPort: 8080  # expect: containerPort
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
      ports:
        - name: http
          containerPort: 8080
        - name: metrics
          containerPort: 9090
```

References:

- https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.pod import Path
from kubelens.kube.workload import Workload
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.claims import judged


class MergedList(Struct, frozen=True):
    """A list of a Pod's spec (or of its containers) whose entries are told apart by ``keys``, with their defaults."""

    field: str
    keys: tuple[str, ...]
    defaults: Mapping[str, str] = {}


_OF_POD: Final = (
    MergedList("hostAliases", ("ip",)),
    MergedList("imagePullSecrets", ("name",)),
)
_OF_CONTAINER: Final = (MergedList("ports", ("containerPort", "protocol"), {"protocol": "TCP"}),)
_CONTAINERS: Final = ("containers", "initContainers")


@rule(on=Workload, severity=Severity.WARNING)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each later entry; quiet where the API server refuses the list itself."""
    pod = workload.pod
    found = [twins for merged in _OF_POD for twins in _twins(pod.value, merged, pod.path)]
    for name in _CONTAINERS:
        for index, container in fields.items(pod.value, name):
            for merged in _OF_CONTAINER:
                found += _twins(container, merged, (*pod.path, name, index))
    if not found:
        return
    judgement = judged(workload.resource, ctx)
    refused = [cause.path for cause in judgement.causes] if judgement is not None else []
    for first, later, merged in found:
        if any(path[: len(later)] == later for path in refused):
            continue
        key = merged.keys[0]
        yield ctx.finding(
            f"two entries of {merged.field} of {workload.resource.key} have the same {' and '.join(merged.keys)}",
            at=workload.resource.place.at(*later, key),
            related=[Related(workload.resource.place.at(*first, key), "the first one")],
            notes=["the API server warns; server-side apply refuses it, and a later client-side apply loses entries"],
        )


def _twins(value: fields.Value, merged: MergedList, at: Path) -> Iterator[tuple[Path, Path, MergedList]]:
    first: dict[tuple[object, ...], Path] = {}
    for index, entry in fields.items(value, merged.field):
        key = tuple(entry.get(name, merged.defaults.get(name)) for name in merged.keys)
        if any(part is None or isinstance(part, (dict, list)) for part in key):
            continue
        path = (*at, merged.field, index)
        if key in first:
            yield first[key], path, merged
        else:
            first[key] = path
