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

from kubelens.kube.gates import Ways, dropped_ways
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
    found = list(_places(resource.value, dropped_ways(resource.gvk, release)))
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


def _places(value: Any, ways: Ways, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Where dropped fields stand, in every item of the lists on the way, with the gate of each."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, ways, (*path, index))
    elif isinstance(value, dict):
        for field in [name for name in ways if name in value]:
            inner, further = value[field], ways[field]
            if inner in (None, [], {}):
                continue
            if isinstance(further, str):
                yield (*path, field), further
            else:
                yield from _places(inner, further, (*path, field))
