"""git-sync is told which program to run in place of git.

Whoever may change the variable runs any program with the rights of the container; git-sync passes it to the shell.

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
        - name: sync
          image: registry.k8s.io/git-sync/git-sync:v4.4.0
          env:
            - name: GITSYNC_GIT  # expect: GITSYNC_GIT
              value: /tmp/git
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
        - name: sync
          image: registry.k8s.io/git-sync/git-sync:v4.4.0
          env:
            - name: GITSYNC_REPO
              value: https://example.org/shop.git
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=("checkov:CKV_K8S_159",),
    mentions=("GITSYNC_GIT",),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each variable."""
    for name, _, path in pc.container.env:
        if name == "GITSYNC_GIT":
            at = pc.workload.resource.place.at(*path, "name")
            yield ctx.finding(f"{pc.title()} runs the program that GITSYNC_GIT names in place of git", at=at)
