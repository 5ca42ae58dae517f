"""The keys of a map are not in alphabetical order.

To Kubernetes the order means nothing; to people who compare manifests a fixed order makes smaller differences.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  namespace: shop  # expect: name
  name: settings
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.manifest import Manifest
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.syntax.place import Place
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence


@rule(on=Manifest, severity=Severity.INFO, profiles=(), aliases=("kube-linter:sorted-keys",))
def check(manifest: Manifest, ctx: Context) -> Iterator[Finding]:
    """One finding for each map out of order, at its first key that comes too late or too early."""
    open_: list[Node | None] = [manifest.document.root]
    while open_:
        node = open_.pop()
        if type(node) is Sequence:
            open_ += [item for item in node.items if type(item) is not Scalar]
        if type(node) is not Mapping:
            continue
        last, sorted_ = "", True
        for key, value in node.entries:
            if type(key) is Scalar:
                if key.text < last:
                    sorted_ = False
                last = key.text
            if type(value) is not Scalar:
                open_.append(value)
        if not sorted_:
            found, expected = _first_wrong(node)
            message = f"key {found.text!r} stands where {expected!r} is due"
            yield ctx.finding(message, at=Place(manifest.uri, manifest.document.index), span=found.span)


def _first_wrong(node: Mapping) -> tuple[Scalar, str]:
    """The first key of a map that is out of order, and the one that is due there."""
    keys = [key for key, _ in node.entries if type(key) is Scalar]
    due = sorted([key.text for key in keys])
    return next(pair for pair in zip(keys, due, strict=True) if pair[0].text != pair[1])
