"""A field that an API server drops without a word, because the feature gate it belongs to is off by default.

The object is accepted, and what the field asks for never happens. Turn the rule off where your clusters have the gate on.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      lifecycle:
        stopSignal: SIGUSR1  # expect: ContainerStopSignals
        preStop:
          sleep:
            seconds: 5
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
      image: nginx:1.29
      lifecycle:
        preStop:
          sleep:
            seconds: 5
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelens.kube.gates import dropped_fields
from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.answer import Stage
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.rules.api import Context, Finding, Severity, rule

Path = tuple[str | int, ...]


@rule(on=Resource, severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each field that is dropped."""
    if resource.partial:
        return
    release = ctx.facts.release
    found = [
        (path, gate)
        for fields, gate in dropped_fields(resource.gvk, release).items()
        for path in _places(resource.value, fields)
    ]
    if not found:
        return
    judged = ctx.ask(AdmissionOf(resource, None, release, ctx.facts.node_port_range)).answer
    if judged is None or judged.stage in (Stage.DECODE, Stage.STRICT):
        return  # what is no field of the release is said already
    for path, gate in found:
        yield ctx.finding(
            f"{path[-1]} of {resource.kind} {resource.name!r} is dropped without a word by Kubernetes {release}, where "
            f"the feature gate {gate} is off by default: leave it out, or turn the gate on",
            at=resource.place.at(*path),
        )


def _places(value: Any, fields: tuple[str, ...], path: Path = ()) -> Iterator[Path]:
    """Where a field stands, in every item of the lists on the way."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, fields, (*path, index))
    elif isinstance(value, dict) and value.get(fields[0]) not in (None, [], {}):
        if len(fields) == 1:
            yield (*path, fields[0])
        else:
            yield from _places(value[fields[0]], fields[1:], (*path, fields[0]))
