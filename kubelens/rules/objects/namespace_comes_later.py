"""A file creates a namespace after objects that go into it.

``kubectl apply -f`` sends the objects of a file in their order, and the API server refuses one whose namespace is not there yet.
A second run works, which hides the fault until the next new cluster. Helm, kustomize, Argo CD and Flux put namespaces first, so
files that they take in are left alone.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
data:
  level: info
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop  # expect: comes after
```

Good:

```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
data:
  level: info
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule


@rule(on="Namespace", severity=Severity.WARNING, profiles=(Profile.WORKS,))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """At most one finding for each namespace, at its name."""
    if resource.partial or ctx.bundle.applied_together or resource.transformed:
        return
    place = resource.place
    inside = (one for kind in ctx.bundle.kinds for one in ctx.bundle.all(kind, resource.name))
    earlier = next((one for one in inside if _is_sent_before(one, resource)), None)
    if earlier is not None:
        yield ctx.finding(
            f"{resource.key} comes after {earlier.key}, which goes into it",
            at=place.at("metadata", "name"),
            related=[Related(earlier.place.at("metadata", "namespace"), "this one is sent first")],
            notes=[
                "kubectl apply sends a file in its order: on a new cluster the API server refuses what comes before its namespace"
            ],
        )


def _is_sent_before(one: Resource, namespace: Resource) -> bool:
    """Whether an object stands above its namespace in the same file and names it itself."""
    here, there = one.place, namespace.place
    if here.uri != there.uri or one.metadata.get("namespace") != namespace.name:
        return False
    return (here.document, [str(step) for step in here.path]) < (there.document, [str(step) for step in there.path])
