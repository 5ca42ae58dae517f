"""A key that a ConfigMap or Secret of the manifests does not hold.

The kubelet starts no container whose environment needs a key that is not there (CreateContainerConfigError), and
mounts no volume whose `items` name one. Objects without any data are taken to be filled in by somebody else.
Objects of another folder count where both name the namespace: samples often share names.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  LEVEL: info
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      env:
        - name: LEVEL
          valueFrom:
            configMapKeyRef:
              name: settings
              key: level  # expect: level
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  LEVEL: info
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      env:
        - name: LEVEL
          valueFrom:
            configMapKeyRef:
              name: settings
              key: LEVEL
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.kubelet.missing_keys import MissingKeys
from kubelens.predict.references.presence import keys_of
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.layout import share_a_namespace


@rule(on=WORKLOAD_KINDS, severity=Severity.ERROR, aliases=("kube-linter:env-value-from",), mentions=("key",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each key, at the key."""
    if resource.partial:
        return
    for missing in ctx.ask(MissingKeys(resource)).answer:
        reference = missing.reference
        if reference.key_place is None or not all(share_a_namespace(resource, o, ctx.bundle) for o in missing.objects):
            continue
        if ctx.facts.exists_elsewhere(reference.kind, reference.name, reference.namespace):
            continue
        held = missing.objects[0]
        names = ", ".join(f"'{key}'" for key in sorted(keys_of(held))[:5])
        yield ctx.finding(
            f"{reference.target} has no key '{reference.key}'",
            at=reference.key_place,
            related=[Related(held.place.at("metadata", "name"), f"it holds {names}")],
            notes=["the container does not start until the key exists"],
        )
