"""A key such as ``on``, ``y`` or ``no`` without quotes: Kubernetes reads it as ``true`` or ``false``.

YAML 1.1 takes these words for booleans, and the API server turns the key into the text ``true`` or ``false``:
the key that was meant is gone. In a schema, a ConfigMap or labels nothing complains.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: axes
data:
  x: "1"
  y: "2"  # expect: "true"
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: axes
data:
  x: "1"
  "y": "2"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.manifest import Manifest
from kubelens.kube.scalar import decode_scalar
from kubelens.rules.api import Context, Finding, Fix, RawEdit, Severity, rule
from kubelens.syntax.place import Place
from kubelens.syntax.text import Edit

_SUSPECTS = frozenset(
    form for word in ("y", "n", "yes", "no", "on", "off") for form in (word, word.capitalize(), word.upper())
)


@rule(on=Manifest, severity=Severity.WARNING, on_trouble=True)
def check(manifest: Manifest, ctx: Context) -> Iterator[Finding]:
    """One finding for each key that is read as a boolean and was hardly meant as one."""
    for key in sorted({id(k): k for k in manifest.reading.booleans}.values(), key=lambda k: k.start):
        if key.text not in _SUSPECTS or key.tag:
            continue
        read = "true" if decode_scalar(key.text, key.style, key.tag) else "false"
        yield ctx.finding(
            f'key {key.text} is read as "{read}": without quotes it is a boolean',
            at=Place(manifest.uri, manifest.document.index),
            span=key.span,
            fix=Fix(f'"{key.text}"', (RawEdit(manifest.uri, Edit(key.span, f'"{key.text}"')),)),
        )
