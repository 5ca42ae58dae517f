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

from kubelens.kube.credential import credential_in
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._secrets import is_secret_name


@rule(
    on=PodContainer,
    mentions=("env",),
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
            "parts of names that are reported",
        ),
        Option("harmless", ["_file", "_path", "_dir", "_name", "_url"], "ends of names that are not reported"),
    ),
    aliases=(
        "kube-linter:env-var-secret",
        "polaris:sensitiveContainerEnvVar",
        "kubescape:C-0012",
        "kubescape:C-0259",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for name, value, path in pc.container.env:
        if not value:
            continue
        at = pc.workload.resource.place.at(*path, "value")
        harmless = name.lower().endswith(tuple(ctx.options["harmless"]))
        if is_secret_name(name, ctx.options["words"]) and not harmless:
            yield ctx.finding(f"variable {name!r} of {pc.title()} holds its value in the manifest", at=at)
        elif kind := credential_in(value):
            yield ctx.finding(f"variable {name!r} of {pc.title()} holds what looks like a credential ({kind})", at=at)
