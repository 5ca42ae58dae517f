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
from kubelens.syntax.tree import Scalar, mappings


@rule(on=Manifest, severity=Severity.INFO, profiles=(), aliases=("kube-linter:sorted-keys",))
def check(manifest: Manifest, ctx: Context) -> Iterator[Finding]:
    """One finding for each map out of order, at its first key that comes too late or too early."""
    for node in mappings(manifest.document.root):
        last = ""
        for key, _ in node.entries:
            if type(key) is Scalar:
                if key.text < last:
                    break
                last = key.text
        else:
            continue
        keys = [key for key, _ in node.entries if type(key) is Scalar]
        wanted = sorted(key.text for key in keys)
        key, expected = next(pair for pair in zip(keys, wanted, strict=True) if pair[0].text != pair[1])
        message = f"key {key.text!r} stands where {expected!r} is due"
        yield ctx.finding(message, at=Place(manifest.uri, manifest.document.index), span=key.span)
