"""The container reads a Secret through its environment.

Variables are inherited by every child process, land in crash dumps, and do not follow when the Secret changes. A
mounted file does none of this.

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
            - name: TOKEN
              valueFrom:
                secretKeyRef:
                  name: db  # expect: db
                  key: token
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
      volumes:
        - name: db
          secret:
            secretName: db
      containers:
        - name: web
          image: shop/web:1.27
          volumeMounts:
            - name: db
              mountPath: /secrets
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(
    on=PodContainer,
    mentions=("secretKeyRef", "secretRef"),
    severity=Severity.INFO,
    profiles=(),
    aliases=(
        "checkov:CKV_K8S_35",
        "kube-linter:read-secret-from-env-var",
        "kics:secrets_as_environment_variables",
        "kubescape:C-0207",
        "kyverno:secrets-not-from-env-vars",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for index, entry in fields.items(pc.container.value, "env"):
        ref = fields.optional_mapping(fields.mapping(entry, "valueFrom"), "secretKeyRef")
        if ref is not None:
            at = pc.place("env", index, "valueFrom", "secretKeyRef", "name")
            name = fields.text(entry, "name")
            yield ctx.finding(
                f"variable {name!r} of {pc.title()} comes from Secret {fields.text(ref, 'name')!r}", at=at
            )
    for index, entry in fields.items(pc.container.value, "envFrom"):
        ref = fields.optional_mapping(entry, "secretRef")
        if ref is not None:
            at = pc.place("envFrom", index, "secretRef", "name")
            yield ctx.finding(
                f"the environment of {pc.title()} holds all of Secret {fields.text(ref, 'name')!r}", at=at
            )
