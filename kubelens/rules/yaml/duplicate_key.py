"""A key that is there twice in one map: only the last one counts.

``kubectl`` reads the file, keeps the last value and drops the earlier ones before anything is sent, so that strict field
validation on the server never sees them. YAML that is sent to the API server as it stands is refused, and kustomize refuses the file.
Where both say the same nothing is lost, and it is a warning.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  level: info
  level: debug  # expect: twice
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  level: debug
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.manifest import Manifest
from kubelens.rules.api import Context, Finding, Related, Severity, rule
from kubelens.syntax.place import Place
from kubelens.syntax.tree import Mapping, Node, Scalar, walk


@rule(
    on=Manifest,
    on_trouble=True,
    severity=Severity.ERROR,
    aliases=(
        "kubeconform:schema-validation",
        "kubectl-validate:schema-validation",
    ),
)
def check(manifest: Manifest, ctx: Context) -> Iterator[Finding]:
    """One finding for each repeated key, at the later one."""
    if not any(resource.reading.duplicates for resource in manifest.resources[:1]):
        return
    root = Place(manifest.uri, manifest.document.index)
    for node in walk(manifest.document.root):
        if not isinstance(node, Mapping):
            continue
        first: dict[str, tuple[Scalar, Node | None]] = {}
        for key, value in node.entries:
            if not isinstance(key, Scalar) or (key.text == "<<" and not key.style):
                continue
            if key.text not in first:
                first[key.text] = key, value
                continue
            earlier, lost = first[key.text]
            same = _is_same(lost, value)
            yield ctx.finding(
                f"key {key.text!r} is there twice, with the same value"
                if same
                else f"key {key.text!r} is there twice: this value counts, the earlier one is lost",
                at=root,
                span=key.span,
                related=[Related(root, "the first one", earlier.span)],
                notes=[
                    "kubectl and Helm take one of them; kustomize refuses the file"
                    if same
                    else "kubectl keeps the last one without a word"
                ],
                severity=Severity.WARNING if same else None,
            )


def _is_same(one: Node | None, other: Node | None) -> bool:
    """Whether two values are written as the same scalar."""
    if not isinstance(one, Scalar) or not isinstance(other, Scalar):
        return False
    return (one.text, one.tag, not one.style) == (other.text, other.tag, not other.style)
