"""A variable that is called like a secret has its value written in the manifest.

Whoever may read the workload, or the repository, reads the secret.

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
          env:
            - name: DB_PASSWORD
              value: hunter2  # expect: DB_PASSWORD
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
          env:
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: db
                  key: password
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule

_HARMLESS: Final = ("_file", "_path", "_dir", "_name", "_url")


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        Option(
            "words",
            [
                "secret",
                "password",
                "passwd",
                "api_key",
                "apikey",
                "access_key",
                "private_key",
                "auth_token",
                "access_token",
            ],
            "parts of names that are reported, in lower case",
        ),
    ),
    aliases=(
        "kube-linter:env-var-secret",
        "polaris:sensitiveContainerEnvVar",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for name, value, path in pc.container.env:
        if (
            value
            and any(word in name.lower() for word in ctx.options["words"])
            and not name.lower().endswith(_HARMLESS)
        ):
            at = pc.workload.resource.place.at(*path, "value")
            yield ctx.finding(f"variable {name!r} of {pc.title()} holds its value in the manifest", at=at)
