"""A container starts its program through ``sudo``.

The container then needs root at its start, and whoever takes the program over has ``sudo`` at hand.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
          command: [sudo, /srv/web]  # expect: sudo
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
          command: [/srv/web]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.syntax.pattern import pattern

_SUDO: Final = pattern(r"(?:^|[\s;&|/])sudo(?:$|\s)")


@rule(on=PodContainer, severity=Severity.INFO, profiles=(), aliases=("kubescape:C-0062",), mentions=("sudo",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each container."""
    for key in ("command", "args"):
        listed = pc.container.value.get(key)
        for index, word in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(word, str) and _SUDO.search(word):
                yield ctx.finding(f"{pc.title()} starts its program through sudo", at=pc.place(key, index))
                return
