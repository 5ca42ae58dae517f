"""A password or token of a Secret ends with a line break.

``echo`` and ``|`` blocks add one. What reads the value as a variable sends the line break along, and is refused.

Bad:

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: db
data:
  password: aHVudGVyMgo=  # expect: password
```

Good:

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: db
data:
  password: aHVudGVyMg==
```

References:

- https://kubernetes.io/docs/concepts/configuration/secret/#creating-a-secret
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.references.graph import ReferrersOf
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.syntax.pattern import pattern

_ONE_WORD: Final = pattern(
    r"(^|[-_.]|(?<=[a-z]))(pass(word|wd|phrase)?|user(name)?|token|api[-_.]?key|secret[-_.]?key|access[-_.]?key)$", re.I
)
"""Keys whose values are one word."""
_FILES: Final = pattern(r"-----BEGIN|^ssh-|^\||^[#{\[<]|^\S+\s+ssh-")
_OF_FILES: Final = (
    "kubernetes.io/tls",
    "kubernetes.io/ssh-auth",
    "kubernetes.io/dockerconfigjson",
    "kubernetes.io/dockercfg",
)


@rule(on="Secret", severity=Severity.WARNING)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each value of one line that ends in a break, where its key or its use says it is one word."""
    if resource.partial or resource.gvk.group or fields.text(resource.value, "type") in _OF_FILES:
        return
    for field in ("data", "stringData"):
        for key, written in fields.mapping(resource.value, field).items():
            text = _plain(written) if field == "data" else written if isinstance(written, str) else None
            if text is None or not text.endswith("\n") or "\n" in text.rstrip("\r\n") or not text.strip():
                continue
            if _FILES.search(text) or not (_ONE_WORD.search(key) or _is_variable(resource, key, ctx)):
                continue
            at = resource.place.at(field, key)
            right = base64.b64encode(text.rstrip("\r\n").encode()).decode()
            yield ctx.finding(
                f"{key!r} of {resource.key} ends with a line break",
                at=at,
                notes=["whoever reads it as a variable sends the line break along; echo -n, or |- in YAML, adds none"],
                fix=Fix(right, (SetValue(at, right),), Applicability.UNSAFE) if field == "data" else None,
            )


def _plain(written: object) -> str | None:
    if not isinstance(written, str) or len(written) > 4096:
        return None
    try:
        return base64.b64decode(written, validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def _is_variable(resource: Resource, key: str, ctx: Context) -> bool:
    """Whether a container reads the value as a variable by its key."""
    return any(
        reference.key == key and "env" in reference.place.path
        for reference in ctx.ask(ReferrersOf("Secret", resource.namespace, resource.name)).answer
    )
