"""A character that ends the line for Kubernetes and for no editor: text in a comment becomes content.

U+2028, U+2029 and U+0085 end a line, and a comment, in YAML 1.1. Editors show one comment line; Kubernetes reads
the rest as keys and values.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  debug: "false" # harmless\u2028  hidden: "true"
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  debug: "false" # harmless
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.manifest import Manifest
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Place
from kubelens.syntax.text import Span
from kubelens.syntax.tree import Scalar, walk

_BREAKS: Final = pattern("[\u0085\u2028\u2029]")


@rule(on=Manifest, severity=Severity.ERROR)
def check(manifest: Manifest, ctx: Context) -> Iterator[Finding]:
    """One finding for each such character outside quoted text."""
    document = manifest.document
    text = document.source.text
    if text.isascii():
        return
    found = [m.start() for m in _BREAKS.finditer(text, document.start, document.end)]
    if not found:
        return
    quoted = [(n.start, n.end) for n in walk(document.root) if isinstance(n, Scalar) and n.style in ("'", '"')]
    for offset in found:
        if not any(start <= offset < end for start, end in quoted):
            yield ctx.finding(
                f"U+{ord(text[offset]):04X} ends the line for Kubernetes: what follows it is content, not comment",
                at=Place(manifest.uri, document.index),
                span=Span(offset, offset + 1),
                notes=["editors break lines at LF and CR only"],
            )
