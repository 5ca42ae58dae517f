"""The API server takes the object and warns of something in it.

These are the `Warning:` lines that `kubectl apply` prints: fields and annotations that are deprecated, fields without
effect, selectors that match nothing, Pods that a Namespace's level `warn` objects to. What other rules tell (deprecated
API versions, entries that are there twice, fractions of bytes) is not told here again, nor that a name is long where a
chart's release has no name yet and a short one would do.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: worker
spec:
  nodeSelector:
    beta.kubernetes.io/os: linux  # expect: deprecated
  containers:
    - name: worker
      image: shop/worker:1.4
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: worker
spec:
  nodeSelector:
    kubernetes.io/os: linux
  containers:
    - name: worker
      image: shop/worker:1.4
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.quantity import read_quantity
from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.apiserver.answer import Warning
from kubelens.predict.apiserver.plugins.pod_security import LEVELS
from kubelens.predict.chain.surroundings import SurroundingsOf, warned_of
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.rules.claims import judged
from kubelens.rules.workload.fractional_bytes import MEANT
from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Place, Step

_STEP: Final = pattern(r"([^.\[\]]+)|\[([^\]]*)\]")
_TOLD_ELSEWHERE: Final = pattern(
    r"Endpoints is deprecated|is that of .* too|is the same port as|is there twice|^hides the "
)
_ANNOTATION: Final = pattern(r"annotation (\S+) ")
_FRACTION: Final = pattern(r"(\S+) is no whole number of bytes")
_LABEL: Final = 63
"""The longest a DNS label may be: the names the server warns of are those that are none."""
_OF_GKE: Final = ("gce", "gce-internal", "gce-multi-cluster")
"""Classes of ingress-gce (``annotations.IngressClassKey``)."""
_LEVEL: Final = "pod-security.kubernetes.io/warn"
_ENFORCED: Final = "pod-security.kubernetes.io/enforce"


@rule(on=Resource, severity=Severity.INFO)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each line the server prints."""
    answer = judged(resource, ctx)
    if answer is None or answer.causes:
        return
    for warning in answer.warnings:
        if _TOLD_ELSEWHERE.search(warning.message) or _is_far_below_a_mebibyte(warning):
            continue
        if _is_the_only_way(resource, warning):
            continue
        if warning.field != "metadata.name" or not ctx.bundle.is_too_long_by_assumption(resource.name, _LABEL):
            yield _finding(resource, warning, ctx, [])
    if resource.kind not in WORKLOAD_KINDS or not resource.metadata.get("namespace"):
        return
    namespace, admission = ctx.ask(SurroundingsOf(resource)).answer
    if namespace is None or _LEVEL not in namespace.labels or _refuses_as_much(namespace):
        return
    for warning in warned_of(resource, answer.stored, admission):
        related = [Related(namespace.place.at("metadata", "labels", _LEVEL), "this level is warned of here")]
        yield _finding(resource, warning, ctx, related)


def _finding(resource: Resource, warning: Warning, ctx: Context, related: list[Related]) -> Finding:
    field = f"{warning.field}: " if warning.field else ""
    deprecated = "deprecated" in warning.message
    return ctx.finding(
        f"the API server warns of {resource.key}: {field}{warning.message}",
        at=_place(resource, warning),
        related=related,
        tags=["deprecated"] if deprecated else [],
    )


def _refuses_as_much(namespace: Resource) -> bool:
    """Whether what a level is warned of is refused as well, which another rule tells."""
    enforced, warned = (namespace.labels.get(label, "") for label in (_ENFORCED, _LEVEL))
    return enforced in LEVELS and warned in LEVELS and LEVELS.index(enforced) >= LEVELS.index(warned)


def _is_the_only_way(resource: Resource, warning: Warning) -> bool:
    """Whether GKE's own Ingress controller is asked for, which has no IngressClass and reads the annotation alone."""
    found = _ANNOTATION.match(warning.message)
    return (
        found is not None
        and found[1] == "kubernetes.io/ingress.class"
        and resource.annotations.get(found[1], "") in _OF_GKE
    )


def _is_far_below_a_mebibyte(warning: Warning) -> bool:
    """Whether a fraction of a byte is one that ``fractional-bytes`` tells."""
    written = _FRACTION.fullmatch(warning.message)
    amount = read_quantity(written[1]) if written is not None else None
    return amount is not None and amount.nanos <= MEANT


def _place(resource: Resource, warning: Warning) -> Place:
    """Where a field in the server's notation stands; the annotation it speaks of, else the object's name."""
    steps: list[Step] = []
    for name, key in _STEP.findall(warning.field):
        steps.append(name or (int(key) if key.isdigit() else key))
    if not steps and (found := _ANNOTATION.match(warning.message)):
        steps = ["metadata", "annotations", found[1]]
    return resource.place.at(*steps) if steps else resource.place.at("metadata", "name")
